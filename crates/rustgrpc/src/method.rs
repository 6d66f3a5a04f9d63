//! The name and arity of a method.

/// A method of a service: its full name and which sides stream.
///
/// Generated code has one constant per method, `greeter::SAY_HELLO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MethodDescriptor {
    path: &'static str,
    request_streaming: bool,
    response_streaming: bool,
}

impl MethodDescriptor {
    /// One request, one response. `path` is `/package.Service/Method`.
    pub const fn unary_unary(path: &'static str) -> Self {
        Self {
            path,
            request_streaming: false,
            response_streaming: false,
        }
    }

    /// One request, a stream of responses.
    pub const fn unary_stream(path: &'static str) -> Self {
        Self {
            path,
            request_streaming: false,
            response_streaming: true,
        }
    }

    /// A stream of requests, one response.
    pub const fn stream_unary(path: &'static str) -> Self {
        Self {
            path,
            request_streaming: true,
            response_streaming: false,
        }
    }

    /// A stream of requests, a stream of responses.
    pub const fn stream_stream(path: &'static str) -> Self {
        Self {
            path,
            request_streaming: true,
            response_streaming: true,
        }
    }

    /// `/package.Service/Method`, Python's `handler_call_details.method`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// `package.Service`.
    pub fn service(&self) -> &'static str {
        self.split().0
    }

    /// `Method`.
    pub fn name(&self) -> &'static str {
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

    fn split(&self) -> (&'static str, &'static str) {
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        path.rsplit_once('/').unwrap_or((path, ""))
    }
}
