//! The payloads of requests and responses: zeros.

use crate::messages_pb2::{Payload, ResponseParameters, SimpleRequest, StreamingOutputCallRequest};

/// The request payload of `large_unary`, in bytes.
pub const LARGE_REQUEST: usize = 271_828;
/// The response payload of `large_unary`, in bytes.
pub const LARGE_RESPONSE: usize = 314_159;

/// `size` zeros.
pub fn zeros(size: usize) -> Payload {
    Payload {
        body: vec![0; size],
        ..Default::default()
    }
}

/// Whether a response brought `size` zeros.
pub fn is_zeros(payload: Option<&Payload>, size: usize) -> bool {
    let body = payload.map_or(&[][..], |payload| &payload.body);
    body.len() == size && body.iter().all(|byte| *byte == 0)
}

/// The request of `large_unary`.
pub fn large_unary() -> SimpleRequest {
    SimpleRequest {
        response_size: LARGE_RESPONSE as i32,
        payload: Some(zeros(LARGE_REQUEST)),
        ..Default::default()
    }
}

/// A request for responses of these sizes, with `size` zeros.
pub fn streaming_output(responses: &[usize], size: Option<usize>) -> StreamingOutputCallRequest {
    let parameters = responses.iter().map(|size| ResponseParameters {
        size: *size as i32,
        ..Default::default()
    });
    StreamingOutputCallRequest {
        response_parameters: parameters.collect(),
        payload: size.map(zeros),
        ..Default::default()
    }
}
