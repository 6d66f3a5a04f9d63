//! A channel that calls through a service.

use std::error::Error;

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::relay;
use super::request_body::RequestBody;
use crate::aio::{Channel, ChannelBuilder};
use crate::client::in_process::InProcess;

impl Channel {
    /// A channel whose calls go through `service`, with the default options. See [`service_builder`](Self::service_builder).
    pub fn from_service<S, B>(service: S) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S: Service<Request<RequestBody>, Error: Into<Box<dyn Error + Send + Sync>>, Future: Send>,
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        Self::service_builder(service).build()
    }

    /// The options of a channel whose calls go through `service`, which sees HTTP/2 requests of gRPC.
    ///
    /// Calls end with UNAVAILABLE and the text of the error when the service fails.
    pub fn service_builder<S, B>(service: S) -> ChannelBuilder
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S: Service<Request<RequestBody>, Error: Into<Box<dyn Error + Send + Sync>>, Future: Send>,
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        ChannelBuilder::in_process(InProcess::new(move |io| {
            drop(tokio::spawn(relay::serve(io, service.clone())));
            Ok(())
        }))
    }
}
