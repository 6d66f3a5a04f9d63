//! Generates `hello_pb2` and `hello_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/hello.proto"], &["proto"])
}
