//! Generated messages as messages whose type is not known.

use prost::DecodeError;

use super::{Field, Reflect, Singular, Value, ValueRef, WrongType};
use crate::descriptor::MessageDescriptor;
use crate::message::Codec;
use crate::prost_bridge as bridge;
use crate::table::{self, ValueType};
use crate::unknown::UnknownFields;
use crate::wire::{Decoded, Decoder, Ended, Writer};

impl<M: Codec> Reflect for M {
    fn message_descriptor(&self) -> MessageDescriptor {
        M::place().descriptor()
    }

    fn field_by_number(&self, number: u32) -> Option<&dyn Field> {
        self.field(number)
    }

    fn field_by_number_mut(&mut self, number: u32) -> Option<&mut dyn Field> {
        self.field_mut(number)
    }

    fn unknown(&self) -> Option<&UnknownFields> {
        self.unknown_fields()
    }

    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        self.unknown_fields_mut()
    }

    fn encoded(&self) -> Vec<u8> {
        bridge::encode_to_vec(self)
    }

    fn merge_encoded(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        bridge::merge(self, bytes)
    }

    fn decode_fields(&mut self, tag: u32, decoder: &mut Decoder<'_>) -> Ended {
        self.decode(tag, decoder)
    }

    fn encode_fields(&self, writer: &mut Writer<'_>) {
        self.encode(writer);
    }

    fn clear_by_number(&mut self, number: u32) {
        bridge::clear_field(self, number);
    }

    fn has_foreign_fields(&self) -> bool {
        M::HAS_FOREIGN_FIELDS
    }
}

impl<M: Codec> Singular for M {
    fn get(&self) -> ValueRef<'_> {
        ValueRef::Message(self)
    }

    fn set(&mut self, _: Value) -> Result<(), WrongType> {
        Err(WrongType)
    }

    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        Some(self)
    }

    fn merge_one(&mut self, _: &ValueType, tag: u32, decoder: &mut Decoder<'_>) -> Decoded {
        table::nested(self, tag, decoder)
    }
}
