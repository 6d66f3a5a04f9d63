//! Generates `echo_pb2` and `echo_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/echo.proto"], &["proto"])
}
