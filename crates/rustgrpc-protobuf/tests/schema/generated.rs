//! Messages of the schema as generated code has them, written by hand.

use std::sync::LazyLock;

use rustgrpc_protobuf::codegen as rt;
use rustgrpc_protobuf::google::protobuf::any_pb2;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{self, DescriptorProto};
use rustgrpc_protobuf::prost::Message as _;

/// The descriptor of `everything.proto`, as generated code has it but for the lock.
pub(crate) static DESCRIPTOR: LazyLock<rt::FileDescriptor> = LazyLock::new(|| {
    let file = crate::schema::POOL.file("everything.proto").unwrap();
    rt::FileDescriptor::new(
        file.proto().encode_to_vec().leak(),
        const { &[&any_pb2::DESCRIPTOR, &descriptor_pb2::DESCRIPTOR] },
        file.proto().message_type.iter().map(count).sum(),
    )
});

/// The place of a message that is not within another.
fn place(name: &str) -> rt::Place {
    let messages = DESCRIPTOR.proto().message_type.iter();
    let before = messages.take_while(|message| message.name() != name);
    rt::Place::new(&DESCRIPTOR, before.map(count).sum())
}

fn count(message: &DescriptorProto) -> usize {
    1 + message.nested_type.iter().map(count).sum::<usize>()
}

/// `every.Set`: a message set.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Set {
    pub(crate) unknown_fields: rt::UnknownFields,
}

impl rt::Codec for Set {
    fn place() -> rt::Place {
        place("Set")
    }

    fn decode(&mut self, mut tag: u32, d: &mut rt::Decoder<'_>) -> rt::Ended {
        rt::decode_each!(tag, d, { _ => d.unknown(tag, &mut self.unknown_fields) })
    }

    fn encode(&self, e: &mut impl rt::Encoder) {
        e.unknown(&self.unknown_fields);
    }

    fn field(&self, _: u32) -> Option<&dyn rt::Field> {
        None
    }

    fn field_mut(&mut self, _: u32) -> Option<&mut dyn rt::Field> {
        None
    }

    fn unknown_fields(&self) -> Option<&rt::UnknownFields> {
        Some(&self.unknown_fields)
    }

    fn unknown_fields_mut(&mut self) -> Option<&mut rt::UnknownFields> {
        Some(&mut self.unknown_fields)
    }
}

rt::impl_message!(Set, "every", "Set");

/// `every.Note`.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Note {
    pub(crate) text: Option<String>,
    pub(crate) inner: Option<Set>,
    pub(crate) unknown_fields: rt::UnknownFields,
}

impl rt::Codec for Note {
    fn place() -> rt::Place {
        place("Note")
    }

    fn decode(&mut self, mut tag: u32, d: &mut rt::Decoder<'_>) -> rt::Ended {
        rt::decode_in_order!(tag, d, {
            10 => d.optional::<rt::Str>(&mut self.text);
            18 => d.optional::<rt::Message<Set>>(&mut self.inner);
            _ => d.unknown(tag, &mut self.unknown_fields);
        })
    }

    fn encode(&self, e: &mut impl rt::Encoder) {
        e.unknown(&self.unknown_fields);
        e.optional::<rt::Message<Set>>(2, &self.inner);
        e.optional::<rt::Str>(1, &self.text);
    }

    fn field(&self, number: u32) -> Option<&dyn rt::Field> {
        Some(match number {
            1 => &self.text,
            2 => &self.inner,
            _ => return None,
        })
    }

    fn field_mut(&mut self, number: u32) -> Option<&mut dyn rt::Field> {
        Some(match number {
            1 => &mut self.text,
            2 => &mut self.inner,
            _ => return None,
        })
    }

    fn unknown_fields(&self) -> Option<&rt::UnknownFields> {
        Some(&self.unknown_fields)
    }

    fn unknown_fields_mut(&mut self) -> Option<&mut rt::UnknownFields> {
        Some(&mut self.unknown_fields)
    }
}

rt::impl_message!(Note, "every", "Note");

/// `every.Note.note`.
pub(crate) const NOTE: rt::Extension<Set, rt::Message<Note>> =
    rt::Extension::new(|| &DESCRIPTOR, "every.Note.note", 1000);
