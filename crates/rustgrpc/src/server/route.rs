//! From the head of a request to the servicer that answers it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use foldhash::fast::FixedState;
use h2::Reason;
use http::header::{CONTENT_TYPE, TE};
use http::{HeaderMap, Method, Request, request};
use tokio::time::Instant;

use super::call::Call;
use super::exchange::Exchange;
use super::generic_handler::GenericRpcHandler;
use super::halt::{Halt, Watch};
use super::interceptor::{HandlerCallDetails, Interceptors};
use super::lifetime::Limits;
use super::method_handler::RpcMethodHandler;
use super::on_pool::run_on_pool;
use super::outlet::Outlet;
use super::pool::ThreadPoolExecutor;
use super::request_iterator::Incoming;
use super::security::Peer;
use super::service::{Handler, Methods, Running};
use crate::telemetry::Observers;
use crate::telemetry::server::ServerTelemetry;
use crate::wire::compression::{Compression, CompressionLevel, Enabled, Encoding};
use crate::wire::frame::Side;
use crate::wire::header::{
    self, APPLICATION_GRPC, GRPC_ACCEPT_ENCODING, GRPC_ENCODING, GRPC_TIMEOUT, Unacceptable,
};
use crate::wire::inbound::{Inbound, Source};
use crate::{MethodDescriptor, Status, StatusCode, deadline};

/// What a server is built with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) max_receive_message_length: usize,
    pub(crate) max_send_message_length: usize,
    pub(crate) maximum_concurrent_rpcs: Option<usize>,
    pub(crate) compression: Compression,
    pub(crate) compression_level: CompressionLevel,
    pub(crate) enabled: Enabled,
    pub(crate) keepalive: Option<(Duration, Duration)>,
    pub(crate) interceptors: Interceptors,
    pub(crate) limits: Limits,
    /// Whether other servers may listen on the same port.
    pub(crate) so_reuseport: bool,
    /// Where servicers run, if not on the runtime.
    pub(crate) thread_pool: Option<ThreadPoolExecutor>,
    pub(crate) observers: Observers,
    pub(crate) head: OnceLock<HeaderMap>,
}

impl Settings {
    /// The headers of a response that is not compressed. A copy of them is cheaper than to make them anew.
    pub(crate) fn head(&self) -> HeaderMap {
        let head = self.head.get_or_init(|| {
            let mut headers = HeaderMap::with_capacity(2);
            headers.insert(CONTENT_TYPE, APPLICATION_GRPC);
            headers.insert(GRPC_ACCEPT_ENCODING, self.enabled.header());
            headers
        });
        head.clone()
    }
}

/// The methods of a server.
#[derive(Clone, Default)]
pub(crate) struct Routes {
    /// Callers cannot add to it, so that its hashes need not be hard to foresee.
    methods: HashMap<Cow<'static, str>, (MethodDescriptor, Handler), FixedState>,
    generic: Vec<Arc<dyn GenericRpcHandler>>,
}

impl Routes {
    fn add(&mut self, methods: Methods) {
        for (method, handler) in methods.0 {
            let path = match method.static_path() {
                Some(path) => Cow::Borrowed(path),
                None => Cow::Owned(method.path().to_owned()),
            };
            self.methods.insert(path, (method, handler));
        }
    }

    pub(crate) fn descriptor(&self, path: &str) -> Option<&MethodDescriptor> {
        self.methods.get(path).map(|(method, _)| method)
    }

    /// The handler of a call: that of a servicer, else one that a generic handler knows.
    pub(crate) fn find(
        &self,
        details: &HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        if let Some((method, handler)) = self.methods.get(details.method()) {
            return Ok(Some(RpcMethodHandler {
                request_streaming: method.request_streaming(),
                response_streaming: method.response_streaming(),
                handler: handler.clone(),
            }));
        }
        for generic in &self.generic {
            if let Some(handler) = generic.service(details)? {
                return Ok(Some(handler));
            }
        }
        Ok(None)
    }
}

/// What a running server's connections share.
pub(crate) struct Router {
    pub(crate) settings: Arc<Settings>,
    pub(crate) routes: RwLock<Arc<Routes>>,
    pub(crate) running: Arc<AtomicUsize>,
    pub(crate) telemetry: ServerTelemetry,
}

/// A call that does not reach a servicer.
pub(crate) enum Refusal {
    /// Not gRPC at all.
    Reset(Reason),
    Status(StatusCode, String),
    /// Compressed in a way that is not in use here.
    Disabled(Encoding),
}

impl Refusal {
    /// What the call ends with, if it is one.
    fn code(&self) -> Option<StatusCode> {
        match self {
            Self::Reset(_) => None,
            Self::Status(code, _) => Some(*code),
            Self::Disabled(_) => Some(StatusCode::Unimplemented),
        }
    }
}

/// A call that may begin.
struct Admitted<'a> {
    encoding: Encoding,
    deadline: Option<Instant>,
    method: MethodDescriptor,
    /// `None`: the interceptors, or a generic handler, find one.
    handler: Option<&'a Handler>,
    permit: Option<Permit>,
}

/// A place among the calls that may run at once.
struct Permit(Arc<AtomicUsize>);

impl Router {
    pub(crate) fn routes(&self) -> Arc<Routes> {
        self.routes
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Connections that are made from now on know the methods.
    pub(crate) fn add(&self, methods: Methods) {
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut routes).add(methods);
    }

    /// Connections that are made from now on know the handler.
    pub(crate) fn add_generic(&self, handler: Arc<dyn GenericRpcHandler>) {
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut routes).generic.push(handler);
    }

    /// Begins the call.
    pub(crate) fn begin(
        &self,
        routes: &Arc<Routes>,
        request: Request<impl Into<Source>>,
        peer: &Arc<Peer>,
        halt: &Arc<Halt>,
    ) -> Result<Exchange, Refusal> {
        let (head, body) = request.into_parts();
        let admitted = match self.admit(routes, &head) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                if let Some(code) = refusal.code() {
                    self.telemetry.refuse(head.uri.path(), code, peer);
                }
                return Err(refusal);
            }
        };
        let Admitted {
            encoding,
            deadline,
            method,
            handler,
            permit,
        } = admitted;
        let telemetry = self.telemetry.begin(&method, peer);
        let call = Arc::new(Call::new(
            method,
            head.headers,
            peer.clone(),
            deadline,
            self.settings.clone(),
        ));
        let limit = self.settings.max_receive_message_length;
        let meter = telemetry.meter();
        let inbound = Inbound::new(body, encoding, limit, Side::Server, meter);
        let incoming = Incoming::Open(inbound, call.clone());
        let outlet = Outlet::wire(call.clone());
        let mut running = match handler {
            Some(handler) => handler(incoming, outlet),
            None => {
                let interceptors = &self.settings.interceptors;
                interceptors.run(routes.clone(), incoming, outlet)
            }
        };
        running = telemetry.around(running);
        if let Some(permit) = permit {
            running = permit.hold_for(running);
        }
        if let Some(pool) = &self.settings.thread_pool {
            running = run_on_pool(pool.clone(), running, call.clone());
        }
        let watch = Watch::new(halt.clone());
        Ok(Exchange::new(call, running, watch, telemetry))
    }

    fn admit<'a>(
        &self,
        routes: &'a Routes,
        head: &request::Parts,
    ) -> Result<Admitted<'a>, Refusal> {
        let (encoding, deadline) = check(head, self.settings.limits.metadata_size)?;
        if !self.settings.enabled.contains(encoding) {
            return Err(Refusal::Disabled(encoding));
        }
        let path = head.uri.path();
        let interceptors = &self.settings.interceptors;
        let (method, handler) = match routes.methods.get(path) {
            Some((method, handler)) => {
                let handler = interceptors.is_empty().then_some(handler);
                (method.clone(), handler)
            }
            None if interceptors.is_empty() && routes.generic.is_empty() => {
                return Err(refuse(StatusCode::Unimplemented, "Method not found!"));
            }
            None => (MethodDescriptor::new(path, false, false), None),
        };
        Ok(Admitted {
            encoding,
            deadline,
            method,
            handler,
            permit: self.permit()?,
        })
    }

    fn permit(&self) -> Result<Option<Permit>, Refusal> {
        let Some(limit) = self.settings.maximum_concurrent_rpcs else {
            return Ok(None);
        };
        let permit = Permit(self.running.clone());
        if self.running.fetch_add(1, Ordering::AcqRel) >= limit {
            return Err(refuse(
                StatusCode::ResourceExhausted,
                "Concurrent RPC limit exceeded!",
            ));
        }
        Ok(Some(permit))
    }
}

impl Permit {
    /// A servicer that goes on after its caller has gone keeps its place.
    fn hold_for(self, running: Running) -> Running {
        Box::pin(async move {
            let _permit = self;
            running.await
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What C-core checks before it looks for the method.
fn check(
    head: &request::Parts,
    max_metadata_size: u32,
) -> Result<(Encoding, Option<Instant>), Refusal> {
    let te = head.headers.get(TE);
    if head.method != Method::POST || te.is_none() || head.uri.authority().is_none() {
        return Err(Refusal::Reset(Reason::INTERNAL_ERROR));
    }
    if te.is_some_and(|te| te != "trailers") {
        return Err(refuse(StatusCode::Internal, "Error parsing 'te' metadata"));
    }
    if !matches!(head.uri.scheme_str(), Some("http" | "https")) {
        return Err(refuse(
            StatusCode::Internal,
            "Error parsing ':scheme' metadata",
        ));
    }
    if let Err(Unacceptable(code, text)) = header::check(&head.headers, max_metadata_size) {
        return Err(Refusal::Status(code, text));
    }
    let Some(encoding) = Encoding::of_header(head.headers.get(GRPC_ENCODING)) else {
        return Err(refuse(
            StatusCode::Internal,
            "Error parsing 'grpc-encoding' metadata",
        ));
    };
    let deadline = match head
        .headers
        .get(GRPC_TIMEOUT)
        .map(|value| deadline::parse(value.as_bytes()))
    {
        None | Some(Ok(None)) => None,
        Some(Ok(Some(Duration::ZERO))) => {
            return Err(refuse(StatusCode::DeadlineExceeded, "Deadline Exceeded"));
        }
        Some(Ok(Some(timeout))) => deadline::after(timeout),
        Some(Err(_)) => {
            return Err(refuse(
                StatusCode::Internal,
                "Error parsing 'grpc-timeout' metadata",
            ));
        }
    };
    Ok((encoding, deadline))
}

fn refuse(code: StatusCode, details: &str) -> Refusal {
    Refusal::Status(code, details.to_owned())
}
