//! Connections that never leave the process: pipes, whose other ends something here serves.

use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::io::DuplexStream;

/// What a channel without a real target connects to.
#[derive(Clone)]
pub(crate) struct InProcess(Arc<dyn Fn() -> io::Result<DuplexStream> + Send + Sync>);

/// Bytes that may wait in a pipe, in each direction.
const PIPE: usize = 64 << 10;

impl InProcess {
    /// `serve` takes the other end of each new connection; it is called inside a tokio runtime.
    pub(crate) fn new(
        serve: impl Fn(DuplexStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move || {
            let (near, far) = tokio::io::duplex(PIPE);
            serve(far)?;
            Ok(near)
        }))
    }

    pub(crate) fn connect(&self) -> io::Result<DuplexStream> {
        (self.0)()
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}
