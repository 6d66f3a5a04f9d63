//! Which failed attempts are made again, and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use h2::Reason;
use http::HeaderMap;

use super::backoff::Backoff;
use crate::StatusCode;

/// Attempts that no servicer has seen are made again so often, which takes minutes: a call must not fail because it was
/// queued on one aging connection after the other.
const MOST_UNPROCESSED: u32 = 200;

/// The first ones at once, the others after pauses.
const AT_ONCE: u32 = 3;
const UNPROCESSED: Backoff = Backoff {
    initial: Duration::from_millis(10),
    max: Duration::from_secs(1),
    factor: 2.0,
};

const PUSHBACK: &str = "grpc-retry-pushback-ms";

/// Tokens are counted in thousandths, as in C-core.
const MILLI: f64 = 1_000.0;

/// A retry policy made ready for calls.
#[derive(Debug)]
pub(crate) struct Retry {
    pub(crate) max_attempts: u32,
    pub(crate) backoff: Backoff,
    pub(crate) codes: Vec<StatusCode>,
    pub(crate) throttle: Option<Arc<Throttle>>,
}

/// Stops retries while too many calls of a channel fail.
#[derive(Debug)]
pub(crate) struct Throttle {
    max: i64,
    ratio: i64,
    tokens: AtomicI64,
}

impl Throttle {
    pub(crate) fn new(max_tokens: f64, token_ratio: f64) -> Self {
        let max = (max_tokens * MILLI) as i64;
        Self {
            max,
            ratio: (token_ratio * MILLI) as i64,
            tokens: AtomicI64::new(max),
        }
    }

    /// Whether there are retries after this failure.
    fn fail(&self) -> bool {
        self.add(-(MILLI as i64)) > self.max / 2
    }

    fn succeed(&self) {
        self.add(self.ratio);
    }

    fn add(&self, count: i64) -> i64 {
        let new = |tokens: i64| tokens.saturating_add(count).clamp(0, self.max);
        let old = self
            .tokens
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |tokens| {
                Some(new(tokens))
            });
        old.map_or(0, new)
    }
}

/// How far an attempt got that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A servicer may have seen it.
    Servicer,
    /// The server says that it did not take the call.
    Refused,
    /// The connection went away under it, or before it.
    Connection,
    /// The server ended the connection with an error, and did not take the call: it may be what the error is about.
    Expelled,
}

impl Reach {
    pub(crate) fn of_h2(error: &h2::Error) -> Self {
        // A GOAWAY is an error of the streams beyond the last one that the server takes, and of no other.
        if error.is_go_away() && error.is_remote() {
            match error.reason() {
                Some(Reason::NO_ERROR) => Self::Connection,
                _ => Self::Expelled,
            }
        } else if error.is_remote() && error.reason() == Some(Reason::REFUSED_STREAM) {
            Self::Refused
        } else {
            Self::Servicer
        }
    }
}

/// The attempts of one call.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// Those that count: without the ones that no servicer saw.
    pub(crate) counted: u32,
    unprocessed: u32,
    refused: bool,
    pauses: u32,
}

impl Attempts {
    /// The pause before the next attempt; `None` when there is none. `committed`: nothing is left to try again with.
    pub(crate) fn next(
        &mut self,
        retry: Option<&Retry>,
        reach: Reach,
        code: StatusCode,
        trailers: &HeaderMap,
        committed: bool,
    ) -> Option<Duration> {
        if !committed && self.is_transparent(reach) {
            self.unprocessed += 1;
            return Some(match self.unprocessed.checked_sub(AT_ONCE + 1) {
                None => Duration::ZERO,
                Some(number) => UNPROCESSED.pause(number),
            });
        }
        let retry = retry?;
        if code == StatusCode::Ok {
            retry
                .throttle
                .iter()
                .for_each(|throttle| throttle.succeed());
            return None;
        }
        let pushback = Pushback::read(trailers);
        if !retry.codes.contains(&code) {
            return None;
        }
        let throttled = retry
            .throttle
            .as_ref()
            .is_some_and(|throttle| !throttle.fail());
        self.counted += 1;
        if throttled || committed || self.counted >= retry.max_attempts {
            return None;
        }
        match pushback {
            Pushback::None => {
                let pause = retry.backoff.pause(self.pauses);
                self.pauses += 1;
                Some(pause)
            }
            Pushback::After(pause) => {
                self.pauses = 0;
                Some(pause)
            }
            Pushback::Never => None,
        }
    }

    /// The server refuses more than once with a reason; connections come and go.
    fn is_transparent(&mut self, reach: Reach) -> bool {
        match reach {
            Reach::Servicer => false,
            Reach::Refused | Reach::Expelled => !std::mem::replace(&mut self.refused, true),
            Reach::Connection => self.unprocessed < MOST_UNPROCESSED,
        }
    }
}

/// What a server says about trying again.
#[derive(Debug, PartialEq)]
enum Pushback {
    None,
    After(Duration),
    Never,
}

impl Pushback {
    fn read(trailers: &HeaderMap) -> Self {
        let Some(value) = trailers.get(PUSHBACK) else {
            return Self::None;
        };
        match value
            .to_str()
            .ok()
            .and_then(|text| text.parse::<u32>().ok())
        {
            Some(millis) => Self::After(Duration::from_millis(millis.into())),
            None => Self::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(throttle: Option<Throttle>) -> Retry {
        Retry {
            max_attempts: 4,
            backoff: Backoff {
                initial: Duration::from_millis(100),
                max: Duration::from_millis(300),
                factor: 2.0,
            },
            codes: vec![StatusCode::Unavailable],
            throttle: throttle.map(Arc::new),
        }
    }

    #[test]
    fn pushback_is_read_as_c_core_reads_it() {
        for (value, pushback) in [
            ("0", Pushback::After(Duration::ZERO)),
            ("100", Pushback::After(Duration::from_millis(100))),
            ("-1", Pushback::Never),
            ("abc", Pushback::Never),
            ("", Pushback::Never),
            ("99999999999999", Pushback::Never),
        ] {
            let mut trailers = HeaderMap::new();
            trailers.insert(PUSHBACK, value.parse().unwrap());
            assert_eq!(Pushback::read(&trailers), pushback, "{value}");
        }
        assert_eq!(Pushback::read(&HeaderMap::new()), Pushback::None);
    }

    #[test]
    fn pauses_grow_until_attempts_are_used_up() {
        let retry = retry(None);
        let mut attempts = Attempts::default();
        let none = HeaderMap::new();
        let code = StatusCode::Unavailable;
        for millis in [100, 200, 300] {
            let pause = attempts.next(Some(&retry), Reach::Servicer, code, &none, false);
            let planned = Duration::from_millis(millis);
            let pause = pause.unwrap();
            assert!(pause >= planned.mul_f64(0.799) && pause <= planned.mul_f64(1.201));
        }
        let last = attempts.next(Some(&retry), Reach::Servicer, code, &none, false);
        assert_eq!(last, None);
    }

    #[test]
    fn attempts_that_nobody_saw_do_not_count_and_have_an_end() {
        let none = HeaderMap::new();
        let code = StatusCode::Unavailable;
        let mut attempts = Attempts::default();
        let mut total = 0;
        while attempts
            .next(None, Reach::Connection, code, &none, false)
            .is_some()
        {
            total += 1;
        }
        assert_eq!((total, attempts.counted), (MOST_UNPROCESSED, 0));
        let mut attempts = Attempts::default();
        let mut next = |reach| attempts.next(None, reach, code, &none, false).is_some();
        assert!(next(Reach::Refused) && !next(Reach::Refused) && next(Reach::Connection));
        let committed = attempts.next(None, Reach::Connection, code, &none, true);
        assert_eq!(committed, None);
    }

    #[test]
    fn failures_use_up_tokens_and_successes_give_them_back() {
        let retry = retry(Some(Throttle::new(4.0, 0.5)));
        let none = HeaderMap::new();
        let after = |code| {
            Attempts::default()
                .next(Some(&retry), Reach::Servicer, code, &none, false)
                .is_some()
        };
        assert!(after(StatusCode::Unavailable), "3 of 4 left");
        assert!(!after(StatusCode::Unavailable), "2 of 4 left");
        assert!(!after(StatusCode::Unavailable), "1 of 4 left");
        for _ in 0..5 {
            assert!(!after(StatusCode::Ok), "nothing to do again");
        }
        assert!(!after(StatusCode::Internal), "takes no token");
        assert!(after(StatusCode::Unavailable) || after(StatusCode::Unavailable));
    }
}
