//! Protos that a package shares with its dependents, as metadata of its build script.
//!
//! Cargo hands `cargo:key=value` of a package with `links = "name"` to the build scripts of its dependents, as the
//! environment variable `DEP_NAME_KEY`. Two keys are used: the folders of the protos, and for each proto the Rust
//! module that it became.

use std::collections::BTreeMap;
use std::env;
use std::path::{self, Path, PathBuf};

use protoc_gen_rustgrpc::compiler;

use crate::error::{Error, Kind};

const PROTO_PATH: &str = "rustgrpc_proto_path";
const MODULES: &str = "rustgrpc_modules";

/// Folders, and modules by the name of the proto.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    proto_paths: Vec<PathBuf>,
    modules: BTreeMap<String, String>,
}

impl Exports {
    /// What the direct dependencies of the package export, in the order of their `links` names.
    pub(crate) fn of_dependencies() -> Self {
        let mut found: Vec<(String, String)> = env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(key, _)| key.starts_with("DEP_"))
            .collect();
        found.sort();
        let mut exports = Self::default();
        for (key, value) in &found {
            if is_of(key, PROTO_PATH) {
                exports.add_proto_paths(env::split_paths(value));
            } else if is_of(key, MODULES) {
                exports.add_modules(value);
            }
        }
        exports
    }

    /// The folders in which the protos are looked up.
    pub(crate) fn proto_paths(&self) -> impl Iterator<Item = &Path> {
        self.proto_paths.iter().map(PathBuf::as_path)
    }

    /// Each proto with the module that holds its messages.
    pub(crate) fn modules(&self) -> impl Iterator<Item = (&str, &str)> {
        let modules = self.modules.iter();
        modules.map(|(proto, module)| (proto.as_str(), module.as_str()))
    }

    /// These and what this package exports itself: `protos`, found in `includes`, whose modules stand in `module`.
    pub(crate) fn with_own(
        mut self,
        includes: &[&Path],
        protos: &[String],
        module: &str,
    ) -> Result<Self, Error> {
        let mut own = Vec::new();
        for include in includes {
            let absolute = path::absolute(include);
            own.push(absolute.map_err(|error| Kind::Path(include.to_path_buf(), error))?);
        }
        let imported = std::mem::take(&mut self.proto_paths);
        self.add_proto_paths(own.into_iter().chain(imported));
        for proto in protos {
            let inner = compiler::message_module(proto);
            self.modules
                .insert(proto.clone(), format!("{module}::{inner}"));
        }
        Ok(self)
    }

    /// Prints them for Cargo to hand on.
    pub(crate) fn tell_cargo(&self) -> Result<(), Error> {
        if env::var_os("CARGO_MANIFEST_LINKS").is_none() {
            return Err(Kind::NoLinks.into());
        }
        let joined = env::join_paths(&self.proto_paths).ok();
        let joined = joined.and_then(|paths| paths.into_string().ok());
        let paths = joined.ok_or_else(|| Kind::Unspeakable(self.proto_paths.clone()))?;
        let modules = self.modules();
        let modules: Vec<_> = modules
            .map(|(proto, module)| format!("{proto}={module}"))
            .collect();
        println!("cargo:{PROTO_PATH}={paths}");
        println!("cargo:{MODULES}={}", modules.join(","));
        Ok(())
    }

    fn add_proto_paths(&mut self, paths: impl Iterator<Item = PathBuf>) {
        for path in paths {
            if !self.proto_paths.contains(&path) {
                self.proto_paths.push(path);
            }
        }
    }

    /// Of a proto that two packages export, the first counts.
    fn add_modules(&mut self, text: &str) {
        for (proto, module) in text.split(',').filter_map(|entry| entry.split_once('=')) {
            let entry = self.modules.entry(proto.to_owned());
            entry.or_insert_with(|| module.to_owned());
        }
    }
}

fn is_of(variable: &str, key: &str) -> bool {
    variable
        .strip_suffix(&key.to_uppercase())
        .is_some_and(|name| name.ends_with('_'))
}
