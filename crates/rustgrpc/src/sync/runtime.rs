//! The runtime behind the blocking face.

use std::io;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// The runtime of all blocking channels and servers of the process, made when first asked for. It has as many threads as
/// there are processors, and never ends.
pub(super) fn handle() -> io::Result<&'static Handle> {
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime.handle());
    }
    let made = Builder::new_multi_thread()
        .enable_all()
        .thread_name("rustgrpc")
        // Each streaming call has a thread of its own for its requests: none may wait for another's end.
        .max_blocking_threads(usize::MAX >> 4)
        .build()?;
    if let Err(late) = RUNTIME.set(made) {
        late.shutdown_background();
    }
    RUNTIME
        .get()
        .map(Runtime::handle)
        .ok_or_else(|| io::Error::other("no runtime"))
}
