//! Descriptors as protoc writes them, where protox differs: generated files embed their descriptor and its
//! comments, and every driver has to give the same bytes.

use std::collections::BTreeMap;

use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use super::comments::Tokens;
use super::float_text;

/// Rewrites what differs; `source` is the text that the descriptor was made from.
pub(super) fn rewrite(file: &mut FileDescriptorProto, source: Option<&str>) {
    file.message_type.iter_mut().for_each(rewrite_message);
    file.extension.iter_mut().for_each(rewrite_default);
    if let Some(source) = source {
        rewrite_comments(file, source);
    }
}

fn rewrite_message(message: &mut DescriptorProto) {
    message.nested_type.iter_mut().for_each(rewrite_message);
    message.field.iter_mut().for_each(rewrite_default);
    message.extension.iter_mut().for_each(rewrite_default);
}

fn rewrite_default(field: &mut FieldDescriptorProto) {
    let Some(Ok(value)) = field.default_value.as_ref().map(|text| text.parse::<f64>()) else {
        return;
    };
    field.default_value = match field.r#type {
        Some(Type::DOUBLE) => Some(float_text::double(value)),
        Some(Type::FLOAT) => Some(float_text::float(value as f32)),
        _ => return,
    };
}

fn rewrite_comments(file: &mut FileDescriptorProto, source: &str) {
    let Some(info) = &mut file.source_code_info else {
        return;
    };
    let tokens = Tokens::of(source);
    let mut declarations: BTreeMap<(i32, i32), Vec<_>> = BTreeMap::new();
    for location in &mut info.location {
        if let (true, [line, column, ..]) = (is_declaration(&location.path), &*location.span) {
            declarations
                .entry((*line, *column))
                .or_default()
                .push(location);
        }
    }
    for ((line, column), mut locations) in declarations {
        // Two declarations in one place are a group: a field and a message.
        let [location] = locations.as_mut_slice() else {
            continue;
        };
        let Some(found) = tokens.comments_at(line as usize, column as usize) else {
            continue;
        };
        location.leading_detached_comments = found.detached;
        location.leading_comments = found.leading;
        location.trailing_comments = found.trailing;
        if let (true, &[6, service, 2, method]) = (found.has_block, &*location.path) {
            // protoc gives options to a method with a block, even if there are none in it.
            let service = file.service.get_mut(service as usize);
            if let Some(method) =
                service.and_then(|service| service.method.get_mut(method as usize))
            {
                method.options.get_or_insert_default();
            }
        }
    }
}

/// Whether docs are made of the comments at a path: numbers of fields of the descriptor types, and indices.
fn is_declaration(path: &[i32]) -> bool {
    match path {
        // Package, syntax, import.
        [2 | 12] | [3, _] => true,
        // Extension.
        [7, _] => true,
        [4, _, inner @ ..] => is_in_message(inner),
        [5, _, inner @ ..] => is_in_enum(inner),
        // Service, method.
        [6, _] | [6, _, 2, _] => true,
        _ => false,
    }
}

fn is_in_message(path: &[i32]) -> bool {
    match path {
        // The message, a field, an extension, a oneof.
        [] | [2 | 6 | 8, _] => true,
        [3, _, inner @ ..] => is_in_message(inner),
        [4, _, inner @ ..] => is_in_enum(inner),
        _ => false,
    }
}

fn is_in_enum(path: &[i32]) -> bool {
    matches!(path, [] | [2, _])
}
