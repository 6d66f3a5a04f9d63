//! Compiles the protos of extreme shapes.

fn main() -> Result<(), rustgrpc_build::Error> {
    let names = ["comments", "cycles", "deep", "numbers", "wide"];
    let protos = names.map(|name| format!("shapes/{name}.proto"));
    rustgrpc_build::compile_protos(&protos, &["shapes"])
}
