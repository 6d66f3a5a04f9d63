//! Generates `chat_pb2` and `chat_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/chat.proto"], &["proto"])
}
