//! The policy that sends all calls to the first address that answers.

use std::collections::VecDeque;
use std::task::Poll;

use tokio::time::{Instant, sleep};

use super::View;
use super::control::{Control, Later, race};
use crate::client::connector::Connected;

/// Connects, again after failures, until the connection is gone and nobody waits for another.
pub(super) async fn run(control: &Control) {
    let mut failures = 0;
    let mut wanted_at = Instant::now();
    loop {
        match connect(control).await {
            Ok(connected) => {
                failures = 0;
                let (link, life) = control.adopt(connected);
                let gone = life.gone();
                control.publish(View::of(vec![link]));
                race(gone, control.idle()).await;
                if control.rest() {
                    return;
                }
            }
            Err(details) => {
                control.publish(View::Failed(details.into()));
                if !control.pause(failures, &mut wanted_at).await && control.rest() {
                    return;
                }
                failures += 1;
            }
        }
    }
}

/// Connects to the first address that answers. The error is what calls end with, as UNAVAILABLE.
async fn connect(control: &Control) -> Result<Connected, String> {
    let mut waiting = VecDeque::from(control.resolve().await?);
    let mut running: Vec<Later<'static, _>> = Vec::new();
    let delay = control.setup.attempt_delay;
    let mut head_start = Box::pin(sleep(delay));
    let mut last = String::new();
    std::future::poll_fn(|cx| {
        loop {
            let mut connected = None;
            running.retain_mut(|attempt| match attempt.as_mut().poll(cx) {
                Poll::Pending => true,
                Poll::Ready(Ok(first)) => {
                    connected.get_or_insert(first);
                    false
                }
                Poll::Ready(Err(text)) => {
                    last = text;
                    false
                }
            });
            if let Some(connected) = connected {
                return Poll::Ready(Ok(connected));
            }
            if waiting.is_empty() && running.is_empty() {
                return Poll::Ready(Err(format!(
                    "failed to connect to all addresses; last error: {last}"
                )));
            }
            if waiting.is_empty()
                || (!running.is_empty() && head_start.as_mut().poll(cx).is_pending())
            {
                return Poll::Pending;
            }
            running.extend(waiting.pop_front().map(|address| control.dial(address)));
            head_start.as_mut().reset(Instant::now() + delay);
        }
    })
    .await
}
