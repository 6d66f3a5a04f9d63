//! Messages as text, and text as messages: what Python's `google.protobuf.text_format` does.
//!
//! | Python | here |
//! | --- | --- |
//! | `text_format.MessageToString(m)` | [`message_to_string`] |
//! | `text_format.MessageToString(m, as_one_line=True, …)` | [`Printer`] |
//! | `text_format.MessageToBytes(m)` | `message_to_string(&m).into_bytes()` |
//! | `text_format.PrintMessage(m, out, …)` | [`Printer::write`] |
//! | `text_format.PrintField(f, value, out, …)` | [`Printer::write_field`] |
//! | `text_format.PrintFieldValue(f, value, out, …)` | [`Printer::write_field_value`] |
//! | `text_format.Parse(text, M())` | [`parse`] |
//! | `text_format.Parse(text, m, allow_unknown_field=True, …)` | [`Parser::parse_into`] |
//! | `text_format.Merge(text, m, …)` | [`merge`], [`Parser::merge`] |
//! | `text_format.ParseLines(lines, m)`, `MergeLines` | the same, of `lines.join("\n")` |
//! | `text_format.ParseError` | [`ParseError`] |
//!
//! ```
//! use rustgrpc_protobuf::google::protobuf::Timestamp;
//! use rustgrpc_protobuf::text_format;
//!
//! let time: Timestamp = text_format::parse("seconds: 5  # since 1970\n nanos: 0x10").unwrap();
//! assert_eq!(text_format::message_to_string(&time), "seconds: 5\nnanos: 16\n");
//! let error = text_format::parse::<Timestamp>("hours: 1").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "1:1 : Message type \"google.protobuf.Timestamp\" has no field named \"hours\"."
//! );
//! ```
//!
//! [`Printer`] and [`Parser`] have a method for each keyword argument, of the same name. Python's
//! `Tokenizer` and `ParseBool`, `ParseInteger`, `ParseFloat` and `ParseEnum` have no counterpart.
//!
//! Packed messages (`Any`) are written and read by their fields where their type is found, and
//! extensions by their names: in the pool that is given, in the message's own file and what it
//! imports, and among the well-known types.

mod any;
mod error;
mod fields;
mod lexer;
mod lines;
mod literal;
mod number;
mod parser;
mod printer;
mod scalars;
mod skip;
mod unknown;

pub use error::ParseError;
pub use parser::{Parser, merge, parse};
pub use printer::{Printer, display_message, message_to_string};
