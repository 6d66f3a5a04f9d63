//! What a blocking channel tells of its connections.

use std::time::Duration;

use super::blocking::{wait, wait_anywhere};
use super::runtime;
use super::{Channel, FutureError};
use crate::{ChannelConnectivity, Subscription};

impl Channel {
    /// The state now. With `try_to_connect` an idle channel begins to connect, as for a call.
    pub fn get_state(&self, try_to_connect: bool) -> ChannelConnectivity {
        let _entered = runtime::handle().ok().map(tokio::runtime::Handle::enter);
        self.channel.get_state(try_to_connect)
    }

    /// Waits until the state is another than `last_observed_state`, at most for `timeout`. Whether it is.
    pub fn wait_for_state_change(
        &self,
        last_observed_state: ChannelConnectivity,
        timeout: impl Into<Option<Duration>>,
    ) -> bool {
        let changed = self.channel.wait_for_state_change(last_observed_state);
        match timeout.into() {
            None => wait_anywhere(changed),
            Some(time) => {
                return wait_anywhere(async { tokio::time::timeout(time, changed).await.is_ok() });
            }
        }
        true
    }

    /// Connects, and waits until the channel is ready, at most for `timeout`. Python's
    /// `grpc.channel_ready_future(channel).result(timeout)`.
    ///
    /// Fails with [`FutureError::Timeout`], and when the channel is closed, or is none.
    #[doc(alias = "channel_ready_future")]
    pub fn channel_ready(&self, timeout: impl Into<Option<Duration>>) -> Result<(), FutureError> {
        let timeout = timeout.into();
        let ready = wait(async {
            match timeout {
                None => self.channel.channel_ready().await.map(Some),
                Some(time) => {
                    match tokio::time::timeout(time, self.channel.channel_ready()).await {
                        Ok(ready) => ready.map(Some),
                        Err(_) => Ok(None),
                    }
                }
            }
        });
        ready
            .map_err(|error| FutureError::Rpc(error.rendezvous()))?
            .ok_or(FutureError::Timeout)
    }

    /// Calls `callback` with the state now, and with each that follows, in order, until the subscription is dropped. With
    /// `try_to_connect` the channel is connected whenever it is idle.
    ///
    /// `callback` must not block: it is called where the state changes.
    pub fn subscribe(
        &self,
        try_to_connect: bool,
        callback: impl FnMut(ChannelConnectivity) + Send + 'static,
    ) -> Subscription {
        let _entered = runtime::handle().ok().map(tokio::runtime::Handle::enter);
        self.channel.subscribe(try_to_connect, callback)
    }
}
