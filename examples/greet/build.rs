//! Generates `greet_pb2` and `greet_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/greet.proto"], &["proto"])
}
