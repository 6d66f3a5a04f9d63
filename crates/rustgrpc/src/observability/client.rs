//! The measurements of a channel's calls.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use opentelemetry::KeyValue;

use super::OpenTelemetryPlugin;
use super::instruments::{method_label, status_label};
use super::traffic::Traffic;
use crate::{MethodDescriptor, StatusCode};

pub(crate) struct ChannelMetrics {
    plugin: OpenTelemetryPlugin,
    target: KeyValue,
}

impl ChannelMetrics {
    pub(super) fn new(plugin: OpenTelemetryPlugin, target: &str) -> Self {
        Self {
            plugin,
            target: KeyValue::new("grpc.target", target.to_owned()),
        }
    }

    pub(crate) fn begin(self: &Arc<Self>, method: &MethodDescriptor) -> CallMeasurement {
        let method = method_label(&self.plugin, method);
        CallMeasurement {
            channel: self.clone(),
            labels: [method, self.target.clone()],
            began: Instant::now(),
            attempt: None,
        }
    }
}

impl fmt::Debug for ChannelMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.fmt(f)
    }
}

/// A call that runs.
#[derive(Debug)]
pub(crate) struct CallMeasurement {
    channel: Arc<ChannelMetrics>,
    labels: [KeyValue; 2],
    began: Instant,
    attempt: Option<Attempt>,
}

#[derive(Debug)]
struct Attempt {
    began: Instant,
    traffic: Arc<Traffic>,
}

impl CallMeasurement {
    pub(crate) fn begin_attempt(&mut self) {
        let instruments = &self.channel.plugin.instruments;
        instruments.attempt_started.add(1, &self.labels);
        self.attempt = Some(Attempt {
            began: Instant::now(),
            traffic: Arc::default(),
        });
    }

    /// Where the messages of the attempt that runs are counted.
    pub(crate) fn traffic(&self) -> Option<Arc<Traffic>> {
        self.attempt.as_ref().map(|attempt| attempt.traffic.clone())
    }

    pub(crate) fn end_attempt(&mut self, code: StatusCode) {
        if let Some(attempt) = self.attempt.take() {
            let labels = self.labels(code);
            let instruments = &self.channel.plugin.instruments;
            let time = attempt.began.elapsed();
            instruments.attempt.record(time, &attempt.traffic, &labels);
        }
    }

    pub(crate) fn end(self, code: StatusCode) {
        let labels = self.labels(code);
        let instruments = &self.channel.plugin.instruments;
        let time = self.began.elapsed().as_secs_f64();
        instruments.client_call_duration.record(time, &labels);
    }

    fn labels(&self, code: StatusCode) -> [KeyValue; 3] {
        let [method, target] = self.labels.clone();
        [method, target, status_label(code)]
    }
}
