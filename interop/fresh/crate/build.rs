//! Generates the modules of both services and of all that they import.

fn main() -> Result<(), rustgrpc_build::Error> {
    let files = ["common/money.proto", "shop/v1/order-types.proto", "shop/v1/shop.proto"];
    rustgrpc_build::compile_protos(&files, &["proto"])
}
