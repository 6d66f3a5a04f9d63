//! Messages whose type is not known at compile time: looked at and changed field by field.
//!
//! `Debug`, the text format and JSON are written once over these traits. Generated messages
//! implement them thinly; [`DynamicMessage`] needs no generated code at all.

pub(crate) mod access;
mod containers;
mod dynamic;
mod generated;
mod scalars;
pub(crate) mod stand_in;
mod types;
mod unknown;
mod value;

use prost::DecodeError;

use crate::descriptor::{FieldDescriptor, MessageDescriptor};
use crate::kind::{Int32, Kind, Packable};
use crate::table::{Merged, Taken, ValueType};
use crate::unknown::UnknownFields;
use crate::wire::{Decoded, Decoder, Fail, Writer, push_default};

pub use access::FieldError;
pub use dynamic::DynamicMessage;
pub(crate) use dynamic::message_set;
pub(crate) use types::Types;
pub(crate) use value::sort_entries;
pub use value::{FieldValue, Value, ValueRef, WrongType, enum_value};

/// A message whose type is not known at compile time.
pub trait Reflect {
    /// What the schema says of it.
    fn message_descriptor(&self) -> MessageDescriptor;

    /// The field with this number; `None` if there is none, or if it is a oneof's member that is not set.
    ///
    /// Nor can fields be looked at whose type another generator wrote: see
    /// [`has_foreign_fields`](Self::has_foreign_fields).
    fn field_by_number(&self, number: u32) -> Option<&dyn Field>;

    /// As [`field_by_number`](Self::field_by_number), to be changed: asking for a oneof's member sets it.
    fn field_by_number_mut(&mut self, number: u32) -> Option<&mut dyn Field>;

    /// The fields that the schema did not know; `None` if the message drops them.
    fn unknown(&self) -> Option<&UnknownFields>;

    /// As [`unknown`](Self::unknown), to be changed.
    fn unknown_mut(&mut self) -> Option<&mut UnknownFields>;

    /// The message as bytes.
    fn encoded(&self) -> Vec<u8>;

    /// Merges the message in `bytes` into this one.
    ///
    /// # Errors
    /// If the bytes are not a message of this type.
    fn merge_encoded(&mut self, bytes: &[u8]) -> Result<(), DecodeError>;

    /// Makes the field as it is in a new message; a oneof whose member it is has none set then.
    fn clear_by_number(&mut self, number: u32);

    /// Whether there are fields whose types other generators wrote (`extern_path`) and which cannot be
    /// looked at. A [`DynamicMessage`] made of the message's bytes shows them; `Debug`, text, JSON and
    /// the methods with Python's names do so.
    fn has_foreign_fields(&self) -> bool {
        false
    }

    /// The extensions that are set and not among the unknown fields: only a [`DynamicMessage`] holds
    /// any so, generated messages keep theirs as they came.
    fn extension_fields(&self) -> Vec<(FieldDescriptor, &dyn Field)> {
        Vec::new()
    }

    /// An extension, to be changed; `None` if the message keeps extensions among its unknown fields.
    fn extension_mut(&mut self, _extension: &FieldDescriptor) -> Option<&mut dyn Field> {
        None
    }
}

/// A field of a message.
pub trait Field {
    /// What it holds.
    fn contents(&self) -> FieldRef<'_>;
    /// What it holds, to be changed.
    fn contents_mut(&mut self) -> FieldMut<'_>;

    /// Itself, if it is no field but what a message keeps of those that its schema does not know.
    #[doc(hidden)]
    fn as_unknown_fields(&self) -> Option<&UnknownFields> {
        None
    }

    /// As [`as_unknown_fields`](Self::as_unknown_fields), to be changed.
    #[doc(hidden)]
    fn as_unknown_fields_mut(&mut self) -> Option<&mut UnknownFields> {
        None
    }
}

/// The contents of a field.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds fields of any type")]
pub enum FieldRef<'a> {
    /// A field with presence that is not set.
    Absent,
    /// A single value.
    Singular(ValueRef<'a>),
    /// A repeated field.
    List(&'a dyn List),
    /// A map field.
    Map(&'a dyn Entries),
}

/// The contents of a field, to be changed.
#[expect(missing_debug_implementations, reason = "holds fields of any type")]
pub enum FieldMut<'a> {
    /// A single value, set or not.
    Singular(&'a mut dyn Slot),
    /// A repeated field.
    List(&'a mut dyn List),
    /// A map field.
    Map(&'a mut dyn Entries),
}

/// A type that holds one value.
pub trait Singular: Default {
    /// The value.
    fn get(&self) -> ValueRef<'_>;

    /// Replaces the value.
    ///
    /// # Errors
    /// If the value is of another type, or this holds a message.
    fn set(&mut self, value: Value) -> Result<(), WrongType>;

    /// The message that this holds, to be changed.
    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        None
    }

    /// The number, if this is an enum: cheaper than a value with its name.
    #[doc(hidden)]
    fn enum_number(&self) -> Option<i32> {
        None
    }

    // How the codec by tables reads and writes the value. Enums do it as is written here, all others in a way of their own.

    /// Whether a field without presence leaves the value out.
    #[doc(hidden)]
    fn is_implied(&self) -> bool {
        self.enum_number() == Some(0)
    }

    /// Reads a value whose tag has been read.
    #[doc(hidden)]
    fn merge_one(&mut self, of: &ValueType, _tag: u32, decoder: &mut Decoder<'_>) -> Merged {
        let number = decoder.varint()? as i32;
        if !of.knows(number) {
            return Ok(Taken::No);
        }
        self.set(Value::Enum(number)).map_err(|_| Fail)?;
        Ok(Taken::Yes)
    }

    /// Reads all values under one tag.
    #[doc(hidden)]
    fn merge_packed(values: &mut Vec<Self>, of: &ValueType, decoder: &mut Decoder<'_>) -> Decoded {
        let mut elements = decoder.nested_scalars()?;
        while !elements.is_at_end() {
            push_default(values).merge_one(of, 0, &mut elements)?;
        }
        Ok(())
    }

    /// Writes the value with its tag.
    #[doc(hidden)]
    fn write_one(&self, number: u32, _: &ValueType, writer: &mut Writer<'_>) {
        Int32::write(number, &self.enum_number().unwrap_or_default(), writer);
    }

    /// Writes all values, without tags.
    #[doc(hidden)]
    fn write_packed(values: &[Self], _: &ValueType, writer: &mut Writer<'_>) {
        for value in values.iter().rev() {
            Int32::put(&value.enum_number().unwrap_or_default(), writer);
        }
    }
}

/// A field that holds one value.
pub trait Slot {
    /// Sets the value.
    ///
    /// # Errors
    /// If the value is of another type, or the field holds a message.
    fn set(&mut self, value: Value) -> Result<(), WrongType>;

    /// The message that the field holds, which is set if it was not.
    fn message_mut(&mut self) -> Option<&mut dyn Reflect>;

    /// Makes the field as it is in a new message.
    fn clear(&mut self);
}

/// A repeated field.
pub trait List {
    /// The number of elements.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`, which must be below `len`.
    fn at(&self, index: usize) -> ValueRef<'_>;

    /// Adds an element.
    ///
    /// # Errors
    /// If the value is of another type, or the elements are messages.
    fn push(&mut self, value: Value) -> Result<(), WrongType>;

    /// Adds a message with nothing set, if the elements are messages.
    fn push_message(&mut self) -> Option<&mut dyn Reflect>;

    /// The message at `index`, to be changed; `None` if there is none, or the elements are no messages.
    fn message_at_mut(&mut self, index: usize) -> Option<&mut dyn Reflect>;

    /// Takes all elements away.
    fn clear(&mut self);
}

/// A map field.
pub trait Entries {
    /// The number of entries.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keys and values, in no particular order.
    fn entries(&self) -> Box<dyn Iterator<Item = (ValueRef<'_>, ValueRef<'_>)> + '_>;

    /// Sets the value of a key.
    ///
    /// # Errors
    /// If key or value are of another type, or the values are messages.
    fn insert(&mut self, key: Value, value: Value) -> Result<(), WrongType>;

    /// Sets the value of a key to a message with nothing set, and gives it.
    ///
    /// # Errors
    /// If the key is of another type, or the values are no messages.
    fn insert_message(&mut self, key: Value) -> Result<&mut dyn Reflect, WrongType>;

    /// Hands each value to `change`, if the values are messages.
    fn change_messages(&mut self, change: &mut dyn FnMut(&mut dyn Reflect));

    /// Takes all entries away.
    fn clear(&mut self);
}
