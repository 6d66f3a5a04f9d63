//! The crate that is written around the modules: `crate`, `starter` and `runtime_dir`, and what goes with them.

use super::{ModFile, Options};
use crate::names;

/// `crate=NAME` and what belongs to it.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Whether there is a server and a client for each service.
    pub(crate) starter: bool,
    pub(crate) runtime: Runtime,
    /// The folder with the runtime's crates, as `Cargo.toml` names it.
    pub(crate) runtime_dir: Option<String>,
}

/// The crate that generated code needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runtime {
    Rustgrpc,
    /// Messages only.
    RustgrpcProtobuf,
}

impl Runtime {
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Rustgrpc => "rustgrpc",
            Self::RustgrpcProtobuf => "rustgrpc-protobuf",
        }
    }
}

/// What was said of the crate, before it is known whether it fits together.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) name: Option<String>,
    pub(super) starter: bool,
    pub(super) runtime_dir: Option<String>,
    pub(super) mod_file: Option<ModFile>,
}

impl Given {
    pub(super) fn finish(self, options: &Options) -> Result<Option<Package>, String> {
        let Some(name) = self.name else {
            let alone = [
                ("starter", self.starter),
                ("runtime_dir", self.runtime_dir.is_some()),
            ];
            return match alone.iter().find(|(_, given)| *given) {
                Some((key, _)) => Err(format!("parameter `{key}` needs `crate=NAME`")),
                None => Ok(None),
            };
        };
        if self.mod_file.is_some_and(|file| file != ModFile::Lib) {
            return Err(
                "parameter `mod_file` can only be `lib.rs` with `crate`: a crate begins there"
                    .to_owned(),
            );
        }
        let runtime = match options.runtime_path.trim_start_matches("::") {
            "rustgrpc" => Runtime::Rustgrpc,
            "rustgrpc_protobuf" => Runtime::RustgrpcProtobuf,
            other => {
                return Err(format!(
                    "parameter `crate`: which crate is behind `runtime_path={other}` is not known; \
                     only `::rustgrpc` or `::rustgrpc_protobuf` can be named in Cargo.toml"
                ));
            }
        };
        if self.starter && runtime != Runtime::Rustgrpc {
            return Err(
                "parameter `starter` needs servers and channels: `runtime_path=::rustgrpc`"
                    .to_owned(),
            );
        }
        Ok(Some(Package {
            name,
            starter: self.starter,
            runtime,
            runtime_dir: self.runtime_dir,
        }))
    }
}

/// Names that mean something else to Cargo or in a crate's code, with `_` for `-`.
const TAKEN: &[&str] = &[
    "alloc",
    "build",
    "core",
    "deps",
    "examples",
    "grpc",
    "incremental",
    "proc_macro",
    "rustgrpc",
    "rustgrpc_protobuf",
    "std",
    "test",
    "tokio",
];

/// The name of a package, if Cargo takes it.
pub(super) fn name(key: &str, value: &str) -> Result<String, String> {
    let legal = value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && value.starts_with(|c: char| c.is_ascii_alphabetic());
    if !legal {
        return Err(format!(
            "parameter `{key}`: `{value}` is no name of a package: letters, digits, `-` and `_`, a letter first"
        ));
    }
    let ident = value.replace('-', "_");
    if TAKEN.contains(&ident.as_str()) || names::escape(&ident) != ident {
        return Err(format!(
            "parameter `{key}`: a package cannot be called `{value}`, which means something else to Cargo or rustc"
        ));
    }
    Ok(value.to_owned())
}
