//! Requests without a caller.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use prost::Message;

use crate::server::Incoming;
use crate::{RequestIterator, Status};

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
    let messages = requests.into_iter().map(|request| request.encode_to_vec());
    let messages = Messages(messages.map(Bytes::from).collect());
    RequestIterator::new(Incoming::Stream(Box::pin(messages)))
}

struct Messages(VecDeque<Bytes>);

impl Stream for Messages {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}
