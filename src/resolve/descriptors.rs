//! `DESCRIPTOR`: the bytes of a file's descriptor, and where those of its imports are.

use std::collections::BTreeSet;

use prost::Message as _;

use super::custom_options::CustomOptions;
use super::index::{Home, Index, IndexedFile};
use super::literal;
use super::types::Types;
use crate::descriptor::{
    self, DescriptorProto, ExtensionRangeOptions, FieldDescriptorProto, FileDescriptorProto, number,
};
use crate::diagnostics::Diagnostics;
use crate::options;
use crate::paths;
use crate::schema::Descriptor;

/// The descriptor of `file` for `module`, and those of imports that no other module offers.
pub(super) fn resolve(
    file: &IndexedFile<'_>,
    types: Types<'_>,
    module: &[String],
) -> (Descriptor, Vec<Descriptor>) {
    let mut private = Private {
        types,
        module,
        names: Vec::new(),
        descriptors: Vec::new(),
    };
    let descriptor = private.descriptor("DESCRIPTOR".to_owned(), file);
    (descriptor, private.descriptors)
}

/// Whether all imports are in the request and none leads back to `file`.
pub(super) fn are_there(
    file: &IndexedFile<'_>,
    index: &Index<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut sound = true;
    for (position, name) in file.proto.dependency.iter().enumerate() {
        let text = match index.file(name) {
            None => format!("the import `{name}` is not among the files of the request"),
            Some(import) if reaches(import, file.proto.name(), index) => {
                format!("the import `{name}` leads back to this file")
            }
            Some(_) => continue,
        };
        let place = [number::FILE_DEPENDENCY, position as i32];
        diagnostics.push(file.locations.problem(&place, text));
        sound = false;
    }
    sound
}

fn reaches(from: &IndexedFile<'_>, target: &str, index: &Index<'_>) -> bool {
    let mut open = vec![from.proto.name()];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if name == target {
            return true;
        }
        if seen.insert(name) {
            let imports = index.file(name).map(|file| &file.proto.dependency);
            open.extend(imports.into_iter().flatten().map(String::as_str));
        }
    }
    false
}

/// Whether those who import `file` keep a descriptor of it for themselves, because no module of the output has one.
pub(super) fn is_own(file: &IndexedFile<'_>, types: Types<'_>) -> bool {
    is_for_compilers(file) || is_elsewhere(file, types)
}

struct Private<'a> {
    types: Types<'a>,
    module: &'a [String],
    /// Files by the number of their descriptors.
    names: Vec<String>,
    descriptors: Vec<Descriptor>,
}

impl Private<'_> {
    fn descriptor(&mut self, ident: String, file: &IndexedFile<'_>) -> Descriptor {
        let index = self.types.index;
        let imports = file
            .proto
            .dependency
            .iter()
            .filter_map(|name| index.file(name))
            .map(|import| self.path(import))
            .collect();
        let options = CustomOptions::of(file, index);
        let literal = literal::descriptor(&bytes(file.proto, &options));
        Descriptor {
            ident,
            source: file.proto.name().to_owned(),
            literal,
            imports,
            messages: descriptor::message_count(&file.proto.message_type),
        }
    }

    fn path(&mut self, file: &IndexedFile<'_>) -> String {
        match &file.home {
            Home::Output(_) if is_own(file, self.types) => self.own(file),
            Home::Output(root) => paths::relative(
                self.module,
                &[&root[..], &["DESCRIPTOR".to_owned()]].concat(),
            ),
            Home::Runtime(root) | Home::Extern(root) => format!("{root}::DESCRIPTOR"),
        }
    }

    fn own(&mut self, file: &IndexedFile<'_>) -> String {
        let name = file.proto.name();
        let known = self.names.iter().position(|known| known == name);
        let number = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        let ident = format!("DESCRIPTOR_{}", number + 1);
        if known.is_none() {
            let descriptor = self.descriptor(ident.clone(), file);
            self.descriptors.push(descriptor);
        }
        ident
    }
}

/// Whether `extern_path` says that the types of a file come from code that may have no descriptors.
fn is_elsewhere(file: &IndexedFile<'_>, types: Types<'_>) -> bool {
    let package = if file.prefix.is_empty() {
        "."
    } else {
        file.prefix.as_str()
    };
    let rules = &types.options.extern_paths;
    rules
        .iter()
        .any(|rule| options::covers(&rule.proto, package))
}

/// Features for generators of other languages (`google/protobuf/cpp_features.proto`): files import them for
/// options alone, and nobody generates them.
fn is_for_compilers(file: &IndexedFile<'_>) -> bool {
    file.proto
        .name()
        .strip_prefix("google/protobuf/")
        .is_some_and(|name| name.ends_with("_features.proto"))
}

/// The descriptor as Python keeps it: without source information and implied JSON names.
fn bytes(proto: &FileDescriptorProto, custom_options: &CustomOptions<'_>) -> Vec<u8> {
    // The source information may be most of a descriptor, so it is not even copied.
    let FileDescriptorProto {
        name,
        package,
        dependency,
        public_dependency,
        weak_dependency,
        option_dependency,
        message_type,
        enum_type,
        service,
        extension,
        options,
        source_code_info: _,
        syntax,
        edition,
        unknown_fields,
    } = proto;
    let mut proto = FileDescriptorProto {
        name: name.clone(),
        package: package.clone(),
        dependency: dependency.clone(),
        public_dependency: public_dependency.clone(),
        weak_dependency: weak_dependency.clone(),
        option_dependency: option_dependency.clone(),
        message_type: message_type.clone(),
        enum_type: enum_type.clone(),
        service: service.clone(),
        extension: extension.clone(),
        options: options.clone(),
        source_code_info: None,
        syntax: syntax.clone(),
        edition: *edition,
        unknown_fields: unknown_fields.clone(),
    };
    custom_options.rewrite(&mut proto);
    proto.message_type.iter_mut().for_each(strip);
    proto.extension.iter_mut().for_each(strip_field);
    proto.encode_to_vec()
}

fn strip(message: &mut DescriptorProto) {
    message
        .field
        .iter_mut()
        .chain(&mut message.extension)
        .for_each(strip_field);
    message.nested_type.iter_mut().for_each(strip);
    for range in &mut message.extension_range {
        // These have source retention: protoc leaves them out of the files to generate, and of no others.
        if let Some(options) = &mut range.options {
            options.declaration.clear();
            options.verification = None;
        }
        range
            .options
            .take_if(|options| *options == ExtensionRangeOptions::default());
    }
}

fn strip_field(field: &mut FieldDescriptorProto) {
    if field.json_name.as_deref() == Some(&rustgrpc_protobuf::json_name(field.name())) {
        field.json_name = None;
    }
}
