//! Every parameter in one line: what `--help` prints, and where error messages look for the nearest key.

/// A parameter and what it does.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) key: &'static str,
    /// How the value is written, from the `=` on; empty for a switch.
    pub(crate) value: &'static str,
    pub(crate) text: &'static str,
}

/// All parameters, by what they are about.
pub(crate) const PARAMETERS: &[Parameter] = &[
    parameter(
        "extern_path",
        "=.PKG=::RUST",
        "Uses types from elsewhere for a package or type, or for a file: dir/a.proto=::RUST.",
    ),
    parameter("bytes", "=PATH", "bytes fields become Bytes, not Vec<u8>."),
    parameter(
        "btree_map",
        "=PATH",
        "Map fields become BTreeMap, not a hash map.",
    ),
    parameter(
        "boxed",
        "=PATH",
        "Message fields become Option<Box<M>>, not Option<M>.",
    ),
    parameter(
        "type_attribute",
        "=PATH=#[…]",
        "An attribute for messages, enums and oneofs.",
    ),
    parameter(
        "enum_attribute",
        "=PATH=#[…]",
        "An attribute for enums and oneofs.",
    ),
    parameter(
        "field_attribute",
        "=PATH=#[…]",
        "An attribute for fields, oneofs and members of oneofs.",
    ),
    parameter(
        "optimize",
        "=PATH=speed|code_size",
        "How messages are coded, instead of what option optimize_for says.",
    ),
    parameter(
        "unknown_fields",
        "=preserve|drop",
        "Whether messages keep what they do not know. Default: preserve.",
    ),
    parameter("non_exhaustive", "", "Marks messages #[non_exhaustive]."),
    parameter(
        "messages",
        "=true|false",
        "Whether _pb2.rs is written. Default: true.",
    ),
    parameter(
        "services",
        "=true|false",
        "Whether _pb2_grpc.rs is written. Default: true.",
    ),
    parameter(
        "stubs",
        "=true|false",
        "Whether services get stubs. Default: true.",
    ),
    parameter(
        "servicers",
        "=true|false",
        "Whether services get servicers. Default: true.",
    ),
    parameter(
        "strict_servicers",
        "",
        "Servicers must have every method; else those left out answer UNIMPLEMENTED.",
    ),
    parameter(
        "compile_well_known_types",
        "",
        "Writes google/protobuf/*.proto too, instead of naming the runtime's types.",
    ),
    parameter(
        "mod_file",
        "=mod.rs|lib.rs|none",
        "The file that declares the modules of the output's root. Default: mod.rs.",
    ),
    parameter(
        "runtime_path",
        "=::RUST",
        "The crate that generated code uses. Default: ::rustgrpc.",
    ),
    parameter(
        "crate",
        "=NAME",
        "Writes a whole crate: Cargo.toml, src/lib.rs and the modules in src.",
    ),
    parameter(
        "starter",
        "",
        "With crate: a server and a client per service in src/bin, to begin with.",
    ),
    parameter(
        "runtime_dir",
        "=DIR",
        "With crate: the folder with the runtime's crates; Cargo.toml names them by path.",
    ),
    parameter(
        "config",
        "=FILE",
        "Takes parameters from a TOML file: key = value, lists, tables.",
    ),
];

pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    PARAMETERS.iter().map(|parameter| parameter.key)
}

const fn parameter(key: &'static str, value: &'static str, text: &'static str) -> Parameter {
    Parameter { key, value, text }
}
