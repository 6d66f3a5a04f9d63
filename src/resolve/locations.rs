//! Where things stand in a `.proto`, and the comments beside them.

use std::collections::HashMap;

use crate::comments;
use crate::descriptor::{FileDescriptorProto, number, source_code_info::Location};
use crate::diagnostics::{Diagnostic, Place};

/// The source information of one file.
pub(super) struct Locations<'a> {
    file: &'a str,
    by_path: HashMap<&'a [i32], &'a Location>,
}

impl<'a> Locations<'a> {
    pub(super) fn new(file: &'a FileDescriptorProto) -> Self {
        let mut by_path = HashMap::new();
        for location in file.source_code_info.iter().flat_map(|info| &info.location) {
            by_path.entry(location.path.as_slice()).or_insert(location);
        }
        Self {
            file: file.name(),
            by_path,
        }
    }

    /// A problem with the element at `path`, or with what it is in if only that is known.
    pub(super) fn problem(&self, path: &[i32], text: impl Into<String>) -> Diagnostic {
        let span = (0..=path.len())
            .rev()
            .filter(|&length| length > 0)
            .find_map(|length| self.by_path.get(&path[..length]))
            .map_or(&[][..], |location| &location.span);
        let count = |index: usize| {
            let position = span
                .get(index)
                .and_then(|&position| u32::try_from(position).ok());
            position.map_or(0, |position| position.saturating_add(1))
        };
        let place = Place {
            file: self.file.to_owned(),
            line: count(0),
            column: count(1),
        };
        Diagnostic {
            place: Some(place),
            text: text.into(),
        }
    }

    /// Whether the source information mentions the element at `path`.
    pub(super) fn knows(&self, path: &[i32]) -> bool {
        self.by_path.contains_key(path)
    }

    /// The comment before the element, else the one behind it.
    pub(super) fn docs(&self, path: &[i32]) -> Vec<String> {
        let Some(location) = self.by_path.get(path) else {
            return Vec::new();
        };
        let leading = comments::doc_lines(location.leading_comments());
        if leading.is_empty() {
            comments::doc_lines(location.trailing_comments())
        } else {
            leading
        }
    }

    /// The comments above the first statement, which often are a licence.
    pub(super) fn licence(&self) -> Vec<String> {
        let first = [
            number::FILE_SYNTAX,
            number::FILE_EDITION,
            number::FILE_PACKAGE,
        ]
        .iter()
        .find_map(|&field| self.by_path.get(&[field][..]));
        let mut lines = Vec::new();
        for comment in first
            .iter()
            .flat_map(|location| &location.leading_detached_comments)
        {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(comments::plain_lines(comment));
        }
        lines
    }
}
