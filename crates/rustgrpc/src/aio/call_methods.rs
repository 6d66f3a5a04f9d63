//! The methods that the call objects of all arities share, and those of the streaming ones.

/// What every call object has. The type has a field `call: ClientCall`, and a method `begin` that has no effect twice.
macro_rules! call_methods {
    ($call:ident) => {
        impl<Req, Rep> $call<Req, Rep> {
            /// The time that the call may take, connecting included; then it ends with DEADLINE_EXCEEDED. Not limited
            /// by default.
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call.options.timeout = Some(timeout);
                self
            }

            /// Adds metadata to send. A key or value that cannot be sent ends the call with INTERNAL.
            pub fn metadata(mut self, metadata: impl Into<$crate::Metadata>) -> Self {
                self.call.options.metadata.extend(metadata.into());
                self
            }

            /// Whether the call waits for a connection (until its deadline) instead of ending with UNAVAILABLE when
            /// there is none. As the service config says by default, and if it says nothing, it does not.
            pub fn wait_for_ready(mut self, wait_for_ready: bool) -> Self {
                self.call.options.wait_for_ready = Some(wait_for_ready);
                self
            }

            /// How the requests are compressed. As the channel says by default.
            pub fn compression(mut self, compression: $crate::Compression) -> Self {
                self.call.options.compression = Some(compression);
                self
            }

            /// Who makes the call, besides what the channel's credentials say. Over a channel that is not secure, the
            /// call ends with UNAUTHENTICATED.
            pub fn credentials(mut self, credentials: $crate::CallCredentials) -> Self {
                self.call.options.credentials = Some(credentials);
                self
            }

            /// Begins the call and resolves when the requests are on their way, or the call is over.
            pub async fn start(&mut self) {
                self.begin();
                std::future::poll_fn(|cx| self.call.poll_open(cx)).await;
            }

            /// Begins the call and waits until it has a connection. Python's `call.wait_for_connection()`.
            ///
            /// Fails with what the call ends with when there is none.
            pub async fn wait_for_connection(&mut self) -> Result<(), $crate::RpcError> {
                self.start().await;
                self.call.failure().map_or(Ok(()), Err)
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
                !self.is_active()
            }

            /// Whether the call ended with CANCELLED.
            pub fn cancelled(&self) -> bool {
                let code = self.call.outcome().map(|outcome| outcome.code);
                code == Some($crate::StatusCode::Cancelled)
            }

            /// The time until the deadline, zero when it has passed; `None` when there is none.
            pub fn time_remaining(&self) -> Option<std::time::Duration> {
                self.call.time_remaining()
            }

            /// Calls `callback` at the end of the call.
            pub fn add_done_callback(&mut self, callback: impl FnOnce() + Send + 'static) {
                self.call.handle().add_done_callback(callback);
            }

            /// The call as other tasks can hold it: to cancel it, or to wait for its status.
            pub fn handle(&mut self) -> super::Call {
                self.call.handle()
            }
        }

        impl<Req, Rep> std::fmt::Debug for $call<Req, Rep> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut call = f.debug_struct(stringify!($call));
                if let Some(outcome) = self.call.outcome() {
                    call.field("code", &outcome.code)
                        .field("details", &outcome.details);
                }
                call.finish_non_exhaustive()
            }
        }
    };
}

/// What the call objects with a stream of responses have.
macro_rules! response_stream_methods {
    ($call:ident) => {
        impl<Req, Rep> $call<Req, Rep> {
            /// The next response; `None` after the last. Dropping the future loses nothing.
            pub async fn next(&mut self) -> Result<Option<Rep>, $crate::RpcError> {
                std::future::poll_fn(|cx| self.poll_response(cx)).await
            }

            /// [`next`](Self::next) under its name in Python.
            pub async fn read(&mut self) -> Result<Option<Rep>, $crate::RpcError> {
                self.next().await
            }

            /// What the server sent before its first response. Waits for it; empty when the call ended without.
            pub async fn initial_metadata(&mut self) -> $crate::Metadata {
                self.begin();
                std::future::poll_fn(|cx| self.call.poll_initial(cx)).await;
                self.call.initial_metadata()
            }

            /// What the server sent with the status. Waits for the end, past responses that were not read.
            pub async fn trailing_metadata(&mut self) -> $crate::Metadata {
                drop(self.finish().await);
                self.call.trailing_metadata()
            }

            /// The code that the call ended with. Waits for the end, past responses that were not read.
            pub async fn code(&mut self) -> $crate::StatusCode {
                match self.finish().await {
                    Ok(()) => $crate::StatusCode::Ok,
                    Err(error) => error.code(),
                }
            }

            /// The details that the call ended with. Waits for the end, past responses that were not read.
            pub async fn details(&mut self) -> String {
                drop(self.finish().await);
                self.call
                    .outcome()
                    .map(|outcome| outcome.details.clone())
                    .unwrap_or_default()
            }

            /// The code and the details as one line of text, empty for OK. Waits for the end, past responses that were not
            /// read.
            pub async fn debug_error_string(&mut self) -> String {
                match self.finish().await {
                    Ok(()) => String::new(),
                    Err(error) => format!("{}:{}", error.code().name(), error.details()),
                }
            }

            async fn finish(&mut self) -> Result<(), $crate::RpcError> {
                self.begin();
                while std::future::poll_fn(|cx| self.call.poll_message(cx))
                    .await?
                    .is_some()
                {}
                Ok(())
            }

            fn poll_response(
                &mut self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Result<Option<Rep>, $crate::RpcError>> {
                self.begin();
                let mut response = None;
                let read = std::task::ready!(self.poll_read(cx, &mut response))?;
                std::task::Poll::Ready(if read && response.is_none() {
                    let text = "Exception deserializing response!";
                    Err(self.call.refuse($crate::StatusCode::Internal, text))
                } else {
                    Ok(response)
                })
            }
        }

        impl<Req, Rep> Unpin for $call<Req, Rep> {}

        impl<Req, Rep> $crate::Stream for $call<Req, Rep> {
            type Item = Result<Rep, $crate::RpcError>;

            /// An error is the last item.
            fn poll_next(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                if self.ended {
                    return std::task::Poll::Ready(None);
                }
                let item = std::task::ready!(self.poll_response(cx)).transpose();
                self.ended = !matches!(item, Some(Ok(_)));
                std::task::Poll::Ready(item)
            }
        }
    };
}

/// What the call objects with a stream of requests have. The type has a field `queue`.
macro_rules! request_stream_methods {
    ($call:ident) => {
        impl<Req, Rep> $call<Req, Rep> {
            /// Sends a request, and waits until the transport has taken it. For calls made with
            /// [`writing`](crate::writing).
            ///
            /// Fails when the call is over (await it for its status), after [`done_writing`](Self::done_writing), and
            /// for calls that were made with requests.
            pub async fn write(&mut self, request: Req) -> Result<(), $crate::RpcError> {
                let Some(queue) = self.queue.clone() else {
                    let text = "The iterator and read/write APIs may not be mixed on a single RPC.";
                    let code = $crate::StatusCode::FailedPrecondition;
                    return Err($crate::RpcError::new(code, text));
                };
                self.begin();
                std::future::poll_fn(|cx| self.call.poll_open(cx)).await;
                queue.begin();
                queue.push(request)?;
                std::future::poll_fn(|cx| {
                    // The deadline runs while the transport does not take what is written.
                    let _ = self.call.poll_initial(cx);
                    queue.poll_taken(cx)
                })
                .await
            }

            /// Ends the request stream.
            pub fn done_writing(&mut self) {
                if let Some(queue) = &self.queue {
                    queue.close();
                }
            }
        }
    };
}

pub(super) use {call_methods, request_stream_methods, response_stream_methods};
