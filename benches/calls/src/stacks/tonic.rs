//! The service and its callers in tonic.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic::transport::{Channel, Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status, Streaming};

use self::proto::echo_client::EchoClient;
use self::proto::echo_server::EchoServer;
use self::proto::{Amount, LogBatch, Text};
use super::{Kind, ServeOptions};
use crate::tls;

mod proto {
    include!(concat!(env!("OUT_DIR"), "/tonic/bench.rs"));
}

struct Echo;

type Texts = Pin<Box<dyn Stream<Item = Result<Text, Status>> + Send>>;

#[tonic::async_trait]
impl proto::echo_server::Echo for Echo {
    async fn unary(&self, request: Request<Text>) -> Result<Response<Text>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn batch(&self, request: Request<LogBatch>) -> Result<Response<LogBatch>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    type DownloadStream = stream::Iter<Box<dyn Iterator<Item = Result<Text, Status>> + Send>>;

    async fn download(
        &self,
        request: Request<Amount>,
    ) -> Result<Response<Self::DownloadStream>, Status> {
        let text = text(super::SMALL);
        let texts = (0..request.into_inner().count).map(move |_| Ok(text.clone()));
        let texts: Box<dyn Iterator<Item = _> + Send> = Box::new(texts);
        Ok(Response::new(stream::iter(texts)))
    }

    async fn upload(&self, request: Request<Streaming<Text>>) -> Result<Response<Amount>, Status> {
        let mut texts = request.into_inner();
        let mut count = 0;
        while texts.message().await?.is_some() {
            count += 1;
        }
        Ok(Response::new(Amount { count }))
    }

    type ChatStream = Texts;

    async fn chat(&self, request: Request<Streaming<Text>>) -> Result<Response<Texts>, Status> {
        Ok(Response::new(request.into_inner().boxed()))
    }
}

pub async fn serve(options: &ServeOptions) -> Result<u16, Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let mut echo = EchoServer::new(Echo);
    if options.compressed {
        echo = echo
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
    }
    let mut server = Server::builder();
    if options.tls {
        let (key, certificate) = tls::pair();
        let identity = Identity::from_pem(certificate, key);
        server = server.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    let incoming = tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = server.add_service(echo).serve_with_incoming(incoming);
    tokio::spawn(serving);
    Ok(port)
}

#[derive(Clone)]
pub struct Client {
    client: EchoClient<Channel>,
    batch: Arc<LogBatch>,
}

impl Client {
    pub async fn connect(port: u16) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            client: EchoClient::connect(format!("http://127.0.0.1:{port}")).await?,
            batch: Arc::new(LogBatch::decode(&*super::log_batch())?),
        })
    }

    /// One call; the number of messages that it carried.
    pub async fn call(&self, kind: Kind) -> Result<usize, Box<dyn Error + Send + Sync>> {
        let mut client = self.client.clone();
        Ok(match kind {
            Kind::Unary => {
                let reply = client.unary(text(super::SMALL)).await?;
                reply.into_inner().text.len() / super::SMALL
            }
            Kind::Large => {
                let reply = client.unary(text(super::LARGE)).await?;
                reply.into_inner().text.len() / super::LARGE
            }
            Kind::Batch => {
                let reply = client.batch((*self.batch).clone()).await?;
                reply.into_inner().records.len() / 50
            }
            Kind::Download(count) => {
                let count = count as i32;
                let mut texts = client.download(Amount { count }).await?.into_inner();
                let mut seen = 0;
                while texts.message().await?.is_some() {
                    seen += 1;
                }
                seen
            }
            Kind::Upload(count) => {
                let text = text(super::SMALL);
                let texts = stream::iter((0..count).map(move |_| text.clone()));
                client.upload(texts).await?.into_inner().count as usize
            }
            Kind::Chat(count) => {
                let text = text(super::SMALL);
                let texts = stream::iter((0..count).map(move |_| text.clone()));
                let mut texts = client.chat(texts).await?.into_inner();
                let mut seen = 0;
                while texts.message().await?.is_some() {
                    seen += 1;
                }
                seen
            }
        })
    }
}

fn text(length: usize) -> Text {
    Text {
        text: super::text(length),
    }
}
