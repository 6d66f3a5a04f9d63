//! What the testee answers: the payload read as the named type and written in the wanted format.

use crate::generated::conformance::conformance_pb2::{
    ConformanceRequest, ConformanceResponse, FailureSet, WireFormat, conformance_request::Payload,
};
use crate::subject::{self, Mode};
use rustgrpc_protobuf::Message;

/// The answer to one request.
pub(crate) fn respond(request: &ConformanceRequest, mode: Mode) -> ConformanceResponse {
    // The runner's first request asks for the failures that the testee expects: none.
    if request.message_type == "conformance.FailureSet" {
        return ConformanceResponse::new().with_protobuf_payload(FailureSet::new().serialize());
    }
    let Some(mut message) = subject::new(&request.message_type, mode) else {
        let unknown = format!("unknown message type {:?}", request.message_type);
        return ConformanceResponse::new().with_runtime_error(unknown);
    };
    let read = match &request.payload {
        Some(Payload::ProtobufPayload(bytes)) => {
            message.parse(bytes).map_err(|error| error.to_string())
        }
        _ => return ConformanceResponse::new().with_skipped("not supported yet"),
    };
    if let Err(error) = read {
        return ConformanceResponse::new().with_parse_error(error);
    }
    match request.requested_output_format {
        WireFormat::PROTOBUF => {
            ConformanceResponse::new().with_protobuf_payload(message.serialize())
        }
        _ => ConformanceResponse::new().with_skipped("not supported yet"),
    }
}
