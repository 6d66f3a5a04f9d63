//! Reads a service config from JSON.

use std::time::Duration;

use super::json::Value;
use super::validate::{Faults, validate};
use super::{MethodConfig, RetryPolicy, ServiceConfig, ServiceConfigError, Throttling};
use crate::StatusCode;
use crate::client::balance::LoadBalancing;

/// The longest duration of protobuf's JSON, in seconds.
const LONGEST: f64 = 315_576_000_000.0;

pub(super) fn parse(json: &str) -> Result<ServiceConfig, ServiceConfigError> {
    let value = Value::parse(json)
        .map_err(|error| ServiceConfigError(format!("JSON parsing failed: {error}")))?;
    let mut faults = Faults::default();
    let root = Field {
        value: &value,
        path: String::new(),
    };
    let config = service_config(&root, &mut faults);
    validate(&config, &mut faults);
    faults.into_result()?;
    Ok(config)
}

/// A value and where it stands.
struct Field<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Field<'a> {
    fn member(&self, name: &str) -> Option<Self> {
        let value = self.value.member(name)?;
        let path = match &*self.path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        Some(Self { value, path })
    }

    /// A member that has to be there.
    fn needed(&self, name: &str, faults: &mut Faults) -> Option<Self> {
        let member = self.member(name);
        if member.is_none() {
            faults.add(&format!("{}.{name}", self.path), "field not present");
        }
        member
    }

    fn items(&self, faults: &mut Faults) -> Vec<Self> {
        match self.value {
            Value::Array(items) => {
                let numbered = items.iter().enumerate();
                let path = &self.path;
                numbered
                    .map(|(number, value)| Self {
                        value,
                        path: format!("{path}[{number}]"),
                    })
                    .collect()
            }
            _ => {
                faults.add(&self.path, "is not an array");
                Vec::new()
            }
        }
    }

    fn object(self, faults: &mut Faults) -> Option<Self> {
        match self.value {
            Value::Object(_) => Some(self),
            _ => self.wrong("is not an object", faults),
        }
    }

    fn text(&self, faults: &mut Faults) -> Option<&'a str> {
        match self.value {
            Value::Text(text) => Some(text),
            _ => self.wrong("is not a string", faults),
        }
    }

    fn bool(&self, faults: &mut Faults) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(*value),
            _ => self.wrong("is not a boolean", faults),
        }
    }

    /// Protobuf's JSON lets numbers be text.
    fn number(&self, faults: &mut Faults) -> Option<f64> {
        let number = match self.value {
            Value::Number(number) => Some(*number),
            Value::Text(text) => text.parse().ok(),
            _ => return self.wrong("is not a number", faults),
        };
        match number {
            None => self.wrong("failed to parse number", faults),
            number => number,
        }
    }

    fn integer(&self, faults: &mut Faults) -> Option<u64> {
        let number = self.number(faults)?;
        if number < 0.0 {
            return self.wrong("must be non-negative", faults);
        }
        if number.fract() != 0.0 || number > 9_007_199_254_740_992.0 {
            return self.wrong("failed to parse number", faults);
        }
        // Whole and in range: checked above.
        Some(number as u64)
    }

    fn duration(&self, faults: &mut Faults) -> Option<Duration> {
        let text = self.text(faults)?;
        let Some(number) = text.strip_suffix('s') else {
            return self.wrong("Not a duration (no s suffix)", faults);
        };
        let plain = number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        match number.parse::<f64>() {
            Ok(seconds) if plain && seconds <= LONGEST => Some(Duration::from_secs_f64(seconds)),
            Ok(_) => self.wrong("seconds must be in the range [0, 315576000000]", faults),
            Err(_) => self.wrong("Not a duration (not a number of seconds)", faults),
        }
    }

    fn wrong<T>(&self, what: &str, faults: &mut Faults) -> Option<T> {
        faults.add(&self.path, what);
        None
    }
}

fn service_config(root: &Field<'_>, faults: &mut Faults) -> ServiceConfig {
    if !matches!(root.value, Value::Object(_)) {
        faults.add("", "is not an object");
    }
    let methods = root.member("methodConfig");
    let methods = methods.map(|methods| methods.items(faults));
    let methods = methods.into_iter().flatten();
    let methods: Vec<_> = methods
        .filter_map(|method| Some(method_config(&method.object(faults)?, faults)))
        .collect();
    ServiceConfig {
        load_balancing: load_balancing(root, faults),
        methods,
        throttling: root
            .member("retryThrottling")
            .and_then(|field| throttling(&field.object(faults)?, faults)),
    }
}

fn load_balancing(root: &Field<'_>, faults: &mut Faults) -> Option<LoadBalancing> {
    if let Some(list) = root.member("loadBalancingConfig") {
        let mut unknown = Vec::new();
        for item in list.items(faults) {
            let Value::Object(members) = item.value else {
                return item.wrong("is not an object", faults);
            };
            let [(name, _)] = &**members else {
                return item.wrong("oneOf violation", faults);
            };
            match policy(name) {
                Some(policy) => return Some(policy),
                None => unknown.push(&**name),
            }
        }
        let text = format!("No known policies in list: {}", unknown.join(" "));
        return list.wrong(&text, faults);
    }
    let name = root.member("loadBalancingPolicy")?;
    match policy(&name.text(faults)?.to_ascii_lowercase()) {
        None => name.wrong("Unknown lb policy", faults),
        policy => policy,
    }
}

fn policy(name: &str) -> Option<LoadBalancing> {
    match name {
        "pick_first" => Some(LoadBalancing::PickFirst),
        "round_robin" => Some(LoadBalancing::RoundRobin),
        _ => None,
    }
}

fn method_config(field: &Field<'_>, faults: &mut Faults) -> MethodConfig {
    let names = field.member("name").map(|names| names.items(faults));
    let names = names.into_iter().flatten();
    let names = names
        .filter_map(|name| {
            let name = name.object(faults)?;
            let part = |part: &str, faults: &mut Faults| match name.member(part) {
                Some(part) => part.text(faults).unwrap_or_default().to_owned(),
                None => String::new(),
            };
            Some((part("service", faults), part("method", faults)))
        })
        .collect();
    let length = |name: &str, faults: &mut Faults| {
        let length = field.member(name)?.integer(faults)?;
        Some(usize::try_from(length).unwrap_or(usize::MAX))
    };
    MethodConfig {
        names,
        timeout: field
            .member("timeout")
            .and_then(|timeout| timeout.duration(faults)),
        wait_for_ready: field
            .member("waitForReady")
            .and_then(|wait| wait.bool(faults)),
        max_request_message_bytes: length("maxRequestMessageBytes", faults),
        max_response_message_bytes: length("maxResponseMessageBytes", faults),
        retry: field
            .member("retryPolicy")
            .and_then(|retry| retry_policy(&retry.object(faults)?, faults)),
    }
}

fn retry_policy(field: &Field<'_>, faults: &mut Faults) -> Option<RetryPolicy> {
    let attempts = field.needed("maxAttempts", faults);
    let attempts = attempts.and_then(|attempts| attempts.integer(faults));
    let initial = field.needed("initialBackoff", faults);
    let initial = initial.and_then(|initial| initial.duration(faults));
    let max = field.needed("maxBackoff", faults);
    let max = max.and_then(|max| max.duration(faults));
    let multiplier = field.needed("backoffMultiplier", faults);
    let multiplier = multiplier.and_then(|multiplier| multiplier.number(faults));
    let codes = field.needed("retryableStatusCodes", faults);
    let codes = codes.map(|codes| codes.items(faults));
    let codes = codes.map(|codes| {
        codes
            .iter()
            .filter_map(|code| status(code, faults))
            .collect()
    });
    Some(RetryPolicy {
        max_attempts: u32::try_from(attempts?).unwrap_or(u32::MAX),
        initial_backoff: initial?,
        max_backoff: max?,
        backoff_multiplier: multiplier?,
        codes: codes?,
    })
}

/// A status by its name or number.
fn status(field: &Field<'_>, faults: &mut Faults) -> Option<StatusCode> {
    let found = match field.value {
        Value::Number(number) => (0..=16)
            .find(|code| f64::from(*code) == *number)
            .and_then(StatusCode::from_value),
        Value::Text(text) => (0..=16)
            .filter_map(StatusCode::from_value)
            .find(|code| code.name() == text),
        _ => None,
    };
    match found {
        None => field.wrong("failed to parse status code", faults),
        found => found,
    }
}

fn throttling(field: &Field<'_>, faults: &mut Faults) -> Option<Throttling> {
    let tokens = field.needed("maxTokens", faults);
    let tokens = tokens.and_then(|tokens| tokens.number(faults));
    let ratio = field.needed("tokenRatio", faults);
    let ratio = ratio.and_then(|ratio| ratio.number(faults));
    Some(Throttling {
        max_tokens: tokens?,
        token_ratio: ratio?,
    })
}
