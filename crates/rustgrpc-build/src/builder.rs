//! The options of a compilation: where protos are read from, what is written where, and one method for each
//! parameter of the plugin.
//!
//! Paths that select messages, fields or enums match as in prost: `.` is everything, a leading dot
//! starts at the package (`.pkg.Message.field`), anything else matches the end of the name.

use std::path::{Path, PathBuf};

use crate::compilation;
use crate::error::Error;
use crate::parameter::Parameter;

/// How `.proto` files are compiled; made by [`configure`](crate::configure).
///
/// Where a method takes a path of the protos, it matches as in prost: `.` is everything, a leading dot starts at the
/// package (`.shop.v1.Order.items`), anything else matches the end of the full name.
///
/// ```no_run
/// # fn main() -> Result<(), rustgrpc_build::Error> {
/// rustgrpc_build::configure()
///     .bytes(".shop.v1.Image.data")
///     .type_attribute(".shop.v1.Image", "#[derive(Eq, Hash)]")
///     .strict_servicers()
///     .descriptor_set_out("shop.binpb")
///     .compile_protos(&["proto/shop/v1/shop.proto"], &["proto"])
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is compiled before `compile_protos`"]
pub struct Builder {
    pub(crate) protoc: Option<Protoc>,
    pub(crate) descriptor_sets_in: Vec<PathBuf>,
    pub(crate) out_dir: Option<PathBuf>,
    pub(crate) descriptor_set_out: Option<PathBuf>,
    pub(crate) exported_as: Option<String>,
    pub(crate) without_messages: bool,
    pub(crate) parameter: Parameter,
}

/// What a codec is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimize {
    /// Speed; the default.
    Speed,
    /// Little code.
    CodeSize,
}

/// Which of Google's compilers is used.
#[derive(Clone, Debug)]
pub(crate) enum Protoc {
    Environment,
    Path(PathBuf),
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Compiles with Google's protoc: the program that the environment variable `PROTOC` names, or else `protoc` on
    /// the `PATH`. Default: the bundled compiler, which needs no protoc but for files with an `edition`.
    pub fn protoc(mut self) -> Self {
        self.protoc = Some(Protoc::Environment);
        self
    }

    /// Compiles with Google's protoc at this path. Default: as for [`protoc`](Self::protoc).
    pub fn protoc_executable(mut self, path: impl Into<PathBuf>) -> Self {
        self.protoc = Some(Protoc::Path(path.into()));
        self
    }

    /// Looks files up in this `FileDescriptorSet` too, after the include paths: what
    /// `protoc --include_imports --descriptor_set_out=` or `buf build -o set.binpb` has written. Files that are found
    /// there need no compiler.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), rustgrpc_build::Error> {
    /// rustgrpc_build::configure()
    ///     .descriptor_set_in("shop.binpb")
    ///     .compile_protos(&["shop/v1/shop.proto"], &[] as &[&str])
    /// # }
    /// ```
    pub fn descriptor_set_in(mut self, path: impl Into<PathBuf>) -> Self {
        self.descriptor_sets_in.push(path.into());
        self
    }

    /// Writes a `FileDescriptorSet` of the given files and all that they import, with comments. A relative path is
    /// taken from the output folder:
    /// `include_bytes!(concat!(env!("OUT_DIR"), "/shop.binpb"))`. Default: none is written.
    pub fn descriptor_set_out(mut self, path: impl Into<PathBuf>) -> Self {
        self.descriptor_set_out = Some(path.into());
        self
    }

    /// Exports the protos to the packages that depend on this one: their build scripts find them by themselves,
    /// and use the types of this crate for what they import from them.
    ///
    /// `module` is where dependents find the generated modules: `::shop_protos` if they are mounted at the root of a
    /// crate of this name. The package needs a `links` key in its `Cargo.toml`; see the
    /// [crate's documentation](crate#protos-of-other-crates) for an example. What this package has from its own
    /// dependencies is exported with it.
    pub fn export(mut self, module: impl Into<String>) -> Self {
        self.exported_as = Some(module.into());
        self
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
    /// (`dir/file.proto`), instead of generating them: `.extern_path(".shop.v1", "::shop_types::v1")`,
    /// `.extern_path("shop/v1/money.proto", "::shop_protos::shop::v1::money_pb2")`.
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

    /// Puts an attribute on every message, enum and oneof that matches `path`. Messages and oneofs derive `Clone` and
    /// `PartialEq` already, enums also `Copy`, `Eq`, `Ord` and `Hash`.
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

    /// What the codec of messages that match `path` is made for, instead of what `option optimize_for` of their file says:
    /// speed, or little code, which compiles sooner and reads and writes more slowly.
    pub fn optimize(mut self, path: impl AsRef<str>, goal: Optimize) -> Self {
        let goal = match goal {
            Optimize::Speed => "speed",
            Optimize::CodeSize => "code_size",
        };
        self.parameter.set_for("optimize", path.as_ref(), goal);
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
        self.without_messages = !generate;
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

    /// Takes parameters from a TOML file, whose path counts from the package's folder, in this place of the list: of two that
    /// say the same, the later one counts. The build script runs again when the file changes.
    pub fn config(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_string_lossy();
        self.parameter.set("config", &path);
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
        compilation::write(&self, &paths(protos), &paths(includes))
    }

    /// Compares the [`out_dir`](Self::out_dir) with what the given files become, and writes nothing: a test that
    /// generated code which is checked in is up to date.
    ///
    /// With the environment variable `UPDATE_GENERATED=1` it writes instead. See the
    /// [crate's documentation](crate#checked-in-code) for an example.
    ///
    /// # Errors
    ///
    /// As [`compile_protos`](crate::compile_protos), and a unified diff of every file that is not as it would be
    /// generated. Generated files that no proto leads to any more are among them.
    pub fn check_protos(
        self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> Result<(), Error> {
        compilation::check(&self, &paths(protos), &paths(includes))
    }
}

fn paths(paths: &[impl AsRef<Path>]) -> Vec<&Path> {
    paths.iter().map(AsRef::as_ref).collect()
}

fn bool_word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use protoc_gen_rustgrpc::compiler::Compiler;

    use crate::{Optimize, configure};

    /// Parameters that write files to begin with, which a build script does not.
    const NOT_HERE: [&str; 3] = ["crate", "runtime_dir", "starter"];

    #[test]
    fn there_is_a_method_for_every_parameter() {
        let builder = configure()
            .extern_path(".a", "::a")
            .bytes(".")
            .btree_map(".")
            .boxed(".")
            .type_attribute(".", "#[a]")
            .field_attribute(".", "#[a]")
            .enum_attribute(".", "#[a]")
            .optimize(".", Optimize::CodeSize)
            .config("no.toml")
            .drop_unknown_fields()
            .non_exhaustive()
            .messages(true)
            .services(true)
            .stubs(true)
            .servicers(true)
            .strict_servicers()
            .mod_file("mod.rs")
            .runtime_path("::rustgrpc")
            .compile_well_known_types();
        let parameter = builder.parameter.as_str();
        let compiled = Compiler::new().compile(&["google/protobuf/any.proto"]);
        let compiled = compiled.unwrap();
        let error = compiled.generate(parameter).unwrap_err().to_string();
        assert!(
            error.starts_with("parameter `config`: no.toml: "),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
        let error = compiled.generate("quite_unknown").unwrap_err().to_string();
        let (_, known) = error.split_once("; known are ").unwrap();
        let mut set: Vec<&str> = parameter
            .split(',')
            .map(|entry| entry.split('=').next().unwrap())
            .chain(NOT_HERE)
            .collect();
        set.sort_unstable();
        let mut known: Vec<&str> = known.split(", ").collect();
        known.sort_unstable();
        assert_eq!(set, known);
    }
}
