//! Where things stand in a `.proto`, and the comments beside them.

use std::borrow::Cow;

use prost::{DecodeError, Message as _};

use crate::comments;
use crate::descriptor::{number, source_code_info::Location};
use crate::diagnostics::{Diagnostic, Place};
use crate::request::{self, SourceInfo};

/// Where the elements of one file stand. Nothing is read before it is asked for, which is when something is wrong.
pub(super) struct Locations<'a> {
    file: &'a str,
    source: SourceInfo<'a>,
}

impl<'a> Locations<'a> {
    pub(super) fn new(file: &request::File<'a>) -> Self {
        Self {
            file: file.proto.name(),
            source: file.source.clone(),
        }
    }

    /// A problem with the element at `path`, or with what it is in if only that is known.
    pub(super) fn problem(&self, path: &[i32], text: impl Into<String>) -> Diagnostic {
        let mut nearest: Option<Cow<'_, Location>> = None;
        for location in self.all() {
            let depth = nearest.as_ref().map_or(0, |found| found.path.len());
            if location.path.len() > depth && path.starts_with(&location.path) {
                nearest = Some(location);
            }
        }
        let span = nearest
            .as_ref()
            .map_or(&[][..], |location| location.span.as_slice());
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
        self.all().any(|location| location.path == path)
    }

    /// The comments of the file.
    ///
    /// Errors if the source information cannot be read.
    pub(super) fn comments(&self) -> Result<Comments<'a>, Diagnostic> {
        let located: Result<Vec<_>, _> = located(&self.source, is_commented).collect();
        let mut located = located.map_err(|error| {
            self.problem(&[], format!("its source information is broken: {error}"))
        })?;
        // Of several locations of one element, the first counts: the order has to stay.
        located.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Comments { located })
    }

    /// All that can be read.
    fn all(&self) -> impl Iterator<Item = Cow<'a, Location>> {
        located(&self.source, |_| true).map_while(Result::ok)
    }
}

/// The comments of one file.
#[derive(Default)]
pub(super) struct Comments<'a> {
    /// In the order of their paths.
    located: Vec<Cow<'a, Location>>,
}

impl Comments<'_> {
    /// The comment before the element, else the one behind it, as doc lines.
    pub(super) fn docs(&self, path: &[i32]) -> Vec<String> {
        let Some(location) = self.find(path) else {
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
        .find_map(|&field| self.find(&[field]));
        let mut lines = Vec::new();
        for comment in first
            .iter()
            .flat_map(|location| &location.leading_detached_comments)
        {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(
                comments::plain_lines(comment)
                    .into_iter()
                    .map(Cow::into_owned),
            );
        }
        lines
    }

    fn find(&self, path: &[i32]) -> Option<&Location> {
        let index = self
            .located
            .partition_point(|location| location.path.as_slice() < path);
        let found = self.located.get(index)?;
        (found.path == path).then_some(found)
    }
}

/// The locations that `wanted` says, which may say more than it has to.
fn located<'a>(
    source: &SourceInfo<'a>,
    wanted: fn(LocationView<'_>) -> bool,
) -> impl Iterator<Item = Result<Cow<'a, Location>, DecodeError>> {
    let (decoded, encoded) = match *source {
        SourceInfo::Decoded(info) => (info, &[][..]),
        SourceInfo::Encoded(encoded) => (None, encoded),
    };
    let decoded = decoded.into_iter().flat_map(|info| &info.location);
    let decoded = decoded.filter(move |location| wanted(LocationView::Decoded(location)));
    let encoded = encoded.iter().flat_map(|&info| request::fields(info));
    let encoded = encoded.filter_map(move |field| match field.map(|field| field.payload) {
        Ok(Some(location)) if wanted(LocationView::Encoded(location)) => {
            Some(Location::decode(location).map(Cow::Owned))
        }
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    });
    decoded
        .map(|location| Ok(Cow::Borrowed(location)))
        .chain(encoded)
}

#[derive(Clone, Copy)]
enum LocationView<'a> {
    Decoded(&'a Location),
    Encoded(&'a [u8]),
}

/// Whether there is a comment, or the location is that of a statement which may begin the file.
fn is_commented(location: LocationView<'_>) -> bool {
    match location {
        LocationView::Decoded(location) => {
            location.path.len() <= 1
                || location.has_leading_comments()
                || location.has_trailing_comments()
        }
        LocationView::Encoded(location) => request::fields(location).any(|field| match field {
            Ok(field) if field.number == number::LOCATION_PATH => {
                field.payload.is_none_or(|path| path.len() <= 1)
            }
            Ok(field) => field.number != number::LOCATION_SPAN,
            // Decoding it will tell.
            Err(_) => true,
        }),
    }
}
