//! The measurements of a server's calls.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use opentelemetry::KeyValue;

use super::OpenTelemetryPlugin;
use super::instruments::{method_label, status_label};
use super::traffic::Traffic;
use crate::{MethodDescriptor, StatusCode};

pub(crate) struct ServerMetrics {
    plugin: OpenTelemetryPlugin,
}

impl ServerMetrics {
    pub(super) fn new(plugin: OpenTelemetryPlugin) -> Self {
        Self { plugin }
    }

    pub(crate) fn begin(self: &Arc<Self>, method: &MethodDescriptor) -> CallMeasurement {
        let method = method_label(&self.plugin, method);
        let instruments = &self.plugin.instruments;
        instruments
            .server_call_started
            .add(1, std::slice::from_ref(&method));
        CallMeasurement {
            server: self.clone(),
            method,
            began: Instant::now(),
            traffic: Arc::default(),
        }
    }
}

impl fmt::Debug for ServerMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerMetrics")
    }
}

/// A call that runs.
#[derive(Debug)]
pub(crate) struct CallMeasurement {
    server: Arc<ServerMetrics>,
    method: KeyValue,
    began: Instant,
    traffic: Arc<Traffic>,
}

impl CallMeasurement {
    pub(crate) fn traffic(&self) -> Arc<Traffic> {
        self.traffic.clone()
    }

    pub(crate) fn add_sent(&self, length: usize) {
        self.traffic.add_sent(length);
    }

    pub(crate) fn end(self, code: StatusCode) {
        let instruments = &self.server.plugin.instruments;
        let labels = [self.method, status_label(code)];
        let time = self.began.elapsed();
        instruments.server_call.record(time, &self.traffic, &labels);
    }
}
