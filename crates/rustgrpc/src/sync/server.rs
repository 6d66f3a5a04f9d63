//! The blocking server.

use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::blocking::{deadline, wait_anywhere};
use super::runtime;
use crate::ServerCredentials;
use crate::aio::{self, ServerBuilder};
use crate::server::{GenericRpcHandler, Methods, RpcServer, ThreadPoolExecutor};

/// A server whose servicers run on the threads of `pool`, with the default options. Python's
/// `grpc.server(futures.ThreadPoolExecutor(max_workers=10))`.
///
/// ```
/// use rustgrpc as grpc;
/// use rustgrpc::health::{HealthServicer, add_health_servicer_to_server};
///
/// # fn main() -> std::io::Result<()> {
/// let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
/// add_health_servicer_to_server(HealthServicer::new(), &mut server); // as for any generated service
/// let port = server.add_insecure_port("localhost:0")?;
/// server.start()?;
/// println!("listening on port {port}");
/// # server.stop(None).wait();
/// server.wait_for_termination(); // until another thread calls `stop` of a clone
/// # Ok(())
/// # }
/// ```
pub fn server(pool: ThreadPoolExecutor) -> Server {
    Server::builder(pool).build()
}

/// A server whose servicers may block. Python's `grpc.Server`.
///
/// Each call has a thread of the pool from its beginning to its end; calls that find none free wait, until their deadline.
/// Connections are served by tasks of their own, whatever the servicers do.
///
/// A clone is the same server; when the last one is dropped, the server stops at once.
///
/// ```
/// use rustgrpc as grpc;
/// use std::time::Duration;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut server = grpc::server(grpc::ThreadPoolExecutor::new(10));
/// // add_greeter_servicer_to_server(Greeter, &mut server);
/// let port = server.add_insecure_port("127.0.0.1:0")?;
/// server.start()?;
/// println!("Listening on port {port}");
/// // A server that is to run until it is killed: server.wait_for_termination();
/// server.stop(Duration::from_secs(5)).wait();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Server {
    server: aio::Server,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stage: Mutex<Stage>,
    stopped: Arc<Flag>,
}

#[derive(Clone, Copy, Default)]
enum Stage {
    #[default]
    New,
    Started,
    Stopped,
}

impl Server {
    /// A server with options of your choice.
    pub fn builder(pool: ThreadPoolExecutor) -> ServerBuilder<Self> {
        ServerBuilder::new().migration_thread_pool(pool)
    }

    /// Listens on `address` (`host:port`, `[::]:port`, `unix:path`; port 0 takes a free one) and returns the port,
    /// 1 for a Unix socket. Calls are answered when the server has started.
    ///
    /// Fails when the address is taken or is none.
    pub fn add_insecure_port(&mut self, address: impl AsRef<str>) -> io::Result<u16> {
        let _entered = runtime::handle()?.enter();
        self.server.add_insecure_port(address)
    }

    /// [`add_insecure_port`](Self::add_insecure_port) whose connections are secured as `server_credentials` say.
    ///
    /// Fails when certificates cannot be used, too.
    pub fn add_secure_port(
        &mut self,
        address: impl AsRef<str>,
        server_credentials: ServerCredentials,
    ) -> io::Result<u16> {
        let _entered = runtime::handle()?.enter();
        self.server.add_secure_port(address, server_credentials)
    }

    /// Adds handlers for methods that no servicer has, behind those added before.
    pub fn add_generic_rpc_handlers(
        &mut self,
        generic_rpc_handlers: impl IntoIterator<Item = impl GenericRpcHandler>,
    ) {
        self.server.add_generic_rpc_handlers(generic_rpc_handlers);
    }

    /// Begins to answer calls, and returns at once.
    ///
    /// Fails when the server was started before, and with an I/O error of the listening sockets.
    pub fn start(&mut self) -> io::Result<()> {
        let _entered = runtime::handle()?.enter();
        let mut stage = self.shared.stage();
        match *stage {
            Stage::New => *stage = Stage::Started,
            Stage::Started => {
                return Err(io::Error::other("Cannot start already-started server!"));
            }
            Stage::Stopped => return Err(io::Error::other("the server has already started")),
        }
        drop(stage);
        wait_anywhere(self.server.start())
    }

    /// Takes no new calls from now on, lets those that run go on for `grace`, and ends what then still runs with
    /// UNAVAILABLE `Cancelling all calls`. `None` grants no grace.
    ///
    /// Returns at once; the event is set when all connections are closed: as soon as all calls are over, at the latest
    /// shortly after the grace. A servicer that blocks is not waited for.
    pub fn stop(&self, grace: impl Into<Option<Duration>>) -> ShutdownEvent {
        *self.shared.stage() = Stage::Stopped;
        let grace = grace.into();
        let stopped = self.shared.stopped.clone();
        let event = ShutdownEvent {
            flag: stopped.clone(),
        };
        match runtime::handle() {
            Ok(runtime) => {
                let server = self.server.clone();
                drop(runtime.spawn(async move {
                    server.stop(grace).await;
                    stopped.set();
                }));
            }
            // Then it has not started either.
            Err(_) => stopped.set(),
        }
        event
    }

    /// Waits until the server has stopped.
    pub fn wait_for_termination(&self) {
        self.shared.stopped.wait(None);
    }

    /// Waits until the server has stopped, at most for `timeout`. True when the time was over first, as in Python.
    #[doc(alias = "wait_for_termination")]
    pub fn wait_for_termination_timeout(&self, timeout: Duration) -> bool {
        !self.shared.stopped.wait(Some(timeout))
    }
}

impl RpcServer for Server {
    fn add_registered_method_handlers(&mut self, service: &'static str, methods: Methods) {
        self.server.add_registered_method_handlers(service, methods);
    }
}

impl From<aio::Server> for Server {
    /// The same server for threads. Its servicers run where they did: on the runtime, unless it has a
    /// [thread pool](ServerBuilder::migration_thread_pool).
    fn from(server: aio::Server) -> Self {
        Self {
            server,
            shared: Arc::default(),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.server.fmt(f)
    }
}

/// Tells when a server has stopped. Python's `threading.Event`, as [`Server::stop`] returns it.
///
/// A clone is the same event. The server stops whether or not the event is kept.
#[derive(Clone)]
pub struct ShutdownEvent {
    flag: Arc<Flag>,
}

impl ShutdownEvent {
    /// Waits until the server has stopped.
    pub fn wait(&self) {
        self.flag.wait(None);
    }

    /// Waits until the server has stopped, at most for `timeout`. Whether it has.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.flag.wait(Some(timeout))
    }

    /// Whether the server has stopped.
    pub fn is_set(&self) -> bool {
        *self.flag.lock()
    }
}

impl fmt::Debug for ShutdownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShutdownEvent")
            .field("is_set", &self.is_set())
            .finish()
    }
}

impl Shared {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Flag {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Flag {
    fn set(&self) {
        *self.lock() = true;
        self.changed.notify_all();
    }

    /// Whether the flag is set, at the latest at the end of `timeout`.
    fn wait(&self, timeout: Option<Duration>) -> bool {
        let set = self.lock();
        let unset = |set: &mut bool| !*set;
        let set = match deadline(timeout) {
            None => self.changed.wait_while(set, unset),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(std::time::Instant::now());
                let waited = self.changed.wait_timeout_while(set, left, unset);
                return *waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        };
        *set.unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
