//! Calls of one request and one response.

use std::time::Duration;

use super::{face, lab};
use crate::peer::Peer;
use crate::peer_lab_pb2::LabRequest;

pub(super) async fn copies_the_request(peer: &Peer) {
    let payload: Vec<u8> = (0..=255).collect();
    let request = LabRequest::new()
        .with_text("naïve 文字")
        .with_payload(payload.clone())
        .with_number(i32::MIN);
    let response = done!(lab(peer).unary(request)).unwrap();
    assert_eq!(response.text, "naïve 文字");
    assert_eq!(response.payload, payload);
    assert_eq!((response.number, response.index), (i32::MIN, 0));
    assert!(!response.has_context());
}

pub(super) async fn makes_up_a_payload(peer: &Peer) {
    let request = LabRequest::new()
        .with_payload("not this")
        .with_response_size(3_000_000);
    let response = done!(lab(peer).unary(request)).unwrap();
    assert_eq!(response.payload.len(), 3_000_000);
    assert!(response.payload.iter().all(|byte| *byte == b'z'));
}

pub(super) async fn tells_the_context(peer: &Peer) {
    let request = LabRequest::new().with_want_context(true);
    let call = lab(peer).unary(request).timeout(Duration::from_secs(50));
    let response = done!(call.metadata([("a", "1"), ("a", "2"), ("b", "3")])).unwrap();
    let context = response.context();
    let text: Vec<_> = context
        .metadata
        .iter()
        .filter(|header| header.key.len() == 1)
        .map(|header| (&*header.key, &*header.value))
        .collect();
    assert_eq!(text, [("a", &b"1"[..]), ("a", b"2"), ("b", b"3")]);
    let agent = context
        .metadata
        .iter()
        .find(|header| header.key == "user-agent");
    let agent = agent.expect("a user-agent").value.clone();
    assert!(agent.starts_with(b"grpc-rustgrpc/"), "{agent:?}");
    assert!(
        context.peer.starts_with("ipv4:127.0.0.1:"),
        "{}",
        context.peer
    );
    assert!(context.has_deadline);
    // What is left is what was given at most; connections and rounding add less than a second.
    assert!(
        (1..=51_000).contains(&context.time_remaining_ms),
        "{context:?}"
    );
}

pub(super) async fn has_no_deadline(peer: &Peer) {
    let response = done!(lab(peer).unary(LabRequest::new().with_want_context(true)));
    assert!(!response.unwrap().context().has_deadline);
}

/// More at once than would do one after the other within the time of a check.
pub(super) async fn answers_many_at_once(peer: &Peer) {
    let stub = lab(peer);
    let calls: Vec<_> = (0..40)
        .map(|number| {
            let request = LabRequest::new().with_number(number).with_delay_ms(2_000);
            face::begin(stub.unary(request))
        })
        .collect();
    for (number, call) in calls.into_iter().enumerate() {
        let response = face::finish(call).await.unwrap();
        assert_eq!(response.number, number as i32);
    }
}
