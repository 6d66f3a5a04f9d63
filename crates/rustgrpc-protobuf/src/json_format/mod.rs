//! Messages as JSON, and back: ProtoJSON, as Python's `google.protobuf.json_format`.
//!
//! | Python | here |
//! | --- | --- |
//! | `MessageToJson(m)` | [`message_to_json`]`(&m)` |
//! | `MessageToJson(m, indent=None, …)` | [`Printer`]`::new().indent(None)….print(&m)` |
//! | `MessageToDict(m)` | with the feature `serde`: `serde_json::to_value(&m)`, or [`Printer`]`::new()….serialize(&m, serde_json::value::Serializer)` |
//! | `Parse(text, M())` | [`parse`]`::<M>(text)` |
//! | `Parse(text, m, ignore_unknown_fields=True)` | [`Parser`]`::new().ignore_unknown_fields(true).merge(text, &mut m)` |
//! | `ParseDict(d, M())` | with the feature `serde`: `serde_json::from_value::<M>(d)`, or [`Parser`]`::new()….deserialize(d, &mut m)` |
//! | `SerializeToJsonError`, `ParseError` | [`SerializeError`], [`ParseError`] |
//!
//! ```
//! use rustgrpc_protobuf::google::protobuf::{Struct, Timestamp, Value};
//! use rustgrpc_protobuf::json_format;
//!
//! let fields = Struct::new().with_fields([("count", Value::new().with_number_value(2.0))]);
//! assert_eq!(json_format::message_to_json(&fields).unwrap(), "{\n  \"count\": 2.0\n}");
//!
//! let time: Timestamp = json_format::parse(r#""1970-01-01T00:00:01.5Z""#).unwrap();
//! assert_eq!((time.seconds, time.nanos), (1, 500_000_000));
//! ```
//!
//! An [`Any`](crate::google::protobuf::Any) is written as the message that it holds, and extensions
//! have names. The types of both are looked for in the file that defines the message and in all that
//! it imports, then in the pool that was given, then among the well-known types.
//!
//! [`Printer`] and [`Parser`] have a method for each keyword argument, of the same name.
//!
//! With the feature `serde`, every message is `Serialize` and `Deserialize`: as its JSON, in any
//! format that describes itself.
//!
//! # Where this differs from Python
//! * Entries of a map are written in the order of their keys; Python's order is that of its hash table.
//! * A field given twice, by its JSON name and by its name in the schema, is refused.
//! * What is not base64 is refused; Python skips over characters that it does not know.
//! * Dates, durations and numbers in strings have exactly the form that the ProtoJSON specification
//!   gives, and an enum's number is an integer; Python takes `"1_0"`, and 1 for 1.5.
//! * `null` is an element of a repeated `NullValue`, as it is written.
//! * Required fields need not be set in what an `Any` holds.

mod base64;
mod error;
mod field_mask;
mod json;
mod number;
mod output;
mod parse_well_known;
mod parser;
mod print_well_known;
mod printer;
mod reader;
mod scalar;
mod target;
mod time;
mod well_known;

/// JSON as `serde` needs it.
#[cfg(feature = "serde")]
pub(crate) mod tree {
    pub(crate) use super::base64::encode as encode_base64;
    pub(crate) use super::json::{Json, Node};
    pub(crate) use super::number::integer;
    pub(crate) use super::reader::{Names, read};
}

use crate::message::Message;
use crate::reflect::Reflect;

pub use error::{ParseError, SerializeError};
pub use parser::Parser;
pub use printer::Printer;

/// The message as JSON, indented by two. Mirrors Python's `MessageToJson`.
///
/// [`Printer`] has the options.
///
/// # Errors
/// As [`Printer::print`].
#[doc(alias = "MessageToJson")]
pub fn message_to_json(message: &dyn Reflect) -> Result<String, SerializeError> {
    Printer::new().print(message)
}

/// A message from JSON. Mirrors Python's `Parse`.
///
/// [`Parser`] has the options.
///
/// # Errors
/// As [`Parser::parse`].
#[doc(alias = "Parse")]
pub fn parse<M: Message>(text: &str) -> Result<M, ParseError> {
    Parser::new().parse(text)
}
