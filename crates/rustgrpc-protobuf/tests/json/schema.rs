//! The messages under test, and what every test does with them.

use std::sync::LazyLock;

use rustgrpc_protobuf::json_format::{Parser, Printer};
use rustgrpc_protobuf::prost::Message as _;
use rustgrpc_protobuf::reflect::DynamicMessage;
use rustgrpc_protobuf::{DescriptorPool, MessageDescriptor};

pub(crate) static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/json");
    let files = protox::compile(["everything.proto", "legacy.proto"], [folder]).unwrap();
    DescriptorPool::from_descriptor_set(&files.encode_to_vec()).unwrap()
});

pub(crate) fn descriptor(name: &str) -> MessageDescriptor {
    POOL.message(&format!("demo.v1.{name}")).unwrap()
}

/// A message of `demo.v1` from JSON.
pub(crate) fn parsed(name: &str, json: &str) -> DynamicMessage {
    let parsed = Parser::new().parse_dynamic(&descriptor(name), json);
    parsed.unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// On one line, with nothing escaped that need not be.
pub(crate) fn printed(message: &DynamicMessage) -> String {
    let printer = Printer::new().indent(None).ensure_ascii(false);
    printer.print(message).unwrap()
}

/// Every text is read, and written as the second one says.
pub(crate) fn all_become(name: &str, cases: &[(&str, &str)]) {
    for (json, expected) in cases {
        let message = parsed(name, json);
        assert_eq!(printed(&message), *expected, "{json}");
        let bytes = message.serialize();
        let again = DynamicMessage::parse(&descriptor(name), &bytes).unwrap();
        assert_eq!(printed(&again), *expected, "{json}, by way of bytes");
        assert_eq!(printed(&parsed(name, expected)), *expected, "{json}, again");
    }
}

/// Every text is read, and written as it was.
pub(crate) fn all_stay(name: &str, cases: &[&str]) {
    let cases: Vec<_> = cases.iter().map(|json| (*json, *json)).collect();
    all_become(name, &cases);
}

/// Every text is refused.
pub(crate) fn all_fail(name: &str, cases: &[&str]) {
    for json in cases {
        let parsed = Parser::new().parse_dynamic(&descriptor(name), json);
        assert!(parsed.is_err(), "{json} became {}", parsed.unwrap());
    }
}

/// The error that a text is refused with.
pub(crate) fn refusal(name: &str, json: &str) -> String {
    let parsed = Parser::new().parse_dynamic(&descriptor(name), json);
    parsed.expect_err(json).to_string()
}
