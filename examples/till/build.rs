//! Generates `shop::v1::shop_pb2`, which has fields of types from the package `money-protos`.

fn main() -> Result<(), rustgrpc_build::Error> {
    rustgrpc_build::compile_protos(&["proto/shop/v1/shop.proto"], &["proto"])
}
