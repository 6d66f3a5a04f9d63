//! The client's side of a call: from the target to the messages.

pub(crate) mod call;
pub(crate) mod connector;
pub(crate) mod handle;
pub(crate) mod head;
pub(crate) mod outcome;
pub(crate) mod subchannel;
pub(crate) mod target;
pub(crate) mod transport;
pub(crate) mod upload;
