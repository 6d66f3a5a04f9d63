//! Generates `helloworld_pb2` and `helloworld_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/helloworld.proto"], &["proto"])
}
