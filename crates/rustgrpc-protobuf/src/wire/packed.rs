//! Packed repeated fields: many numbers under one tag.
//!
//! The numbers are counted before they are read, so that the vector grows once, by what the bytes
//! present justify.

use std::mem::MaybeUninit;

use super::block::{BLOCK, Block, terminators};
use super::decoder::{Decoded, Decoder, Fail};

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
    let mut bytes = decoder.bytes().ok()?;
    if bytes.last().is_some_and(|&byte| byte >= 0x80) {
        return None;
    }
    let mut readable = decoder.readable_from(bytes);
    let mut copy = None;
    let mut room = [const { MaybeUninit::uninit() }; BLOCK];
    let mut is_first = true;
    while !bytes.is_empty() {
        let block = Block::at(bytes, readable, &mut copy);
        if is_first {
            let is_only = bytes.len() <= BLOCK;
            reserve(
                values,
                if is_only {
                    block.count()
                } else {
                    terminators(bytes)
                },
            );
            is_first = false;
        }
        let length = if block.has_short_ones_only() {
            let length = bytes.len().min(BLOCK);
            values.extend(bytes[..length].iter().map(|&byte| make(u64::from(byte))));
            length
        } else {
            let (numbers, length) = block.read(&mut room);
            values.extend(numbers.iter().map(|&number| make(number)));
            length
        };
        if length == 0 {
            return None;
        }
        bytes = bytes.get(length..)?;
        readable -= length;
    }
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
}
