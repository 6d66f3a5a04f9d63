//! Counts what a server sends: whether a message came compressed is not to be seen in gRPC's API.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A listener on loopback that passes connections on; it ends when this is dropped.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    received: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Relay {
    /// A relay to `target`, which is `host:port`.
    pub async fn start(target: String) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let received = Arc::<AtomicU64>::default();
        let count = received.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A server that is not there is seen by the client as a connection that ends.
                if let Ok(server) = TcpStream::connect(&target).await {
                    drop(tokio::spawn(pass_on(client, server, count.clone())));
                }
            }
        });
        Ok(Self {
            port,
            received,
            task,
        })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The bytes that came from the server since this was last asked.
    pub fn take_received(&self) -> u64 {
        self.received.swap(0, Ordering::SeqCst)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, count: Arc<AtomicU64>) -> io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::spawn(async move {
        tokio::io::copy(&mut from_client, &mut to_server).await?;
        to_server.shutdown().await
    });
    let mut buffer = vec![0; 16 << 10];
    loop {
        let length = from_server.read(&mut buffer).await?;
        if length == 0 {
            break;
        }
        count.fetch_add(length as u64, Ordering::SeqCst);
        to_client.write_all(&buffer[..length]).await?;
    }
    up.abort();
    to_client.shutdown().await
}
