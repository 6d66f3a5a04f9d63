//! A service config made ready for calls.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::validate::{Faults, validate};
use super::{ServiceConfig, ServiceConfigError};
use crate::MethodDescriptor;
use crate::client::backoff::Backoff;
use crate::client::retry::{Retry, Throttle};

/// More attempts are not made whatever a config says, C-core's.
const MOST_ATTEMPTS: u32 = 5;

/// What holds for which methods.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// `/package.Service/Method`, `/package.Service/` for all of a service, nothing for all.
    methods: HashMap<String, Arc<MethodRules>>,
}

/// What holds for a method.
#[derive(Debug)]
pub(crate) struct MethodRules {
    pub(crate) timeout: Option<Duration>,
    pub(crate) wait_for_ready: Option<bool>,
    pub(crate) max_request: usize,
    pub(crate) max_response: usize,
    pub(crate) retry: Option<Retry>,
}

impl Rules {
    pub(crate) fn new(config: &ServiceConfig, retries: bool) -> Result<Self, ServiceConfigError> {
        let mut faults = Faults::default();
        validate(config, &mut faults);
        faults.into_result()?;
        let throttle = config.throttling.map(|throttling| {
            Arc::new(Throttle::new(throttling.max_tokens, throttling.token_ratio))
        });
        let mut methods = HashMap::new();
        for method in &config.methods {
            let retry = method.retry.as_ref().filter(|_| retries);
            let rules = Arc::new(MethodRules {
                timeout: method.timeout,
                wait_for_ready: method.wait_for_ready,
                max_request: method.max_request_message_bytes.unwrap_or(usize::MAX),
                max_response: method.max_response_message_bytes.unwrap_or(usize::MAX),
                retry: retry.map(|retry| Retry {
                    max_attempts: retry.max_attempts.min(MOST_ATTEMPTS),
                    backoff: Backoff {
                        initial: retry.initial_backoff,
                        max: retry.max_backoff,
                        factor: retry.backoff_multiplier,
                    },
                    codes: retry.codes.clone(),
                    throttle: throttle.clone(),
                }),
            });
            for (service, name) in &method.names {
                methods.insert(key(service, name), rules.clone());
            }
        }
        Ok(Self { methods })
    }

    pub(crate) fn of(&self, method: &MethodDescriptor) -> Option<Arc<MethodRules>> {
        if self.methods.is_empty() {
            return None;
        }
        let path = method.path();
        let service = path.rfind('/').map_or("", |slash| &path[..=slash]);
        [path, service, ""]
            .into_iter()
            .find_map(|name| self.methods.get(name))
            .cloned()
    }
}

fn key(service: &str, method: &str) -> String {
    match (service, method) {
        ("", "") => String::new(),
        _ => format!("/{service}/{method}"),
    }
}
