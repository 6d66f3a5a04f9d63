//! The types of a field: protobuf's kind, Rust's type, and where a `Box` stands.

use super::types::{Types, UseKind};
use crate::descriptor::{self, FieldDescriptorProto, FieldType};
use crate::schema::Prelude;

/// One value of a field, as one module writes it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) ty: FieldType,
    /// The codec's word for it without a box: `rt::Str`.
    pub(super) kind: String,
    /// The same with the box.
    pub(super) stored_kind: String,
    /// The type a user thinks of.
    pub(super) owned: String,
    /// The same with the box.
    pub(super) stored: String,
    pub(super) boxed: bool,
    pub(super) closed: bool,
    pub(super) foreign: bool,
}

/// How often a field holds a value.
pub(super) enum Plurality {
    Singular,
    Repeated,
    Map(Box<Value>),
}

/// What decides the types of a field beside itself.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) types: Types<'a>,
    /// The Rust module that names the types.
    pub(super) module: &'a [String],
    pub(super) prelude: &'a Prelude,
    /// The message, with a leading dot.
    pub(super) message: &'a str,
}

impl Surroundings<'_> {
    /// The value of `field` (of a map, its value; the key is in the plurality), or what is wrong with it.
    pub(super) fn values(
        &self,
        field: &FieldDescriptorProto,
    ) -> Result<(Value, Plurality), String> {
        if !descriptor::is_repeated(field) {
            return Ok((self.value(field, true)?, Plurality::Singular));
        }
        let Some(entry) = self.types.map_entry(field.type_name()) else {
            return Ok((self.value(field, false)?, Plurality::Repeated));
        };
        let part = |number: i32| {
            let found = entry.field.iter().find(|part| part.number() == number);
            found.ok_or_else(|| format!("`{}` is no entry of a map", entry.name()))
        };
        let key = self.value(part(1)?, false)?;
        let value = self.value(part(2)?, false)?;
        let hashable = !matches!(
            key.ty,
            FieldType::Double
                | FieldType::Float
                | FieldType::Bytes
                | FieldType::Enum
                | FieldType::Message
                | FieldType::Group
        );
        if !hashable || value.ty == FieldType::Group {
            return Err(format!("`{}` is no entry of a map", entry.name()));
        }
        Ok((value, Plurality::Map(Box::new(key))))
    }

    fn value(&self, field: &FieldDescriptorProto, singular: bool) -> Result<Value, String> {
        let ty = match FieldType::of(field) {
            Some(ty) => ty,
            None => self.types.field_type(field.type_name())?,
        };
        let path = format!("{}.{}", self.message, field.name());
        let p = self.prelude;
        let simple = |kind: &str, owned: &str| Value {
            ty,
            kind: kind.to_owned(),
            stored_kind: kind.to_owned(),
            owned: owned.to_owned(),
            stored: owned.to_owned(),
            boxed: false,
            closed: false,
            foreign: false,
        };
        Ok(match ty {
            FieldType::Double => simple("rt::Double", "f64"),
            FieldType::Float => simple("rt::Float", "f32"),
            FieldType::Int32 => simple("rt::Int32", "i32"),
            FieldType::Int64 => simple("rt::Int64", "i64"),
            FieldType::Uint32 => simple("rt::Uint32", "u32"),
            FieldType::Uint64 => simple("rt::Uint64", "u64"),
            FieldType::Sint32 => simple("rt::Sint32", "i32"),
            FieldType::Sint64 => simple("rt::Sint64", "i64"),
            FieldType::Fixed32 => simple("rt::Fixed32", "u32"),
            FieldType::Fixed64 => simple("rt::Fixed64", "u64"),
            FieldType::Sfixed32 => simple("rt::Sfixed32", "i32"),
            FieldType::Sfixed64 => simple("rt::Sfixed64", "i64"),
            FieldType::Bool => simple("rt::Bool", "bool"),
            FieldType::String => simple("rt::Str", p.string),
            FieldType::Bytes if self.types.options.bytes.matches(&path) => {
                simple("rt::SharedBytes", "rt::Bytes")
            }
            FieldType::Bytes => simple("rt::VecBytes", &format!("{}<u8>", p.vec)),
            FieldType::Enum | FieldType::Message | FieldType::Group => {
                self.named(ty, field, &path, singular)?
            }
        })
    }

    fn named(
        &self,
        ty: FieldType,
        field: &FieldDescriptorProto,
        path: &str,
        singular: bool,
    ) -> Result<Value, String> {
        let found = self.types.locate(field.type_name(), self.module)?;
        let is_enum = matches!(found.kind, UseKind::Enum { .. });
        if is_enum != (ty == FieldType::Enum) {
            let wanted = if is_enum { "a message" } else { "an enum" };
            return Err(format!("`{}` is not {wanted}", field.type_name()));
        }
        let boxed = singular
            && !is_enum
            && (self
                .types
                .index
                .cycles
                .contains(self.message, field.type_name())
                || self.types.options.boxed.matches(path));
        let owned = found.path;
        let stored = if boxed {
            format!("{}<{owned}>", self.prelude.boxed)
        } else {
            owned.clone()
        };
        let kind = |name: &str| match (found.kind, ty) {
            (UseKind::Enum { .. }, _) => format!("rt::Enum<{name}>"),
            (_, FieldType::Group) => format!("rt::Group<{name}, {}>", field.number()),
            (UseKind::Foreign, _) => format!("rt::Foreign<{name}>"),
            (UseKind::Message, _) => format!("rt::Message<{name}>"),
        };
        Ok(Value {
            ty,
            kind: kind(&owned),
            stored_kind: kind(&stored),
            closed: found.kind == UseKind::Enum { closed: true },
            foreign: found.kind == UseKind::Foreign,
            owned,
            stored,
            boxed,
        })
    }
}
