//! The messages of `greet.proto`, by prost's derive.

/// The greeting request.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HelloRequest {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(int32, tag = "2")]
    pub count: i32,
    #[prost(bytes = "vec", tag = "3")]
    pub data: Vec<u8>,
}

/// The greeting reply.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HelloReply {
    #[prost(string, tag = "1")]
    pub message: String,
    #[prost(int32, tag = "2")]
    pub count: i32,
    #[prost(bytes = "vec", tag = "3")]
    pub data: Vec<u8>,
}
