//! A server whose connections are pipes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use super::{Server, Task};
use crate::client::in_process::InProcess;
use crate::server::connection;
use crate::server::halt::Level;
use crate::server::security::{Address, Security};
use crate::telemetry::socket::Ends;

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
            let security = Arc::new(Security::Insecure);
            let socket = router
                .telemetry
                .connected(&Ends::in_process(), security.name());
            let address = Address::InProcess;
            let serving = connection::serve(io, address, socket, security, router, halt);
            let serving: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(serving);
            drop(tokio::spawn(async move {
                serving.await;
                drop(task);
            }));
            Ok(())
        })
    }

    /// What the server was built with.
    pub(crate) fn settings(&self) -> Arc<crate::server::route::Settings> {
        self.handle.router.settings.clone()
    }
}
