//! Text to fields.

use std::collections::HashMap;

use super::lexer::{Lexer, Token};
use super::{ParseError, Parser};
use crate::descriptor::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use crate::reflect::{DynamicMessage, FieldMut, FieldRef, Reflect, Types, Value, stand_in};

/// What reads one text.
pub(super) struct Reader<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) options: &'a Parser,
    pub(super) types: Types<'a>,
    /// Whether a singular field may stand twice.
    pub(super) merging: bool,
    pub(super) depth: usize,
    /// The fields of each message by name, as far as they were needed.
    names: HashMap<String, (MessageDescriptor, HashMap<String, FieldDescriptor>)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        text: &'a str,
        options: &'a Parser,
        pool: Option<&'a DescriptorPool>,
        root: &MessageDescriptor,
        merging: bool,
    ) -> Result<Self, ParseError> {
        Ok(Self {
            lexer: Lexer::new(text)?,
            options,
            types: Types::new(pool, root),
            merging,
            depth: 0,
            names: HashMap::new(),
        })
    }

    /// The whole text as one message.
    pub(super) fn whole(mut self, message: &mut dyn Reflect) -> Result<(), ParseError> {
        self.descend()?;
        let descriptor = message.message_descriptor();
        stand_in::change(message, |message| {
            while self.lexer.peek() != Token::End {
                self.field(message, &descriptor)?;
            }
            Ok(())
        })
    }

    /// A message between brackets, which are both ahead.
    pub(super) fn message(&mut self, message: &mut dyn Reflect) -> Result<(), ParseError> {
        let close = self.open()?;
        self.descend()?;
        let descriptor = message.message_descriptor();
        stand_in::change(message, |message| {
            while !self.lexer.take(close)? {
                if self.lexer.peek() == Token::End {
                    return Err(self.lexer.error_before(format!("Expected \"{close}\".")));
                }
                self.field(message, &descriptor)?;
            }
            Ok(())
        })?;
        self.depth -= 1;
        Ok(())
    }

    /// Takes an opening bracket; gives the one that closes.
    pub(super) fn open(&mut self) -> Result<char, ParseError> {
        if self.lexer.take('<')? {
            return Ok('>');
        }
        self.lexer.expect('{')?;
        Ok('}')
    }

    pub(super) fn descend(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        let most = self.options.max_recursion_depth;
        if self.depth > most {
            let text = format!("Message too deep. Max recursion depth is {most}");
            return Err(self.lexer.error_before(text));
        }
        Ok(())
    }

    fn field(
        &mut self,
        message: &mut dyn Reflect,
        descriptor: &MessageDescriptor,
    ) -> Result<(), ParseError> {
        let field = if self.lexer.take('[')? {
            if descriptor.full_name() == "google.protobuf.Any" {
                self.packed(message)?;
                return self.separator();
            }
            self.extension(descriptor)?
        } else {
            self.named_field(descriptor)?
        };
        match field {
            None => self.skip_contents()?,
            Some(field) => {
                self.check_oneof(message, descriptor, &field)?;
                self.contents(message, &field)?;
            }
        }
        self.separator()
    }

    pub(super) fn separator(&mut self) -> Result<(), ParseError> {
        if !self.lexer.take(',')? {
            self.lexer.take(';')?;
        }
        Ok(())
    }

    /// The extension whose name follows a bracket; `None` if it is to be passed over.
    fn extension(
        &mut self,
        descriptor: &MessageDescriptor,
    ) -> Result<Option<FieldDescriptor>, ParseError> {
        let mut name = self.lexer.identifier()?.to_owned();
        while self.lexer.take('.')? {
            name.push('.');
            name.push_str(self.lexer.identifier()?);
        }
        let full_name = descriptor.full_name();
        if descriptor.proto().extension_range.is_empty() {
            let text = format!("Message type \"{full_name}\" does not have extensions.");
            return Err(self.lexer.error_before(text));
        }
        let found = self.types.extension(descriptor, &name);
        match &found {
            None if self.options.allow_unknown_extension => {}
            None => {
                let text = format!(
                    "Extension \"{name}\" not registered. Did you import the _pb2 module which \
                     defines it? If you are trying to place the extension in the MessageSet field \
                     of another message that is in an Any or MessageSet field, that message's _pb2 \
                     module must be imported as well"
                );
                return Err(self.lexer.error_before(text));
            }
            Some(field) => {
                let extendee = field.containing_message();
                if extendee.is_none_or(|extendee| extendee.full_name() != full_name) {
                    let text = format!(
                        "Extension \"{name}\" does not extend message type \"{full_name}\"."
                    );
                    return Err(self.lexer.error_before(text));
                }
            }
        }
        self.lexer.expect(']')?;
        Ok(found)
    }

    /// The field whose name or number is ahead; `None` if it is to be passed over.
    fn named_field(
        &mut self,
        descriptor: &MessageDescriptor,
    ) -> Result<Option<FieldDescriptor>, ParseError> {
        let (name, number) = match self.lexer.peek() {
            Token::Identifier(name) => (name, None),
            Token::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                (text, text.parse::<u32>().ok())
            }
            _ => {
                let text = self.lexer.text();
                let text = format!("Expected identifier or number, got {text}.");
                return Err(self.lexer.error(text));
            }
        };
        self.lexer.advance()?;
        let number = number.filter(|_| self.options.allow_field_number);
        let found = match number {
            Some(number) => descriptor
                .field_by_number(number)
                .or_else(|| self.types.extension_by_number(descriptor, number)),
            None => self.field_by_text_name(descriptor, name),
        };
        if found.is_some()
            || self.options.allow_unknown_field
            || is_reserved(descriptor, name, number)
        {
            return Ok(found);
        }
        Err(self.lexer.error_before(format!(
            "Message type \"{}\" has no field named \"{name}\".",
            descriptor.full_name()
        )))
    }

    /// A field goes by its own name; a group by its type's too.
    fn field_by_text_name(
        &mut self,
        descriptor: &MessageDescriptor,
        name: &str,
    ) -> Option<FieldDescriptor> {
        let full_name = descriptor.full_name();
        let known = self.names.get(full_name);
        if !known.is_some_and(|(of, _)| of == descriptor) {
            let mut names = HashMap::new();
            for field in descriptor.fields() {
                names
                    .entry(field.text_name())
                    .or_insert_with(|| field.clone());
            }
            // A field's own name goes before the type's name of a group.
            for field in descriptor.fields() {
                names.insert(field.name().to_owned(), field);
            }
            self.names
                .insert(full_name.to_owned(), (descriptor.clone(), names));
        }
        self.names.get(full_name)?.1.get(name).cloned()
    }

    /// Whether another member of the field's oneof is set.
    fn check_oneof(
        &self,
        message: &dyn Reflect,
        descriptor: &MessageDescriptor,
        field: &FieldDescriptor,
    ) -> Result<(), ParseError> {
        let Some(oneof) = field.containing_oneof().filter(|_| !self.merging) else {
            return Ok(());
        };
        let other = oneof
            .fields()
            .find(|other| other.number() != field.number() && is_set(message, other));
        let Some(other) = other else { return Ok(()) };
        Err(self.lexer.error_before(format!(
            "Field \"{}\" is specified along with field \"{}\", another member of oneof \"{}\" \
             for message type \"{}\".",
            field.name(),
            other.name(),
            oneof.name(),
            descriptor.full_name()
        )))
    }

    /// What follows a field's name: one value, or a list of them.
    fn contents(
        &mut self,
        message: &mut dyn Reflect,
        field: &FieldDescriptor,
    ) -> Result<(), ParseError> {
        if field.is_extension() && message.extension_mut(field).is_none() {
            return self.stored_extension(message, field);
        }
        let is_message = matches!(field.kind(), Kind::Message(_));
        if is_message {
            self.lexer.take(':')?;
        } else {
            self.lexer.expect(':')?;
        }
        if !field.is_repeated() || !self.lexer.take('[')? {
            return self.value(message, field);
        }
        if self.lexer.take(']')? {
            return Ok(());
        }
        loop {
            self.value(message, field)?;
            if self.lexer.take(']')? {
                return Ok(());
            }
            self.lexer.expect(',')?;
        }
    }

    /// An extension of a message that keeps its extensions among the unknown fields.
    fn stored_extension(
        &mut self,
        message: &mut dyn Reflect,
        field: &FieldDescriptor,
    ) -> Result<(), ParseError> {
        let descriptor = message.message_descriptor();
        let is_set = !self.merging && !field.is_repeated() && {
            let in_set = descriptor.is_message_set();
            message
                .unknown()
                .is_some_and(|unknown| unknown.holds(field.number(), in_set))
        };
        let mut carrier = DynamicMessage::new(descriptor);
        self.contents(&mut carrier, field)?;
        if is_set {
            return Err(self.twice(message, field));
        }
        if let Some(unknown) = message.unknown_mut() {
            unknown.append_written(&carrier.serialize());
        }
        Ok(())
    }

    fn twice(&self, message: &dyn Reflect, field: &FieldDescriptor) -> ParseError {
        let descriptor = message.message_descriptor();
        let (name, kind) = if field.is_extension() {
            (field.full_name(), "extensions")
        } else {
            (field.name(), "fields")
        };
        self.lexer.error_before(format!(
            "Message type \"{}\" should not have multiple \"{name}\" {kind}.",
            descriptor.full_name()
        ))
    }

    fn value(
        &mut self,
        message: &mut dyn Reflect,
        field: &FieldDescriptor,
    ) -> Result<(), ParseError> {
        match field.kind() {
            Kind::Message(entry) if entry.is_map_entry() && field.is_repeated() => {
                self.map_entry(message, field, entry)
            }
            Kind::Message(_) => self.message_value(message, field),
            kind => {
                let value = self.scalar(&kind)?;
                if !self.merging && !field.is_repeated() && is_set(message, field) {
                    return Err(self.twice(message, field));
                }
                let stored = match contents_mut(message, field) {
                    Some(FieldMut::Singular(slot)) => slot.set(value).is_ok(),
                    Some(FieldMut::List(list)) => list.push(value).is_ok(),
                    _ => false,
                };
                self.stored(stored, field)
            }
        }
    }

    fn message_value(
        &mut self,
        message: &mut dyn Reflect,
        field: &FieldDescriptor,
    ) -> Result<(), ParseError> {
        if !self.merging && !field.is_repeated() && is_set(message, field) {
            self.open()?;
            return Err(self.twice(message, field));
        }
        let target = match contents_mut(message, field) {
            Some(FieldMut::Singular(slot)) => slot.message_mut(),
            Some(FieldMut::List(list)) => list.push_message(),
            _ => None,
        };
        match target {
            Some(target) => self.message(target),
            None => self.stored(false, field),
        }
    }

    /// An entry is read as a message of key and value, in whatever order they come.
    fn map_entry(
        &mut self,
        message: &mut dyn Reflect,
        field: &FieldDescriptor,
        descriptor: MessageDescriptor,
    ) -> Result<(), ParseError> {
        let mut entry = DynamicMessage::new(descriptor);
        self.message(&mut entry)?;
        let held = |number: u32, kind: &Kind| {
            let contents = entry.field_by_number(number).map(|field| field.contents());
            match contents {
                Some(FieldRef::Singular(value)) => value.to_value(),
                _ => Value::default_of(kind),
            }
        };
        let Some((key, value)) = field.map_entry() else {
            return self.stored(false, field);
        };
        let (Some(key), Some(FieldMut::Map(map))) =
            (held(1, &key.kind()), contents_mut(message, field))
        else {
            return self.stored(false, field);
        };
        let stored = match value.kind() {
            Kind::Message(_) => {
                let bytes = match entry.field_by_number(2).map(|field| field.contents()) {
                    Some(FieldRef::Singular(crate::reflect::ValueRef::Message(value))) => {
                        value.encoded()
                    }
                    _ => Vec::new(),
                };
                let target = map.insert_message(key);
                target.is_ok_and(|target| target.merge_encoded(&bytes).is_ok())
            }
            kind => held(2, &kind).is_some_and(|value| map.insert(key, value).is_ok()),
        };
        self.stored(stored, field)
    }

    fn stored(&self, stored: bool, field: &FieldDescriptor) -> Result<(), ParseError> {
        if stored {
            return Ok(());
        }
        // A message too deep to be handed over.
        let name = field.full_name();
        Err(self
            .lexer
            .error_before(format!("Field \"{name}\" cannot be set from text.")))
    }
}

/// What the field or extension holds, to be changed.
fn contents_mut<'m>(message: &'m mut dyn Reflect, field: &FieldDescriptor) -> Option<FieldMut<'m>> {
    let found = if field.is_extension() {
        message.extension_mut(field)
    } else {
        message.field_by_number_mut(field.number())
    };
    Some(found?.contents_mut())
}

fn is_set(message: &dyn Reflect, field: &FieldDescriptor) -> bool {
    let contents = message.field_by_number(field.number());
    match contents.map(|contents| contents.contents()) {
        Some(FieldRef::Singular(value)) => field.has_presence() || !value.is_default(),
        _ => false,
    }
}

/// Whether the schema keeps the name or number from being used again; texts may still have it.
fn is_reserved(descriptor: &MessageDescriptor, name: &str, number: Option<u32>) -> bool {
    let proto = descriptor.proto();
    match number.map(i64::from) {
        Some(number) => proto
            .reserved_range
            .iter()
            .any(|range| (i64::from(range.start())..i64::from(range.end())).contains(&number)),
        None => proto.reserved_name.iter().any(|reserved| reserved == name),
    }
}
