//! The head of a request.

use bytes::Bytes;
use http::Uri;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, TE, USER_AGENT};
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use tokio::time::Instant;

use crate::wire::compression::{Enabled, Encoding};
use crate::wire::header::{
    self, APPLICATION_GRPC, GRPC_ACCEPT_ENCODING, GRPC_ENCODING, GRPC_TIMEOUT, InvalidMetadata,
};
use crate::{Metadata, MethodDescriptor, deadline};

/// `None` when the path is not one.
pub(crate) fn uri(scheme: Scheme, authority: Authority, method: &MethodDescriptor) -> Option<Uri> {
    let path = match method.static_path() {
        Some(path) => Bytes::from_static(path.as_bytes()),
        None => Bytes::copy_from_slice(method.path().as_bytes()),
    };
    let path = PathAndQuery::from_maybe_shared(path);
    let mut parts = Parts::default();
    parts.scheme = Some(scheme);
    parts.authority = Some(authority);
    parts.path_and_query = Some(path.ok()?);
    Uri::from_parts(parts).ok()
}

pub(crate) fn headers(
    metadata: [Option<&Metadata>; 2],
    deadline: Option<Instant>,
    (encoding, enabled): (Encoding, Enabled),
    user_agent: HeaderValue,
) -> Result<HeaderMap, InvalidMetadata> {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_TYPE, APPLICATION_GRPC);
    headers.insert(TE, HeaderValue::from_static("trailers"));
    headers.insert(GRPC_ACCEPT_ENCODING, enabled.header());
    if let Some(encoding) = encoding.header() {
        headers.insert(GRPC_ENCODING, encoding);
    }
    if let Some(deadline) = deadline {
        let timeout = deadline::format(deadline::remaining(deadline));
        headers.insert(
            GRPC_TIMEOUT,
            timeout.try_into().map_err(|_| InvalidMetadata)?,
        );
    }
    headers.insert(USER_AGENT, user_agent);
    for metadata in metadata.into_iter().flatten() {
        header::write(metadata, &mut headers)?;
    }
    Ok(headers)
}
