//! The target of a channel: what it names, and the addresses behind the name.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;

use http::uri::Authority;

/// What C-core takes when a target has no port.
const DEFAULT_PORT: u16 = 443;

#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) authority: Authority,
    name: Name,
}

#[derive(Clone, Debug)]
enum Name {
    /// The text as given is for errors.
    Dns {
        host: String,
        port: u16,
        text: String,
    },
    Addresses(Vec<SocketAddr>),
    #[cfg(unix)]
    Unix(PathBuf),
    /// A name whose addresses a test tells.
    #[cfg(test)]
    Told(Told),
    /// A name that cannot have an address, and why.
    None(String),
}

#[cfg(test)]
pub(crate) type Told = std::sync::Arc<std::sync::Mutex<Vec<SocketAddr>>>;

/// An address to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp(SocketAddr),
    #[cfg(unix)]
    Unix(PathBuf),
}

impl Target {
    /// Reads `host:port`, `dns:///host:port`, `ipv4:a:p,b:p`, `ipv6:[a]:p`, `unix:path`, `unix-abstract:name`. The error
    /// is what there can be no channel for; other mistakes are found when the name is resolved.
    pub(crate) fn parse(target: &str) -> Result<Self, String> {
        let (scheme, rest) = target.split_once(':').unwrap_or(("", ""));
        match scheme {
            "ipv4" => Ok(Self::addresses(rest, SocketAddr::is_ipv4)
                .unwrap_or_else(|| Self::none(unresolvable(target)))),
            "ipv6" => Ok(Self::addresses(rest, SocketAddr::is_ipv6)
                .unwrap_or_else(|| Self::none(unresolvable(target)))),
            #[cfg(unix)]
            "unix" => Ok(Self::unix(rest.strip_prefix("//").unwrap_or(rest))),
            #[cfg(target_os = "linux")]
            "unix-abstract" => Ok(Self::unix(&format!("\0{rest}"))),
            "dns" => Self::dns(rest.strip_prefix("//").map_or(rest, |rest| {
                rest.split_once('/').map_or(rest, |(_server, name)| name)
            })),
            _ => Self::dns(target),
        }
    }

    /// `target` with a scheme.
    pub(crate) fn canonical(target: &str) -> String {
        match target.split_once(':') {
            Some(("dns" | "ipv4" | "ipv6" | "unix" | "unix-abstract", _)) => target.to_owned(),
            _ => format!("dns:///{target}"),
        }
    }

    /// What a proxy is asked for, of several addresses the first; `None` for what no proxy reaches.
    pub(crate) fn behind_proxy(&self) -> Option<String> {
        match &self.name {
            Name::Dns { host, port, .. } if host.contains(':') => Some(format!("[{host}]:{port}")),
            Name::Dns { host, port, .. } => Some(format!("{host}:{port}")),
            Name::Addresses(addresses) => addresses.first().map(ToString::to_string),
            _ => None,
        }
    }

    /// The same, called by another name.
    pub(crate) fn with_authority(self, authority: &str) -> Result<Self, String> {
        let parsed = authority.parse();
        let authority = parsed.map_err(|_| format!("the authority is not valid: {authority}"))?;
        Ok(Self { authority, ..self })
    }

    #[cfg(test)]
    pub(crate) fn told(addresses: Told) -> Self {
        Self {
            authority: Authority::from_static("told"),
            name: Name::Told(addresses),
        }
    }

    /// The addresses, in the order in which they are to be tried.
    pub(crate) async fn resolve(&self) -> Result<Vec<Address>, String> {
        match &self.name {
            Name::Addresses(addresses) => Ok(addresses.iter().copied().map(Address::Tcp).collect()),
            #[cfg(unix)]
            Name::Unix(path) => Ok(vec![Address::Unix(path.clone())]),
            #[cfg(test)]
            Name::Told(addresses) => {
                let addresses = addresses.lock().expect("addresses").clone();
                Ok(addresses.into_iter().map(Address::Tcp).collect())
            }
            Name::None(why) => Err(why.clone()),
            Name::Dns { host, port, text } => {
                let found = tokio::net::lookup_host((host.as_str(), *port)).await;
                let addresses: Vec<_> = found
                    .map_err(|error| no_address(text, reason(&error)))?
                    .collect();
                if addresses.is_empty() {
                    return Err(no_address(text, NOT_FOUND));
                }
                Ok(addresses.into_iter().map(Address::Tcp).collect())
            }
        }
    }

    fn addresses(list: &str, fits: fn(&SocketAddr) -> bool) -> Option<Self> {
        let addresses = list.trim_start_matches('/').split(',').map(|text| {
            let (host, port) = split(text)?;
            Some(SocketAddr::new(host.parse::<IpAddr>().ok()?, port)).filter(fits)
        });
        let addresses: Vec<_> = addresses.collect::<Option<_>>()?;
        let authority = addresses.first()?.to_string().parse().ok()?;
        Some(Self {
            authority,
            name: Name::Addresses(addresses),
        })
    }

    fn dns(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the target uri is not valid: dns:///".to_owned());
        }
        let Some((host, port)) = split(text) else {
            return Ok(Self::none(unresolvable(text)));
        };
        let Ok(authority) = text.parse() else {
            return Ok(Self::none(no_address(text, "Misformatted domain name")));
        };
        let name = Name::Dns {
            host: host.to_owned(),
            port,
            text: text.to_owned(),
        };
        Ok(Self { authority, name })
    }

    #[cfg(unix)]
    fn unix(path: &str) -> Self {
        Self {
            authority: Authority::from_static("localhost"),
            name: Name::Unix(path.into()),
        }
    }

    fn none(why: String) -> Self {
        Self {
            authority: Authority::from_static("localhost"),
            name: Name::None(why),
        }
    }
}

impl Address {
    /// `None` for Unix sockets.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip()),
            #[cfg(unix)]
            Self::Unix(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(SocketAddr::V4(address)) => write!(f, "ipv4:{address}"),
            Self::Tcp(SocketAddr::V6(address)) => {
                write!(f, "ipv6:%5B{}%5D:{}", address.ip(), address.port())
            }
            #[cfg(unix)]
            Self::Unix(path) => match path.to_string_lossy().strip_prefix('\0') {
                Some(name) => write!(f, "unix-abstract:{name}"),
                None => write!(f, "unix:{}", path.display()),
            },
        }
    }
}

/// Host and port of `host`, `host:port`, `[host]`, `[host]:port`, or a bare IPv6 address.
fn split(text: &str) -> Option<(&str, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?,
        None if text.matches(':').count() > 1 => (text, ""),
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port = match port {
        "" => DEFAULT_PORT,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    (!host.is_empty()).then_some((host, port))
}

fn unresolvable(text: &str) -> String {
    format!(
        "errors resolving {text}: [field:hostname lookup error:Failed to parse port in name: {text}]"
    )
}

fn no_address(text: &str, why: &str) -> String {
    format!(
        "errors resolving {text}: [field:hostname lookup error:address lookup failed for {text}: {why}]"
    )
}

const NOT_FOUND: &str = "Domain name not found";

/// What C-core's resolver says where the system's says something else.
fn reason(error: &io::Error) -> &'static str {
    if error.to_string().contains("Temporary failure") {
        "Could not contact DNS servers"
    } else {
        NOT_FOUND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_split() {
        for (text, split_as) in [
            ("localhost:50051", Some(("localhost", 50051))),
            ("localhost", Some(("localhost", 443))),
            ("[::1]:1", Some(("::1", 1))),
            ("[::1]", Some(("::1", 443))),
            ("::1", Some(("::1", 443))),
            (":1", None),
            ("a:99999", None),
            ("a:b", None),
        ] {
            assert_eq!(split(text), split_as, "{text}");
        }
    }

    #[tokio::test]
    async fn addresses_are_told_as_c_core_tells_them() {
        for (target, addresses) in [
            (
                "ipv4:127.0.0.1:1,127.0.0.1:2",
                &["ipv4:127.0.0.1:1", "ipv4:127.0.0.1:2"][..],
            ),
            ("ipv6:[::1]:1", &["ipv6:%5B::1%5D:1"]),
            ("dns:///127.0.0.1:1", &["ipv4:127.0.0.1:1"]),
            ("dns:127.0.0.1", &["ipv4:127.0.0.1:443"]),
            ("unix:/a.sock", &["unix:/a.sock"]),
            ("unix:///a.sock", &["unix:/a.sock"]),
            ("unix-abstract:a", &["unix-abstract:a"]),
        ] {
            let found = Target::parse(target).unwrap().resolve().await.unwrap();
            assert_eq!(
                found.iter().map(ToString::to_string).collect::<Vec<_>>(),
                addresses
            );
        }
        for target in [
            "bogus:///x",
            "http://127.0.0.1:1",
            "ipv4:x:1",
            "ipv4:",
            "ipv4:[::1]:1",
            "ipv6:127.0.0.1:1",
        ] {
            let found = Target::parse(target).unwrap().resolve().await;
            assert!(found.is_err(), "{target}");
        }
        for target in ["", "dns:", "dns:///"] {
            assert!(Target::parse(target).is_err(), "{target}");
        }
    }
}
