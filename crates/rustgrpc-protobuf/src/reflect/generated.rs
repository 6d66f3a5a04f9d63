//! Generated messages as messages whose type is not known.

use prost::DecodeError;

use super::{Field, Reflect, Singular, Value, ValueRef, WrongType};
use crate::descriptor::MessageDescriptor;
use crate::message::Codec;
use crate::prost_bridge as bridge;
use crate::table::{self, Merged, Taken, ValueType};
use crate::unknown::UnknownFields;
use crate::wire::{Decoded, Decoder, Fail, Writer, wire_type};

impl<M: Codec> Reflect for M {
    fn message_descriptor(&self) -> MessageDescriptor {
        M::place().descriptor()
    }

    fn field_by_number(&self, number: u32) -> Option<&dyn Field> {
        is_field(number).then(|| self.field(number))?
    }

    fn field_by_number_mut(&mut self, number: u32) -> Option<&mut dyn Field> {
        is_field(number).then(|| self.field_mut(number))?
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

    fn clear_by_number(&mut self, number: u32) {
        bridge::clear_field(self, number);
    }

    fn has_foreign_fields(&self) -> bool {
        M::HAS_FOREIGN_FIELDS
    }
}

/// Generated code knows the unknown fields by a number too, which nobody else does.
fn is_field(number: u32) -> bool {
    number != UnknownFields::NUMBER
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

    fn is_implied(&self) -> bool {
        false
    }

    fn merge_one(&mut self, _: &ValueType, tag: u32, decoder: &mut Decoder<'_>) -> Merged {
        if !M::BY_TABLE && tag & 7 == wire_type::START_GROUP {
            decoder.group(tag >> 3, self)?;
            return Ok(Taken::Yes);
        }
        table::merge_value(self, tag, decoder)
    }

    fn merge_packed(_: &mut Vec<Self>, _: &ValueType, _: &mut Decoder<'_>) -> Decoded {
        Err(Fail)
    }

    fn write_one(&self, number: u32, of: &ValueType, writer: &mut Writer<'_>) {
        table::write_value(self, number, of, writer);
    }

    fn write_packed(_: &[Self], _: &ValueType, _: &mut Writer<'_>) {}
}
