//! What the setters of repeated fields and of maps share.

/// Anything that can be gone through, as the elements of a field.
pub fn converted<T>(values: impl IntoIterator<Item: Into<T>>) -> Vec<T> {
    values.into_iter().map(Into::into).collect()
}

/// Pairs of a key and a value, as the entries of a field.
pub fn converted_entries<K, V, M: FromIterator<(K, V)>>(
    entries: impl IntoIterator<Item = (impl Into<K>, impl Into<V>)>,
) -> M {
    let entries = entries.into_iter();
    entries
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}
