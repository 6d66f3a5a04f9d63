//! The contents of a field whose type is known from its descriptor alone.

use std::collections::btree_map::{BTreeMap, Entry};

use super::super::{
    Entries, Field, FieldMut, FieldRef, List, Reflect, Slot, Value, ValueRef, WrongType,
};
use super::DynamicMessage;
use crate::descriptor::{EnumDescriptor, FieldDescriptor, Kind};

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DynamicField {
    Singular(DynamicSlot),
    List(DynamicList),
    Map(DynamicMap),
}

/// A single value, set or not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DynamicSlot {
    pub(super) kind: Kind,
    pub(super) value: Option<DynamicValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DynamicList {
    pub(super) kind: Kind,
    pub(super) values: Vec<DynamicValue>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DynamicMap {
    pub(super) key: Kind,
    pub(super) value: Kind,
    pub(super) entries: BTreeMap<DynamicKey, DynamicValue>,
}

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DynamicKey {
    Bool(bool),
    Int32(i32),
    Int64(i64),
    Uint32(u32),
    Uint64(u64),
    String(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DynamicValue {
    Scalar(Value),
    /// With its enum, which knows the name.
    Enum(i32, EnumDescriptor),
    Message(DynamicMessage),
}

impl DynamicField {
    pub(crate) fn new(field: &FieldDescriptor) -> Self {
        if let Some((key, value)) = field.map_entry() {
            let (key, value) = (key.kind(), value.kind());
            return Self::Map(DynamicMap {
                key,
                value,
                entries: BTreeMap::new(),
            });
        }
        let kind = field.kind();
        if field.is_repeated() {
            Self::List(DynamicList {
                kind,
                values: Vec::new(),
            })
        } else {
            Self::Singular(DynamicSlot { kind, value: None })
        }
    }
}

impl DynamicValue {
    /// The value of a field that is not set.
    pub(super) fn default_of(kind: &Kind) -> Self {
        let scalar = match kind {
            Kind::Double => Value::Double(0.0),
            Kind::Float => Value::Float(0.0),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::Int32(0),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::Int64(0),
            Kind::Uint32 | Kind::Fixed32 => Value::Uint32(0),
            Kind::Uint64 | Kind::Fixed64 => Value::Uint64(0),
            Kind::Bool => Value::Bool(false),
            Kind::String => Value::String(String::new()),
            Kind::Bytes | Kind::Foreign => Value::Bytes(Vec::new()),
            Kind::Enum(found) => return Self::Enum(found.default_number(), found.clone()),
            Kind::Message(message) => return Self::Message(DynamicMessage::new(message.clone())),
        };
        Self::Scalar(scalar)
    }

    fn of(kind: &Kind, value: Value) -> Result<Self, WrongType> {
        match (kind, value) {
            (Kind::Enum(found), Value::Enum(number)) => Ok(Self::Enum(number, found.clone())),
            (Kind::Double, value @ Value::Double(_))
            | (Kind::Float, value @ Value::Float(_))
            | (Kind::Int32 | Kind::Sint32 | Kind::Sfixed32, value @ Value::Int32(_))
            | (Kind::Int64 | Kind::Sint64 | Kind::Sfixed64, value @ Value::Int64(_))
            | (Kind::Uint32 | Kind::Fixed32, value @ Value::Uint32(_))
            | (Kind::Uint64 | Kind::Fixed64, value @ Value::Uint64(_))
            | (Kind::Bool, value @ Value::Bool(_))
            | (Kind::String, value @ Value::String(_))
            | (Kind::Bytes, value @ Value::Bytes(_)) => Ok(Self::Scalar(value)),
            _ => Err(WrongType),
        }
    }

    pub(super) fn get(&self) -> ValueRef<'_> {
        match self {
            Self::Enum(number, found) => ValueRef::Enum(*number, found.value_name(*number)),
            Self::Message(message) => ValueRef::Message(message),
            Self::Scalar(scalar) => match scalar {
                Value::Double(value) => ValueRef::Double(*value),
                Value::Float(value) => ValueRef::Float(*value),
                Value::Int32(value) => ValueRef::Int32(*value),
                Value::Int64(value) => ValueRef::Int64(*value),
                Value::Uint32(value) => ValueRef::Uint32(*value),
                Value::Uint64(value) => ValueRef::Uint64(*value),
                Value::Bool(value) => ValueRef::Bool(*value),
                Value::String(value) => ValueRef::String(value),
                Value::Bytes(value) => ValueRef::Bytes(value),
                Value::Enum(number) => ValueRef::Enum(*number, None),
            },
        }
    }

    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }
}

impl Field for DynamicField {
    fn contents(&self) -> FieldRef<'_> {
        match self {
            Self::Singular(slot) => slot
                .value
                .as_ref()
                .map_or(FieldRef::Absent, |value| FieldRef::Singular(value.get())),
            Self::List(list) => FieldRef::List(list),
            Self::Map(map) => FieldRef::Map(map),
        }
    }

    fn contents_mut(&mut self) -> FieldMut<'_> {
        match self {
            Self::Singular(slot) => FieldMut::Singular(slot),
            Self::List(list) => FieldMut::List(list),
            Self::Map(map) => FieldMut::Map(map),
        }
    }
}

impl Slot for DynamicSlot {
    fn set(&mut self, value: Value) -> Result<(), WrongType> {
        self.value = Some(DynamicValue::of(&self.kind, value)?);
        Ok(())
    }

    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        if !matches!(self.kind, Kind::Message(_)) {
            return None;
        }
        self.value
            .get_or_insert_with(|| DynamicValue::default_of(&self.kind))
            .message_mut()
    }

    fn clear(&mut self) {
        self.value = None;
    }
}

impl List for DynamicList {
    fn len(&self) -> usize {
        self.values.len()
    }

    fn at(&self, index: usize) -> ValueRef<'_> {
        self.values[index].get()
    }

    fn push(&mut self, value: Value) -> Result<(), WrongType> {
        self.values.push(DynamicValue::of(&self.kind, value)?);
        Ok(())
    }

    fn push_message(&mut self) -> Option<&mut dyn Reflect> {
        let Kind::Message(_) = &self.kind else {
            return None;
        };
        self.values.push(DynamicValue::default_of(&self.kind));
        self.values.last_mut().and_then(DynamicValue::message_mut)
    }

    fn clear(&mut self) {
        self.values.clear();
    }
}

impl DynamicKey {
    /// `None` if a map cannot have such keys.
    pub(super) fn of(value: DynamicValue) -> Option<Self> {
        let DynamicValue::Scalar(value) = value else {
            return None;
        };
        Some(match value {
            Value::Bool(key) => Self::Bool(key),
            Value::Int32(key) => Self::Int32(key),
            Value::Int64(key) => Self::Int64(key),
            Value::Uint32(key) => Self::Uint32(key),
            Value::Uint64(key) => Self::Uint64(key),
            Value::String(key) => Self::String(key),
            _ => return None,
        })
    }

    pub(super) fn into_value(self) -> DynamicValue {
        DynamicValue::Scalar(match self {
            Self::Bool(key) => Value::Bool(key),
            Self::Int32(key) => Value::Int32(key),
            Self::Int64(key) => Value::Int64(key),
            Self::Uint32(key) => Value::Uint32(key),
            Self::Uint64(key) => Value::Uint64(key),
            Self::String(key) => Value::String(key),
        })
    }

    fn get(&self) -> ValueRef<'_> {
        match self {
            Self::Bool(key) => ValueRef::Bool(*key),
            Self::Int32(key) => ValueRef::Int32(*key),
            Self::Int64(key) => ValueRef::Int64(*key),
            Self::Uint32(key) => ValueRef::Uint32(*key),
            Self::Uint64(key) => ValueRef::Uint64(*key),
            Self::String(key) => ValueRef::String(key),
        }
    }
}

impl DynamicMap {
    fn key_of(&self, key: Value) -> Result<DynamicKey, WrongType> {
        DynamicKey::of(DynamicValue::of(&self.key, key)?).ok_or(WrongType)
    }
}

impl Entries for DynamicMap {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn entries(&self) -> Box<dyn Iterator<Item = (ValueRef<'_>, ValueRef<'_>)> + '_> {
        Box::new(
            self.entries
                .iter()
                .map(|(key, value)| (key.get(), value.get())),
        )
    }

    fn insert(&mut self, key: Value, value: Value) -> Result<(), WrongType> {
        let value = DynamicValue::of(&self.value, value)?;
        self.entries.insert(self.key_of(key)?, value);
        Ok(())
    }

    fn insert_message(&mut self, key: Value) -> Result<&mut dyn Reflect, WrongType> {
        let empty = DynamicValue::default_of(&self.value);
        let value = match self.entries.entry(self.key_of(key)?) {
            Entry::Vacant(vacant) => vacant.insert(empty),
            Entry::Occupied(mut occupied) => {
                occupied.insert(empty);
                occupied.into_mut()
            }
        };
        value.message_mut().ok_or(WrongType)
    }

    fn clear(&mut self) {
        self.entries.clear();
    }
}
