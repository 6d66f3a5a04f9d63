//! Looking at messages without knowing their type: what `Debug`, `Display` and the text format read.

use std::collections::{BTreeMap, HashMap};

use crate::descriptor::MessageDescriptor;
use crate::enumeration::{self, Enumeration};
use crate::unknown::UnknownFields;

/// A message whose type is not known at compile time.
pub trait Reflect {
    /// What the schema says of it.
    fn message_descriptor(&self) -> MessageDescriptor;

    /// The field with this number; `None` if there is none, or if it is a oneof's member that is not set.
    fn field_by_number(&self, number: u32) -> Option<&dyn Field>;

    /// The fields that the schema did not know; `None` if the message drops them.
    fn unknown(&self) -> Option<&UnknownFields>;
}

/// A single value.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "each variant is named for the type it holds")]
#[expect(missing_debug_implementations, reason = "holds a message of any type")]
pub enum ValueRef<'a> {
    Double(f64),
    Float(f32),
    Int32(i32),
    Int64(i64),
    Uint32(u32),
    Uint64(u64),
    Bool(bool),
    String(&'a str),
    Bytes(&'a [u8]),
    /// The number, and its name if the schema has one.
    Enum(i32, Option<&'static str>),
    Message(&'a dyn Reflect),
}

impl ValueRef<'_> {
    /// Whether this is the value that a field without presence leaves out.
    pub fn is_default(&self) -> bool {
        match self {
            Self::Double(value) => value.to_bits() == 0,
            Self::Float(value) => value.to_bits() == 0,
            Self::Int32(value) | Self::Enum(value, _) => *value == 0,
            Self::Int64(value) => *value == 0,
            Self::Uint32(value) => *value == 0,
            Self::Uint64(value) => *value == 0,
            Self::Bool(value) => !value,
            Self::String(value) => value.is_empty(),
            Self::Bytes(value) => value.is_empty(),
            Self::Message(_) => false,
        }
    }
}

/// The contents of a field.
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

/// A field of a generated message.
pub trait Field {
    /// What it holds.
    fn contents(&self) -> FieldRef<'_>;
}

/// A type that holds one value.
pub trait Singular {
    /// The value.
    fn get(&self) -> ValueRef<'_>;
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
}

/// The value of an enum.
pub fn enum_value<E: Enumeration>(value: E) -> ValueRef<'static> {
    let number = value.into();
    ValueRef::Enum(number, enumeration::name_of(E::NAMES, number))
}

macro_rules! singular {
    ($($type:ty: $this:ident => $value:expr;)*) => {$(
        impl Singular for $type {
            fn get(&self) -> ValueRef<'_> {
                let $this = self;
                $value
            }
        }

        impl Field for $type {
            fn contents(&self) -> FieldRef<'_> {
                FieldRef::Singular(self.get())
            }
        }
    )*};
}

singular! {
    f64: this => ValueRef::Double(*this);
    f32: this => ValueRef::Float(*this);
    i32: this => ValueRef::Int32(*this);
    i64: this => ValueRef::Int64(*this);
    u32: this => ValueRef::Uint32(*this);
    u64: this => ValueRef::Uint64(*this);
    bool: this => ValueRef::Bool(*this);
    String: this => ValueRef::String(this);
    Vec<u8>: this => ValueRef::Bytes(this);
    bytes::Bytes: this => ValueRef::Bytes(this);
}

impl<M: Singular> Singular for Box<M> {
    fn get(&self) -> ValueRef<'_> {
        (**self).get()
    }
}

impl<M: Singular> Field for Box<M> {
    fn contents(&self) -> FieldRef<'_> {
        FieldRef::Singular(self.get())
    }
}

impl<T: Singular> Field for Option<T> {
    fn contents(&self) -> FieldRef<'_> {
        self.as_ref()
            .map_or(FieldRef::Absent, |value| FieldRef::Singular(value.get()))
    }
}

impl<T: Singular> Field for Vec<T> {
    fn contents(&self) -> FieldRef<'_> {
        FieldRef::List(self)
    }
}

impl<T: Singular> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> ValueRef<'_> {
        self[index].get()
    }
}

impl<K: Singular, V: Singular, S> Field for HashMap<K, V, S> {
    fn contents(&self) -> FieldRef<'_> {
        FieldRef::Map(self)
    }
}

impl<K: Singular, V: Singular, S> Entries for HashMap<K, V, S> {
    fn len(&self) -> usize {
        self.len()
    }

    fn entries(&self) -> Box<dyn Iterator<Item = (ValueRef<'_>, ValueRef<'_>)> + '_> {
        Box::new(self.iter().map(|(key, value)| (key.get(), value.get())))
    }
}

impl<K: Singular, V: Singular> Field for BTreeMap<K, V> {
    fn contents(&self) -> FieldRef<'_> {
        FieldRef::Map(self)
    }
}

impl<K: Singular, V: Singular> Entries for BTreeMap<K, V> {
    fn len(&self) -> usize {
        self.len()
    }

    fn entries(&self) -> Box<dyn Iterator<Item = (ValueRef<'_>, ValueRef<'_>)> + '_> {
        Box::new(self.iter().map(|(key, value)| (key.get(), value.get())))
    }
}
