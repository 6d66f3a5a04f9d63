//! The addresses that a server listens on.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};

use socket2::SockRef;

/// What C-core takes when an address has no port.
const DEFAULT_PORT: u16 = 443;

/// Connections that may wait to be accepted; the system may allow fewer.
const BACKLOG: i32 = 4096;

/// A bound address.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener),
}

#[cfg(feature = "channelz")]
impl Listener {
    pub(crate) fn end(&self) -> Option<crate::channelz::nodes::End> {
        use crate::channelz::nodes::End;

        match self {
            Self::Tcp(listener) => listener.local_addr().ok().map(End::Tcp),
            #[cfg(unix)]
            Self::Unix(listener) => {
                let address = listener.local_addr().ok()?;
                Some(End::of_unix(address.as_pathname()))
            }
        }
    }
}

/// Binds every address that `address` stands for, to one port, which is returned; 1 for a Unix socket. `reuse`: together with
/// others that do so.
pub(crate) fn bind(address: &str, reuse: bool) -> io::Result<(Vec<Listener>, u16)> {
    let bound = match address.split_once(':') {
        Some(("unix", path)) => bind_unix(path),
        Some(("unix-abstract", name)) => bind_abstract(name),
        _ => bind_tcp(address, reuse),
    };
    bound.map_err(|error| failure(address, &error))
}

/// Why nobody listens on `address`.
pub(crate) fn failure(address: &str, error: &io::Error) -> io::Error {
    let text = format!("Failed to bind to address {address}: {error}");
    io::Error::new(error.kind(), text)
}

fn bind_tcp(address: &str, reuse: bool) -> io::Result<(Vec<Listener>, u16)> {
    let mut listeners = Vec::new();
    let mut port = 0;
    let mut failure = None;
    for mut candidate in resolve(address)? {
        if candidate.port() == 0 {
            candidate.set_port(port);
        }
        let bound = if reuse {
            bind_shared(candidate)
        } else {
            TcpListener::bind(candidate)
        };
        match bound.and_then(|listener| {
            // Again: the standard library lets 128 wait, and a full queue resets those who come.
            SockRef::from(&listener).listen(BACKLOG)?;
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?.port(), listener))
        }) {
            Ok((bound, listener)) => {
                port = bound;
                listeners.push(Listener::Tcp(listener));
                // The wildcard of IPv6 takes IPv4 as well; that of IPv4 comes only in its place.
                if candidate.ip().is_unspecified() {
                    break;
                }
            }
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if listeners.is_empty() => Err(error),
        _ if listeners.is_empty() => Err(invalid("no address")),
        _ => Ok((listeners, port)),
    }
}

/// What the standard library does, and an option in between.
#[cfg(unix)]
fn bind_shared(address: SocketAddr) -> io::Result<TcpListener> {
    use socket2::{Domain, Socket, Type};

    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(not(unix))]
fn bind_shared(_address: SocketAddr) -> io::Result<TcpListener> {
    Err(io::ErrorKind::Unsupported.into())
}

fn resolve(address: &str) -> io::Result<Vec<SocketAddr>> {
    let (host, port) = split(address).ok_or_else(|| invalid("not host:port"))?;
    if matches!(host, "0.0.0.0" | "::") {
        return Ok(vec![([0u16; 8], port).into(), ([0u8; 4], port).into()]);
    }
    Ok((host, port).to_socket_addrs()?.collect())
}

fn split(address: &str) -> Option<(&str, u16)> {
    if let Some(bracketed) = address.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']')?;
        return match rest {
            "" => Some((host, DEFAULT_PORT)),
            _ => Some((host, rest.strip_prefix(':')?.parse().ok()?)),
        };
    }
    match address.split_once(':') {
        None if address.contains('.') || address == "localhost" => Some((address, DEFAULT_PORT)),
        Some((host, port)) if !host.is_empty() => Some((host, port.parse().ok()?)),
        _ => None,
    }
}

#[cfg(unix)]
fn bind_unix(path: &str) -> io::Result<(Vec<Listener>, u16)> {
    use std::os::unix::net::{UnixListener, UnixStream};

    let path = path.strip_prefix("//").unwrap_or(path);
    // A socket that nobody listens on any more is left over from a server that was killed.
    if matches!(UnixStream::connect(path), Err(error) if error.kind() == io::ErrorKind::ConnectionRefused)
    {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    listener.set_nonblocking(true)?;
    Ok((vec![Listener::Unix(listener)], 1))
}

#[cfg(target_os = "linux")]
fn bind_abstract(name: &str) -> io::Result<(Vec<Listener>, u16)> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};

    let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(name)?)?;
    listener.set_nonblocking(true)?;
    Ok((vec![Listener::Unix(listener)], 1))
}

#[cfg(not(target_os = "linux"))]
fn bind_abstract(_name: &str) -> io::Result<(Vec<Listener>, u16)> {
    Err(invalid("abstract Unix sockets do not exist here"))
}

#[cfg(not(unix))]
fn bind_unix(_path: &str) -> io::Result<(Vec<Listener>, u16)> {
    Err(invalid("Unix sockets do not exist here"))
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
