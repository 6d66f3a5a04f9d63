//! Extensions as generated code declares them, and custom options read with them.

use rustgrpc_protobuf::codegen::Int32;
use rustgrpc_protobuf::reflect::{FieldRef, ValueRef};
use rustgrpc_protobuf::{Extension, Message};
use testdata::edition::editions::{marks_pb2, year2024_pb2};
use testdata::plain::demo::legacy_pb2::Legacy;
use testdata::plain::ext::extensions_pb2::{
    self as ext, Extended, Kind, Marked, Set, extended, holder, item,
};
use testdata::plain::ext::reexported_pb2;

#[test]
fn what_is_not_set_has_the_declared_default() {
    let empty = Extended::default();
    assert_eq!(ext::NUMBER.get(&empty), 0);
    assert_eq!(ext::ZIGZAG.get(&empty), -7);
    assert_eq!(ext::TEXT.get(&empty), "a \"text\"");
    assert_eq!(ext::DATA.get(&empty), b"\0\xff");
    #[allow(clippy::approx_constant, reason = "the schema says so")]
    let pi = 3.14159_f64;
    assert_eq!(ext::PI.get(&empty).to_bits(), pi.to_bits());
    assert_eq!(ext::ENDLESS.get(&empty), f32::INFINITY);
    assert!(ext::YES.get(&empty));
    assert_eq!(ext::KIND.get(&empty), Kind::SECOND);
    assert_eq!(ext::PLAIN_KIND.get(&empty), Kind::FIRST);
    assert!(ext::LEGACIES.get(&empty).is_empty());
    assert!(!ext::TEXT.has(&empty));
}

#[test]
fn extensions_are_written_as_fields() {
    let mut extended = Extended::new().with_own(1);
    ext::NUMBER.set(&mut extended, 5);
    ext::NUMBERS.set(&mut extended, [1, 2]);
    ext::PACKED_NUMBERS.set(&mut extended, [1, 2]);
    ext::GROUPED.set(&mut extended, ext::Grouped::new().with_a(3));
    holder::KINDS.push(&mut extended, Kind::SECOND);
    ext::LAST.set(&mut extended, 1);
    let bytes = b"\x08\x01\xa0\x06\x05\xf0\x06\x01\xf0\x06\x02\xfa\x06\x02\x01\x02\
        \x93\x07\x08\x03\x94\x07\xa0\x0b\x02\xf8\xff\xff\xff\x0f\x01";
    assert_eq!(extended.serialize(), bytes);
    let mut read = Extended::parse(bytes).unwrap();
    assert_eq!(ext::NUMBER.get(&read), 5);
    assert_eq!(ext::GROUPED.get(&read).a(), 3);
    assert_eq!(ext::PACKED_NUMBERS.get(&read), [1, 2]);
    assert_eq!(holder::KINDS.get(&read), [Kind::SECOND]);
    ext::NUMBER.clear(&mut read);
    assert!(!ext::NUMBER.has(&read) && ext::LAST.has(&read));
}

#[test]
fn messages_extend_messages_of_this_file_and_of_others() {
    let mut inner = Extended::new();
    ext::TEXT.set(&mut inner, "inner");
    let mut outer = Extended::new();
    extended::INSIDE.set(&mut outer, inner);
    let mut legacy = Legacy::new().with_id(1);
    ext::EXTENDED.set(&mut legacy, outer);
    let legacy = Legacy::parse(&legacy.serialize()).unwrap();
    let inner = extended::INSIDE.get(&ext::EXTENDED.get(&legacy));
    assert_eq!(ext::TEXT.get(&inner), "inner");
    let mut set = Set::default();
    item::ITEM.set(&mut set, ext::Item::new().with_text("t"));
    assert_eq!(set.serialize(), b"\x0b\x10\xe8\x07\x1a\x03\x0a\x01t\x0c");
    assert_eq!(item::ITEM.get(&set).text(), "t");
}

#[test]
fn custom_options_are_read_from_descriptors() {
    let descriptor = Marked::descriptor();
    let options = descriptor.proto().options();
    let marks = ext::MARKS.get(options);
    assert_eq!((marks.own(), ext::NUMBER.get(&marks)), (3, 5));
    assert_eq!(ext::TAGS.get(options), ["a", "b"]);
    let field = descriptor.field_by_number(1).unwrap();
    assert_eq!(ext::LABEL.get(field.proto().options()), "Field");
    let value = &descriptor.proto().enum_type[0].value[0];
    assert_eq!(ext::TITLE.get(value.options()), "Nothing");
    // What only the compiler imports is not known at run time, but nothing of it is lost.
    let visible = year2024_pb2::Visible::descriptor();
    assert_eq!(marks_pb2::MARK.get(visible.proto().options()), "seen");
}

#[test]
fn constants_have_pythons_names_and_the_schemas_descriptors() {
    assert_eq!(ext::NUMBER_FIELD_NUMBER, 100);
    assert_eq!(
        (ext::FOO_BAR.full_name(), ext::FOO_BAR_.full_name()),
        ("ext.fooBar", "ext.foo_bar")
    );
    assert_eq!(ext::DESCRIPTOR_.number(), 117);
    same(&reexported_pb2::NUMBER, &ext::NUMBER);
    for (number, descriptor) in [
        (100, ext::NUMBER.descriptor()),
        (190, extended::INSIDE.descriptor()),
        (180, holder::KINDS.descriptor()),
        (1000, item::ITEM.descriptor()),
    ] {
        let descriptor = descriptor.expect("the file declares it");
        assert_eq!(descriptor.number(), number);
        assert!(descriptor.is_extension());
    }
}

fn same<E>(a: &Extension<E, Int32>, b: &Extension<E, Int32>) {
    assert_eq!(a.full_name(), b.full_name());
}

#[test]
fn set_extensions_are_listed_with_the_fields() {
    let mut extended = Extended::new().with_own(1);
    ext::TEXT.set(&mut extended, "t");
    ext::NUMBERS.set(&mut extended, [1, 2]);
    extended.merge_from_bytes(b"\xc0\x3e\x01").unwrap();
    let listed = extended.list_fields();
    let names: Vec<_> = listed.iter().map(|(field, _)| field.full_name()).collect();
    assert_eq!(names, ["ext.Extended.own", "ext.text", "ext.numbers"]);
    assert!(matches!(
        listed[1].1.contents(),
        FieldRef::Singular(ValueRef::String("t"))
    ));
    assert!(matches!(listed[2].1.contents(), FieldRef::List(list) if list.len() == 2));
}
