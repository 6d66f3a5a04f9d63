//! A span per call, with the fields that OpenTelemetry's conventions for RPC name.

use tracing::field::Empty;
use tracing::{Span, info_span};

use crate::server::Peer;
use crate::{MethodDescriptor, StatusCode};

/// Who a channel calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerName {
    address: std::sync::Arc<str>,
    port: Option<u16>,
}

impl ServerName {
    /// The first host and port that a target names, or the whole path of a Unix socket.
    pub(crate) fn of_target(target: &str) -> Self {
        let (scheme, rest) = target.split_once(':').unwrap_or(("", target));
        let rest = rest.trim_start_matches("//");
        if scheme.starts_with("unix") {
            return Self {
                address: rest.into(),
                port: None,
            };
        }
        let name = rest.rsplit('/').next().unwrap_or(rest);
        let first = name.split(',').next().unwrap_or(name);
        let split = first
            .rsplit_once(':')
            .and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = match split {
            Some((host, port)) => (host, Some(port)),
            None => (first, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Self {
            address: host.into(),
            port,
        }
    }
}

/// `None` when nobody wants to see it.
pub(super) fn client(method: &MethodDescriptor, server: &ServerName) -> Option<Span> {
    let span = info_span!(
        "grpc.client",
        otel.name = name(method),
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system = "grpc",
        rpc.service = method.service(),
        rpc.method = method.name(),
        rpc.grpc.status_code = Empty,
        server.address = &*server.address,
        server.port = server.port,
    );
    (!span.is_disabled()).then_some(span)
}

/// `None` when nobody wants to see it.
pub(super) fn server(method: &MethodDescriptor, peer: &Peer) -> Option<Span> {
    let span = info_span!(
        "grpc.server",
        otel.name = name(method),
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system = "grpc",
        rpc.service = method.service(),
        rpc.method = method.name(),
        rpc.grpc.status_code = Empty,
        network.peer.address = %peer.address,
    );
    (!span.is_disabled()).then_some(span)
}

pub(super) fn end_client(span: &Span, code: StatusCode) {
    end(span, code, code != StatusCode::Ok);
}

/// What the caller did wrong is no error of a server, say the conventions.
pub(super) fn end_server(span: &Span, code: StatusCode) {
    let is_error = matches!(
        code,
        StatusCode::Unknown
            | StatusCode::DeadlineExceeded
            | StatusCode::Unimplemented
            | StatusCode::Internal
            | StatusCode::Unavailable
            | StatusCode::DataLoss
    );
    end(span, code, is_error);
}

fn end(span: &Span, code: StatusCode, is_error: bool) {
    span.record("rpc.grpc.status_code", code.value());
    if is_error {
        span.record("otel.status_code", "ERROR");
    }
}

fn name(method: &MethodDescriptor) -> &str {
    let path = method.path();
    path.strip_prefix('/').unwrap_or(path)
}
