//! Varints by the block: 64 bytes have their continuation bits in one word.
//!
//! What is here does not know the type of the elements, so that it is compiled once.

use std::mem::MaybeUninit;

use super::varint::{gather, read_window};

/// As many bytes as have their continuation bits in one word.
pub(super) const BLOCK: usize = 64;
/// A block, and the ten bytes of a varint that starts in its last byte.
const WINDOW: usize = BLOCK + 10;

/// Room for the numbers of a block.
pub(super) type Numbers = [MaybeUninit<u64>; BLOCK];

const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// At most 64 bytes of packed varints.
pub(super) struct Block<'a> {
    window: &'a [u8; WINDOW],
    /// A bit for each byte that ends a varint, the first byte's lowest.
    stops: u64,
    /// A bit for each byte that does not.
    continued: u64,
}

impl<'a> Block<'a> {
    /// The first bytes of `bytes`, where they stand if the input goes on far enough (`readable` from the start
    /// of `bytes` on), else in a copy that goes on with zeros.
    #[inline(always)]
    pub(super) fn at(bytes: &'a [u8], readable: usize, copy: &'a mut Option<[u8; WINDOW]>) -> Self {
        debug_assert!(bytes.len() <= readable);
        let length = bytes.len().min(BLOCK);
        let window = if readable >= WINDOW {
            // SAFETY: `readable` bytes from the start of `bytes` belong to the input.
            unsafe { &*bytes.as_ptr().cast() }
        } else {
            let copy = copy.insert([0; WINDOW]);
            copy[..length].copy_from_slice(&bytes[..length]);
            copy
        };
        let inside = first_bits(length);
        let continued = continued_bytes(window) & inside;
        Self {
            window,
            stops: !continued & inside,
            continued,
        }
    }

    /// The number of varints that end here.
    pub(super) fn count(&self) -> usize {
        self.stops.count_ones() as usize
    }

    /// Whether each byte is a varint.
    #[inline(always)]
    pub(super) fn has_short_ones_only(&self) -> bool {
        self.continued == 0
    }

    /// Reads the varints that end here into `room`; gives them and where the last one has its end, which is 0 if
    /// one is too long or none has an end.
    #[inline(always)]
    pub(super) fn read<'n>(&self, room: &'n mut Numbers) -> (&'n [u64], usize) {
        let end = self.fill(room);
        // SAFETY: a number was written for each varint that ends here, if there is an end.
        let numbers = unsafe {
            &*(&raw const room[..if end == 0 { 0 } else { self.count() }] as *const [u64])
        };
        (numbers, end)
    }

    #[inline(always)]
    fn fill(&self, room: &mut Numbers) -> usize {
        #[cfg(target_arch = "x86_64")]
        if has_fast_extraction() {
            // SAFETY: the processor has the instructions.
            return unsafe { fill_extracting(self.window, self.stops, room) };
        }
        fill_portable(self.window, self.stops, self.continued, room)
    }
}

/// Whether the processor extracts bits in an instruction: AMD's before Zen 3, and what is derived of them, take
/// some hundred cycles.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn has_fast_extraction() -> bool {
    use std::sync::LazyLock;

    static HAS_FAST_EXTRACTION: LazyLock<bool> = LazyLock::new(|| {
        use std::arch::x86_64::__cpuid;

        if cfg!(miri) || !(is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2")) {
            return false;
        }
        // SAFETY: every processor that has been found to have features has the instruction that tells them.
        #[allow(unused_unsafe, reason = "safe in newer versions of Rust")]
        let (vendor, version) = unsafe { (__cpuid(0), __cpuid(1).eax) };
        let is_amd = [vendor.ebx, vendor.ecx]
            == [u32::from_le_bytes(*b"Auth"), u32::from_le_bytes(*b"cAMD")];
        let is_hygon = vendor.ebx == u32::from_le_bytes(*b"Hygo");
        let family = (version >> 8 & 0xf) + (version >> 20 & 0xff);
        !(is_hygon || is_amd && family < 0x19)
    });
    *HAS_FAST_EXTRACTION
}

/// # Safety
///
/// The processor has BMI1 and BMI2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi1,bmi2")]
#[inline(never)]
unsafe fn fill_extracting(window: &[u8; WINDOW], stops: u64, room: &mut Numbers) -> usize {
    use std::arch::x86_64::{_bzhi_u64, _pext_u64};

    each_varint(window, stops, room, |word, length| {
        // SAFETY: the processor has the instructions.
        #[allow(
            unused_unsafe,
            reason = "safe in newer versions of Rust than scripts/msrv.sh has"
        )]
        unsafe {
            _bzhi_u64(_pext_u64(word, LOW_BITS), 7 * length as u32)
        }
    })
}

#[inline(never)]
fn fill_portable(window: &[u8; WINDOW], stops: u64, continued: u64, room: &mut Numbers) -> usize {
    if continued & continued >> 1 == 0 {
        return each_varint(window, stops, room, |word, length| {
            let second = (word >> 1) & 0x3f80 & 0u64.wrapping_sub(length as u64 - 1);
            word & 0x7f | second
        });
    }
    each_varint(window, stops, room, |word, length| {
        gather(word & first_bits(8 * length) & LOW_BITS)
    })
}

/// Reads a varint for each byte that ends one, `join` those of up to eight bytes; gives where the last one has its
/// end, or 0 if one is too long.
#[inline(always)]
fn each_varint(
    window: &[u8; WINDOW],
    mut stops: u64,
    room: &mut Numbers,
    join: impl Fn(u64, usize) -> u64,
) -> usize {
    let (mut count, mut start) = (0, 0);
    while stops != 0 {
        let end = stops.trailing_zeros() as usize + 1;
        stops &= stops - 1;
        let length = end - start;
        // SAFETY: `start` is below 64, and ten bytes from there on belong to the window.
        let bytes: &[u8; 10] = unsafe { &*window.as_ptr().add(start).cast() };
        let number = if length <= 8 {
            let word = u64::from_le_bytes(*bytes.first_chunk().expect("ten bytes have eight"));
            join(word, length)
        } else if let Some((number, _)) = read_window(bytes) {
            number
        } else {
            return 0;
        };
        // SAFETY: a word has no more bits than there are numbers.
        unsafe { room.get_unchecked_mut(count).write(number) };
        count += 1;
        start = end;
    }
    start
}

/// The number of bytes that end a varint.
pub(super) fn terminators(bytes: &[u8]) -> usize {
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
    quarters.take(BLOCK / 16).fold(0, |mask, (i, quarter)| {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Varints of all lengths in all places, by both readers; one of eleven bytes is refused.
    #[test]
    fn the_readers_agree() {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        for round in 0..2000 {
            let mut bytes = Vec::new();
            let mut expected = Vec::new();
            while bytes.len() < BLOCK {
                state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                let longest = [7, 14, 28, 56, 64][round % 5];
                let number = (state ^ state >> 29)
                    & (u64::MAX >> (64 - (state >> 58) % longest - 1).min(63));
                expected.push((number, bytes.len()));
                let mut left = number;
                while left >= 0x80 {
                    bytes.push(left as u8 | 0x80);
                    left >>= 7;
                }
                bytes.push(left as u8);
            }
            bytes.resize(WINDOW.max(bytes.len()), 0xff);
            let mut copy = None;
            let block = Block::at(&bytes, bytes.len(), &mut copy);
            let (mut room, mut portable) =
                ([MaybeUninit::new(0); BLOCK], [MaybeUninit::new(0); BLOCK]);
            let (numbers, end) = block.read(&mut room);
            let count = numbers.len();
            assert_eq!(
                fill_portable(block.window, block.stops, block.continued, &mut portable),
                end
            );
            for (i, number) in numbers.iter().enumerate() {
                assert_eq!(*number, expected[i].0);
                // SAFETY: all of it is initialised.
                assert_eq!(*number, unsafe { portable[i].assume_init() });
            }
            assert!(expected.get(count).is_none_or(|&(_, start)| start == end));
        }
        let mut copy = None;
        let mut bytes = [0x80; WINDOW];
        bytes[10] = 1;
        let block = Block::at(&bytes, WINDOW, &mut copy);
        assert_eq!(
            block.read(&mut [MaybeUninit::uninit(); BLOCK]),
            (&[][..], 0)
        );
    }

    #[test]
    fn the_portable_paths_agree() {
        let bytes: Vec<u8> = (0..4096u32)
            .map(|i| (i.wrapping_mul(0x9e37_79b9) >> 24) as u8)
            .collect();
        for block in bytes.as_chunks::<16>().0 {
            assert_eq!(continuation_mask(block), continuation_mask_portable(block));
        }
        assert_eq!(
            continued_in(bytes.as_chunks().0),
            continued_in_portable(bytes.as_chunks().0)
        );
    }
}
