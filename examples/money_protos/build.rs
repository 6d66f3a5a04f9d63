//! Generates `money::v1::money_pb2`, and exports the proto to the packages that depend on this one.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::configure()
        .export("::money_protos")
        .compile_protos(&["proto/money/v1/money.proto"], &["proto"])
}
