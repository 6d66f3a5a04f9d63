//! Generates `user_pb2` and `user_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/user.proto"], &["proto"])
}
