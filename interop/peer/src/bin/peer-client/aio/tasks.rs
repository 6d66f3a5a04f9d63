//! Calls among tasks: what there is no blocking counterpart of.

use std::future::poll_fn;
use std::pin::Pin;

use rustgrpc as grpc;
use rustgrpc::{ChannelConnectivity, Stream};

use crate::expected::token;
use crate::peer::Peer;
use crate::peer_lab_pb2::{CancelQuery, LabRequest};
use crate::peer_lab_pb2_grpc::LabStub;

fn lab(peer: &Peer) -> LabStub {
    LabStub::new(&grpc::aio::insecure_channel(&peer.target))
}

/// Python's `asyncio.wait_for(stub.Unary(…), timeout)`, and its cancelled task.
pub(super) async fn are_cancelled_by_dropping_them(peer: &Peer) {
    let stub = lab(peer);
    let slow = |token: &str| {
        let request = LabRequest::new().with_delay_ms(600_000);
        stub.unary(request.with_cancel_token(token))
    };
    let (dropped, aborted) = (token(), token());
    let mut call = slow(&dropped);
    let handle = call.handle();
    tokio::select! {
        outcome = call.into_future() => panic!("{outcome:?}"),
        _ = handle.initial_metadata() => {}
    }
    let mut call = slow(&aborted);
    let handle = call.handle();
    let task = tokio::spawn(call.into_future());
    handle.initial_metadata().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    for token in [dropped, aborted] {
        let query = CancelQuery::new().with_token(token).with_wait_ms(30_000);
        assert!(stub.was_cancelled(query).await.unwrap().seen);
    }
}

pub(super) async fn change_the_state(peer: &Peer) {
    let channel = grpc::aio::insecure_channel(&peer.target);
    let mut state = channel.get_state(true);
    assert_eq!(state, ChannelConnectivity::Idle);
    while state != ChannelConnectivity::Ready {
        channel.wait_for_state_change(state).await;
        state = channel.get_state(false);
    }
    assert!(
        LabStub::new(&channel)
            .unary(LabRequest::new())
            .await
            .is_ok()
    );
}

pub(super) async fn read_streams(peer: &Peer) {
    let request = LabRequest::new().with_response_count(3).with_status_code(5);
    let mut call = lab(peer).server_stream(request);
    let mut indexes = Vec::new();
    let end = loop {
        match poll_fn(|cx| Pin::new(&mut call).poll_next(cx)).await {
            Some(Ok(response)) => indexes.push(response.index),
            Some(Err(error)) => break error,
            None => panic!("an error is the last item"),
        }
    };
    assert_eq!(indexes, [0, 1, 2]);
    assert_eq!(end.code(), grpc::StatusCode::NotFound);
    assert!(
        poll_fn(|cx| Pin::new(&mut call).poll_next(cx))
            .await
            .is_none()
    );
}

/// One task writes, another reads.
pub(super) async fn write_to_channels(peer: &Peer) {
    let (writer, receiver) = grpc::request_channel();
    let mut call = lab(peer).bidi(receiver);
    let writing = tokio::spawn(async move {
        for number in 0..50 {
            writer.write(LabRequest::new().with_number(number)).await?;
        }
        writer.done_writing();
        Ok::<_, grpc::RpcError>(())
    });
    for number in 0..50 {
        assert_eq!(call.next().await.unwrap().unwrap().number, number);
    }
    assert_eq!(call.next().await.unwrap(), None);
    writing.await.unwrap().unwrap();
}
