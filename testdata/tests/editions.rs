//! What features decide: presence, encodings, closed enums, and strings that need not be UTF-8.

use rustgrpc_protobuf::reflect::DynamicMessage;
use rustgrpc_protobuf::{DecodeError, Message};
use testdata::edition::editions::file_features_pb2::{Everything, Lid};
use testdata::edition::editions::year2023_pb2::{
    Closed, Defaults, Featured, Open, Switch, featured,
};
use testdata::edition::editions::year2024_pb2::{Hidden, Visible, visible};
use testdata::plain::demo::legacy_pb2::Legacy;

#[test]
fn fields_have_presence_unless_a_feature_says_otherwise() {
    let defaults = Defaults::new().with_number(0).with_open(Open(9));
    assert_eq!(defaults.serialize(), b"\x10\x00\x28\x09");
    assert!(defaults.has_number() && !defaults.has_name());
    let featured = Featured {
        implicit: String::new(),
        required: Some(0),
        ..Default::default()
    };
    assert_eq!(featured.serialize(), b"\x10\x00");
    assert_eq!(featured.answer(), 42);
    assert_eq!(featured.closed(), Closed::TWO);
}

#[test]
fn repeated_fields_are_packed_unless_a_feature_says_otherwise() {
    assert_eq!(
        Defaults::new().with_packed([1, 2]).serialize(),
        b"\x1a\x02\x01\x02"
    );
    assert_eq!(
        Featured::new().with_expanded([1, 2]).serialize(),
        b"\x18\x01\x18\x02"
    );
    assert_eq!(
        Featured::new()
            .with_closeds([Closed::ONE])
            .with_expanded_closeds([Closed::TWO])
            .serialize(),
        b"\x6a\x01\x01\x70\x02"
    );
    for bytes in [&b"\x1a\x02\x01\x02"[..], b"\x18\x01\x18\x02"] {
        assert_eq!(Defaults::parse(bytes).unwrap().packed, [1, 2]);
        assert_eq!(Featured::parse(bytes).unwrap().expanded, [1, 2]);
    }
}

#[test]
fn delimited_messages_are_written_as_groups() {
    let featured = Featured::new()
        .with_delimited(Defaults::new().with_number(1))
        .with_chosen(featured::Nested::new().with_a(2));
    let bytes = b"\x53\x10\x01\x54\x8b\x01\x08\x02\x8c\x01";
    assert_eq!(featured.serialize(), bytes);
    assert_eq!(Featured::parse(bytes), Ok(featured));
    // With a length it is not this field.
    let other = Featured::parse(b"\x52\x02\x10\x01").unwrap();
    assert!(!other.has_delimited());
    assert_eq!(other.serialize(), b"\x52\x02\x10\x01");
    // Neither maps nor what lies in them are delimited, whatever the file says.
    let everything = Everything::new()
        .with_inner(Everything::new().with_number(1))
        .with_by_number([(2, Everything::new().with_number(3))]);
    let bytes = b"\x2b\x08\x01\x2c\x3a\x06\x08\x02\x12\x02\x08\x03";
    assert_eq!(everything.serialize(), bytes);
    assert_eq!(Everything::parse(bytes), Ok(everything));
}

#[test]
fn numbers_that_a_closed_enum_does_not_know_are_unknown_fields() {
    let featured = Featured::parse(b"\x60\x07\x68\x01\x68\x08\x42\x05\x0a\x01k\x10\x09").unwrap();
    assert!(!featured.has_closed());
    assert_eq!(featured.closeds, [Closed::ONE]);
    assert!(featured.switch_by_bytes.is_empty());
    assert_eq!(
        featured.serialize(),
        b"\x6a\x01\x01\x60\x07\x68\x08\x42\x05\x0a\x01k\x10\x09"
    );
    assert_eq!(Defaults::parse(b"\x28\x07").unwrap().open(), Open(7));
    assert_eq!(
        Everything::parse(b"\x50\x01\x50\x05").unwrap().lids,
        [Lid::ON]
    );
}

#[test]
fn strings_that_are_not_verified_are_kept_whatever_they_hold() {
    // Field by field: what is not UTF-8 becomes an unknown field, the rest is read.
    for bytes in [
        &b"\x22\x01\xff"[..],
        b"\x2a\x02\xc3\x28",
        b"\x32\x01\x80",
        b"\x3a\x06\x0a\x01k\x12\x01\xff",
        b"\x3a\x06\x0a\x01\xff\x12\x01v",
        b"\x42\x05\x0a\x01\xff\x10\x01",
        b"\x82\x01\x01\xff",
    ] {
        let featured = Featured::parse(bytes).unwrap();
        let mut known = featured.clone();
        known.unknown_fields.clear();
        assert_eq!(known, Featured::default(), "{bytes:x?}");
        assert_eq!(featured.unknown_fields.as_bytes(), bytes);
        assert_eq!(featured.serialize(), bytes);
        let dynamic = DynamicMessage::parse(&Featured::descriptor(), bytes).unwrap();
        assert_eq!(dynamic.serialize(), bytes);
    }
    let bytes =
        b"\x32\x01a\x32\x01\xff\x32\x01b\x3a\x06\x0a\x01k\x12\x01v\x42\x05\x0a\x01k\x10\x01";
    let featured = Featured::parse(bytes).unwrap();
    assert_eq!(featured.many_bytes, ["a", "b"]);
    assert_eq!(featured.bytes_by_bytes["k"], "v");
    assert_eq!(featured.switch_by_bytes["k"], Switch::ON);
    assert_eq!(featured.unknown_fields.as_bytes(), b"\x32\x01\xff");
    // The last one counts, here too.
    let featured = Featured::parse(b"\x22\x01a\x22\x01\xff").unwrap();
    assert!(!featured.has_bytes());
    let featured = Featured::parse(b"\x22\x01\xff\x22\x01a").unwrap();
    assert_eq!(featured.bytes(), "a");
    // Of two keys in an entry as well.
    let featured = Featured::parse(b"\x3a\x06\x0a\x01\xff\x0a\x01k").unwrap();
    assert_eq!(featured.bytes_by_bytes["k"], "");
    // It is proto2's rule.
    let bytes = b"\x12\x01\xff";
    let legacy = Legacy::parse(bytes).unwrap();
    assert!(!legacy.has_name());
    assert_eq!(legacy.serialize(), bytes);
}

#[test]
fn strings_that_are_verified_are_refused() {
    let refused = |result: Result<(), DecodeError>| assert!(result.is_err());
    refused(Featured::parse(b"\x0a\x01\xff").map(drop));
    refused(DynamicMessage::parse(&Featured::descriptor(), b"\x0a\x01\xff").map(drop));
    refused(Defaults::parse(b"\x0a\x01\xff").map(drop));
    refused(Everything::parse(b"\x6a\x01\xff").map(drop));
    // A second key mends nothing.
    let twice = b"\x32\x06\x0a\x01\xff\x0a\x01k";
    refused(Defaults::parse(twice).map(drop));
    refused(DynamicMessage::parse(&Defaults::descriptor(), twice).map(drop));
    // A string that is cut off is refused, verified or not.
    refused(Featured::parse(b"\x22\x02a").map(drop));
    refused(Featured::parse(b"\x3a\x04\x0a\x05ab").map(drop));
    // What is wrong beside the text stays wrong: an entry's message, a level too deep.
    refused(Everything::parse(b"\x42\x07\x0a\x01\xff\x12\x02\x08\xff").map(drop));
    let mut bytes = b"\x08\x01".to_vec();
    for _ in 0..110 {
        let mut entry = b"\x12".to_vec();
        push_length(&mut entry, bytes.len());
        entry.extend(&bytes);
        entry.extend(b"\x0a\x01\xff");
        bytes = b"\x42".to_vec();
        push_length(&mut bytes, entry.len());
        bytes.extend(&entry);
    }
    // Each level is read once, though each has a key that is no text behind its value.
    refused(Everything::parse(&bytes).map(drop));
}

#[test]
fn visibility_changes_nothing() {
    let visible = Visible::new()
        .with_hidden(Hidden::new().with_number(1))
        .with_inside(visible::Inside::new().with_text("t"));
    assert_eq!(Visible::parse(&visible.serialize()), Ok(visible));
}

fn push_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length > 127 {
        bytes.push(length as u8 | 128);
        length >>= 7;
    }
    bytes.push(length as u8);
}
