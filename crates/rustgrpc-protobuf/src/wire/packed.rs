//! Packed repeated fields: many numbers under one tag.
//!
//! The numbers are counted before they are read, so that the vector grows once, by what the bytes
//! present justify.

use std::mem::MaybeUninit;

use super::decoder::{Decoded, Decoder, Fail};
use super::varint::{gather, read_long, read_window};

impl Decoder<'_> {
    /// Packed varints, each turned into an element.
    #[inline(always)]
    pub(crate) fn packed_varints<T>(
        &mut self,
        values: &mut Vec<T>,
        make: impl Fn(u64) -> T,
    ) -> Decoded {
        let rest = varints(self.rest(), self.limit(), values, make);
        self.go_on_with(rest)
    }

    /// Packed numbers of four or eight bytes.
    #[inline(always)]
    pub(crate) fn packed_fixed<T, const N: usize>(
        &mut self,
        values: &mut Vec<T>,
        make: impl Fn([u8; N]) -> T,
    ) -> Decoded {
        let bytes = self.bytes()?;
        let (numbers, []) = bytes.as_chunks::<N>() else {
            return Err(Fail);
        };
        reserve(values, numbers.len());
        values.extend(numbers.iter().map(|&number| make(number)));
        Ok(())
    }
}

/// Out of line, from the bytes up to the end of the message to the rest of them.
#[inline(never)]
fn varints<'a, T>(
    rest: &'a [u8],
    limit: *const u8,
    values: &mut Vec<T>,
    make: impl Fn(u64) -> T,
) -> Option<&'a [u8]> {
    let mut decoder = Decoder::flat(rest, limit);
    let bytes = decoder.bytes().ok()?;
    if bytes.last().is_some_and(|&byte| byte >= 0x80) {
        return None;
    }
    let readable = decoder.readable_from(bytes);
    let count = terminators(bytes, readable);
    reserve(values, count);
    let mut elements = Elements {
        room: &mut values.spare_capacity_mut()[..count],
        count: 0,
    };
    let mut left = bytes;
    if count * 5 >= bytes.len() {
        left = short_varints(&mut elements, left, readable, &make);
    }
    let behind = readable - bytes.len();
    while let [first, rest @ ..] = left {
        if *first < 0x80 {
            elements.push(make(u64::from(*first)));
            left = rest;
            continue;
        }
        let (value, length) = if left.len() + behind >= 10 {
            // SAFETY: ten bytes from the start of `left` belong to the input.
            read_window(unsafe { &*left.as_ptr().cast() })?
        } else {
            read_long(left)
        };
        if length == 0 {
            return None;
        }
        elements.push(make(value));
        left = left.get(length..)?;
    }
    let length = elements.count;
    // SAFETY: so many elements were written behind those that were there.
    unsafe { values.set_len(values.len() + length) };
    Some(decoder.rest())
}

/// Makes room for `count` elements: exactly, where a field begins.
#[inline(always)]
fn reserve<T>(values: &mut Vec<T>, count: usize) {
    if values.capacity() == 0 {
        *values = Vec::with_capacity(count);
    } else {
        values.reserve(count);
    }
}

/// The elements that are written, in room for as many as varints end: there cannot be more.
struct Elements<'a, T> {
    room: &'a mut [MaybeUninit<T>],
    count: usize,
}

impl<T> Elements<'_, T> {
    #[inline(always)]
    fn push(&mut self, value: T) {
        debug_assert!(self.count < self.room.len());
        if let Some(slot) = self.room.get_mut(self.count) {
            slot.write(value);
            self.count += 1;
        }
    }

    /// Adds an element for each of some bytes.
    #[inline(always)]
    fn extend(&mut self, bytes: &[u8], make: &impl Fn(u64) -> T) {
        let room = self.room.get_mut(self.count..self.count + bytes.len());
        debug_assert!(room.is_some());
        if let Some(room) = room {
            for (slot, &byte) in room.iter_mut().zip(bytes) {
                slot.write(make(u64::from(byte)));
            }
            self.count += bytes.len();
        }
    }
}

/// The number of bytes that end a varint.
#[inline(always)]
fn terminators(bytes: &[u8], readable: usize) -> usize {
    if bytes.len() <= BLOCK {
        let mut copy = None;
        let window = window_of(bytes, readable, &mut copy);
        return (!continued_bytes(window) & first_bits(bytes.len())).count_ones() as usize;
    }
    let (blocks, tail) = bytes.as_chunks::<16>();
    let mut continued: usize = tail.iter().map(|&byte| usize::from(byte >> 7)).sum();
    continued += continued_in(blocks);
    bytes.len() - continued
}

/// The number of bytes with the high bit set.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn continued_in(blocks: &[[u8; 16]]) -> usize {
    use std::arch::x86_64::{
        _mm_add_epi64, _mm_and_si128, _mm_cvtsi128_si64, _mm_loadu_si128, _mm_sad_epu8,
        _mm_set1_epi8, _mm_setzero_si128, _mm_srli_epi16, _mm_unpackhi_epi64,
    };
    // SAFETY: SSE2 is part of x86-64; each load stays within its block.
    unsafe {
        let (zero, one) = (_mm_setzero_si128(), _mm_set1_epi8(1));
        let mut sums = zero;
        for block in blocks {
            let bytes = _mm_loadu_si128(block.as_ptr().cast());
            let high = _mm_and_si128(_mm_srli_epi16(bytes, 7), one);
            sums = _mm_add_epi64(sums, _mm_sad_epu8(high, zero));
        }
        (_mm_cvtsi128_si64(sums) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums))) as usize
    }
}

#[cfg(not(target_arch = "x86_64"))]
use continued_in_portable as continued_in;

/// As for x86-64, in portable code.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
fn continued_in_portable(blocks: &[[u8; 16]]) -> usize {
    blocks
        .iter()
        .map(|block| (u128::from_le_bytes(*block) & (u128::MAX / 255 * 128)).count_ones() as usize)
        .sum()
}

/// As many bytes as have their continuation bits in one word.
const BLOCK: usize = 64;
/// A block, and the eight bytes that are loaded for a varint starting in its last byte.
const WINDOW: usize = BLOCK + 8;

/// The first bytes of `bytes`, where they stand if the input goes on far enough, else in a
/// copy that goes on with zeros.
#[inline(always)]
fn window_of<'a>(
    bytes: &'a [u8],
    readable: usize,
    copy: &'a mut Option<[u8; WINDOW]>,
) -> &'a [u8; WINDOW] {
    if readable >= WINDOW {
        // SAFETY: `readable` bytes from the start of `bytes` belong to the input.
        return unsafe { &*bytes.as_ptr().cast() };
    }
    let copy = copy.insert([0; WINDOW]);
    let length = bytes.len().min(BLOCK);
    copy[..length].copy_from_slice(&bytes[..length]);
    copy
}

/// The lowest `count` bits, of which there may be 64.
#[inline(always)]
fn first_bits(count: usize) -> u64 {
    debug_assert!(count <= 64);
    if count == 0 {
        0
    } else {
        u64::MAX >> (64 - count)
    }
}

/// The high bit of each byte of the block, the first byte's lowest.
#[inline(always)]
fn continued_bytes(window: &[u8; WINDOW]) -> u64 {
    let (quarters, _) = window.as_chunks::<16>();
    let quarters = quarters.iter().enumerate();
    quarters.fold(0, |mask, (i, quarter)| {
        mask | u64::from(continuation_mask(quarter)) << (16 * i)
    })
}

/// The high bit of each of 16 bytes, the first byte's lowest.
#[inline(always)]
fn continuation_mask(block: &[u8; 16]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_mm_loadu_si128, _mm_movemask_epi8};
        // SAFETY: SSE2 is part of x86-64; the load stays within the block.
        unsafe { _mm_movemask_epi8(_mm_loadu_si128(block.as_ptr().cast())) as u32 }
    }
    #[cfg(not(target_arch = "x86_64"))]
    continuation_mask_portable(block)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn continuation_mask_portable(block: &[u8; 16]) -> u32 {
    block
        .iter()
        .enumerate()
        .fold(0, |mask, (i, byte)| mask | u32::from(byte >> 7) << i)
}

/// Reads varints of up to eight bytes, 64 bytes at a time by their continuation bits, without a branch per
/// element. Gives what it leaves: the end, or a longer varint and all behind it.
#[inline(always)]
fn short_varints<'a, T>(
    elements: &mut Elements<'_, T>,
    mut rest: &'a [u8],
    mut readable: usize,
    make: &impl Fn(u64) -> T,
) -> &'a [u8] {
    let mut copy = None;
    while !rest.is_empty() {
        let window = window_of(rest, readable, &mut copy);
        let length = rest.len().min(BLOCK);
        let inside = first_bits(length);
        let continued = continued_bytes(window) & inside;
        let stops = !continued & inside;
        let done = if continued == 0 {
            elements.extend(&rest[..length], make);
            length
        } else if !has_run::<2>(continued) {
            each_varint(stops, |start, length| {
                let pair = u16::from_le_bytes(*window[start..].first_chunk().expect("in window"));
                let second = (pair >> 1) & 0x3f80 & 0u16.wrapping_sub(length as u16 - 1);
                elements.push(make(u64::from(pair & 0x7f | second)));
            })
        } else if !has_run::<8>(continued) {
            each_varint(stops, |start, length| {
                let word = u64::from_le_bytes(*window[start..].first_chunk().expect("in window"));
                let kept = word & first_bits(8 * length) & 0x7f7f_7f7f_7f7f_7f7f;
                elements.push(make(gather(kept)));
            })
        } else {
            break;
        };
        rest = &rest[done..];
        readable -= done;
    }
    rest
}

/// Hands on where each varint starts and how long it is, by the bytes that end one; gives where the last one
/// that is complete has its end.
#[inline(always)]
fn each_varint(mut stops: u64, mut read: impl FnMut(usize, usize)) -> usize {
    let mut start = 0;
    while stops != 0 {
        let end = stops.trailing_zeros() as usize + 1;
        read(start, end - start);
        start = end;
        stops &= stops - 1;
    }
    start
}

/// Whether `LENGTH` (a power of two) or more set bits stand in a row.
#[inline(always)]
fn has_run<const LENGTH: u32>(mut mask: u64) -> bool {
    let mut length = 1;
    while length < LENGTH {
        mask &= mask >> length;
        length *= 2;
    }
    mask != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varints(values: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for &value in values {
            let mut value = value;
            while value >= 0x80 {
                bytes.push(value as u8 | 0x80);
                value >>= 7;
            }
            bytes.push(value as u8);
        }
        bytes
    }

    fn field(payload: &[u8], behind: usize) -> Vec<u8> {
        let mut input = varints(&[payload.len() as u64]);
        input.extend_from_slice(payload);
        input.resize(input.len() + behind, 0x80);
        input
    }

    /// A generator of numbers with a given spread of lengths (xorshift; the seed is fixed).
    fn numbers(count: usize, bits: u32) -> Vec<u64> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        (0..count)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let width = (state >> 58) as u32 % bits + 1;
                state & (u64::MAX >> (64 - width))
            })
            .collect()
    }

    #[test]
    fn reads_what_was_written_with_any_bytes_behind() {
        for bits in [7, 14, 28, 56, 64] {
            for count in [0, 1, 7, 15, 16, 17, 100, 1000] {
                let expected = numbers(count, bits);
                let payload = varints(&expected);
                for behind in [0, 1, 8, 23, 24, 40] {
                    let input = field(&payload, behind);
                    let mut decoder = Decoder::new(&input, 100);
                    let mut values = Vec::new();
                    decoder.packed_varints(&mut values, |value| value).unwrap();
                    assert_eq!(values, expected, "{bits} bits, {behind} behind");
                    assert_eq!(decoder.left(), behind);
                    assert!(
                        values.capacity() <= count.max(4),
                        "reserved {}",
                        values.capacity()
                    );
                }
            }
        }
    }

    #[test]
    fn a_cut_off_or_over_long_varint_is_refused() {
        for payload in [
            &[0x80][..],
            &[1, 2, 0xff],
            &[0xff; 11],
            &[
                0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0,
            ],
        ] {
            for behind in [0, 40] {
                let input = field(payload, behind);
                let mut values = Vec::new();
                let refused = Decoder::new(&input, 100).packed_varints(&mut values, |value| value);
                assert!(refused.is_err());
            }
        }
    }

    #[test]
    fn the_portable_paths_agree() {
        let bytes = varints(&numbers(500, 20));
        for block in bytes.as_chunks::<16>().0 {
            assert_eq!(continuation_mask(block), continuation_mask_portable(block));
        }
        assert_eq!(
            continued_in(bytes.as_chunks().0),
            continued_in_portable(bytes.as_chunks().0)
        );
    }
}
