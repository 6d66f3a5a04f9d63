//! Which names of Rust's prelude a module's own types shadow, and what that does to links.

use crate::schema::Prelude;

/// Names of the prelude's macros and values, beside which rustdoc cannot tell which a link means.
const AMBIGUOUS: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Err",
    "Hash",
    "None",
    "Ok",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Some",
];

/// How docs link to the message `ident` of the same module.
pub(super) fn link(ident: &str) -> String {
    if AMBIGUOUS.contains(&ident) {
        format!("struct@{ident}")
    } else {
        ident.to_owned()
    }
}

/// How a module writes prelude names in which `shadows` says whether it has a type of that name.
pub(super) fn prelude(shadows: impl Fn(&str) -> bool) -> Prelude {
    let pick = |short: &'static str, long: &'static str| if shadows(short) { long } else { short };
    Prelude {
        boxed: pick("Box", "::std::boxed::Box"),
        clone: pick("Clone", "::std::clone::Clone"),
        default: pick("Default", "::std::default::Default"),
        into: pick("Into", "::std::convert::Into"),
        into_iterator: pick("IntoIterator", "::std::iter::IntoIterator"),
        option: pick("Option", "::std::option::Option"),
        result: pick("Result", "::std::result::Result"),
        send: pick("Send", "::std::marker::Send"),
        string: pick("String", "::std::string::String"),
        sync: pick("Sync", "::std::marker::Sync"),
        vec: pick("Vec", "::std::vec::Vec"),
    }
}
