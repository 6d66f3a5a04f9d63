//! What generated messages do: presence, defaults, oneofs, and the bytes they are written as.

use rustgrpc_protobuf::reflect::{FieldRef, ValueRef};
use rustgrpc_protobuf::{Message as _, json_format, text_format};
use testdata::options::drop::options::drop_pb2::Dropped;
use testdata::options::foreign::options::foreign_pb2::{Foreign, foreign};
use testdata::plain::common::types_pb2::Side;
use testdata::plain::demo::item_pb2::{Item, Level, item};
use testdata::plain::demo::legacy_pb2::{Closed, Legacy, legacy};
use testdata::plain::demo::recursive_pb2::Node;
use testdata::plain::demo::scalars_pb2::{RepeatedScalars, Shade};

#[test]
fn members_of_a_oneof_are_written_at_their_numbers_places() {
    let item = Item::new().with_name("n").with_data(b"d").with_text("t");
    assert_eq!(item.serialize(), b"\x0a\x01n\x4a\x01t\x72\x01d");
    let item = item.with_flag(false);
    assert_eq!(item.serialize(), b"\x0a\x01n\x72\x01d\x78\x00");
    assert_eq!(Item::parse(&item.serialize()).as_ref(), Ok(&item));
}

#[test]
fn everything_survives_the_wire() {
    let item = Item {
        name: "name".into(),
        count: -1,
        nick: Some(String::new()),
        ids: vec![0, 1, -1, i32::MAX],
        tags: vec!["a".into(), String::new()],
        level: Level::HIGH,
        inner: Some(item::Inner::default()),
        choice: Some(item::Choice::Sub(item::Inner::new().with_v("v"))),
        children: vec![item::Inner::default(), item::Inner::new().with_v("c")],
        parent: Some(Box::new(Item::new().with_name("parent"))),
        data: vec![0, 255],
        ..Default::default()
    }
    .with_counts([("a", 1), ("b", 2)]);
    assert_eq!(Item::parse(&item.serialize()), Ok(item));
}

#[test]
fn presence_fields_have_pythons_methods() {
    let mut item = Item::new();
    assert_eq!((item.nick(), item.has_nick()), ("", false));
    assert_eq!(item.try_nick().unwrap_err().field(), "nick");
    item.nick_mut().push('x');
    assert_eq!(
        (item.nick(), item.has_nick(), item.try_nick()),
        ("x", true, Ok("x"))
    );
    item.clear_nick();
    assert!(!item.has_nick());
    assert_eq!(item.parent().parent().inner().v, "");
    item.parent_mut().parent_mut().inner_mut().v.push('y');
    assert_eq!(item.parent().parent().inner().v, "y");
}

#[test]
fn a_oneof_holds_one_member() {
    let mut item = Item::new().with_text("t");
    assert!(item.has_text() && !item.has_sub() && !item.has_flag());
    item.clear_sub();
    assert!(item.has_text());
    item.sub_mut().v.push('s');
    assert!(!item.has_text());
    assert_eq!(
        (item.text(), item.sub().v.as_str(), item.flag()),
        ("", "s", false)
    );
    item.clear_sub();
    assert_eq!(item.choice, None);
}

#[test]
fn messages_in_oneofs_merge_and_others_replace() {
    let mut item = Item::parse(b"\x52\x03\x0a\x01a\x52\x00").unwrap();
    assert_eq!(item.sub().v, "a");
    item.merge_from_bytes(b"\x4a\x01t").unwrap();
    assert_eq!(item.choice, Some(item::Choice::Text("t".into())));
}

#[test]
fn unknown_fields_are_kept_and_written_behind() {
    let bytes = b"\x98\x06\x2a\x0a\x01n";
    let item = Item::parse(bytes).unwrap();
    assert_eq!(item.name, "n");
    assert_eq!(item.serialize(), b"\x0a\x01n\x98\x06\x2a");
    let wrong_wire_type = b"\x08\x05";
    assert_eq!(
        Item::parse(wrong_wire_type).unwrap().serialize(),
        wrong_wire_type
    );
}

#[test]
fn packable_fields_are_read_in_both_encodings() {
    let unpacked = Item::parse(b"\x20\x01\x20\x02").unwrap();
    let packed = Item::parse(b"\x22\x02\x01\x02").unwrap();
    assert_eq!((&unpacked.ids, &packed.ids), (&vec![1, 2], &vec![1, 2]));
    assert_eq!(unpacked.serialize(), b"\x22\x02\x01\x02");
    let declared_unpacked = RepeatedScalars::new().with_unpacked([1, -1]);
    assert_eq!(declared_unpacked.serialize(), b"\x10\x02\x10\x01");
    assert_eq!(
        RepeatedScalars::parse(b"\x12\x02\x02\x01"),
        Ok(declared_unpacked)
    );
}

#[test]
fn proto2_getters_return_declared_defaults() {
    let mut legacy = Legacy::new();
    assert_eq!(legacy.name(), "a \"quoted\" name\n");
    assert_eq!(legacy.data(), b"\x01\xfe\\x");
    assert_eq!((legacy.small(), legacy.large()), (-5, u64::MAX));
    assert_eq!((legacy.infinite(), legacy.yes()), (f32::NEG_INFINITY, true));
    assert!(legacy.nothing().is_nan());
    assert_eq!(
        (legacy.closed(), legacy.side()),
        (Closed::SECOND, Side::RIGHT)
    );
    assert_eq!((legacy.one_number(), legacy.one_text()), (7, "chosen"));
    assert_eq!(legacy.one_closed(), Closed::FIRST);
    assert_eq!(legacy.serialize(), b"");
    legacy.one_text_mut().push('!');
    assert_eq!(legacy.one_text(), "chosen!");
    legacy.name_mut().clear();
    assert_eq!((legacy.name(), legacy.has_name()), ("", true));
}

#[test]
fn numbers_that_a_closed_enum_lacks_are_unknown_fields() {
    let bytes = b"\x50\x07\x58\x05\x58\x09\x62\x02\x05\x09";
    let legacy = Legacy::parse(bytes).unwrap();
    assert_eq!(
        (legacy.closed, &legacy.closeds),
        (None, &vec![Closed::SECOND])
    );
    assert_eq!(legacy.packed_closeds, [Closed::SECOND]);
    assert_eq!(
        legacy.serialize(),
        b"\x58\x05\x62\x01\x05\x50\x07\x58\x09\x60\x09"
    );
    let open =
        testdata::plain::demo::scalars_pb2::Maps::parse(b"\x22\x05\x0a\x01k\x10\x63").unwrap();
    assert_eq!(open.string_to_enum.get("k"), Some(&Shade(99)));
}

#[test]
fn groups_are_delimited_by_tags() {
    let legacy = Legacy::new()
        .with_single(legacy::Single::new().with_a(1))
        .with_many([legacy::Many::new()
            .with_b("x")
            .with_again(legacy::Many::new())])
        .with_onegroup(legacy::OneGroup::new().with_c(2));
    let bytes = legacy.serialize();
    assert_eq!(
        bytes,
        b"\xa3\x01\xa8\x01\x01\xa4\x01\xb3\x01\xba\x01\x01x\xc2\x01\x00\xb4\x01\xd3\x01\xd8\x01\x02\xd4\x01"
    );
    assert_eq!(Legacy::parse(&bytes), Ok(legacy));
}

#[test]
fn dropping_messages_keep_nothing_unknown() {
    let dropped = Dropped::parse(b"\x08\x01\x08\x09\x98\x06\x2a").unwrap();
    assert_eq!(dropped.serialize(), b"\x08\x01");
}

#[test]
fn foreign_messages_are_fields_like_others() {
    let at = prost_types::Timestamp {
        seconds: 1,
        nanos: 2,
    };
    let message = Foreign::new()
        .with_at(at)
        .with_delay(prost_types::Duration::default());
    assert_eq!(message.serialize(), b"\x0a\x04\x08\x01\x10\x02\x22\x00");
    assert_eq!(Foreign::parse(&message.serialize()), Ok(message));
    assert_eq!(Foreign::new().at().seconds, 0);
    let point = Foreign::parse(b"\x2a\x00").unwrap();
    assert!(matches!(point.choice, Some(foreign::Choice::Point(_))));
}

#[test]
fn foreign_messages_are_seen_and_changed_by_name() {
    let text = r#"at {
  seconds: 1
}
delays {
}
delays {
  nanos: 3
}
by_name {
  key: "k"
  value {
    seconds: 2
  }
}
delay {
  seconds: 4
}
where {
}
"#;
    let message: Foreign = text_format::parse(text).unwrap();
    assert_eq!(message.at().seconds, 1);
    assert_eq!(message.delays[1].nanos, 3);
    assert_eq!(message.by_name["k"].seconds, 2);
    assert_eq!(message.delay().seconds, 4);
    assert_eq!(message.to_string(), text);

    let json = json_format::message_to_json(&message).unwrap();
    assert!(json.contains(r#""at": "1970-01-01T00:00:01Z""#), "{json}");
    assert_eq!(json_format::parse::<Foreign>(&json).as_ref(), Ok(&message));
    let mut merged = Foreign::parse(b"\x0a\x02\x10\x07\x12\x00\x12\x00\x98\x06\x01").unwrap();
    let changes = r#"{"delays": ["1s"], "byName": null, "point": {}}"#;
    json_format::Parser::new()
        .merge(changes, &mut merged)
        .unwrap();
    let expected = Foreign::parse(b"\x0a\x02\x10\x07\x12\x02\x08\x01\x2a\x00\x98\x06\x01").unwrap();
    assert_eq!(merged, expected, "what was not named stays");

    let debug = format!("{message:?}");
    assert!(
        debug.contains("at: Some(Timestamp { seconds: 1 })"),
        "{debug}"
    );
    assert!(debug.contains("source: SOURCE_UNSPECIFIED"), "{debug}");

    let listed: Vec<_> = message
        .list_fields()
        .iter()
        .map(|(field, value)| {
            let count = match value.contents() {
                FieldRef::Singular(ValueRef::Message(_)) => 1,
                FieldRef::List(list) => list.len(),
                FieldRef::Map(map) => map.len(),
                _ => 0,
            };
            (field.name().to_owned(), count)
        })
        .collect();
    let expected = [
        ("at", 1),
        ("delays", 2),
        ("by_name", 1),
        ("delay", 1),
        ("where", 1),
    ];
    assert_eq!(
        listed,
        expected.map(|(name, count)| (name.to_owned(), count))
    );

    let mut message = message;
    assert_eq!(message.has_field("at"), Ok(true));
    assert_eq!(message.has_field("point"), Ok(false));
    assert_eq!(
        message.which_oneof("choice").unwrap().as_deref(),
        Some("delay")
    );
    for name in ["at", "delays", "by_name", "choice"] {
        message.clear_field(name).unwrap();
    }
    assert_eq!(message, Foreign::parse(b"\x32\x00").unwrap());
    message.unknown_fields = rustgrpc_protobuf::UnknownFields::from_bytes(b"\x98\x06\x01").unwrap();
    message.at = Some(prost_types::Timestamp::default());
    message.discard_unknown_fields();
    assert_eq!(message.serialize(), b"\x0a\x00\x32\x00");
}

#[test]
fn cycles_end() {
    let mut node = Node::new();
    for _ in 0..50 {
        node = Node::new().with_next(node.clone()).with_branches([node]);
        node.branches.truncate(1);
        node.branches[0].next = None;
        node.branches[0].branches.clear();
    }
    assert_eq!(Node::parse(&node.serialize()), Ok(node));
}

#[test]
fn descriptors_and_names_are_the_schemas() {
    assert_eq!(Item::descriptor().full_name(), "demo.Item");
    assert_eq!(item::Inner::descriptor().full_name(), "demo.Item.Inner");
    assert_eq!(Item::NAME_FIELD_NUMBER, 1);
    assert_eq!(
        (Shade::GRAY, Shade::GREY.name()),
        (Shade(1), Some("SHADE_GREY"))
    );
    assert_eq!(Shade::from_name("SHADE_GRAY"), Some(Shade::GRAY));
    let options_only = testdata::plain::options_only_pb2::DESCRIPTOR.proto();
    let options = options_only.message_type[0].field[0].options();
    assert!(!options.unknown_fields.is_empty(), "custom options stay");
}
