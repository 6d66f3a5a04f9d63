//! How a servicer's methods become handlers: what generated code builds on.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use prost::Message;

use super::exchange::panic_text;
use super::outlet::{Handover, Outlet};
use super::request_iterator::Incoming;
use super::{RequestIterator, ServicerContext};
use crate::wire::batch::Batch;
use crate::wire::frame::Frame;
use crate::{MethodDescriptor, Status, StatusCode};

/// A server that servicers can be added to, whichever its flavour.
pub trait RpcServer {
    /// Adds the methods of a service, in place of those with the same names.
    #[doc(hidden)]
    fn add_registered_method_handlers(&mut self, service: &'static str, methods: Methods);
}

/// The handlers of a service.
#[derive(Default)]
pub struct Methods(pub(crate) Vec<(MethodDescriptor, Handler)>);

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(method, _)| method.path()))
            .finish()
    }
}

pub(crate) type Handler = Arc<dyn Fn(Incoming, Outlet) -> Running + Send + Sync>;

/// A servicer at work. It resolves to the response of a method that gives one; those of a stream are handed over
/// through the [`Outlet`].
pub(crate) type Running = Pin<Box<dyn Future<Output = Result<Option<Frame>, Status>> + Send>>;

/// A servicer with its methods, built by generated code.
#[derive(Debug)]
pub struct Service<S> {
    name: &'static str,
    servicer: Arc<S>,
    methods: Methods,
}

impl<S: Send + Sync + 'static> Service<S> {
    /// A service without methods.
    pub fn new(name: &'static str, servicer: S) -> Self {
        Self {
            name,
            servicer: Arc::new(servicer),
            methods: Methods::default(),
        }
    }

    /// Adds a method of one request and one response.
    pub fn unary_unary<Req, Rep, B, F>(self, method: MethodDescriptor, behavior: B) -> Self
    where
        Req: Message + Default + 'static,
        Rep: Message + 'static,
        B: Fn(Arc<S>, Req, ServicerContext) -> F + Copy + Send + Sync + 'static,
        F: Future<Output = Result<Rep, Status>> + Send + 'static,
    {
        self.method(method, move |servicer, incoming, outlet| async move {
            let request = incoming.only_message().await?;
            let context = outlet.context();
            let reply = behavior(servicer, request, context).await?;
            outlet.only(reply.encode_to_vec().into())
        })
    }

    /// Adds a method of one request and a stream of responses.
    pub fn unary_stream<Req, B, F>(self, method: MethodDescriptor, behavior: B) -> Self
    where
        Req: Message + Default + 'static,
        B: Fn(Arc<S>, Req, ServicerContext, Responses) -> F + Copy + Send + Sync + 'static,
        F: Future<Output = Result<(), Status>> + Send + 'static,
    {
        self.method(method, move |servicer, incoming, outlet| async move {
            let request = incoming.only_message().await?;
            let context = outlet.context();
            behavior(servicer, request, context, Responses { outlet })
                .await
                .map(|()| None)
        })
    }

    /// Adds a method of a stream of requests and one response.
    pub fn stream_unary<Req, Rep, B, F>(self, method: MethodDescriptor, behavior: B) -> Self
    where
        Req: Message + Default + 'static,
        Rep: Message + 'static,
        B: Fn(Arc<S>, RequestIterator<Req>, ServicerContext) -> F + Copy + Send + Sync + 'static,
        F: Future<Output = Result<Rep, Status>> + Send + 'static,
    {
        self.method(method, move |servicer, incoming, outlet| async move {
            let context = outlet.context();
            let reply = behavior(servicer, RequestIterator::new(incoming), context).await?;
            outlet.only(reply.encode_to_vec().into())
        })
    }

    /// Adds a method of a stream of requests and a stream of responses.
    pub fn stream_stream<Req, B, F>(self, method: MethodDescriptor, behavior: B) -> Self
    where
        Req: Message + Default + 'static,
        B: Fn(Arc<S>, RequestIterator<Req>, ServicerContext, Responses) -> F
            + Copy
            + Send
            + Sync
            + 'static,
        F: Future<Output = Result<(), Status>> + Send + 'static,
    {
        self.method(method, move |servicer, incoming, outlet| async move {
            let context = outlet.context();
            let requests = RequestIterator::new(incoming);
            behavior(servicer, requests, context, Responses { outlet })
                .await
                .map(|()| None)
        })
    }

    /// Registers the service.
    pub fn add_to(self, server: &mut impl RpcServer) {
        server.add_registered_method_handlers(self.name, self.methods);
    }

    fn method<B, F>(mut self, method: MethodDescriptor, behavior: B) -> Self
    where
        B: Fn(Arc<S>, Incoming, Outlet) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Option<Frame>, Status>> + Send + 'static,
    {
        let servicer = self.servicer.clone();
        let handler: Handler = Arc::new(move |incoming, outlet| {
            Box::pin(behavior(servicer.clone(), incoming, outlet))
        });
        self.methods.0.push((method, handler));
        self
    }
}

/// Where the responses of a stream go.
#[allow(missing_debug_implementations)]
pub struct Responses {
    outlet: Outlet,
}

impl Responses {
    /// Sends the responses, more of them when those before are on their way.
    pub async fn send<T: Message>(
        self,
        responses: impl Stream<Item = Result<T, Status>> + Send,
    ) -> Result<(), Status> {
        let mut responses = pin!(responses);
        if self.outlet.gathers() {
            return self.send_gathered(responses).await;
        }
        while let Some(response) = std::future::poll_fn(|cx| responses.as_mut().poll_next(cx)).await
        {
            self.outlet.send(response?.encode_to_vec().into())?;
            Handover::new().await;
        }
        Ok(())
    }

    async fn send_gathered<T: Message>(
        &self,
        mut responses: Pin<&mut (impl Stream<Item = Result<T, Status>> + Send)>,
    ) -> Result<(), Status> {
        let call = self.outlet.call();
        let mut batch = Batch::default();
        let mut gather = |cx: &mut Context<'_>| {
            let gathered = catch_unwind(AssertUnwindSafe(|| {
                batch.poll_gather(|batch| {
                    // Looked at where it is: to move a small message costs as much as to encode it.
                    Poll::Ready(match &ready!(responses.as_mut().poll_next(cx)) {
                        Some(Ok(response)) => Some(call.push(response, batch)),
                        Some(Err(status)) => Some(Err(status.clone())),
                        None => None,
                    })
                })
            }));
            // What came before a panic is sent before it ends the call.
            gathered.unwrap_or_else(|panic| batch.fail(&Status::raise(panic_text(&*panic))))
        };
        while let Some(frame) = std::future::poll_fn(&mut gather).await {
            call.hand_over(frame?);
            Handover::new().await;
        }
        Ok(())
    }
}

/// The answer of a method that the servicer does not have.
pub fn unimplemented<R, T>(_request: R, _context: ServicerContext) -> Unimplemented<T> {
    Unimplemented {
        done: false,
        response: PhantomData,
    }
}

/// See [`unimplemented`]. A response and a stream of responses at once.
#[allow(missing_debug_implementations)]
pub struct Unimplemented<T> {
    done: bool,
    response: PhantomData<fn() -> T>,
}

impl<T> Unimplemented<T> {
    fn status() -> Status {
        Status::new(StatusCode::Unimplemented, "Method not implemented!")
    }
}

impl<T> Future for Unimplemented<T> {
    type Output = Result<T, Status>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(Err(Self::status()))
    }
}

impl<T> Stream for Unimplemented<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let done = std::mem::replace(&mut self.done, true);
        Poll::Ready((!done).then(|| Err(Self::status())))
    }
}
