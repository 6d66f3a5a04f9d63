//! The wire format: reading from one contiguous slice, writing back to front into one buffer.
//!
//! This module is the only one of the crate with `unsafe`; everything it exports is safe to call.
//! Two invariants carry it: a [`Decoder`] never moves past `end`, and `end` never lies past `limit`,
//! the end of the readable input; a [`Writer`] never moves below the start of its buffer.
#![allow(unsafe_code)]

mod block;
mod decoder;
mod length_delimited;
mod maps;
mod messages;
mod packed;
mod string;
mod varint;
mod writer;

pub(crate) use decoder::{Decoded, FAILED, Fail};
pub use decoder::{Decoder, END, Ended};
pub(crate) use decoder::{RECURSION_LIMIT, push_default};
pub(crate) use varint::varint_len;
pub use writer::Writer;
pub(crate) use writer::{fill_exactly, with_written};

/// The wire types of the protobuf encoding.
pub(crate) mod wire_type {
    /// A base-128 varint.
    pub(crate) const VARINT: u32 = 0;
    /// Eight bytes, little-endian.
    pub(crate) const FIXED64: u32 = 1;
    /// A varint length and that many bytes.
    pub(crate) const LEN: u32 = 2;
    /// The start of a group.
    pub(crate) const START_GROUP: u32 = 3;
    /// The end of a group.
    pub(crate) const END_GROUP: u32 = 4;
    /// Four bytes, little-endian.
    pub(crate) const FIXED32: u32 = 5;
}
