//! What calls travel on. One variant today: an HTTP/2 connection of our own.

use http::{HeaderMap, Request, Uri};

use super::upload::{Keep, Outgoing, Replay, Upload};
use crate::telemetry::socket::Meter;
use crate::wire::frame::Frame;

/// Something that can carry calls. A clone is the same thing.
#[derive(Clone, Debug)]
pub(crate) enum Transport {
    Http2(h2::client::SendRequest<Frame>),
}

/// A call that is under way.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) response: h2::client::ResponseFuture,
    pub(crate) upload: Option<Upload>,
}

impl Transport {
    /// Whether calls can be opened: not when the connection is closed or closing.
    pub(crate) fn is_usable(&mut self, cx: &mut std::task::Context<'_>) -> bool {
        match self {
            // A handle that has opened nothing itself never has to wait.
            Self::Http2(sender) => !matches!(sender.poll_ready(cx), std::task::Poll::Ready(Err(_))),
        }
    }

    /// Sends the head of a call, and begins to send its requests, which stay where they are when the head cannot be sent.
    pub(crate) fn open(
        self,
        uri: Uri,
        headers: HeaderMap,
        outgoing: &mut Option<Outgoing>,
        keep: Keep,
        meter: Meter,
    ) -> Result<Opened, h2::Error> {
        let Self::Http2(mut sender) = self;
        let mut request = Request::new(());
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        let (response, mut stream) = sender.send_request(request, false)?;
        let upload = match outgoing.take() {
            Some(Outgoing::Message(frame)) => {
                meter.sent(&frame);
                // Fails when the stream has ended meanwhile: the response says how.
                let _ = stream.send_data(frame, true);
                None
            }
            Some(Outgoing::Stream(frames, encode)) => Some(Upload::spawn(
                Replay::new(frames, encode),
                stream,
                keep,
                meter,
            )),
            Some(Outgoing::Again(replay)) => Some(Upload::spawn(replay, stream, keep, meter)),
            None => None,
        };
        Ok(Opened { response, upload })
    }
}
