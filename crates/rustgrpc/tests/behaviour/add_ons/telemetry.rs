//! Metrics and spans of calls, under the names of OpenTelemetry.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use rustgrpc::aio::{Channel, Server};
use rustgrpc::observability::OpenTelemetryPlugin;
use rustgrpc::{MethodConfig, RetryPolicy, ServiceConfig, StatusCode};
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::greet_pb2_grpc::{GreeterStub, add_greeter_servicer_to_server};
use crate::lab::{Lab, request};

/// A provider whose figures can be looked at.
struct Figures {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

impl Figures {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        Self { exporter, provider }
    }

    /// The sum and the count of each instrument, by its labels.
    fn read(&self) -> BTreeMap<String, (f64, u64)> {
        self.provider.force_flush().expect("figures");
        let all = self.exporter.get_finished_metrics().expect("figures");
        let mut figures = BTreeMap::new();
        let last = all.last().expect("figures");
        for metric in last.scope_metrics().flat_map(ScopeMetrics::metrics) {
            let name = metric.name();
            match metric.data() {
                AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                    for point in sum.data_points() {
                        let labels = labels(point.attributes());
                        figures.insert(format!("{name} {labels}"), (point.value() as f64, 1));
                    }
                }
                AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
                    for point in histogram.data_points() {
                        let labels = labels(point.attributes());
                        let figure = (point.sum() as f64, point.count());
                        figures.insert(format!("{name} {labels}"), figure);
                    }
                }
                AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                    for point in histogram.data_points() {
                        let labels = labels(point.attributes());
                        figures.insert(format!("{name} {labels}"), (point.sum(), point.count()));
                    }
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        figures
    }
}

fn labels<'a>(attributes: impl Iterator<Item = &'a opentelemetry::KeyValue>) -> String {
    let mut labels: Vec<_> = attributes
        .map(|label| format!("{}={}", label.key, label.value))
        .collect();
    labels.sort();
    labels.join(" ")
}

async fn server(plugin: &OpenTelemetryPlugin) -> (Server, u16) {
    let mut server = Server::builder().open_telemetry(plugin).build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").expect("a port");
    server.start().await.expect("a server");
    (server, port)
}

#[tokio::test]
async fn calls_are_measured_on_both_sides() {
    let figures = Figures::new();
    let plugin = OpenTelemetryPlugin::new(&figures.provider);
    let (running, port) = server(&plugin).await;
    let target = format!("127.0.0.1:{port}");
    let channel = Channel::builder(&target).open_telemetry(&plugin).build();
    let stub = GreeterStub::new(&channel);
    let hello = stub.say_hello(request("sleep", 20)).await.unwrap();
    let error = stub.say_hello(request("abort:x", 5)).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::NotFound);
    let sum = stub.lots_of_greetings(rustgrpc::requests([request("a", 1), request("b", 2)]));
    let sum = sum.await.unwrap();
    let generic = channel.unary_unary_multi_callable(
        "/no.Such/Method",
        rustgrpc::bytes_serializer,
        rustgrpc::bytes_deserializer,
    );
    let error = generic.call(bytes::Bytes::from_static(b"1234")).await;
    assert_eq!(error.unwrap_err().code(), StatusCode::Unimplemented);
    running.stop(None).await;

    let seen = figures.read();
    let size = |message: &dyn Fn() -> usize| message() as f64;
    let (say, greet) = ("greet.Greeter/SayHello", "greet.Greeter/LotsOfGreetings");
    let of_client = |method: &str, status: &str| {
        format!("grpc.method={method} grpc.status={status} grpc.target=dns:///{target}")
    };
    for (method, count) in [(say, 2.0), (greet, 1.0), ("other", 1.0)] {
        let started =
            format!("grpc.client.attempt.started grpc.method={method} grpc.target=dns:///{target}");
        assert_eq!(seen.get(&started), Some(&(count, 1)), "{seen:#?}");
        let started = format!("grpc.server.call.started grpc.method={method}");
        assert_eq!(seen.get(&started), Some(&(count, 1)), "{seen:#?}");
    }
    use prost::Message;
    let requests = |all: &[&crate::greet_pb2::HelloRequest]| {
        all.iter()
            .map(|request| request.encoded_len())
            .sum::<usize>()
    };
    let (a, b) = (request("a", 1), request("b", 2));
    for (method, status, sent, received) in [
        (
            say,
            "OK",
            requests(&[&request("sleep", 20)]),
            hello.encoded_len(),
        ),
        (say, "NOT_FOUND", requests(&[&request("abort:x", 5)]), 0),
        (greet, "OK", requests(&[&a, &b]), sum.encoded_len()),
        ("other", "UNIMPLEMENTED", 4, 0),
    ] {
        let labels = of_client(method, status);
        let of_server = format!("grpc.method={method} grpc.status={status}");
        let figure = |name: &str, labels: &str| {
            let key = format!("{name} {labels}");
            *seen
                .get(&key)
                .unwrap_or_else(|| panic!("no {key} in {seen:#?}"))
        };
        for name in ["grpc.client.attempt.duration", "grpc.client.call.duration"] {
            let (time, count) = figure(name, &labels);
            assert!(count == 1 && time > 0.0 && time < 60.0, "{name} {time}");
        }
        let (time, count) = figure("grpc.server.call.duration", &of_server);
        assert!(count == 1 && time > 0.0 && time < 60.0, "{time}");
        let attempt = |what: &str| {
            figure(
                &format!("grpc.client.attempt.{what}_total_compressed_message_size"),
                &labels,
            )
        };
        assert_eq!(attempt("sent"), (size(&|| sent), 1));
        assert_eq!(attempt("rcvd"), (size(&|| received), 1));
        let call = |what: &str| {
            figure(
                &format!("grpc.server.call.{what}_total_compressed_message_size"),
                &of_server,
            )
        };
        // Nobody reads the requests of a method that is none.
        let read = if method == "other" { 0 } else { sent };
        assert_eq!(call("rcvd"), (size(&|| read), 1));
        assert_eq!(call("sent"), (size(&|| received), 1));
    }
    let (slept, _) = seen[&format!("grpc.server.call.duration grpc.method={say} grpc.status=OK")];
    assert!(slept >= 0.02, "{slept}");
}

#[tokio::test]
async fn a_call_that_is_made_again_has_several_attempts() {
    let figures = Figures::new();
    let plugin = OpenTelemetryPlugin::new(&figures.provider)
        .target_attribute_filter(|_| false)
        .generic_method_attribute_filter(|method| method == "no.Such/Method");
    let retry = RetryPolicy::new(3, [StatusCode::Unavailable]).backoff(
        Duration::from_millis(1),
        Duration::from_millis(1),
        1.0,
    );
    let config = ServiceConfig::new().method(MethodConfig::everything().retry(retry));
    let channel = Channel::builder(format!("127.0.0.1:{}", crate::connecting::dead_port()))
        .service_config(config)
        .open_telemetry(&plugin)
        .build();
    let generic = channel.unary_unary_multi_callable(
        "/no.Such/Method",
        rustgrpc::bytes_serializer,
        rustgrpc::bytes_deserializer,
    );
    let error = generic.call(bytes::Bytes::new()).await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unavailable);
    let dropped = generic.call(bytes::Bytes::new()).wait_for_ready(true);
    let waiting = tokio::time::timeout(Duration::from_millis(50), dropped.into_future());
    assert!(waiting.await.is_err());
    let seen = figures.read();
    let labels = "grpc.method=no.Such/Method";
    let of = |name: &str, status: &str| {
        let key = format!("{name} {labels} {status}grpc.target=other");
        seen.get(&key).map(|(sum, count)| (*sum, *count))
    };
    assert_eq!(
        of("grpc.client.attempt.started", ""),
        Some((4.0, 1)),
        "{seen:#?}"
    );
    let count = |name: &str, status: &str| of(name, status).map(|(_, count)| count);
    let unavailable = "grpc.status=UNAVAILABLE ";
    assert_eq!(count("grpc.client.attempt.duration", unavailable), Some(3));
    assert_eq!(count("grpc.client.call.duration", unavailable), Some(1));
    let cancelled = "grpc.status=CANCELLED ";
    assert_eq!(count("grpc.client.attempt.duration", cancelled), Some(1));
    assert_eq!(count("grpc.client.call.duration", cancelled), Some(1));
}

#[tokio::test]
async fn the_plugin_of_the_process() {
    let figures = Figures::new();
    let plugin = OpenTelemetryPlugin::new(&figures.provider);
    plugin.register_global();
    let measured = rustgrpc::aio::insecure_channel("unix:/nobody/listens/here");
    plugin.deregister_global();
    let not = rustgrpc::aio::insecure_channel("unix:/nobody/listens/there");
    for channel in [measured, not] {
        let stub = GreeterStub::new(&channel);
        assert!(stub.say_hello(request("", 0)).await.is_err());
    }
    let seen = figures.read();
    let started = |place| {
        let key = format!(
            "grpc.client.attempt.started grpc.method=greet.Greeter/SayHello grpc.target=unix:/nobody/listens/{place}"
        );
        seen.get(&key).copied()
    };
    assert_eq!(started("here"), Some((1.0, 1)), "{seen:#?}");
    assert_eq!(started("there"), None);
}

/// The spans of this crate that have ended, with their fields and those of the span around each.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Fields>>>);

type Fields = BTreeMap<String, String>;

impl<S> tracing_subscriber::Layer<S> for Spans
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        id: &tracing::Id,
        context: Context<'_, S>,
    ) {
        let span = context.span(id).expect("the span");
        let mut fields = Visitor(Fields::new());
        attributes.record(&mut fields);
        if let Some(parent) = span.parent() {
            fields
                .0
                .insert("parent".to_owned(), parent.name().to_owned());
        }
        span.extensions_mut().insert(fields);
    }

    fn on_record(
        &self,
        id: &tracing::Id,
        values: &tracing::span::Record<'_>,
        context: Context<'_, S>,
    ) {
        let span = context.span(id).expect("the span");
        let mut extensions = span.extensions_mut();
        values.record(extensions.get_mut::<Visitor>().expect("fields"));
    }

    fn on_close(&self, id: tracing::Id, context: Context<'_, S>) {
        let span = context.span(&id).expect("the span");
        if span.metadata().target().starts_with("rustgrpc") {
            let mut fields = span.extensions_mut().remove::<Visitor>().expect("fields").0;
            fields.insert("name".to_owned(), span.name().to_owned());
            self.0.lock().expect("spans").push(fields);
        }
    }
}

struct Visitor(Fields);

impl tracing::field::Visit for Visitor {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let value = format!("{value:?}");
        let value = value.trim_matches('"').to_owned();
        self.0.insert(field.name().to_owned(), value);
    }
}

#[tokio::test]
async fn every_call_has_a_span_on_both_sides() {
    let spans = Spans::default();
    let subscriber = tracing_subscriber::registry().with(spans.clone());
    let _default = tracing::subscriber::set_default(subscriber);
    let mut server = Server::builder().build();
    add_greeter_servicer_to_server(Lab::default(), &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").expect("a port");
    server.start().await.expect("a server");
    let channel = rustgrpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
    let stub = GreeterStub::new(&channel);
    {
        use tracing::Instrument;
        let around = tracing::info_span!("around");
        let call = stub.say_hello(request("", 0));
        async { call.await }.instrument(around).await.unwrap();
    }
    stub.say_hello(request("abort", 5)).await.unwrap_err();
    drop(stub);
    channel.close(None).await;
    server.stop(None).await;
    let mut seen = std::mem::take(&mut *spans.0.lock().expect("spans"));
    seen.sort_by_key(|fields| {
        (
            fields["rpc.grpc.status_code"].clone(),
            fields["name"].clone(),
        )
    });
    let common = |name: &str, kind: &str, code: &str| {
        let fields = [
            ("name", name),
            ("otel.name", "greet.Greeter/SayHello"),
            ("otel.kind", kind),
            ("rpc.system", "grpc"),
            ("rpc.service", "greet.Greeter"),
            ("rpc.method", "SayHello"),
            ("rpc.grpc.status_code", code),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let port = port.to_string();
    let client = |code, more: &[(&str, &str)]| -> Fields {
        let own = [("server.address", "127.0.0.1"), ("server.port", &*port)];
        let more = own.iter().chain(more);
        let more = more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        common("grpc.client", "client", code)
            .into_iter()
            .chain(more)
            .collect()
    };
    let [ok_client, ok_server, error_client, error_server] = &mut *seen else {
        panic!("{seen:#?}");
    };
    assert_eq!(*ok_client, client("0", &[("parent", "around")]));
    assert_eq!(*error_client, client("5", &[("otel.status_code", "ERROR")]));
    for (fields, code) in [(ok_server, "0"), (error_server, "5")] {
        let peer = fields.remove("network.peer.address").expect("a peer");
        assert!(peer.starts_with("ipv4:127.0.0.1:"), "{peer}");
        // What a caller did wrong is no error of the server.
        assert_eq!(
            *fields,
            common("grpc.server", "server", code).into_iter().collect()
        );
    }
}

/// What a servicer logs belongs to its call.
#[tokio::test]
async fn a_servicer_runs_inside_its_span() {
    use crate::greet_pb2::{HelloReply, HelloRequest};
    use rustgrpc::{ServicerContext, Status};

    struct Logs;
    impl crate::greet_pb2_grpc::GreeterServicer for Logs {
        async fn say_hello(
            &self,
            _: HelloRequest,
            _: ServicerContext,
        ) -> Result<HelloReply, Status> {
            let message = tracing::Span::current()
                .metadata()
                .map_or_else(String::new, |metadata| metadata.name().to_owned());
            Ok(HelloReply {
                message,
                ..Default::default()
            })
        }
    }

    let subscriber = tracing_subscriber::registry().with(Spans::default());
    let dispatch = tracing::Dispatch::new(subscriber);
    let _default = tracing::dispatcher::set_default(&dispatch);
    let mut server = Server::builder().build();
    add_greeter_servicer_to_server(Logs, &mut server);
    let port = server.add_insecure_port("127.0.0.1:0").expect("a port");
    server.start().await.expect("a server");
    let channel = rustgrpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
    let reply = GreeterStub::new(&channel).say_hello(request("", 0)).await;
    assert_eq!(reply.unwrap().message, "grpc.server");
}
