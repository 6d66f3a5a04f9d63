//! JSON to the well-known types that have a form of their own.

use super::json::{Json, Node};
use super::parser::{Parsed, Parsing, contents_of};
use super::well_known::{WellKnown, type_name};
use super::{field_mask, time};
use crate::descriptor::{FieldDescriptor, Kind, MessageDescriptor};
use crate::reflect::{DynamicMessage, FieldMut, Reflect, Value};

impl Parsing<'_> {
    pub(super) fn well_known(
        &mut self,
        known: WellKnown,
        node: &Node<'_>,
        message: &mut dyn Reflect,
    ) -> Parsed {
        match known {
            WellKnown::Any => self.any(node, message),
            WellKnown::Struct => self.structure(node, message),
            WellKnown::ListValue => self.list_value(node, message),
            WellKnown::Value => self.value(node, message),
            WellKnown::Wrapper => self.wrapper(node, message),
            WellKnown::Timestamp => {
                let (seconds, nanos) = self.text("Timestamp", node, time::timestamp_of)?;
                self.put(node, message, 1, Value::Int64(seconds))?;
                self.put(node, message, 2, Value::Int32(nanos))
            }
            WellKnown::Duration => {
                let (seconds, nanos) = self.text("Duration", node, time::duration_of)?;
                self.put(node, message, 1, Value::Int64(seconds))?;
                self.put(node, message, 2, Value::Int32(nanos))
            }
            WellKnown::FieldMask => self.field_mask(node, message),
        }
    }

    /// What a type makes of a string.
    fn text<T>(
        &self,
        name: &str,
        node: &Node<'_>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Parsed<T> {
        match &node.json {
            Json::String(text) => read(text).map_err(|error| self.failure_at(node, error)),
            other => Err(self.failure_at(node, format!("{name} JSON value not a string: {other}"))),
        }
    }

    fn put(&self, node: &Node<'_>, message: &mut dyn Reflect, number: u32, value: Value) -> Parsed {
        match contents_of(message, number) {
            Some(FieldMut::Singular(slot)) => slot.set(value).ok(),
            _ => None,
        }
        .ok_or_else(|| self.foreign_shape(node))
    }

    fn field_mask(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        let paths = self.text("FieldMask", node, field_mask::paths_of)?;
        let Some(FieldMut::List(list)) = contents_of(message, 1) else {
            return Err(self.foreign_shape(node));
        };
        list.clear();
        for path in paths {
            list.push(Value::String(path))
                .map_err(|_| self.foreign_shape(node))?;
        }
        Ok(())
    }

    fn wrapper(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        let field = self.field_of(node, message, 1)?;
        let before = self.enter(".value");
        if let Some(value) = self.scalar(node, &field.kind())? {
            self.put(node, message, 1, value)?;
        }
        self.leave(before);
        Ok(())
    }

    fn structure(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        let Json::Object(members) = &node.json else {
            let text = format!("Struct must be in a dict which is {}", node.json);
            return Err(self.failure_at(node, text));
        };
        let Some(FieldMut::Map(map)) = contents_of(message, 1) else {
            return Err(self.foreign_shape(node));
        };
        map.clear();
        for (name, value) in members {
            let before = self.enter(format_args!(".{name}"));
            match map.insert_message(Value::String(name.clone().into_owned())) {
                Ok(message) => self.message(value, message)?,
                Err(_) => return Err(self.foreign_shape(node)),
            }
            self.leave(before);
        }
        Ok(())
    }

    fn list_value(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        if !matches!(node.json, Json::Array(_)) {
            let text = format!("ListValue must be in [] which is {}", node.json);
            return Err(self.failure_at(node, text));
        }
        let field = self.field_of(node, message, 1)?;
        let Some(FieldMut::List(list)) = contents_of(message, 1) else {
            return Err(self.foreign_shape(node));
        };
        self.list(&field.kind(), node, list, &field)
    }

    /// A `google.protobuf.Value`, whose members are numbered null, number, string, bool, struct, list.
    fn value(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        match &node.json {
            Json::Null => self.put(node, message, 1, Value::Enum(0)),
            Json::Number(_) => {
                let number = self.scalar(node, &Kind::Double)?;
                let number = number.ok_or_else(|| self.foreign_shape(node))?;
                self.put(node, message, 2, number)
            }
            Json::String(text) => {
                self.put(node, message, 3, Value::String(text.clone().into_owned()))
            }
            Json::Bool(value) => self.put(node, message, 4, Value::Bool(*value)),
            Json::Object(_) => self.nested_value(node, message, 5),
            Json::Array(_) => self.nested_value(node, message, 6),
        }
    }

    fn nested_value(&mut self, node: &Node<'_>, message: &mut dyn Reflect, number: u32) -> Parsed {
        match contents_of(message, number) {
            Some(FieldMut::Singular(slot)) => match slot.message_mut() {
                Some(nested) => self.message(node, nested),
                None => Err(self.foreign_shape(node)),
            },
            _ => Err(self.foreign_shape(node)),
        }
    }

    fn any(&mut self, node: &Node<'_>, message: &mut dyn Reflect) -> Parsed {
        let Json::Object(members) = &node.json else {
            let text = format!("Any must be in a dict which is {}", node.json);
            return Err(self.failure_at(node, text));
        };
        if members.is_empty() {
            return Ok(());
        }
        let Some(Json::String(type_url)) = node.member("@type").map(|found| &found.json) else {
            let text = "@type is missing when parsing any message".to_owned();
            return Err(self.failure_at(node, text));
        };
        let Some(descriptor) = self.types.message(type_name(type_url)) else {
            let text = format!("Can not find message descriptor by type_url: {type_url}");
            return Err(self.failure_at(node, text));
        };
        let mut held = DynamicMessage::new(descriptor.clone());
        match WellKnown::of(&descriptor) {
            None => self.regular(node, &mut held, &descriptor, true)?,
            Some(_) => self.any_value(node, &mut held, &descriptor)?,
        }
        self.put(
            node,
            message,
            1,
            Value::String(type_url.clone().into_owned()),
        )?;
        self.put(node, message, 2, Value::Bytes(held.serialize()))
    }

    /// A well-known type in an `Any`: it stands under `value`.
    fn any_value(
        &mut self,
        node: &Node<'_>,
        held: &mut DynamicMessage,
        descriptor: &MessageDescriptor,
    ) -> Parsed {
        let name = descriptor.full_name();
        let Some(value) = node.member("value") else {
            let text = format!("value is missing when parsing {name} in any message");
            return Err(self.failure_at(node, text));
        };
        if let Json::Object(members) = &node.json
            && !self.options.ignore_unknown_fields
            && let Some((other, _)) = members
                .iter()
                .find(|(name, _)| name != "@type" && name != "value")
        {
            let text = format!("{name} in any message has no field named \"{other}\"");
            return Err(self.failure_at(node, text));
        }
        let before = self.enter(".value");
        self.message(value, held)?;
        self.leave(before);
        Ok(())
    }

    fn field_of(
        &self,
        node: &Node<'_>,
        message: &dyn Reflect,
        number: u32,
    ) -> Parsed<FieldDescriptor> {
        let field = message.message_descriptor().field_by_number(number);
        field.ok_or_else(|| self.foreign_shape(node))
    }

    /// A message with a well-known type's name and other fields.
    fn foreign_shape(&self, node: &Node<'_>) -> Box<super::error::Failure> {
        let text = "The message has a well-known type's name, but not its fields".to_owned();
        self.failure_at(node, text)
    }
}
