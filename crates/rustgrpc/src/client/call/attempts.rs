//! A call that is made again: what it keeps for that, and how it begins again.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep};

use super::{ClientCall, Stage};
use crate::client::connection::Link;
use crate::client::outcome::Outcome;
use crate::client::retry::Reach;
use crate::client::upload::{Keep, Outgoing, Upload};
use crate::wire::frame::Spare;

/// Between two attempts.
pub(super) struct Pausing {
    pause: Option<Pin<Box<Sleep>>>,
    upload: Option<Upload>,
    /// What the call ends with if there is nothing to send again.
    outcome: Outcome,
}

impl ClientCall {
    /// What is kept of the requests, until the server's headers are there.
    pub(super) fn keep(&self) -> Keep {
        Keep {
            limit: self.shape.retry_buffer,
            recallable: self.retry().is_some(),
        }
    }

    /// Keeps a request that is about to be sent.
    pub(super) fn keep_spare(&mut self, outgoing: &Outgoing) {
        if let Outgoing::Message(frame) = outgoing {
            self.spare = Some(Spare::of(frame));
        }
    }

    /// The server has answered: the call is not made again.
    pub(super) fn commit(&mut self) {
        self.committed = true;
        self.spare = None;
        if let Some(upload) = &self.upload {
            upload.commit();
        }
    }

    /// An attempt is over: the call ends with its outcome, or is made again.
    pub(super) fn conclude(&mut self, outcome: Outcome, reach: Reach) {
        let retry = self.rules.as_ref().and_then(|rules| rules.retry.as_ref());
        let pause = self.attempts.next(
            retry,
            reach,
            outcome.code,
            &outcome.trailers,
            self.committed,
        );
        let Some(pause) = pause else {
            return self.end(outcome);
        };
        self.telemetry.end_attempt(outcome.code);
        if let (Ok(balancer), Some(link), Reach::Connection | Reach::Expelled) =
            (&self.shape.balancer, self.link.take(), reach)
        {
            balancer.lost(&link);
        }
        let upload = self.upload.take();
        if let Some(upload) = &upload {
            upload.recall();
        }
        let pause = (!pause.is_zero()).then(|| Box::pin(sleep(pause)));
        self.stage = Stage::Pausing(Box::new(Pausing {
            pause,
            upload,
            outcome,
        }));
    }

    /// A connection turned out to take no calls before one was opened on it.
    pub(super) fn conclude_stale(&mut self, link: Link, outgoing: Outgoing) {
        self.outgoing = Some(outgoing);
        self.link = Some(link);
        let outcome = Outcome::new(crate::StatusCode::Unavailable, "Socket closed");
        self.conclude(outcome, Reach::Connection);
    }

    /// Begins the next attempt when its time has come.
    pub(super) fn advance_pause(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Stage::Pausing(pausing) = &mut self.stage else {
            return Poll::Ready(());
        };
        if let Some(pause) = &mut pausing.pause {
            ready!(pause.as_mut().poll(cx));
            pausing.pause = None;
        }
        if self.outgoing.is_none() {
            self.outgoing = match &mut pausing.upload {
                Some(upload) => ready!(upload.poll_recalled(cx)).map(Outgoing::Again),
                None => {
                    let spare = self.spare.take();
                    spare.map(|spare| Outgoing::Message(spare.into_frame()))
                }
            };
        }
        if self.outgoing.is_some() {
            self.depart();
        } else {
            let outcome = pausing.outcome.clone();
            self.end(outcome);
        }
        Poll::Ready(())
    }
}
