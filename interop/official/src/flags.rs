//! Command lines in the form of gRPC's interop tests: `--name=value` or `--name value`.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::Failure;

/// The flags of a command line.
#[derive(Debug)]
pub struct Flags {
    given: BTreeMap<String, String>,
}

impl Flags {
    /// Fails for what is no flag, has no value, or is not among the `known` names.
    pub fn parse(
        arguments: impl IntoIterator<Item = String>,
        known: &[&str],
    ) -> Result<Self, Failure> {
        let mut given = BTreeMap::new();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let Some(flag) = argument.strip_prefix("--") else {
                return Err(format!("not a flag: {argument}").into());
            };
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (flag.to_owned(), arguments.next()),
            };
            if !known.contains(&&*name) {
                return Err(format!("unknown flag: --{name}; known: {}", known.join(", ")).into());
            }
            let value = value.ok_or_else(|| format!("--{name} has no value"))?;
            given.insert(name, value);
        }
        Ok(Self { given })
    }

    /// The value of a flag, if it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// The value of a flag, or `default`. Fails when it cannot be read.
    pub fn get<T: FromStr<Err: Display>>(&self, name: &str, default: T) -> Result<T, Failure> {
        self.text(name).map_or(Ok(default), |value| {
            let parsed = value.parse::<T>();
            parsed.map_err(|error| format!("--{name}={value}: {error}").into())
        })
    }

    /// The value of a flag that has to be given.
    pub fn need(&self, name: &str) -> Result<&str, Failure> {
        self.text(name)
            .ok_or_else(|| format!("--{name} is needed").into())
    }
}
