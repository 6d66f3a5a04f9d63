//! Requests that no compiler would send give an error, never a panic.

mod compile;

use prost::Message as _;
use protoc_gen_rustgrpc::{CodeGeneratorRequest, CodeGeneratorResponse, generate, generate_bytes};
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    DescriptorProto, Edition, EnumDescriptorProto, EnumOptions, EnumValueDescriptorProto,
    FeatureSet, FieldDescriptorProto, FileDescriptorProto, OneofDescriptorProto, feature_set,
    field_descriptor_proto::{Label, Type},
    source_code_info::Location,
};

#[test]
fn an_empty_request_gives_no_files() {
    let response = generate(&CodeGeneratorRequest::default());
    assert_eq!(response.error, None);
    assert!(
        response
            .file
            .iter()
            .all(|file| file.name().ends_with("mod.rs"))
    );
    assert!(generate_bytes(&[]).is_ok());
}

#[test]
fn bytes_that_are_no_request_are_an_error() {
    let error = generate_bytes(b"\x07garbage").expect_err("the wire type does not exist");
    assert!(
        error.to_string().contains("CodeGeneratorRequest"),
        "{error}"
    );
}

#[test]
fn a_request_cut_anywhere_never_panics() {
    let bytes = sample().encode_to_vec();
    for length in 0..bytes.len() {
        let _ = generate_bytes(&bytes[..length]);
    }
}

#[test]
fn a_request_with_flipped_bytes_never_panics() {
    let bytes = sample().encode_to_vec();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..1000 {
        let mut mutated = bytes.clone();
        for _ in 0..=random.below(4) {
            let position = random.below(mutated.len());
            match random.below(3) {
                0 => mutated[position] = random.below(256) as u8,
                1 => mutated[position] ^= 1 << random.below(8),
                _ => drop(mutated.remove(position)),
            }
        }
        let _ = generate_bytes(&mutated);
    }
}

#[test]
fn files_that_are_missing_are_named() {
    assert_error(
        &request(vec![], &["gone.proto"]),
        "gone.proto: to be generated, but not among the files of the request",
    );
    let mut file = file();
    file.dependency.push("absent.proto".to_owned());
    assert_error(
        &request(vec![file], &["a.proto"]),
        "a.proto: the import `absent.proto` is not among the files of the request",
    );
}

#[test]
fn cyclic_imports_are_an_error() {
    let mut a = file();
    a.dependency.push("b.proto".to_owned());
    let b = FileDescriptorProto {
        name: Some("b.proto".to_owned()),
        syntax: Some("proto3".to_owned()),
        dependency: vec!["a.proto".to_owned()],
        public_dependency: vec![0],
        ..Default::default()
    };
    let request = request(vec![a, b], &["a.proto", "b.proto"]);
    assert_error(
        &request,
        "a.proto: the import `b.proto` leads back to this file",
    );
}

#[test]
fn every_problem_is_reported_at_once() {
    let mut broken = file();
    let message = &mut broken.message_type[0];
    message.field = vec![
        field("dangling", 1, Type::MESSAGE, ".no.Such"),
        field("untyped", 2, Type(99), ""),
        field("zero", 0, Type::INT32, ""),
        field("huge", i32::MAX, Type::INT32, ""),
        field("twice", 7, Type::INT32, ""),
        field("again", 7, Type::INT32, ""),
        field("enum_of_message", 8, Type::ENUM, ".a.Outer"),
        FieldDescriptorProto {
            oneof_index: Some(5),
            ..field("lost", 9, Type::INT32, "")
        },
        FieldDescriptorProto {
            oneof_index: Some(-1),
            ..field("negative", 10, Type::INT32, "")
        },
    ];
    let response = generate(&request(vec![broken], &["a.proto"]));
    let error = response.error();
    for part in [
        "`dangling` of `a.Outer`: `no.Such` is not defined in the files of the request",
        "`untyped`",
        "`zero` of `a.Outer`: 0 is no field number",
        "`huge` of `a.Outer`: 2147483647 is no field number",
        "number 7 is used twice",
        "`.a.Outer` is not an enum",
        "`lost` of `a.Outer`: there is no oneof with index 5",
        "`negative`",
    ] {
        assert!(error.contains(part), "{part} is not in\n{error}");
    }
    assert!(
        error.lines().all(|line| line.starts_with("a.proto: ")),
        "{error}"
    );
    assert!(response.file.is_empty());
}

#[test]
fn names_that_are_none_are_errors() {
    for (name, shown) in [
        ("", "``"),
        ("a b", "`a b`"),
        ("1a", "`1a`"),
        ("é", "`é`"),
        ("a\n", "`a\\n`"),
    ] {
        let mut file = file();
        file.message_type[0]
            .field
            .push(field(name, 1, Type::INT32, ""));
        assert_error(
            &request(vec![file], &["a.proto"]),
            &format!("a.proto: {shown} is no name"),
        );
    }
    for name in ["", "..", "/", "a\nb.proto"] {
        let file = FileDescriptorProto {
            name: Some(name.to_owned()),
            ..file()
        };
        assert_error(&request(vec![file], &[name]), "is no name of a file");
    }
}

#[test]
fn problems_have_the_place_in_the_file() {
    let mut request = sample();
    let file = request
        .proto_file
        .iter_mut()
        .find(|file| file.name() == "demo/services.proto");
    let file = file.expect("the sample holds it");
    assert_eq!(file.service[0].method[1].name(), "UnaryStream");
    file.service[0].method[1].input_type = Some(".demo.Gone".to_owned());
    let info = file.source_code_info_mut();
    info.location = vec![Location {
        path: vec![6, 0, 2, 1],
        span: vec![13, 2, 60],
        ..Default::default()
    }];
    assert_error(
        &request,
        "demo/services.proto:14:3: method `UnaryStream`: `demo.Gone` is not",
    );
}

#[test]
fn absurd_indices_are_survived() {
    let mut file = file();
    file.public_dependency = vec![-1, 0, 77];
    let message = &mut file.message_type[0];
    message.oneof_decl = vec![OneofDescriptorProto::default(); 2];
    assert!(
        !generate(&request(vec![file], &["a.proto"]))
            .error()
            .is_empty()
    );
}

#[test]
fn editions_beyond_2024_are_refused() {
    for (edition, shown) in [
        (Edition::UNKNOWN, "EDITION_UNKNOWN"),
        (Edition::LEGACY, "EDITION_LEGACY"),
        (Edition::_2026, "EDITION_2026"),
        (Edition::UNSTABLE, "EDITION_UNSTABLE"),
        (Edition(77), "Edition(77)"),
    ] {
        let file = FileDescriptorProto {
            syntax: Some("editions".to_owned()),
            edition: Some(edition),
            ..file()
        };
        let request = request(vec![file], &["a.proto"]);
        assert_error(&request, &format!("a.proto: {shown} is not supported"));
    }
}

#[test]
fn what_is_supported_is_said_in_every_response() {
    let sound = request(vec![file()], &["a.proto"]);
    let broken = request(vec![], &["gone.proto"]);
    for request in [sound, broken] {
        let response = generate(&request);
        assert_eq!(
            response.supported_features(),
            3,
            "proto3 optional, editions"
        );
        assert_eq!(response.minimum_edition(), Edition::PROTO2.0);
        assert_eq!(response.maximum_edition(), Edition::_2024.0);
    }
}

#[test]
fn a_closed_enum_needs_presence() {
    let mut file = file();
    file.syntax = Some("editions".to_owned());
    file.edition = Some(Edition::_2023);
    file.enum_type = vec![EnumDescriptorProto {
        name: Some("Closed".to_owned()),
        value: vec![EnumValueDescriptorProto {
            name: Some("ZERO".to_owned()),
            number: Some(0),
            ..Default::default()
        }],
        options: Some(EnumOptions {
            features: Some(FeatureSet::new().with_enum_type(feature_set::EnumType::CLOSED)),
            ..Default::default()
        }),
        ..Default::default()
    }];
    let mut closed = field("closed", 1, Type::ENUM, ".a.Closed");
    file.message_type[0].field = vec![closed.clone()];
    assert_eq!(
        generate(&request(vec![file.clone()], &["a.proto"])).error,
        None
    );
    let implicit = FeatureSet::new().with_field_presence(feature_set::FieldPresence::IMPLICIT);
    closed.options_mut().features = Some(implicit);
    file.message_type[0].field = vec![closed];
    assert_error(
        &request(vec![file], &["a.proto"]),
        "field `closed` of `a.Outer`: its enum is closed, so it cannot have implicit presence",
    );
}

#[test]
fn a_long_chain_of_messages_needs_no_deep_stack() {
    let mut long = file();
    let name = |index: usize| format!("M{index}");
    long.message_type = (0..20_000)
        .map(|index| DescriptorProto {
            name: Some(name(index)),
            field: vec![field(
                "next",
                1,
                Type::MESSAGE,
                &format!(".a.{}", name((index + 1) % 20_000)),
            )],
            ..Default::default()
        })
        .collect();
    let mut request = request(vec![long], &["a.proto"]);
    request.file_to_generate.clear();
    assert_eq!(generate(&request).error, None);
}

#[test]
fn source_information_that_is_no_message_is_named() {
    let mut request = request(vec![file()], &["a.proto"]);
    request.proto_file[0].source_code_info = None;
    let mut bytes = request.encode_to_vec();
    assert_eq!(response(&bytes).error, None);
    // A second part of the same file's list would be another file, so the file is written once more.
    let mut file = request.proto_file.remove(0).encode_to_vec();
    file.extend(b"\x4a\x03\x0a\x05\x00");
    bytes = request.encode_to_vec();
    bytes.push(0x7a);
    bytes.push(u8::try_from(file.len()).unwrap());
    bytes.extend(file);
    let error = response(&bytes).error.unwrap();
    assert!(
        error.starts_with("a.proto: its source information is broken: "),
        "{error}"
    );
}

fn response(request: &[u8]) -> CodeGeneratorResponse {
    let response = generate_bytes(request).expect("the request is sound");
    CodeGeneratorResponse::decode(&*response).unwrap()
}

#[test]
fn bytes_and_messages_are_answered_alike() {
    let request = sample();
    assert_eq!(response(&request.encode_to_vec()), generate(&request));
}

fn assert_error(request: &CodeGeneratorRequest, expected: &str) {
    let response = generate(request);
    assert!(response.error().contains(expected), "{}", response.error());
    assert!(response.file.is_empty());
    assert_ne!(response.supported_features(), 0);
}

fn request(files: Vec<FileDescriptorProto>, generate: &[&str]) -> CodeGeneratorRequest {
    CodeGeneratorRequest {
        proto_file: files,
        file_to_generate: generate.iter().map(ToString::to_string).collect(),
        ..Default::default()
    }
}

fn file() -> FileDescriptorProto {
    FileDescriptorProto {
        name: Some("a.proto".to_owned()),
        package: Some("a".to_owned()),
        syntax: Some("proto3".to_owned()),
        message_type: vec![DescriptorProto {
            name: Some("Outer".to_owned()),
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn field(name: &str, number: i32, ty: Type, type_name: &str) -> FieldDescriptorProto {
    FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(number),
        label: Some(Label::OPTIONAL),
        r#type: Some(ty),
        type_name: Some(type_name.to_owned()),
        ..Default::default()
    }
}

/// A sound request with one of everything, without source information.
fn sample() -> CodeGeneratorRequest {
    let protos = compile::testdata().join("protos");
    let files = [
        "demo/legacy.proto",
        "demo/services.proto",
        "demo/item.proto",
    ]
    .map(str::to_owned);
    let mut request = compile::request(&protos, &files, "bytes=.,boxed=Item");
    for file in &mut request.proto_file {
        file.source_code_info = None;
    }
    request
        .proto_file
        .retain(|file| !file.name().starts_with("google/protobuf/descriptor"));
    request
}

/// Small, seeded, good enough to pick bytes.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
