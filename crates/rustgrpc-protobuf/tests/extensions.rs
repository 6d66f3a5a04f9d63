//! Extensions: typed constants on generated messages, fields of dynamic ones.

#[path = "schema/generated.rs"]
mod generated;
mod schema;

use generated::{NOTE, Note, Set};
use rustgrpc_protobuf::codegen as rt;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    DESCRIPTOR, FieldOptions, MessageOptions,
};
use rustgrpc_protobuf::google::protobuf::{Any, Duration};
use rustgrpc_protobuf::reflect::{DynamicMessage, Reflect};
use rustgrpc_protobuf::text_format::{self, Parser, Printer};
use rustgrpc_protobuf::{Message, UnknownFields};
use schema::POOL;

type On<F> = rt::Extension<MessageOptions, F>;

const I32: On<rt::Int32> = rt::Extension::with_default(|| &DESCRIPTOR, "t.i32", 50100, 7);
const S64: On<rt::Sint64> = rt::Extension::new(|| &DESCRIPTOR, "t.s64", 50101);
const F32: On<rt::Fixed32> = rt::Extension::new(|| &DESCRIPTOR, "t.f32", 50102);
const DBL: On<rt::Double> = rt::Extension::with_default(|| &DESCRIPTOR, "t.dbl", 50103, 1.5);
const FLAG: On<rt::Bool> = rt::Extension::new(|| &DESCRIPTOR, "t.flag", 50104);
const TEXT: On<rt::Str> = rt::Extension::with_default(|| &DESCRIPTOR, "t.text", 50105, "hi");
const DATA: On<rt::VecBytes> =
    rt::Extension::with_default(|| &DESCRIPTOR, "t.data", 50106, b"\0".as_slice());
const TYPE: On<rt::Enum<Type>> =
    rt::Extension::with_default(|| &DESCRIPTOR, "t.type", 50107, Type::STRING);
const SPAN: On<rt::Message<Duration>> = rt::Extension::new(|| &DESCRIPTOR, "t.span", 50108);
const GROUP: On<rt::Group<Duration, 50109>> = rt::Extension::new(|| &DESCRIPTOR, "t.group", 50109);
const NUMBERS: On<rt::Repeated<rt::Int32>> = rt::Extension::new(|| &DESCRIPTOR, "t.numbers", 50110);
const PACKED: On<rt::Packed<rt::Sint32>> = rt::Extension::new(|| &DESCRIPTOR, "t.packed", 50111);
const NAMES: On<rt::Repeated<rt::Str>> = rt::Extension::new(|| &DESCRIPTOR, "t.names", 50112);
const SPANS: On<rt::Repeated<rt::Message<Duration>>> =
    rt::Extension::new(|| &DESCRIPTOR, "t.spans", 50113);
const TYPES: On<rt::Packed<rt::Enum<Type>>> = rt::Extension::new(|| &DESCRIPTOR, "t.types", 50114);

/// Sets one extension and looks at it: value, presence, bytes, what is left once it is cleared.
macro_rules! singular {
    ($extension:ident, $default:expr, $value:expr, $bytes:expr) => {
        let mut options = MessageOptions::new().with_deprecated(true);
        assert!(!$extension.has(&options));
        assert_eq!($extension.get(&options), $default);
        assert_eq!($extension.try_get(&options), Ok(None));
        $extension.set(&mut options, $value);
        assert!($extension.has(&options));
        assert_eq!($extension.get(&options), $value);
        let bytes = options.serialize();
        assert_eq!(bytes, [b"\x18\x01".as_slice(), $bytes].concat());
        assert_eq!(
            $extension.get(&MessageOptions::parse(&bytes).unwrap()),
            $value
        );
        $extension.set(&mut options, $value);
        assert_eq!(options.serialize(), bytes, "set replaces");
        $extension.clear(&mut options);
        assert_eq!(options.serialize(), b"\x18\x01");
        assert_eq!(options, MessageOptions::new().with_deprecated(true));
    };
}

#[test]
fn of_every_kind() {
    let second = Duration::new().with_seconds(1);
    singular!(
        I32,
        7,
        -1,
        b"\xa0\xbb\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
    );
    singular!(S64, 0, -1, b"\xa8\xbb\x18\x01");
    singular!(F32, 0, 1, b"\xb5\xbb\x18\x01\0\0\0");
    singular!(DBL, 1.5, 0.0, b"\xb9\xbb\x18\0\0\0\0\0\0\0\0");
    singular!(FLAG, false, true, b"\xc0\xbb\x18\x01");
    singular!(TEXT, "hi", "", b"\xca\xbb\x18\0");
    singular!(
        DATA,
        b"\0",
        b"\x01\x02".to_vec(),
        b"\xd2\xbb\x18\x02\x01\x02"
    );
    singular!(TYPE, Type::STRING, Type::DOUBLE, b"\xd8\xbb\x18\x01");
    singular!(
        SPAN,
        Duration::default(),
        second.clone(),
        b"\xe2\xbb\x18\x02\x08\x01"
    );
    singular!(
        GROUP,
        Duration::default(),
        second.clone(),
        b"\xeb\xbb\x18\x08\x01\xec\xbb\x18"
    );
}

#[test]
fn repeated() {
    let mut options = MessageOptions::default();
    assert_eq!(NUMBERS.get(&options), []);
    NUMBERS.push(&mut options, 1);
    NUMBERS.extend(&mut options, [2, 3]);
    assert_eq!(NUMBERS.get(&options), [1, 2, 3]);
    assert_eq!(
        options.serialize(),
        b"\xf0\xbb\x18\x01\xf0\xbb\x18\x02\xf0\xbb\x18\x03"
    );
    NUMBERS.set(&mut options, [9]);
    assert_eq!(NUMBERS.get(&options), [9]);
    NUMBERS.clear(&mut options);
    assert_eq!(options, MessageOptions::default());
    PACKED.set(&mut options, [1, -1]);
    assert_eq!(options.serialize(), b"\xfa\xbb\x18\x02\x02\x01");
    PACKED.push(&mut options, 2);
    assert_eq!(PACKED.get(&options), [1, -1, 2]);
    PACKED.set::<i32>(&mut options, []);
    assert_eq!(options, MessageOptions::default());
    NAMES.extend(&mut options, ["a", "b"]);
    SPANS.push(&mut options, Duration::new().with_nanos(1));
    assert_eq!(NAMES.get(&options), ["a", "b"]);
    assert_eq!(SPANS.get(&options), [Duration::new().with_nanos(1)]);
    // Packed or not, both are read.
    let mut both = UnknownFields::default();
    assert!(both.append(b"\xf8\xbb\x18\x02\xfa\xbb\x18\x01\x04"));
    assert!(both.append(b"\xf2\xbb\x18\x01\x05\xf0\xbb\x18\x06"));
    assert!(!both.append(b"\xf2"));
    let options = MessageOptions {
        unknown_fields: both,
        ..Default::default()
    };
    assert_eq!(PACKED.get(&options), [1, 2]);
    assert_eq!(NUMBERS.get(&options), [5, 6]);
}

#[test]
fn merging_is_that_of_fields() {
    let mut options = MessageOptions::default();
    I32.set(&mut options, 1);
    SPAN.set(&mut options, Duration::new().with_seconds(1));
    NUMBERS.push(&mut options, 1);
    let mut other = MessageOptions::default();
    I32.set(&mut other, 2);
    SPAN.set(&mut other, Duration::new().with_nanos(2));
    NUMBERS.push(&mut other, 2);
    options.merge_from(&other);
    assert_eq!(I32.get(&options), 2);
    assert_eq!(
        SPAN.get(&options),
        Duration::new().with_seconds(1).with_nanos(2)
    );
    assert_eq!(NUMBERS.get(&options), [1, 2]);
    let nanos = SPAN.update(&mut options, |span| {
        span.nanos += 1;
        span.nanos
    });
    assert_eq!((nanos, SPAN.get(&options).nanos), (3, 3));
}

#[test]
fn what_is_malformed_is_not_set() {
    let with = |bytes: &[u8]| MessageOptions::parse(bytes).unwrap();
    // Text that is not UTF-8; a message cut off; a closed enum's unknown number; a wrong wire type.
    let text = with(b"\xca\xbb\x18\x01\xff");
    assert!(TEXT.try_get(&text).is_err() && !TEXT.has(&text));
    assert_eq!(TEXT.get(&text), "hi");
    let span = with(b"\xe2\xbb\x18\x01\x08");
    assert!(SPAN.try_get(&span).is_err());
    let kind = with(b"\xd8\xbb\x18\x01\xd8\xbb\x18\x63");
    assert_eq!(TYPE.get(&kind), Type::DOUBLE);
    let kinds = with(b"\x92\xbc\x18\x03\x01\x63\x02\x92\xbc\x18\x01\x01");
    assert_eq!(TYPES.get(&kinds), [Type::DOUBLE, Type::FLOAT, Type::DOUBLE]);
    let number = with(b"\xa2\xbb\x18\x01\x08");
    assert_eq!(I32.try_get(&number), Ok(None));
    assert_eq!(number.serialize(), b"\xa2\xbb\x18\x01\x08");
}

#[test]
fn message_sets() {
    let mut set = Set::default();
    let note = Note {
        text: Some("x".into()),
        ..Default::default()
    };
    NOTE.set(&mut set, note.clone());
    let bytes = b"\x0b\x10\xe8\x07\x1a\x03\x0a\x01x\x0c";
    assert_eq!(set.serialize(), bytes);
    assert_eq!(NOTE.get(&Set::parse(bytes).unwrap()), note);
    // The number behind the message; and as a field of its own, which C++ reads too.
    for other in [
        b"\x0b\x1a\x03\x0a\x01x\x10\xe8\x07\x0c".as_slice(),
        b"\xc2\x3e\x03\x0a\x01x",
    ] {
        let set = Set::parse(other).unwrap();
        assert_eq!(NOTE.get(&set), note);
        assert_eq!(set.serialize(), other);
    }
    NOTE.update(&mut set, |note| {
        NOTE.set(note.inner.get_or_insert_default(), Note::default());
    });
    let text = r#"[every.Note] { text: "x" inner { [every.Note] { } } }"#;
    let printer = Printer::new().as_one_line(true);
    assert_eq!(
        printer.message_to_string(&set),
        text,
        "the set's own file knows the extension"
    );
    assert_eq!(text_format::parse::<Set>(text).unwrap(), set);
    let twice = text_format::parse::<Set>("[every.Note] {} [every.Note] {}").unwrap_err();
    assert!(
        twice
            .to_string()
            .ends_with("should not have multiple \"every.Note.note\" extensions.")
    );
    let dynamic =
        DynamicMessage::parse(&schema::descriptor("every.Set"), &set.serialize()).unwrap();
    assert_eq!(
        dynamic.serialize(),
        set.serialize(),
        "without a pool it keeps what it does not know"
    );
    let mut dynamic = schema::new("every.Set");
    dynamic.merge(&set.serialize()).unwrap();
    assert!(dynamic.unknown().unwrap().is_empty());
    assert_eq!(printer.message_to_string(&dynamic), text);
    assert_eq!(dynamic.serialize(), set.serialize());
    NOTE.clear(&mut set);
    assert_eq!(set, Set::default());
    // Sets within sets, deeper than a message may be.
    let mut deep = Vec::new();
    for _ in 0..60 {
        let item = [
            b"\x0b\x10\xe8\x07\x1a".as_slice(),
            &varint(deep.len()),
            &deep,
            b"\x0c",
        ]
        .concat();
        deep = [b"\x12".as_slice(), &varint(item.len()), &item].concat();
    }
    assert!(Note::parse(&deep).is_ok(), "it is kept as it is");
    let mut dynamic = schema::new("every.Note");
    assert!(dynamic.merge(&deep).is_err());
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

#[test]
fn custom_options() {
    const TITLE: rt::Extension<MessageOptions, rt::Str> =
        rt::Extension::new(|| &generated::DESCRIPTOR, "every.title", 50001);
    const HINTS: rt::Extension<FieldOptions, rt::Repeated<rt::Message<Note>>> =
        rt::Extension::new(|| &generated::DESCRIPTOR, "every.hints", 50002);
    let titled = schema::descriptor("every.Titled");
    let options = titled.proto().options.as_ref().unwrap();
    assert_eq!(TITLE.get(options), "A title");
    assert_eq!(TITLE.descriptor().unwrap().full_name(), "every.title");
    assert_eq!((TITLE.number(), TITLE.full_name()), (50001, "every.title"));
    let field = titled.field_by_name("name").unwrap();
    assert_eq!(HINTS.get(field.proto().options.as_ref().unwrap()).len(), 2);
    // By name alone.
    let mut dynamic = DynamicMessage::with_pool(MessageOptions::descriptor(), &POOL);
    dynamic.merge(&options.serialize()).unwrap();
    let fields = dynamic.list_fields();
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0].0.full_name(), "every.title");
    assert_eq!(dynamic.to_string(), "[every.title]: \"A title\"\n");
    let title = POOL.extension("every.title").unwrap();
    assert!(dynamic.field_by_number(title.number()).is_some());
    dynamic.clear_by_number(title.number());
    assert_eq!(dynamic.serialize(), b"");
}

#[test]
fn dynamic_messages() {
    let text = concat!(
        r#"[every.ext_i32]: 5 [every.ext_names]: "a" [every.ext_names]: "b" "#,
        r#"[every.ext_all] { i32: 1 [every.ext_dbl]: 1.5 } [every.extgroup] { x: 1 } "#,
        r#"[every.ext_packed]: 1 [every.ext_packed]: -1 [every.ext_color]: BLUE "#,
        r#"[every.ext_colors]: RED [every.ext_data]: "\377""#
    );
    let mut message = schema::new("every.All");
    Parser::new().merge(text, &mut message).unwrap();
    let printer = Printer::new().as_one_line(true);
    assert_eq!(printer.message_to_string(&message), text);
    let bytes = message.serialize();
    // One that does not know the pool keeps them, and its own file tells their names.
    let blind = DynamicMessage::parse(&schema::descriptor("every.All"), &bytes).unwrap();
    assert_eq!(blind.serialize(), bytes);
    assert_eq!(blind.unknown().unwrap().as_bytes(), bytes);
    assert_eq!(printer.message_to_string(&blind), text);
    // A closed enum's unknown numbers stay unknown; packed ones one by one.
    let mut message = schema::new("every.All");
    message
        .merge(b"\xc8\x06\x63\xba\x01\x03\x00\x63\x01\x60\x09")
        .unwrap();
    assert_eq!(
        printer.message_to_string(&message),
        "colors: RED colors: GREEN"
    );
    assert_eq!(
        message.unknown().unwrap().as_bytes(),
        b"\xc8\x06\x63\xb8\x01\x63\x60\x09"
    );
    // A oneof stays as it was where the new member is none.
    let any = Any {
        type_url: "t/every.Required".into(),
        value: b"\x08\x01".to_vec(),
        ..Default::default()
    };
    let with_pool = printer.descriptor_pool(&POOL);
    assert_eq!(
        with_pool.message_to_string(&any),
        "[t/every.Required] { id: 1 }"
    );
}
