//! What a call ended with, read from headers, trailers and errors of HTTP/2.

use h2::Reason;
use http::{HeaderMap, StatusCode as HttpStatus};

use crate::wire::header::{self, GRPC_MESSAGE, GRPC_STATUS, Unacceptable};
use crate::wire::percent;
use crate::{Status, StatusCode};

/// The end of a call; the metadata stays in the headers until someone asks.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) code: StatusCode,
    pub(crate) details: String,
    pub(crate) trailers: HeaderMap,
}

impl Outcome {
    pub(crate) fn new(code: StatusCode, details: impl Into<String>) -> Self {
        Self {
            code,
            details: details.into(),
            trailers: HeaderMap::new(),
        }
    }

    pub(crate) fn of_status(status: Status) -> Self {
        let (code, details, _) = status.into_parts();
        Self::new(code, details)
    }

    /// What trailers, or headers that are the end, say.
    pub(crate) fn of_trailers(trailers: HeaderMap, max_metadata_size: u32) -> Self {
        if let Err(Unacceptable(code, text)) = header::check(&trailers, max_metadata_size) {
            return removed(code, &text);
        }
        let Some(status) = trailers.get(GRPC_STATUS) else {
            return Self {
                trailers,
                ..Self::new(StatusCode::Unknown, "No status received")
            };
        };
        let code = match status.as_bytes() {
            b"0" => StatusCode::Ok,
            digits => match status
                .to_str()
                .ok()
                .and_then(|text| text.parse::<u32>().ok())
            {
                Some(code) if digits[0] != b'+' => i32::try_from(code)
                    .ok()
                    .and_then(StatusCode::from_value)
                    .unwrap_or(StatusCode::Unknown),
                _ => return removed(StatusCode::Internal, "Error parsing 'grpc-status' metadata"),
            },
        };
        // Both stay there: `HeaderMap` has another order after a removal.
        let details = trailers.get(GRPC_MESSAGE);
        let details = details.map_or_else(String::new, |text| percent::decode(text.as_bytes()));
        Self {
            code,
            details,
            trailers,
        }
    }

    /// What an answer that is not gRPC's means.
    pub(crate) fn of_http(status: HttpStatus) -> Self {
        let code = match status.as_u16() {
            400 => StatusCode::Internal,
            401 => StatusCode::Unauthenticated,
            403 => StatusCode::PermissionDenied,
            404 => StatusCode::Unimplemented,
            // The headers were too large.
            431 => StatusCode::ResourceExhausted,
            429 | 502 | 503 | 504 => StatusCode::Unavailable,
            _ => StatusCode::Unknown,
        };
        Self::new(
            code,
            format!("Received http2 header with status: {}", status.as_u16()),
        )
    }

    /// What a broken stream or connection means.
    pub(crate) fn of_h2(error: &h2::Error) -> Self {
        if error.is_go_away() && error.is_remote() {
            let code = error.reason().map_or(0, u32::from);
            return Self::new(
                StatusCode::Unavailable,
                format!("GOAWAY received; Error code: {code}; Debug Text: "),
            );
        }
        match error.reason() {
            Some(reason) if error.is_remote() => {
                let number = u32::from(reason);
                let code = match reason {
                    Reason::REFUSED_STREAM => StatusCode::Unavailable,
                    Reason::CANCEL => StatusCode::Cancelled,
                    Reason::ENHANCE_YOUR_CALM => StatusCode::ResourceExhausted,
                    Reason::INADEQUATE_SECURITY => StatusCode::PermissionDenied,
                    _ => StatusCode::Internal,
                };
                removed(
                    code,
                    &format!("RST_STREAM (Received RST_STREAM with error code {number})"),
                )
            }
            Some(_) => removed(StatusCode::Internal, &error.to_string()),
            None => removed(StatusCode::Unavailable, "Socket closed"),
        }
    }
}

/// The end of a call whose stream went away under it.
pub(crate) fn removed(code: StatusCode, why: &str) -> Outcome {
    Outcome::new(code, format!("Stream removed ({why})"))
}
