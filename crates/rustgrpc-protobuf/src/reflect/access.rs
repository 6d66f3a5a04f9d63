//! Fields by name: what Python's messages can without knowing their type.

use std::fmt;

use super::stand_in::{change, stand_in};
use super::{DynamicMessage, FieldMut, FieldRef, FieldValue, Reflect, Types, ValueRef};
use crate::descriptor::{FieldDescriptor, MessageDescriptor};
use crate::missing::MissingRequired;
use crate::unknown::UnknownFields;

/// A name does not lead to what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldError {
    /// The message has no field or oneof of this name.
    #[non_exhaustive]
    Unknown {
        /// The message's name.
        message: String,
        /// The name that was asked for.
        name: String,
    },
    /// The field cannot tell whether it is set.
    #[non_exhaustive]
    NoPresence {
        /// The field's full name.
        field: String,
    },
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { message, name } => {
                write!(f, "Protocol message {message} has no \"{name}\" field.")
            }
            Self::NoPresence { field } => write!(f, "Field {field} does not have presence."),
        }
    }
}

impl std::error::Error for FieldError {}

/// The same methods for every kind of message that is known at run time alone.
macro_rules! by_name {
    ($($type:tt)*) => {
        impl $($type)* {
            /// Whether the field, or any member of the oneof, is set. Mirrors Python's `HasField`.
            ///
            /// # Errors
            /// If the message has neither, or the field has no presence.
            #[doc(alias = "HasField")]
            pub fn has_field(&self, name: &str) -> Result<bool, FieldError> {
                has_field(self, name)
            }

            /// Makes the field as it is in a new message, or unsets the oneof. Mirrors Python's `ClearField`.
            ///
            /// # Errors
            /// If the message has neither.
            #[doc(alias = "ClearField")]
            pub fn clear_field(&mut self, name: &str) -> Result<(), FieldError> {
                clear_field(self, name)
            }

            /// The name of the oneof's member that is set. Mirrors Python's `WhichOneof`.
            ///
            /// # Errors
            /// If the message has no such oneof.
            #[doc(alias = "WhichOneof")]
            pub fn which_oneof(&self, name: &str) -> Result<Option<String>, FieldError> {
                which_oneof(self, name)
            }

            /// The fields that are set and what they hold, by number. Mirrors Python's `ListFields`.
            ///
            /// Extensions are among them if the file of the message that they extend, or one that it
            /// imports, declares them.
            #[doc(alias = "ListFields")]
            pub fn list_fields(&self) -> Vec<(FieldDescriptor, FieldValue<'_>)> {
                list_fields(self)
            }

            /// Whether all required fields are set, here and in all messages within. Mirrors Python's
            /// `IsInitialized`.
            #[doc(alias = "IsInitialized")]
            pub fn is_initialized(&self) -> bool {
                find_initialization_errors(self).is_empty()
            }

            /// The message as bytes, if it is complete. Mirrors Python's `SerializeToString`.
            ///
            /// # Errors
            /// If required fields are not set, here or in a message within.
            #[doc(alias = "SerializeToString")]
            pub fn try_serialize(&self) -> Result<Vec<u8>, MissingRequired> {
                MissingRequired::check(self)?;
                Ok(self.encoded())
            }

            /// The paths of required fields that are not set. Mirrors Python's `FindInitializationErrors`.
            #[doc(alias = "FindInitializationErrors")]
            pub fn find_initialization_errors(&self) -> Vec<String> {
                find_initialization_errors(self)
            }

            /// Forgets unknown fields, here and in all messages within. Mirrors Python's
            /// `DiscardUnknownFields`.
            #[doc(alias = "DiscardUnknownFields")]
            pub fn discard_unknown_fields(&mut self) {
                discard_unknown_fields(self);
            }
        }
    };
}

by_name!(dyn Reflect + '_);
by_name!(DynamicMessage);

pub(crate) fn has_field(message: &dyn Reflect, name: &str) -> Result<bool, FieldError> {
    let dynamic = stand_in(message);
    let message = whole(message, dynamic.as_ref());
    let descriptor = message.message_descriptor();
    let Some(field) = descriptor.field_by_name(name) else {
        return which_oneof(message, name).map(|member| member.is_some());
    };
    if field.has_presence() {
        return Ok(is_set(message, &field));
    }
    Err(FieldError::NoPresence {
        field: field.full_name().to_owned(),
    })
}

pub(crate) fn clear_field(message: &mut dyn Reflect, name: &str) -> Result<(), FieldError> {
    let descriptor = message.message_descriptor();
    if let Some(field) = descriptor.field_by_name(name) {
        message.clear_by_number(field.number());
        return Ok(());
    }
    if let Some(member) = set_member(message, name)? {
        message.clear_by_number(member.number());
    }
    Ok(())
}

pub(crate) fn which_oneof(message: &dyn Reflect, name: &str) -> Result<Option<String>, FieldError> {
    Ok(set_member(message, name)?.map(|member| member.name().to_owned()))
}

pub(crate) fn list_fields(message: &dyn Reflect) -> Vec<(FieldDescriptor, FieldValue<'_>)> {
    let mut fields: Vec<_> = set_fields(message)
        .into_iter()
        .map(|(field, contents)| (field, FieldValue::borrowed(contents)))
        .collect();
    let hidden = stand_in(message)
        .into_iter()
        .flat_map(DynamicMessage::into_set_fields)
        .filter(|(field, _)| message.field_by_number(field.number()).is_none());
    let extensions = Types::new(None, &message.message_descriptor())
        .resolve(message)
        .into_iter()
        .flat_map(DynamicMessage::into_set_fields);
    fields.extend(
        hidden
            .chain(extensions)
            .map(|(field, contents)| (field, FieldValue::read(contents))),
    );
    fields.sort_by_key(|(field, _)| field.number());
    fields
}

/// The fields that are set and that the message holds as such.
fn set_fields(message: &dyn Reflect) -> Vec<(FieldDescriptor, FieldRef<'_>)> {
    let descriptor = message.message_descriptor();
    let own = descriptor.fields_by_number().filter_map(|field| {
        let contents = message.field_by_number(field.number())?.contents();
        holds(&field, &contents).then_some((field, contents))
    });
    let extensions = message.extension_fields();
    let extensions = extensions
        .into_iter()
        .map(|(field, contents)| (field, contents.contents()));
    own.chain(extensions).collect()
}

pub(crate) fn find_initialization_errors(message: &dyn Reflect) -> Vec<String> {
    let mut errors = Vec::new();
    gather(message, "", &mut errors);
    errors
}

fn gather(message: &dyn Reflect, path: &str, errors: &mut Vec<String>) {
    let fields = list_fields(message);
    let descriptor = message.message_descriptor();
    for required in descriptor.fields().filter(FieldDescriptor::is_required) {
        if fields.iter().all(|(field, _)| *field != required) {
            errors.push(format!("{path}{}", required.name()));
        }
    }
    for (field, value) in &fields {
        let name = if field.is_extension() {
            format!("({})", field.full_name())
        } else {
            field.name().to_owned()
        };
        match value.contents() {
            FieldRef::Singular(ValueRef::Message(inner)) => {
                gather(inner, &format!("{path}{name}."), errors);
            }
            FieldRef::List(list) => {
                for index in 0..list.len() {
                    let ValueRef::Message(inner) = list.at(index) else {
                        break;
                    };
                    gather(inner, &format!("{path}{name}[{index}]."), errors);
                }
            }
            FieldRef::Map(map) => {
                let mut entries: Vec<_> = map.entries().collect();
                super::sort_entries(&mut entries);
                for (key, value) in entries {
                    let ValueRef::Message(inner) = value else {
                        break;
                    };
                    let path = format!("{path}{name}[{}].", key_text(key));
                    gather(inner, &path, errors);
                }
            }
            FieldRef::Absent | FieldRef::Singular(_) => {}
        }
    }
}

/// A map's key as Python's `str` writes it.
fn key_text(key: ValueRef<'_>) -> String {
    match key {
        ValueRef::String(key) => key.to_owned(),
        ValueRef::Int32(key) => key.to_string(),
        ValueRef::Int64(key) => key.to_string(),
        ValueRef::Uint32(key) => key.to_string(),
        ValueRef::Uint64(key) => key.to_string(),
        ValueRef::Bool(true) => "True".to_owned(),
        ValueRef::Bool(false) => "False".to_owned(),
        // There are no keys of other types.
        _ => String::new(),
    }
}

/// Extensions that the message's own file or its imports declare are known, and stay.
pub(crate) fn discard_unknown_fields(message: &mut dyn Reflect) {
    change(message, discard);
}

fn discard(message: &mut dyn Reflect) {
    let descriptor = message.message_descriptor();
    let resolved = Types::new(None, &descriptor).resolve(message);
    if let Some(unknown) = message.unknown_mut().filter(|unknown| !unknown.is_empty()) {
        *unknown = UnknownFields::default();
        if let Some(mut resolved) = resolved {
            resolved
                .unknown_mut()
                .into_iter()
                .for_each(UnknownFields::clear);
            discard_unknown_fields(&mut resolved);
            unknown.append_written(&resolved.serialize());
        }
    }
    // Asking for a field to be changed may set it, so only those that are set are asked for.
    let set: Vec<_> = set_fields(message)
        .into_iter()
        .map(|(field, _)| field.number())
        .collect();
    for number in set {
        match message
            .field_by_number_mut(number)
            .map(|field| field.contents_mut())
        {
            Some(FieldMut::Singular(slot)) => {
                slot.message_mut()
                    .into_iter()
                    .for_each(discard_unknown_fields);
            }
            Some(FieldMut::List(list)) => {
                for index in 0..list.len() {
                    match list.message_at_mut(index) {
                        Some(inner) => discard_unknown_fields(inner),
                        None => break,
                    }
                }
            }
            Some(FieldMut::Map(map)) => map.change_messages(&mut discard_unknown_fields),
            None => {}
        }
    }
}

/// The member of the oneof that is set.
fn set_member(message: &dyn Reflect, name: &str) -> Result<Option<FieldDescriptor>, FieldError> {
    let dynamic = stand_in(message);
    let message = whole(message, dynamic.as_ref());
    let members = members(&message.message_descriptor(), name)?;
    Ok(members.into_iter().find(|member| is_set(message, member)))
}

/// The members of a oneof, one that stands for `optional` too.
fn members(descriptor: &MessageDescriptor, name: &str) -> Result<Vec<FieldDescriptor>, FieldError> {
    let mut oneofs = descriptor.proto().oneof_decl.iter();
    let index = oneofs.position(|oneof| oneof.name() == name);
    let index = index.ok_or_else(|| FieldError::Unknown {
        message: descriptor.name().to_owned(),
        name: name.to_owned(),
    })?;
    let is_member = |field: &FieldDescriptor| {
        let member_of = field.proto().oneof_index;
        member_of.is_some_and(|member_of| usize::try_from(member_of) == Ok(index))
    };
    Ok(descriptor.fields().filter(is_member).collect())
}

/// What shows all fields: the message's stand-in, if it has one.
fn whole<'m>(message: &'m dyn Reflect, dynamic: Option<&'m DynamicMessage>) -> &'m dyn Reflect {
    match dynamic {
        Some(dynamic) => dynamic,
        None => message,
    }
}

fn is_set(message: &dyn Reflect, field: &FieldDescriptor) -> bool {
    let contents = message.field_by_number(field.number());
    contents.is_some_and(|contents| holds(field, &contents.contents()))
}

fn holds(field: &FieldDescriptor, contents: &FieldRef<'_>) -> bool {
    match contents {
        FieldRef::Absent => false,
        FieldRef::Singular(value) => field.has_presence() || !value.is_default(),
        FieldRef::List(list) => !list.is_empty(),
        FieldRef::Map(map) => !map.is_empty(),
    }
}
