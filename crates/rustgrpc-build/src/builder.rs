//! The options of a compilation: one method for each parameter of the plugin.
//!
//! Paths that select messages, fields or enums match as in prost: `.` is everything, a leading dot
//! starts at the package (`.pkg.Message.field`), anything else matches the end of the name.

use std::env;
use std::path::{Path, PathBuf};

use protoc_gen_rustgrpc::compiler::{self, Compiler};

use crate::error::{Error, Kind};
use crate::parameter::Parameter;
use crate::stale;

/// How `.proto` files are compiled; made by [`configure`](crate::configure).
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is compiled before `compile_protos`"]
pub struct Builder {
    out_dir: Option<PathBuf>,
    parameter: Parameter,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Writes to this folder instead of `OUT_DIR`. It is made if need be.
    ///
    /// A folder below `OUT_DIR` is mounted with `rustgrpc::include_protos!("name")`; of what was
    /// written there, a later run removes what is not generated any more. Elsewhere nothing is removed.
    pub fn out_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(directory.into());
        self
    }

    /// Uses types that exist elsewhere for a package, message or enum (`.pkg`) or file
    /// (`dir/file.proto`), instead of generating them.
    pub fn extern_path(mut self, proto: impl AsRef<str>, rust_path: impl AsRef<str>) -> Self {
        self.parameter
            .set_for("extern_path", proto.as_ref(), rust_path.as_ref());
        self
    }

    /// Makes `bytes` fields that match `path` cheap to clone (`Bytes`). Default: `Vec<u8>`.
    pub fn bytes(mut self, path: impl AsRef<str>) -> Self {
        self.parameter.set("bytes", path.as_ref());
        self
    }

    /// Makes map fields that match `path` sorted (`BTreeMap`). Default: a hash map.
    pub fn btree_map(mut self, path: impl AsRef<str>) -> Self {
        self.parameter.set("btree_map", path.as_ref());
        self
    }

    /// Boxes message fields that match `path`. Default: only where a type contains itself.
    pub fn boxed(mut self, path: impl AsRef<str>) -> Self {
        self.parameter.set("boxed", path.as_ref());
        self
    }

    /// Puts an attribute on every message, enum and oneof that matches `path`.
    pub fn type_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.parameter
            .set_for("type_attribute", path.as_ref(), attribute.as_ref());
        self
    }

    /// Puts an attribute on every field that matches `path`.
    pub fn field_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.parameter
            .set_for("field_attribute", path.as_ref(), attribute.as_ref());
        self
    }

    /// Puts an attribute on every enum and oneof that matches `path`.
    pub fn enum_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.parameter
            .set_for("enum_attribute", path.as_ref(), attribute.as_ref());
        self
    }

    /// Leaves out `unknown_fields`: what a message does not know is lost. Default: kept.
    pub fn drop_unknown_fields(mut self) -> Self {
        self.parameter.set("unknown_fields", "drop");
        self
    }

    /// Marks messages `#[non_exhaustive]`, so that a new field breaks no caller. Default: off.
    pub fn non_exhaustive(mut self) -> Self {
        self.parameter.flag("non_exhaustive");
        self
    }

    /// Whether messages and enums are generated. Default: true.
    pub fn messages(mut self, generate: bool) -> Self {
        self.parameter.set("messages", bool_word(generate));
        self
    }

    /// Whether stubs and servicers are generated. Default: true.
    pub fn services(mut self, generate: bool) -> Self {
        self.parameter.set("services", bool_word(generate));
        self
    }

    /// Whether stubs (clients) are generated. Default: true.
    pub fn stubs(mut self, generate: bool) -> Self {
        self.parameter.set("stubs", bool_word(generate));
        self
    }

    /// Whether servicers (servers) are generated. Default: true.
    pub fn servicers(mut self, generate: bool) -> Self {
        self.parameter.set("servicers", bool_word(generate));
        self
    }

    /// Makes every method of a servicer required. Default: a method that is left out answers
    /// UNIMPLEMENTED.
    pub fn strict_servicers(mut self) -> Self {
        self.parameter.flag("strict_servicers");
        self
    }

    /// The name of the root module file: `mod.rs`, `lib.rs`, or `none` for no module files at all.
    /// Default: `mod.rs`, which `rustgrpc::include_protos!()` needs.
    pub fn mod_file(mut self, name: impl AsRef<str>) -> Self {
        self.parameter.set("mod_file", name.as_ref());
        self
    }

    /// The crate that generated code names. Default: `::rustgrpc`.
    pub fn runtime_path(mut self, path: impl AsRef<str>) -> Self {
        self.parameter.set("runtime_path", path.as_ref());
        self
    }

    /// Generates `google/protobuf/*.proto` too when they are given. Default: the runtime's types
    /// stand for them.
    pub fn compile_well_known_types(mut self) -> Self {
        self.parameter.flag("compile_well_known_types");
        self
    }

    /// Compiles the given files, and tells Cargo to run the build script again when one of them, or
    /// of the files that they import, changes.
    ///
    /// # Errors
    ///
    /// As [`compile_protos`](crate::compile_protos).
    pub fn compile_protos(
        self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> Result<(), Error> {
        let mut compiler = Compiler::new();
        for directory in includes {
            compiler.include(directory);
        }
        let compiled = compiler.compile(protos)?;
        if let Some(notice) = compiled.notice() {
            eprintln!("{notice}");
            println!("cargo:rerun-if-env-changed=PROTOC");
        }
        for input in compiled.inputs() {
            println!("cargo:rerun-if-changed={}", input.display());
        }
        let files = compiled.generate(self.parameter.as_str())?;
        let cargos = env::var_os("OUT_DIR").map(PathBuf::from);
        let directory = self
            .out_dir
            .or_else(|| cargos.clone())
            .ok_or(Kind::NoOutDir)?;
        compiler::write_changed(&directory, &files)?;
        if cargos.is_some_and(|cargos| directory.starts_with(cargos)) {
            let names = files.iter().map(|file| file.name.as_str()).collect();
            stale::remove(&directory, &names)
                .map_err(|error| Kind::Folder(directory.clone(), error))?;
        }
        Ok(())
    }
}

fn bool_word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
