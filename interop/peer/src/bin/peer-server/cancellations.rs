//! Which calls ended before their handlers had finished.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// The tokens of such calls. A clone shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancellations {
    tokens: Arc<watch::Sender<HashSet<String>>>,
}

impl Cancellations {
    /// Notes `token`, unless it is empty, when the handler is dropped before it says that it has finished.
    pub(crate) fn unfinished(&self, token: String) -> Unfinished {
        Unfinished {
            cancellations: self.clone(),
            token,
        }
    }

    /// Whether the token is noted, at the latest at the end of `patience`.
    pub(crate) async fn was_cancelled(&self, token: &str, patience: Duration) -> bool {
        let mut tokens = self.tokens.subscribe();
        let noted = tokens.wait_for(|tokens| tokens.contains(token));
        matches!(tokio::time::timeout(patience, noted).await, Ok(Ok(_)))
    }
}

/// A handler that runs.
#[derive(Debug)]
pub(crate) struct Unfinished {
    cancellations: Cancellations,
    token: String,
}

impl Unfinished {
    /// Takes the token of a later request.
    pub(crate) fn with(&mut self, token: String) {
        if !token.is_empty() {
            self.token = token;
        }
    }

    /// The handler has come to its end.
    pub(crate) fn finish(&mut self) {
        self.token.clear();
    }

    /// `result`; an error is the end that the handler itself has chosen.
    pub(crate) fn unless<T, E>(&mut self, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.finish();
        }
        result
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let token = std::mem::take(&mut self.token);
        if !token.is_empty() {
            let tokens = &self.cancellations.tokens;
            tokens.send_modify(|tokens| {
                tokens.insert(token);
            });
        }
    }
}
