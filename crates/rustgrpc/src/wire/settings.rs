//! The HTTP/2 settings that both sides use, and the times of the client.

use std::time::Duration;

/// What a peer may send on one stream before the reader has taken it, C-core's.
pub(crate) const STREAM_WINDOW: u32 = 4 << 20;

/// The same for a whole connection: more than one stream's, so that a stream that nobody reads does not
/// hold up the others.
pub(crate) const CONNECTION_WINDOW: u32 = 32 << 20;

/// Large enough that most messages arrive in one frame and are decoded without a copy.
pub(crate) const MAX_FRAME_SIZE: u32 = 1 << 20;

/// What received frames that wait for their reader may cost beside their bytes, which the windows bound: h2 counts each for what
/// it is short of 256 bytes, and closes a connection that costs more. This is one stream's window full of empty messages,
/// each a frame of 5 bytes; C-core has no such limit.
pub(crate) const SMALL_FRAMES: usize = STREAM_WINDOW as usize / 5 * 256;

/// C-core's hard limit for the metadata of one call, and for one value of it.
pub(crate) const MAX_METADATA_SIZE: u32 = 16 << 10;

/// What is read of a request's headers: room for those above the limit for metadata, so that their call ends with a status
/// that says so. What is larger still is answered by HTTP/2 itself, which knows nothing of gRPC.
pub(crate) const fn header_list_size(max_metadata_size: u32) -> u32 {
    max_metadata_size.saturating_mul(4)
}

/// What is read of a response's headers and trailers. Much more, because h2 does not say when it cuts trailers off: what was
/// dropped would not be missed.
pub(crate) const fn response_header_list_size(max_metadata_size: u32) -> u32 {
    const LEAST: u32 = 16 << 20;
    let size = header_list_size(max_metadata_size);
    if size > LEAST { size } else { LEAST }
}

/// Bytes that may wait in one stream's send buffer.
pub(crate) const SEND_BUFFER: usize = 1 << 20;

/// C-core's limit for a message that is received, when none is set.
pub(crate) const MAX_RECEIVE_MESSAGE_LENGTH: usize = 4 << 20;

/// Streams that were reset and may still receive frames that were on their way. Frames for one that is forgotten count as
/// errors of the peer, and too many of those cost the connection: a caller may cancel many calls at once.
pub(crate) const REMEMBERED_RESETS: usize = 10_000;

/// Calls that were cancelled before the server came to look at them. More of them at once cost the connection.
pub(crate) const UNSEEN_RESETS: usize = 10_000;

/// Messages that a stream which never has to wait may send before other tasks get their turn.
pub(crate) const MESSAGES_PER_TURN: usize = 128;

/// The number of streams that a client may open before the peer's SETTINGS have come, which say another.
pub(crate) const NO_SETTINGS_YET: usize = usize::MAX - 1;

/// How long a new connection of a server may take until it speaks HTTP/2, C-core's.
pub(crate) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(120);

/// An address that has not answered after this has a competitor, C-core's.
pub(crate) const CONNECTION_ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// A name is not looked up more often than this, C-core's.
pub(crate) const RESOLUTION_PAUSE: Duration = Duration::from_secs(30);

/// How long an attempt to connect to one address may take, C-core's.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a channel without calls stays connected, C-core's.
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// What a call keeps of its requests to send it again, C-core's.
pub(crate) const RETRY_BUFFER: usize = 256 << 10;
