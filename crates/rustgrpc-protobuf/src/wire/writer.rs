//! A buffer that is filled from its end.

use std::ptr;

use crate::encode::Encoder;

/// Writes back to front: the length of what is nested is known when its prefix is written.
///
/// The bytes stand in `buffer[at..capacity]`; the vector's own length stays 0 meanwhile.
#[derive(Debug)]
pub(crate) struct Writer {
    at: usize,
    buffer: Vec<u8>,
}

/// What `put_varint` needs for a number and for its tag: ten bytes each.
const NUMBER_FIELD: usize = 20;

impl Writer {
    /// A writer into `buffer`, whose contents are given up.
    #[inline]
    pub(crate) fn new(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        Self {
            at: buffer.capacity(),
            buffer,
        }
    }

    /// What was written.
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        // SAFETY: the bytes from `at` on were written, and lie within the capacity.
        unsafe { std::slice::from_raw_parts(self.buffer.as_ptr().add(self.at), self.written()) }
    }

    /// The buffer, to be used again.
    #[inline]
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// Makes room for `count` bytes and moves down by them; the caller writes them.
    #[inline(always)]
    fn take(&mut self, count: usize) -> *mut u8 {
        self.need(count);
        self.at -= count;
        // SAFETY: `need` saw to it that at >= count; the buffer has `capacity` bytes.
        unsafe { self.buffer.as_mut_ptr().add(self.at) }
    }

    #[inline(always)]
    fn need(&mut self, count: usize) {
        if self.at < count {
            self.grow(count);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, count: usize) {
        let written = self.written();
        let mut buffer =
            Vec::<u8>::with_capacity((written + count).max(self.buffer.capacity() * 2).max(256));
        let at = buffer.capacity() - written;
        // SAFETY: `written` bytes stand at the end of the old buffer and fit the end of the new one.
        unsafe {
            let old = self.buffer.as_ptr().add(self.at);
            ptr::copy_nonoverlapping(old, buffer.as_mut_ptr().add(at), written);
        }
        self.at = at;
        self.buffer = buffer;
    }

    /// A varint for which `NUMBER_FIELD` bytes have been made sure of.
    #[inline(always)]
    fn put_varint(&mut self, value: u64) {
        debug_assert!(self.at >= 10);
        // SAFETY: the callers made room for a tag and a varint.
        unsafe {
            let base = self.buffer.as_mut_ptr();
            if value < 0x80 {
                self.at -= 1;
                *base.add(self.at) = value as u8;
            } else if value < 0x4000 {
                self.at -= 2;
                let pair = [value as u8 | 0x80, (value >> 7) as u8];
                base.add(self.at).cast::<[u8; 2]>().write_unaligned(pair);
            } else {
                self.at = put_long_varint(base, self.at, value);
            }
        }
    }
}

/// Writes a varint of three bytes or more below `at` and gives where it starts.
///
/// # Safety
/// Ten bytes below `base + at` can be written.
#[inline(never)]
unsafe fn put_long_varint(base: *mut u8, at: usize, mut value: u64) -> usize {
    let length = super::varint_len(value);
    let start = at - length;
    // SAFETY: the caller's promise; `length` is at most ten.
    unsafe {
        for i in 0..length - 1 {
            *base.add(start + i) = value as u8 | 0x80;
            value >>= 7;
        }
        *base.add(at - 1) = value as u8;
    }
    start
}

impl Encoder for Writer {
    #[inline(always)]
    fn written(&self) -> usize {
        self.buffer.capacity() - self.at
    }

    #[inline(always)]
    fn varint(&mut self, value: u64) {
        self.need(NUMBER_FIELD);
        self.put_varint(value);
    }

    #[inline(always)]
    fn fixed32(&mut self, value: u32) {
        let target = self.take(4);
        // SAFETY: `take` made room for four bytes.
        unsafe {
            target
                .cast::<[u8; 4]>()
                .write_unaligned(value.to_le_bytes());
        };
    }

    #[inline(always)]
    fn fixed64(&mut self, value: u64) {
        let target = self.take(8);
        // SAFETY: `take` made room for eight bytes.
        unsafe {
            target
                .cast::<[u8; 8]>()
                .write_unaligned(value.to_le_bytes());
        };
    }

    #[inline(always)]
    fn raw(&mut self, bytes: &[u8]) {
        let target = self.take(bytes.len());
        // SAFETY: `take` made room for them; a borrowed slice cannot lie within our own buffer.
        unsafe { copy(target, bytes.as_ptr(), bytes.len()) };
    }

    #[inline(always)]
    fn varint_field(&mut self, tag: u32, value: u64) {
        self.need(NUMBER_FIELD);
        self.put_varint(value);
        self.put_varint(u64::from(tag));
    }

    #[inline(always)]
    fn bytes_field(&mut self, tag: u32, bytes: &[u8]) {
        self.need(bytes.len() + NUMBER_FIELD);
        self.at -= bytes.len();
        // SAFETY: `need` made room for the bytes and their prefix.
        unsafe {
            copy(
                self.buffer.as_mut_ptr().add(self.at),
                bytes.as_ptr(),
                bytes.len(),
            );
        };
        self.put_varint(bytes.len() as u64);
        self.put_varint(u64::from(tag));
    }
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
