//! Descriptors as protoc writes them, where protox differs: generated files embed their descriptor, and
//! every driver has to give the same bytes.

use rustgrpc_protobuf::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use super::float_text;
use super::method_block;

/// Rewrites what differs; `source` is the text that the descriptor was made from.
pub(super) fn rewrite(file: &mut FileDescriptorProto, source: Option<&str>) {
    file.message_type.iter_mut().for_each(rewrite_message);
    file.extension.iter_mut().for_each(rewrite_default);
    if let Some(source) = source {
        rewrite_methods(file, source);
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

/// A method with a block has options, even with none in it, and its trailing comment is that after the `{`.
fn rewrite_methods(file: &mut FileDescriptorProto, source: &str) {
    let Some(info) = &mut file.source_code_info else {
        return;
    };
    for location in &mut info.location {
        let (&[6, service, 2, method], &[line, column, ..]) = (&*location.path, &*location.span)
        else {
            continue;
        };
        let Some(block) = method_block::find(source, line as usize, column as usize) else {
            continue;
        };
        location.trailing_comments = block.comment;
        let service = file.service.get_mut(service as usize);
        if let Some(method) = service.and_then(|service| service.method.get_mut(method as usize)) {
            method.options.get_or_insert_default();
        }
    }
}
