//! Lints that names of a schema wake, which therefore are allowed where these names stand.

use crate::schema::{Field, Method, Variant};

/// Getters that clippy takes for methods of a trait.
const TRAIT_GETTERS: &[&str] = &[
    "as_mut",
    "as_ref",
    "borrow",
    "borrow_mut",
    "clone",
    "deref",
    "deref_mut",
];

/// Calls that clippy takes for methods of a trait.
const TRAIT_CALLS: &[&str] = &["cmp", "eq", "hash", "index"];

/// Prefixes that say to clippy what `self` must be.
const CONVERSIONS: &[&str] = &["as_", "from_", "into_", "is_", "to_"];

/// For the `impl` of the message `ident` with the accessors.
pub(super) fn methods(ident: &str, fields: &[Field]) -> Vec<&'static str> {
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
    if ident.eq_ignore_ascii_case("new") {
        allows.push("clippy::self_named_constructors");
    }
    if names().any(|name| TRAIT_GETTERS.contains(&name)) {
        allows.push("clippy::should_implement_trait");
    }
    if names().any(is_conversion) {
        allows.push("clippy::wrong_self_convention");
    }
    allows
}

/// For what a service becomes.
pub(super) fn calls(methods: &[Method]) -> Vec<&'static str> {
    let names = || methods.iter().map(|method| method.name.ident.as_str());
    let mut allows = Vec::new();
    if names().any(|name| name == "new") {
        allows.push("clippy::new_ret_no_self");
    }
    if names().any(|name| TRAIT_CALLS.contains(&name)) {
        allows.push("clippy::should_implement_trait");
    }
    if names().any(|name| name == "new" || is_conversion(name)) {
        allows.push("clippy::wrong_self_convention");
    }
    allows
}

/// Whether clippy would ask for another `self`.
fn is_conversion(name: &str) -> bool {
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
