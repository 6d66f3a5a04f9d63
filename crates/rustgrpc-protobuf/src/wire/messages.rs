//! Messages within messages.

use super::decoder::{Decoded, Decoder, END, Fail, push_default};
use super::wire_type;
use crate::message::Codec;
use crate::table::{self, Coding};

impl<'a> Decoder<'a> {
    /// Merges all fields that are left into `message`.
    #[inline(always)]
    pub(crate) fn fields<M: Codec>(self, message: &mut M) -> Decoded {
        let (rest, limit, depth) = self.into_parts();
        merge(message, rest, limit, depth)
    }

    /// Merges a length-delimited message.
    #[inline(always)]
    pub(crate) fn message<M: Codec>(&mut self, message: &mut M) -> Decoded {
        self.nested()?.fields(message)
    }

    /// A message up to the end of the group with this number.
    #[inline(always)]
    pub(crate) fn group<M: Codec>(&mut self, number: u32, message: &mut M) -> Decoded {
        let (rest, limit, depth) = self.into_parts();
        self.go_on_with(group(rest, limit, depth, number, message))
    }

    /// As [`group`](Self::group), of a message without code of its own.
    #[inline(never)]
    pub(crate) fn group_by_table(&mut self, number: u32, message: &mut dyn Coding) -> Decoded {
        let (rest, limit, depth) = self.into_parts();
        let mut decoder = Self::from_parts(rest, limit, depth.checked_sub(1).ok_or(Fail)?);
        let tag = decoder.next_tag();
        let end = table::decode(message, tag, &mut decoder);
        let is_ended = end == number << 3 | wire_type::END_GROUP;
        self.go_on_with(is_ended.then(|| decoder.rest()))
    }

    /// A length-delimited message, and those with the same tag that follow it, each a new element.
    #[inline(always)]
    pub(crate) fn messages<M: Codec>(&mut self, tag: u32, values: &mut Vec<M>) -> Decoded {
        let (rest, limit, depth) = self.into_parts();
        self.go_on_with(elements(rest, limit, depth, tag, values))
    }
}

/// The parts of a decoder instead of a decoder, because they are passed in registers.
fn merge<M: Codec>(message: &mut M, rest: &[u8], limit: *const u8, depth: u32) -> Decoded {
    let mut decoder = Decoder::from_parts(rest, limit, depth);
    if M::BY_TABLE {
        return table::merge(message, decoder);
    }
    let tag = decoder.next_tag();
    if message.decode(tag, &mut decoder) == END {
        Ok(())
    } else {
        Err(Fail)
    }
}

#[inline(never)]
fn group<'a, M: Codec>(
    rest: &'a [u8],
    limit: *const u8,
    depth: u32,
    number: u32,
    message: &mut M,
) -> Option<&'a [u8]> {
    let mut decoder = Decoder::from_parts(rest, limit, depth.checked_sub(1)?);
    let tag = decoder.next_tag();
    let end = message.decode(tag, &mut decoder);
    (end == number << 3 | wire_type::END_GROUP).then(|| decoder.rest())
}

#[inline(never)]
fn elements<'a, M: Codec>(
    rest: &'a [u8],
    limit: *const u8,
    depth: u32,
    tag: u32,
    values: &mut Vec<M>,
) -> Option<&'a [u8]> {
    let mut decoder = Decoder::from_parts(rest, limit, depth);
    loop {
        decoder.reserve_run(tag, values);
        let Ok(()) = decoder.message(push_default(values)) else {
            return None;
        };
        if !decoder.take_tag(tag) {
            return Some(decoder.rest());
        }
    }
}
