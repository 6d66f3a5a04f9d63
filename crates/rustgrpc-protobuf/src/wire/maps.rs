//! The entries of maps.

use super::decoder::{Decoded, Decoder};
use crate::kind::Kind;
use crate::map::MapLike;

impl Decoder<'_> {
    /// An entry of a map, and those with the same tag that follow it.
    #[inline(always)]
    pub(crate) fn entries<K: Kind, V: Kind, M: MapLike<K::Value, V::Value>>(
        &mut self,
        tag: u32,
        map: &mut M,
    ) -> Decoded {
        let (rest, limit, depth) = self.into_parts();
        self.go_on_with(entries::<K, V, M>(rest, limit, depth, tag, map))
    }
}

/// Out of line, from the bytes up to the end of the message to the rest of them.
#[inline(never)]
fn entries<'a, K: Kind, V: Kind, M: MapLike<K::Value, V::Value>>(
    rest: &'a [u8],
    limit: *const u8,
    depth: u32,
    tag: u32,
    map: &mut M,
) -> Option<&'a [u8]> {
    let mut decoder = Decoder::from_parts(rest, limit, depth);
    if map.is_empty() {
        map.reserve(decoder.run_length(tag));
    }
    loop {
        let mut entry = decoder.nested().ok()?;
        let (mut key, mut value) = (K::Value::default(), V::Value::default());
        while let Some(tag) = entry.tag().ok()? {
            if tag == 1 << 3 | K::WIRE_TYPE {
                K::merge(&mut key, &mut entry).ok()?;
            } else if tag == 2 << 3 | V::WIRE_TYPE {
                V::merge(&mut value, &mut entry).ok()?;
            } else {
                entry.skip(tag).ok()?;
            }
        }
        map.insert(key, value);
        if !decoder.take_tag(tag) {
            return Some(decoder.rest());
        }
    }
}
