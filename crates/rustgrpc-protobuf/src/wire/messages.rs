//! Messages within messages.

use super::decoder::{Decoded, Decoder, push_default};
use crate::message::Codec;

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
    while let Some(tag) = decoder.tag()? {
        message.decode_field(tag, &mut decoder)?;
    }
    Ok(())
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
        if !decoder.take_short_tag(tag) {
            return Some(decoder.rest());
        }
    }
}
