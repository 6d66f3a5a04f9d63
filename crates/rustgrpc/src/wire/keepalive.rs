//! Finds out that a peer has gone silent.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use h2::{Ping, PingPong};
use tokio::time::{Sleep, sleep};

use crate::telemetry::socket::SocketTelemetry;

/// Pings after each `time` and wants the answer within `timeout`.
#[derive(Debug)]
pub(crate) struct Keepalive {
    pings: PingPong,
    time: Duration,
    timeout: Duration,
    timer: Pin<Box<Sleep>>,
    waiting: bool,
    socket: SocketTelemetry,
}

impl Keepalive {
    /// `None` when `time` is zero.
    pub(crate) fn new(
        pings: PingPong,
        (time, timeout): (Duration, Duration),
        socket: SocketTelemetry,
    ) -> Option<Self> {
        let timer = Box::pin(sleep(time));
        (!time.is_zero()).then_some(Self {
            pings,
            time,
            timeout,
            timer,
            waiting: false,
            socket,
        })
    }

    /// Ready when the peer did not answer in time; it is not asked where `is_due` says no. Errors of the connection show
    /// elsewhere.
    pub(crate) fn poll_dead(
        &mut self,
        cx: &mut Context<'_>,
        is_due: impl Fn() -> bool,
    ) -> Poll<()> {
        loop {
            if self.waiting {
                match self.pings.poll_pong(cx) {
                    Poll::Ready(Ok(_)) => {
                        self.waiting = false;
                        self.set(self.time);
                    }
                    Poll::Ready(Err(_)) => return Poll::Pending,
                    Poll::Pending => return self.timer.as_mut().poll(cx),
                }
            }
            if self.timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if !is_due() {
                self.set(self.time);
                continue;
            }
            if self.pings.send_ping(Ping::opaque()).is_err() {
                return Poll::Pending;
            }
            self.socket.note_keepalive();
            self.waiting = true;
            self.set(self.timeout);
        }
    }

    fn set(&mut self, time: Duration) {
        // A sleep knows how far away it can be.
        self.timer.set(sleep(time));
    }
}
