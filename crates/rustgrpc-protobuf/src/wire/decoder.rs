//! A cursor over one contiguous slice.

use std::marker::PhantomData;
use std::{ptr, slice};

use super::{length_delimited, varint, wire_type};

/// "These bytes are not a message": the fast path says only that; the cold path finds out why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fail;

/// What decoding a field comes to.
pub(crate) type Decoded = Result<(), Fail>;

/// The tag that ended a message's fields.
pub type Ended = u32;

/// In place of a tag: the message ends here. No tag is like it: there is no such wire type.
pub const END: u32 = u32::MAX;

/// In place of a tag: what stands here cannot be read. No tag is like it either.
// In band, so that no field that is read needs a branch of its own for it: it is none of the tags that a message knows.
pub(crate) const FAILED: u32 = END - 1;

/// How many messages and groups may lie within each other, as in C++ protobuf.
pub(crate) const RECURSION_LIMIT: u32 = 100;

/// A cursor over the bytes of one message, and the reading of everything that the wire format knows.
#[derive(Clone, Copy, Debug)]
pub struct Decoder<'a> {
    at: *const u8,
    /// The end of this message.
    end: *const u8,
    /// The end of the whole input: bytes up to here can be read, though they are not this message's.
    limit: *const u8,
    depth: u32,
    input: PhantomData<&'a [u8]>,
}

impl<'a> Decoder<'a> {
    /// A cursor over all of `input`, with `depth` levels of messages left.
    #[inline]
    pub(crate) fn new(input: &'a [u8], depth: u32) -> Self {
        let range = input.as_ptr_range();
        Self {
            at: range.start,
            end: range.end,
            limit: range.end,
            depth,
            input: PhantomData,
        }
    }

    /// A cursor over what cannot hold messages.
    #[inline(always)]
    pub(super) fn flat(rest: &'a [u8], limit: *const u8) -> Self {
        Self::from_parts(rest, limit, 0)
    }

    /// What [`into_parts`](Self::into_parts) gave: `limit` must not be any other input's.
    #[inline(always)]
    pub(super) fn from_parts(rest: &'a [u8], limit: *const u8, depth: u32) -> Self {
        let range = rest.as_ptr_range();
        debug_assert!(range.end <= limit);
        Self {
            at: range.start,
            end: range.end,
            limit,
            depth,
            input: PhantomData,
        }
    }

    /// What is left, the end of the input and the levels left.
    #[inline(always)]
    pub(super) fn into_parts(self) -> (&'a [u8], *const u8, u32) {
        (self.rest(), self.limit, self.depth)
    }

    /// What is left of this message.
    #[inline(always)]
    pub(crate) fn rest(&self) -> &'a [u8] {
        // SAFETY: at <= end, both within the input, which lives for 'a.
        unsafe { slice::from_raw_parts(self.at, self.left()) }
    }

    /// How many bytes are left of this message.
    #[inline(always)]
    pub fn left(&self) -> usize {
        self.end as usize - self.at as usize
    }

    #[inline(always)]
    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// The end of the whole input.
    #[inline(always)]
    pub(super) fn limit(&self) -> *const u8 {
        self.limit
    }

    /// How many bytes of the whole input can be read from the start of `part` on.
    #[inline(always)]
    pub(super) fn readable_from(&self, part: &'a [u8]) -> usize {
        self.limit as usize - part.as_ptr() as usize
    }

    /// Moves on by `count` bytes, which the caller has found to be there.
    #[inline(always)]
    pub(crate) fn advance(&mut self, count: usize) {
        debug_assert!(count <= self.left());
        // SAFETY: every caller has compared `count` with what `left` or `rest` gave.
        self.at = unsafe { self.at.add(count) };
    }

    /// The next byte, without moving.
    #[inline(always)]
    pub(crate) fn peek(&self) -> Option<u8> {
        // SAFETY: at < end lies within the input.
        (!self.is_at_end()).then(|| unsafe { *self.at })
    }

    /// The second byte, without moving.
    #[inline(always)]
    fn peek_second(&self) -> Option<u8> {
        // SAFETY: two bytes are left.
        (self.left() >= 2).then(|| unsafe { *self.at.add(1) })
    }

    /// The next field's tag (`number << 3 | wire type`), or `None` at the end of the message.
    #[inline(always)]
    pub fn tag(&mut self) -> Result<Option<u32>, Fail> {
        let Some(first) = self.peek() else {
            return Ok(None);
        };
        if first < 0x80 {
            self.advance(1);
            return Ok(Some(u32::from(first)));
        }
        match self.peek_second() {
            Some(second) if second < 0x80 => {
                self.advance(2);
                Ok(Some(u32::from(first & 0x7f) | u32::from(second) << 7))
            }
            _ => {
                let (tag, length) = varint::read_long_tag(self.rest());
                self.advance_checked(length)?;
                Ok(Some(tag))
            }
        }
    }

    /// The next field's tag, or [`END`], or [`FAILED`].
    #[inline(always)]
    pub(crate) fn next_tag(&mut self) -> u32 {
        match self.peek() {
            None => END,
            Some(first) if first < 0x80 => {
                self.advance(1);
                u32::from(first)
            }
            Some(first) => match self.peek_second() {
                Some(second) if second < 0x80 => {
                    self.advance(2);
                    u32::from(first & 0x7f) | u32::from(second) << 7
                }
                _ => {
                    let (tag, length) = varint::read_long_tag(self.rest());
                    match self.advance_checked(length) {
                        Ok(()) => tag,
                        Err(Fail) => FAILED,
                    }
                }
            },
        }
    }

    /// A varint.
    #[inline(always)]
    pub(crate) fn varint(&mut self) -> Result<u64, Fail> {
        match self.peek() {
            Some(byte) if byte < 0x80 => {
                self.advance(1);
                Ok(u64::from(byte))
            }
            _ => {
                let (value, length) = varint::read_long(self.rest());
                self.advance_checked(length)?;
                Ok(value)
            }
        }
    }

    /// A length, which is found to be there.
    #[inline(always)]
    pub(crate) fn len(&mut self) -> Result<usize, Fail> {
        let length = match self.peek() {
            Some(byte) if byte < 0x80 => {
                self.advance(1);
                usize::from(byte)
            }
            _ => {
                let (length, bytes) = varint::read_long_length(self.rest());
                self.advance_checked(bytes)?;
                length
            }
        };
        if length > self.left() {
            Err(Fail)
        } else {
            Ok(length)
        }
    }

    /// Moves on by what a slow path has read; it says 0 when it failed.
    #[inline(always)]
    fn advance_checked(&mut self, count: usize) -> Decoded {
        self.advance(count);
        if count == 0 { Err(Fail) } else { Ok(()) }
    }

    /// Moves on to what a function that was not inlined left over; `None` when it failed.
    #[inline(always)]
    pub(super) fn go_on_with(&mut self, rest: Option<&'a [u8]>) -> Decoded {
        let rest = rest.ok_or(Fail)?;
        debug_assert_eq!(rest.as_ptr_range().end, self.end);
        self.at = rest.as_ptr();
        Ok(())
    }

    /// The bytes of a length-delimited field.
    #[inline(always)]
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Fail> {
        let length = self.len()?;
        // SAFETY: `len` compared with what is left.
        let bytes = unsafe { slice::from_raw_parts(self.at, length) };
        self.advance(length);
        Ok(bytes)
    }

    /// A cursor over a length-delimited field, one level deeper.
    #[inline(always)]
    pub(crate) fn nested(&mut self) -> Result<Self, Fail> {
        let depth = self.depth.checked_sub(1).ok_or(Fail)?;
        Ok(Self {
            depth,
            ..self.nested_scalars()?
        })
    }

    /// A cursor over a packed field: no message, so no level deeper.
    #[inline(always)]
    pub(crate) fn nested_scalars(&mut self) -> Result<Self, Fail> {
        let length = self.len()?;
        let start = self.at;
        self.advance(length);
        Ok(Self {
            at: start,
            end: self.at,
            ..*self
        })
    }

    /// Takes away one of the levels that are left, for the groups within.
    #[inline]
    pub(crate) fn descend(&mut self) -> Decoded {
        self.depth = self.depth.checked_sub(1).ok_or(Fail)?;
        Ok(())
    }

    /// Gives back what [`descend`](Self::descend) took.
    #[inline]
    pub(crate) fn ascend(&mut self) {
        self.depth += 1;
    }

    #[inline(always)]
    pub(crate) fn fixed32(&mut self) -> Result<u32, Fail> {
        let bytes = *self.rest().first_chunk().ok_or(Fail)?;
        self.advance(4);
        Ok(u32::from_le_bytes(bytes))
    }

    #[inline(always)]
    pub(crate) fn fixed64(&mut self) -> Result<u64, Fail> {
        let bytes = *self.rest().first_chunk().ok_or(Fail)?;
        self.advance(8);
        Ok(u64::from_le_bytes(bytes))
    }

    /// A string into `value`, whose buffer is used again.
    #[inline(always)]
    pub(crate) fn string(&mut self, value: &mut String) -> Decoded {
        self.go_on_with(length_delimited::string(self.rest(), self.limit, value))
    }

    /// A string, and those with the same tag that follow it.
    #[inline(always)]
    pub(crate) fn strings(&mut self, tag: u32, values: &mut Vec<String>) -> Decoded {
        let rest = length_delimited::strings(self.rest(), self.limit, tag, values);
        self.go_on_with(rest)
    }

    /// Bytes into `value`, whose buffer is used again.
    #[inline(always)]
    pub(crate) fn byte_vec(&mut self, value: &mut Vec<u8>) -> Decoded {
        self.go_on_with(length_delimited::byte_vec(self.rest(), value))
    }

    /// Whether no field follows `tag`: it is [`END`], the end of a group, or nothing that can be read.
    #[inline(always)]
    pub fn is_end(&self, tag: u32) -> bool {
        matches!(tag & 7, wire_type::END_GROUP | 6 | 7)
    }

    /// Passes over the value of a field whose tag has been read; groups up to their end.
    pub fn skip(&mut self, tag: u32) -> Decoded {
        if tag >> 3 == 0 {
            return Err(Fail);
        }
        match tag & 7 {
            wire_type::VARINT => self.varint().map(drop),
            wire_type::FIXED64 => self.fixed64().map(drop),
            wire_type::LEN => self.bytes().map(drop),
            wire_type::FIXED32 => self.fixed32().map(drop),
            wire_type::START_GROUP => {
                self.descend()?;
                loop {
                    let inner = self.tag()?.ok_or(Fail)?;
                    if inner & 7 == wire_type::END_GROUP {
                        self.ascend();
                        return if inner >> 3 == tag >> 3 {
                            Ok(())
                        } else {
                            Err(Fail)
                        };
                    }
                    self.skip(inner)?;
                }
            }
            _ => Err(Fail),
        }
    }

    /// Makes room for an element of a repeated field whose tag has been read, and where it begins for all that
    /// follow in a row: one allocation.
    #[inline(always)]
    pub(crate) fn reserve_run<T>(&self, tag: u32, values: &mut Vec<T>) {
        if values.len() == values.capacity() {
            let run = length_delimited::run_length(self.rest(), tag);
            if values.is_empty() {
                values.reserve_exact(run);
            } else {
                values.reserve(run);
            }
        }
    }

    /// How many elements a map may expect.
    #[inline(always)]
    pub(crate) fn run_length(&self, tag: u32) -> usize {
        length_delimited::run_length(self.rest(), tag)
    }

    /// Moves behind `tag` if that is next and has one or two bytes.
    #[inline(always)]
    pub(crate) fn take_tag(&mut self, tag: u32) -> bool {
        let (is_next, length) = if tag < 0x80 {
            (self.peek() == Some(tag as u8), 1)
        } else {
            let bytes = [tag as u8 | 0x80, (tag >> 7) as u8];
            (tag < 0x4000 && self.rest().starts_with(&bytes), 2)
        };
        if is_next {
            self.advance(length);
        }
        is_next
    }
}

/// Adds a default element and gives it, built in place: a large element is not moved.
#[inline(always)]
pub(crate) fn push_default<T: Default>(values: &mut Vec<T>) -> &mut T {
    let length = values.len();
    if length == values.capacity() {
        values.reserve(1);
    }
    // SAFETY: there is room for one more element, which is written before it is counted.
    unsafe {
        let slot = values.as_mut_ptr().add(length);
        ptr::write(slot, T::default());
        values.set_len(length + 1);
        &mut *slot
    }
}
