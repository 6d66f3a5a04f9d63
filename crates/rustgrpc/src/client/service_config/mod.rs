//! The service config: what a channel does for which methods.

mod json;
mod parse;
mod rules;
mod validate;

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub(crate) use self::rules::{MethodRules, Rules};
use super::balance::LoadBalancing;
use crate::StatusCode;

/// What a channel does for which methods. Python's `grpc.service_config`, whose JSON can be parsed into this.
///
/// A config that says what cannot be is what the calls of its channel end with, as INVALID_ARGUMENT.
///
/// ```
/// use rustgrpc::{MethodConfig, RetryPolicy, ServiceConfig, StatusCode};
/// use std::time::Duration;
///
/// let typed = ServiceConfig::new().method(
///     MethodConfig::service("greet.Greeter")
///         .timeout(Duration::from_secs(1))
///         .retry(RetryPolicy::new(3, [StatusCode::Unavailable])),
/// );
/// let parsed: ServiceConfig = r#"{"methodConfig": [{
///     "name": [{"service": "greet.Greeter"}],
///     "timeout": "1s",
///     "retryPolicy": {"maxAttempts": 3, "initialBackoff": "1s", "maxBackoff": "120s",
///         "backoffMultiplier": 1.6, "retryableStatusCodes": ["UNAVAILABLE"]}
/// }]}"#.parse()?;
/// assert_eq!(typed, parsed);
/// # Ok::<(), rustgrpc::ServiceConfigError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceConfig {
    load_balancing: Option<LoadBalancing>,
    methods: Vec<MethodConfig>,
    throttling: Option<Throttling>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Throttling {
    max_tokens: f64,
    token_ratio: f64,
}

impl ServiceConfig {
    /// A config that says nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// How calls are spread over the addresses of the target. The channel's own option comes first.
    #[doc(alias = "loadBalancingConfig")]
    pub fn load_balancing(mut self, policy: LoadBalancing) -> Self {
        self.load_balancing = Some(policy);
        self
    }

    /// Adds what holds for some methods.
    #[doc(alias = "methodConfig")]
    pub fn method(mut self, config: MethodConfig) -> Self {
        self.methods.push(config);
        self
    }

    /// Retries stop while too many calls fail: each failure takes one of `max_tokens`, each success gives `token_ratio`
    /// back, and there are retries as long as more than half of the tokens are left. Not limited by default.
    #[doc(alias = "retryThrottling")]
    pub fn retry_throttling(mut self, max_tokens: f64, token_ratio: f64) -> Self {
        self.throttling = Some(Throttling {
            max_tokens,
            token_ratio,
        });
        self
    }

    pub(crate) fn policy(&self) -> Option<LoadBalancing> {
        self.load_balancing
    }
}

impl FromStr for ServiceConfig {
    type Err = ServiceConfigError;

    /// Reads JSON. Members that are not known are passed over.
    fn from_str(json: &str) -> Result<Self, ServiceConfigError> {
        parse::parse(json)
    }
}

/// What is wrong with a service config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfigError(String);

impl fmt::Display for ServiceConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ServiceConfigError {}

/// What a channel does for some methods. The most exact name counts: a method's, its service's, everyone's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MethodConfig {
    names: Vec<(String, String)>,
    timeout: Option<Duration>,
    wait_for_ready: Option<bool>,
    max_request_message_bytes: Option<usize>,
    max_response_message_bytes: Option<usize>,
    retry: Option<RetryPolicy>,
}

impl MethodConfig {
    /// For all methods of all services.
    pub fn everything() -> Self {
        Self::default().and("", "")
    }

    /// For all methods of `package.Service`.
    pub fn service(service: &str) -> Self {
        Self::default().and(service, "")
    }

    /// For one method of `package.Service`.
    pub fn of(service: &str, method: &str) -> Self {
        Self::default().and(service, method)
    }

    /// For another method as well; an empty one stands for all of the service.
    #[doc(alias = "name")]
    pub fn and(mut self, service: &str, method: &str) -> Self {
        self.names.push((service.to_owned(), method.to_owned()));
        self
    }

    /// The longest time that a call may take; a call's own timeout may be shorter.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Whether calls wait for a connection, where they do not say it themselves.
    #[doc(alias = "waitForReady")]
    pub fn wait_for_ready(mut self, wait_for_ready: bool) -> Self {
        self.wait_for_ready = Some(wait_for_ready);
        self
    }

    /// The longest request in bytes, where the channel's limit is not lower.
    #[doc(alias = "maxRequestMessageBytes")]
    pub fn max_request_message_bytes(mut self, length: usize) -> Self {
        self.max_request_message_bytes = Some(length);
        self
    }

    /// The longest response in bytes, where the channel's limit is not lower.
    #[doc(alias = "maxResponseMessageBytes")]
    pub fn max_response_message_bytes(mut self, length: usize) -> Self {
        self.max_response_message_bytes = Some(length);
        self
    }

    /// Which failed calls are made again.
    #[doc(alias = "retryPolicy")]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }
}

/// Which failed calls are made again, how often, and when.
///
/// A call is not made again when the server has sent its headers, when more requests were sent than the channel keeps,
/// or when the server says so with `grpc-retry-pushback-ms`.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    backoff_multiplier: f64,
    codes: Vec<StatusCode>,
}

impl RetryPolicy {
    /// At most `max_attempts` attempts (2 to 5; more count as 5) for calls that end with one of `codes`, with pauses
    /// as between attempts to connect: from one second on, each 1.6 times longer, up to two minutes.
    #[doc(alias = "maxAttempts", alias = "retryableStatusCodes")]
    pub fn new(max_attempts: u32, codes: impl IntoIterator<Item = StatusCode>) -> Self {
        Self {
            max_attempts,
            initial_backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(120),
            backoff_multiplier: 1.6,
            codes: codes.into_iter().collect(),
        }
    }

    /// The pauses between attempts: the first, the longest, and how much longer each is than the one before.
    #[doc(
        alias = "initialBackoff",
        alias = "maxBackoff",
        alias = "backoffMultiplier"
    )]
    pub fn backoff(mut self, initial: Duration, max: Duration, multiplier: f64) -> Self {
        self.initial_backoff = initial;
        self.max_backoff = max;
        self.backoff_multiplier = multiplier;
        self
    }
}
