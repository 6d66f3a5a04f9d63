//! The credentials of a call: asked for metadata when there is a connection to send it over, again for each attempt.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{ClientCall, Stage};
use crate::client::connection::Link;
use crate::client::outcome::Outcome;
use crate::client::retry::Reach;
use crate::credentials::{AuthMetadataContext, CallCredentials};
use crate::{Metadata, StatusCode};

const INSUFFICIENT: &str =
    "Established channel does not have a sufficient security level to transfer call credential.";

/// Waits for the metadata of call credentials.
pub(super) struct Authorizing {
    link: Link,
    fetching: Fetching,
}

type Fetching = Pin<Box<dyn Future<Output = Result<Metadata, (StatusCode, String)>> + Send>>;

impl ClientCall {
    /// Whether nothing is to be asked for, or it is there.
    pub(super) fn is_authorized(&self) -> bool {
        let credentials = [&self.options.credentials, &self.shape.credentials];
        self.authorization.is_some() || credentials.iter().all(|one| one.is_none())
    }

    pub(super) fn authorize(&mut self, link: Link) {
        let (of_channel, of_call) = (&self.shape.credentials, &self.options.credentials);
        let credentials = CallCredentials::join(of_channel.as_ref(), of_call.as_ref());
        let (Ok(balancer), Some(credentials)) = (&self.shape.balancer, credentials) else {
            return;
        };
        if !self.shape.security.is_sufficient() {
            return self.end(Outcome::new(StatusCode::Unauthenticated, INSUFFICIENT));
        }
        let authority = balancer.target().authority.as_str();
        let context = AuthMetadataContext::new(authority, self.method.path());
        self.stage = Stage::Authorizing(Box::new(Authorizing {
            link,
            fetching: Box::pin(credentials.fetch(context)),
        }));
    }

    /// Goes on with the connection when the metadata is there.
    pub(super) fn advance_authorizing(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Stage::Authorizing(authorizing) = &mut self.stage else {
            return Poll::Ready(());
        };
        match ready!(authorizing.fetching.as_mut().poll(cx)) {
            Ok(metadata) => {
                self.authorization = Some(metadata);
                self.stage = Stage::Connected(authorizing.link.clone());
            }
            Err((code, details)) => self.conclude(Outcome::new(code, details), Reach::Servicer),
        }
        Poll::Ready(())
    }
}
