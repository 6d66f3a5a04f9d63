//! The crate around the modules: its manifest, and programs to begin with.

use super::Arity;

/// What `Cargo.toml` says, and the programs in `src/bin`.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether Cargo would take modules for programs, so that those that are have to be listed.
    pub(crate) lists_programs: bool,
    pub(crate) servers: Vec<Server>,
    pub(crate) clients: Vec<Client>,
}

impl Package {
    pub(crate) fn programs(&self) -> impl Iterator<Item = &Program> {
        let servers = self.servers.iter().map(|server| &server.program);
        servers.chain(self.clients.iter().map(|client| &client.program))
    }
}

#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: &'static str,
    /// What stands behind the `=`.
    pub(crate) requirement: String,
}

/// What servers and clients have in common.
#[derive(Debug)]
pub(crate) struct Program {
    /// The name of the binary.
    pub(crate) name: String,
    /// `src/bin/server.rs`
    pub(crate) path: String,
    /// `greet.Greeter`
    pub(crate) service: String,
    pub(crate) port: u16,
    /// Whether it may name something deprecated.
    pub(crate) deprecated: bool,
    /// Paths of what it uses, sorted.
    pub(crate) uses: Vec<String>,
    pub(crate) methods: Vec<CalledMethod>,
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) program: Program,
    /// The type that implements the servicer.
    pub(crate) ident: String,
    /// `greet_pb2_grpc::GreeterServicer`
    pub(crate) servicer: String,
    /// `greet_pb2_grpc::add_greeter_servicer_to_server`
    pub(crate) register: String,
}

#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) program: Program,
    /// `greet_pb2_grpc::GreeterStub`
    pub(crate) stub: String,
}

/// A method with its messages as a program names them.
#[derive(Debug)]
pub(crate) struct CalledMethod {
    /// As the `.proto` spells it.
    pub(crate) name: String,
    pub(crate) ident: String,
    pub(crate) arity: Arity,
    pub(crate) request: String,
    /// Not for clients, which need no name for it.
    pub(crate) response: Option<String>,
}
