//! What a `.proto` becomes depends on it and its imports, not on how a request is put together.

mod compile;

use std::collections::BTreeMap;

use protoc_gen_rustgrpc::CodeGeneratorRequest;

#[test]
fn the_order_of_files_changes_nothing() {
    let request = request();
    let expected = generate(&request);
    let mut reversed = request.clone();
    reversed.proto_file.reverse();
    reversed.file_to_generate.reverse();
    assert!(generate(&reversed) == expected);
    for turn in [1, 3, 5] {
        let mut rotated = request.clone();
        rotated.proto_file.rotate_left(turn);
        rotated.file_to_generate.rotate_right(turn);
        assert!(generate(&rotated) == expected);
    }
}

#[test]
fn each_file_alone_becomes_what_it_becomes_among_all() {
    let request = request();
    let expected = generate(&request);
    for file in &request.file_to_generate {
        let alone = CodeGeneratorRequest {
            file_to_generate: vec![file.clone()],
            ..request.clone()
        };
        let files = generate(&alone);
        for (path, content) in &files {
            assert!(
                path.ends_with("mod.rs") || *content == expected[path],
                "{path}"
            );
        }
    }
}

#[test]
fn files_that_nobody_imports_change_nothing() {
    let protos = compile::testdata().join("protos");
    let alone = ["demo/item.proto".to_owned()];
    let small = compile::request(&protos, &alone, "mod_file=none");
    let mut large = request();
    large.file_to_generate = alone.to_vec();
    large.parameter = Some("mod_file=none".to_owned());
    assert!(generate(&small) == generate(&large));
}

fn generate(request: &CodeGeneratorRequest) -> BTreeMap<String, String> {
    let response = protoc_gen_rustgrpc::generate(request);
    compile::generated(&response).into_iter().collect()
}

fn request() -> CodeGeneratorRequest {
    let protos = compile::testdata().join("protos");
    let mut files = compile::protos_below(&protos);
    files.retain(|file| !file.starts_with("options/"));
    compile::request(&protos, &files, "")
}
