//! What servicers find when they ask for requests: C8, C14.

use std::sync::{Arc, Mutex};

use rustgrpc as grpc;
use rustgrpc::{RequestIterator, ServicerContext, Status, StatusCode, Stream};

use super::lab::{Running, builder, request, serve, until};
use crate::greet_pb2::{HelloReply, HelloRequest};
use crate::greet_pb2_grpc::GreeterServicer;

/// Reads as the first request says, and writes down what came after it.
#[derive(Clone, Default)]
struct Reader(Arc<Mutex<Vec<String>>>);

impl Reader {
    fn note(&self, next: &Result<Option<HelloRequest>, Status>, context: &ServicerContext) {
        let text = match next {
            Ok(Some(request)) => format!("{request:?}"),
            Ok(None) => "the end".to_owned(),
            Err(status) => format!("{} active: {}", status.code(), context.is_active()),
        };
        self.0.lock().unwrap().push(text);
    }
}

impl GreeterServicer for Reader {
    async fn lots_of_greetings(
        &self,
        mut request_iterator: RequestIterator<HelloRequest>,
        context: ServicerContext,
    ) -> Result<HelloReply, Status> {
        let here = self.clone();
        let mut reply = HelloReply::default();
        if context.invocation_metadata().contains_key("no-read") {
            return Ok(reply);
        }
        while let Some(request) = request_iterator.next().await? {
            reply.count += request.count;
            if request.name == "note" {
                let next = request_iterator.next().await;
                here.note(&next, &context);
                next?;
            }
        }
        assert!(request_iterator.next().await?.is_none(), "the end stays");
        Ok(reply)
    }

    fn bidi_hello(
        &self,
        mut request_iterator: RequestIterator<HelloRequest>,
        context: ServicerContext,
    ) -> impl Stream<Item = Result<HelloReply, Status>> + Send {
        grpc::stream! {
            let here = self.clone();
            while let Some(request) = request_iterator.next().await? {
                yield HelloReply { count: request.count, ..Default::default() };
                if request.name == "note" {
                    let next = request_iterator.next().await;
                    here.note(&next, &context);
                    next?;
                }
            }
        }
    }
}

async fn lab() -> (Running, Reader) {
    let reader = Reader::default();
    let lab = serve(builder(), reader.clone(), Arc::default()).await;
    (lab, reader)
}

/// C14.15, C14.16.
#[tokio::test]
async fn none_or_all() {
    let (lab, _) = lab().await;
    let call = lab.stub.lots_of_greetings(grpc::writing());
    let reply = call.metadata([("no-read", "1")]).await;
    assert_eq!(reply.unwrap().count, 0);
    let two = grpc::requests([request("", 1), request("", 2)]);
    assert_eq!(lab.stub.lots_of_greetings(two).await.unwrap().count, 3);
}

/// C8.7-8, C8.21-24: a caller that cancels is never taken for one that has sent all, and the context knows of it by then.
#[tokio::test]
async fn a_caller_that_cancels_while_it_is_waited_for() {
    let (lab, reader) = lab().await;
    // That of the servicer and this one.
    let gone = || Arc::strong_count(&reader.0) == 2;
    for _ in 0..30 {
        let mut sum = lab.stub.lots_of_greetings(grpc::writing());
        sum.write(request("note", 1)).await.unwrap();
        until("the handler reads", || !gone()).await;
        drop(sum);
        until("the handler of the sum goes", gone).await;
        let mut chat = lab.stub.bidi_hello(grpc::writing());
        chat.write(request("note", 1)).await.unwrap();
        assert_eq!(chat.next().await.unwrap().unwrap().count, 1);
        assert!(chat.cancel());
        let error = chat.next().await.unwrap_err();
        let text = "Locally cancelled by application!";
        assert_eq!(
            (error.code(), error.details()),
            (StatusCode::Cancelled, text)
        );
        until("the handler of the chat goes", gone).await;
    }
    let notes = reader.0.lock().unwrap();
    // On a thread, it may go before it has noted anything.
    assert!(!notes.is_empty());
    let cancelled = "StatusCode.CANCELLED active: false";
    assert!(notes.iter().all(|note| note == cancelled), "{notes:?}");
}
