//! Client interceptors: what stands between a stub and the channel.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::call::{ClientCall, Options, Shape};
use super::messages::{ClientResponse, RequestStream, ResponseStream};
use super::upload::{Encode, Outgoing};
use crate::credentials::CallCredentials;
use crate::wire::compression::Compression;
use crate::{Metadata, MethodDescriptor, RpcError, Status};

/// Sees every call of a channel before it is made. Python's `grpc.UnaryUnaryClientInterceptor` and its three kin in one:
/// an arity that is not overridden passes through.
///
/// Messages are bytes here; decode and encode them to see and change what they say. `continuation` makes the call, any
/// number of times, or asks the next interceptor; an interceptor that does not use it answers itself.
///
/// ```
/// use bytes::Bytes;
/// use rustgrpc as grpc;
/// use rustgrpc::{
///     ClientCallDetails, ClientInterceptor, ClientResponse, RpcError, UnaryUnaryContinuation,
/// };
///
/// struct Token(String);
///
/// impl ClientInterceptor for Token {
///     async fn intercept_unary_unary(
///         &self,
///         continuation: UnaryUnaryContinuation,
///         mut client_call_details: ClientCallDetails,
///         request: Bytes,
///     ) -> Result<ClientResponse, RpcError> {
///         client_call_details.metadata_mut().add("token", self.0.clone());
///         continuation.call(client_call_details, request).await
///     }
/// }
///
/// let channel = grpc::aio::insecure_channel("localhost:50051");
/// let channel = grpc::intercept_channel(&channel, [Token("secret".to_owned())]);
/// # drop(channel);
/// ```
pub trait ClientInterceptor: Send + Sync + 'static {
    /// Makes a call of one request and one response.
    fn intercept_unary_unary(
        &self,
        continuation: UnaryUnaryContinuation,
        client_call_details: ClientCallDetails,
        request: Bytes,
    ) -> impl Future<Output = Result<ClientResponse, RpcError>> + Send {
        async move { continuation.call(client_call_details, request).await }
    }

    /// Makes a call of one request and a stream of responses.
    fn intercept_unary_stream(
        &self,
        continuation: UnaryStreamContinuation,
        client_call_details: ClientCallDetails,
        request: Bytes,
    ) -> impl Future<Output = Result<ResponseStream, RpcError>> + Send {
        async move { continuation.call(client_call_details, request).await }
    }

    /// Makes a call of a stream of requests and one response.
    fn intercept_stream_unary(
        &self,
        continuation: StreamUnaryContinuation,
        client_call_details: ClientCallDetails,
        request_iterator: RequestStream,
    ) -> impl Future<Output = Result<ClientResponse, RpcError>> + Send {
        async move {
            continuation
                .call(client_call_details, request_iterator)
                .await
        }
    }

    /// Makes a call of a stream of requests and a stream of responses.
    fn intercept_stream_stream(
        &self,
        continuation: StreamStreamContinuation,
        client_call_details: ClientCallDetails,
        request_iterator: RequestStream,
    ) -> impl Future<Output = Result<ResponseStream, RpcError>> + Send {
        async move {
            continuation
                .call(client_call_details, request_iterator)
                .await
        }
    }
}

/// A channel whose calls go through `interceptors` first, the first one first, and then through those that `channel` has.
/// Python's `grpc.intercept_channel(channel, *interceptors)`.
///
/// Both channels share their connections. Interceptors of several types: intercept several times.
pub fn intercept_channel<C: AnyChannel>(
    channel: &C,
    interceptors: impl IntoIterator<Item = impl ClientInterceptor>,
) -> C {
    let mut all = Interceptors::default();
    for interceptor in interceptors {
        all.push(interceptor);
    }
    channel.intercepted(all)
}

/// What a call is made with. Python's `grpc.ClientCallDetails`.
#[derive(Clone, Debug)]
pub struct ClientCallDetails {
    pub(super) method: MethodDescriptor,
    pub(super) options: Options,
}

impl ClientCallDetails {
    /// The method.
    pub fn method(&self) -> &MethodDescriptor {
        &self.method
    }

    /// Calls another method, of the same arity.
    pub fn set_method(&mut self, path: impl AsRef<str>) {
        let Self { method, .. } = self;
        let (requests, responses) = (method.request_streaming(), method.response_streaming());
        *method = MethodDescriptor::new(path, requests, responses);
    }

    /// The time that the call may take; `None` when it is not limited.
    pub fn timeout(&self) -> Option<Duration> {
        self.options.timeout
    }

    /// Limits the time that the call may take.
    pub fn set_timeout(&mut self, timeout: impl Into<Option<Duration>>) {
        self.options.timeout = timeout.into();
    }

    /// The metadata to send.
    pub fn metadata(&self) -> &Metadata {
        &self.options.metadata
    }

    /// The metadata to send, to be changed.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.options.metadata
    }

    /// Whether the call waits for a connection; `None`: as the service config says.
    pub fn wait_for_ready(&self) -> Option<bool> {
        self.options.wait_for_ready
    }

    /// Lets the call wait for a connection, or not.
    pub fn set_wait_for_ready(&mut self, wait_for_ready: impl Into<Option<bool>>) {
        self.options.wait_for_ready = wait_for_ready.into();
    }

    /// Who makes the call, besides what the channel's credentials say.
    pub fn credentials(&self) -> Option<&CallCredentials> {
        self.options.credentials.as_ref()
    }

    /// Sets who makes the call.
    pub fn set_credentials(&mut self, credentials: impl Into<Option<CallCredentials>>) {
        self.options.credentials = credentials.into();
    }

    /// How the requests are compressed; `None`: as the channel says.
    pub fn compression(&self) -> Option<Compression> {
        self.options.compression
    }

    /// Sets how the requests are compressed.
    pub fn set_compression(&mut self, compression: impl Into<Option<Compression>>) {
        self.options.compression = compression.into();
    }
}

/// What comes after an interceptor: the next one, or the call itself. A clone is the same; it may outlive the interceptor.
pub struct ClientContinuation<Req, Rep> {
    chain: Chain,
    arity: PhantomData<fn(Req) -> Rep>,
}

/// What makes a call of one request and one response.
pub type UnaryUnaryContinuation = ClientContinuation<Bytes, ClientResponse>;
/// What makes a call of one request and a stream of responses.
pub type UnaryStreamContinuation = ClientContinuation<Bytes, ResponseStream>;
/// What makes a call of a stream of requests and one response.
pub type StreamUnaryContinuation = ClientContinuation<RequestStream, ClientResponse>;
/// What makes a call of a stream of requests and a stream of responses.
pub type StreamStreamContinuation = ClientContinuation<RequestStream, ResponseStream>;

impl<Req, Rep> ClientContinuation<Req, Rep> {
    pub(super) fn new(chain: Chain) -> Self {
        Self {
            chain,
            arity: PhantomData,
        }
    }
}

impl<Req, Rep> Clone for ClientContinuation<Req, Rep> {
    fn clone(&self) -> Self {
        Self::new(self.chain.clone())
    }
}

impl<Req, Rep> fmt::Debug for ClientContinuation<Req, Rep> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientContinuation").finish_non_exhaustive()
    }
}

/// A channel of either face.
pub trait AnyChannel: Clone {
    #[doc(hidden)]
    fn intercepted(&self, interceptors: Interceptors) -> Self;
}

/// The interceptors of a channel, in the order in which they see calls.
#[derive(Clone, Default)]
#[doc(hidden)]
pub struct Interceptors(Option<Arc<Vec<Arc<dyn Intercept>>>>);

impl Interceptors {
    pub(crate) fn push(&mut self, interceptor: impl ClientInterceptor) {
        Arc::make_mut(self.0.get_or_insert_default()).push(Arc::new(interceptor));
    }

    /// These, and behind them `inner`.
    pub(crate) fn before(mut self, inner: &Self) -> Self {
        if let Some(inner) = &inner.0 {
            Arc::make_mut(self.0.get_or_insert_default()).extend(inner.iter().cloned());
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for Interceptors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(0, |all| all.len()).fmt(f)
    }
}

/// The interceptors that have not seen a call yet, and how it is made after the last.
#[derive(Clone)]
pub(super) struct Chain {
    pub(super) interceptors: Interceptors,
    pub(super) seen: usize,
    pub(super) shape: Arc<Shape>,
}

impl Chain {
    fn next(&self) -> Option<(&dyn Intercept, Self)> {
        let first = self.interceptors.0.as_ref()?.get(self.seen)?;
        let rest = Self {
            seen: self.seen + 1,
            ..self.clone()
        };
        Some((&**first, rest))
    }

    fn begin(&self, details: ClientCallDetails, requests: impl Encodable) -> ClientCall {
        let mut call = ClientCall::new(self.shape.clone(), details.method);
        call.options = details.options;
        let outgoing = requests.encoded(call.encode());
        call.begin(outgoing);
        call
    }
}

/// The requests of a call, as interceptors have them.
trait Encodable {
    fn encoded(self, encode: Encode) -> Result<Outgoing, Status>;
}

impl Encodable for Bytes {
    fn encoded(self, encode: Encode) -> Result<Outgoing, Status> {
        encode.frame_bytes(self).map(Outgoing::Message)
    }
}

impl Encodable for RequestStream {
    fn encoded(self, encode: Encode) -> Result<Outgoing, Status> {
        Ok(Outgoing::Stream(self.into_frames(), encode))
    }
}

pub(super) type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, RpcError>> + Send + 'a>>;

/// What is the same for each arity, but for the types of its requests and responses.
macro_rules! arities {
    ($($arity:ident, $method:ident: $request:ty => $response:ty, $doc:literal;)*) => {
        /// [`ClientInterceptor`] as an object.
        pub(super) trait Intercept: Send + Sync {
            $(fn $arity(
                &self,
                rest: Chain,
                details: ClientCallDetails,
                request: $request,
            ) -> Answering<'_, $response>;)*
        }

        impl<I: ClientInterceptor> Intercept for I {
            $(fn $arity(
                &self,
                rest: Chain,
                details: ClientCallDetails,
                request: $request,
            ) -> Answering<'_, $response> {
                Box::pin(self.$method(ClientContinuation::new(rest), details, request))
            })*
        }

        impl<I: ClientInterceptor> ClientInterceptor for Arc<I> {
            $(fn $method(
                &self,
                continuation: ClientContinuation<$request, $response>,
                client_call_details: ClientCallDetails,
                request: $request,
            ) -> impl Future<Output = Result<$response, RpcError>> + Send {
                I::$method(self, continuation, client_call_details, request)
            })*
        }

        $(impl ClientContinuation<$request, $response> {
            #[doc = $doc]
            pub async fn call(
                &self,
                client_call_details: ClientCallDetails,
                request: $request,
            ) -> Result<$response, RpcError> {
                match self.chain.next() {
                    Some((first, rest)) => first.$arity(rest, client_call_details, request).await,
                    None => {
                        let call = self.chain.begin(client_call_details, request);
                        <$response>::of(call).await
                    }
                }
            }
        })*
    };
}

arities! {
    unary_unary, intercept_unary_unary: Bytes => ClientResponse,
        "Makes the call, and waits for its response.";
    unary_stream, intercept_unary_stream: Bytes => ResponseStream,
        "Makes the call, which begins when its responses are asked for.";
    stream_unary, intercept_stream_unary: RequestStream => ClientResponse,
        "Makes the call, and waits for its response.";
    stream_stream, intercept_stream_stream: RequestStream => ResponseStream,
        "Makes the call, which begins when its responses are asked for.";
}
