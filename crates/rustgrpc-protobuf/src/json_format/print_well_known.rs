//! The well-known types that have a form of their own, to JSON.

use super::error::SerializeError;
use super::printer::{Printing, Written, unexpected};
use super::well_known::{WellKnown, seconds_and_nanos, singular, type_name, type_url_and_value};
use super::{field_mask, time};
use crate::reflect::{DynamicMessage, Field, FieldRef, Reflect, ValueRef};

impl Printing<'_> {
    pub(super) fn well_known(&mut self, known: WellKnown, message: &dyn Reflect) -> Written {
        match known {
            WellKnown::Any => self.any(message),
            WellKnown::Struct => self.field_of(message, 1, '{', '}'),
            WellKnown::ListValue => self.field_of(message, 1, '[', ']'),
            WellKnown::Value => self.dynamic_value(message),
            WellKnown::Wrapper => {
                let descriptor = message.message_descriptor();
                let Some(field) = descriptor.field_by_number(1) else {
                    return Err(unexpected(descriptor.full_name()));
                };
                match singular(message, 1) {
                    Some(value) => self.value(&field.kind(), value),
                    None => self.default(&field),
                }
            }
            WellKnown::Timestamp => {
                let (seconds, nanos) = seconds_and_nanos(message);
                self.text(time::timestamp_text(seconds, nanos))
            }
            WellKnown::Duration => {
                let (seconds, nanos) = seconds_and_nanos(message);
                self.text(time::duration_text(seconds, nanos))
            }
            WellKnown::FieldMask => {
                let contents = message.field_by_number(1).map(Field::contents);
                let Some(FieldRef::List(paths)) = contents else {
                    return self.text(Ok(String::new()));
                };
                let paths = (0..paths.len()).filter_map(|index| match paths.at(index) {
                    ValueRef::String(path) => Some(path),
                    _ => None,
                });
                self.text(field_mask::text_of(paths))
            }
        }
    }

    fn text(&mut self, text: Result<String, String>) -> Written {
        self.output.string(&text.map_err(SerializeError::new)?);
        Ok(())
    }

    /// The one field of a message that stands for the message.
    fn field_of(&mut self, message: &dyn Reflect, number: u32, open: char, close: char) -> Written {
        let descriptor = message.message_descriptor();
        let contents = message.field_by_number(number).map(Field::contents);
        match (descriptor.field_by_number(number), contents) {
            (Some(field), Some(contents @ (FieldRef::List(_) | FieldRef::Map(_)))) => {
                self.contents(&field, &contents)
            }
            _ => {
                self.output.open(open);
                self.output.close(close);
                Ok(())
            }
        }
    }

    /// A `google.protobuf.Value`: whichever member is set; none is null, as in Python.
    fn dynamic_value(&mut self, message: &dyn Reflect) -> Written {
        let descriptor = message.message_descriptor();
        let set = descriptor
            .fields_by_number()
            .find_map(|field| Some((field.kind(), singular(message, field.number())?)));
        match set {
            None | Some((_, ValueRef::Enum(..))) => {
                self.output.null();
                Ok(())
            }
            Some((_, ValueRef::Double(value))) if !value.is_finite() => {
                let what = if value.is_nan() { "NaN" } else { "Infinity" };
                Err(SerializeError::new(format!(
                    "Fail to serialize {what} for Value.number_value, which would parse as string_value"
                )))
            }
            Some((kind, value)) => self.value(&kind, value),
        }
    }

    fn any(&mut self, message: &dyn Reflect) -> Written {
        let (type_url, value) = type_url_and_value(message);
        if type_url.is_empty() && value.is_empty() {
            self.output.open('{');
            self.output.close('}');
            return Ok(());
        }
        let Some(descriptor) = self.types.message(type_name(type_url)) else {
            return Err(SerializeError::final_(format!(
                "Can not find message descriptor by type_url: {type_url}"
            )));
        };
        let held = DynamicMessage::parse(&descriptor, value).map_err(|error| {
            let name = descriptor.full_name();
            SerializeError::final_(format!("Error parsing message with type '{name}': {error}"))
        })?;
        let Some(known) = WellKnown::of(&descriptor) else {
            return self.regular(&held, &descriptor, Some(type_url));
        };
        self.output.open('{');
        self.output.member("@type");
        self.output.string(type_url);
        self.output.member("value");
        self.nested(|printing| printing.well_known(known, &held))?;
        self.output.close('}');
        Ok(())
    }
}
