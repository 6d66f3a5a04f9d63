//! Where blank lines go: between the items of files, modules, traits and `impl` blocks, and nowhere else.

use super::INDENTATION;

/// A bracket that is open, and what has been written inside.
#[derive(Debug)]
pub(super) struct Block {
    /// How far the line that opened it is indented.
    pub(super) opened_at: usize,
    /// How far lines inside are.
    pub(super) indentation: usize,
    pub(super) holds_items: bool,
    previous: Previous,
}

#[derive(Debug)]
enum Previous {
    /// Nothing, and nothing parts the first item from the bracket.
    Bracket,
    /// The comment at the top of a file.
    Header,
    Item(Class),
}

/// What decides about blank lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Use,
    Const {
        has_docs: bool,
    },
    /// `mod name;`
    Module,
    Other,
}

impl Block {
    pub(super) fn file() -> Self {
        Self {
            opened_at: 0,
            indentation: 0,
            holds_items: true,
            previous: Previous::Header,
        }
    }

    pub(super) fn opened_by(text: &str, opened_at: usize) -> Self {
        let item = text.strip_prefix("pub ").unwrap_or(text);
        Self {
            opened_at,
            indentation: opened_at + INDENTATION,
            holds_items: ["mod ", "impl ", "impl<", "trait "]
                .iter()
                .any(|keyword| item.starts_with(keyword)),
            previous: Previous::Bracket,
        }
    }

    /// Takes the next item in, and says whether a blank line stands before it.
    pub(super) fn parts(&mut self, class: Class) -> bool {
        match std::mem::replace(&mut self.previous, Previous::Item(class)) {
            Previous::Bracket => false,
            Previous::Header => true,
            Previous::Item(previous) => !class.follows_closely(previous),
        }
    }
}

impl Class {
    pub(super) fn of(text: &str, has_docs: bool) -> Self {
        let item = text.strip_prefix("pub ").unwrap_or(text);
        if item.starts_with("use ") {
            Self::Use
        } else if item.starts_with("const ") {
            Self::Const { has_docs }
        } else if item.starts_with("mod ") && item.ends_with(';') {
            Self::Module
        } else {
            Self::Other
        }
    }

    fn follows_closely(self, previous: Self) -> bool {
        match self {
            Self::Other | Self::Const { has_docs: true } => false,
            Self::Const { has_docs: false } => matches!(previous, Self::Const { .. }),
            Self::Use | Self::Module => previous == self,
        }
    }
}
