//! The server process of a check.

use std::process::Stdio;
use std::time::Duration;

use rustgrpc::aio::Channel;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::Failure;
use crate::faults_pb2::{Nothing, StatsReply};
use crate::faults_pb2_grpc::FaultsStub;
use crate::patience::{until, within};
use crate::usage::Usage;

/// How servicers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// On the runtime.
    Aio,
    /// On threads.
    Sync,
}

impl Face {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aio => "aio",
            Self::Sync => "sync",
        }
    }
}

/// A server in a process of its own; it is killed when this is dropped.
#[derive(Debug)]
pub struct Victim {
    process: Child,
    id: u32,
    port: u16,
    observer: FaultsStub,
}

impl Victim {
    /// Starts a server.
    pub async fn start(face: Face) -> Result<Self, Failure> {
        Self::start_with(face, 0, None).await
    }

    /// Starts a server on this port (0: a free one), which pings its callers after the first time and waits the second for
    /// the answer.
    pub async fn start_with(
        face: Face,
        port: u16,
        keepalive: Option<(Duration, Duration)>,
    ) -> Result<Self, Failure> {
        let (interval, timeout) = keepalive.unwrap_or_default();
        let mut process = Command::new(std::env::current_exe()?.with_file_name("faults-server"))
            .args([face.name(), &port.to_string()])
            .args([interval, timeout].map(|time| time.as_millis().to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = process.stdout.take().ok_or("no stdout")?;
        let mut line = String::new();
        let mut stdout = BufReader::new(stdout);
        within("the server's start", stdout.read_line(&mut line))
            .await?
            .0?;
        let port = line.trim().strip_prefix("Listening on port ");
        let port = port
            .ok_or_else(|| format!("the server said {line:?}"))?
            .parse()?;
        let observer = FaultsStub::new(&channel(port));
        let victim = Self {
            id: process.id().ok_or("the server is gone")?,
            process,
            port,
            observer,
        };
        victim.stats().await?;
        Ok(victim)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A channel of its own.
    pub fn channel(&self) -> Channel {
        channel(self.port)
    }

    /// A stub on a channel of its own.
    pub fn stub(&self) -> FaultsStub {
        FaultsStub::new(&self.channel())
    }

    /// The calls that stand, counted over another connection.
    pub async fn handlers(&self) -> Result<u64, Failure> {
        Ok(self.stats().await?.handlers)
    }

    /// Waits until exactly this many calls stand, and gives the seconds that it took.
    pub async fn until_handlers(&self, count: u64) -> Result<f64, Failure> {
        until("the calls on the server", count, async || {
            self.handlers().await
        })
        .await
    }

    /// What the server knows of itself, over another connection.
    pub async fn stats(&self) -> Result<StatsReply, Failure> {
        let call = self.observer.stats(Nothing::default());
        Ok(within("a call of another connection", call.into_future())
            .await?
            .0?)
    }

    /// Lets the calls go that hold.
    pub async fn release(&self) -> Result<(), Failure> {
        let call = self.observer.release(Nothing::default());
        within("a call of another connection", call.into_future())
            .await?
            .0?;
        Ok(())
    }

    /// What the process uses.
    pub fn usage(&self) -> Result<Usage, Failure> {
        Usage::of(self.id)
    }

    /// Waits until the process has no more files open than this, and gives the seconds that it took.
    pub async fn until_files(&self, count: f64) -> Result<f64, Failure> {
        let is_back = async || Ok(self.usage()?.files <= count);
        until("the server's sockets are closed", true, is_back).await
    }

    /// Waits until the server has no more tasks than this, and gives how many it has beyond. The call that asks has one of its
    /// own when the server is busy, and else none.
    pub async fn tasks_left(&self, count: u64) -> Result<f64, Failure> {
        let is_back = async || Ok(self.stats().await?.tasks <= count + 1);
        until("the server's tasks are gone", true, is_back).await?;
        let left = self.stats().await?.tasks.saturating_sub(count);
        Ok(left.saturating_sub(1) as f64)
    }

    /// `kill -9`.
    pub async fn kill(&mut self) -> Result<(), Failure> {
        Ok(self.process.kill().await?)
    }

    /// Stops the server and gives the seconds until the process has ended.
    pub async fn stop(mut self, grace: Duration) -> Result<f64, Failure> {
        let stdin = self.process.stdin.as_mut().ok_or("no stdin")?;
        let order = format!("stop {}\n", grace.as_millis());
        stdin.write_all(order.as_bytes()).await?;
        let (status, seconds) = within("the server's end", self.process.wait()).await?;
        if status?.success() {
            Ok(seconds)
        } else {
            Err("the server failed".into())
        }
    }
}

fn channel(port: u16) -> Channel {
    rustgrpc::aio::insecure_channel(format!("127.0.0.1:{port}"))
}
