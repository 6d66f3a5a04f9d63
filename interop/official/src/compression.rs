//! How the server learns which requests were compressed: gRPC's API does not tell, so a layer in axum looks at the frames.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http_body::Frame;
use http_body_util::BodyExt;
use rustgrpc::ServicerContext;

/// The header that leads a servicer to the flags of its call.
const CALL: &str = "x-interop-call";

/// Whether the requests that came were compressed, for each call that runs.
static CALLS: LazyLock<Mutex<HashMap<u64, VecDeque<bool>>>> = LazyLock::new(Mutex::default);

/// Whether the request that the servicer has just read was compressed. `None` when nobody watches.
pub fn take_flag(context: &ServicerContext) -> Option<bool> {
    let metadata = context.invocation_metadata();
    let call = metadata.get(CALL)?.as_str()?.parse().ok()?;
    calls().get_mut(&call)?.pop_front()
}

/// Watches the requests of a call; for `axum::middleware::from_fn`.
pub async fn watch(mut request: Request, next: Next) -> Response {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let call = NEXT.fetch_add(1, Ordering::Relaxed);
    calls().insert(call, VecDeque::new());
    let watched = Watched(call);
    request.headers_mut().insert(CALL, HeaderValue::from(call));
    let request = request.map(|body| {
        Body::new(WatchedBody {
            body,
            call,
            head: Vec::new(),
            rest: 0,
        })
    });
    let response = next.run(request).await;
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _until_the_end = &watched;
            frame
        }))
    })
}

/// A call that runs.
struct Watched(u64);

impl Drop for Watched {
    fn drop(&mut self) {
        calls().remove(&self.0);
    }
}

/// A request body whose frames are looked at while they pass.
struct WatchedBody {
    body: Body,
    call: u64,
    /// What there is of the head of a frame: the flag and four bytes of length.
    head: Vec<u8>,
    /// Bytes of the message that are to come.
    rest: usize,
}

impl WatchedBody {
    fn look_at(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let skipped = self.rest.min(data.len());
            data = &data[skipped..];
            self.rest -= skipped;
            let missing = (5 - self.head.len()).min(data.len());
            self.head.extend_from_slice(&data[..missing]);
            data = &data[missing..];
            if let Ok([flag, length @ ..]) = <[u8; 5]>::try_from(&*self.head) {
                self.rest = u32::from_be_bytes(length) as usize;
                self.head.clear();
                if let Some(flags) = calls().get_mut(&self.call) {
                    flags.push_back(flag == 1);
                }
            }
        }
    }
}

impl http_body::Body for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.look_at(data);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

fn calls() -> MutexGuard<'static, HashMap<u64, VecDeque<bool>>> {
    CALLS.lock().unwrap_or_else(PoisonError::into_inner)
}
