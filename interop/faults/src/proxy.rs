//! A proxy that can go silent, where bytes are taken and never passed on and nothing is closed, and cut its connections.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A listener on loopback before a server; it ends, with its connections, when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    /// Connections of earlier generations are silent.
    generation: Arc<watch::Sender<u64>>,
    cuts: Arc<watch::Sender<u64>>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// A proxy before the server on this port.
    pub async fn start(server: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let generation = Arc::new(watch::Sender::new(0));
        let cuts = Arc::new(watch::Sender::new(0));
        let (silence, cut) = (generation.clone(), cuts.clone());
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                // The client sees a server that is not there as the end of its connection.
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await {
                    let passing = pass_on(client, server, silence.subscribe());
                    let mut cut = cut.subscribe();
                    connections.spawn(async move {
                        tokio::select! {
                            () = passing => {}
                            _ = cut.changed() => {}
                        }
                    });
                }
            }
        });
        Ok(Self {
            port,
            generation,
            cuts,
            task,
        })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on, what comes over the connections that there are goes nowhere. Those made later work.
    pub fn go_silent(&self) {
        self.generation.send_modify(|number| *number += 1);
    }

    /// Closes the connections that there are, whatever is under way on them. Those made later work.
    pub fn cut(&self) {
        self.cuts.send_modify(|number| *number += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, silence: watch::Receiver<u64>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let up = pump(from_client, to_server, silence.clone());
    let down = pump(from_server, to_client, silence);
    // An error of the one way is the end of that way.
    let _ = tokio::join!(up, down);
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    silence: watch::Receiver<u64>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = from.read(&mut buffer).await;
        // An error means that the proxy is going.
        if silence.has_changed().unwrap_or(true) {
            swallow(from, buffer, read.unwrap_or(0)).await;
            // Whatever became of the one side, the other is not told.
            return std::future::pending().await;
        }
        match read? {
            0 => return to.shutdown().await,
            length => to.write_all(&buffer[..length]).await?,
        }
    }
}

async fn swallow(mut from: OwnedReadHalf, mut buffer: Vec<u8>, mut length: usize) {
    while length > 0 {
        length = from.read(&mut buffer).await.unwrap_or(0);
    }
}
