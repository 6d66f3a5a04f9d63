//! Strings and bytes, and runs of them: read out of line, so that a field costs its message a call.
//!
//! What is passed is what fits registers: the bytes up to the end of the message, and the end of the
//! input. What is given is the rest of those bytes, or `None` for a failure.

use super::decoder::{Decoder, push_default};
use super::string;

/// A string into `value`.
#[inline(never)]
pub(super) fn string<'a>(rest: &'a [u8], limit: *const u8, value: &mut String) -> Option<&'a [u8]> {
    let mut decoder = Decoder::flat(rest, limit);
    fill(&mut decoder, value)?;
    Some(decoder.rest())
}

/// A string and all that follow with the same tag, each a new element.
#[inline(never)]
pub(super) fn strings<'a>(
    rest: &'a [u8],
    limit: *const u8,
    tag: u32,
    values: &mut Vec<String>,
) -> Option<&'a [u8]> {
    let mut decoder = Decoder::flat(rest, limit);
    loop {
        decoder.reserve_run(tag, values);
        fill(&mut decoder, push_default(values))?;
        if !decoder.take_tag(tag) {
            return Some(decoder.rest());
        }
    }
}

/// Bytes into `value`.
#[inline(never)]
pub(super) fn byte_vec<'a>(rest: &'a [u8], value: &mut Vec<u8>) -> Option<&'a [u8]> {
    let mut decoder = Decoder::flat(rest, rest.as_ptr_range().end);
    let bytes = decoder.bytes().ok()?;
    if value.capacity() < bytes.len() {
        // The old bytes are of no use: growing would copy them.
        *value = Vec::with_capacity(bytes.len());
    }
    value.clear();
    value.extend_from_slice(bytes);
    Some(decoder.rest())
}

/// How many length-delimited elements with the tag `tag` stand in a row, of which the first one's tag has
/// been read: what a repeated field may reserve without trusting anybody's number.
#[inline(never)]
pub(super) fn run_length(rest: &[u8], tag: u32) -> usize {
    let mut decoder = Decoder::flat(rest, rest.as_ptr_range().end);
    let mut count = 1;
    while let Ok(length) = decoder.len() {
        decoder.advance(length);
        if !decoder.take_tag(tag) {
            break;
        }
        count += 1;
    }
    count
}

#[inline(always)]
fn fill(decoder: &mut Decoder<'_>, value: &mut String) -> Option<()> {
    let bytes = decoder.bytes().ok()?;
    string::fill(value, bytes, decoder.readable_from(bytes)).ok()
}
