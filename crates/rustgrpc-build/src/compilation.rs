//! One run: protos are found and compiled, files are written, and Cargo is told what they came from.

use std::env;
use std::path::{Path, PathBuf};

use protoc_gen_rustgrpc::compiler::{self, Compiled, Compiler, GeneratedFile};

use crate::builder::{Builder, Protoc};
use crate::error::{Error, Kind};
use crate::exports::Exports;
use crate::stale;

/// Writes what the protos become.
pub(crate) fn write(builder: &Builder, protos: &[&Path], includes: &[&Path]) -> Result<(), Error> {
    let imported = Exports::of_dependencies();
    let compiled = compile(builder, protos, includes, &imported)?;
    tell_cargo(builder, &compiled);
    let files = generate(builder, &compiled, &imported)?;
    let directory = out_dir(builder)?;
    compiler::write_changed(&directory, &files)?;
    if cargos_folder().is_some_and(|cargos| directory.starts_with(cargos)) {
        let names = files.iter().map(|file| file.name.as_str()).collect();
        stale::remove(&directory, &names).map_err(|error| Kind::Path(directory.clone(), error))?;
    }
    if let Some(path) = &builder.descriptor_set_out {
        write_descriptor_set(&directory.join(path), &compiled)?;
    }
    if let Some(module) = &builder.exported_as {
        imported
            .with_own(includes, compiled.names(), module)?
            .tell_cargo()?;
    }
    Ok(())
}

/// Compares what is there with what the protos become.
pub(crate) fn check(builder: &Builder, protos: &[&Path], includes: &[&Path]) -> Result<(), Error> {
    if env::var_os("UPDATE_GENERATED").is_some_and(|value| value == "1") {
        return write(builder, protos, includes);
    }
    let imported = Exports::of_dependencies();
    let compiled = compile(builder, protos, includes, &imported)?;
    let files = generate(builder, &compiled, &imported)?;
    let diffs = compiler::drift(&out_dir(builder)?, &files)?;
    if diffs.is_empty() {
        Ok(())
    } else {
        Err(Kind::Drift(diffs).into())
    }
}

fn compile(
    builder: &Builder,
    protos: &[&Path],
    includes: &[&Path],
    imported: &Exports,
) -> Result<Compiled, Error> {
    let mut compiler = Compiler::new();
    for directory in includes {
        compiler.include(directory);
    }
    for directory in imported.proto_paths() {
        compiler.include(directory);
    }
    for set in &builder.descriptor_sets_in {
        compiler.add_descriptor_set(set)?;
    }
    match &builder.protoc {
        None => {}
        Some(Protoc::Environment) => {
            compiler.protoc(None);
        }
        Some(Protoc::Path(path)) => {
            compiler.protoc(Some(path));
        }
    }
    Ok(compiler.compile(protos)?)
}

/// When to run the build script again.
fn tell_cargo(builder: &Builder, compiled: &Compiled) {
    if let Some(notice) = compiled.notice() {
        eprintln!("{notice}");
    }
    if cargos_folder().is_none() {
        return;
    }
    let program = match &builder.protoc {
        Some(Protoc::Path(path)) => Some(path.as_path()).filter(|path| path.exists()),
        Some(Protoc::Environment) => {
            println!("cargo:rerun-if-env-changed=PROTOC");
            None
        }
        None => {
            if compiled.notice().is_some() {
                println!("cargo:rerun-if-env-changed=PROTOC");
            }
            None
        }
    };
    let config = compiler::config_files(builder.parameter.as_str());
    let inputs = compiled.inputs().iter().chain(&config);
    let inputs = inputs.map(PathBuf::as_path);
    for path in inputs.chain(compiled.passed_over()).chain(program) {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

fn generate(
    builder: &Builder,
    compiled: &Compiled,
    imported: &Exports,
) -> Result<Vec<GeneratedFile>, Error> {
    let mut parameter = builder.parameter.clone();
    for (proto, module) in imported.modules() {
        // What is asked for is generated, even if a dependency has it too; its services are all that is asked for
        // when messages are not wanted.
        let is_asked_for = compiled.names().iter().any(|name| name == proto);
        if !is_asked_for || builder.without_messages {
            parameter.set_for("extern_path", proto, module);
        }
    }
    Ok(compiled.generate_whole_tree(parameter.as_str())?)
}

fn out_dir(builder: &Builder) -> Result<PathBuf, Error> {
    let chosen = builder.out_dir.clone();
    Ok(chosen.or_else(cargos_folder).ok_or(Kind::NoOutDir)?)
}

fn write_descriptor_set(path: &Path, compiled: &Compiled) -> Result<(), Error> {
    compiler::write_bytes(path, &compiled.descriptor_set(true, true))
        .map_err(|error| Kind::Path(path.to_owned(), error).into())
}

/// `OUT_DIR`, which is there in a build script.
fn cargos_folder() -> Option<PathBuf> {
    env::var_os("OUT_DIR").map(PathBuf::from)
}
