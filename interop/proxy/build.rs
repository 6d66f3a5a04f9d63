//! Generates `answering_pb2` and `answering_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/answering.proto"], &["proto"])
}
