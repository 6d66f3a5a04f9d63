//! Requests without a caller.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use futures_core::Stream;
use prost::Message;

use crate::RequestIterator;
use crate::server::Incoming;
use crate::wire::compression::Encoding;
use crate::wire::frame::{Frame, Side};
use crate::wire::inbound::{Inbound, Source};

/// The request iterator of a servicer's method, with these requests and then the end.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use rustgrpc::health::HealthCheckRequest;
/// use rustgrpc::testing;
///
/// let request = HealthCheckRequest::new().with_service("a");
/// let mut requests = testing::request_iterator(vec![request.clone()]);
/// assert_eq!(requests.next().await.unwrap(), Some(request));
/// assert_eq!(requests.next().await.unwrap(), None);
/// # Ok(())
/// # }
/// ```
pub fn request_iterator<T: Message + Default>(
    requests: impl IntoIterator<Item = T>,
) -> RequestIterator<T> {
    let frames = requests.into_iter().map(|request| {
        Frame::encode(&request, Encoding::Identity, usize::MAX, Side::Client)
            .ok()
            .map(|mut frame| frame.copy_to_bytes(frame.remaining()))
    });
    let source = Source::Chunks(Box::pin(Chunks(frames.collect())));
    let inbound = Inbound::new(source, Encoding::Identity, usize::MAX, Side::Server);
    RequestIterator::new(Incoming::Open(inbound))
}

struct Chunks(VecDeque<Option<Bytes>>);

impl Stream for Chunks {
    type Item = Option<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}
