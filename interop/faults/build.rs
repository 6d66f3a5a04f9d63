//! Generates the service that is put under load.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/faults.proto"], &["proto"])
}
