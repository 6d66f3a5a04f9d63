//! Extensions: constants that read and write a field of messages declared elsewhere.

use super::accessors;
use super::field::{Plurality, Surroundings};
use super::index::ScopeNames;
use super::message::{Declared, FileContext, Position};
use super::rules;
use super::types::UseKind;
use crate::descriptor::{DescriptorProto, FieldDescriptorProto, FieldType, number};
use crate::diagnostics::Diagnostics;
use crate::schema::{Extension, Prelude};

/// The extensions that are declared in one Rust module.
pub(super) fn resolve(
    context: &FileContext<'_>,
    declared: &Declared<'_>,
    names: &ScopeNames,
    prelude: &Prelude,
    at: &Position,
    diagnostics: &mut Diagnostics,
) -> Vec<Extension> {
    let field_number = if at.depth == 0 {
        number::FILE_EXTENSION
    } else {
        number::MESSAGE_EXTENSION
    };
    let no_message = DescriptorProto::default();
    let surroundings = Surroundings {
        types: context.types,
        module: &at.module,
        prelude,
        message: &at.prefix,
        proto: &no_message,
        features: declared.features,
    };
    let locations = &context.file.locations;
    let mut extensions = Vec::new();
    for (index, (proto, names)) in declared
        .extensions
        .iter()
        .zip(&names.extensions)
        .enumerate()
    {
        let place = [&at.place[..], &[field_number, index as i32]].concat();
        match field(proto, &surroundings) {
            Ok(field) => extensions.push(Extension {
                docs: context.comments.docs(&place),
                deprecated: proto.options().deprecated(),
                allows: if field.is_rough {
                    vec!["clippy::approx_constant"]
                } else {
                    Vec::new()
                },
                ident: names.ident.clone(),
                full_name: format!("{}.{}", at.prefix, proto.name())[1..].to_owned(),
                number: field.number,
                constant: names.number.clone(),
                extendee: field.extendee,
                holds: field.holds,
                default: field.default,
                descriptor: format!("{}DESCRIPTOR", "super::".repeat(at.depth)),
            }),
            Err(problem) => {
                let text = format!("extension `{}`: {problem}", proto.name());
                diagnostics.push(locations.problem(&place, text));
            }
        }
    }
    extensions
}

/// What the types of an extension are.
struct Field {
    number: u32,
    extendee: String,
    holds: String,
    default: Option<String>,
    is_rough: bool,
}

fn field(proto: &FieldDescriptorProto, surroundings: &Surroundings<'_>) -> Result<Field, String> {
    let types = surroundings.types;
    let extendee = types.locate(proto.extendee(), surroundings.module)?;
    if matches!(extendee.kind, UseKind::Enum { .. }) {
        return Err(format!("`{}` is not a message", proto.extendee()));
    }
    let (value, plurality) = surroundings.values(proto)?;
    let features = surroundings.features_of(proto);
    let ty = value.ty;
    let (holds, default) = match plurality {
        Plurality::Singular => {
            let default = accessors::declared_default(proto, &value, types)?;
            (value.kind, default)
        }
        Plurality::Repeated if rules::is_packed(features, proto, value.ty) => {
            (format!("rt::Packed<{}>", value.kind), None)
        }
        Plurality::Repeated => (format!("rt::Repeated<{}>", value.kind), None),
        Plurality::Map(_) => return Err("an extension cannot be a map".to_owned()),
    };
    Ok(Field {
        number: rules::number(proto)?,
        extendee: extendee.path,
        holds,
        is_rough: default.as_ref().is_some_and(|default| default.is_rough),
        default: default.map(|default| match ty {
            // A reference to an array is not yet one to a slice.
            FieldType::Bytes => format!("{} as &[u8]", default.expression),
            _ => default.expression,
        }),
    })
}
