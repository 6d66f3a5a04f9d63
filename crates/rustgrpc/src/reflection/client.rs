//! What a server with reflection tells about its services and their schema.

use prost::Message;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::FileDescriptorProto;
use rustgrpc_protobuf::{DescriptorPool, PoolError};

use super::v1::reflection_pb2::server_reflection_request::MessageRequest;
use super::v1::reflection_pb2::server_reflection_response::MessageResponse;
use super::v1::reflection_pb2::{
    ExtensionRequest, ServerReflectionRequest, ServerReflectionResponse,
};
use super::{v1, v1alpha};
use crate::{MethodDescriptor, RpcError, StatusCode, aio};

/// More than any schema has.
const MOST_FILES: usize = 100_000;

/// The schema that a server tells. Python's `ProtoReflectionDescriptorDatabase`.
///
/// It asks in the protocol v1, and servers that do not know it in v1alpha. Its methods block over a [`Channel`], and are
/// awaited over a channel of [`aio`]. What the server does not know is NOT_FOUND, where Python raises `KeyError`.
///
/// ```no_run
/// use rustgrpc as grpc;
/// use rustgrpc::reflection::ProtoReflectionDescriptorDatabase;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let channel = grpc::insecure_channel("localhost:50051");
/// let database = ProtoReflectionDescriptorDatabase::new(&channel);
/// let pool = database.load(database.get_services()?)?;
/// for service in database.get_services()? {
///     println!("{:?}", pool.service(&service));
/// }
/// # Ok(())
/// # }
/// ```
///
/// [`Channel`]: crate::Channel
#[derive(Clone, Debug)]
pub struct ProtoReflectionDescriptorDatabase<C> {
    channel: C,
}

impl<C: Clone> ProtoReflectionDescriptorDatabase<C> {
    /// The schema of the server behind `channel`.
    pub fn new(channel: &C) -> Self {
        Self {
            channel: channel.clone(),
        }
    }
}

/// The methods of both faces, which differ in `async` and `.await`.
macro_rules! questions {
    ($channel:ty, [$($wait:ident)?], [$($awaited:tt)*]) => {
        impl ProtoReflectionDescriptorDatabase<$channel> {
            /// The full names of the services.
            pub $($wait)? fn get_services(&self) -> Result<Vec<String>, RpcError> {
                let question = MessageRequest::ListServices(String::new());
                match self.ask(question)$($awaited)*? {
                    MessageResponse::ListServicesResponse(list) => {
                        Ok(list.service.into_iter().map(|service| service.name).collect())
                    }
                    _ => Err(beside_the_point()),
                }
            }

            /// The file of this name.
            #[doc(alias = "FindFileByName")]
            pub $($wait)? fn find_file_by_name(
                &self,
                name: impl Into<String>,
            ) -> Result<FileDescriptorProto, RpcError> {
                first(self.files(MessageRequest::FileByFilename(name.into()))$($awaited)*?)
            }

            /// The file that defines a message, a service or whatever else has a full name.
            #[doc(alias = "FindFileContainingSymbol")]
            pub $($wait)? fn find_file_containing_symbol(
                &self,
                symbol: impl Into<String>,
            ) -> Result<FileDescriptorProto, RpcError> {
                first(self.files(MessageRequest::FileContainingSymbol(symbol.into()))$($awaited)*?)
            }

            /// The file that extends a message by a field of this number.
            #[doc(alias = "FindFileContainingExtension")]
            pub $($wait)? fn find_file_containing_extension(
                &self,
                extendee: impl Into<String>,
                number: i32,
            ) -> Result<FileDescriptorProto, RpcError> {
                let extension = ExtensionRequest::new()
                    .with_containing_type(extendee)
                    .with_extension_number(number);
                first(self.files(MessageRequest::FileContainingExtension(extension))$($awaited)*?)
            }

            /// The numbers of the fields that extend a message.
            #[doc(alias = "FindAllExtensionNumbers")]
            pub $($wait)? fn find_all_extension_numbers(
                &self,
                extendee: impl Into<String>,
            ) -> Result<Vec<i32>, RpcError> {
                let question = MessageRequest::AllExtensionNumbersOfType(extendee.into());
                match self.ask(question)$($awaited)*? {
                    MessageResponse::AllExtensionNumbersResponse(numbers) => {
                        Ok(numbers.extension_number)
                    }
                    _ => Err(beside_the_point()),
                }
            }

            /// A pool of the files that define `symbols`, and of all that they import. Python's
            /// `DescriptorPool(database)`, which asks when it is asked.
            ///
            /// # Errors
            /// Those of the calls; INTERNAL for files that do not fit together.
            pub $($wait)? fn load(
                &self,
                symbols: impl IntoIterator<Item = impl Into<String>>,
            ) -> Result<DescriptorPool, RpcError> {
                let mut found = Found::default();
                for symbol in symbols {
                    let question = MessageRequest::FileContainingSymbol(symbol.into());
                    found.add(self.files(question)$($awaited)*?);
                }
                while let Some(name) = found.missing() {
                    let question = MessageRequest::FileByFilename(name.clone());
                    found.add(self.files(question)$($awaited)*?);
                    found.check(&name)?;
                }
                found.link()
            }

            $($wait)? fn files(
                &self,
                question: MessageRequest,
            ) -> Result<Vec<FileDescriptorProto>, RpcError> {
                match self.ask(question)$($awaited)*? {
                    MessageResponse::FileDescriptorResponse(files) => {
                        let files = files.file_descriptor_proto.iter();
                        files
                            .map(|file| FileDescriptorProto::decode(&**file).map_err(|_| garbled()))
                            .collect()
                    }
                    _ => Err(beside_the_point()),
                }
            }

            $($wait)? fn ask(&self, question: MessageRequest) -> Result<MessageResponse, RpcError> {
                let mut request = ServerReflectionRequest::new();
                request.message_request = Some(question);
                match self.ask_in(v1::SERVICE_NAME, request.clone())$($awaited)* {
                    // The messages of the two are the same.
                    Err(error) if error.code() == StatusCode::Unimplemented => {
                        answer(self.ask_in(v1alpha::SERVICE_NAME, request)$($awaited)*?)
                    }
                    response => answer(response?),
                }
            }
        }
    };
}

questions!(aio::Channel, [async], [.await]);
questions!(crate::Channel, [], []);

impl ProtoReflectionDescriptorDatabase<aio::Channel> {
    async fn ask_in(
        &self,
        service: &str,
        request: ServerReflectionRequest,
    ) -> Result<Option<ServerReflectionResponse>, RpcError> {
        let requests = crate::requests([request]);
        self.channel
            .stream_stream(method(service), requests)
            .next()
            .await
    }
}

impl ProtoReflectionDescriptorDatabase<crate::Channel> {
    fn ask_in(
        &self,
        service: &str,
        request: ServerReflectionRequest,
    ) -> Result<Option<ServerReflectionResponse>, RpcError> {
        let mut responses = self.channel.stream_stream(method(service), [request]);
        responses.next().transpose()
    }
}

fn method(service: &str) -> MethodDescriptor {
    MethodDescriptor::new(format!("/{service}/ServerReflectionInfo"), true, true)
}

fn answer(response: Option<ServerReflectionResponse>) -> Result<MessageResponse, RpcError> {
    match response.and_then(|response| response.message_response) {
        Some(MessageResponse::ErrorResponse(error)) => {
            let code = StatusCode::from_value(error.error_code).unwrap_or(StatusCode::Unknown);
            Err(RpcError::new(code, error.error_message))
        }
        Some(answer) => Ok(answer),
        None => Err(beside_the_point()),
    }
}

fn first(files: Vec<FileDescriptorProto>) -> Result<FileDescriptorProto, RpcError> {
    files.into_iter().next().ok_or_else(beside_the_point)
}

fn beside_the_point() -> RpcError {
    let details = "The server answered a question that was not asked.";
    RpcError::new(StatusCode::Internal, details)
}

fn garbled() -> RpcError {
    let details = "The server answered with what is no FileDescriptorProto.";
    RpcError::new(StatusCode::Internal, details)
}

/// Files that the server has told.
#[derive(Default)]
struct Found {
    files: Vec<FileDescriptorProto>,
}

impl Found {
    fn add(&mut self, files: Vec<FileDescriptorProto>) {
        for file in files {
            if !self.has(file.name()) {
                self.files.push(file);
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name() == name)
    }

    /// An import that has not been told.
    fn missing(&self) -> Option<String> {
        let mut imports = self.files.iter().flat_map(|file| &file.dependency);
        imports.find(|name| !self.has(name)).cloned()
    }

    /// A server that never tells what it was asked for would be asked for ever.
    fn check(&self, asked: &str) -> Result<(), RpcError> {
        if self.files.len() > MOST_FILES || !self.has(asked) {
            return Err(beside_the_point());
        }
        Ok(())
    }

    fn link(self) -> Result<DescriptorPool, RpcError> {
        let mut pool = DescriptorPool::new();
        let linked = pool.add_protos(self.files);
        linked
            .map_err(|error: PoolError| RpcError::new(StatusCode::Internal, error.to_string()))?;
        Ok(pool)
    }
}
