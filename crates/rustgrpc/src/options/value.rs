//! The values of options, and how they are read.

use std::time::Duration;

use super::InvalidOption;
use crate::wire::settings;
use crate::{Compression, CompressionLevel};

/// What an option is set to: a number or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionValue {
    /// A number; 0 and 1 stand for false and true.
    Int(i64),
    /// A text.
    Text(String),
}

macro_rules! from_int {
    ($($int:ty),*) => {
        $(impl From<$int> for OptionValue {
            fn from(value: $int) -> Self {
                Self::Int(value.into())
            }
        })*
    };
}

from_int!(bool, i32, i64, u16, u32);

impl From<usize> for OptionValue {
    /// What does not fit is as large as can be said.
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for OptionValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for OptionValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Compression> for OptionValue {
    /// The number of the algorithm: Python's `grpc.Compression.Gzip`, `CompressionAlgorithm.gzip`.
    fn from(value: Compression) -> Self {
        Self::Int(match value {
            Compression::NoCompression => 0,
            Compression::Deflate => 1,
            Compression::Gzip => 2,
        })
    }
}

/// C-core's longest time.
const FOREVER: Duration = Duration::from_millis(i32::MAX as u64);

/// An option with its value.
pub(super) struct Setting<'a> {
    pub(super) key: &'a str,
    pub(super) value: OptionValue,
}

impl Setting<'_> {
    /// A length in bytes; -1 is `None`, no limit.
    pub(super) fn length(&self) -> Result<Option<usize>, InvalidOption> {
        match self.int()? {
            -1 => Ok(None),
            length => usize::try_from(length)
                .map(Some)
                .map_err(|_| self.wrong("a length in bytes, or -1 for no limit")),
        }
    }

    /// A time in milliseconds; the largest 32-bit number is `None`, forever.
    pub(super) fn milliseconds(&self) -> Result<Option<Duration>, InvalidOption> {
        let time = u64::try_from(self.int()?).map_err(|_| self.wrong("a time in milliseconds"))?;
        let time = Duration::from_millis(time);
        Ok((time < FOREVER).then_some(time))
    }

    /// The same where forever is a number, too.
    pub(super) fn time(&self) -> Result<Duration, InvalidOption> {
        Ok(self.milliseconds()?.unwrap_or(FOREVER))
    }

    /// A length in bytes that HTTP/2 can say.
    pub(super) fn size(&self) -> Result<u32, InvalidOption> {
        u32::try_from(self.int()?).map_err(|_| self.wrong("a length in bytes"))
    }

    /// Where nothing is counted, that can be asked for.
    #[cfg(not(feature = "channelz"))]
    pub(super) fn no_channelz(&self) -> Result<(), InvalidOption> {
        if self.flag()? {
            let text = format!("`{}` needs the cargo feature `channelz`", self.key);
            return Err(InvalidOption::new(text));
        }
        Ok(())
    }

    /// HTTP/2 answers pings by itself here, and nobody counts them.
    pub(super) fn no_strikes(&self) -> Result<(), InvalidOption> {
        match self.int()? {
            0 => Ok(()),
            _ => Err(self.wrong("0 here: pings are never punished")),
        }
    }

    pub(super) fn count(&self) -> Result<u32, InvalidOption> {
        u32::try_from(self.int()?).map_err(|_| self.wrong("a number of calls"))
    }

    pub(super) fn flag(&self) -> Result<bool, InvalidOption> {
        match self.int()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong("0 or 1")),
        }
    }

    pub(super) fn algorithm(&self) -> Result<Compression, InvalidOption> {
        match self.int()? {
            0 => Ok(Compression::NoCompression),
            1 => Ok(Compression::Deflate),
            2 => Ok(Compression::Gzip),
            _ => Err(self.wrong("0 (identity), 1 (deflate) or 2 (gzip)")),
        }
    }

    /// The algorithms of a set of bits, one for the number of each.
    pub(super) fn algorithms(&self) -> Result<Vec<Compression>, InvalidOption> {
        let bits = self.int()?;
        if !(0..8).contains(&bits) {
            return Err(self.wrong("a sum of 1 (identity), 2 (deflate) and 4 (gzip)"));
        }
        let all = [(2, Compression::Deflate), (4, Compression::Gzip)];
        let set = all.into_iter().filter(|(bit, _)| bits & bit != 0);
        Ok(set.map(|(_, algorithm)| algorithm).collect())
    }

    pub(super) fn level(&self) -> Result<CompressionLevel, InvalidOption> {
        match self.int()? {
            0 => Ok(CompressionLevel::None),
            1 => Ok(CompressionLevel::Low),
            2 => Ok(CompressionLevel::Medium),
            3 => Ok(CompressionLevel::High),
            _ => Err(self.wrong("0 (none), 1 (low), 2 (medium) or 3 (high)")),
        }
    }

    pub(super) fn text(&self) -> Result<&str, InvalidOption> {
        match &self.value {
            OptionValue::Text(text) => Ok(text),
            OptionValue::Int(_) => Err(self.wrong("a text")),
        }
    }

    fn int(&self) -> Result<i64, InvalidOption> {
        match self.value {
            OptionValue::Int(int) => Ok(int),
            OptionValue::Text(_) => Err(self.wrong("a number")),
        }
    }

    pub(super) fn wrong(&self, wanted: &str) -> InvalidOption {
        let given = match &self.value {
            OptionValue::Int(int) => int.to_string(),
            OptionValue::Text(text) => format!("{text:?}"),
        };
        InvalidOption::new(format!("`{}` is {wanted}, not {given}", self.key))
    }
}

/// The times that Python's options set apart.
#[derive(Default)]
pub(super) struct KeepaliveTimes {
    pub(super) time: Option<Duration>,
    pub(super) timeout: Option<Duration>,
    /// For pings of all kinds, which are those of keepalive here.
    pub(super) ping_timeout: Option<Duration>,
}

impl KeepaliveTimes {
    /// C-core's, when only the other is set.
    const TIMEOUT: Duration = Duration::from_secs(20);

    /// Both, when there is a time.
    pub(super) fn both(&self) -> Option<(Duration, Duration)> {
        let timeouts = [self.timeout, self.ping_timeout];
        let timeout = timeouts.into_iter().flatten().min();
        Some((self.time?, timeout.unwrap_or(Self::TIMEOUT)))
    }
}

/// The limits for metadata. C-core refuses calls above the soft one at random, more the more they are above it, and all
/// above the absolute one. Only that one exists here.
#[derive(Default)]
pub(super) struct MetadataSizes {
    pub(super) soft: Option<u32>,
    pub(super) absolute: Option<u32>,
}

impl MetadataSizes {
    /// Without an absolute limit it follows from the soft one, as in C-core.
    pub(super) fn limit(&self) -> Option<u32> {
        let soft = self.soft.map(|soft| {
            let quarter_more = soft.saturating_add(soft / 4);
            quarter_more.max(settings::MAX_METADATA_SIZE)
        });
        self.absolute.or(soft)
    }
}
