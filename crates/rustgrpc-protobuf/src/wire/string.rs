//! Copying a string while testing that it is UTF-8.
//!
//! Most strings are short and ASCII, so the test for that is fused with the copy; only when it fails
//! is the text validated as UTF-8.

use super::decoder::{Decoded, Fail};

/// Replaces `value` by `bytes`, which must be UTF-8. `readable` is how many bytes can be read from
/// the start of `bytes` on: the input goes on behind most strings.
#[inline(always)]
pub(super) fn fill(value: &mut String, bytes: &[u8], readable: usize) -> Decoded {
    debug_assert!(bytes.len() <= readable);
    // SAFETY: the buffer is emptied at once and holds text again only after its test as UTF-8.
    let buffer = unsafe { value.as_mut_vec() };
    buffer.clear();
    let length = bytes.len();
    let ascii = if length <= 32 && readable >= 32 {
        if length == 0 {
            return Ok(());
        }
        // Whole blocks are copied without a branch on the length, so the buffer holds whole blocks.
        reserve(buffer, if length <= 16 { 16 } else { 32 });
        // SAFETY: 32 bytes can be read, and the buffer has the blocks that `length` touches.
        unsafe { copy_blocks(buffer.as_mut_ptr(), bytes.as_ptr(), length) }
    } else {
        reserve(buffer, length);
        // SAFETY: `length` bytes can be read and written.
        unsafe { copy(buffer.as_mut_ptr(), bytes.as_ptr(), length) }
    };
    if !ascii && !is_utf8(bytes) {
        return Err(Fail);
    }
    // SAFETY: `length` bytes were written, within the capacity, and they are UTF-8.
    unsafe { buffer.set_len(length) };
    Ok(())
}

#[inline(always)]
fn reserve(buffer: &mut Vec<u8>, capacity: usize) {
    if buffer.capacity() < capacity {
        // The old bytes are of no use: growing would copy them.
        *buffer = Vec::with_capacity(capacity);
    }
}

#[inline(never)]
fn is_utf8(bytes: &[u8]) -> bool {
    simdutf8::basic::from_utf8(bytes).is_ok()
}

const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Copies one or two blocks of 16 bytes, and says whether the first `length` bytes are ASCII.
///
/// # Safety
/// 32 bytes can be read at `source`; at `target` 16 can be written, and 32 when `length` > 16.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn copy_blocks(target: *mut u8, source: *const u8, length: usize) -> bool {
    use std::arch::x86_64::{_mm_loadu_si128, _mm_movemask_epi8, _mm_storeu_si128};
    // SAFETY: the caller's promise; loads and stores are unaligned ones.
    let high_bits = unsafe {
        let first = _mm_loadu_si128(source.cast());
        let second = _mm_loadu_si128(source.add(16).cast());
        _mm_storeu_si128(target.cast(), first);
        if length > 16 {
            _mm_storeu_si128(target.add(16).cast(), second);
        }
        _mm_movemask_epi8(first) as u32 | (_mm_movemask_epi8(second) as u32) << 16
    };
    u64::from(high_bits) << (64 - length) == 0
}

/// As for x86-64, in portable code.
///
/// # Safety
/// As there.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[cfg_attr(target_arch = "x86_64", allow(dead_code))]
#[inline(always)]
unsafe fn copy_blocks_portable(target: *mut u8, source: *const u8, length: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        target
            .cast::<[u8; 16]>()
            .write_unaligned(source.cast::<[u8; 16]>().read_unaligned());
        if length > 16 {
            let second = source.add(16).cast::<[u8; 16]>().read_unaligned();
            target.add(16).cast::<[u8; 16]>().write_unaligned(second);
        }
        std::slice::from_raw_parts(source, length).is_ascii()
    }
}

#[cfg(not(target_arch = "x86_64"))]
use copy_blocks_portable as copy_blocks;

/// Copies `length` bytes and says whether all are ASCII.
///
/// # Safety
/// `length` bytes can be read at `source` and written at `target`.
#[inline(always)]
unsafe fn copy(target: *mut u8, source: *const u8, length: usize) -> bool {
    /// Copies the first and the last `T`, which together cover the text; gives both, joined.
    macro_rules! ends {
        ($word:ty) => {{
            let size = size_of::<$word>();
            // SAFETY: `length` is at least `size`.
            unsafe {
                let first = source.cast::<$word>().read_unaligned();
                let last = source.add(length - size).cast::<$word>().read_unaligned();
                target.cast::<$word>().write_unaligned(first);
                target
                    .add(length - size)
                    .cast::<$word>()
                    .write_unaligned(last);
                first | last
            }
        }};
    }
    match length {
        // SAFETY: the caller's promise.
        16.. => unsafe { copy_long(target, source, length) },
        8.. => ends!(u64) & HIGH_BITS == 0,
        4.. => ends!(u32) & HIGH_BITS as u32 == 0,
        2.. => ends!(u16) & HIGH_BITS as u16 == 0,
        1 => ends!(u8) & HIGH_BITS as u8 == 0,
        0 => true,
    }
}

/// As [`copy`], for 16 bytes and more.
///
/// # Safety
/// As there.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn copy_long(target: *mut u8, source: *const u8, length: usize) -> bool {
    use std::arch::x86_64::{_mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_storeu_si128};
    // SAFETY: every block lies within `length`; the last one overlaps the one before it.
    unsafe {
        let last = _mm_loadu_si128(source.add(length - 16).cast());
        let mut seen = last;
        let mut at = 0;
        while at < length - 16 {
            let block = _mm_loadu_si128(source.add(at).cast());
            _mm_storeu_si128(target.add(at).cast(), block);
            seen = _mm_or_si128(seen, block);
            at += 16;
        }
        _mm_storeu_si128(target.add(length - 16).cast(), last);
        _mm_movemask_epi8(seen) == 0
    }
}

/// As for x86-64, in portable code.
///
/// # Safety
/// As there.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
unsafe fn copy_long_portable(target: *mut u8, source: *const u8, length: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        std::ptr::copy_nonoverlapping(source, target, length);
        std::slice::from_raw_parts(source, length).is_ascii()
    }
}

#[cfg(not(target_arch = "x86_64"))]
use copy_long_portable as copy_long;

#[cfg(test)]
mod tests {
    use super::*;

    /// Every length, with a byte above ASCII in every place or nowhere, with and without bytes
    /// behind: the text is copied exactly, and the two implementations agree.
    #[test]
    fn copies_and_tests_every_length() {
        for length in 0..80 {
            for high in (0..=length).map(|at| (at < length).then_some(at)) {
                let mut input = vec![b'a'; length];
                if let Some(at) = high {
                    input[at] = 0xe9;
                }
                input.resize(length + 40, 0xff);
                for readable in [length, length + 40] {
                    let mut value = String::from("before");
                    let filled = fill(&mut value, &input[..length], readable);
                    assert_eq!(filled.is_ok(), high.is_none(), "{length} {high:?}");
                    assert_eq!(
                        value.as_bytes(),
                        if high.is_none() {
                            &input[..length]
                        } else {
                            b""
                        }
                    );
                }
                let mut target = vec![0u8; 128];
                let (from, to) = (input.as_ptr(), target.as_mut_ptr());
                // SAFETY: both buffers are long enough for what the functions ask.
                unsafe {
                    if (1..=32).contains(&length) {
                        assert_eq!(
                            copy_blocks_portable(to, from, length),
                            copy_blocks(to, from, length)
                        );
                    }
                    if length >= 16 {
                        assert_eq!(
                            copy_long_portable(to, from, length),
                            copy_long(to, from, length)
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn text_beyond_ascii() {
        let mut value = String::new();
        for text in [
            "é",
            "定义请求消息",
            "a much longer text with one 错 in it, and more behind it",
        ] {
            assert_eq!(fill(&mut value, text.as_bytes(), text.len()), Ok(()));
            assert_eq!(value, text);
        }
        assert_eq!(
            fill(&mut value, b"\xed\xa0\x80", 3),
            Err(Fail),
            "a surrogate"
        );
    }
}
