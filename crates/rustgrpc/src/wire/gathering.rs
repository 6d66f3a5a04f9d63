//! Writes that leave together: what a connection says in one turn costs one system call.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What waits at most.
const FULL: usize = 64 << 10;

/// A piece of this length is not copied.
const LONG: usize = 32 << 10;

/// A buffer that is larger than this is given back after a turn that did not need it: most connections are idle most of the time.
const KEPT: usize = 4 << 10;

/// A stream whose writes wait for each other as long as its [`Hold`] says so.
#[derive(Debug)]
pub(crate) struct Gathering<T> {
    io: T,
    waiting: Vec<u8>,
    /// Of `waiting`.
    written: usize,
    hold: Hold,
}

/// Whether flushing a [`Gathering`] has to wait. Whoever lets go must have the stream flushed afterwards.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hold(Arc<AtomicBool>);

impl Hold {
    pub(crate) fn set(&self, held: bool) {
        // Set and read in one task: nothing else is ordered by it.
        self.0.store(held, Ordering::Relaxed);
    }

    pub(crate) fn is_held(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl<T> Gathering<T> {
    pub(crate) fn new(io: T) -> (Self, Hold) {
        let hold = Hold::default();
        let gathering = Self {
            io,
            waiting: Vec::new(),
            written: 0,
            hold: hold.clone(),
        };
        (gathering, hold)
    }
}

impl<T: AsyncWrite + Unpin> Gathering<T> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.waiting.len() {
            let rest = &self.waiting[self.written..];
            match ready!(Pin::new(&mut self.io).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
        }
        let used = self.written;
        self.written = 0;
        self.waiting.clear();
        if self.waiting.capacity() > KEPT && used <= KEPT {
            self.waiting = Vec::new();
        }
        Poll::Ready(Ok(()))
    }

    /// Ready with true when so many bytes are to be added to what waits, with false when they go out by themselves.
    fn poll_room(&mut self, cx: &mut Context<'_>, length: usize) -> Poll<io::Result<bool>> {
        if self.waiting.len() + length > FULL || length >= LONG {
            ready!(self.poll_drain(cx))?;
        }
        if length >= LONG {
            return Poll::Ready(Ok(false));
        }
        if self.waiting.len() + length > self.waiting.capacity().max(KEPT) {
            self.waiting.reserve_exact(FULL - self.waiting.len());
        }
        Poll::Ready(Ok(true))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Gathering<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !ready!(self.poll_room(cx, bytes.len()))? {
            return Pin::new(&mut self.io).poll_write(cx, bytes);
        }
        self.waiting.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = slices.iter().map(|slice| slice.len()).sum();
        if !ready!(self.poll_room(cx, length))? {
            return Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        }
        for slice in slices {
            self.waiting.extend_from_slice(slice);
        }
        Poll::Ready(Ok(length))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.hold.is_held() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Gathering<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn what_is_held_leaves_in_order_and_as_soon_as_it_may() {
        let (near, mut far) = tokio::io::duplex(1 << 20);
        let (mut gathering, hold) = Gathering::new(near);
        hold.set(true);
        let mut expected = Vec::new();
        for (index, length) in [1, 5, FULL / 2, LONG, 3, FULL, 7].into_iter().enumerate() {
            let bytes = vec![index as u8; length];
            if index % 2 == 0 {
                gathering.write_all(&bytes).await.unwrap();
            } else {
                let slices = [IoSlice::new(&bytes[..1]), IoSlice::new(&bytes[1..])];
                let written = gathering.write_vectored(&slices).await.unwrap();
                gathering.write_all(&bytes[written..]).await.unwrap();
            }
            expected.extend(bytes);
            gathering.flush().await.unwrap();
            assert!(gathering.waiting.capacity() <= FULL);
        }
        assert_eq!(gathering.waiting, [6; 7]);
        hold.set(false);
        gathering.flush().await.unwrap();
        let mut arrived = vec![0; expected.len()];
        far.read_exact(&mut arrived).await.unwrap();
        assert_eq!(arrived, expected);
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_waited_for() {
        let (near, mut far) = tokio::io::duplex(16);
        let (mut gathering, _) = Gathering::new(near);
        gathering.write_all(&[1; 100]).await.unwrap();
        let once = poll_fn(|cx| Poll::Ready(Pin::new(&mut gathering).poll_flush(cx).is_ready()));
        assert!(!once.await);
        let mut arrived = [0; 100];
        let (flushed, read) = tokio::join!(gathering.flush(), far.read_exact(&mut arrived));
        flushed.unwrap();
        read.unwrap();
        assert_eq!(arrived, [1; 100]);
    }
}
