//! Handlers of methods that no servicer was registered for.

use std::collections::HashMap;
use std::fmt;

use super::interceptor::HandlerCallDetails;
use super::method_handler::RpcMethodHandler;
use crate::Status;

/// Finds handlers at the time of the call. Python's `grpc.GenericRpcHandler`.
///
/// Asked for the methods that no servicer has, in the order in which the handlers were added to the server.
pub trait GenericRpcHandler: Send + Sync + 'static {
    /// The handler of the call, or `None` when others are to be asked.
    ///
    /// A [`Status`] that was made ends the call as it is, any other error with UNKNOWN `Error in service handler!`.
    fn service(
        &self,
        handler_call_details: &HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status>;
}

/// The handlers of one service by the names of its methods. Python's `grpc.method_handlers_generic_handler`.
///
/// ```
/// use rustgrpc::{self as grpc, bytes_deserializer, bytes_serializer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let reverse = grpc::unary_unary_rpc_method_handler(
///     |request: Vec<u8>, _context| async move { Ok(request.into_iter().rev().collect::<Vec<u8>>()) },
///     |bytes| Ok::<_, grpc::Status>(bytes.to_vec()),
///     |response: &Vec<u8>| response.clone(),
/// );
/// let channel = grpc::testing::channel(|server| {
///     let handler = grpc::method_handlers_generic_handler("text.Text", [("Reverse", reverse)]);
///     server.add_generic_rpc_handlers([handler]);
/// });
/// let call = channel.unary_unary_multi_callable("/text.Text/Reverse", bytes_serializer, bytes_deserializer);
/// let response = call.call("abc".into()).await?;
/// assert_eq!(response, "cba");
/// # Ok(())
/// # }
/// ```
pub fn method_handlers_generic_handler(
    service: impl AsRef<str>,
    method_handlers: impl IntoIterator<Item = (impl AsRef<str>, RpcMethodHandler)>,
) -> MethodHandlersGenericHandler {
    let service = service.as_ref();
    let handlers = method_handlers
        .into_iter()
        .map(|(name, handler)| (format!("/{service}/{}", name.as_ref()), handler));
    MethodHandlersGenericHandler {
        handlers: handlers.collect(),
    }
}

/// See [`method_handlers_generic_handler`].
#[derive(Clone)]
pub struct MethodHandlersGenericHandler {
    handlers: HashMap<String, RpcMethodHandler>,
}

impl GenericRpcHandler for MethodHandlersGenericHandler {
    fn service(
        &self,
        handler_call_details: &HandlerCallDetails,
    ) -> Result<Option<RpcMethodHandler>, Status> {
        Ok(self.handlers.get(handler_call_details.method()).cloned())
    }
}

impl fmt::Debug for MethodHandlersGenericHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}
