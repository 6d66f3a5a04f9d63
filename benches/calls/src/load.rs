//! The load generator, the same for all servers: connections that keep so many calls open each.

use std::collections::HashMap;
use std::error::Error;
use std::time::{Duration, Instant};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http2::{self, Head, RequestHead};
use crate::measure::{Outcome, Window};
use crate::stacks::{self, Kind};
use crate::tls;

/// What to send, to whom.
#[derive(Clone, Debug)]
pub struct Plan {
    pub port: u16,
    pub pid: u32,
    pub kind: Kind,
    pub tls: bool,
    pub compressed: bool,
    pub connections: usize,
    /// Calls that are open at once, of all connections together.
    pub concurrency: usize,
    /// Calls per second; as many as there come when `None`.
    pub rate: Option<f64>,
    pub warm_up: Duration,
    pub time: Duration,
    /// Ends the run before its time.
    pub calls: Option<usize>,
}

type Failure = Box<dyn Error + Send + Sync>;

/// Frames of DATA are not longer than every peer takes.
const FRAME: usize = 16_384;

pub async fn run(plan: &Plan) -> Result<Outcome, Failure> {
    let window = Window::new(plan.pid, plan.warm_up, plan.time);
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..plan.connections {
        let open = (plan.concurrency + index) / plan.connections;
        let plan = plan.clone();
        let socket = TcpStream::connect(("127.0.0.1", plan.port)).await?;
        socket.set_nodelay(true)?;
        if plan.tls {
            let connector = tokio_rustls::TlsConnector::from(tls::client_config());
            let socket = connector.connect("localhost".try_into()?, socket).await?;
            tasks.spawn(Connection::new(socket, plan, open, window.clone()).run());
        } else {
            tasks.spawn(Connection::new(socket, plan, open, window.clone()).run());
        }
    }
    while let Some(joined) = tasks.join_next().await {
        joined??;
    }
    window.outcome()
}

struct Connection<T> {
    socket: T,
    plan: Plan,
    open: usize,
    window: Window,
    head: RequestHead,
    /// What a request carries, in the prefix and message of gRPC.
    body: Vec<u8>,
    /// The least bytes of DATA that a good answer has.
    least: usize,
    out: Vec<u8>,
    input: BytesMut,
    next: u32,
    calls: HashMap<u32, Call>,
    /// What may be sent, on the connection and on a new stream.
    credit: i64,
    stream_credit: i64,
    consumed: u32,
    begun: usize,
    ended: usize,
    epoch: Instant,
}

struct Call {
    begun: Instant,
    received: usize,
    /// Of the body.
    sent: usize,
    credit: i64,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Connection<T> {
    fn new(socket: T, plan: Plan, open: usize, window: Window) -> Self {
        let (body, least) = body(plan.kind);
        let mut out = Vec::with_capacity(1 << 16);
        http2::write_preface(&mut out);
        Self {
            head: RequestHead::new(plan.kind.path(), plan.tls, plan.compressed),
            least: if plan.compressed { 1 } else { least },
            socket,
            plan,
            open,
            window,
            body,
            out,
            input: BytesMut::with_capacity(1 << 18),
            next: 1,
            calls: HashMap::new(),
            credit: 65_535,
            stream_credit: 65_535,
            consumed: 0,
            begun: 0,
            ended: 0,
            epoch: Instant::now(),
        }
    }

    async fn run(mut self) -> Result<(), Failure> {
        // The server's settings come first: its windows may be larger than the protocol's.
        while self.stream_credit == 65_535
            && self.ended == 0
            && self.epoch.elapsed() < Duration::from_millis(50)
        {
            self.flush().await?;
            let reading = tokio::time::timeout(Duration::from_millis(20), self.read());
            if let Ok(read) = reading.await {
                read?;
            }
        }
        self.epoch = Instant::now();
        self.window.start();
        loop {
            self.begin_calls();
            self.flush().await?;
            if self.calls.is_empty() && self.is_done() {
                return Ok(());
            }
            match self.pause() {
                None => self.read().await?,
                // The clock of the runtime knows milliseconds only.
                Some(pause) if pause < Duration::from_millis(2) => {
                    tokio::select! {
                        biased;
                        read = self.read() => read?,
                        () = tokio::task::yield_now() => {}
                    }
                }
                Some(pause) => {
                    let reading =
                        tokio::time::timeout(pause - Duration::from_millis(1), self.read());
                    if let Ok(read) = reading.await {
                        read?;
                    }
                }
            }
        }
    }

    fn is_done(&self) -> bool {
        self.window.is_over() || self.plan.calls.is_some_and(|calls| self.begun >= calls)
    }

    /// The time until the next call is due, with a rate.
    fn pause(&self) -> Option<Duration> {
        self.plan.rate?;
        (!self.is_done()).then(|| self.due().saturating_duration_since(Instant::now()))
    }

    fn due(&self) -> Instant {
        let rate = self.plan.rate.unwrap_or(f64::MAX) / self.plan.connections as f64;
        self.epoch + Duration::from_secs_f64(self.begun as f64 / rate)
    }

    fn begin_calls(&mut self) {
        let now = Instant::now();
        while !self.is_done() && self.calls.len() < self.open {
            let begun = match self.plan.rate {
                None => now,
                // A call that is late has waited since it was due.
                Some(_) if self.due() <= now => self.due(),
                Some(_) => break,
            };
            let stream = self.next;
            self.next += 2;
            self.begun += 1;
            self.head.write(&mut self.out, stream);
            let call = Call {
                begun,
                received: 0,
                sent: 0,
                credit: self.stream_credit,
            };
            self.calls.insert(stream, call);
            self.send(stream);
        }
    }

    /// Sends of a request's body what the peer's windows allow.
    fn send(&mut self, stream: u32) {
        let Some(call) = self.calls.get_mut(&stream) else {
            return;
        };
        while call.sent < self.body.len() {
            let rest = self.body.len() - call.sent;
            let length = rest
                .min(FRAME)
                .min(call.credit.min(self.credit).max(0) as usize);
            if length == 0 {
                return;
            }
            let flags = if length == rest { http2::END_STREAM } else { 0 };
            http2::write_head(&mut self.out, length, http2::DATA, flags, stream);
            self.out
                .extend_from_slice(&self.body[call.sent..call.sent + length]);
            call.sent += length;
            call.credit -= length as i64;
            self.credit -= length as i64;
        }
    }

    fn send_all(&mut self) {
        let streams: Vec<_> = self.calls.keys().copied().collect();
        streams.into_iter().for_each(|stream| self.send(stream));
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        if !self.out.is_empty() {
            self.socket.write_all(&self.out).await?;
            self.socket.flush().await?;
            self.out.clear();
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<(), Failure> {
        self.input.reserve(1 << 16);
        if self.socket.read_buf(&mut self.input).await? == 0 {
            return Err("the server closed the connection".into());
        }
        while let Some(head) = Head::read(&self.input) {
            if self.input.len() < http2::HEAD + head.length {
                break;
            }
            self.input.advance(http2::HEAD);
            let payload = self.input.split_to(head.length);
            self.take(head, &payload)?;
        }
        Ok(())
    }

    fn take(&mut self, head: Head, payload: &[u8]) -> Result<(), Failure> {
        match head.kind {
            http2::DATA => {
                self.consumed += head.length as u32;
                if self.consumed > 1 << 24 {
                    http2::write_window_update(&mut self.out, self.consumed);
                    self.consumed = 0;
                }
                if let Some(call) = self.calls.get_mut(&head.stream) {
                    call.received += head.length;
                }
            }
            http2::SETTINGS if head.flags & http2::ACK == 0 => {
                if let Some(window) = http2::initial_window(payload) {
                    // Also for streams that are open.
                    let more = i64::from(window) - self.stream_credit;
                    self.stream_credit += more;
                    self.calls.values_mut().for_each(|call| call.credit += more);
                    self.send_all();
                }
                http2::write_head(&mut self.out, 0, http2::SETTINGS, http2::ACK, 0);
            }
            http2::PING if head.flags & http2::ACK == 0 => {
                http2::write_head(&mut self.out, 8, http2::PING, http2::ACK, 0);
                self.out.extend_from_slice(payload);
            }
            http2::WINDOW_UPDATE => {
                let more = payload
                    .first_chunk()
                    .map_or(0, |bytes| u32::from_be_bytes(*bytes));
                if head.stream == 0 {
                    self.credit += i64::from(more);
                    self.send_all();
                } else if let Some(call) = self.calls.get_mut(&head.stream) {
                    call.credit += i64::from(more);
                    self.send(head.stream);
                }
            }
            http2::RST_STREAM | http2::GOAWAY => {
                return Err(format!("the server sent {head:?} {payload:?}").into());
            }
            _ => {}
        }
        let ends = matches!(head.kind, http2::DATA | http2::HEADERS)
            && head.flags & http2::END_STREAM != 0;
        if ends && let Some(call) = self.calls.remove(&head.stream) {
            if call.received < self.least {
                return Err(format!("a call was answered with {} bytes", call.received).into());
            }
            self.ended += 1;
            self.window.note(call.begun, messages(self.plan.kind));
        }
        Ok(())
    }
}

/// What is sent, and the least bytes that come back.
fn body(kind: Kind) -> (Vec<u8>, usize) {
    let small = stacks::framed(&stacks::encoded_text(stacks::SMALL));
    match kind {
        Kind::Unary => (small.clone(), small.len()),
        Kind::Large => {
            let large = stacks::framed(&stacks::encoded_text(stacks::LARGE));
            (large.clone(), large.len())
        }
        Kind::Batch => {
            let batch = stacks::framed(&stacks::log_batch());
            (batch.clone(), batch.len())
        }
        Kind::Download(count) => (
            stacks::framed(&stacks::encoded_amount(count)),
            small.len() * count,
        ),
        Kind::Upload(count) => (small.repeat(count), 6),
        Kind::Chat(count) => (small.repeat(count), small.len() * count),
    }
}

pub fn messages(kind: Kind) -> usize {
    match kind {
        Kind::Download(count) | Kind::Upload(count) | Kind::Chat(count) => count,
        _ => 1,
    }
}
