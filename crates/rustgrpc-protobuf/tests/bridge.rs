//! Whatever way prost hands bytes over, a message decodes to the same: in one slice, in pieces, or
//! field by field within a message of prost's own derive macro.

use bytes::Buf;
use prost::Message as _;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{DESCRIPTOR, FileDescriptorProto};
use rustgrpc_protobuf::google::protobuf::{FieldMask, ListValue, Struct, Value};

/// A message of prost's derive macro around one of ours.
#[derive(Clone, PartialEq, prost::Message)]
struct Around<M: prost::Message + Default + std::fmt::Debug> {
    #[prost(message, optional, tag = "1")]
    inner: Option<M>,
    #[prost(string, tag = "2")]
    after: String,
}

fn around(inner: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x0a];
    prost::encoding::encode_varint(inner.len() as u64, &mut bytes);
    bytes.extend_from_slice(inner);
    bytes.extend_from_slice(b"\x12\x03end");
    bytes
}

/// A buffer in pieces.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Buf for Pieces<'_> {
    fn remaining(&self) -> usize {
        self.bytes.len()
    }

    fn chunk(&self) -> &[u8] {
        &self.bytes[..self.bytes.len().min(self.size)]
    }

    fn advance(&mut self, count: usize) {
        self.bytes = &self.bytes[count..];
    }
}

/// Decodes in every way, and finds that all agree.
fn decode_everywhere<M>(bytes: &[u8]) -> Result<M, prost::DecodeError>
where
    M: prost::Message + Default + Clone + std::fmt::Debug,
{
    let whole = M::decode(bytes);
    let length = whole.as_ref().ok().map(M::encoded_len);
    let length_of = |result: Result<M, _>| result.ok().map(|message| message.encode_to_vec().len());
    for size in [1, 3, 64] {
        let in_pieces = M::decode(Pieces { bytes, size });
        assert_eq!(length_of(in_pieces), length, "pieces of {size}: {bytes:?}");
    }
    let outer = around(bytes);
    for nested in [
        Around::<M>::decode(&outer[..]),
        Around::<M>::decode(Pieces {
            bytes: &outer,
            size: 5,
        }),
    ] {
        if let Ok(nested) = &nested {
            assert_eq!(nested.after, "end");
            assert_eq!(nested.encoded_len(), nested.encode_to_vec().len());
        }
        let inner = nested.map(|nested| nested.inner.expect("the field was there"));
        assert_eq!(length_of(inner), length, "nested: {bytes:?}");
    }
    whole
}

fn sample() -> Struct {
    let text = Value::new().with_string_value("定义请求消息");
    let values = [
        text.clone(),
        Value::new().with_number_value(1.5),
        Value::new().with_bool_value(true),
    ];
    let list = ListValue::new().with_values(values);
    let inner = Struct::new().with_fields([("inner", text)]);
    Struct::new().with_fields([
        ("list", Value::new().with_list_value(list)),
        ("struct", Value::new().with_struct_value(inner)),
        ("number", Value::new().with_number_value(-0.0)),
    ])
}

#[test]
fn a_message_survives_every_way() {
    let message = sample();
    let decoded: Struct = decode_everywhere(&message.encode_to_vec()).unwrap();
    assert_eq!(decoded, message);
    let file: FileDescriptorProto = decode_everywhere(DESCRIPTOR.serialized()).unwrap();
    assert_eq!(&file, DESCRIPTOR.proto());
    assert_eq!(
        file.encode_to_vec(),
        DESCRIPTOR.serialized(),
        "bytes as C++ writes them"
    );
}

/// Bytes that are mutated, cut and spliced (seeded): never a panic, and all ways agree.
#[test]
fn hostile_bytes_are_judged_alike() {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let seeds = [
        sample().encode_to_vec(),
        DESCRIPTOR.serialized()[..600].to_vec(),
    ];
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..6000 {
        let mut bytes = seeds[round % 2].clone();
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] ^= 1 << random(8),
                1 => bytes[at] = [0, 0x7f, 0x80, 0xff][random(4)],
                2 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, random(256) as u8),
            }
        }
        let ok = if round % 2 == 0 {
            decode_everywhere::<Struct>(&bytes).is_ok()
        } else {
            decode_everywhere::<FileDescriptorProto>(&bytes).is_ok()
        };
        if ok {
            accepted += 1;
        } else {
            refused += 1;
        }
    }
    assert!(
        accepted > 100 && refused > 100,
        "{accepted} accepted, {refused} refused"
    );
}

#[test]
fn an_error_names_the_field() {
    // prost writes the path from the inside out.
    let cases: &[(&[u8], &str)] = &[
        (b"\x0a\x05\x0a\x03ab", "Struct.fields: buffer underflow"),
        (
            b"\x0a\x07\x12\x05\x1a\x03\xff\xff\xff",
            "Value.string_value: FieldsEntry.value: Struct.fields: \
             invalid string value: data is not UTF-8 encoded",
        ),
        (b"\x00", "invalid tag value: 0"),
        (b"\x7c", "unexpected end group tag"),
    ];
    for (bytes, expected) in cases {
        let error = Struct::decode(*bytes).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("failed to decode Protobuf message: {expected}")
        );
    }
}

/// A hundred messages may lie within each other, as in C++.
#[test]
fn depth_is_limited() {
    // Value.list_value = 6 and ListValue.values = 1 alternate; built from the innermost.
    let nested = |levels: usize| {
        let mut bytes = Vec::new();
        for level in 0..levels {
            let mut outer = vec![if (levels - level) % 2 == 1 {
                0x32
            } else {
                0x0a
            }];
            prost::encoding::encode_varint(bytes.len() as u64, &mut outer);
            outer.extend_from_slice(&bytes);
            bytes = outer;
        }
        bytes
    };
    assert!(Value::decode(&nested(100)[..]).is_ok());
    let error = Value::decode(&nested(101)[..]).unwrap_err();
    assert!(
        error.to_string().contains("recursion limit reached"),
        "{error}"
    );
    // Groups that nobody knows count as well.
    let groups = |levels: usize| [vec![0x7b; levels], vec![0x7c; levels]].concat();
    assert!(Value::decode(&groups(100)[..]).is_ok());
    assert!(Value::decode(&groups(101)[..]).is_err());
}

#[test]
fn no_room_is_an_error() {
    let message = sample();
    let mut room = [0u8; 4];
    let error = message.encode(&mut &mut room[..]).unwrap_err();
    assert_eq!(error.required_capacity(), message.encoded_len());
}

/// A run of elements is read at once; the run ends where the message does, though a field with the same
/// tag follows in the message around it.
#[test]
fn what_follows_an_inner_message_is_not_taken_for_its_elements() {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Outer {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(message, optional, tag = "2")]
        mask: Option<FieldMask>,
    }

    let paths = vec!["a".to_owned(), "b".to_owned()];
    let outer = Outer::decode(&b"\x12\x06\x0a\x01a\x0a\x01b\x0a\x04name"[..]).unwrap();
    assert_eq!(outer.name, "name");
    assert_eq!(outer.mask.unwrap().paths, paths);
}
