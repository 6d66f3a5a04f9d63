//! All naming: protobuf spelling to Rust spelling, reserved words, and who keeps a name that two things want.
//!
//! Priorities, first come first served within each line:
//! * module of a file: reserved names, messages, enums, modules of messages, extensions, their numbers;
//! * module of a message: reserved names, nested messages, enums, oneofs, modules of messages, extensions, their numbers;
//! * members of a message: reserved names, fields, oneofs;
//! * methods of a message: reserved names, getters, then `has_`, `clear_`, `_mut`, `with_`, `try_` per field.
//!
//! The loser gets a suffix `_`.

use std::collections::BTreeSet;

/// Names that a generated module uses itself.
pub(crate) const MODULE_RESERVED: &[&str] = &["rt", "DESCRIPTOR"];
/// Names that a tuple struct (an enum) would take from the prelude's values.
pub(crate) const ENUM_RESERVED: &[&str] = &["Some", "None", "Ok", "Err"];
/// Members that every message has.
pub(crate) const MEMBERS_RESERVED: &[&str] = &["unknown_fields"];
/// Inherent methods that every message has, and those of traits that are called on it everywhere.
pub(crate) const METHODS_RESERVED: &[&str] = &["new", "default", "clone"];
/// Inherent methods that every stub has.
pub(crate) const STUB_RESERVED: &[&str] = &["new"];

/// Keywords that can be written as raw identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Keywords that cannot.
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate", "_"];

/// A name in both spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// As the `.proto` spells it.
    pub(crate) proto: String,
    /// As Rust spells it, `r#` included.
    pub(crate) ident: String,
}

impl Name {
    /// The Rust spelling as a part of a longer identifier.
    pub(crate) fn stem(&self) -> &str {
        self.ident.strip_prefix("r#").unwrap_or(&self.ident)
    }

    /// The spelling of the `.proto`, where a search for it would not find the Rust one.
    pub(crate) fn alias(&self) -> Option<&str> {
        (self.proto != self.stem()).then_some(self.proto.as_str())
    }
}

/// One namespace: gives each name once.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    pub(crate) fn reserving(reserved: &[&str]) -> Self {
        Self {
            taken: reserved.iter().map(ToString::to_string).collect(),
        }
    }

    /// The identifier for `wanted`, with as many `_` behind it as keep it apart from those given before.
    pub(crate) fn allocate(&mut self, wanted: &str) -> String {
        self.allocate_avoiding(wanted, &[])
    }

    /// Like `allocate`, refusing the names in `avoided` too.
    pub(crate) fn allocate_avoiding(&mut self, wanted: &str, avoided: &[&str]) -> String {
        let mut plain = wanted.to_owned();
        if NEVER_RAW.contains(&wanted) {
            plain.push('_');
        }
        while avoided.contains(&plain.as_str()) || self.taken.contains(&plain) {
            plain.push('_');
        }
        self.taken.insert(plain.clone());
        escape(&plain)
    }

    /// `allocate` for something spelled `proto` in the schema.
    pub(crate) fn name(&mut self, proto: &str, wanted: &str) -> Name {
        Name {
            proto: proto.to_owned(),
            ident: self.allocate(wanted),
        }
    }

    pub(crate) fn contains(&self, ident: &str) -> bool {
        self.taken.contains(ident)
    }
}

/// The text that makes `name` an identifier: keywords become raw, what cannot be raw gets a `_`.
pub(crate) fn escape(name: &str) -> String {
    if KEYWORDS.contains(&name) {
        format!("r#{name}")
    } else if NEVER_RAW.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// `HTTPServer` and `http__server` to `http_server`. Underscores at both ends stay.
///
/// A word begins behind underscores, at a capital after a small letter or digit, and at the last capital of a run that a small
/// letter follows.
pub(crate) fn snake(name: &str) -> String {
    let inner = name.trim_matches('_');
    let start = name.len() - name.trim_start_matches('_').len();
    let mut out = String::with_capacity(name.len() + 4);
    out.push_str(&name[..start]);
    let mut previous = None;
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        let begins_word = match previous {
            Some('_') => true,
            Some(p) if c.is_ascii_uppercase() => {
                let mut next_is_small = || chars.peek().is_some_and(char::is_ascii_lowercase);
                p.is_ascii_lowercase()
                    || p.is_ascii_digit()
                    || p.is_ascii_uppercase() && next_is_small()
            }
            _ => false,
        };
        if c != '_' {
            if begins_word {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        }
        previous = Some(c);
    }
    if !inner.is_empty() {
        out.push_str(&name[start + inner.len()..]);
    }
    out
}

/// `MAX_SIZE` for `maxSize`; a name without lower case letters stays as it is.
pub(crate) fn upper(name: &str) -> String {
    if name.chars().any(|c| c.is_ascii_lowercase()) {
        snake(name).to_ascii_uppercase()
    } else {
        name.to_owned()
    }
}

/// The constant of an extension; `DESCRIPTOR_1` and so on are names of private descriptors.
pub(crate) fn extension(name: &str) -> String {
    let mut name = upper(name);
    if name
        .strip_prefix("DESCRIPTOR_")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
    {
        name.push('_');
    }
    name
}

/// `GreetRequest` for `greet_request`. Runs of capitals stay (`HTTPRequest`), digits stay apart (`V1_2`).
pub(crate) fn camel(name: &str) -> String {
    let inner = name.trim_matches('_');
    let start = name.len() - name.trim_start_matches('_').len();
    let mut out = "_".repeat(start);
    for part in inner.split('_').filter(|part| !part.is_empty()) {
        let after_digit = out.ends_with(|c: char| c.is_ascii_digit());
        if after_digit && part.starts_with(|c: char| c.is_ascii_digit()) {
            out.push('_');
        }
        let (first, rest) = part.split_at(1);
        out.push_str(&first.to_ascii_uppercase());
        out.push_str(rest);
    }
    if !inner.is_empty() {
        out.push_str(&name[start + inner.len()..]);
    }
    out
}

/// `GreetRequest` for `GREET_REQUEST` too: for oneofs and their members, which schemas spell in every way.
pub(crate) fn variant(name: &str) -> String {
    let shouting = !name.chars().any(|c| c.is_ascii_lowercase()) && name.contains('_');
    camel(&if shouting {
        name.to_ascii_lowercase()
    } else {
        name.to_owned()
    })
}

/// The part of an enum value's name behind the enum's name, if the value starts with that.
pub(crate) fn without_enum_prefix<'a>(value: &'a str, enumeration: &str) -> Option<&'a str> {
    let mut wanted = enumeration.chars().filter(|&c| c != '_');
    let mut rest = value.char_indices().filter(|&(_, c)| c != '_');
    let mut end = 0;
    for expected in wanted.by_ref() {
        let (index, found) = rest.next()?;
        if !found.eq_ignore_ascii_case(&expected) {
            return None;
        }
        end = index + 1;
    }
    let stripped = value[end..].strip_prefix('_')?;
    (end > 0 && stripped.chars().any(|c| c != '_')).then_some(stripped)
}

/// `name`, preceded by a `_` if it starts like a number.
pub(crate) fn not_a_number(name: &str) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// Whether rustc wants another spelling of a module, as `non_snake_case` says.
pub(crate) fn is_snake(name: &str) -> bool {
    let name = name.trim_matches('_');
    !name.contains("__") && !name.chars().any(char::is_uppercase)
}
