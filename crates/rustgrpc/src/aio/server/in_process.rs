//! A server whose connections are pipes.

use std::io;
use std::pin::Pin;

use super::{Server, Task};
use crate::client::in_process::InProcess;
use crate::server::connection::{self, Peer};
use crate::server::halt::Level;

impl Server {
    /// What a channel to this server connects to. It keeps the server.
    pub(crate) fn in_process(&self) -> InProcess {
        let handle = self.handle.clone();
        InProcess::new(move |io| {
            if handle.halt.level() >= Level::Drain {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            let task = Task::begin(&handle.tasks);
            let (router, halt) = (handle.router.clone(), handle.halt.clone());
            let serving = connection::serve(io, Peer::InProcess, router, halt);
            let serving: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(serving);
            drop(tokio::spawn(async move {
                serving.await;
                drop(task);
            }));
            Ok(())
        })
    }

    /// What the server was built with.
    pub(crate) fn settings(&self) -> std::sync::Arc<crate::server::route::Settings> {
        self.handle.router.settings.clone()
    }
}
