//! What a channel tells of its connections.

use super::Channel;
use crate::client::balance;
use crate::client::connectivity::{ChannelConnectivity, Subscription};
use crate::{RpcError, StatusCode};

impl Channel {
    /// The state now. With `try_to_connect` an idle channel begins to connect, as for a call; that needs a tokio runtime
    /// around it. Python's `channel.get_state(try_to_connect)`.
    pub fn get_state(&self, try_to_connect: bool) -> ChannelConnectivity {
        let Ok(balancer) = &self.shape.balancer else {
            return ChannelConnectivity::Shutdown;
        };
        let state = balancer.connectivity();
        if try_to_connect && state == ChannelConnectivity::Idle {
            balancer.wake();
        }
        state
    }

    /// Resolves when the state is another than `last_observed_state`. States that last only a moment may be missed;
    /// [`subscribe`](Self::subscribe) hears all.
    pub async fn wait_for_state_change(&self, last_observed_state: ChannelConnectivity) {
        match &self.shape.balancer {
            Ok(balancer) => balancer.wait_for_change(last_observed_state).await,
            Err(_) if last_observed_state != ChannelConnectivity::Shutdown => {}
            Err(_) => std::future::pending().await,
        }
    }

    /// Connects, and resolves when the channel is ready. Bound its time with `tokio::time::timeout`.
    ///
    /// Fails when the channel is closed, or is none.
    ///
    /// ```no_run
    /// use rustgrpc as grpc;
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let channel = grpc::aio::insecure_channel("localhost:50051");
    /// // Python's grpc.channel_ready_future(channel).result(timeout=5)
    /// tokio::time::timeout(Duration::from_secs(5), channel.channel_ready()).await??;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn channel_ready(&self) -> Result<(), RpcError> {
        loop {
            let state = self.get_state(true);
            match (state, &self.shape.balancer) {
                (ChannelConnectivity::Ready, _) => return Ok(()),
                (_, Err(outcome)) => {
                    return Err(RpcError::new(outcome.code, outcome.details.clone()));
                }
                (ChannelConnectivity::Shutdown, _) => {
                    let details = balance::closed().details;
                    return Err(RpcError::new(StatusCode::Cancelled, details));
                }
                _ => self.wait_for_state_change(state).await,
            }
        }
    }

    /// Calls `callback` with the state now, and with each that follows, in order, until the subscription is dropped. With
    /// `try_to_connect` the channel is connected whenever it is idle, if there is a tokio runtime around this.
    ///
    /// `callback` must not block: it is called where the state changes.
    ///
    /// ```no_run
    /// use rustgrpc as grpc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let channel = grpc::aio::insecure_channel("localhost:50051");
    /// let subscription = channel.subscribe(true, |state| println!("the channel is {state:?}"));
    /// # drop(subscription);
    /// # Ok(())
    /// # }
    /// ```
    pub fn subscribe(
        &self,
        try_to_connect: bool,
        mut callback: impl FnMut(ChannelConnectivity) + Send + 'static,
    ) -> Subscription {
        match &self.shape.balancer {
            Ok(balancer) => balancer.subscribe(try_to_connect, Box::new(callback)),
            Err(_) => {
                callback(ChannelConnectivity::Shutdown);
                Subscription::none()
            }
        }
    }
}
