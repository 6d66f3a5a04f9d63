//! The protoc plugin that writes gRPC services and protobuf messages for Rust, as a pure function.
//!
//! ```text
//! CodeGeneratorRequest → Options → Index → of each file: Schema → Sources → formatted files → CodeGeneratorResponse
//! ```

pub mod cli;
mod comments;
pub mod compiler;
mod descriptor;
mod diagnostics;
mod format;
mod names;
mod nearest;
mod options;
mod parallel;
mod paths;
mod progress;
mod render;
mod request;
mod resolve;
mod response;
mod schema;

/// The version of the plugin, which headers name and runtimes are asked for.
const VERSION: &str = env!("CARGO_PKG_VERSION");

pub use descriptor::{CodeGeneratorRequest, CodeGeneratorResponse};
pub use response::BrokenRequest;

use std::io::{self, Write};

use diagnostics::Diagnostics;
use options::{ModFile, Options};
use progress::{Step, Work};
use render::Source;
use request::{EncodedRequest, Request};
use resolve::Resolver;
use response::GeneratedFile;
use schema::Outline;

/// Generates the modules of the files that `request` asks for.
///
/// What is wrong in a `.proto` or in a parameter stands in the response's `error`, one line per problem; then there are no
/// files.
pub fn generate(request: &CodeGeneratorRequest) -> CodeGeneratorResponse {
    let mut generated = Vec::new();
    let outcome = files(
        &Request::from(request),
        Tree::Shared,
        |_| (),
        |file| generated.push(file),
    );
    response::response(outcome.map(|()| generated))
}

/// `generate` between bytes, as protoc passes them.
///
/// If the response has an `error`, it may have files, too: those that were ready when the problem was found. Drivers of plugins
/// drop them.
///
/// # Errors
///
/// If the bytes are no `CodeGeneratorRequest`.
pub fn generate_bytes(request: &[u8]) -> Result<Vec<u8>, BrokenRequest> {
    let request = EncodedRequest::decode(request).map_err(BrokenRequest::new)?;
    let mut response = Vec::new();
    // Writing to memory does not fail.
    let _ = respond(&request.as_request(), &mut response);
    Ok(response)
}

/// Writes the response, each file as soon as it is there, so that a run need not hold all of them.
fn respond(request: &Request<'_>, output: &mut dyn Write) -> io::Result<()> {
    let mut writer = response::Writer::new(output);
    let outcome = files(request, Tree::Shared, |_| (), |file| writer.file(file));
    writer.finish(outcome)
}

/// Whose modules the output's folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tree {
    /// Those of this run and, for all that is known, of others.
    Shared,
    /// Those of this run, unless `mod_file=none` says otherwise.
    Whole,
}

/// The phases. `begin` hears of each `.proto`, `sink` gets its files, and then those around them. If something is wrong, what
/// `sink` has got is of no use.
fn files(
    request: &Request<'_>,
    tree: Tree,
    mut begin: impl FnMut(Step<'_>),
    mut sink: impl FnMut(GeneratedFile),
) -> Result<(), Diagnostics> {
    let mut options = Options::parse(request.parameter)?;
    options.whole_tree |= tree == Tree::Whole && options.mod_file != ModFile::None;
    let resolver = Resolver::new(request, &options)?;
    let total = resolver.files().len();
    let mut outlines = Vec::new();
    let mut diagnostics = Diagnostics::default();
    parallel::map_in_order(
        resolver.files(),
        |name| modules(&resolver, name, &options),
        |outcome| match outcome {
            Ok((outline, files)) => {
                begin(Step {
                    work: Work::Generate,
                    number: outlines.len() + 1,
                    total,
                    file: &outline.source,
                });
                outlines.push(outline);
                files.into_iter().for_each(&mut sink);
            }
            Err(problems) => diagnostics.extend(problems),
        },
    );
    let resolver = diagnostics.finish(resolver)?;
    for directory in &resolver.directories {
        sink(format::format(in_package(
            render::directory(directory),
            &options,
        )));
    }
    let package = resolver.package(&outlines);
    let package = package.iter().flat_map(render::package::render);
    package.map(format::format).for_each(sink);
    Ok(())
}

/// What one `.proto` becomes.
fn modules(
    resolver: &Resolver<'_>,
    name: &str,
    options: &Options,
) -> Result<(Outline, Vec<GeneratedFile>), Diagnostics> {
    let file = resolver.file(name)?;
    let sources = render::modules(&file).map(|source| in_package(source, options));
    let files = sources.map(format::format).collect();
    Ok((file.into(), files))
}

/// Modules of a crate have a folder of their own.
fn in_package(mut source: Source, options: &Options) -> Source {
    if options.package.is_some() {
        source.path.insert_str(0, "src/");
    }
    source
}

/// The files that declare `modules`, which are paths of generated files.
fn module_files(modules: &[String], mod_file: ModFile) -> Result<Vec<GeneratedFile>, Diagnostics> {
    let directories = resolve::directories::of_modules(modules, mod_file);
    let sources = directories.iter().map(render::directory);
    Ok(sources.map(format::format).collect())
}
