//! What the testee answers: the payload read as the named type and written in the wanted format.

use rustgrpc_protobuf::{Message, json_format, text_format};

use crate::generated::conformance::conformance_pb2::{
    ConformanceRequest, ConformanceResponse, FailureSet, TestCategory, WireFormat,
    conformance_request::Payload,
};
use crate::subject::{self, Mode, Subject};

/// The answer to one request.
pub(crate) fn respond(request: &ConformanceRequest, mode: Mode) -> ConformanceResponse {
    let response = ConformanceResponse::new();
    // The runner's first request asks for the failures that the testee expects: none.
    if request.message_type == "conformance.FailureSet" {
        return response.with_protobuf_payload(FailureSet::new().serialize());
    }
    let Some(mut message) = subject::new(&request.message_type, mode) else {
        let name = &request.message_type;
        return response.with_runtime_error(format!("unknown message type {name:?}"));
    };
    match &request.payload {
        None => return response.with_runtime_error("a request without a payload"),
        Some(Payload::JspbPayload(_)) => return response.with_skipped("JSPB is Google's own"),
        Some(payload) => {
            if let Err(error) = read(message.as_mut(), payload, request) {
                return response.with_parse_error(error);
            }
        }
    }
    write(message.as_ref(), request)
}

fn read(
    message: &mut dyn Subject,
    payload: &Payload,
    request: &ConformanceRequest,
) -> Result<(), String> {
    match payload {
        Payload::ProtobufPayload(bytes) => message.parse(bytes).map_err(|error| error.to_string()),
        Payload::JsonPayload(text) => {
            let ignore = TestCategory::JSON_IGNORE_UNKNOWN_PARSING_TEST;
            json_format::Parser::new()
                .descriptor_pool(subject::pool())
                .ignore_unknown_fields(request.test_category == ignore)
                .merge(text, message.as_reflect_mut())
                .map_err(|error| error.to_string())
        }
        Payload::TextPayload(text) => text_format::Parser::new()
            .descriptor_pool(subject::pool())
            .parse_into(text, message.as_reflect_mut())
            .map_err(|error| error.to_string()),
        Payload::JspbPayload(_) => Err("JSPB is Google's own".to_owned()),
    }
}

fn write(message: &dyn Subject, request: &ConformanceRequest) -> ConformanceResponse {
    let response = ConformanceResponse::new();
    match request.requested_output_format {
        WireFormat::PROTOBUF => response.with_protobuf_payload(message.serialize()),
        WireFormat::JSON => match json_format::Printer::new()
            .descriptor_pool(subject::pool())
            .print(message.as_reflect())
        {
            Ok(text) => response.with_json_payload(text),
            Err(error) => response.with_serialize_error(error.to_string()),
        },
        WireFormat::TEXT_FORMAT => response.with_text_payload(
            text_format::Printer::new()
                .descriptor_pool(subject::pool())
                .print_unknown_fields(request.print_unknown_fields)
                .message_to_string(message.as_reflect()),
        ),
        WireFormat::JSPB => response.with_skipped("JSPB is Google's own"),
        other => response.with_runtime_error(format!("unknown format {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::conformance::conformance_pb2::conformance_response::Result as Answer;

    const PROTO3: &str = "protobuf_test_messages.proto3.TestAllTypesProto3";

    fn answers(request: &ConformanceRequest) -> [Option<Answer>; 3] {
        [Mode::Speed, Mode::CodeSize, Mode::Dynamic].map(|mode| respond(request, mode).result)
    }

    fn request(format: WireFormat) -> ConformanceRequest {
        ConformanceRequest::new()
            .with_message_type(PROTO3)
            .with_requested_output_format(format)
    }

    #[test]
    fn every_format_leads_to_every_other() {
        let payloads = [
            Payload::ProtobufPayload(b"\x08\x05".to_vec()),
            Payload::JsonPayload("{\"optionalInt32\": 5}".to_owned()),
            Payload::TextPayload("optional_int32: 5".to_owned()),
        ];
        for payload in payloads {
            let with = |format| ConformanceRequest {
                payload: Some(payload.clone()),
                ..request(format)
            };
            for answer in answers(&with(WireFormat::PROTOBUF)) {
                assert_eq!(answer, Some(Answer::ProtobufPayload(b"\x08\x05".to_vec())));
            }
            for answer in answers(&with(WireFormat::JSON)) {
                let json = "{\n  \"optionalInt32\": 5\n}".to_owned();
                assert_eq!(answer, Some(Answer::JsonPayload(json)));
            }
            for answer in answers(&with(WireFormat::TEXT_FORMAT)) {
                let text = "optional_int32: 5\n".to_owned();
                assert_eq!(answer, Some(Answer::TextPayload(text)));
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_parse_error() {
        let payloads = [
            Payload::ProtobufPayload(b"\x08".to_vec()),
            Payload::JsonPayload("{\"nothing\": 5}".to_owned()),
            Payload::TextPayload("nothing: 5".to_owned()),
        ];
        for payload in payloads {
            let request = ConformanceRequest {
                payload: Some(payload),
                ..request(WireFormat::PROTOBUF)
            };
            for answer in answers(&request) {
                assert!(matches!(answer, Some(Answer::ParseError(_))), "{answer:?}");
            }
        }
    }

    #[test]
    fn unknown_json_fields_are_ignored_when_the_test_says_so() {
        let request = request(WireFormat::PROTOBUF)
            .with_json_payload("{\"nothing\": 5}")
            .with_test_category(TestCategory::JSON_IGNORE_UNKNOWN_PARSING_TEST);
        for answer in answers(&request) {
            assert_eq!(answer, Some(Answer::ProtobufPayload(Vec::new())));
        }
    }

    #[test]
    fn no_failures_are_expected() {
        let request = ConformanceRequest::new().with_message_type("conformance.FailureSet");
        for answer in answers(&request) {
            assert_eq!(answer, Some(Answer::ProtobufPayload(Vec::new())));
        }
    }
}
