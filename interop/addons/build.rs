//! Generates `lab_pb2` and `lab_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/lab.proto"], &["proto"])
}
