//! Metadata as HTTP/2 headers: which names pass, and the base64 of `-bin` values.

use std::borrow::Borrow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::percent;
use crate::{Metadata, MetadataValue, StatusCode};

pub(crate) const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
pub(crate) const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
pub(crate) const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
pub(crate) const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
pub(crate) const GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

pub(crate) const GRPC_PREVIOUS_RPC_ATTEMPTS: HeaderName =
    HeaderName::from_static("grpc-previous-rpc-attempts");

pub(crate) const APPLICATION_GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

/// Written without padding, read with or without it; bits that do not fill a byte are ignored.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// More pairs than any peer takes, and fewer than make a [`HeaderMap`] panic.
const MOST_PAIRS: usize = 10_000;

/// Adds `metadata` to `headers`, without the names that belong to gRPC and HTTP/2.
pub(crate) fn write(
    metadata: impl Borrow<Metadata>,
    headers: &mut HeaderMap,
) -> Result<(), InvalidMetadata> {
    let metadata = metadata.borrow();
    if metadata.len() > MOST_PAIRS {
        return Err(InvalidMetadata);
    }
    for (key, value) in metadata.iter() {
        if !is_legal_key(key) {
            return Err(InvalidMetadata);
        }
        if is_reserved(key) {
            continue;
        }
        let value = if key.ends_with("-bin") {
            BASE64
                .encode(value.as_bytes())
                .try_into()
                .map_err(|_| InvalidMetadata)?
        } else if value
            .as_bytes()
            .iter()
            .all(|byte| matches!(byte, b' '..=b'~'))
        {
            HeaderValue::from_bytes(value.as_bytes()).map_err(|_| InvalidMetadata)?
        } else {
            return Err(InvalidMetadata);
        };
        let name = HeaderName::from_bytes(key.as_bytes()).map_err(|_| InvalidMetadata)?;
        headers
            .try_append(name, value)
            .map_err(|_| InvalidMetadata)?;
    }
    Ok(())
}

/// The metadata that `headers` carry, without the names that belong to gRPC and HTTP/2.
pub(crate) fn read(headers: &HeaderMap) -> Result<Metadata, InvalidBase64> {
    headers
        .iter()
        .filter(|(name, _)| !is_internal(name))
        .map(|(name, value)| {
            let value = if name.as_str().ends_with("-bin") {
                let bytes = BASE64.decode(value).map_err(|_| InvalidBase64::of(name))?;
                MetadataValue::Bytes(bytes.into())
            } else {
                MetadataValue::Text(percent::text(value.as_bytes()))
            };
            Ok((name.as_str().to_owned(), value))
        })
        .collect()
}

/// Whether the metadata is not larger than `limit`, and every `-bin` value is base64; cheaper than [`read`] where nobody may ask for
/// it.
pub(crate) fn check(headers: &HeaderMap, limit: u32) -> Result<(), Unacceptable> {
    let limit = limit as usize;
    let mut size = 0;
    for (name, value) in headers {
        if value.len() > limit {
            return Err(Unacceptable::large("value length ", value.len(), limit));
        }
        if name.as_str().ends_with("-bin") && BASE64.decode(value).is_err() {
            let InvalidBase64(text) = InvalidBase64::of(name);
            return Err(Unacceptable(StatusCode::Internal, text));
        }
        // As HTTP/2 counts.
        size += name.as_str().len() + value.len() + 32;
    }
    if size > limit {
        return Err(Unacceptable::large("", size, limit));
    }
    Ok(())
}

/// Adds `grpc-status` and `grpc-message`.
pub(crate) fn write_status(code: StatusCode, details: &str, headers: &mut HeaderMap) {
    headers.insert(GRPC_STATUS, HeaderValue::from(code.value()));
    let message = match details {
        "" => HeaderValue::from_static(""),
        details => percent::encode(details),
    };
    headers.insert(GRPC_MESSAGE, message);
}

/// A key or value that cannot be sent.
#[derive(Debug)]
pub(crate) struct InvalidMetadata;

/// Metadata that ends its call: with what, and why.
#[derive(Debug, PartialEq)]
pub(crate) struct Unacceptable(pub(crate) StatusCode, pub(crate) String);

impl Unacceptable {
    fn large(what: &str, size: usize, limit: usize) -> Self {
        let text = format!("received metadata size exceeds hard limit ({what}{size} vs. {limit})");
        Self(StatusCode::ResourceExhausted, text)
    }
}

/// A `-bin` value that is not base64.
#[derive(Debug)]
pub(crate) struct InvalidBase64(String);

impl InvalidBase64 {
    fn of(name: &HeaderName) -> Self {
        Self(format!(
            "Error parsing '{name}' metadata: illegal base64 encoding"
        ))
    }
}

fn is_legal_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-' | b'_' | b'.'))
}

/// Names that users' metadata cannot set. The second line is what HTTP/2 forbids.
fn is_reserved(key: &str) -> bool {
    matches!(
        key,
        "content-type"
            | "te"
            | "user-agent"
            | "grpc-status"
            | "grpc-message"
            | "grpc-timeout"
            | "grpc-encoding"
            | "grpc-accept-encoding"
            | "grpc-tags-bin"
            | "connection"
            | "keep-alive"
            | "proxy-connection"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Names that are not shown as metadata.
fn is_internal(name: &HeaderName) -> bool {
    name == CONTENT_TYPE
        || matches!(
            name.as_str(),
            "te" | "grpc-status"
                | "grpc-message"
                | "grpc-timeout"
                | "grpc-encoding"
                | "grpc-accept-encoding"
                | "grpc-tags-bin"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_c_core_reads_it() {
        for (wire, bytes) in [
            ("AAH+", Some(&b"\x00\x01\xfe"[..])),
            ("AAE", Some(b"\x00\x01")),
            ("AAE=", Some(b"\x00\x01")),
            ("AQ", Some(b"\x01")),
            ("AQ==", Some(b"\x01")),
            ("", Some(b"")),
            ("AAH-", None),
            ("AQ,Ag", None),
            ("A", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-bin", wire.parse().unwrap());
            assert_eq!(check(&headers, u32::MAX).is_ok(), bytes.is_some(), "{wire}");
            match (read(&headers), bytes) {
                (Ok(metadata), Some(bytes)) => assert_eq!(metadata.get("x-bin").unwrap(), bytes),
                (Err(InvalidBase64(text)), None) => assert_eq!(
                    text,
                    "Error parsing 'x-bin' metadata: illegal base64 encoding"
                ),
                (read, _) => panic!("{wire}: {read:?}"),
            }
        }
    }

    #[test]
    fn what_cannot_be_sent_is_an_error_and_what_is_reserved_is_left_out() {
        for key in ["Key", "a b", "a:b", "é", ""] {
            assert!(
                write(Metadata::from([(key, "v")]), &mut HeaderMap::new()).is_err(),
                "{key}"
            );
        }
        for value in ["é", "错", "a\nb", "\x7f", "a\tb"] {
            assert!(
                write(Metadata::from([("k", value)]), &mut HeaderMap::new()).is_err(),
                "{value}"
            );
        }
        let mut headers = HeaderMap::new();
        let reserved = [
            "grpc-timeout",
            "te",
            "content-type",
            "user-agent",
            "grpc-status",
        ];
        let reserved = Metadata::from(reserved.map(|key| (key, "v")));
        write(reserved, &mut headers).unwrap();
        assert!(headers.is_empty());
        write(
            Metadata::from([("grpc-foo", "v"), ("a_b.c-d9", ""), ("host", "h")]),
            &mut headers,
        )
        .unwrap();
        assert_eq!(headers.len(), 3);
    }
}
