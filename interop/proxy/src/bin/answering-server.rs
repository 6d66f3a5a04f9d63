//! A server that answers with its name after a short while: `answering-server ADDRESS NAME`. SIGTERM stops it gracefully.

use std::error::Error;
use std::time::Duration;

use answering_pb2::{Answer, Question};
use answering_pb2_grpc::{AnsweringServicer, add_answering_servicer_to_server};
use rustgrpc as grpc;
use tokio::signal::unix::{SignalKind, signal};

rustgrpc::include_protos!();

/// So that there are always calls under way.
const WORK: Duration = Duration::from_millis(5);

struct Named(String);

impl AnsweringServicer for Named {
    async fn who(
        &self,
        _question: Question,
        _context: grpc::ServicerContext,
    ) -> Result<Answer, grpc::Status> {
        tokio::time::sleep(WORK).await;
        Ok(Answer::new().with_name(&self.0))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("an address is missing")?;
    let name = arguments.next().ok_or("a name is missing")?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut server = grpc::aio::server();
    add_answering_servicer_to_server(Named(name), &mut server);
    let port = server.add_insecure_port(&address)?;
    server.start().await?;
    println!("Listening on port {port}");
    terminated.recv().await;
    server.stop(Duration::from_secs(30)).await;
    Ok(())
}
