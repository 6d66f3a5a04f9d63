//! Base-128 varints: how long one is, and reading one that is longer than a byte.

/// The number of bytes of `value` as a varint, 1 to 10.
#[inline(always)]
pub(crate) const fn varint_len(value: u64) -> usize {
    // 9/64 is just above 1/7, exact for every bit length up to 64.
    ((63 - (value | 1).leading_zeros()) as usize * 9 + 73) / 64
}

/// Joins eight groups of seven bits (continuation bits cleared) to one number of 56 bits.
#[inline(always)]
pub(super) const fn gather(groups: u64) -> u64 {
    let x = (groups & 0x007f_007f_007f_007f) | ((groups & 0x7f00_7f00_7f00_7f00) >> 1);
    let x = (x & 0x0000_3fff_0000_3fff) | ((x & 0x3fff_0000_3fff_0000) >> 2);
    (x & 0x0000_0000_0fff_ffff) | ((x & 0x0fff_ffff_0000_0000) >> 4)
}

/// Parts a number of 56 bits into eight groups of seven: the opposite of [`gather`].
#[inline(always)]
pub(super) const fn scatter(number: u64) -> u64 {
    let x = (number & 0x0fff_ffff) | ((number & 0x00ff_ffff_f000_0000) << 4);
    let x = (x & 0x0000_3fff_0000_3fff) | ((x & 0x0fff_c000_0fff_c000) << 2);
    (x & 0x007f_007f_007f_007f) | ((x & 0x3f80_3f80_3f80_3f80) << 1)
}

/// The varint of two bytes or more at the start of `bytes` and its length, which is 0 when it is cut off or has more than ten
/// bytes: a pair of numbers is returned in registers, an `Option` of it is not.
#[inline(never)]
pub(super) fn read_long(bytes: &[u8]) -> (u64, usize) {
    if let Some(window) = bytes.first_chunk::<10>() {
        // Two and three bytes are frequent, and a field's values tend to have one length.
        let low = u32::from_le_bytes(*window.first_chunk().expect("ten bytes have four"));
        let two = low & 0x7f | low >> 1 & 0x3f80;
        if low & 0x8000 == 0 {
            return (u64::from(two), 2);
        }
        if low & 0x80_0000 == 0 {
            return (u64::from(two | low >> 2 & 0x1f_c000), 3);
        }
        return read_window(window).unwrap_or((0, 0));
    }
    let mut value = 0u64;
    for (i, &byte) in bytes.iter().enumerate() {
        // Fewer than ten bytes: the shift stays below 63.
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            return (value, i + 1);
        }
    }
    (0, 0)
}

/// The tag at the start of `bytes` and its length; 0 when it is no tag.
#[cold]
#[inline(never)]
pub(super) fn read_long_tag(bytes: &[u8]) -> (u32, usize) {
    let (tag, length) = read_long(bytes);
    // As in C++: five bytes at most, and nothing above 32 bits.
    // No tag is taken for `END` or `FAILED`.
    match u32::try_from(tag) {
        Ok(tag) if length <= 5 && tag & 7 < 6 => (tag, length),
        _ => (0, 0),
    }
}

/// The length at the start of `bytes` and its own length; 0 when it is none.
#[inline(never)]
pub(super) fn read_long_length(bytes: &[u8]) -> (usize, usize) {
    if let [first, second @ 0..0x80, ..] = *bytes {
        return (usize::from(first & 0x7f) | usize::from(second) << 7, 2);
    }
    let (value, length) = read_long(bytes);
    // As in C++: padding beyond five bytes is refused.
    match usize::try_from(value) {
        Ok(value) if length <= 5 => (value, length),
        _ => (0, 0),
    }
}

/// The varint at the start of ten bytes, `None` when it has more: no loop and, up to eight bytes, no branch on the length.
#[inline(always)]
pub(super) fn read_window(window: &[u8; 10]) -> Option<(u64, usize)> {
    let low = u64::from_le_bytes(*window.first_chunk().expect("ten bytes have eight"));
    let stops = !low & 0x8080_8080_8080_8080;
    if stops != 0 {
        let bits = stops.trailing_zeros() + 1;
        let kept = low & (u64::MAX >> (64 - bits)) & 0x7f7f_7f7f_7f7f_7f7f;
        return Some((gather(kept), (bits / 8) as usize));
    }
    let low = gather(low & 0x7f7f_7f7f_7f7f_7f7f);
    let (ninth, tenth) = (u64::from(window[8]), u64::from(window[9]));
    if ninth < 0x80 {
        return Some((low | ninth << 56, 9));
    }
    // The tenth byte has room for the top bit alone; C++ ignores the bits above it.
    (tenth < 0x80).then_some((low | (ninth & 0x7f) << 56 | tenth << 63, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    #[test]
    fn every_length_with_and_without_bytes_behind_it() {
        for shift in 0..64 {
            for value in [1u64 << shift, (1u64 << shift) - 1, u64::MAX >> shift] {
                let mut bytes = encode(value);
                let length = bytes.len();
                assert_eq!(varint_len(value), length, "{value}");
                if length == 1 {
                    continue;
                }
                assert_eq!(read_long(&bytes), (value, length));
                assert_eq!(read_long(&bytes[..length - 1]), (0, 0), "cut off {value}");
                bytes.extend([0xff; 10]);
                assert_eq!(read_long(&bytes), (value, length));
            }
        }
    }

    #[test]
    fn too_long_is_refused_and_padding_and_excess_bits_are_not() {
        assert_eq!(read_long(&[0xff; 11]), (0, 0));
        let mut top = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(read_long(&top), (u64::MAX, 10), "70 bits");
        top[9] = 2;
        assert_eq!(read_long(&top), (u64::MAX >> 1, 10), "65 bits");
        assert_eq!(read_long(&[0x81, 0x80, 0]), (1, 3), "over-long but valid");
    }
}
