//! The types of a field: protobuf's kind, Rust's type, and where a `Box` stands.

use super::rules;
use super::types::{Types, UseKind};
use crate::descriptor::feature_set::MessageEncoding;
use crate::descriptor::{self, DescriptorProto, Features, FieldDescriptorProto, FieldType};
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
    /// A string that need not be UTF-8.
    pub(super) unverified: bool,
    pub(super) foreign: bool,
}

impl Value {
    /// How methods begin that may turn a value into an unknown field.
    pub(super) fn fallible(&self) -> Option<&'static str> {
        match self {
            Self { closed: true, .. } => Some("closed"),
            Self {
                unverified: true, ..
            } => Some("unverified"),
            _ => None,
        }
    }
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
    /// The message, with a leading dot; what is declared in no message has no fields and no oneofs.
    pub(super) message: &'a str,
    pub(super) proto: &'a DescriptorProto,
    /// What holds in the message.
    pub(super) features: Features,
}

impl Surroundings<'_> {
    /// The value of `field` (of a map, its value; the key is in the plurality), or what is wrong with it.
    pub(super) fn values(
        &self,
        field: &FieldDescriptorProto,
    ) -> Result<(Value, Plurality), String> {
        let features = self.features_of(field);
        if !descriptor::is_repeated(field) {
            let value = self.value(field, features, true)?;
            return Ok((value, Plurality::Singular));
        }
        let Some((entry, inner)) = self.types.map_entry(field.type_name()) else {
            let value = self.value(field, features, false)?;
            return Ok((value, Plurality::Repeated));
        };
        let part = |number: i32| {
            let found = entry.field.iter().find(|part| part.number() == number);
            let part = found.ok_or_else(|| format!("`{}` is no entry of a map", entry.name()))?;
            let mut features = rules::features(inner, entry, part);
            // What lies in an entry has a length, whatever holds around it.
            features.message_encoding = MessageEncoding::LENGTH_PREFIXED;
            self.value(part, features, false)
        };
        let key = part(1)?;
        let value = part(2)?;
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

    /// What holds for a field of the message.
    pub(super) fn features_of(&self, field: &FieldDescriptorProto) -> Features {
        rules::features(self.features, self.proto, field)
    }

    fn value(
        &self,
        field: &FieldDescriptorProto,
        features: Features,
        singular: bool,
    ) -> Result<Value, String> {
        let ty = match FieldType::of(field) {
            Some(ty) => ty,
            None => self.types.field_type(field.type_name())?,
        };
        let ty = rules::encoding(features, ty);
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
            unverified: false,
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
            FieldType::String => Value {
                unverified: !rules::verifies_utf8(features),
                ..simple("rt::Str", p.string)
            },
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
        if found.kind == UseKind::Foreign && ty == FieldType::Group {
            return Err(format!(
                "`{}` is a type of another generator (`extern_path`), so it cannot be encoded as a group",
                &field.type_name()[1..]
            ));
        }
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
            unverified: false,
            foreign: found.kind == UseKind::Foreign,
            owned,
            stored,
            boxed,
        })
    }
}
