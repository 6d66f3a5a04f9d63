//! JSON to messages: what a user calls, and the way through a message's fields.

use std::fmt::{Display, Write};

use super::error::{Failure, ParseError};
use super::json::{Json, Node};
use super::reader;
use super::scalar::{self, Unusable};
use super::target::{Seen, Target};
use super::well_known::WellKnown;
use crate::descriptor::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use crate::message::Message;
use crate::reflect::{
    DynamicMessage, Entries, Field, FieldMut, List, Reflect, Types, Value, stand_in,
};

/// How JSON is read: the options of Python's `Parse`.
///
/// ```
/// use rustgrpc_protobuf::google::protobuf::SourceContext;
/// use rustgrpc_protobuf::json_format::Parser;
///
/// let text = r#"{"fileName": "a.proto", "added": 1}"#;
/// assert!(Parser::new().parse::<SourceContext>(text).is_err());
/// let context: SourceContext = Parser::new().ignore_unknown_fields(true).parse(text).unwrap();
/// assert_eq!(context.file_name, "a.proto");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Parser<'p> {
    pub(super) ignore_unknown_fields: bool,
    max_recursion_depth: usize,
    descriptor_pool: Option<&'p DescriptorPool>,
}

impl Default for Parser<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'p> Parser<'p> {
    /// A parser with Python's defaults: unknown fields are errors, and messages lie at most 100
    /// deep within each other.
    pub fn new() -> Self {
        Self {
            ignore_unknown_fields: false,
            max_recursion_depth: 100,
            descriptor_pool: None,
        }
    }

    /// Skips fields, extensions and names of enum values that the schema does not know.
    /// Default: false.
    #[must_use]
    pub fn ignore_unknown_fields(mut self, ignore: bool) -> Self {
        self.ignore_unknown_fields = ignore;
        self
    }

    /// How deep messages may lie within each other. Default: 100. The stack has to bear it.
    #[must_use]
    pub fn max_recursion_depth(mut self, depth: usize) -> Self {
        self.max_recursion_depth = depth;
        self
    }

    /// Where to look for extensions and the types of `Any`s that the message's own file does not
    /// lead to. Default: none.
    #[must_use]
    pub fn descriptor_pool(mut self, pool: &'p DescriptorPool) -> Self {
        self.descriptor_pool = Some(pool);
        self
    }

    /// A message from JSON. Mirrors Python's `Parse`.
    ///
    /// # Errors
    /// If the text is not JSON, or not that of such a message.
    pub fn parse<M: Message>(&self, text: &str) -> Result<M, ParseError> {
        let mut message = M::default();
        self.merge(text, &mut message)?;
        Ok(message)
    }

    /// A message whose type is known at run time alone.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_dynamic(
        &self,
        descriptor: &MessageDescriptor,
        text: &str,
    ) -> Result<DynamicMessage, ParseError> {
        let mut message = DynamicMessage::new(descriptor.clone());
        self.merge(text, &mut message)?;
        Ok(message)
    }

    /// Merges JSON into a message, as Python's `Parse` does: scalars, repeated fields and maps are
    /// replaced, messages merged, and `null` clears a field.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); what came before the error has been merged.
    pub fn merge(&self, text: &str, message: &mut dyn Reflect) -> Result<(), ParseError> {
        reader::read(text, self.brackets())
            .and_then(|node| self.merge_tree(&node, message))
            .map_err(|failure| failure.located(text))
    }

    /// How many brackets may be open at once. A message takes at most two: its own, and that of the list or
    /// map it is in.
    pub(crate) fn brackets(&self) -> usize {
        self.max_recursion_depth.saturating_mul(2).saturating_add(1)
    }

    pub(crate) fn merge_tree(
        &self,
        node: &Node<'_>,
        message: &mut dyn Reflect,
    ) -> Result<(), Box<Failure>> {
        let descriptor = message.message_descriptor();
        let mut parsing = Parsing {
            options: *self,
            path: descriptor.name().to_owned(),
            types: Types::new(self.descriptor_pool, &descriptor),
            depth: 0,
        };
        parsing.message(node, message)
    }
}

pub(super) type Parsed<T = ()> = Result<T, Box<Failure>>;

/// A parse on its way.
pub(super) struct Parsing<'p> {
    pub(super) options: Parser<'p>,
    pub(super) types: Types<'p>,
    /// Where in the message, for errors.
    path: String,
    depth: usize,
}

impl Parsing<'_> {
    pub(super) fn message(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        stand_in::change(message, |message| self.any_message(node, message))
    }

    fn any_message(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        self.depth += 1;
        let most = self.options.max_recursion_depth;
        if self.depth > most {
            let text = format!("Message too deep. Max recursion depth is {most}");
            return Err(self.failure(node, text));
        }
        let descriptor = message.message_descriptor();
        match WellKnown::of(&descriptor) {
            Some(known) => self.well_known(known, node, message)?,
            None => self.regular(node, message, &descriptor, false)?,
        }
        self.depth -= 1;
        Ok(())
    }

    /// An object of a message's fields; in an `Any`, `@type` is none of them.
    pub(super) fn regular(
        &mut self,
        node: &Node<'_>,
        message: &mut dyn Reflect,
        descriptor: &MessageDescriptor,
        is_in_any: bool,
    ) -> Parsed {
        let Json::Object(members) = &node.json else {
            let name = descriptor.full_name();
            return Err(self.failure_at(
                node,
                format!("{name} must be in a dict which is {}", node.json),
            ));
        };
        let mut target = Target::new(message);
        let mut seen = Seen::default();
        for (name, value) in members {
            if is_in_any && name == "@type" {
                continue;
            }
            let Some(field) = self.field(name, value, &*target.message, descriptor)? else {
                continue;
            };
            self.check_first(&mut seen, &field, name, value, descriptor)?;
            let before = self.path.len();
            self.path.push('.');
            self.path.push_str(name);
            self.member(&field, value, &mut target)
                .map_err(|failure| within(failure, &field, name))?;
            self.path.truncate(before);
        }
        target.finish();
        Ok(())
    }

    /// The field with this name; `None` if there is none and that is no error.
    fn field(
        &self,
        name: &str,
        value: &Node<'_>,
        message: &dyn Reflect,
        descriptor: &MessageDescriptor,
    ) -> Parsed<Option<FieldDescriptor>> {
        if let Some(field) = descriptor.field_by_json_name(name) {
            return Ok(Some(field));
        }
        let bracketed = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'));
        // A message that drops unknown fields has no place for extensions.
        if let Some(extension) = bracketed
            && message.unknown().is_some()
            && let Some(found) = self.extension(descriptor, extension)
        {
            return Ok(Some(found));
        }
        if self.options.ignore_unknown_fields {
            return Ok(None);
        }
        let names: Vec<_> = descriptor
            .fields()
            .map(|field| format!("'{}'", field.json_name()))
            .collect();
        Err(self.failure(
            value,
            format!(
                "Message type \"{}\" has no field named \"{name}\" at \"{}\".\n Available Fields(except extensions): \"[{}]\"",
                descriptor.full_name(),
                self.path,
                names.join(", "),
            ),
        ))
    }

    /// The extension of a message with this full name; in a message set, it may go by its type's.
    fn extension(&self, extendee: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
        let found = self.types.extension(extendee, name)?;
        let extended = found.containing_message()?;
        (extended.full_name() == extendee.full_name()).then_some(found)
    }

    /// Refuses a second value for a field or a oneof.
    fn check_first(
        &self,
        seen: &mut Seen,
        field: &FieldDescriptor,
        name: &str,
        value: &Node<'_>,
        descriptor: &MessageDescriptor,
    ) -> Parsed {
        let message = descriptor.full_name();
        if !seen.fields.insert(field.number()) {
            return Err(self.failure(
                value,
                format!(
                    "Message type \"{message}\" should not have multiple \"{name}\" fields at \"{}\".",
                    self.path
                ),
            ));
        }
        if value.is_null() && !takes_null(&field.kind()) {
            return Ok(());
        }
        match (field.containing_oneof(), field.proto().oneof_index) {
            (Some(oneof), Some(index)) if !seen.oneofs.insert(index) => Err(self.failure(
                value,
                format!(
                    "Message type \"{message}\" should not have multiple \"{}\" oneof fields at \"{}\".",
                    oneof.name(),
                    self.path
                ),
            )),
            _ => Ok(()),
        }
    }

    fn member(
        &mut self,
        field: &FieldDescriptor,
        node: &Node<'_>,
        target: &mut Target<'_>,
    ) -> Parsed {
        let kind = field.kind();
        if node.is_null() && (field.is_repeated() || !takes_null(&kind)) {
            target.clear(field);
            return Ok(());
        }
        if let Some((key, value)) = field.map_entry() {
            let Some(FieldMut::Map(map)) = target.contents(field) else {
                return Err(self.mismatch(node, field));
            };
            return self.map(&key.kind(), &value.kind(), node, map, field);
        }
        if field.is_repeated() {
            let Some(FieldMut::List(list)) = target.contents(field) else {
                return Err(self.mismatch(node, field));
            };
            return self.list(&kind, node, list, field);
        }
        if let Kind::Message(_) = kind {
            let Some(FieldMut::Singular(slot)) = target.contents(field) else {
                return Err(self.mismatch(node, field));
            };
            return match slot.message_mut() {
                Some(message) => self.message(node, message),
                None => Err(self.mismatch(node, field)),
            };
        }
        // Before the field is touched: a oneof's member that is touched is set.
        let Some(value) = self.scalar(node, &kind)? else {
            return Ok(());
        };
        self.set(target.contents(field), value, node, field)
    }

    fn set(
        &self,
        contents: Option<FieldMut<'_>>,
        value: Value,
        node: &Node<'_>,
        field: &FieldDescriptor,
    ) -> Parsed {
        match contents {
            Some(FieldMut::Singular(slot)) => slot.set(value).ok(),
            _ => None,
        }
        .ok_or_else(|| self.mismatch(node, field))
    }

    pub(super) fn list(
        &mut self,
        kind: &Kind,
        node: &Node<'_>,
        list: &mut dyn List,
        field: &FieldDescriptor,
    ) -> Parsed {
        let Json::Array(elements) = &node.json else {
            let name = field.name();
            return Err(self.failure_at(
                node,
                format!("repeated field {name} must be in [] which is {}", node.json),
            ));
        };
        list.clear();
        for (index, element) in elements.iter().enumerate() {
            let before = self.enter(format_args!("[{index}]"));
            if element.is_null() && !takes_null(kind) {
                let text = "null is not allowed to be used as an element in a repeated field";
                return Err(self.failure_at(element, text.to_owned()));
            }
            if let Kind::Message(_) = kind {
                match list.push_message() {
                    Some(message) => self.message(element, message)?,
                    None => return Err(self.mismatch(element, field)),
                }
            } else if let Some(value) = self.scalar(element, kind)?
                && list.push(value).is_err()
            {
                return Err(self.mismatch(element, field));
            }
            self.path.truncate(before);
        }
        Ok(())
    }

    pub(super) fn map(
        &mut self,
        key_kind: &Kind,
        value_kind: &Kind,
        node: &Node<'_>,
        map: &mut dyn Entries,
        field: &FieldDescriptor,
    ) -> Parsed {
        let Json::Object(members) = &node.json else {
            let name = field.name();
            return Err(self.failure_at(
                node,
                format!("Map field {name} must be in a dict which is {}", node.json),
            ));
        };
        map.clear();
        for (key, value) in members {
            let before = self.path.len();
            self.path.push_str(".key");
            let key_value = scalar::map_key(key, key_kind)
                .map_err(|unusable| self.unusable(value, unusable))?;
            self.path.truncate(before);
            self.enter(format_args!("[{key}]"));
            if let Kind::Message(_) = value_kind {
                match map.insert_message(key_value) {
                    Ok(message) => self.message(value, message)?,
                    Err(_) => return Err(self.mismatch(value, field)),
                }
            } else if let Some(scalar) = self.scalar(value, value_kind)?
                && map.insert(key_value, scalar).is_err()
            {
                return Err(self.mismatch(value, field));
            }
            self.path.truncate(before);
        }
        Ok(())
    }

    /// A value that is no message; `None` if it is the unknown name of an enum's value, and that
    /// is no error.
    pub(super) fn scalar(&self, node: &Node<'_>, kind: &Kind) -> Parsed<Option<Value>> {
        match scalar::value(&node.json, kind) {
            Ok(value) => Ok(Some(value)),
            Err(Unusable::UnknownName(_)) if self.options.ignore_unknown_fields => Ok(None),
            Err(unusable) => Err(self.unusable(node, unusable)),
        }
    }

    fn unusable(&self, node: &Node<'_>, unusable: Unusable) -> Box<Failure> {
        match unusable {
            Unusable::UnknownName(text) | Unusable::Located(text) => self.failure_at(node, text),
            Unusable::Plain(text) => self.failure(node, text),
        }
    }

    /// Goes further down; what it gives is the length to cut the path to on the way back.
    pub(super) fn enter(&mut self, step: impl Display) -> usize {
        let before = self.path.len();
        write!(self.path, "{step}").expect("a string takes what is written");
        before
    }

    pub(super) fn leave(&mut self, before: usize) {
        self.path.truncate(before);
    }

    pub(super) fn failure(&self, node: &Node<'_>, text: String) -> Box<Failure> {
        Box::new(Failure {
            at: node.at,
            path: self.path.clone(),
            text,
        })
    }

    /// A failure whose text ends with the path.
    pub(super) fn failure_at(&self, node: &Node<'_>, text: impl Display) -> Box<Failure> {
        let text = format!("{text} at {}", self.path);
        self.failure(node, text)
    }

    /// A field whose Rust type is not that of its descriptor: one of another generator.
    pub(super) fn mismatch(&self, node: &Node<'_>, field: &FieldDescriptor) -> Box<Failure> {
        let name = field.full_name();
        self.failure(
            node,
            format!("{name} is of a type that cannot be read from JSON"),
        )
    }
}

/// Whether `null` is a value of this type, and not the lack of one.
fn takes_null(kind: &Kind) -> bool {
    match kind {
        Kind::Message(message) => message.full_name() == "google.protobuf.Value",
        Kind::Enum(found) => found.full_name() == "google.protobuf.NullValue",
        _ => false,
    }
}

/// Names the field that a failure happened in; Python does not for the members of a oneof.
fn within(mut failure: Box<Failure>, field: &FieldDescriptor, name: &str) -> Box<Failure> {
    if field.containing_oneof().is_none() {
        failure.text = format!("Failed to parse {name} field: {}.", failure.text);
    }
    failure
}

/// The contents of a field of a well-known type.
pub(super) fn contents_of(message: &mut dyn Reflect, number: u32) -> Option<FieldMut<'_>> {
    message.field_by_number_mut(number).map(Field::contents_mut)
}
