//! The policy that sends calls to all addresses that answer, in turn.

use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::View;
use super::control::{Control, Later};
use crate::client::connection::{Connection, Link};
use crate::client::connector::Connected;
use crate::client::target::Address;

/// Connections that last shorter than this are as good as failures when they come in a row.
const SHORT_LIFE: Duration = Duration::from_secs(1);
const SHORT_LIVES: u32 = 3;

/// Keeps a connection to every address, until nobody has called for long.
pub(super) async fn run(control: &Control) {
    let mut robin = RoundRobin {
        control,
        members: Vec::new(),
        resolution: Some(Box::pin(control.resolve())),
        resolved_at: Instant::now(),
        failures: 0,
    };
    let mut idle = std::pin::pin!(control.idle());
    std::future::poll_fn(|cx| {
        robin.poll(cx);
        idle.as_mut().poll(cx)
    })
    .await;
    control.end();
}

struct RoundRobin<'a> {
    control: &'a Control,
    members: Vec<Member>,
    resolution: Option<Later<'a, Result<Vec<Address>, String>>>,
    resolved_at: Instant,
    failures: u32,
}

/// One address, and what is done about it.
struct Member {
    address: Address,
    stage: Stage,
    failures: u32,
    /// Why the last attempt failed; it counts until one succeeds.
    error: Option<String>,
}

enum Stage {
    Connecting(Later<'static, Result<Connected, String>>),
    Connected {
        /// Held until the view holds it.
        fresh: Option<Link>,
        link: Weak<Connection>,
        gone: Later<'static, ()>,
        since: Instant,
    },
    Pausing(Later<'static, ()>),
}

impl<'a> RoundRobin<'a> {
    fn poll(&mut self, cx: &mut Context<'_>) {
        let mut changed = false;
        let mut failed = false;
        if let Some(Poll::Ready(found)) = self
            .resolution
            .as_mut()
            .map(|resolution| resolution.as_mut().poll(cx))
        {
            self.resolution = None;
            self.resolved_at = Instant::now();
            match found {
                Ok(addresses) => {
                    self.failures = 0;
                    self.take(addresses);
                    changed = true;
                }
                Err(details) => self.resolve_again(details, cx),
            }
        }
        for member in &mut self.members {
            while member.poll(self.control, cx).is_ready() {
                changed = true;
                failed |= !matches!(member.stage, Stage::Connected { .. });
            }
        }
        if changed {
            self.publish();
        }
        if failed && self.resolution.is_none() {
            self.resolution = Some(self.later_resolution(cx));
        }
    }

    /// Addresses that stay keep their connections.
    fn take(&mut self, addresses: Vec<Address>) {
        self.members
            .retain(|member| addresses.contains(&member.address) || member.leave());
        for address in addresses {
            if !self.members.iter().any(|member| member.address == address) {
                let attempt = self.control.dial(address.clone());
                self.members.push(Member {
                    address,
                    stage: Stage::Connecting(attempt),
                    failures: 0,
                    error: None,
                });
            }
        }
    }

    fn resolve_again(&mut self, details: String, cx: &mut Context<'_>) {
        // Old addresses are better than none.
        if self.members.is_empty() {
            self.control.publish(View::Failed(details.into()));
        }
        let pause = self.control.backoff(self.failures);
        self.failures += 1;
        self.resolution = Some(self.resolution_after(pause, cx));
    }

    fn later_resolution(&self, cx: &mut Context<'_>) -> Later<'a, Result<Vec<Address>, String>> {
        let pause = self
            .control
            .setup
            .resolution_pause
            .saturating_sub(self.resolved_at.elapsed());
        self.resolution_after(pause, cx)
    }

    fn resolution_after(
        &self,
        pause: Duration,
        cx: &mut Context<'_>,
    ) -> Later<'a, Result<Vec<Address>, String>> {
        let control = self.control;
        // It is new, and has to be polled to wake anyone.
        cx.waker().wake_by_ref();
        Box::pin(async move {
            sleep(pause).await;
            control.resolve().await
        })
    }

    fn publish(&mut self) {
        let links: Vec<_> = self.members.iter_mut().filter_map(Member::link).collect();
        let errors = self.members.iter().map(|member| member.error.as_ref());
        let error = errors
            .collect::<Option<Vec<_>>>()
            .and_then(|mut all| all.pop());
        let view = match error {
            Some(error) if links.is_empty() => View::Failed(
                format!("connections to all backends failing; last error: {error}").into(),
            ),
            _ => View::of(links),
        };
        self.control.publish(view);
    }
}

impl Member {
    /// Ready after each change.
    fn poll(&mut self, control: &Control, cx: &mut Context<'_>) -> Poll<()> {
        let next = match &mut self.stage {
            Stage::Connecting(attempt) => match std::task::ready!(attempt.as_mut().poll(cx)) {
                Ok(connected) => {
                    let (link, life) = control.adopt(connected);
                    self.error = None;
                    Stage::Connected {
                        link: Arc::downgrade(&link),
                        fresh: Some(link),
                        gone: Box::pin(life.gone()),
                        since: Instant::now(),
                    }
                }
                Err(error) => {
                    self.error = Some(error);
                    self.pause(control)
                }
            },
            Stage::Connected { gone, since, .. } => {
                std::task::ready!(gone.as_mut().poll(cx));
                if since.elapsed() >= SHORT_LIFE {
                    self.failures = 0;
                }
                if self.failures >= SHORT_LIVES {
                    self.pause(control)
                } else {
                    self.failures += 1;
                    Stage::Connecting(control.dial(self.address.clone()))
                }
            }
            Stage::Pausing(pause) => {
                std::task::ready!(pause.as_mut().poll(cx));
                Stage::Connecting(control.dial(self.address.clone()))
            }
        };
        self.stage = next;
        Poll::Ready(())
    }

    fn pause(&mut self, control: &Control) -> Stage {
        let pause = control.backoff(self.failures);
        self.failures += 1;
        Stage::Pausing(Box::pin(sleep(pause)))
    }

    fn link(&mut self) -> Option<Link> {
        match &mut self.stage {
            Stage::Connected { fresh, link, .. } => fresh.take().or_else(|| link.upgrade()),
            _ => None,
        }
    }

    /// The address is one no more. Always false.
    fn leave(&self) -> bool {
        if let Stage::Connected { link, .. } = &self.stage
            && let Some(link) = link.upgrade()
        {
            link.retire();
        }
        false
    }
}
