//! Connections through an HTTP proxy.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use percent_encoding::percent_decode_str;
use tokio::net::TcpStream;

use super::target::Target;

/// What a proxy may answer at most before the connection is through.
const LONGEST_ANSWER: usize = 16 << 10;

/// A proxy, and whom it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) target: Target,
    request: String,
}

impl Proxy {
    /// Reads `http://host:port`, `http://user:password@host:port`. `to` is the host and port to connect to.
    pub(crate) fn parse(uri: &str, to: &str) -> Result<Self, String> {
        let wrong = || format!("the proxy is no `http://host:port`: {uri}");
        let parsed: Uri = uri.parse().map_err(|_| wrong())?;
        if parsed.scheme_str() != Some("http") {
            return Err(wrong());
        }
        let authority = parsed.authority().ok_or_else(wrong)?.as_str();
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => (Some(credentials), host),
            None => (None, authority),
        };
        let host = match parsed.port_u16() {
            Some(_) => host.to_owned(),
            None => format!("{host}:80"),
        };
        let mut request = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n");
        if let Some(credentials) = credentials {
            let credentials = STANDARD.encode(percent_decode_str(credentials).collect::<Vec<u8>>());
            request += &format!("Proxy-Authorization: Basic {credentials}\r\n");
        }
        request += "\r\n";
        Ok(Self {
            target: Target::parse(&host)?,
            request,
        })
    }

    /// Asks the proxy at the other end of `stream` to connect.
    pub(crate) async fn open(&self, stream: &TcpStream) -> Result<(), String> {
        let lost = |error: io::Error| format!("HTTP proxy closed the connection: {error}");
        write_all(stream, self.request.as_bytes())
            .await
            .map_err(lost)?;
        let answer = read_head(stream).await.map_err(lost)?;
        let code = answer.split(' ').nth(1).unwrap_or_default();
        if code.len() == 3 && code.starts_with('2') {
            return Ok(());
        }
        Err(format!("HTTP proxy returned response code {code}"))
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Byte by byte: what follows belongs to the server behind the proxy.
async fn read_head(stream: &TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        stream.readable().await?;
        let mut byte = [0];
        match stream.try_read(&mut byte) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) if head.len() == LONGEST_ANSWER => return Err(io::ErrorKind::InvalidData.into()),
            Ok(_) => head.extend(byte),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read() {
        let request = |uri| Proxy::parse(uri, "a:1").map(|proxy| proxy.request);
        let plain = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";
        assert_eq!(request("http://proxy:8080").unwrap(), plain);
        assert_eq!(request("http://proxy").unwrap(), plain);
        let with_user = request("http://user:pass%3Aword@proxy:8080").unwrap();
        let header = "\r\nProxy-Authorization: Basic dXNlcjpwYXNzOndvcmQ=\r\n\r\n";
        assert!(with_user.ends_with(header), "{with_user}");
        for uri in ["", "proxy:8080", "https://proxy:8080", "http://", "ftp://a"] {
            assert!(request(uri).is_err(), "{uri}");
        }
    }
}
