//! The type of `map` fields.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

/// A `map` field: a `HashMap` with a fast hash, seeded at random per process and map.
///
/// Made like any collection: `[("a".into(), 1)].into_iter().collect()`.
pub type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// What the codec asks of a map.
pub trait MapLike<K, V> {
    /// Whether it has no entry yet.
    fn is_empty(&self) -> bool;
    /// Makes room for `entries` more.
    fn reserve(&mut self, entries: usize);
    /// Sets the value of a key.
    fn insert(&mut self, key: K, value: V);
    /// The entries, last first where the map has an order.
    fn entries<'a>(&'a self) -> impl Iterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a;
}

impl<K: Eq + Hash, V, S: BuildHasher> MapLike<K, V> for HashMap<K, V, S> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn reserve(&mut self, entries: usize) {
        self.reserve(entries);
    }

    fn insert(&mut self, key: K, value: V) {
        self.insert(key, value);
    }

    fn entries<'a>(&'a self) -> impl Iterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a,
    {
        self.iter()
    }
}

impl<K: Ord, V> MapLike<K, V> for BTreeMap<K, V> {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn reserve(&mut self, _entries: usize) {}

    fn insert(&mut self, key: K, value: V) {
        self.insert(key, value);
    }

    fn entries<'a>(&'a self) -> impl Iterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a,
    {
        self.iter().rev()
    }
}
