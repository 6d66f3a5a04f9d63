//! A corpus of name clashes becomes code that the `testdata` package compiles. `UPDATE_GOLDEN=1` rewrites it.

mod compile;

#[test]
fn clashing_names_become_their_goldens() {
    let protos = compile::testdata().join("names");
    compile::check(&protos, &compile::protos_below(&protos), "", "names");
}
