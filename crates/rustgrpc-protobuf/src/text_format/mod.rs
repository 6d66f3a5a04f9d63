//! Messages as text, and text as messages: what Python's `google.protobuf.text_format` does.
//!
//! | Python | here |
//! | --- | --- |
//! | `text_format.MessageToString(m)` | [`message_to_string`] |
//! | `text_format.MessageToString(m, as_one_line=True, …)` | [`Printer`] |
//! | `text_format.Parse(text, M())` | [`parse`] |
//! | `text_format.Parse(text, m, allow_unknown_field=True, …)` | [`Parser::parse_into`] |
//! | `text_format.Merge(text, m, …)` | [`merge`], [`Parser::merge`] |
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
//! Packed messages (`Any`) are written and read by their fields where their type is found, and
//! extensions by their names: in the pool that is given, in the message's own file and what it
//! imports, and among the well-known types.

mod any;
mod error;
mod fields;
mod lexer;
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
