//! Lints that names of a schema wake, which therefore are allowed where these names stand.

use crate::schema::{Field, Variant};

/// Getters that clippy takes for methods of a trait.
const TRAIT_METHODS: &[&str] = &[
    "add",
    "as_mut",
    "as_ref",
    "bitand",
    "bitor",
    "bitxor",
    "borrow",
    "borrow_mut",
    "clone",
    "cmp",
    "default",
    "deref",
    "deref_mut",
    "div",
    "drop",
    "eq",
    "from_iter",
    "from_str",
    "hash",
    "index",
    "index_mut",
    "into_iter",
    "mul",
    "neg",
    "next",
    "not",
    "rem",
    "shl",
    "shr",
    "sub",
];

/// Prefixes that say to clippy what `self` must be.
const CONVERSIONS: &[&str] = &["as_", "from_", "into_", "is_", "to_"];

/// For the `impl` with the accessors.
pub(super) fn methods(fields: &[Field]) -> Vec<&'static str> {
    let names = || {
        fields
            .iter()
            .filter_map(|f| f.accessors.as_ref())
            .flat_map(|a| [a.get.as_str(), a.get_mut.as_str()])
    };
    let mut allows = Vec::new();
    if names().any(|name| name == "len") {
        allows.push("clippy::len_without_is_empty");
    }
    if names().any(is_trait_method) {
        allows.push("clippy::should_implement_trait");
    }
    if names().any(is_conversion) {
        allows.push("clippy::wrong_self_convention");
    }
    allows
}

/// Whether clippy would ask for a trait's implementation.
pub(super) fn is_trait_method(name: &str) -> bool {
    TRAIT_METHODS.contains(&name)
}

/// Whether clippy would ask for another `self`.
pub(super) fn is_conversion(name: &str) -> bool {
    CONVERSIONS.iter().any(|prefix| name.starts_with(prefix))
}

/// For the enum of a oneof.
pub(super) fn oneof(variants: &[Variant]) -> Vec<&'static str> {
    let mut allows = Vec::new();
    if variants.len() > 2 {
        allows.push("clippy::enum_variant_names");
    }
    if variants.len() > 1 && variants.iter().any(|variant| is_large(&variant.ty)) {
        allows.push("clippy::large_enum_variant");
    }
    allows
}

/// Whether a name is all capitals, which clippy finds loud.
pub(super) fn is_acronym(name: &str) -> bool {
    name.len() > 2 && !name.chars().any(|c| c.is_ascii_lowercase())
}

/// Messages may be large; scalars, strings and boxes are not.
fn is_large(ty: &str) -> bool {
    let scalar = matches!(ty, "bool" | "f32" | "f64" | "i32" | "i64" | "u32" | "u64");
    !scalar && !ty.ends_with('>') && !ty.ends_with("String") && ty != "rt::Bytes"
}
