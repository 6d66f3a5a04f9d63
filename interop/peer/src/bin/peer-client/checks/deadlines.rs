//! Deadlines.

use std::time::Duration;

use rustgrpc as grpc;
use rustgrpc::{RpcError, StatusCode};

use super::{NOTICE_MS, endless, lab, was_cancelled};
use crate::expected::{assert_ends, token};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;

/// One of them is long enough for a call to reach its handler, whatever else the machine does.
const TIMEOUTS_MS: [u64; 4] = [300, 1_000, 4_000, 16_000];

const MARK: (&str, &str) = ("x-peer-initial", "handled");

/// As the caller says it, whose stream was begun, or as the server does, if that is faster.
const REMOVED: [&str; 2] = ["Stream removed (Deadline Exceeded)", "Deadline Exceeded"];

/// Whether the handler had begun when the call ended.
fn was_handled(error: &RpcError) -> bool {
    error.initial_metadata().contains_key(MARK.0)
}

pub(super) async fn end_a_unary_call(peer: &Peer) {
    for timeout in TIMEOUTS_MS.map(Duration::from_millis) {
        let token = token();
        let call = lab(peer).unary(endless(&token)).metadata([MARK]);
        let error = done!(call.timeout(timeout)).unwrap_err();
        assert_eq!(error.code(), StatusCode::DeadlineExceeded);
        if was_handled(&error) {
            assert!(REMOVED.contains(&error.details()), "{error}");
            assert!(was_cancelled(peer, &token, NOTICE_MS).await);
            return;
        }
        assert_eq!(error.details(), "Deadline Exceeded");
    }
    panic!("no call was handled in time");
}

pub(super) async fn end_a_stream(peer: &Peer) {
    for timeout in TIMEOUTS_MS.map(Duration::from_millis) {
        let token = token();
        let request = LabRequest::new()
            .with_response_count(i32::MAX)
            .with_interval_ms(20)
            .with_cancel_token(&*token);
        let mut call = lab(peer).server_stream(request).timeout(timeout);
        let (responses, end) = read_all!(call);
        if !responses.is_empty() {
            let error = end.unwrap_err();
            assert_eq!(error.code(), StatusCode::DeadlineExceeded);
            assert!(REMOVED.contains(&error.details()), "{error}");
            assert_eq!(call.time_remaining(), Some(Duration::ZERO));
            assert!(was_cancelled(peer, &token, NOTICE_MS).await);
            return;
        }
        assert_eq!(end.unwrap_err().code(), StatusCode::DeadlineExceeded);
    }
    panic!("no call was handled in time");
}

pub(super) async fn end_a_client_stream(peer: &Peer) {
    for timeout in TIMEOUTS_MS.map(Duration::from_millis) {
        let token = token();
        let call = lab(peer).client_stream(grpc::writing()).metadata([MARK]);
        let mut call = call.timeout(timeout);
        let request = LabRequest::new().with_cancel_token(&*token);
        // Fails when the deadline comes first.
        drop(get!(call.write(request)));
        let error = done!(call).unwrap_err();
        assert_eq!(error.code(), StatusCode::DeadlineExceeded);
        if was_handled(&error) {
            assert!(was_cancelled(peer, &token, NOTICE_MS).await);
            return;
        }
    }
    panic!("no call was handled in time");
}

pub(super) async fn are_told_to_the_server(peer: &Peer) {
    for seconds in [50, 100, 100_000] {
        let call = lab(peer).unary(LabRequest::new().with_want_context(true));
        let response = done!(call.timeout(Duration::from_secs(seconds))).unwrap();
        let context = response.context();
        assert!(context.has_deadline);
        // The header has three digits: it may say more than was asked for, by one part in a hundred.
        let most = seconds as i64 * 1010;
        let left = context.time_remaining_ms;
        assert!((1..=most).contains(&left), "{left} ms of {seconds} s");
    }
}

pub(super) async fn may_have_passed(peer: &Peer) {
    let end = done!(lab(peer).unary(LabRequest::new()).timeout(Duration::ZERO));
    assert_ends(end, StatusCode::DeadlineExceeded, "Deadline Exceeded");
}
