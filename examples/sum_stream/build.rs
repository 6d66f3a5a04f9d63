//! Generates `sum_stream_pb2` and `sum_stream_pb2_grpc`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/sum_stream.proto"], &["proto"])
}
