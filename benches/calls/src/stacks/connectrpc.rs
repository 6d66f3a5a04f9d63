//! The service and its callers in connectrpc, over gRPC.

use std::error::Error;
use std::sync::Arc;

use connectrpc::client::{ClientConfig, Http2Connection, SharedHttp2Connection};
use connectrpc::{
    CompressionPolicy, ConnectError, Encodable, InboundStream, Protocol, RequestContext, Response,
    Router, Server, ServiceRequest, ServiceResult, ServiceStream,
};
use futures_util::{StreamExt, stream};

use self::proto::bench::{Amount, EchoClient, LogBatch, Text};
use super::{Kind, ServeOptions};
use crate::tls;

#[allow(clippy::all)]
mod proto {
    include!(concat!(env!("OUT_DIR"), "/connectrpc/_connectrpc.rs"));
}

struct Echo;

#[allow(refining_impl_trait)]
impl proto::bench::Echo for Echo {
    async fn unary(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, Text>,
    ) -> ServiceResult<Text> {
        Response::ok(request.to_owned_message())
    }

    async fn batch(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, LogBatch>,
    ) -> ServiceResult<LogBatch> {
        Response::ok(request.to_owned_message())
    }

    async fn download(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, Amount>,
    ) -> ServiceResult<ServiceStream<impl Encodable<Text> + Send + use<>>> {
        let text = text(super::SMALL);
        let texts = (0..request.count).map(move |_| Ok(text.clone()));
        Response::ok(stream::iter(texts).boxed())
    }

    async fn upload(
        &self,
        _: RequestContext,
        mut requests: InboundStream<Text>,
    ) -> ServiceResult<Amount> {
        let mut amount = Amount::default();
        while let Some(request) = requests.next().await {
            request?;
            amount.count += 1;
        }
        Response::ok(amount)
    }

    async fn chat(
        &self,
        _: RequestContext,
        requests: InboundStream<Text>,
    ) -> ServiceResult<ServiceStream<impl Encodable<Text> + Send + use<>>> {
        let texts = requests.map(|request| Ok::<_, ConnectError>(request?.to_owned_message()));
        Response::ok(texts.boxed())
    }
}

pub async fn serve(options: &ServeOptions) -> Result<u16, Box<dyn Error>> {
    let mut server = Server::bind("127.0.0.1:0")
        .await
        .map_err(|error| error.to_string())?;
    let port = server.local_addr()?.port();
    if options.tls {
        server = server.with_tls(tls::server_config());
    }
    let router = Router::new().add_service(Arc::new(Echo));
    let mut service = connectrpc::ConnectRpcService::new(router);
    if options.compressed {
        service = service.with_compression_policy(CompressionPolicy::default().with_min_size(0));
    }
    tokio::spawn(async move { server.serve_with_service(service).await.map_err(drop) });
    Ok(port)
}

#[derive(Clone)]
pub struct Client {
    client: EchoClient<SharedHttp2Connection>,
    batch: Arc<LogBatch>,
}

impl Client {
    pub async fn connect(port: u16) -> Result<Self, Box<dyn Error>> {
        let uri: http::Uri = format!("http://127.0.0.1:{port}").parse()?;
        let connection = Http2Connection::connect_plaintext(uri.clone())
            .await?
            .shared(1024);
        let config = ClientConfig::new(uri).with_protocol(Protocol::Grpc);
        let batch = buffa::Message::decode_from_slice(&super::log_batch())?;
        Ok(Self {
            client: EchoClient::new(connection, config),
            batch: Arc::new(batch),
        })
    }

    /// One call; the number of messages that it carried.
    pub async fn call(&self, kind: Kind) -> Result<usize, Box<dyn Error + Send + Sync>> {
        Ok(match kind {
            Kind::Unary => {
                let reply = self.client.unary(text(super::SMALL)).await?.into_owned();
                reply.text.len() / super::SMALL
            }
            Kind::Large => {
                let reply = self.client.unary(text(super::LARGE)).await?.into_owned();
                reply.text.len() / super::LARGE
            }
            Kind::Batch => {
                let reply = self.client.batch((*self.batch).clone()).await?.into_owned();
                reply.records.len() / 50
            }
            Kind::Download(count) => {
                let amount = Amount {
                    count: count as i32,
                    ..Default::default()
                };
                let mut texts = self.client.download(amount).await?;
                let mut seen = 0;
                while let Some(text) = texts.message().await? {
                    drop(text.to_owned_message());
                    seen += 1;
                }
                seen
            }
            Kind::Upload(count) => {
                let text = text(super::SMALL);
                let texts = (0..count).map(move |_| text.clone());
                self.client
                    .upload(stream::iter(texts))
                    .await?
                    .into_owned()
                    .count as usize
            }
            Kind::Chat(_) => return Err("not measured".into()),
        })
    }
}

fn text(length: usize) -> Text {
    Text {
        text: super::text(length),
        ..Default::default()
    }
}
