//! Enums: constants without the enum's prefix, and their default.

use super::locations::Comments;
use super::rules;
use super::types::Types;
use crate::descriptor::{EnumDescriptorProto, EnumValueDescriptorProto, number};
use crate::names::{self, Name, Scope};
use crate::schema::{Enum, EnumValue};

/// The schema of an enum called `ident` in Rust and `full_name` (no leading dot) in protobuf, which stands at `place`.
pub(super) fn resolve(
    proto: &EnumDescriptorProto,
    ident: &str,
    full_name: String,
    comments: &Comments<'_>,
    place: &[i32],
    types: Types<'_>,
) -> Enum {
    let options = types.options;
    let values = proto
        .value
        .iter()
        .zip(constants(proto))
        .enumerate()
        .map(|(index, (value, name))| EnumValue {
            docs: comments.docs(&[place, &[number::ENUM_VALUE, index as i32]].concat()),
            deprecated: is_deprecated(value),
            name,
            number: value.number(),
        })
        .collect();
    let dotted = format!(".{full_name}");
    Enum {
        docs: comments.docs(place),
        attributes: options
            .type_attributes
            .all(&dotted)
            .chain(options.enum_attributes.all(&dotted))
            .cloned()
            .collect(),
        deprecated: proto.options().deprecated(),
        ident: ident.to_owned(),
        closed: types.features(&dotted).is_some_and(rules::is_closed),
        full_name,
        default: proto
            .value
            .first()
            .map(EnumValueDescriptorProto::number)
            .filter(|&number| number != 0),
        values,
    }
}

/// The names of the constants, in the order of the values.
pub(super) fn constants(proto: &EnumDescriptorProto) -> Vec<Name> {
    let stripped: Option<Vec<&str>> = proto
        .value
        .iter()
        .map(|value| names::without_enum_prefix(value.name(), proto.name()))
        .collect();
    let wanted = stripped.unwrap_or_else(|| {
        proto
            .value
            .iter()
            .map(EnumValueDescriptorProto::name)
            .collect()
    });
    let mut scope = Scope::default();
    proto
        .value
        .iter()
        .zip(wanted)
        .map(|(value, wanted)| {
            scope.name(value.name(), &names::not_a_number(&names::upper(wanted)))
        })
        .collect()
}

fn is_deprecated(value: &EnumValueDescriptorProto) -> bool {
    value.options().deprecated()
}
