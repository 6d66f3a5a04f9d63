//! A cursor over one contiguous slice.

use std::marker::PhantomData;
use std::{ptr, slice};

use super::{string, varint, wire_type};

/// "These bytes are not a message": the fast path says only that; the cold path finds out why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fail;

/// What decoding a field comes to.
pub type Decoded = Result<(), Fail>;

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

    /// What is left of this message.
    #[inline(always)]
    pub(crate) fn rest(&self) -> &'a [u8] {
        // SAFETY: at <= end, both within the input, which lives for 'a.
        unsafe { slice::from_raw_parts(self.at, self.left()) }
    }

    #[inline(always)]
    pub(crate) fn left(&self) -> usize {
        self.end as usize - self.at as usize
    }

    #[inline(always)]
    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
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
                let (tag, length) = long_tag(self.rest())?;
                self.advance(length);
                Ok(Some(tag))
            }
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
                let (value, length) = varint::read_long(self.rest()).ok_or(Fail)?;
                self.advance(length);
                Ok(value)
            }
        }
    }

    /// A length, which is found to be there.
    #[inline(always)]
    pub(crate) fn len(&mut self) -> Result<usize, Fail> {
        let length = match (self.peek(), self.peek_second()) {
            (Some(first), _) if first < 0x80 => {
                self.advance(1);
                usize::from(first)
            }
            (Some(first), Some(second)) if second < 0x80 => {
                self.advance(2);
                usize::from(first & 0x7f) | usize::from(second) << 7
            }
            _ => {
                let (length, bytes) = long_length(self.rest())?;
                self.advance(bytes);
                length
            }
        };
        if length > self.left() {
            Err(Fail)
        } else {
            Ok(length)
        }
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
        let bytes = self.bytes()?;
        string::fill(value, bytes, self.readable_from(bytes))
    }

    /// Bytes into `value`, whose buffer is used again.
    #[inline(always)]
    pub(crate) fn byte_vec(&mut self, value: &mut Vec<u8>) -> Decoded {
        let bytes = self.bytes()?;
        value.clear();
        value.reserve_exact(bytes.len());
        value.extend_from_slice(bytes);
        Ok(())
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

    /// How many length-delimited elements with the tag `tag` stand in a row here, the one whose tag
    /// has been read included: what a repeated field may reserve without trusting anybody's number.
    #[inline]
    pub(crate) fn run_length(mut self, tag: u32) -> usize {
        let mut count = 1;
        // A tag of two bytes belongs to a rare field: it is not worth the search.
        let Ok(tag) = u8::try_from(tag) else {
            return count;
        };
        if tag >= 0x80 {
            return count;
        }
        while let Ok(length) = self.len() {
            self.advance(length);
            if self.peek() != Some(tag) {
                break;
            }
            self.advance(1);
            count += 1;
        }
        count
    }
}

/// A tag of three bytes or more, or one that is cut off. Like the other slow paths, it takes and gives
/// values: a cursor whose address is taken cannot stay in registers.
#[cold]
#[inline(never)]
fn long_tag(bytes: &[u8]) -> Result<(u32, usize), Fail> {
    let (tag, length) = varint::read_long(bytes).ok_or(Fail)?;
    // As in C++: five bytes at most, and nothing above 32 bits.
    if length > 5 {
        return Err(Fail);
    }
    Ok((u32::try_from(tag).map_err(|_| Fail)?, length))
}

/// A length of three bytes or more, or one that is cut off.
#[cold]
#[inline(never)]
fn long_length(bytes: &[u8]) -> Result<(usize, usize), Fail> {
    let (value, length) = varint::read_long(bytes).ok_or(Fail)?;
    // As in C++: padding beyond five bytes is refused.
    if length > 5 {
        return Err(Fail);
    }
    Ok((usize::try_from(value).map_err(|_| Fail)?, length))
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
