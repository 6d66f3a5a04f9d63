//! The server.

#[cfg(feature = "testing")]
mod in_process;
#[cfg(feature = "tower")]
pub(crate) mod service;

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::watch;

use crate::server::connection;
use crate::server::halt::{Halt, Level, Watch};
use crate::server::interceptor::Interceptors;
use crate::server::lifetime::Limits;
use crate::server::port::{self, Listener};
use crate::server::route::{Router, Settings};
use crate::server::security::{Address, Security};
use crate::server::{GenericRpcHandler, RpcServer, ServerInterceptor, ThreadPoolExecutor};
use crate::telemetry::Observers;
use crate::telemetry::server::{ListenTelemetry, ServerTelemetry};
use crate::telemetry::socket::Ends;
use crate::wire::compression::{Compression, CompressionLevel, Enabled};
use crate::wire::settings;
use crate::{ServerCredentials, insecure_server_credentials};

/// Between the end of the grace and that of the connections: what is left to say is said.
const LINGER: Duration = Duration::from_millis(200);

/// A pause after an error that accepting again at once would only repeat (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A server with the default options. Python's `grpc.aio.server()`.
pub fn server() -> Server {
    Server::builder().build()
}

/// A server whose servicers run on the tokio runtime. Python's `grpc.aio.Server`.
///
/// A clone is the same server; when the last one is dropped, the server stops at once.
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
        let (listeners, port) = port::bind(address)?;
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
            let acceptor = match listener {
                Listener::Tcp(listener) => {
                    Acceptor::Tcp(tokio::net::TcpListener::from_std(listener)?)
                }
                #[cfg(unix)]
                Listener::Unix(listener) => {
                    let path = listener.local_addr()?.as_pathname().map(ToOwned::to_owned);
                    Acceptor::Unix(tokio::net::UnixListener::from_std(listener)?, path)
                }
            };
            let accepting = Accepting {
                acceptor,
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

/// The options of a [`Server`], or of its blocking counterpart [`grpc::Server`](crate::Server).
#[derive(Clone, Debug)]
pub struct ServerBuilder<S = Server> {
    settings: Settings,
    made: PhantomData<fn() -> S>,
}

impl<S: From<Server>> ServerBuilder<S> {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings {
                max_receive_message_length: settings::MAX_RECEIVE_MESSAGE_LENGTH,
                max_send_message_length: usize::MAX,
                maximum_concurrent_rpcs: None,
                compression: Compression::NoCompression,
                compression_level: CompressionLevel::None,
                enabled: Enabled::default(),
                keepalive: None,
                interceptors: Interceptors::default(),
                limits: Limits::default(),
                thread_pool: None,
                observers: Observers::default(),
            },
            made: PhantomData,
        }
    }

    /// The longest request in bytes, 4 MiB by default; longer ones end the call with RESOURCE_EXHAUSTED. `None`: no limit.
    #[doc(alias = "grpc.max_receive_message_length")]
    pub fn max_receive_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.settings.max_receive_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// The longest response in bytes, not limited by default.
    #[doc(alias = "grpc.max_send_message_length")]
    pub fn max_send_message_length(mut self, length: impl Into<Option<usize>>) -> Self {
        self.settings.max_send_message_length = length.into().unwrap_or(usize::MAX);
        self
    }

    /// The number of calls that run at once; others end with RESOURCE_EXHAUSTED. Not limited by default.
    pub fn maximum_concurrent_rpcs(mut self, count: impl Into<Option<usize>>) -> Self {
        self.settings.maximum_concurrent_rpcs = count.into();
        self
    }

    /// The compression of responses, for callers that take it; none by default.
    #[doc(alias = "grpc.default_compression_algorithm")]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.settings.compression = compression;
        self
    }

    /// How much responses are compressed when no algorithm is set: which one is taken depends on the caller. Not at all by
    /// default.
    #[doc(alias = "grpc.default_compression_level")]
    pub fn compression_level(mut self, level: CompressionLevel) -> Self {
        self.settings.compression_level = level;
        self
    }

    /// The algorithms in use, all by default. Calls with requests in others end with UNIMPLEMENTED.
    #[doc(alias = "grpc.compression_enabled_algorithms_bitset")]
    pub fn enabled_compression(
        mut self,
        algorithms: impl IntoIterator<Item = Compression>,
    ) -> Self {
        self.settings.enabled = algorithms.into_iter().collect();
        self
    }

    /// Pings each connection after each `time` and closes it when no answer comes within `timeout`. Off by default.
    #[doc(alias = "grpc.keepalive_time_ms")]
    pub fn keepalive(mut self, time: Duration, timeout: Duration) -> Self {
        self.settings.keepalive = Some((time, timeout));
        self
    }

    /// Adds an interceptor behind the others: the one added first sees a call first.
    pub fn interceptor(mut self, interceptor: impl ServerInterceptor) -> Self {
        self.settings.interceptors.push(interceptor);
        self
    }

    /// Adds interceptors of one type behind the others. Python's `grpc.aio.server(interceptors=[…])`.
    pub fn interceptors(
        self,
        interceptors: impl IntoIterator<Item = impl ServerInterceptor>,
    ) -> Self {
        interceptors.into_iter().fold(self, Self::interceptor)
    }

    /// The calls that a client may have on one connection at once; more wait in the client. Not limited by default.
    #[doc(alias = "grpc.max_concurrent_streams")]
    pub fn max_concurrent_streams(mut self, count: u32) -> Self {
        self.settings.limits.concurrent_streams = Some(count);
        self
    }

    /// How long a connection takes calls, give or take a tenth; then it takes no more, and clients make another. Not
    /// limited by default.
    #[doc(alias = "grpc.max_connection_age_ms")]
    pub fn max_connection_age(mut self, age: Duration) -> Self {
        self.settings.limits.age = Some(age);
        self
    }

    /// How long calls may run on after [`max_connection_age`](Self::max_connection_age) until the connection is closed
    /// under them. Not limited by default.
    #[doc(alias = "grpc.max_connection_age_grace_ms")]
    pub fn max_connection_age_grace(mut self, grace: Duration) -> Self {
        self.settings.limits.age_grace = Some(grace);
        self
    }

    /// Closes connections that have had no call for this time. Not limited by default.
    #[doc(alias = "grpc.max_connection_idle_ms")]
    pub fn max_connection_idle(mut self, time: Duration) -> Self {
        self.settings.limits.idle = Some(time);
        self
    }

    /// Runs the servicers on the threads of `pool`, where they may block, instead of on the runtime. A blocking server
    /// always has one.
    pub fn migration_thread_pool(mut self, pool: ThreadPoolExecutor) -> Self {
        self.settings.thread_pool = Some(pool);
        self
    }

    /// Whether channelz tells about the server, true by default.
    #[cfg(feature = "channelz")]
    #[doc(alias = "grpc.enable_channelz")]
    pub fn enable_channelz(mut self, enable: bool) -> Self {
        self.settings.observers.without_channelz = !enable;
        self
    }

    /// Measures the calls with `plugin` instead of the one that is registered for the process.
    #[cfg(feature = "metrics")]
    pub fn open_telemetry(mut self, plugin: &crate::observability::OpenTelemetryPlugin) -> Self {
        self.settings.observers.plugin = Some(plugin.clone());
        self
    }

    /// The server, with no port and no servicer yet.
    pub fn build(self) -> S {
        let router = Router {
            telemetry: ServerTelemetry::new(&self.settings.observers),
            settings: Arc::new(self.settings),
            routes: RwLock::default(),
            running: Arc::new(AtomicUsize::new(0)),
        };
        S::from(Server {
            handle: Arc::new(Handle {
                router: Arc::new(router),
                phase: Mutex::new(Phase::Bound(Vec::new())),
                halt: Arc::default(),
                tasks: Arc::new(watch::Sender::new(0)),
                stopped: watch::Sender::new(false),
            }),
        })
    }
}

enum Acceptor {
    Tcp(tokio::net::TcpListener),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, Option<std::path::PathBuf>),
}

struct Accepting {
    acceptor: Acceptor,
    security: Arc<Security>,
    router: Arc<Router>,
    halt: Arc<Halt>,
    tasks: Arc<watch::Sender<usize>>,
    _listening: ListenTelemetry,
}

impl Accepting {
    async fn run(self, _task: Task) {
        let mut watch = Watch::new(self.halt.clone());
        loop {
            let accepted = std::future::poll_fn(|cx| match watch.poll(cx) {
                Level::Run => self.poll_accept(cx).map(Some),
                _ => Poll::Ready(None),
            });
            match accepted.await {
                Some(Ok(())) => {}
                Some(Err(_)) => tokio::time::sleep(ACCEPT_PAUSE).await,
                None => return,
            }
        }
    }

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &self.acceptor {
            Acceptor::Tcp(listener) => listener.poll_accept(cx).map_ok(|(stream, address)| {
                // A socket that is gone already is found out by reading.
                let _ = stream.set_nodelay(true);
                let ends = Ends::of_tcp(&stream);
                self.serve(stream, Address::Tcp(address), &ends);
            }),
            #[cfg(unix)]
            Acceptor::Unix(listener, _) => listener.poll_accept(cx).map_ok(|(stream, _)| {
                let ends = Ends::of_unix(&stream);
                self.serve(stream, Address::Unix, &ends);
            }),
        }
    }

    fn serve<T>(&self, io: T, address: Address, ends: &Ends)
    where
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let task = Task::begin(&self.tasks);
        let (security, router) = (self.security.clone(), self.router.clone());
        let socket = router.telemetry.connected(ends, security.name());
        let halt = self.halt.clone();
        let serving = connection::serve(io, address, socket, security, router, halt);
        let serving: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(serving);
        drop(tokio::spawn(async move {
            serving.await;
            drop(task);
        }));
    }
}

#[cfg(unix)]
impl Drop for Acceptor {
    fn drop(&mut self) {
        if let Self::Unix(_, Some(path)) = self {
            // Someone else may have removed it.
            let _ = std::fs::remove_file(path);
        }
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
