//! Input made to break: nothing panics, nothing overflows the stack, nothing takes long.

use std::time::{Duration, Instant};

use crate::schema::{descriptor, parsed, printed};
use rustgrpc_protobuf::google::protobuf::{FileDescriptorProto, Struct, Value};
use rustgrpc_protobuf::json_format::{self, Parser, message_to_json};
use rustgrpc_protobuf::reflect::DynamicMessage;

#[test]
fn nesting_has_a_limit() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"a":"#, "}]")] {
        for count in [101, 1000, 1_000_000] {
            let text = open.repeat(count) + "1" + &close.repeat(count);
            assert!(
                json_format::parse::<Value>(&text).is_err(),
                "{count} {open}"
            );
            assert!(json_format::parse::<Value>(&open.repeat(count)).is_err());
            let ignored = format!("{{\"zz\": {text}}}");
            let parser = Parser::new().ignore_unknown_fields(true);
            if count > 201 {
                assert!(parser.parse_dynamic(&descriptor("Item"), &ignored).is_err());
            }
        }
    }
    let nested = |depth: usize| r#"{"next": "#.repeat(depth - 1) + "{}" + &"}".repeat(depth - 1);
    let listed = |depth: usize| r#"{"all": ["#.repeat(depth - 1) + "{}" + &"]}".repeat(depth - 1);
    for text in [nested(100), listed(100)] {
        assert_eq!(printed(&parsed("Loop", &text)), text);
    }
    for text in [nested(101), listed(101)] {
        let error = Parser::new()
            .parse_dynamic(&descriptor("Loop"), &text)
            .unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("Message too deep. Max recursion depth is 100"),
            "{error}"
        );
    }
    let shallow = Parser::new().max_recursion_depth(3);
    assert!(
        shallow
            .parse_dynamic(&descriptor("Loop"), &listed(3))
            .is_ok()
    );
    assert!(
        shallow
            .parse_dynamic(&descriptor("Loop"), &listed(4))
            .is_err()
    );
    assert!(
        Parser::new()
            .max_recursion_depth(0)
            .parse_dynamic(&descriptor("Loop"), "{}")
            .is_err()
    );
}

#[test]
fn messages_made_too_deep_are_an_error() {
    let mut value = Value::new().with_null_value(0);
    for _ in 0..500 {
        value = Value::new().with_struct_value(Struct::new().with_fields([("a", value)]));
    }
    let error = message_to_json(&value).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Message too deep. Max recursion depth is 200"
    );
}

/// Twice the input may take about twice the time; what grows with the square would take minutes.
#[test]
fn large_input_takes_linear_time() {
    let started = Instant::now();
    let names: Vec<_> = (0..100_000).map(|index| format!("\"{index}\":1")).collect();
    let object = format!("{{{}}}", names.join(","));
    let parser = Parser::new().ignore_unknown_fields(true);
    assert_eq!(
        printed(&parser.parse_dynamic(&descriptor("Item"), &object).unwrap()),
        "{}"
    );
    assert_eq!(
        parsed("Item", &format!("{{\"counts\":{object}}}")).byte_size(),
        1_188_890
    );
    let any = format!("{{\"any\":{{\"value\":{object},\"@type\":\"x/google.protobuf.Struct\"}}}}");
    let printed_again = printed(&parsed("Item", &any));
    assert!(printed_again.len() > any.len());
    let escapes = format!("{{\"fString\":\"{}\"}}", "\\u0041".repeat(300_000));
    assert_eq!(parsed("Item", &escapes).byte_size(), 300_004);
    let digits = "1".repeat(1_000_000);
    assert!(
        parser
            .parse_dynamic(&descriptor("Item"), &format!("{{\"fInt32\":{digits}}}"))
            .is_err()
    );
    let zeros = format!("{{\"fInt32\":1{}e-1000000}}", "0".repeat(1_000_000));
    assert_eq!(printed(&parsed("Item", &zeros)), r#"{"fInt32": 1}"#);
    let lines = "\n".repeat(1_000_000) + "{\"fInt32\": 0.5}";
    let error = parser
        .parse_dynamic(&descriptor("Item"), &lines)
        .unwrap_err();
    assert_eq!((error.line(), error.column()), (1_000_001, 12));
    let names = vec!["\"a\""; 200_000].join(",");
    let extension = format!("{{\"[demo.v1.ext_names]\":[{names}]}}");
    assert_eq!(parsed("Legacy", &extension).byte_size(), 800_000);
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn an_extension_in_a_thousand_pieces_is_read_in_one_pass() {
    let piece = b"\xaa\x06\x01a".repeat(200_000);
    let message = DynamicMessage::parse(&descriptor("Legacy"), &piece).unwrap();
    assert!(printed(&message).ends_with("\"a\"]}"));
    let piece = b"\xb2\x06\x02\x20\x01".repeat(100_000);
    let message = DynamicMessage::parse(&descriptor("Legacy"), &piece).unwrap();
    assert_eq!(printed(&message).matches("RED").count(), 100_000);
}

/// Texts with a few bytes changed: whatever is taken comes back the same by way of its own text.
#[test]
fn mutated_texts() {
    let everything = r#"{"fDouble":1.5,"fFloat":"-Infinity","fInt64":"-9","fBytes":"AP8=","kind":"B","inner":{"v":"\u00e9"},"optS":null,"nums":[1,2e1],"counts":{"a":1},"byId":{"3":{}},"byBool":{"true":"x"},"cN":null,"ts":"1970-01-01T00:00:01.005-01:30","dur":"-1.5s","st":{"k":[1,null,{"n":"s"}]},"mask":"aB,c.dE","any":{"@type":"x/google.protobuf.Duration","value":"3s"},"wInt64":5}"#;
    let legacy = r#"{"id":1,"colour":"RED","data":{"text":"t"},"named":{"a":1},"[demo.v1.ext_long]":5,"[demo.v1.extgroup]":{"n":1},"[demo.v1.ext_message]":{"id":3}}"#;
    let file =
        message_to_json(rustgrpc_protobuf::google::protobuf::timestamp_pb2::DESCRIPTOR.proto())
            .unwrap();
    let mut random = Random(0x5eed);
    let parts: [&[u8]; 12] = [
        b"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"\\u",
        b"null",
        b"e9",
        b"-",
        b"\xc3\xa9",
        b"\\ud800",
    ];
    let mut taken = 0;
    for round in 0..30_000 {
        let (name, text) = match round % 3 {
            0 => ("Item", everything),
            1 => ("Legacy", legacy),
            _ => ("", file.as_str()),
        };
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            if bytes.is_empty() {
                break;
            }
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => bytes[at] = random.below(128) as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.truncate(at.max(1)),
                _ => drop(bytes.splice(at..at, parts[random.below(parts.len())].iter().copied())),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let parser = Parser::new().ignore_unknown_fields(round % 2 == 0);
        if name.is_empty() {
            if let Ok(file) = parser.parse::<FileDescriptorProto>(&text) {
                let json = message_to_json(&file).unwrap();
                assert_eq!(
                    json_format::parse::<FileDescriptorProto>(&json).unwrap(),
                    file,
                    "{text}"
                );
                taken += 1;
            }
        } else if let Ok(message) = parser.parse_dynamic(&descriptor(name), &text) {
            let json = printed(&message);
            assert_eq!(printed(&parsed(name, &json)), json, "{text}");
            taken += 1;
        }
    }
    assert!(
        (3_000..20_000).contains(&taken),
        "{taken} of 30000 were taken"
    );
}

/// A small generator of numbers, so that a failure comes again (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
