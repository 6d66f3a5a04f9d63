//! Custom options in one form, whichever compiler has written them: a descriptor is embedded, and must have the same
//! bytes from protoc, buf and the bundled compiler.
//!
//! A message has its fields by their numbers, one record for what is not repeated, numbers packed as declared, and the
//! entries of maps in the order of their bytes.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use prost::encoding::{WireType, encode_key, encode_varint};
use rustgrpc_protobuf::{UnknownFields, UnknownValue};

use super::index::{Index, IndexedFile, TypeKind};
use super::rules;
use crate::descriptor::{
    self, DescriptorProto, EnumDescriptorProto, Features, FieldDescriptorProto, FieldType,
    FileDescriptorProto, ServiceDescriptorProto,
};

/// As deep as decoders go.
const MAX_DEPTH: usize = 100;

/// The unknown fields of options, and of the features among them.
macro_rules! rewrite_options {
    ($self:ident, $options:expr, $name:literal) => {
        if let Some(options) = &mut $options {
            $self.fields(
                &mut options.unknown_fields,
                concat!(".google.protobuf.", $name),
            );
            if let Some(features) = &mut options.features {
                $self.fields(&mut features.unknown_fields, ".google.protobuf.FeatureSet");
            }
        }
    };
}
/// The custom options of one file.
pub(super) struct CustomOptions<'a> {
    file: &'a IndexedFile<'a>,
    index: &'a Index<'a>,
    /// Most files have no use for them.
    extensions: OnceCell<Extensions<'a>>,
}

/// Extensions by what they extend and their numbers.
type Extensions<'a> = HashMap<(&'a str, u32), Declared<'a>>;

/// A field with the features that hold where it is declared.
#[derive(Clone, Copy)]
struct Declared<'a> {
    field: &'a FieldDescriptorProto,
    features: Features,
}

impl<'a> CustomOptions<'a> {
    pub(super) fn of(file: &'a IndexedFile<'a>, index: &'a Index<'a>) -> Self {
        Self {
            file,
            index,
            extensions: OnceCell::new(),
        }
    }

    /// Rewrites the options of everything in `file`.
    pub(super) fn rewrite(&self, file: &mut FileDescriptorProto) {
        rewrite_options!(self, file.options, "FileOptions");
        file.message_type.iter_mut().for_each(|m| self.message(m));
        file.enum_type.iter_mut().for_each(|e| self.enumeration(e));
        file.service.iter_mut().for_each(|s| self.service(s));
        file.extension.iter_mut().for_each(|f| self.field(f));
    }

    fn message(&self, message: &mut DescriptorProto) {
        rewrite_options!(self, message.options, "MessageOptions");
        for range in &mut message.extension_range {
            rewrite_options!(self, range.options, "ExtensionRangeOptions");
        }
        for oneof in &mut message.oneof_decl {
            rewrite_options!(self, oneof.options, "OneofOptions");
        }
        message.field.iter_mut().for_each(|f| self.field(f));
        message.extension.iter_mut().for_each(|f| self.field(f));
        message.nested_type.iter_mut().for_each(|m| self.message(m));
        message
            .enum_type
            .iter_mut()
            .for_each(|e| self.enumeration(e));
    }

    fn field(&self, field: &mut FieldDescriptorProto) {
        rewrite_options!(self, field.options, "FieldOptions");
    }

    fn enumeration(&self, enumeration: &mut EnumDescriptorProto) {
        rewrite_options!(self, enumeration.options, "EnumOptions");
        for value in &mut enumeration.value {
            rewrite_options!(self, value.options, "EnumValueOptions");
        }
    }

    fn service(&self, service: &mut ServiceDescriptorProto) {
        rewrite_options!(self, service.options, "ServiceOptions");
        for method in &mut service.method {
            rewrite_options!(self, method.options, "MethodOptions");
        }
    }

    fn fields(&self, fields: &mut UnknownFields, of: &str) {
        if fields.is_empty() {
            return;
        }
        let rewritten = self.message_bytes(fields.as_bytes(), of, MAX_DEPTH);
        if let Some(rewritten) = rewritten.and_then(|bytes| UnknownFields::from_bytes(&bytes)) {
            *fields = rewritten;
        }
    }

    /// `bytes` of a message of type `of` in the one form; `None` if they are no such message.
    fn message_bytes(&self, bytes: &[u8], of: &str, depth: usize) -> Option<Vec<u8>> {
        let depth = depth.checked_sub(1)?;
        let fields = UnknownFields::from_bytes(bytes)?;
        let mut by_number: BTreeMap<u32, Vec<UnknownValue<'_>>> = BTreeMap::new();
        for (number, value) in &fields {
            by_number.entry(number).or_default().push(value);
        }
        let mut out = Vec::new();
        for (number, values) in by_number {
            let declared = self.declared(of, number);
            let rewritten = declared.and_then(|field| self.values(field, &values, depth));
            match rewritten {
                Some(values) => values
                    .iter()
                    .for_each(|value| value.write(number, &mut out)),
                None => values
                    .iter()
                    .for_each(|value| Value::from(*value).write(number, &mut out)),
            }
        }
        Some(out)
    }

    fn declared(&self, of: &str, number: u32) -> Option<Declared<'a>> {
        let extensions = self
            .extensions
            .get_or_init(|| visible_extensions(self.file, self.index));
        if let Some(extension) = extensions.get(&(of, number)) {
            return Some(*extension);
        }
        let found = self.index.find(of)?;
        let TypeKind::Message(message) = found.kind else {
            return None;
        };
        let mut fields = message.field.iter();
        let field = fields.find(|field| rules::number(field) == Ok(number))?;
        let features = rules::features(found.features, message, field);
        Some(Declared { field, features })
    }

    /// All values of one field; `None` if they are left as they are.
    fn values(
        &self,
        declared: Declared<'_>,
        values: &[UnknownValue<'_>],
        depth: usize,
    ) -> Option<Vec<Value>> {
        let Declared { field, features } = declared;
        let ty = FieldType::of(field)?;
        if ty.is_message() {
            return self.messages(field, values, depth);
        }
        if descriptor::is_repeated(field) {
            let values = values.iter().map(|value| apart(*value, ty));
            let values: Vec<Value> = values.collect::<Option<Vec<_>>>()?.concat();
            return Some(if rules::is_packed(features, field, ty) {
                vec![packed(&values)]
            } else {
                values
            });
        }
        // Of several values the last counts.
        let last = values.last()?;
        Some(vec![Value::from(*last)])
    }

    fn messages(
        &self,
        field: &FieldDescriptorProto,
        values: &[UnknownValue<'_>],
        depth: usize,
    ) -> Option<Vec<Value>> {
        let rewrite = |value: Value| {
            let rewritten = self.message_bytes(&value.bytes, field.type_name(), depth)?;
            Some(Value {
                bytes: rewritten,
                ..value
            })
        };
        let values = values.iter().map(|value| Value::from(*value));
        if !descriptor::is_repeated(field) {
            // Parts of one message follow each other; read in turn, they are merged.
            let whole = values.reduce(|mut whole, part| {
                whole.bytes.extend(part.bytes);
                whole
            });
            return Some(vec![rewrite(whole?)?]);
        }
        let mut values: Vec<Value> = values.map(rewrite).collect::<Option<_>>()?;
        let entry = self.index.find(field.type_name())?.kind;
        if matches!(entry, TypeKind::Message(message) if descriptor::is_map_entry(message)) {
            values.sort_by(|a, b| a.bytes.cmp(&b.bytes));
        }
        Some(values)
    }
}

/// Those that `file` declares, and all that it imports: what else is in the request has no say.
fn visible_extensions<'a>(file: &'a IndexedFile<'a>, index: &'a Index<'a>) -> Extensions<'a> {
    let mut extensions = Extensions::new();
    let mut open = vec![file];
    let mut seen = BTreeSet::new();
    while let Some(file) = open.pop() {
        if seen.insert(file.proto.name()) {
            declare(&mut extensions, &file.proto.extension, file.features);
            declare_nested(&mut extensions, &file.proto.message_type, file.features);
            let imports = file.proto.dependency.iter();
            let imports = imports.chain(&file.proto.option_dependency);
            open.extend(imports.filter_map(|name| index.file(name)));
        }
    }
    extensions
}

fn declare_nested<'a>(
    extensions: &mut Extensions<'a>,
    messages: &'a [DescriptorProto],
    outer: Features,
) {
    for message in messages {
        let features = outer.with(message.options().features.as_ref());
        declare(extensions, &message.extension, features);
        declare_nested(extensions, &message.nested_type, features);
    }
}

fn declare<'a>(
    extensions: &mut Extensions<'a>,
    fields: &'a [FieldDescriptorProto],
    outer: Features,
) {
    for field in fields {
        if let Ok(number) = rules::number(field) {
            let features = outer.with(field.options().features.as_ref());
            extensions
                .entry((field.extendee(), number))
                .or_insert(Declared { field, features });
        }
    }
}

/// A value without its number.
#[derive(Clone)]
struct Value {
    wire_type: WireType,
    /// What stands behind the tag, without a length and without an end tag.
    bytes: Vec<u8>,
}

impl From<UnknownValue<'_>> for Value {
    fn from(value: UnknownValue<'_>) -> Self {
        let mut bytes = Vec::new();
        let wire_type = match value {
            UnknownValue::Varint(value) => {
                encode_varint(value, &mut bytes);
                WireType::Varint
            }
            UnknownValue::Fixed32(value) => {
                bytes.extend(value.to_le_bytes());
                WireType::ThirtyTwoBit
            }
            UnknownValue::Fixed64(value) => {
                bytes.extend(value.to_le_bytes());
                WireType::SixtyFourBit
            }
            UnknownValue::LengthDelimited(value) => {
                bytes.extend(value);
                WireType::LengthDelimited
            }
            UnknownValue::Group(value) => {
                bytes.extend(value);
                WireType::StartGroup
            }
        };
        Self { wire_type, bytes }
    }
}

impl Value {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        encode_key(number, self.wire_type, out);
        if self.wire_type == WireType::LengthDelimited {
            encode_varint(self.bytes.len() as u64, out);
        }
        out.extend(&self.bytes);
        if self.wire_type == WireType::StartGroup {
            encode_key(number, WireType::EndGroup, out);
        }
    }
}

/// A record of its own for each number that is packed in `value`; `None` if it does not hold such numbers.
fn apart(value: UnknownValue<'_>, ty: FieldType) -> Option<Vec<Value>> {
    let UnknownValue::LengthDelimited(mut rest) = value else {
        return Some(vec![Value::from(value)]);
    };
    if !ty.is_packable() {
        return Some(vec![Value::from(value)]);
    }
    let wire_type = match ty.wire_type() {
        0 => WireType::Varint,
        1 => WireType::SixtyFourBit,
        _ => WireType::ThirtyTwoBit,
    };
    let mut values = Vec::new();
    while !rest.is_empty() {
        let length = match wire_type {
            WireType::Varint => 1 + rest.iter().position(|byte| *byte < 0x80)?,
            WireType::SixtyFourBit => 8,
            _ => 4,
        };
        let (first, behind) = rest.split_at_checked(length)?;
        let bytes = first.to_vec();
        values.push(Value { wire_type, bytes });
        rest = behind;
    }
    Some(values)
}

/// One record for all numbers.
fn packed(values: &[Value]) -> Value {
    let bytes = values.iter().flat_map(|value| &value.bytes);
    Value {
        wire_type: WireType::LengthDelimited,
        bytes: bytes.copied().collect(),
    }
}
