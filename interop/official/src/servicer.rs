//! The server's side of the tests: `grpc.testing.TestService`.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use rustgrpc as grpc;
use rustgrpc::{Compression, RequestIterator, ServicerContext, Status, StatusCode, Stream};

use crate::compression::take_flag;
use crate::empty_pb2::Empty;
use crate::messages_pb2::{
    BoolValue, EchoStatus, Payload, PayloadType, ResponseParameters, SimpleRequest, SimpleResponse,
    StreamingInputCallRequest, StreamingInputCallResponse, StreamingOutputCallRequest,
    StreamingOutputCallResponse,
};
use crate::payload::zeros;
use crate::test_pb2_grpc::TestServiceServicer;

/// The keys that are sent back.
pub const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";
/// The same for trailing metadata.
pub const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";

/// The largest response that a request may ask for.
const LARGEST_RESPONSE: i32 = 64 << 20;

/// What `fill_server_id` fills in.
static SERVER_ID: LazyLock<String> = LazyLock::new(|| format!("rustgrpc-{}", std::process::id()));

/// The service that the test cases call.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestService;

impl TestServiceServicer for TestService {
    async fn empty_call(&self, _: Empty, context: ServicerContext) -> Result<Empty, Status> {
        echo_metadata(&context)?;
        Ok(Empty::default())
    }

    async fn unary_call(
        &self,
        request: SimpleRequest,
        context: ServicerContext,
    ) -> Result<SimpleResponse, Status> {
        expect_compressed(request.expect_compressed.as_ref(), &context)?;
        if request
            .response_compressed
            .is_some_and(|wanted| wanted.value)
        {
            context.set_compression(Compression::Gzip);
        }
        echo_metadata(&context)?;
        echo_status(request.response_status, &context)?;
        Ok(SimpleResponse {
            payload: Some(payload(request.response_type, request.response_size)?),
            server_id: if request.fill_server_id {
                SERVER_ID.clone()
            } else {
                String::new()
            },
            ..Default::default()
        })
    }

    async fn cacheable_unary_call(
        &self,
        _: SimpleRequest,
        context: ServicerContext,
    ) -> Result<SimpleResponse, Status> {
        context.send_initial_metadata([("cache-control", "max-age=60, public")])?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        Ok(SimpleResponse {
            payload: Some(Payload {
                body: now.as_nanos().to_string().into_bytes(),
                ..Default::default()
            }),
            ..Default::default()
        })
    }

    fn streaming_output_call(
        &self,
        request: StreamingOutputCallRequest,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send {
        grpc::stream! {
            echo_metadata(&context)?;
            echo_status(request.response_status, &context)?;
            let (kind, parameters) = (request.response_type, request.response_parameters);
            if parameters.iter().any(|each| each.compressed.as_ref().is_some_and(|wanted| wanted.value)) {
                context.set_compression(Compression::Gzip);
            }
            for parameters in parameters {
                yield response(kind, &parameters, &context).await?;
            }
        }
    }

    async fn streaming_input_call(
        &self,
        mut request_iterator: RequestIterator<StreamingInputCallRequest>,
        context: ServicerContext,
    ) -> Result<StreamingInputCallResponse, Status> {
        echo_metadata(&context)?;
        let mut size = 0;
        while let Some(request) = request_iterator.next().await? {
            expect_compressed(request.expect_compressed.as_ref(), &context)?;
            size += request.payload.map_or(0, |payload| payload.body.len());
        }
        Ok(StreamingInputCallResponse {
            aggregated_payload_size: i32::try_from(size)?,
            ..Default::default()
        })
    }

    fn full_duplex_call(
        &self,
        mut request_iterator: RequestIterator<StreamingOutputCallRequest>,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send {
        grpc::stream! {
            echo_metadata(&context)?;
            while let Some(request) = request_iterator.next().await? {
                echo_status(request.response_status, &context)?;
                for parameters in request.response_parameters {
                    yield response(request.response_type, &parameters, &context).await?;
                }
            }
        }
    }

    fn half_duplex_call(
        &self,
        mut request_iterator: RequestIterator<StreamingOutputCallRequest>,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send {
        grpc::stream! {
            let mut requests = Vec::new();
            while let Some(request) = request_iterator.next().await? {
                requests.push(request);
            }
            for request in requests {
                for parameters in request.response_parameters {
                    yield response(request.response_type, &parameters, &context).await?;
                }
            }
        }
    }
}

/// A message of a stream, when its time has come.
async fn response(
    kind: PayloadType,
    parameters: &ResponseParameters,
    context: &ServicerContext,
) -> Result<StreamingOutputCallResponse, Status> {
    if let Ok(pause @ 1..) = u64::try_from(parameters.interval_us) {
        tokio::time::sleep(Duration::from_micros(pause)).await;
    }
    if parameters
        .compressed
        .as_ref()
        .is_some_and(|wanted| !wanted.value)
    {
        context.disable_next_message_compression();
    }
    Ok(StreamingOutputCallResponse {
        payload: Some(payload(kind, parameters.size)?),
        ..Default::default()
    })
}

fn payload(kind: PayloadType, size: i32) -> Result<Payload, Status> {
    if kind != PayloadType::COMPRESSABLE {
        let text = format!("Unsupported payload type: {kind:?}");
        return Err(Status::new(StatusCode::InvalidArgument, text));
    }
    match usize::try_from(size) {
        Ok(length) if size <= LARGEST_RESPONSE => Ok(zeros(length)),
        _ => {
            let text = format!("Unsupported response size: {size}");
            Err(Status::new(StatusCode::InvalidArgument, text))
        }
    }
}

fn echo_metadata(context: &ServicerContext) -> Result<(), Status> {
    let metadata = context.invocation_metadata();
    if let Some(value) = metadata.get(ECHO_INITIAL) {
        context.send_initial_metadata([(ECHO_INITIAL, value.clone())])?;
    }
    if let Some(value) = metadata.get(ECHO_TRAILING) {
        context.set_trailing_metadata([(ECHO_TRAILING, value.clone())]);
    }
    Ok(())
}

fn echo_status(status: Option<EchoStatus>, context: &ServicerContext) -> Result<(), Status> {
    let Some(EchoStatus { code, message, .. }) = status else {
        return Ok(());
    };
    match StatusCode::from_value(code) {
        Some(StatusCode::Ok) => Ok(()),
        Some(code) => context.abort(code, message),
        None => context.abort(StatusCode::Unknown, message),
    }
}

/// Fails when the request that was read last is not as it says it is.
fn expect_compressed(
    expected: Option<&BoolValue>,
    context: &ServicerContext,
) -> Result<(), Status> {
    let was_compressed = take_flag(context);
    match (expected, was_compressed) {
        (Some(expected), Some(was)) if expected.value != was => {
            let text = format!("the request was compressed: {was}");
            Err(Status::new(StatusCode::InvalidArgument, text))
        }
        (Some(_), None) => Err(Status::new(
            StatusCode::Unimplemented,
            "the server does not watch compression; start it with --watch_compression=true",
        )),
        _ => Ok(()),
    }
}
