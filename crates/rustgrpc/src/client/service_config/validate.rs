//! What a service config cannot say.

use super::{MethodConfig, RetryPolicy, ServiceConfig, ServiceConfigError};
use crate::StatusCode;

/// What is wrong, and where, in the words of C-core.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<String>);

impl Faults {
    pub(super) fn add(&mut self, field: &str, what: &str) {
        self.0.push(format!("field:{field} error:{what}"));
    }

    pub(super) fn into_result(self) -> Result<(), ServiceConfigError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let all = self.0.join("; ");
        Err(ServiceConfigError(format!(
            "errors validating service config: [{all}]"
        )))
    }
}

/// Adds what is wrong with the values of `config`.
pub(super) fn validate(config: &ServiceConfig, faults: &mut Faults) {
    let mut names = Vec::new();
    for (number, method) in config.methods.iter().enumerate() {
        let field = format!("methodConfig[{number}]");
        check_names(method, &field, &mut names, faults);
        if let Some(retry) = &method.retry {
            check_retry(retry, &format!("{field}.retryPolicy"), faults);
        }
    }
    if let Some(throttling) = config.throttling {
        for (name, value) in [
            ("maxTokens", throttling.max_tokens),
            ("tokenRatio", throttling.token_ratio),
        ] {
            if !(value > 0.0 && value.is_finite()) {
                faults.add(&format!("retryThrottling.{name}"), "must be greater than 0");
            }
        }
    }
}

fn check_names<'a>(
    method: &'a MethodConfig,
    field: &str,
    known: &mut Vec<&'a (String, String)>,
    faults: &mut Faults,
) {
    for (number, name) in method.names.iter().enumerate() {
        if name.0.is_empty() && !name.1.is_empty() {
            faults.add(
                &format!("{field}.name[{number}].method"),
                "method name populated without service name",
            );
        } else if known.contains(&name) {
            faults.add(
                &format!("{field}.name[{number}]"),
                "multiple method configs for same name",
            );
        }
        known.push(name);
    }
}

fn check_retry(retry: &RetryPolicy, field: &str, faults: &mut Faults) {
    let zero = "must be greater than 0";
    let multiplier = retry.backoff_multiplier;
    for (wrong, name, what) in [
        (retry.max_attempts < 2, "maxAttempts", "must be at least 2"),
        (retry.initial_backoff.is_zero(), "initialBackoff", zero),
        (retry.max_backoff.is_zero(), "maxBackoff", zero),
        (
            !(multiplier > 0.0 && multiplier.is_finite()),
            "backoffMultiplier",
            zero,
        ),
        (
            retry.codes.is_empty(),
            "retryableStatusCodes",
            "must be non-empty",
        ),
        (
            retry.codes.contains(&StatusCode::Ok),
            "retryableStatusCodes",
            "OK is no failure",
        ),
    ] {
        if wrong {
            faults.add(&format!("{field}.{name}"), what);
        }
    }
}
