//! The service that is put under load. It counts its calls, so that leaks show.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rustgrpc as grpc;
use rustgrpc::{RequestIterator, ServicerContext, Status, StatusCode, Stream};
use tokio::sync::watch;

use crate::faults_pb2::{Blob, Failing, FloodRequest, Nothing, StatsReply, SwallowRequest, Total};
use crate::faults_pb2_grpc::FaultsServicer;

static HANDLERS: AtomicU64 = AtomicU64::new(0);
static BEGUN: AtomicU64 = AtomicU64::new(0);
static FLOODED: AtomicU64 = AtomicU64::new(0);
static RELEASED: LazyLock<watch::Sender<u64>> = LazyLock::new(|| watch::Sender::new(0));

/// See `faults.proto`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Service;

/// A servicer's future.
struct Handler;

impl Handler {
    fn begin() -> Self {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        HANDLERS.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        HANDLERS.fetch_sub(1, Ordering::SeqCst);
    }
}

impl FaultsServicer for Service {
    async fn echo(&self, request: Blob, context: ServicerContext) -> Result<Blob, Status> {
        let _handler = Handler::begin();
        if request.trailing_size > 0 {
            let value = "x".repeat(request.trailing_size as usize);
            context.set_trailing_metadata([("large", value)]);
        }
        Ok(request)
    }

    async fn fail(&self, request: Failing, context: ServicerContext) -> Result<Blob, Status> {
        let _handler = Handler::begin();
        let code = StatusCode::from_value(request.code).unwrap_or(StatusCode::Unknown);
        context.abort(code, request.details)
    }

    async fn hold(&self, request: Blob, _: ServicerContext) -> Result<Blob, Status> {
        let mut released = RELEASED.subscribe();
        let _handler = Handler::begin();
        released.changed().await?;
        Ok(request)
    }

    async fn release(&self, _: Nothing, _: ServicerContext) -> Result<Nothing, Status> {
        RELEASED.send_modify(|count| *count += 1);
        Ok(Nothing::default())
    }

    fn flood(
        &self,
        request: FloodRequest,
        _: ServicerContext,
    ) -> impl Stream<Item = Result<Blob, Status>> + Send {
        grpc::stream! {
            let _handler = Handler::begin();
            let blob = Blob {
                data: vec![7; request.size as usize],
                ..Default::default()
            };
            for _ in 0..request.count {
                FLOODED.fetch_add(1, Ordering::SeqCst);
                yield blob.clone();
            }
        }
    }

    async fn swallow(
        &self,
        mut request_iterator: RequestIterator<SwallowRequest>,
        _: ServicerContext,
    ) -> Result<Total, Status> {
        let mut released = RELEASED.subscribe();
        let _handler = Handler::begin();
        let mut total = Total::default();
        while let Some(request) = request_iterator.next().await? {
            total.count += 1;
            total.bytes += request.data.len() as u64;
            if request.hold {
                released.changed().await?;
            }
        }
        Ok(total)
    }

    fn chat(
        &self,
        mut request_iterator: RequestIterator<Blob>,
        _: ServicerContext,
    ) -> impl Stream<Item = Result<Blob, Status>> + Send {
        grpc::stream! {
            let _handler = Handler::begin();
            while let Some(request) = request_iterator.next().await? {
                yield request;
            }
        }
    }

    async fn stats(&self, _: Nothing, _: ServicerContext) -> Result<StatsReply, Status> {
        let runtime = tokio::runtime::Handle::try_current();
        Ok(StatsReply {
            handlers: HANDLERS.load(Ordering::SeqCst),
            tasks: runtime.map_or(0, |runtime| runtime.metrics().num_alive_tasks() as u64),
            flooded: FLOODED.load(Ordering::SeqCst),
            begun: BEGUN.load(Ordering::SeqCst),
            ..Default::default()
        })
    }
}
