//! A service: servicer trait, registration, stub, constants and one-shot calls.

use super::Prelude;
use crate::names::Name;

/// One `_pb2_grpc.rs`.
#[derive(Debug)]
pub(crate) struct ServiceModule {
    pub(crate) path: String,
    pub(crate) runtime: String,
    pub(crate) prelude: Prelude,
    pub(crate) allows: Vec<&'static str>,
    /// Message types that are named without a path.
    pub(crate) imports: Vec<String>,
    pub(crate) stubs: bool,
    pub(crate) servicers: bool,
    pub(crate) strict: bool,
    pub(crate) services: Vec<Service>,
}

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) docs: Vec<String>,
    pub(crate) deprecated: bool,
    /// `greet.Greeter`.
    pub(crate) full_name: String,
    /// `Greeter` as the `.proto` spells it.
    pub(crate) proto_name: String,
    pub(crate) servicer: String,
    pub(crate) stub: String,
    pub(crate) one_shot: String,
    /// The module of constants.
    pub(crate) module: String,
    /// `add_greeter_servicer_to_server`.
    pub(crate) register: String,
    /// Lints that the names of methods would wake.
    pub(crate) method_allows: Vec<&'static str>,
    pub(crate) methods: Vec<Method>,
}

#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) docs: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) name: Name,
    /// The name in stubs, where `new` is taken.
    pub(crate) stub_ident: String,
    pub(crate) constant: String,
    /// `/greet.Greeter/SayHello`.
    pub(crate) path: String,
    pub(crate) arity: Arity,
    pub(crate) request: String,
    pub(crate) response: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arity {
    UnaryUnary,
    UnaryStream,
    StreamUnary,
    StreamStream,
}

impl Arity {
    pub(crate) fn new(streams_requests: bool, streams_responses: bool) -> Self {
        match (streams_requests, streams_responses) {
            (false, false) => Self::UnaryUnary,
            (false, true) => Self::UnaryStream,
            (true, false) => Self::StreamUnary,
            (true, true) => Self::StreamStream,
        }
    }

    pub(crate) fn streams_requests(self) -> bool {
        matches!(self, Self::StreamUnary | Self::StreamStream)
    }

    pub(crate) fn streams_responses(self) -> bool {
        matches!(self, Self::UnaryStream | Self::StreamStream)
    }

    /// The word for it in Python's API and ours.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::UnaryUnary => "unary_unary",
            Self::UnaryStream => "unary_stream",
            Self::StreamUnary => "stream_unary",
            Self::StreamStream => "stream_stream",
        }
    }

    /// The call object.
    pub(crate) fn call(self) -> &'static str {
        match self {
            Self::UnaryUnary => "UnaryUnaryCall",
            Self::UnaryStream => "UnaryStreamCall",
            Self::StreamUnary => "StreamUnaryCall",
            Self::StreamStream => "StreamStreamCall",
        }
    }
}
