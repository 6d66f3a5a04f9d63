//! Server interceptors: what stands between the head of a request and the handler that answers it.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use super::call::Call;
use super::method_handler::RpcMethodHandler;
use super::outlet::Outlet;
use super::request_iterator::Incoming;
use super::route::Routes;
use super::service::Running;
use crate::{Metadata, MethodDescriptor, Status, StatusCode};

/// Sees every call of a server before its handler does. Python's `grpc.ServerInterceptor`.
///
/// ```
/// use rustgrpc as grpc;
/// use rustgrpc::{
///     HandlerCallDetails, RpcMethodHandler, ServerContinuation, ServerInterceptor, Status, StatusCode,
/// };
///
/// struct Auth;
///
/// impl ServerInterceptor for Auth {
///     async fn intercept_service(
///         &self,
///         continuation: ServerContinuation<'_>,
///         handler_call_details: HandlerCallDetails,
///     ) -> Result<Option<RpcMethodHandler>, Status> {
///         if !handler_call_details.invocation_metadata().contains_key("token") {
///             let status = Status::new(StatusCode::Unauthenticated, "Invalid token");
///             return Ok(Some(RpcMethodHandler::aborting(status)));
///         }
///         continuation.call(handler_call_details).await
///     }
/// }
/// # drop(grpc::aio::Server::builder().interceptor(Auth));
/// ```
pub trait ServerInterceptor: Send + Sync + 'static {
    /// The handler of a call: usually that of `continuation`, which asks the next interceptor, and after the last one the
    /// server. `None` ends the call with UNIMPLEMENTED `Method not found!`.
    ///
    /// A [`Status`] that was made ends the call as it is; any other error does so with UNKNOWN
    /// `Error in service handler!`, as an exception does in Python.
    fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        handler_call_details: HandlerCallDetails,
    ) -> impl Future<Output = Result<Option<RpcMethodHandler>, Status>> + Send;
}

impl<I: ServerInterceptor> ServerInterceptor for Arc<I> {
    fn intercept_service(
        &self,
        continuation: ServerContinuation<'_>,
        handler_call_details: HandlerCallDetails,
    ) -> impl Future<Output = Result<Option<RpcMethodHandler>, Status>> + Send {
        I::intercept_service(self, continuation, handler_call_details)
    }
}

/// What is known of a call before it has a handler. Python's `grpc.HandlerCallDetails`.
#[derive(Clone)]
pub struct HandlerCallDetails {
    method: String,
    invocation_metadata: Metadata,
    routes: Arc<Routes>,
}

impl HandlerCallDetails {
    /// `/package.Service/Method`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Looks for the handler under another method.
    pub fn set_method(&mut self, method: impl Into<String>) {
        self.method = method.into();
    }

    /// The method, if a servicer was added that has it.
    pub fn descriptor(&self) -> Option<MethodDescriptor> {
        self.routes.descriptor(&self.method).cloned()
    }

    /// The metadata that the caller sent, `user-agent` included.
    pub fn invocation_metadata(&self) -> &Metadata {
        &self.invocation_metadata
    }

    /// The metadata, to be changed: what is passed on is what the servicer sees.
    pub fn invocation_metadata_mut(&mut self) -> &mut Metadata {
        &mut self.invocation_metadata
    }
}

impl fmt::Debug for HandlerCallDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerCallDetails")
            .field("method", &self.method)
            .field("invocation_metadata", &self.invocation_metadata)
            .finish_non_exhaustive()
    }
}

/// What comes after an interceptor: the next one, or the server's own search for the handler.
#[derive(Clone, Copy)]
pub struct ServerContinuation<'a> {
    interceptors: &'a [Arc<dyn Intercept>],
    call: &'a Call,
}

impl ServerContinuation<'_> {
    /// The handler of a call with these details; `None` when there is none.
    pub async fn call(
        &self,
        handler_call_details: HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        match self.interceptors.split_first() {
            Some((first, interceptors)) => {
                let continuation = ServerContinuation {
                    interceptors,
                    call: self.call,
                };
                first.intercept(continuation, handler_call_details).await
            }
            None => {
                let routes = handler_call_details.routes.clone();
                let handler = routes.find(&handler_call_details);
                // Set already when an interceptor has asked twice: then the first metadata counts.
                let _ = self
                    .call
                    .invocation_metadata
                    .set(handler_call_details.invocation_metadata);
                handler
            }
        }
    }
}

impl fmt::Debug for ServerContinuation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerContinuation")
            .field("interceptors", &self.interceptors.len())
            .finish_non_exhaustive()
    }
}

/// The interceptors of a server, in the order in which they are asked.
#[derive(Clone, Default)]
pub(crate) struct Interceptors(Arc<Vec<Arc<dyn Intercept>>>);

impl Interceptors {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, interceptor: impl ServerInterceptor) {
        Arc::make_mut(&mut self.0).push(Arc::new(interceptor));
    }

    /// A call whose handler is found by them, and by generic handlers.
    pub(crate) fn run(&self, routes: Arc<Routes>, incoming: Incoming, outlet: Outlet) -> Running {
        let interceptors = self.0.clone();
        Box::pin(async move {
            let handler = catch_panic(async {
                let call = outlet.call();
                let continuation = ServerContinuation {
                    interceptors: &interceptors,
                    call,
                };
                let details = HandlerCallDetails {
                    method: call.method().path().to_owned(),
                    invocation_metadata: call.read_metadata(),
                    routes,
                };
                continuation.call(details).await
            });
            let handler = match handler.await {
                Ok(handler) => handler.ok_or_else(method_not_found)?,
                Err(status) if status.is_raised() => {
                    let text = "Error in service handler!";
                    return Err(Status::new(StatusCode::Unknown, text));
                }
                Err(status) => return Err(status),
            };
            let call = outlet.call();
            call.resolve(handler.request_streaming, handler.response_streaming);
            (handler.handler)(incoming, outlet).await
        })
    }
}

impl fmt::Debug for Interceptors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.len().fmt(f)
    }
}

/// [`ServerInterceptor`] as an object.
trait Intercept: Send + Sync {
    fn intercept<'a>(
        &'a self,
        continuation: ServerContinuation<'a>,
        details: HandlerCallDetails,
    ) -> Finding<'a>;
}

type Finding<'a> =
    Pin<Box<dyn Future<Output = Result<Option<RpcMethodHandler>, Status>> + Send + 'a>>;

impl<I: ServerInterceptor> Intercept for I {
    fn intercept<'a>(
        &'a self,
        continuation: ServerContinuation<'a>,
        details: HandlerCallDetails,
    ) -> Finding<'a> {
        Box::pin(self.intercept_service(continuation, details))
    }
}

/// A panic is as good as an error.
async fn catch_panic<T>(future: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        polled.unwrap_or_else(|_: Box<dyn Any + Send>| Poll::Ready(Err(Status::raise("panic"))))
    })
    .await
}

fn method_not_found() -> Status {
    Status::new(StatusCode::Unimplemented, "Method not found!")
}
