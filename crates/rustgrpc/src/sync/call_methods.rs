//! The methods that the blocking call objects of all arities share, and those of the streaming ones.

/// What every call object has. The type has a field `call`, the call object of `aio`.
macro_rules! call_methods {
    ($call:ident) => {
        impl<Req, Rep> $call<Req, Rep> {
            /// The time that the call may take, connecting included; then it ends with DEADLINE_EXCEEDED. Not limited
            /// by default.
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call = self.call.timeout(timeout);
                self
            }

            /// Adds metadata to send. A key or value that cannot be sent ends the call with INTERNAL.
            pub fn metadata(mut self, metadata: impl Into<$crate::Metadata>) -> Self {
                self.call = self.call.metadata(metadata);
                self
            }

            /// Whether the call waits for a connection (until its deadline) instead of ending with UNAVAILABLE when
            /// there is none. False by default.
            pub fn wait_for_ready(mut self, wait_for_ready: bool) -> Self {
                self.call = self.call.wait_for_ready(wait_for_ready);
                self
            }

            /// How the requests are compressed. As the channel says by default.
            pub fn compression(mut self, compression: $crate::Compression) -> Self {
                self.call = self.call.compression(compression);
                self
            }

            /// Who makes the call, besides what the channel's credentials say. Over a channel that is not secure, the
            /// call ends with UNAUTHENTICATED.
            pub fn credentials(mut self, credentials: $crate::CallCredentials) -> Self {
                self.call = self.call.credentials(credentials);
                self
            }

            /// Begins the call and waits until the requests are on their way, or the call is over.
            ///
            /// Without it, a call begins when it is waited for, or its first response is asked for.
            pub fn start(&mut self) {
                super::blocking::wait_anywhere(self.call.start());
            }

            /// Begins the call and waits until it has a connection.
            ///
            /// Fails with what the call ends with when there is none, and with FAILED_PRECONDITION inside an async runtime.
            pub fn wait_for_connection(&mut self) -> Result<(), $crate::RpcError> {
                super::blocking::wait(self.call.wait_for_connection())
            }

            /// Cancels the call. False when it is over.
            pub fn cancel(&mut self) -> bool {
                self.call.cancel()
            }

            /// Whether the call is not over.
            pub fn is_active(&self) -> bool {
                self.call.is_active()
            }

            /// Whether the call is over.
            pub fn done(&self) -> bool {
                self.call.done()
            }

            /// Whether the call ended with CANCELLED.
            pub fn cancelled(&self) -> bool {
                self.call.cancelled()
            }

            /// The time until the deadline, zero when it has passed; `None` when there is none.
            pub fn time_remaining(&self) -> Option<std::time::Duration> {
                self.call.time_remaining()
            }

            /// Calls `callback` at the end of the call.
            #[doc(alias = "add_callback")]
            pub fn add_done_callback(&mut self, callback: impl FnOnce() + Send + 'static) {
                self.call.add_done_callback(callback);
            }

            /// The call as other threads can hold it: to cancel it, or to wait for its status.
            pub fn handle(&mut self) -> super::Call {
                super::Call::new(self.call.handle())
            }
        }

        impl<Req, Rep> std::fmt::Debug for $call<Req, Rep> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.call.fmt(f)
            }
        }
    };
}

/// What the call objects of one response have.
macro_rules! unary_response_methods {
    ($call:ident) => {
        impl<Req, Rep: Send + 'static> $call<Req, Rep> {
            /// Makes the call and waits for the response.
            ///
            /// Fails with FAILED_PRECONDITION inside an async runtime, which it would hold up.
            pub fn wait(self) -> Result<Rep, $crate::RpcError> {
                super::blocking::wait(async { self.call.await }).map_err($crate::RpcError::inactive)
            }

            /// The call with its metadata and status: `let (reply, call) = stub.say_hello(request).with_call().wait()?;`.
            /// Python's `stub.SayHello.with_call(request)`.
            pub fn with_call(self) -> super::WithCall<Rep>
            where
                Req: Send + 'static,
            {
                super::WithCall::new(self.call.with_call())
            }

            /// Begins the call without waiting for it. Python's `stub.SayHello.future(request)`.
            pub fn future(mut self) -> super::CallFuture<Rep> {
                let call = self.call.handle();
                super::CallFuture::begin(call, || self.call.into_future())
            }
        }
    };
}

/// What the call objects with a stream of responses have.
macro_rules! response_stream_methods {
    ($call:ident) => {
        impl<Req, Rep> $call<Req, Rep> {
            /// The next response; `None` after the last. What the iterator gives, for `?`.
            pub fn read(&mut self) -> Result<Option<Rep>, $crate::RpcError> {
                super::blocking::wait(self.call.next()).map_err($crate::RpcError::rendezvous)
            }

            /// What the server sent before its first response. Waits for it; empty when the call ended without.
            pub fn initial_metadata(&mut self) -> $crate::Metadata {
                super::blocking::wait_anywhere(self.call.initial_metadata())
            }

            /// What the server sent with the status. Waits for the end, past responses that were not read.
            pub fn trailing_metadata(&mut self) -> $crate::Metadata {
                super::blocking::wait_anywhere(self.call.trailing_metadata())
            }

            /// The code that the call ended with. Waits for the end, past responses that were not read.
            pub fn code(&mut self) -> $crate::StatusCode {
                super::blocking::wait_anywhere(self.call.code())
            }

            /// The details that the call ended with. Waits for the end, past responses that were not read.
            pub fn details(&mut self) -> String {
                super::blocking::wait_anywhere(self.call.details())
            }

            /// The code and the details as one line of text, empty for OK. Waits for the end, past responses that were not
            /// read.
            pub fn debug_error_string(&mut self) -> String {
                super::blocking::wait_anywhere(self.call.debug_error_string())
            }
        }

        impl<Req, Rep> Iterator for $call<Req, Rep> {
            type Item = Result<Rep, $crate::RpcError>;

            /// An error is the last item.
            fn next(&mut self) -> Option<Self::Item> {
                if self.ended {
                    return None;
                }
                let item = self.read().transpose();
                self.ended = !matches!(item, Some(Ok(_)));
                item
            }
        }

        impl<Req, Rep> std::iter::FusedIterator for $call<Req, Rep> {}
    };
}

/// What the call objects with a stream of requests have.
macro_rules! request_stream_methods {
    ($call:ident) => {
        impl<Req, Rep> $call<Req, Rep> {
            /// Sends a request, and waits until the transport has taken it. For calls made with
            /// [`writing`](crate::writing).
            ///
            /// Fails when the call is over (wait for it for its status), after [`done_writing`](Self::done_writing), and
            /// for calls that were made with requests.
            pub fn write(&mut self, request: Req) -> Result<(), $crate::RpcError> {
                super::blocking::wait(self.call.write(request))
            }

            /// Ends the request stream.
            pub fn done_writing(&mut self) {
                self.call.done_writing();
            }
        }
    };
}

pub(super) use {
    call_methods, request_stream_methods, response_stream_methods, unary_response_methods,
};
