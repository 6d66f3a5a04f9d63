//! Linking: names become references, rules become answers, and what breaks a rule is refused.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use super::enums::EnumData;
use super::field::{Cardinality, FieldData, Kind, Link};
use super::file::{FileData, Symbol};
use super::message::MessageData;
use super::service::ServiceData;
use super::{Features, FileDescriptor};
use crate::google::protobuf::descriptor_pb2::feature_set::{
    EnumType, FieldPresence, MessageEncoding, RepeatedFieldEncoding,
};
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::{Label, Type};
use crate::google::protobuf::descriptor_pb2::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

/// The largest number that a field can have.
const MAX_FIELD_NUMBER: u32 = (1 << 29) - 1;

/// What happens to a type that no file defines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Refused,
    /// Another generator may have written it.
    Tolerated,
}

/// Why a file cannot be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    file: String,
    element: String,
    text: String,
}

impl LinkError {
    /// The path of the file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The full name of the message, field … that is wrong.
    pub fn element(&self) -> &str {
        &self.element
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.element, self.text)
    }
}

impl std::error::Error for LinkError {}

pub(super) fn link(
    proto: FileDescriptorProto,
    dependencies: Vec<FileDescriptor>,
    missing: Missing,
) -> Result<FileDescriptor, LinkError> {
    let features = Features::of_file(&proto);
    let mut collector = Collector {
        file: &proto,
        data: Found::default(),
    };
    collector.scope(&Scope {
        prefix: proto.package().to_owned(),
        path: &[],
        parent: None,
        features,
        messages: &proto.message_type,
        enums: &proto.enum_type,
    })?;
    for (index, service) in proto.service.iter().enumerate() {
        let full_name = join(proto.package(), service.name());
        collector.define(&full_name, Symbol::Service(index))?;
        collector.data.services.push(ServiceData {
            full_name,
            methods: Vec::new(),
        });
    }
    let Found {
        mut messages,
        enums,
        mut services,
        mut symbols,
    } = collector.data;

    let linker = Linker {
        file: &proto,
        dependencies: &dependencies,
        symbols: &symbols,
        missing,
    };
    let mut extensions = linker.extensions(&proto.extension, proto.package(), None, features)?;
    for (index, message) in messages.iter_mut().enumerate() {
        let declared = message_at(&proto, &message.path);
        message.fields = linker.fields(declared, &message.full_name, message.features)?;
        message.by_number = linker.by_number(&message.fields)?;
        extensions.extend(linker.extensions(
            &declared.extension,
            &message.full_name,
            Some(index),
            message.features,
        )?);
    }
    for (service, declared) in services.iter_mut().zip(&proto.service) {
        for method in &declared.method {
            let full_name = join(&service.full_name, method.name());
            let input = linker.message(method.input_type(), &full_name)?;
            let output = linker.message(method.output_type(), &full_name)?;
            service.methods.push((input, output));
        }
    }
    for (index, extension) in extensions.iter().enumerate() {
        if symbols
            .insert(extension.full_name.clone(), Symbol::Extension(index))
            .is_some()
        {
            return Err(error(&proto, &extension.full_name, "is defined twice"));
        }
    }
    let data = FileData {
        proto,
        dependencies,
        features,
        messages,
        enums,
        extensions,
        services,
        symbols,
    };
    Ok(FileDescriptor {
        data: Arc::new(data),
    })
}

fn error(file: &FileDescriptorProto, element: &str, text: impl Into<String>) -> LinkError {
    LinkError {
        file: file.name().to_owned(),
        element: element.to_owned(),
        text: text.into(),
    }
}

/// A name within a scope; the outermost scope may have none.
fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

fn message_at<'a>(file: &'a FileDescriptorProto, path: &[usize]) -> &'a DescriptorProto {
    let outermost = &file.message_type[path[0]];
    path[1..]
        .iter()
        .fold(outermost, |message, &index| &message.nested_type[index])
}

/// Finds every definition of a file and gives it its full name.
struct Collector<'a> {
    file: &'a FileDescriptorProto,
    data: Found,
}

#[derive(Default)]
struct Found {
    messages: Vec<MessageData>,
    enums: Vec<EnumData>,
    services: Vec<ServiceData>,
    symbols: HashMap<String, Symbol>,
}

struct Scope<'a> {
    prefix: String,
    path: &'a [usize],
    parent: Option<usize>,
    features: Features,
    messages: &'a [DescriptorProto],
    enums: &'a [EnumDescriptorProto],
}

impl Collector<'_> {
    fn define(&mut self, full_name: &str, symbol: Symbol) -> Result<(), LinkError> {
        match self.data.symbols.insert(full_name.to_owned(), symbol) {
            None => Ok(()),
            Some(_) => Err(error(self.file, full_name, "is defined twice")),
        }
    }

    fn scope(&mut self, scope: &Scope<'_>) -> Result<(), LinkError> {
        for (proto_index, declared) in scope.enums.iter().enumerate() {
            let full_name = join(&scope.prefix, declared.name());
            self.define(&full_name, Symbol::Enum(self.data.enums.len()))?;
            if declared.value.is_empty() {
                return Err(error(self.file, &full_name, "an enum needs a value"));
            }
            let options = declared
                .options
                .as_ref()
                .and_then(|options| options.features.as_ref());
            let closed = scope.features.with(options).enum_type == EnumType::CLOSED;
            self.data.enums.push(EnumData {
                full_name,
                parent: scope.parent,
                proto_index,
                closed,
            });
        }
        for (proto_index, declared) in scope.messages.iter().enumerate() {
            let full_name = join(&scope.prefix, declared.name());
            let index = self.data.messages.len();
            self.define(&full_name, Symbol::Message(index))?;
            let options = declared
                .options
                .as_ref()
                .and_then(|options| options.features.as_ref());
            let features = scope.features.with(options);
            let path = [scope.path, &[proto_index]].concat();
            self.data.messages.push(MessageData {
                full_name: full_name.clone(),
                path: path.clone(),
                parent: scope.parent,
                features,
                fields: Vec::new(),
                by_number: Vec::new(),
                by_json_name: OnceLock::new(),
                table: OnceLock::new(),
            });
            self.scope(&Scope {
                prefix: full_name,
                path: &path,
                parent: Some(index),
                features,
                messages: &declared.nested_type,
                enums: &declared.enum_type,
            })?;
        }
        Ok(())
    }
}

/// Resolves what fields and methods name.
struct Linker<'a> {
    file: &'a FileDescriptorProto,
    dependencies: &'a [FileDescriptor],
    symbols: &'a HashMap<String, Symbol>,
    missing: Missing,
}

impl Linker<'_> {
    fn fields(
        &self,
        message: &DescriptorProto,
        full_name: &str,
        features: Features,
    ) -> Result<Vec<FieldData>, LinkError> {
        let oneofs = message.oneof_decl.len();
        let fields = message.field.iter().enumerate();
        fields
            .map(|(index, field)| {
                let data = self.field(field, index, full_name, features)?;
                match field.oneof_index {
                    Some(oneof) if usize::try_from(oneof).is_ok_and(|oneof| oneof < oneofs) => {
                        Ok(data)
                    }
                    Some(_) => Err(error(
                        self.file,
                        &data.full_name,
                        "names a oneof that is not there",
                    )),
                    None => Ok(data),
                }
            })
            .collect()
    }

    fn extensions(
        &self,
        declared: &[FieldDescriptorProto],
        prefix: &str,
        scope: Option<usize>,
        features: Features,
    ) -> Result<Vec<FieldData>, LinkError> {
        let declared = declared.iter().enumerate();
        declared
            .map(|(index, field)| {
                let mut data = self.field(field, index, prefix, features)?;
                data.extendee = Some(self.message(field.extendee(), &data.full_name)?);
                data.json_name = format!("[{}]", data.full_name);
                // An extension stands apart from the message's own fields, so it is set or not.
                data.has_presence = data.cardinality != Cardinality::Repeated;
                data.scope = scope;
                Ok(data)
            })
            .collect()
    }

    fn field(
        &self,
        field: &FieldDescriptorProto,
        proto_index: usize,
        prefix: &str,
        features: Features,
    ) -> Result<FieldData, LinkError> {
        let full_name = join(prefix, field.name());
        let number = u32::try_from(field.number())
            .ok()
            .filter(|number| (1..=MAX_FIELD_NUMBER).contains(number))
            .ok_or_else(|| {
                error(
                    self.file,
                    &full_name,
                    format!("{} is no field number", field.number()),
                )
            })?;
        let options = field.options.as_ref();
        let features = features.with(options.and_then(|options| options.features.as_ref()));
        let kind = self.kind(field, &full_name)?;
        let cardinality = match field.label() {
            Label::REPEATED => Cardinality::Repeated,
            Label::REQUIRED => Cardinality::Required,
            _ if features.field_presence == FieldPresence::LEGACY_REQUIRED => Cardinality::Required,
            _ => Cardinality::Optional,
        };
        let is_message = matches!(field.r#type(), Type::MESSAGE | Type::GROUP);
        let has_presence = cardinality != Cardinality::Repeated
            && (is_message
                || field.oneof_index.is_some()
                || features.field_presence != FieldPresence::IMPLICIT);
        let packable = !is_message && !matches!(field.r#type(), Type::STRING | Type::BYTES);
        let packed = options
            .and_then(|options| options.packed)
            .unwrap_or(features.repeated_field_encoding == RepeatedFieldEncoding::PACKED);
        Ok(FieldData {
            json_name: field
                .json_name
                .clone()
                .unwrap_or_else(|| json_name(field.name())),
            number,
            is_delimited: is_delimited(field, &kind, features),
            kind,
            cardinality,
            features,
            has_presence,
            is_packed: cardinality == Cardinality::Repeated && packable && packed,
            scope: None,
            proto_index,
            extendee: None,
            full_name,
        })
    }

    fn kind(&self, field: &FieldDescriptorProto, full_name: &str) -> Result<Link, LinkError> {
        let scalar = match field.r#type() {
            Type::DOUBLE => Kind::Double,
            Type::FLOAT => Kind::Float,
            Type::INT64 => Kind::Int64,
            Type::UINT64 => Kind::Uint64,
            Type::INT32 => Kind::Int32,
            Type::FIXED64 => Kind::Fixed64,
            Type::FIXED32 => Kind::Fixed32,
            Type::BOOL => Kind::Bool,
            Type::STRING => Kind::String,
            Type::BYTES => Kind::Bytes,
            Type::UINT32 => Kind::Uint32,
            Type::SFIXED32 => Kind::Sfixed32,
            Type::SFIXED64 => Kind::Sfixed64,
            Type::SINT32 => Kind::Sint32,
            Type::SINT64 => Kind::Sint64,
            Type::MESSAGE | Type::GROUP => return self.message(field.type_name(), full_name),
            Type::ENUM => {
                return match self.find(field.type_name()) {
                    Some((file, Symbol::Enum(index))) => Ok(Link::Enum(file, index)),
                    Some(_) => Err(error(
                        self.file,
                        full_name,
                        format!("{} is no enum", field.type_name()),
                    )),
                    None => self.missing(field.type_name(), full_name),
                };
            }
            other => {
                return Err(error(
                    self.file,
                    full_name,
                    format!("type {} is unknown", other.0),
                ));
            }
        };
        Ok(Link::Scalar(scalar))
    }

    fn message(&self, type_name: &str, full_name: &str) -> Result<Link, LinkError> {
        match self.find(type_name) {
            Some((file, Symbol::Message(index))) => Ok(Link::Message(file, index)),
            Some(_) => Err(error(
                self.file,
                full_name,
                format!("{type_name} is no message"),
            )),
            None => self.missing(type_name, full_name),
        }
    }

    fn missing(&self, type_name: &str, full_name: &str) -> Result<Link, LinkError> {
        match self.missing {
            Missing::Tolerated => Ok(Link::Missing),
            Missing::Refused => Err(error(
                self.file,
                full_name,
                format!("the type {type_name} is not defined"),
            )),
        }
    }

    /// Looks a type up here, in the imports, and in what those import publicly.
    fn find(&self, type_name: &str) -> Option<(Option<FileDescriptor>, Symbol)> {
        let full_name = type_name.strip_prefix('.').unwrap_or(type_name);
        if let Some(&symbol) = self.symbols.get(full_name) {
            return Some((None, symbol));
        }
        let mut files: Vec<&FileDescriptor> = self.dependencies.iter().collect();
        while let Some(file) = files.pop() {
            if let Some(&symbol) = file.data.symbols.get(full_name) {
                return Some((Some(file.clone()), symbol));
            }
            // A generated file may import one that has no descriptor, so names lead, not indices.
            let proto = file.proto();
            let public = proto.public_dependency.iter();
            let public =
                public.filter_map(|&index| proto.dependency.get(usize::try_from(index).ok()?));
            for name in public {
                files.extend(
                    file.dependencies()
                        .iter()
                        .filter(|file| file.name() == name),
                );
            }
        }
        None
    }

    fn by_number(&self, fields: &[FieldData]) -> Result<Vec<(u32, usize)>, LinkError> {
        let mut by_number: Vec<_> = fields
            .iter()
            .enumerate()
            .map(|(index, field)| (field.number, index))
            .collect();
        by_number.sort_unstable();
        match by_number.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => {
                let (first, second) = (&fields[pair[0].1], &fields[pair[1].1]);
                let text = format!(
                    "number {} is that of {} too",
                    second.number, first.full_name
                );
                Err(error(self.file, &second.full_name, text))
            }
            None => Ok(by_number),
        }
    }
}

/// A group, or a message field that a feature so encodes; `FieldDescriptor` excepts maps.
fn is_delimited(field: &FieldDescriptorProto, kind: &Link, features: Features) -> bool {
    let message = matches!(kind, Link::Message(..) | Link::Missing);
    field.r#type() == Type::GROUP
        || (field.r#type() == Type::MESSAGE
            && message
            && features.message_encoding == MessageEncoding::DELIMITED)
}

/// The JSON name of a field that has none in its descriptor: `_x` becomes `X`.
pub fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut upper = false;
    for character in name.chars() {
        if character == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            json.push(character.to_ascii_uppercase());
        } else {
            json.push(character);
        }
    }
    json
}
