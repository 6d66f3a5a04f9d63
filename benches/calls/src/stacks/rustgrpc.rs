//! The service and its callers in rustgrpc.

use std::error::Error;
use std::sync::Arc;

use rustgrpc as grpc;

use self::echo_pb2::{Amount, LogBatch, Text};
use self::echo_pb2_grpc::{EchoServicer, EchoStub, add_echo_servicer_to_server};
use super::{Kind, ServeOptions};
use crate::tls;

rustgrpc::include_protos!();

struct Echo;

impl EchoServicer for Echo {
    async fn unary(&self, request: Text, _: grpc::ServicerContext) -> Result<Text, grpc::Status> {
        Ok(request)
    }

    async fn batch(
        &self,
        request: LogBatch,
        _: grpc::ServicerContext,
    ) -> Result<LogBatch, grpc::Status> {
        Ok(request)
    }

    fn download(
        &self,
        request: Amount,
        _: grpc::ServicerContext,
    ) -> impl grpc::Stream<Item = Result<Text, grpc::Status>> + Send {
        let text = text(super::SMALL);
        grpc::requests((0..request.count).map(move |_| Ok(text.clone())))
    }

    async fn upload(
        &self,
        mut request_iterator: grpc::RequestIterator<Text>,
        _: grpc::ServicerContext,
    ) -> Result<Amount, grpc::Status> {
        let mut amount = Amount::default();
        while request_iterator.next().await?.is_some() {
            amount.count += 1;
        }
        Ok(amount)
    }

    fn chat(
        &self,
        request_iterator: grpc::RequestIterator<Text>,
        _: grpc::ServicerContext,
    ) -> impl grpc::Stream<Item = Result<Text, grpc::Status>> + Send {
        request_iterator
    }
}

pub async fn serve(options: &ServeOptions) -> Result<u16, Box<dyn Error>> {
    let mut server = grpc::aio::Server::builder();
    if options.compressed {
        server = server.compression(grpc::Compression::Gzip);
    }
    let mut server = server.build();
    add_echo_servicer_to_server(Echo, &mut server);
    let port = server.add_secure_port("127.0.0.1:0", credentials(options)?)?;
    server.start().await?;
    tokio::spawn(async move { server.wait_for_termination().await });
    Ok(port)
}

/// The blocking face: servicers run on threads of a pool.
pub fn serve_blocking(options: &ServeOptions) -> Result<u16, Box<dyn Error>> {
    let mut server = grpc::server(grpc::ThreadPoolExecutor::new(8));
    add_echo_servicer_to_server(Echo, &mut server);
    let port = server.add_secure_port("127.0.0.1:0", credentials(options)?)?;
    server.start()?;
    std::mem::forget(server);
    Ok(port)
}

fn credentials(options: &ServeOptions) -> Result<grpc::ServerCredentials, Box<dyn Error>> {
    if !options.tls {
        return Ok(grpc::insecure_server_credentials());
    }
    let (key, certificate) = tls::pair();
    let pairs = [(key.as_bytes(), certificate.as_bytes())];
    Ok(grpc::ssl_server_credentials(pairs, None, false)?)
}

#[derive(Clone)]
pub struct Client {
    stub: EchoStub<grpc::aio::Channel>,
    batch: Arc<LogBatch>,
}

impl Client {
    pub async fn connect(port: u16) -> Result<Self, Box<dyn Error>> {
        let channel = grpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
        channel.channel_ready().await?;
        let batch = prost::Message::decode(&*super::log_batch())?;
        Ok(Self {
            stub: EchoStub::new(&channel),
            batch: Arc::new(batch),
        })
    }

    /// One call; the number of messages that it carried.
    pub async fn call(&self, kind: Kind) -> Result<usize, Box<dyn Error + Send + Sync>> {
        Ok(match kind {
            Kind::Unary => self.stub.unary(text(super::SMALL)).await?.text.len() / super::SMALL,
            Kind::Large => self.stub.unary(text(super::LARGE)).await?.text.len() / super::LARGE,
            Kind::Batch => self.stub.batch((*self.batch).clone()).await?.records.len() / 50,
            Kind::Download(count) => {
                let count = count as i32;
                let mut texts = self.stub.download(Amount {
                    count,
                    ..Default::default()
                });
                let mut seen = 0;
                while texts.next().await?.is_some() {
                    seen += 1;
                }
                seen
            }
            Kind::Upload(count) => {
                let text = text(super::SMALL);
                let texts = grpc::requests((0..count).map(move |_| text.clone()));
                self.stub.upload(texts).await?.count as usize
            }
            Kind::Chat(count) => {
                let text = text(super::SMALL);
                let texts = grpc::requests((0..count).map(move |_| text.clone()));
                let mut texts = self.stub.chat(texts);
                let mut seen = 0;
                while texts.next().await?.is_some() {
                    seen += 1;
                }
                seen
            }
        })
    }
}

/// Calls of the blocking face, on this thread.
pub struct BlockingClient(EchoStub<grpc::Channel>);

impl BlockingClient {
    pub fn connect(port: u16) -> Self {
        Self(EchoStub::new(&grpc::insecure_channel(format!(
            "127.0.0.1:{port}"
        ))))
    }

    pub fn call(&self) -> Result<usize, Box<dyn Error + Send + Sync>> {
        Ok(self.0.unary(text(super::SMALL)).wait()?.text.len() / super::SMALL)
    }
}

fn text(length: usize) -> Text {
    Text {
        text: super::text(length),
        ..Default::default()
    }
}
