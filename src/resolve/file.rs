//! One `.proto`: its two modules, and what stands at their tops.

use super::descriptors;
use super::index::{Home, Index, IndexedFile};
use super::lints;
use super::locations::Comments;
use super::message::{Declared, FileContext, Position};
use super::prelude;
use super::reexports;
use super::service;
use super::types::Types;
use crate::descriptor::{
    DescriptorProto, Edition, EnumDescriptorProto, FieldDescriptorProto, number,
};
use crate::diagnostics::Diagnostics;
use crate::options::Options;
use crate::paths;
use crate::schema::{self, File, MessageContent, MessageModule};

/// The schema of one file; `None` if it is wrong in a way that hides everything else.
pub(super) fn resolve(
    file: &IndexedFile<'_>,
    index: &Index<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<File> {
    if !is_supported(file, diagnostics) || !descriptors::are_there(file, index, diagnostics) {
        return None;
    }
    let types = Types { index, options };
    let comments = file.locations.comments().unwrap_or_else(|problem| {
        diagnostics.push(problem);
        Comments::default()
    });
    let runtime = format!("{}::codegen", options.runtime_path);
    let deprecated = mentions_deprecated(file, index);
    let source = file.proto.name().to_owned();
    let licence = match file.home {
        Home::Runtime(_) => Vec::new(),
        Home::Output(_) | Home::Extern(_) => comments.licence(),
    };
    let messages = options.messages.then(|| {
        let module = paths::message_module(&source);
        let content = match &file.home {
            Home::Runtime(root) => MessageContent::InRuntime(root.clone()),
            Home::Output(_) | Home::Extern(_) => {
                let context = FileContext {
                    file,
                    comments: &comments,
                    types,
                    runtime: &runtime,
                };
                let content = message_types(&context, module.clone(), deprecated, diagnostics);
                MessageContent::Types(Box::new(content))
            }
        };
        MessageModule {
            path: paths::source_file(&module),
            runtime: runtime.clone(),
            content,
        }
    });
    let services = options
        .services
        .then(|| service::resolve(file, &comments, types, &runtime, deprecated, diagnostics));
    Some(File {
        source,
        licence,
        messages,
        services,
    })
}

fn message_types(
    context: &FileContext<'_>,
    module: Vec<String>,
    deprecated: bool,
    diagnostics: &mut Diagnostics,
) -> schema::Types {
    let file = context.file;
    let mut allows = vec!["dead_code", "missing_docs", "unused_qualifications"];
    if deprecated {
        allows.insert(1, "deprecated");
    }
    if acronyms(&file.proto.message_type, &file.proto.enum_type) {
        allows.push("clippy::upper_case_acronyms");
    }
    let (descriptor, private_descriptors) = descriptors::resolve(file, context.types, &module);
    let reexports = reexports::resolve(file, context.types, &module);
    let prelude =
        prelude::prelude(|name| file.scope.taken.contains(name) || reexports.idents.contains(name));
    let at = Position {
        module,
        prefix: file.prefix.clone(),
        place: Vec::new(),
        depth: 0,
        index: 0,
    };
    let scope = context.scope(
        &Declared {
            messages: &file.proto.message_type,
            enums: &file.proto.enum_type,
            extensions: &file.proto.extension,
            features: file.features,
        },
        &file.scope,
        prelude,
        &at,
        diagnostics,
    );
    schema::Types {
        allows,
        descriptor,
        private_descriptors,
        reexports: reexports.uses,
        scope,
    }
}

fn is_supported(file: &IndexedFile<'_>, diagnostics: &mut Diagnostics) -> bool {
    let text = match file.proto.syntax() {
        "" | "proto2" | "proto3" => return true,
        "editions" if (Edition::PROTO2..=Edition::_2024).contains(&file.proto.edition()) => {
            return true;
        }
        "editions" => format!("{:?} is not supported", file.proto.edition()),
        other => format!("syntax `{other}` is not supported"),
    };
    let places = [&[number::FILE_EDITION][..], &[number::FILE_SYNTAX]];
    let place = places
        .iter()
        .find(|place| file.locations.knows(place))
        .unwrap_or(&places[1]);
    diagnostics.push(file.locations.problem(place, text));
    false
}

/// Whether the code names something deprecated: its own, or what an import offers.
pub(super) fn mentions_deprecated(file: &IndexedFile<'_>, index: &Index<'_>) -> bool {
    let imported = file
        .proto
        .dependency
        .iter()
        .filter_map(|name| index.file(name));
    let offered = imported.flat_map(|import| {
        let mut files = reexports::public_imports(import, index);
        files.push(import);
        files
    });
    let services = || file.proto.service.iter();
    has_deprecated(file)
        || services().any(|s| s.options().deprecated())
        || services()
            .flat_map(|s| &s.method)
            .any(|m| m.options().deprecated())
        || offered.into_iter().any(has_deprecated)
}

/// What is deprecated in the runtime's files differs between the copies that compilers bring along, and is no type.
fn has_deprecated(file: &IndexedFile<'_>) -> bool {
    if matches!(file.home, Home::Runtime(_)) {
        return false;
    }
    file.proto.message_type.iter().any(deprecated_message)
        || file.proto.enum_type.iter().any(deprecated_enum)
        || file.proto.extension.iter().any(deprecated_field)
}

fn deprecated_message(message: &DescriptorProto) -> bool {
    message.options().deprecated()
        || message.field.iter().any(deprecated_field)
        || message.extension.iter().any(deprecated_field)
        || message.nested_type.iter().any(deprecated_message)
        || message.enum_type.iter().any(deprecated_enum)
}

fn deprecated_field(field: &FieldDescriptorProto) -> bool {
    field.options().deprecated()
}

fn deprecated_enum(proto: &EnumDescriptorProto) -> bool {
    proto.options().deprecated() || proto.value.iter().any(|v| v.options().deprecated())
}

fn acronyms(messages: &[DescriptorProto], enums: &[EnumDescriptorProto]) -> bool {
    messages.iter().any(|message| {
        lints::is_acronym(message.name()) || acronyms(&message.nested_type, &message.enum_type)
    }) || enums.iter().any(|e| lints::is_acronym(e.name()))
}
