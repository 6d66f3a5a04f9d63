//! Packed repeated fields: many numbers under one tag.
//!
//! The numbers are counted before they are read, so that the vector grows once, by what the bytes
//! present justify.

use super::decoder::{Decoded, Decoder, Fail};
use super::varint::{gather, read_window};

impl Decoder<'_> {
    /// Packed varints, each turned into an element; gives the cursor behind them. By value, as what is
    /// not inlined has to be: a cursor whose address is taken cannot stay in registers.
    #[inline(never)]
    pub(crate) fn packed_varints<T>(
        mut self,
        values: &mut Vec<T>,
        make: impl Fn(u64) -> T,
    ) -> Result<Self, Fail> {
        let behind = self.len()?;
        let bytes = &self.rest()[..behind];
        // Blocks of 16 with a look-ahead of 8 are read as long as the input has them.
        let readable = self.readable_from(bytes);
        self.advance(behind);
        let count = terminators(bytes);
        if bytes.last().is_some_and(|&byte| byte >= 0x80) {
            return Err(Fail);
        }
        if values.is_empty() {
            values.reserve_exact(count);
        } else {
            values.reserve(count);
        }
        let mut rest = bytes;
        if count * 5 >= bytes.len() * 2 {
            rest = short_varints(values, rest, readable, &make);
        }
        while let [first, behind @ ..] = rest {
            let (value, length) = if *first < 0x80 {
                rest = behind;
                (u64::from(*first), 0)
            } else if let Some(window) = rest.first_chunk() {
                read_window(window).ok_or(Fail)?
            } else {
                super::varint::read_long(rest).ok_or(Fail)?
            };
            rest = &rest[length..];
            push_within(values, make(value));
        }
        Ok(self)
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
        if values.is_empty() {
            values.reserve_exact(numbers.len());
        }
        values.extend(numbers.iter().map(|&number| make(number)));
        Ok(())
    }
}

/// Adds an element for which there is room: `count` elements were reserved, and there are no more
/// varints than terminating bytes.
#[inline(always)]
fn push_within<T>(values: &mut Vec<T>, value: T) {
    let length = values.len();
    debug_assert!(length < values.capacity());
    if length < values.capacity() {
        // SAFETY: just compared; written before it is counted.
        unsafe {
            values.as_mut_ptr().add(length).write(value);
            values.set_len(length + 1);
        }
    }
}

/// The number of bytes that end a varint.
#[inline(always)]
fn terminators(bytes: &[u8]) -> usize {
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

/// Reads varints that are mostly of one or two bytes, 16 bytes at a time by their continuation
/// bits, without a branch per element. Gives what it leaves: the end, or a long varint and all behind it.
#[inline(always)]
fn short_varints<'a, T>(
    values: &mut Vec<T>,
    mut rest: &'a [u8],
    mut readable: usize,
    make: &impl Fn(u64) -> T,
) -> &'a [u8] {
    // A block, and the eight bytes that are loaded for a varint starting in its last byte.
    const WINDOW: usize = 24;
    while !rest.is_empty() && readable >= WINDOW {
        // SAFETY: `readable` bytes from the start of `rest` belong to the input.
        let window: &[u8; WINDOW] = unsafe { &*rest.as_ptr().cast() };
        let block: &[u8; 16] = window.first_chunk().expect("24 bytes have 16");
        let inside = if rest.len() >= 16 {
            0xffff
        } else {
            (1u32 << rest.len()) - 1
        };
        let continued = continuation_mask(block) & inside;
        if continued == 0 && inside == 0xffff {
            for &byte in block {
                push_within(values, make(u64::from(byte)));
            }
            rest = &rest[16..];
            readable -= 16;
            continue;
        }
        let mut stops = !continued & inside;
        if stops == 0 || has_run_of_eight(continued) {
            break;
        }
        let mut start = 0usize;
        while stops != 0 {
            let end = stops.trailing_zeros() as usize + 1;
            let word = u64::from_le_bytes(*window[start..].first_chunk().expect("start <= 16"));
            let kept = word & (u64::MAX >> (64 - 8 * (end - start))) & 0x7f7f_7f7f_7f7f_7f7f;
            push_within(values, make(gather(kept)));
            start = end;
            stops &= stops - 1;
        }
        rest = &rest[start..];
        readable -= start;
    }
    rest
}

/// Whether eight or more set bits stand in a row among the low 16.
#[inline(always)]
fn has_run_of_eight(mask: u32) -> bool {
    let pairs = mask & (mask >> 1);
    let fours = pairs & (pairs >> 2);
    fours & (fours >> 4) != 0
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
                    decoder = decoder.packed_varints(&mut values, |value| value).unwrap();
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
