//! Client interceptors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use rustgrpc as grpc;
use rustgrpc::protobuf::Message;
use rustgrpc::{
    ClientCallDetails, ClientInterceptor, ClientResponse, RequestStream, ResponseStream, RpcError,
    StatusCode, StreamStreamContinuation, StreamUnaryContinuation, UnaryStreamContinuation,
    UnaryUnaryContinuation,
};

use super::{channel, face};
use crate::expected::assert_ends;
use crate::peer::Peer;
use crate::peer_lab_pb2::{LabRequest, LabResponse};
use crate::peer_lab_pb2_grpc::LabStub;

const KEY: &str = "x-peer-initial";

/// Adds its name to the metadata of all calls, which the server sends back.
struct Name(&'static str);

impl Name {
    fn on(&self, mut details: ClientCallDetails) -> ClientCallDetails {
        details.metadata_mut().add(KEY, self.0);
        details
    }
}

impl ClientInterceptor for Name {
    async fn intercept_unary_unary(
        &self,
        continuation: UnaryUnaryContinuation,
        client_call_details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ClientResponse, RpcError> {
        let details = self.on(client_call_details);
        continuation.call(details, request).await
    }

    async fn intercept_unary_stream(
        &self,
        continuation: UnaryStreamContinuation,
        client_call_details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ResponseStream, RpcError> {
        let details = self.on(client_call_details);
        continuation.call(details, request).await
    }

    async fn intercept_stream_unary(
        &self,
        continuation: StreamUnaryContinuation,
        client_call_details: ClientCallDetails,
        request_iterator: RequestStream,
    ) -> Result<ClientResponse, RpcError> {
        let details = self.on(client_call_details);
        continuation.call(details, request_iterator).await
    }

    async fn intercept_stream_stream(
        &self,
        continuation: StreamStreamContinuation,
        client_call_details: ClientCallDetails,
        request_iterator: RequestStream,
    ) -> Result<ResponseStream, RpcError> {
        let details = self.on(client_call_details);
        continuation.call(details, request_iterator).await
    }
}

/// What it does with calls of one request and one response.
enum Unary {
    Answer,
    /// Until the second attempt is over; counts them.
    CallAgain(Arc<AtomicUsize>),
    /// Notes how calls end.
    Look(Arc<Mutex<Vec<StatusCode>>>),
}

impl ClientInterceptor for Unary {
    async fn intercept_unary_unary(
        &self,
        continuation: UnaryUnaryContinuation,
        client_call_details: ClientCallDetails,
        request: Bytes,
    ) -> Result<ClientResponse, RpcError> {
        match self {
            Self::Answer => {
                let response = LabResponse::new().with_text("short-circuit");
                Ok(ClientResponse::new(response.serialize()))
            }
            Self::CallAgain(attempts) => {
                attempts.fetch_add(1, Ordering::Relaxed);
                let first = continuation.call(client_call_details.clone(), request.clone());
                if first.await.is_ok() {
                    return Err(RpcError::new(StatusCode::Internal, "the first should fail"));
                }
                attempts.fetch_add(1, Ordering::Relaxed);
                let request = LabRequest::new().with_text("again");
                let request = request.serialize().into();
                continuation.call(client_call_details, request).await
            }
            Self::Look(ends) => {
                let result = continuation.call(client_call_details, request).await;
                let code = match &result {
                    Ok(_) => StatusCode::Ok,
                    Err(error) => error.code(),
                };
                ends.lock().unwrap().push(code);
                result
            }
        }
    }
}

fn stub(peer: &Peer, interceptor: Unary) -> LabStub<face::Channel> {
    LabStub::new(&grpc::intercept_channel(&channel(peer), [interceptor]))
}

fn names(metadata: &grpc::Metadata) -> Vec<&str> {
    let values = metadata.get_all(KEY);
    values.map(|value| value.as_str().unwrap()).collect()
}

pub(super) async fn see_calls_in_order(peer: &Peer) {
    let inner = grpc::intercept_channel(&channel(peer), [Name("c")]);
    let outer = grpc::intercept_channel(&inner, [Name("a"), Name("b")]);
    let call = LabStub::new(&outer).unary(LabRequest::new());
    let (_, call) = done!(call.with_call()).unwrap();
    assert_eq!(names(&get!(call.initial_metadata())), ["a", "b", "c"]);
    // The channel inside has its own only.
    let call = LabStub::new(&inner).unary(LabRequest::new());
    let (_, call) = done!(call.with_call()).unwrap();
    assert_eq!(names(&get!(call.initial_metadata())), ["c"]);
}

pub(super) async fn see_all_kinds(peer: &Peer) {
    let builder = face::Channel::builder(&peer.target).interceptor(Name("n"));
    let stub = LabStub::new(&builder.build());
    let request = || LabRequest::new().with_response_count(2);
    let mut call = stub.server_stream(request());
    assert_eq!(names(&get!(call.initial_metadata())), ["n"]);
    let (responses, end) = read_all!(call);
    assert_eq!(responses.len(), 2);
    end.unwrap();
    let call = stub.client_stream(face::requests([request(), request()]));
    let (response, call) = done!(call.with_call()).unwrap();
    assert_eq!(response.count, 2);
    assert_eq!(names(&get!(call.initial_metadata())), ["n"]);
    let mut call = stub.bidi(face::requests([request(), request()]));
    assert_eq!(names(&get!(call.initial_metadata())), ["n"]);
    let (responses, end) = read_all!(call);
    assert_eq!(responses.len(), 2);
    end.unwrap();
}

pub(super) async fn answer_themselves(peer: &Peer) {
    let response = done!(stub(peer, Unary::Answer).unary(LabRequest::new()));
    assert_eq!(response.unwrap().text, "short-circuit");
}

pub(super) async fn call_again(peer: &Peer) {
    let attempts = Arc::new(AtomicUsize::new(0));
    let stub = stub(peer, Unary::CallAgain(attempts.clone()));
    let request = LabRequest::new().with_status_code(StatusCode::Aborted.value());
    assert_eq!(done!(stub.unary(request)).unwrap().text, "again");
    assert_eq!(attempts.load(Ordering::Relaxed), 2);
}

pub(super) async fn see_errors(peer: &Peer) {
    let ends = Arc::default();
    let stub = stub(peer, Unary::Look(Arc::clone(&ends)));
    let request = LabRequest::new()
        .with_status_code(StatusCode::NotFound.value())
        .with_status_message("nothing");
    let end = done!(stub.unary(request));
    assert_ends(end, StatusCode::NotFound, "nothing");
    assert!(done!(stub.unary(LabRequest::new())).is_ok());
    assert_eq!(
        *ends.lock().unwrap(),
        [StatusCode::NotFound, StatusCode::Ok]
    );
}
