//! The servicer: the database in the messages of either version.

use std::sync::Arc;

use rustgrpc_protobuf::DescriptorPool;

use super::database::{Answer, Database, Query};
use super::{v1, v1alpha};
use crate::{RequestIterator, ServicerContext, Status, StatusCode, Stream};

/// Tells about services and their schema. Python's `ReflectionServicer`.
///
/// A servicer of v1 and of v1alpha. A clone is the same servicer.
#[derive(Clone, Debug)]
pub struct ReflectionServicer {
    database: Arc<Database>,
}

impl ReflectionServicer {
    /// A servicer that lists these services and finds what `pool` defines.
    pub fn new(
        service_names: impl IntoIterator<Item = impl Into<String>>,
        pool: DescriptorPool,
    ) -> Self {
        let service_names = service_names.into_iter().map(Into::into).collect();
        Self {
            database: Arc::new(Database::new(service_names, pool)),
        }
    }
}

macro_rules! servicer {
    ($version:ident) => {
        impl $version::reflection_pb2_grpc::ServerReflectionServicer for ReflectionServicer {
            fn server_reflection_info(
                &self,
                mut request_iterator: RequestIterator<
                    $version::reflection_pb2::ServerReflectionRequest,
                >,
                _context: ServicerContext,
            ) -> impl Stream<
                Item = Result<$version::reflection_pb2::ServerReflectionResponse, Status>,
            > + Send {
                use $version::reflection_pb2::server_reflection_request::MessageRequest;
                use $version::reflection_pb2::server_reflection_response::MessageResponse;
                use $version::reflection_pb2::{
                    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse,
                    ListServiceResponse, ServerReflectionRequest, ServerReflectionResponse,
                    ServiceResponse,
                };

                fn query(request: &ServerReflectionRequest) -> Option<Query<'_>> {
                    Some(match request.message_request.as_ref()? {
                        MessageRequest::FileByFilename(name) => Query::FileByFilename(name),
                        MessageRequest::FileContainingSymbol(name) => {
                            Query::FileContainingSymbol(name)
                        }
                        MessageRequest::FileContainingExtension(extension) => {
                            Query::FileContainingExtension {
                                message: &extension.containing_type,
                                number: extension.extension_number,
                            }
                        }
                        MessageRequest::AllExtensionNumbersOfType(name) => {
                            Query::AllExtensionNumbersOfType(name)
                        }
                        MessageRequest::ListServices(_) => Query::ListServices,
                    })
                }

                fn response(answer: Answer) -> MessageResponse {
                    match answer {
                        Answer::Files(files) => MessageResponse::FileDescriptorResponse(
                            FileDescriptorResponse::new().with_file_descriptor_proto(files),
                        ),
                        Answer::ExtensionNumbers { message, numbers } => {
                            MessageResponse::AllExtensionNumbersResponse(
                                ExtensionNumberResponse::new()
                                    .with_base_type_name(message)
                                    .with_extension_number(numbers),
                            )
                        }
                        Answer::Services(names) => MessageResponse::ListServicesResponse(
                            ListServiceResponse::new().with_service(
                                names
                                    .into_iter()
                                    .map(|name| ServiceResponse::new().with_name(name)),
                            ),
                        ),
                        Answer::Error(code) => MessageResponse::ErrorResponse(
                            ErrorResponse::new()
                                .with_error_code(code.value())
                                .with_error_message(code.description()),
                        ),
                    }
                }

                let database = self.database.clone();
                crate::stream! {
                    while let Some(request) = request_iterator.next().await? {
                        let answer = match query(&request) {
                            Some(query) => database.answer(&query),
                            None => Answer::Error(StatusCode::InvalidArgument),
                        };
                        let mut reply = ServerReflectionResponse::new();
                        reply.message_response = Some(response(answer));
                        yield reply.with_original_request(request);
                    }
                }
            }
        }
    };
}

servicer!(v1);
servicer!(v1alpha);
