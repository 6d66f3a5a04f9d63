//! Generates `number_stream_pb2` and `number_stream_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/number_stream.proto"], &["proto"])
}
