//! What a `.proto` becomes depends on it and its imports, not on how a request is put together.

mod compile;

use std::collections::BTreeMap;
use std::path::Path;

use protoc_gen_rustgrpc::CodeGeneratorRequest;
use rustgrpc_protobuf::{UnknownFields, UnknownValue};

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

#[test]
fn the_order_in_custom_options_changes_nothing() {
    let request = option_values();
    let expected = generate(&request);
    let mut turned = request.clone();
    let messages = &mut turned.proto_file.last_mut().unwrap().message_type;
    for options in messages.iter_mut().filter_map(|m| m.options.as_mut()) {
        options.unknown_fields = turned_around(&options.unknown_fields);
    }
    assert_ne!(request, turned);
    assert!(generate(&turned) == expected);
}

#[test]
fn custom_options_may_be_deeper_than_anyone_reads() {
    let mut request = option_values();
    let options = &mut request.proto_file.last_mut().unwrap().message_type[1].options;
    let mut bytes = Vec::new();
    for _ in 0..3000 {
        // `inner`, which holds itself.
        let mut outer = vec![2 << 3 | 2];
        prost::encoding::encode_varint(bytes.len() as u64, &mut outer);
        outer.extend(&bytes);
        bytes = outer;
    }
    let mut fields = Vec::new();
    prost::encoding::encode_varint(50_001 << 3 | 2, &mut fields);
    prost::encoding::encode_varint(bytes.len() as u64, &mut fields);
    fields.extend(&bytes);
    options.get_or_insert_default().unknown_fields = UnknownFields::from_bytes(&fields).unwrap();
    assert!(generate(&request).contains_key("option_values_pb2.rs"));
}

fn option_values() -> CodeGeneratorRequest {
    compile::request(
        Path::new("tests/protos"),
        &["option_values.proto".to_owned()],
        "mod_file=none",
    )
}

/// The same fields, the last first, with those of messages turned around as well.
fn turned_around(fields: &UnknownFields) -> UnknownFields {
    let mut by_number: BTreeMap<u32, Vec<Vec<u8>>> = BTreeMap::new();
    for (number, value) in fields {
        let mut record = Vec::new();
        match value {
            UnknownValue::Varint(value) => {
                prost::encoding::uint64::encode(number, &value, &mut record);
            }
            UnknownValue::Fixed32(value) => {
                prost::encoding::fixed32::encode(number, &value, &mut record);
            }
            UnknownValue::LengthDelimited(bytes) => {
                let inner = UnknownFields::from_bytes(bytes).filter(|_| MESSAGES.contains(&number));
                let bytes = inner.map_or(bytes.to_vec(), |inner| {
                    turned_around(&inner).as_bytes().to_vec()
                });
                prost::encoding::bytes::encode(number, &bytes, &mut record);
            }
            UnknownValue::Fixed64(value) => {
                prost::encoding::fixed64::encode(number, &value, &mut record);
            }
            UnknownValue::Group(_) => unreachable!("the sample has none"),
        }
        by_number.entry(number).or_default().push(record);
    }
    let records = by_number.into_values().rev().flatten().flatten();
    UnknownFields::from_bytes(&records.collect::<Vec<u8>>()).unwrap()
}

/// Numbers of fields of the sample that are messages.
const MESSAGES: [u32; 6] = [2, 9, 10, 100, 50_001, 50_002];

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
