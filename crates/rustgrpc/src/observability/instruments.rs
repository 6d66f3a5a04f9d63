//! The instruments of gRFC A66, and their labels.

use std::time::Duration;

use opentelemetry::metrics::{Counter, Histogram, Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, KeyValue, StringValue};

use super::traffic::Traffic;
use super::{OTHER, OpenTelemetryPlugin};
use crate::{MethodDescriptor, StatusCode};

const SCOPE: &str = "grpc-rustgrpc";

/// The boundaries that the specification wants, in seconds.
const LATENCIES: [f64; 41] = [
    0.0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005,
    0.006, 0.008, 0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16,
    0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];

/// The same, in bytes.
const SIZES: [f64; 14] = [
    0.0,
    1024.0,
    2048.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
    268_435_456.0,
    1_073_741_824.0,
    4_294_967_296.0,
];

pub(super) struct Instruments {
    pub(super) attempt_started: Counter<u64>,
    pub(super) attempt: Ended,
    pub(super) client_call_duration: Histogram<f64>,
    pub(super) server_call_started: Counter<u64>,
    pub(super) server_call: Ended,
}

/// What is measured at the end of an attempt, or of a server's call.
pub(super) struct Ended {
    duration: Histogram<f64>,
    sent: Histogram<u64>,
    received: Histogram<u64>,
}

impl Instruments {
    pub(super) fn new(meter_provider: &dyn MeterProvider) -> Self {
        let scope = InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION"));
        let meter = meter_provider.meter_with_scope(scope.build());
        Self {
            attempt_started: started(&meter, "grpc.client.attempt.started", "{attempt}"),
            attempt: Ended::new(&meter, "grpc.client.attempt"),
            client_call_duration: duration(&meter, "grpc.client.call"),
            server_call_started: started(&meter, "grpc.server.call.started", "{call}"),
            server_call: Ended::new(&meter, "grpc.server.call"),
        }
    }
}

impl Ended {
    fn new(meter: &Meter, of: &str) -> Self {
        Self {
            duration: duration(meter, of),
            sent: size(meter, format!("{of}.sent_total_compressed_message_size")),
            received: size(meter, format!("{of}.rcvd_total_compressed_message_size")),
        }
    }

    pub(super) fn record(&self, time: Duration, traffic: &Traffic, labels: &[KeyValue]) {
        self.duration.record(time.as_secs_f64(), labels);
        self.sent.record(traffic.sent(), labels);
        self.received.record(traffic.received(), labels);
    }
}

/// `grpc.method` of a call. Methods that generated code knows have names that live as long as the program.
pub(super) fn method_label(plugin: &OpenTelemetryPlugin, method: &MethodDescriptor) -> KeyValue {
    let value: StringValue = match method.static_path() {
        Some(path) => path.strip_prefix('/').unwrap_or(path).into(),
        None => {
            let name = method.path();
            let name = name.strip_prefix('/').unwrap_or(name);
            match &plugin.method_filter {
                Some(filter) if filter(name) => name.to_owned().into(),
                _ => OTHER.into(),
            }
        }
    };
    KeyValue::new("grpc.method", value)
}

pub(super) fn status_label(code: StatusCode) -> KeyValue {
    KeyValue::new("grpc.status", code.name())
}

fn started(meter: &Meter, name: &'static str, unit: &'static str) -> Counter<u64> {
    meter.u64_counter(name).with_unit(unit).build()
}

fn duration(meter: &Meter, of: &str) -> Histogram<f64> {
    let histogram = meter.f64_histogram(format!("{of}.duration"));
    let histogram = histogram.with_unit("s");
    histogram.with_boundaries(LATENCIES.to_vec()).build()
}

fn size(meter: &Meter, name: String) -> Histogram<u64> {
    let histogram = meter.u64_histogram(name).with_unit("By");
    histogram.with_boundaries(SIZES.to_vec()).build()
}
