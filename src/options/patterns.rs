//! Protobuf paths as prost matches them: `.` is everything, a leading dot makes a prefix, none a suffix.

/// A path with what was said about it.
#[derive(Debug)]
pub(crate) struct Pattern<T> {
    path: String,
    value: T,
}

/// Paths in the order they were given.
#[derive(Debug)]
pub(crate) struct Patterns<T>(Vec<Pattern<T>>);

impl<T> Default for Patterns<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Patterns<T> {
    pub(super) fn add(&mut self, path: String, value: T) {
        self.0.push(Pattern { path, value });
    }

    /// Whether anything was said about `full_name`, which has a leading dot.
    pub(crate) fn matches(&self, full_name: &str) -> bool {
        self.all(full_name).next().is_some()
    }

    /// All that was said about it.
    pub(crate) fn all(&self, full_name: &str) -> impl Iterator<Item = &T> {
        self.0
            .iter()
            .filter(move |pattern| matches(&pattern.path, full_name))
            .map(|pattern| &pattern.value)
    }
}

/// Whether `prefix` is `full_name` or one of its parents; both have a leading dot.
pub(crate) fn covers(prefix: &str, full_name: &str) -> bool {
    prefix == "."
        || full_name
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn matches(pattern: &str, full_name: &str) -> bool {
    if pattern.starts_with('.') {
        covers(pattern, full_name)
    } else {
        full_name
            .strip_suffix(pattern)
            .is_some_and(|rest| rest.ends_with('.'))
    }
}
