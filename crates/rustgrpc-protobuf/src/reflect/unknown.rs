//! What a message keeps of fields that its schema does not know, as a field with a number that none can have.

use super::{Field, FieldMut, FieldRef, Reflect, Slot, Value, ValueRef, WrongType};
use crate::encode::Encoder;
use crate::table::{self, Coded, Merged, Taken};
use crate::unknown::UnknownFields;
use crate::wire::{Decoder, Writer};

impl Field for UnknownFields {
    fn contents(&self) -> FieldRef<'_> {
        FieldRef::Singular(ValueRef::Bytes(self.as_bytes()))
    }

    fn contents_mut(&mut self) -> FieldMut<'_> {
        FieldMut::Singular(self)
    }

    fn as_unknown_fields(&self) -> Option<&UnknownFields> {
        Some(self)
    }

    fn as_unknown_fields_mut(&mut self) -> Option<&mut UnknownFields> {
        Some(self)
    }
}

impl Slot for UnknownFields {
    fn set(&mut self, value: Value) -> Result<(), WrongType> {
        match value {
            Value::Bytes(bytes) => *self = Self::from_bytes(&bytes).ok_or(WrongType)?,
            _ => return Err(WrongType),
        }
        Ok(())
    }

    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        None
    }

    fn clear(&mut self) {
        UnknownFields::clear(self);
    }
}

impl Coded for UnknownFields {
    fn merge(&mut self, _: &table::Field, tag: u32, decoder: &mut Decoder<'_>) -> Merged {
        decoder.unknown(tag, self)?;
        Ok(Taken::Yes)
    }

    fn write(&self, _: &table::Field, writer: &mut Writer<'_>) {
        writer.unknown(self);
    }
}
