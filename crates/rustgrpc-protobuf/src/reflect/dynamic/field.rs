//! The contents of a field whose type is known from its descriptor alone.

use std::collections::BTreeMap;

use super::super::{
    Entries, Field, FieldMut, FieldRef, List, Reflect, Slot, Value, ValueRef, WrongType,
};
use super::DynamicMessage;
use crate::descriptor::{DescriptorPool, EnumDescriptor, FieldDescriptor, Kind};

/// What a field holds.
#[derive(Clone, Debug)]
pub(crate) enum DynamicField {
    Singular(DynamicSlot),
    List(DynamicList),
    Map(DynamicMap),
}

/// The type of values, and the pool that knows the extensions of messages.
#[derive(Clone, Debug)]
pub(crate) struct ValueType {
    pub(super) kind: Kind,
    pool: Option<DescriptorPool>,
}

/// A single value, set or not.
#[derive(Clone, Debug)]
pub(crate) struct DynamicSlot {
    pub(super) of: ValueType,
    pub(super) value: Option<DynamicValue>,
}

#[derive(Clone, Debug)]
pub(crate) struct DynamicList {
    pub(super) of: ValueType,
    pub(super) values: Vec<DynamicValue>,
}

#[derive(Clone, Debug)]
pub(crate) struct DynamicMap {
    pub(super) key: Kind,
    pub(super) of: ValueType,
    pub(super) entries: BTreeMap<MapKey, DynamicValue>,
}

/// The key of a map's entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MapKey {
    Int32(i32),
    Int64(i64),
    Uint32(u32),
    Uint64(u64),
    Bool(bool),
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
    pub(crate) fn new(field: &FieldDescriptor, pool: Option<&DescriptorPool>) -> Self {
        let of = |kind| ValueType {
            kind,
            pool: pool.cloned(),
        };
        if let Some((key, value)) = field.map_entry() {
            return Self::Map(DynamicMap {
                key: key.kind(),
                of: of(value.kind()),
                entries: BTreeMap::new(),
            });
        }
        let of = of(field.kind());
        if field.is_repeated() {
            let values = Vec::new();
            Self::List(DynamicList { of, values })
        } else {
            Self::Singular(DynamicSlot { of, value: None })
        }
    }

    /// Whether it holds what a message shows and writes.
    pub(crate) fn is_set(&self, field: &FieldDescriptor) -> bool {
        match self {
            Self::Singular(slot) => slot
                .value
                .as_ref()
                .is_some_and(|value| field.has_presence() || !value.get().is_default()),
            Self::List(list) => !list.values.is_empty(),
            Self::Map(map) => !map.entries.is_empty(),
        }
    }
}

impl PartialEq for DynamicField {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Singular(a), Self::Singular(b)) => a.value == b.value,
            (Self::List(a), Self::List(b)) => a.values == b.values,
            (Self::Map(a), Self::Map(b)) => a.entries == b.entries,
            _ => false,
        }
    }
}

impl MapKey {
    pub(super) fn of(value: Value) -> Option<Self> {
        Some(match value {
            Value::Int32(value) => Self::Int32(value),
            Value::Int64(value) => Self::Int64(value),
            Value::Uint32(value) => Self::Uint32(value),
            Value::Uint64(value) => Self::Uint64(value),
            Value::Bool(value) => Self::Bool(value),
            Value::String(value) => Self::String(value),
            _ => return None,
        })
    }

    pub(super) fn to_value(&self) -> DynamicValue {
        DynamicValue::Scalar(match self {
            Self::Int32(value) => Value::Int32(*value),
            Self::Int64(value) => Value::Int64(*value),
            Self::Uint32(value) => Value::Uint32(*value),
            Self::Uint64(value) => Value::Uint64(*value),
            Self::Bool(value) => Value::Bool(*value),
            Self::String(value) => Value::String(value.clone()),
        })
    }

    fn get(&self) -> ValueRef<'_> {
        match self {
            Self::Int32(value) => ValueRef::Int32(*value),
            Self::Int64(value) => ValueRef::Int64(*value),
            Self::Uint32(value) => ValueRef::Uint32(*value),
            Self::Uint64(value) => ValueRef::Uint64(*value),
            Self::Bool(value) => ValueRef::Bool(*value),
            Self::String(value) => ValueRef::String(value),
        }
    }
}

impl ValueType {
    /// The value of a field that is not set.
    pub(super) fn default_value(&self) -> DynamicValue {
        match &self.kind {
            Kind::Message(message) => {
                DynamicValue::Message(DynamicMessage::of(message.clone(), self.pool.clone()))
            }
            kind => DynamicValue::default_of(kind),
        }
    }
}

impl DynamicValue {
    /// The value of a field that is not set.
    pub(super) fn default_of(kind: &Kind) -> Self {
        match kind {
            Kind::Enum(found) => Self::Enum(found.default_number(), found.clone()),
            Kind::Message(message) => Self::Message(DynamicMessage::new(message.clone())),
            // A type that is not known is kept as its bytes.
            kind => Self::Scalar(Value::default_of(kind).unwrap_or(Value::Bytes(Vec::new()))),
        }
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
        self.value = Some(DynamicValue::of(&self.of.kind, value)?);
        Ok(())
    }

    fn message_mut(&mut self) -> Option<&mut dyn Reflect> {
        if !matches!(self.of.kind, Kind::Message(_)) {
            return None;
        }
        self.value
            .get_or_insert_with(|| self.of.default_value())
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
        self.values.push(DynamicValue::of(&self.of.kind, value)?);
        Ok(())
    }

    fn push_message(&mut self) -> Option<&mut dyn Reflect> {
        let Kind::Message(_) = &self.of.kind else {
            return None;
        };
        self.values.push(self.of.default_value());
        self.values.last_mut().and_then(DynamicValue::message_mut)
    }

    fn message_at_mut(&mut self, index: usize) -> Option<&mut dyn Reflect> {
        self.values
            .get_mut(index)
            .and_then(DynamicValue::message_mut)
    }

    fn clear(&mut self) {
        self.values.clear();
    }
}

impl DynamicMap {
    fn key(&self, key: Value) -> Result<MapKey, WrongType> {
        match DynamicValue::of(&self.key, key)? {
            DynamicValue::Scalar(key) => MapKey::of(key).ok_or(WrongType),
            _ => Err(WrongType),
        }
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
        let key = self.key(key)?;
        let value = DynamicValue::of(&self.of.kind, value)?;
        self.entries.insert(key, value);
        Ok(())
    }

    fn insert_message(&mut self, key: Value) -> Result<&mut dyn Reflect, WrongType> {
        let key = self.key(key)?;
        if !matches!(self.of.kind, Kind::Message(_)) {
            return Err(WrongType);
        }
        let value = self.of.default_value();
        self.entries.remove(&key);
        let value = self.entries.entry(key).or_insert(value);
        value.message_mut().ok_or(WrongType)
    }

    fn change_messages(&mut self, change: &mut dyn FnMut(&mut dyn Reflect)) {
        for value in self.entries.values_mut() {
            if let Some(message) = value.message_mut() {
                change(message);
            }
        }
    }

    fn clear(&mut self) {
        self.entries.clear();
    }
}
