//! The name and arity of a method.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A method of a service: its full name and which sides stream.
///
/// Generated code has one constant per method, `greeter::SAY_HELLO`. Others are made with [`new`](Self::new).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MethodDescriptor {
    path: Path,
    request_streaming: bool,
    response_streaming: bool,
}

/// Generated names live as long as the program, others as long as their calls.
#[derive(Clone)]
enum Path {
    Static(&'static str),
    Shared(Arc<str>),
}

impl MethodDescriptor {
    /// A method whose name is known at run time only. `path` is `/package.Service/Method`.
    pub fn new(path: impl AsRef<str>, request_streaming: bool, response_streaming: bool) -> Self {
        Self {
            path: Path::Shared(path.as_ref().into()),
            request_streaming,
            response_streaming,
        }
    }

    /// One request, one response. `path` is `/package.Service/Method`.
    pub const fn unary_unary(path: &'static str) -> Self {
        Self::constant(path, false, false)
    }

    /// One request, a stream of responses.
    pub const fn unary_stream(path: &'static str) -> Self {
        Self::constant(path, false, true)
    }

    /// A stream of requests, one response.
    pub const fn stream_unary(path: &'static str) -> Self {
        Self::constant(path, true, false)
    }

    /// A stream of requests, a stream of responses.
    pub const fn stream_stream(path: &'static str) -> Self {
        Self::constant(path, true, true)
    }

    /// `/package.Service/Method`, Python's `handler_call_details.method`.
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// `package.Service`.
    pub fn service(&self) -> &str {
        self.split().0
    }

    /// `Method`.
    pub fn name(&self) -> &str {
        self.split().1
    }

    /// Whether the caller sends a stream.
    pub const fn request_streaming(&self) -> bool {
        self.request_streaming
    }

    /// Whether the servicer sends a stream.
    pub const fn response_streaming(&self) -> bool {
        self.response_streaming
    }

    /// The path, if it needs no copy to be kept.
    pub(crate) fn static_path(&self) -> Option<&'static str> {
        match self.path {
            Path::Static(path) => Some(path),
            Path::Shared(_) => None,
        }
    }

    const fn constant(
        path: &'static str,
        request_streaming: bool,
        response_streaming: bool,
    ) -> Self {
        Self {
            path: Path::Static(path),
            request_streaming,
            response_streaming,
        }
    }

    fn split(&self) -> (&str, &str) {
        let path = self.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        path.rsplit_once('/').unwrap_or((path, ""))
    }
}

impl fmt::Debug for MethodDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MethodDescriptor")
            .field("path", &self.path())
            .field("request_streaming", &self.request_streaming)
            .field("response_streaming", &self.response_streaming)
            .finish()
    }
}

impl Path {
    fn as_str(&self) -> &str {
        match self {
            Self::Static(path) => path,
            Self::Shared(path) => path,
        }
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Path {}

impl Hash for Path {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
