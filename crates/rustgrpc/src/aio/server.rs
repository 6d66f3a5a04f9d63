//! The server.

mod accepting;
#[cfg(feature = "testing")]
mod in_process;
#[cfg(feature = "tower")]
pub(crate) mod service;

use std::fmt;
use std::io;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use super::ServerBuilder;
use crate::server::halt::{Halt, Level};
use crate::server::port::{self, Listener};
use crate::server::route::{Router, Settings};
use crate::server::security::Security;
use crate::server::{GenericRpcHandler, RpcServer};
use crate::telemetry::server::ServerTelemetry;
use crate::{ServerCredentials, insecure_server_credentials};
use accepting::{Accepting, Acceptor};

/// Between the end of the grace and that of the connections: what is left to say is said.
const LINGER: Duration = Duration::from_secs(1);

/// A server with the default options. Python's `grpc.aio.server()`.
///
/// ```
/// use rustgrpc as grpc;
/// use rustgrpc::health::{HealthServicer, add_health_servicer_to_server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut server = grpc::aio::server();
/// add_health_servicer_to_server(HealthServicer::new(), &mut server); // as for any generated service
/// let port = server.add_insecure_port("localhost:0")?;
/// server.start().await?;
/// println!("listening on port {port}");
/// # server.stop(None).await;
/// server.wait_for_termination().await; // until a clone of the server is told to `stop(Duration::from_secs(5))`
/// # Ok(())
/// # }
/// ```
pub fn server() -> Server {
    Server::builder().build()
}

/// A server whose servicers run on the tokio runtime. Python's `grpc.aio.Server`.
///
/// A clone is the same server; when the last one is dropped, the server stops at once.
///
/// ```
/// use rustgrpc as grpc;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut server = grpc::aio::server(); // with options: grpc::aio::Server::builder()
/// // add_greeter_servicer_to_server(Greeter, &mut server);
/// let port = server.add_insecure_port("127.0.0.1:0")?;
/// server.start().await?;
/// println!("Listening on port {port}");
/// // A server that is to run until it is killed: server.wait_for_termination().await;
/// server.stop(Duration::from_secs(5)).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Server {
    handle: Arc<Handle>,
}

struct Handle {
    router: Arc<Router>,
    phase: Mutex<Phase>,
    halt: Arc<Halt>,
    tasks: Arc<watch::Sender<usize>>,
    stopped: watch::Sender<bool>,
}

enum Phase {
    Bound(Vec<(Listener, Arc<Security>)>),
    Started,
}

impl Server {
    /// A server with options of your choice.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::new()
    }

    /// Listens on `address` (`host:port`, `[::]:port`, `unix:path`, `unix-abstract:name`; port 0 takes a free one) and returns the port,
    /// 1 for a Unix socket. Calls are answered when the server has started.
    ///
    /// Fails when the address is taken or is none.
    pub fn add_insecure_port(&mut self, address: impl AsRef<str>) -> io::Result<u16> {
        self.add_secure_port(address, insecure_server_credentials())
    }

    /// [`add_insecure_port`](Self::add_insecure_port) whose connections are secured as `server_credentials` say.
    ///
    /// Fails when certificates cannot be used, too.
    pub fn add_secure_port(
        &mut self,
        address: impl AsRef<str>,
        server_credentials: ServerCredentials,
    ) -> io::Result<u16> {
        let address = address.as_ref();
        let security = Security::try_from(server_credentials);
        let security = Arc::new(security.map_err(|error| port::failure(address, &error))?);
        let (listeners, port) = port::bind(address, self.handle.router.settings.so_reuseport)?;
        let listeners = listeners
            .into_iter()
            .map(|listener| (listener, security.clone()));
        let mut phase = self.phase();
        match &mut *phase {
            Phase::Bound(all) => all.extend(listeners),
            Phase::Started => {
                drop(phase);
                self.listen(listeners)?;
            }
        }
        Ok(port)
    }

    /// Begins to answer calls. Has no effect when the server has started.
    ///
    /// Fails with an I/O error of the listening sockets. Must be awaited inside a tokio runtime.
    pub async fn start(&mut self) -> io::Result<()> {
        let phase = std::mem::replace(&mut *self.phase(), Phase::Started);
        match phase {
            Phase::Started => Ok(()),
            Phase::Bound(listeners) => self.listen(listeners),
        }
    }

    /// Takes no new calls from now on, lets those that run go on for `grace`, and ends what then still runs with
    /// UNAVAILABLE `Cancelling all calls`. `None` grants no grace.
    ///
    /// Resolves when all connections are closed: as soon as all calls are over, at the latest shortly after the grace.
    pub async fn stop(&self, grace: impl Into<Option<Duration>>) {
        let Handle {
            halt,
            tasks,
            stopped,
            ..
        } = &*self.handle;
        let mut tasks = tasks.subscribe();
        // Ports of a server that has not started are given back.
        drop(std::mem::replace(&mut *self.phase(), Phase::Started));
        halt.raise(Level::Drain);
        let grace = grace.into().unwrap_or(Duration::ZERO);
        for (time, level) in [(grace, Level::Cancel), (LINGER, Level::Close)] {
            if tokio::time::timeout(time, tasks.wait_for(|count| *count == 0))
                .await
                .is_ok()
            {
                break;
            }
            halt.raise(level);
        }
        // An error means that nobody is left who counts.
        let _ = tasks.wait_for(|count| *count == 0).await;
        halt.raise(Level::Close);
        stopped.send_replace(true);
    }

    /// Resolves when the server has stopped. Bound its time with `tokio::time::timeout`.
    pub async fn wait_for_termination(&self) {
        // An error means that the server is gone, which is as good.
        let _ = self
            .handle
            .stopped
            .subscribe()
            .wait_for(|stopped| *stopped)
            .await;
    }

    /// Adds handlers for methods that no servicer has, behind those added before. Connections that are made from now on know
    /// them.
    pub fn add_generic_rpc_handlers(
        &mut self,
        generic_rpc_handlers: impl IntoIterator<Item = impl GenericRpcHandler>,
    ) {
        for handler in generic_rpc_handlers {
            self.handle.router.add_generic(Arc::new(handler));
        }
    }

    pub(super) fn new(settings: Settings) -> Self {
        let router = Router {
            telemetry: ServerTelemetry::new(&settings.observers),
            settings: Arc::new(settings),
            routes: RwLock::default(),
            running: Arc::new(AtomicUsize::new(0)),
        };
        Self {
            handle: Arc::new(Handle {
                router: Arc::new(router),
                phase: Mutex::new(Phase::Bound(Vec::new())),
                halt: Arc::default(),
                tasks: Arc::new(watch::Sender::new(0)),
                stopped: watch::Sender::new(false),
            }),
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.handle
            .phase
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(
        &self,
        listeners: impl IntoIterator<Item = (Listener, Arc<Security>)>,
    ) -> io::Result<()> {
        for (listener, security) in listeners {
            let router = self.handle.router.clone();
            let listening = router.telemetry.listening(&listener, security.name());
            let accepting = Accepting {
                acceptor: Acceptor::new(listener)?,
                security,
                router,
                halt: self.handle.halt.clone(),
                tasks: self.handle.tasks.clone(),
                _listening: listening,
            };
            drop(tokio::spawn(accepting.run(Task::begin(&self.handle.tasks))));
        }
        Ok(())
    }
}

impl RpcServer for Server {
    fn add_registered_method_handlers(
        &mut self,
        _service: &'static str,
        methods: crate::server::Methods,
    ) {
        self.handle.router.add(methods);
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("settings", &self.handle.router.settings)
            .finish()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.halt.raise(Level::Close);
    }
}

/// One of the tasks that a stopping server waits for.
struct Task(Arc<watch::Sender<usize>>);

impl Task {
    fn begin(tasks: &Arc<watch::Sender<usize>>) -> Self {
        tasks.send_modify(|count| *count += 1);
        Self(tasks.clone())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
