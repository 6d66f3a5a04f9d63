//! The same service in each stack, and what is sent to it.

#[cfg(feature = "connectrpc")]
pub mod connectrpc;
pub mod hyper;
pub mod rustgrpc;
pub mod tonic;

use std::error::Error;

use prost::Message as _;

use self::rustgrpc::echo_pb2::{Amount, LogBatch, LogRecord, Text};

/// The length of a small text.
pub const SMALL: usize = 64;

/// The length of a large text.
pub const LARGE: usize = 10_000;

/// What a server is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServeOptions {
    pub tls: bool,
    pub compressed: bool,
}

/// What a call carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Unary,
    Large,
    Batch,
    Download(usize),
    Upload(usize),
    Chat(usize),
}

impl Kind {
    pub fn parse(name: &str, count: usize) -> Option<Self> {
        Some(match name {
            "unary" => Self::Unary,
            "large" => Self::Large,
            "batch" => Self::Batch,
            "download" => Self::Download(count),
            "upload" => Self::Upload(count),
            "chat" => Self::Chat(count),
            _ => return None,
        })
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::Unary | Self::Large => "/bench.Echo/Unary",
            Self::Batch => "/bench.Echo/Batch",
            Self::Download(_) => "/bench.Echo/Download",
            Self::Upload(_) => "/bench.Echo/Upload",
            Self::Chat(_) => "/bench.Echo/Chat",
        }
    }
}

/// Serves `stack` in this runtime; returns the port.
pub async fn serve(stack: &str, options: &ServeOptions) -> Result<u16, Box<dyn Error>> {
    match stack {
        "rustgrpc" => rustgrpc::serve(options).await,
        "tonic" => tonic::serve(options).await,
        #[cfg(feature = "connectrpc")]
        "connectrpc" => connectrpc::serve(options).await,
        "hyper" => hyper::serve().await,
        _ => Err(format!("no such stack: {stack}").into()),
    }
}

pub fn text(length: usize) -> String {
    "abcdefgh".repeat(length / 8)
}

pub fn encoded_text(length: usize) -> Vec<u8> {
    let text = Text {
        text: text(length),
        ..Default::default()
    };
    text.encode_to_vec()
}

pub fn encoded_amount(count: usize) -> Vec<u8> {
    let amount = Amount {
        count: count as i32,
        ..Default::default()
    };
    amount.encode_to_vec()
}

/// 50 log records of about 440 bytes each, encoded.
pub fn log_batch() -> Vec<u8> {
    let record = |index: i64| LogRecord {
        timestamp_nanos: 1_790_000_000_000_000_000 + index * 1_234_567,
        service_name: "payments-api".into(),
        instance_id: format!("payments-api-7c9f8d6b5-{index:05}"),
        severity: (index % 4) as i32,
        message: format!(
            "request {index} to /v1/payments/{index}/capture took {} ms and was answered with 200 after 1 retry; \
                          the upstream asked for an idempotency key",
            index * 7
        ),
        labels: [
            ("region", "eu-central-1"),
            ("zone", "eu-central-1b"),
            ("version", "2026.11.3"),
            ("customer_tier", "enterprise"),
        ]
        .map(|(key, value)| (key.into(), value.into()))
        .into_iter()
        .collect(),
        trace_id: format!("{:032x}", index * 0x1234_5678_9abc),
        span_id: format!("{:016x}", index * 0x9abc_def1),
        ..Default::default()
    };
    let batch = LogBatch {
        records: (0..50).map(record).collect(),
        ..Default::default()
    };
    batch.encode_to_vec()
}

/// A message behind the prefix of gRPC.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut framed = vec![0];
    framed.extend((message.len() as u32).to_be_bytes());
    framed.extend(message);
    framed
}
