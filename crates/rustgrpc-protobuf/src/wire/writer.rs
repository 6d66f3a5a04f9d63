//! A buffer that is filled from its end.

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::{ptr, slice};

use bytes::BufMut;

use super::varint::{scatter, varint_len};
use crate::encode::Encoder;
use crate::message::Codec;
use crate::table;

/// How many bytes are written on the stack first.
const SMALL: usize = 1024;

/// A buffer that has grown beyond this is not kept.
const SCRATCH_LIMIT: usize = 1 << 20;

thread_local! {
    /// The buffer that messages are written into before their size is known, if they are not small.
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Hands what `encode` writes to `use_bytes`.
#[inline]
pub(crate) fn with_written<T>(
    encode: impl FnOnce(&mut Writer<'_>),
    use_bytes: impl FnOnce(&[u8]) -> T,
) -> T {
    let mut room = [const { MaybeUninit::uninit() }; SMALL];
    let mut writer = Writer::within(&mut room);
    encode(&mut writer);
    let result = use_bytes(writer.as_slice());
    writer.give_back();
    result
}

/// Writes back to front: the length of what is nested is known when its prefix is written.
///
/// The bytes stand between `at` and `end`. `start..end` is the room of a buffer of this writer's own or, until
/// it proves too small, of somebody else.
#[derive(Debug)]
pub struct Writer<'a> {
    start: *mut u8,
    at: *mut u8,
    end: *mut u8,
    /// The writer's own buffer; its length stays 0.
    buffer: Vec<u8>,
    room: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

/// The most that a number and its tag take: ten bytes each.
const NUMBER_FIELD: usize = 20;

impl<'a> Writer<'a> {
    /// A writer into `buffer`, whose contents are given up.
    #[inline]
    pub(crate) fn new(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        let range = buffer.spare_capacity_mut().as_mut_ptr_range();
        Self {
            start: range.start.cast(),
            at: range.end.cast(),
            end: range.end.cast(),
            buffer,
            room: PhantomData,
        }
    }

    /// A writer that fills `room`, from its end.
    #[inline]
    pub(crate) fn within(room: &'a mut [MaybeUninit<u8>]) -> Self {
        let range = room.as_mut_ptr_range();
        Self {
            start: range.start.cast(),
            at: range.end.cast(),
            end: range.end.cast(),
            buffer: Vec::new(),
            room: PhantomData,
        }
    }

    /// What was written.
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        // SAFETY: the bytes from `at` to `end` were written.
        unsafe { slice::from_raw_parts(self.at, self.written()) }
    }

    /// Whether the room that was given is filled, from its first byte to its last.
    #[inline]
    fn has_filled_its_room(&self) -> bool {
        self.at == self.start && self.buffer.capacity() == 0
    }

    #[inline(always)]
    fn left(&self) -> usize {
        self.at as usize - self.start as usize
    }

    /// Makes room for `count` bytes and moves down by them; the caller writes them.
    #[inline(always)]
    fn take(&mut self, count: usize) -> *mut u8 {
        self.need(count);
        // SAFETY: `need` saw to it that there are `count` bytes between `start` and `at`.
        self.at = unsafe { self.at.sub(count) };
        self.at
    }

    #[inline(always)]
    fn need(&mut self, count: usize) {
        if self.left() < count {
            self.grow(count);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, count: usize) {
        let written = self.written();
        let needed = written + count;
        let mut larger = Self::new(SCRATCH.take());
        if larger.left() < needed {
            let doubled = (self.end as usize - self.start as usize) * 2;
            larger = Self::new(Vec::with_capacity(needed.max(doubled).max(SMALL)));
        }
        // SAFETY: `written` bytes stand before the end of the old room and fit the end of the new one.
        unsafe {
            larger.at = larger.at.sub(written);
            ptr::copy_nonoverlapping(self.at, larger.at, written);
        }
        *self = larger;
    }

    /// Leaves the buffer to the next writer of this thread.
    fn give_back(self) {
        if (1..=SCRATCH_LIMIT).contains(&self.buffer.capacity()) {
            SCRATCH.set(self.buffer);
        }
    }

    /// A varint where room is plenty: ten bytes below it can be overwritten.
    #[inline(always)]
    fn put_varint(&mut self, value: u64) {
        debug_assert!(self.left() >= 10);
        // SAFETY: the callers saw to it that there is room.
        self.at = unsafe { put_varint(self.at, value) };
    }

    /// A varint where room is scarce: not a byte more than it has is asked for or touched, so that a buffer of
    /// the right size is enough.
    #[inline(always)]
    fn squeeze(&mut self, value: u64) {
        if value < 0x80 {
            let target = self.take(1);
            // SAFETY: `take` made room for a byte.
            unsafe { *target = value as u8 };
        } else {
            self.squeeze_long(value);
        }
    }

    #[inline(never)]
    fn squeeze_long(&mut self, value: u64) {
        let mut room = [0u8; 16];
        let end = room.as_mut_ptr_range().end;
        // SAFETY: 16 bytes below `end` can be written, and those from `start` on were.
        unsafe {
            let start = put_varint(end, value);
            let length = end as usize - start as usize;
            copy(self.take(length), start, length);
        }
    }

    #[inline(never)]
    fn squeeze_varint(&mut self, value: u64) {
        self.squeeze(value);
    }

    #[inline(never)]
    fn squeeze_varint_field(&mut self, tag: u32, value: u64) {
        self.squeeze(value);
        self.squeeze(u64::from(tag));
    }
}

/// Encodes into `buffer`, of which `size` bytes are free, what `encode` writes if that is `size` bytes long;
/// else gives `false` and leaves the buffer as it is.
pub(crate) fn fill_exactly(
    buffer: &mut impl BufMut,
    size: usize,
    encode: impl FnOnce(&mut Writer<'_>),
) -> bool {
    let chunk = buffer.chunk_mut();
    if chunk.len() < size {
        return false;
    }
    // SAFETY: nothing but writes goes to what may be uninitialised.
    let room = unsafe { &mut chunk.as_uninit_slice_mut()[..size] };
    let mut writer = Writer::within(room);
    encode(&mut writer);
    let filled = writer.has_filled_its_room();
    if filled {
        // SAFETY: all `size` bytes were written.
        unsafe { buffer.advance_mut(size) };
    }
    filled
}

/// Writes a varint below `at` and gives where it starts.
///
/// # Safety
/// Ten bytes below `at` can be written.
#[inline(always)]
unsafe fn put_varint(at: *mut u8, value: u64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        if value < 0x80 {
            let start = at.sub(1);
            *start = value as u8;
            start
        } else if value < 0x4000 {
            let start = at.sub(2);
            let pair = [value as u8 | 0x80, (value >> 7) as u8];
            start.cast::<[u8; 2]>().write_unaligned(pair);
            start
        } else {
            put_long_varint(at, value)
        }
    }
}

/// Writes a varint of three bytes or more below `at` and gives where it starts.
///
/// # Safety
/// Ten bytes below `at` can be written.
#[inline(never)]
unsafe fn put_long_varint(at: *mut u8, value: u64) -> *mut u8 {
    // SAFETY: the caller's promise; a varint has at most ten bytes. Those of a word that fall below it stand
    // where nothing stands yet.
    unsafe {
        if value < 0x20_0000 {
            let value = value as u32;
            let word = (value & 0x7f) << 8 | (value & 0x3f80) << 9 | (value & 0x1f_c000) << 10;
            let word = word | 0x0080_8000;
            at.sub(4)
                .cast::<[u8; 4]>()
                .write_unaligned(word.to_le_bytes());
            return at.sub(3);
        }
        let length = varint_len(value);
        if length > 8 {
            at.sub(1).write((value >> 56 >> (7 * (length - 9))) as u8);
            if length == 10 {
                at.sub(2).write((value >> 56) as u8 | 0x80);
            }
            let low = scatter(value & (u64::MAX >> 8)) | 0x8080_8080_8080_8080;
            let start = at.sub(length);
            start.cast::<[u8; 8]>().write_unaligned(low.to_le_bytes());
            return start;
        }
        let continued = 0x0080_8080_8080_8080 >> (8 * (8 - length));
        let word = (scatter(value) | continued) << (8 * (8 - length));
        at.sub(8)
            .cast::<[u8; 8]>()
            .write_unaligned(word.to_le_bytes());
        at.sub(length)
    }
}

impl Encoder for Writer<'_> {
    #[inline(always)]
    fn written(&self) -> usize {
        self.end as usize - self.at as usize
    }

    #[inline(always)]
    fn varint(&mut self, value: u64) {
        if self.left() < NUMBER_FIELD {
            return self.squeeze_varint(value);
        }
        self.put_varint(value);
    }

    #[inline(always)]
    fn fixed32(&mut self, value: u32) {
        let target = self.take(4).cast::<[u8; 4]>();
        // SAFETY: `take` made room for four bytes.
        unsafe { target.write_unaligned(value.to_le_bytes()) };
    }

    #[inline(always)]
    fn fixed64(&mut self, value: u64) {
        let target = self.take(8).cast::<[u8; 8]>();
        // SAFETY: `take` made room for eight bytes.
        unsafe { target.write_unaligned(value.to_le_bytes()) };
    }

    #[inline]
    fn raw(&mut self, bytes: &[u8]) {
        let target = self.take(bytes.len());
        // SAFETY: `take` made room for them; a borrowed slice cannot lie within our own buffer.
        unsafe { copy(target, bytes.as_ptr(), bytes.len()) };
    }

    #[inline(always)]
    fn varint_field(&mut self, tag: u32, value: u64) {
        if self.left() < NUMBER_FIELD {
            return self.squeeze_varint_field(tag, value);
        }
        self.put_varint(value);
        self.put_varint(u64::from(tag));
    }

    #[inline]
    fn by_table<M: Codec>(&mut self, message: &M) {
        table::encode(message, self);
    }

    #[inline(always)]
    fn bytes_field(&mut self, tag: u32, bytes: &[u8]) {
        put_bytes_field(self, tag, bytes);
    }
}

/// Out of line: most fields of most messages are strings.
#[inline(never)]
fn put_bytes_field(writer: &mut Writer<'_>, tag: u32, bytes: &[u8]) {
    let target = writer.take(bytes.len());
    // SAFETY: `take` made room for them; a borrowed slice cannot lie within our own buffer.
    unsafe { copy(target, bytes.as_ptr(), bytes.len()) };
    writer.varint_field(tag, bytes.len() as u64);
}

/// Copies `length` bytes; the short ones, which are most, without a call.
///
/// # Safety
/// `length` bytes can be read at `source` and written at `target`, and the two do not overlap.
#[inline(always)]
unsafe fn copy(target: *mut u8, source: *const u8, length: usize) {
    /// The first and the last `T` together cover the bytes.
    macro_rules! ends {
        ($word:ty) => {{
            let last = length - size_of::<$word>();
            // SAFETY: `length` is at least the size of `$word`.
            unsafe {
                let first_word = source.cast::<$word>().read_unaligned();
                let last_word = source.add(last).cast::<$word>().read_unaligned();
                target.cast::<$word>().write_unaligned(first_word);
                target.add(last).cast::<$word>().write_unaligned(last_word);
            }
        }};
    }
    match length {
        // SAFETY: the caller's promise.
        33.. => unsafe { ptr::copy_nonoverlapping(source, target, length) },
        16.. => ends!(u128),
        8.. => ends!(u64),
        4.. => ends!(u32),
        2.. => ends!(u16),
        1 => ends!(u8),
        0 => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Decoder;

    /// Numbers of every length, with room of every size: what is read is what was written, in place where the
    /// room is exactly enough.
    #[test]
    fn numbers_and_bytes_in_rooms_of_every_size() {
        let text = [b'x'; 40];
        let numbers = [u64::MAX, 0xa5c3_96f0_1e2d_3b47, 1 << 63];
        for value in numbers
            .into_iter()
            .flat_map(|n| (0..64).map(move |shift| n >> shift))
        {
            for length in [0, 1, 3, 7, 15, 40] {
                let write = |writer: &mut Writer<'_>| {
                    writer.bytes_field(0x0a, &text[..length]);
                    writer.varint_field(0x8010, value);
                    writer.varint(value);
                };
                let mut whole = Writer::new(Vec::new());
                write(&mut whole);
                let mut decoder = Decoder::new(whole.as_slice(), 1);
                assert_eq!(decoder.varint(), Ok(value));
                assert_eq!(decoder.tag(), Ok(Some(0x8010)));
                assert_eq!(decoder.varint(), Ok(value));
                assert_eq!(decoder.tag(), Ok(Some(0x0a)));
                assert_eq!(decoder.bytes(), Ok(&text[..length]));
                assert!(decoder.is_at_end());
                for size in 0..whole.written() + 24 {
                    let mut buffer = Vec::with_capacity(size);
                    let exact = fill_exactly(&mut buffer, size, write);
                    assert_eq!(exact, size == whole.written());
                    assert_eq!(buffer, if exact { whole.as_slice() } else { &[] });
                    let mut writer = Writer::new(Vec::with_capacity(size));
                    write(&mut writer);
                    assert_eq!(writer.as_slice(), whole.as_slice());
                }
            }
        }
    }
}
