//! The files that the runtime has already.

/// Below `google/protobuf/`.
const FILES: &[&str] = &[
    "any",
    "api",
    "compiler/plugin",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
];

/// Whether the runtime has the types of `file`.
pub(super) fn is_in_runtime(file: &str) -> bool {
    file.strip_prefix("google/protobuf/")
        .and_then(|rest| rest.strip_suffix(".proto"))
        .is_some_and(|name| FILES.contains(&name))
}
