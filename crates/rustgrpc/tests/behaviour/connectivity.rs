//! The states of a channel, and what it closes when: C8, C18, C35.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustgrpc::aio::{Channel, Server};
use rustgrpc::{ChannelConnectivity, StatusCode, aio};
use tokio::runtime::Handle;

use crate::connecting::{dead_port, server_on};
use crate::greet_pb2_grpc::GreeterStub;
use crate::on_runtime::lab::{PATIENCE, request, run, run_with, until};
use ChannelConnectivity::{Connecting, Idle, Ready, Shutdown, TransientFailure};

type States = Arc<Mutex<Vec<ChannelConnectivity>>>;

fn listen(channel: &Channel, try_to_connect: bool) -> (States, rustgrpc::Subscription) {
    let states = States::default();
    let heard = states.clone();
    let subscription = channel.subscribe(try_to_connect, move |state| {
        heard.lock().unwrap().push(state);
    });
    (states, subscription)
}

fn has(states: &States, count: usize) -> impl Fn() -> bool {
    let states = states.clone();
    move || states.lock().unwrap().len() >= count
}

/// C18.24.
#[tokio::test]
async fn the_states_of_a_server_that_goes() {
    let lab = run().await;
    let (states, _subscription) = listen(&lab.channel, true);
    until("ready", has(&states, 3)).await;
    lab.server.stop(None).await;
    until("failed", has(&states, 6)).await;
    assert_eq!(
        states.lock().unwrap()[..6],
        [Idle, Connecting, Ready, Idle, Connecting, TransientFailure]
    );
}

/// C18.26.
#[tokio::test]
async fn without_a_wish_to_connect_a_call_does_it() {
    let lab = run().await;
    let (states, subscription) = listen(&lab.channel, false);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(*states.lock().unwrap(), [Idle]);
    lab.stub.say_hello(request("", 0)).await.unwrap();
    assert_eq!(*states.lock().unwrap(), [Idle, Connecting, Ready]);
    drop(subscription);
    lab.channel.close(None).await;
    assert_eq!(states.lock().unwrap().len(), 3, "unsubscribed");
}

/// C8.13, C18.27-28.
#[tokio::test]
async fn states_by_asking() {
    let lab = run().await;
    let channel = lab.channel.clone();
    assert_eq!(channel.get_state(false), Idle);
    assert_eq!(channel.get_state(true), Idle);
    channel.wait_for_state_change(Idle).await;
    channel.channel_ready().await.unwrap();
    assert_eq!(channel.get_state(true), Ready);
    let changed = channel.wait_for_state_change(Ready);
    channel.close(None).await;
    changed.await;
    assert_eq!(channel.get_state(true), Shutdown);
    let error = channel.channel_ready().await.unwrap_err();
    assert_eq!(error.details(), "Channel closed!");
    channel.close(None).await;
    drop(channel.subscribe(true, |_| {}));
    assert_eq!(Shutdown.to_string(), "ChannelConnectivity.SHUTDOWN");
}

/// C18.23.
#[tokio::test]
async fn a_channel_to_nobody_is_never_ready() {
    let channel = aio::insecure_channel(format!("127.0.0.1:{}", dead_port()));
    let ready = tokio::time::timeout(Duration::from_millis(300), channel.channel_ready());
    assert!(ready.await.is_err());
    assert_eq!(channel.get_state(true), TransientFailure);
    let none = aio::insecure_channel("");
    assert_eq!(none.get_state(true), Shutdown);
    let error = none.channel_ready().await.unwrap_err();
    assert_eq!(error.code(), StatusCode::Unknown);
}

#[tokio::test]
async fn failures_are_mended_without_a_call() {
    let address = format!("127.0.0.1:{}", dead_port());
    let channel = Channel::builder(&address)
        .initial_reconnect_backoff(Duration::from_millis(50))
        .max_reconnect_backoff(Duration::from_millis(50))
        .build();
    let (states, _subscription) = listen(&channel, true);
    until("failed", has(&states, 3)).await;
    let _server = server_on(&address).await;
    let ready = tokio::time::timeout(PATIENCE, channel.channel_ready());
    ready.await.unwrap().unwrap();
    assert_eq!(
        *states.lock().unwrap(),
        [Idle, Connecting, TransientFailure, Ready]
    );
}

#[tokio::test]
async fn callbacks_may_use_the_channel_and_panic() {
    let lab = run().await;
    let channel = lab.channel.clone();
    let heard = States::default();
    let noted = heard.clone();
    let _one = lab
        .channel
        .subscribe(false, |_| panic!("a callback's own trouble"));
    let _two = lab.channel.subscribe(true, move |_| {
        noted.lock().unwrap().push(channel.get_state(true));
        drop(channel.subscribe(true, |_| {}));
    });
    until("ready", || heard.lock().unwrap().contains(&Ready)).await;
}

#[tokio::test]
async fn a_channel_without_calls_goes_idle_and_comes_back() {
    let lab = run().await;
    let time = Duration::from_millis(200);
    let target = format!("127.0.0.1:{}", lab.port);
    let channel = Channel::builder(target).idle_timeout(time).build();
    let stub = GreeterStub::new(&channel);
    let held = tokio::spawn(stub.say_hello(request("hold", 0)).into_future());
    lab.begun(1).await;
    tokio::time::sleep(2 * time).await;
    assert_eq!(channel.get_state(false), Ready, "a call is a use");
    lab.seen.gate.open();
    held.await.unwrap().unwrap();
    let idle = tokio::time::timeout(PATIENCE, channel.wait_for_state_change(Ready));
    idle.await.unwrap();
    assert_eq!(channel.get_state(false), Idle);
    stub.say_hello(request("", 0)).await.unwrap();
}

/// C8.20.
#[tokio::test]
async fn closing_waits_for_calls_within_the_grace() {
    let lab = run().await;
    let short = tokio::spawn(lab.stub.say_hello(request("hold", 0)).into_future());
    let late = lab.stub.say_hello(request("sleep", 60_000));
    let late = tokio::spawn(late.timeout(Duration::from_secs(2)).into_future());
    lab.begun(2).await;
    let channel = lab.channel.clone();
    let closing = tokio::spawn(async move { channel.close(2 * PATIENCE).await });
    until("it closes", || lab.channel.get_state(false) == Shutdown).await;
    let error = lab.stub.say_hello(request("", 0)).await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Cancelled, "Channel closed!")
    );
    assert_eq!(lab.channel.get_state(true), Shutdown);
    lab.seen.gate.open();
    short.await.unwrap().unwrap();
    let late = late.await.unwrap().unwrap_err();
    assert_eq!(late.code(), StatusCode::DeadlineExceeded);
    let closed = tokio::time::timeout(PATIENCE, closing).await;
    closed.expect("no longer than the calls").unwrap();
}

/// C8.19.
#[tokio::test]
async fn closing_ends_calls_when_the_grace_is_over() {
    let lab = run().await;
    lab.channel.channel_ready().await.unwrap();
    let long = tokio::spawn(lab.stub.say_hello(request("sleep", 60_000)).into_future());
    let mut stream = lab.stub.lots_of_replies(request("wait", 1));
    assert!(stream.next().await.unwrap().is_some());
    lab.begun(2).await;
    let began = Instant::now();
    lab.channel.close(Duration::from_millis(200)).await;
    let took = began.elapsed();
    assert!(
        took >= Duration::from_millis(200) && took < PATIENCE,
        "{took:?}"
    );
    let error = long.await.unwrap().unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Cancelled, "Channel closed!")
    );
    let error = stream.next().await.unwrap_err();
    assert_eq!(
        (error.code(), error.details()),
        (StatusCode::Cancelled, "Stream removed (Channel closed!)")
    );
}

#[tokio::test]
async fn a_call_that_waits_ends_when_the_channel_closes() {
    let channel = aio::insecure_channel(format!("127.0.0.1:{}", dead_port()));
    let stub = GreeterStub::new(&channel);
    let call = stub.say_hello(request("", 0)).wait_for_ready(true);
    let waiting = tokio::spawn(call.into_future());
    tokio::time::sleep(Duration::from_millis(50)).await;
    channel.close(Duration::from_secs(20)).await;
    assert_eq!(
        waiting.await.unwrap().unwrap_err().details(),
        "Channel closed!"
    );
}

/// Channels in every state, closed and dropped: nothing of them runs on.
#[tokio::test]
async fn no_task_is_left() {
    let lab = run_with(Server::builder()).await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    for close in [true, false] {
        for target in [
            format!("127.0.0.1:{}", lab.port),
            format!("ipv4:127.0.0.1:{},127.0.0.1:{}", lab.port, dead_port()),
            format!("127.0.0.1:{}", dead_port()),
            "bogus:///x".to_owned(),
        ] {
            for policy in [
                rustgrpc::LoadBalancing::PickFirst,
                rustgrpc::LoadBalancing::RoundRobin,
            ] {
                let channel = Channel::builder(&target).load_balancing(policy).build();
                let stub = GreeterStub::new(&channel);
                drop(stub.say_hello(request("", 0)).await);
                let mut call = stub.lots_of_replies(request("wait", 1));
                drop(call.next().await);
                let waiting = stub.say_hello(request("", 0)).wait_for_ready(true);
                let waiting = tokio::spawn(waiting.into_future());
                tokio::time::sleep(Duration::from_millis(10)).await;
                if close {
                    channel.close(None).await;
                } else {
                    waiting.abort();
                }
                drop(waiting.await);
            }
        }
    }
    until("tasks end", || tasks() <= before).await;
}
