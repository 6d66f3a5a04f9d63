//! `serde` for messages: what is serialized is the message's canonical JSON, in whatever format.

use std::borrow::Cow;
use std::fmt;

use ::serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use ::serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::json_format::tree::{Json, Names, Node, encode_base64, integer, read};
use crate::json_format::{Parser, Printer};
use crate::message::Message;
use crate::reflect::{DynamicMessage, Reflect};

/// Serializes a message as its canonical JSON.
pub fn serialize<S: Serializer>(message: &dyn Reflect, serializer: S) -> Result<S::Ok, S::Error> {
    Printer::new().serialize(message, serializer)
}

/// A message from what [`serialize`] wrote, or from any JSON that the parser takes.
pub fn deserialize<'de, M: Message, D: Deserializer<'de>>(deserializer: D) -> Result<M, D::Error> {
    let mut message = M::default();
    Parser::new().deserialize(deserializer, &mut message)?;
    Ok(message)
}

impl Printer<'_> {
    /// Serializes the message as its JSON in any format. Mirrors Python's `MessageToDict`, where `serializer`
    /// is `serde_json::value::Serializer`. Needs the feature `serde`.
    ///
    /// The options for text ([`indent`](Self::indent), [`ensure_ascii`](Self::ensure_ascii)) mean nothing here.
    ///
    /// # Errors
    /// As [`print`](Self::print), and those of the serializer.
    #[doc(alias = "MessageToDict")]
    pub fn serialize<S: Serializer>(
        &self,
        message: &dyn Reflect,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = self.indent(None).ensure_ascii(false).print(message);
        let text = text.map_err(S::Error::custom)?;
        match read(&text, usize::MAX) {
            Ok(node) => node.json.serialize(serializer),
            Err(failure) => Err(S::Error::custom(&failure.text)),
        }
    }
}

impl Parser<'_> {
    /// Merges a value of any format into a message as [`merge`](Self::merge) does its JSON. Mirrors Python's
    /// `ParseDict`, where `deserializer` is a `serde_json::Value`. Needs the feature `serde`.
    ///
    /// # Errors
    /// Those of the deserializer, and as [`merge`](Self::merge).
    #[doc(alias = "ParseDict")]
    pub fn deserialize<'de, D: Deserializer<'de>>(
        &self,
        deserializer: D,
        message: &mut dyn Reflect,
    ) -> Result<(), D::Error> {
        let depth = self.brackets();
        let node = Tree { depth }.deserialize(deserializer)?;
        self.merge_tree(&node, message)
            .map_err(|failure| D::Error::custom(&failure.text))
    }
}

impl Serialize for DynamicMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, serializer)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(text) => serialize_number(text, serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(elements) => {
                let mut sequence = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    sequence.serialize_element(&element.json)?;
                }
                sequence.end()
            }
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name.as_ref(), &value.json)?;
                }
                map.end()
            }
        }
    }
}

fn serialize_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if text.contains(['.', 'e', 'E']) {
        return match text.parse() {
            Ok(value) => serializer.serialize_f64(value),
            Err(error) => Err(S::Error::custom(error)),
        };
    }
    let value = integer(text).unwrap_or_default();
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => serializer.serialize_i64(value),
        (_, Ok(value)) => serializer.serialize_u64(value),
        _ => Err(S::Error::custom("the number is beyond 64 bits")),
    }
}

/// Reads any value of any format as a tree of JSON.
#[derive(Clone, Copy)]
struct Tree {
    /// How many arrays and objects may still be opened within each other.
    depth: usize,
}

impl Tree {
    fn deeper<E: ::serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth }),
            None => Err(E::custom("the value is nested too deeply")),
        }
    }
}

/// A tree that did not come from a text has no places.
fn node(json: Json<'static>) -> Node<'static> {
    Node { at: 0, json }
}

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Node<'static>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Node<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the JSON of a protobuf message")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(node(Json::Null))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(node(Json::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        self.deeper()?.deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(node(Json::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(node(Json::Number(value.to_string().into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(node(Json::Number(value.to_string().into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(node(if value.is_nan() {
            Json::String("NaN".into())
        } else if value.is_infinite() {
            Json::String(if value > 0.0 { "Infinity" } else { "-Infinity" }.into())
        } else {
            Json::Number(format!("{value:?}").into())
        }))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(node(Json::String(value.to_owned().into())))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(node(Json::String(value.into())))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Self::Value, E> {
        Ok(node(Json::String(encode_base64(value).into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let inner = self.deeper()?;
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element_seed(inner)? {
            elements.push(element);
        }
        Ok(node(Json::Array(elements)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let inner = self.deeper()?;
        let mut members: Vec<(Cow<'static, str>, Node<'static>)> = Vec::new();
        let mut names = Names::default();
        while let Some(key) = map.next_key_seed(inner)? {
            let name = match key.json {
                Json::String(text) | Json::Number(text) => text,
                Json::Bool(value) => if value { "true" } else { "false" }.into(),
                _ => return Err(A::Error::custom("a key is no string")),
            };
            if !names.is_new(&name, &members) {
                return Err(A::Error::custom(format_args!("duplicate key {name}")));
            }
            members.push((name, map.next_value_seed(inner)?));
        }
        Ok(node(Json::Object(members)))
    }
}
