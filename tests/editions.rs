//! Files with an edition become the goldens that the `testdata` package compiles. `UPDATE_GOLDEN=1` rewrites them.
//!
//! The bundled compiler does not read them, so what protoc made of them is checked in; `tests/protoc.rs` compares.

mod compile;

#[test]
fn editions_become_their_goldens() {
    let protos = compile::testdata().join("editions");
    let set = std::fs::read(protos.join("descriptors.binpb")).expect("the set is checked in");
    let request = compile::request_of(&set, &compile::protos_below(&protos), "");
    let response = protoc_gen_rustgrpc::generate(&request);
    let golden = compile::testdata().join("golden/editions");
    compile::compare(&golden, &compile::generated(&response));
}
