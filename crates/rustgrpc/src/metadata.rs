//! Metadata: the keys and values that travel beside the messages.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

/// An ordered multi-map of keys to text or bytes. Python's `grpc.aio.Metadata`, and its tuple of pairs.
///
/// Keys are lower-case; a key that ends in `-bin` has bytes for values, every other key has printable
/// ASCII text. A call with a key or value that is neither ends with INTERNAL `Invalid metadata`. Names that gRPC
/// needs for itself (`grpc-timeout`, `content-type`, `user-agent` …) are left out when metadata is sent.
///
/// ```
/// use rustgrpc::Metadata;
/// let metadata = Metadata::from([("k", "1"), ("k", "2")]);
/// assert_eq!(metadata.get("k").unwrap(), "1");
/// assert_eq!(metadata.get_all("k").count(), 2);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    pairs: Vec<(Cow<'static, str>, MetadataValue)>,
}

impl Metadata {
    /// No pairs.
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    /// Adds a pair behind the others.
    pub fn add(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<MetadataValue>) {
        self.pairs.push((key.into(), value.into()));
    }

    /// Replaces the first value of `key`, or adds the pair.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<MetadataValue>) {
        let key = key.into();
        match self.pairs.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value.into(),
            None => self.pairs.push((key, value.into())),
        }
    }

    /// The first value of `key`.
    pub fn get(&self, key: &str) -> Option<&MetadataValue> {
        self.get_all(key).next()
    }

    /// All values of `key`, in order.
    pub fn get_all(&self, key: &str) -> impl Iterator<Item = &MetadataValue> {
        self.iter()
            .filter(move |(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    /// Whether `key` has a value.
    #[doc(alias = "__contains__")]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Removes all values of `key`.
    pub fn delete_all(&mut self, key: &str) {
        self.pairs.retain(|(known, _)| known != key);
    }

    /// The pairs, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &MetadataValue)> {
        self.pairs.iter().map(|(key, value)| (&**key, value))
    }

    /// The number of pairs.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<K: Into<Cow<'static, str>>, V: Into<MetadataValue>> FromIterator<(K, V)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self {
            pairs: pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        }
    }
}

impl<K: Into<Cow<'static, str>>, V: Into<MetadataValue>, const N: usize> From<[(K, V); N]>
    for Metadata
{
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Into<Cow<'static, str>>, V: Into<MetadataValue>> From<Vec<(K, V)>> for Metadata {
    fn from(pairs: Vec<(K, V)>) -> Self {
        pairs.into_iter().collect()
    }
}

impl From<()> for Metadata {
    fn from((): ()) -> Self {
        Self::new()
    }
}

impl<K: Into<Cow<'static, str>>, V: Into<MetadataValue>> Extend<(K, V)> for Metadata {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        self.pairs.extend(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        );
    }
}

impl IntoIterator for Metadata {
    type Item = (Cow<'static, str>, MetadataValue);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

/// A value in [`Metadata`]: text, or bytes under a key that ends in `-bin`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum MetadataValue {
    /// Printable ASCII.
    Text(String),
    /// Anything.
    Bytes(Bytes),
}

impl MetadataValue {
    /// The text; `None` for bytes that are not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        }
    }

    /// The bytes, of text as well.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl fmt::Debug for MetadataValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => fmt::Debug::fmt(text, f),
            Self::Bytes(bytes) => fmt::Debug::fmt(bytes, f),
        }
    }
}

impl From<&str> for MetadataValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for MetadataValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Bytes> for MetadataValue {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for MetadataValue {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<&[u8]> for MetadataValue {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Bytes::copy_from_slice(bytes))
    }
}

impl<const N: usize> From<&[u8; N]> for MetadataValue {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(Bytes::copy_from_slice(bytes))
    }
}

impl PartialEq<str> for MetadataValue {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for MetadataValue {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq<str> for &MetadataValue {
    fn eq(&self, other: &str) -> bool {
        *self == other
    }
}

impl PartialEq<[u8]> for MetadataValue {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_bytes() == other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for MetadataValue {
    fn eq(&self, other: &&[u8; N]) -> bool {
        self.as_bytes() == other.as_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C33.1.
    #[test]
    fn metadata_is_a_list_that_can_be_asked_by_key() {
        let mut metadata = Metadata::from([("k", "1"), ("k", "2")]);
        metadata.add("j", b"b");
        assert_eq!(
            format!("{metadata:?}"),
            r#"[("k", "1"), ("k", "2"), ("j", b"b")]"#
        );
        assert_eq!(metadata.len(), 3);
        assert_eq!(metadata.get("k").unwrap(), "1");
        assert!(metadata.get_all("k").eq(["1", "2"]));
        assert!(metadata.contains_key("j") && !metadata.contains_key("zz"));
        assert_eq!(metadata.get("zz"), None);
        let pairs: Vec<_> = metadata
            .iter()
            .map(|(key, value)| (key, value.as_bytes()))
            .collect();
        assert_eq!(pairs, [("k", &b"1"[..]), ("k", b"2"), ("j", b"b")]);
        metadata.set("k", "9");
        assert!(metadata.get_all("k").eq(["9", "2"]));
        metadata.delete_all("k");
        metadata.extend([("x", "y")]);
        let mut expected = Metadata::from([("j", b"b")]);
        assert_ne!(metadata, expected);
        expected.add("x", "y");
        assert_eq!(metadata, expected);
        metadata.set("new", "n");
        assert_eq!(metadata.into_iter().last().unwrap().0, "new");
    }
}
