//! Messages and the types nested in them.

use std::collections::BTreeMap;

use super::enumeration;
use super::extension;
use super::index::{IndexedFile, MessageNames, ScopeNames};
use super::lints;
use super::locations::Comments;
use super::members;
use super::prelude;
use super::types::Types;
use crate::descriptor::{
    self, DescriptorProto, EnumDescriptorProto, Features, FieldDescriptorProto, FieldType, number,
};
use crate::diagnostics::Diagnostics;
use crate::names::{self, Name, Scope};
use crate::schema::{self, Enum, Message, Module, Oneof, Prelude, Variant};

/// What all messages of a file share.
pub(super) struct FileContext<'a> {
    pub(super) file: &'a IndexedFile<'a>,
    pub(super) comments: &'a Comments<'a>,
    pub(super) types: Types<'a>,
    pub(super) runtime: &'a str,
}

/// What a file or a message declares, and the features in force there.
pub(super) struct Declared<'a> {
    pub(super) messages: &'a [DescriptorProto],
    pub(super) enums: &'a [EnumDescriptorProto],
    pub(super) extensions: &'a [FieldDescriptorProto],
    pub(super) features: Features,
}

/// Where a message stands.
#[derive(Clone)]
pub(super) struct Position {
    /// The Rust module it is in.
    pub(super) module: Vec<String>,
    /// `.package`, or `.package.Outer`.
    pub(super) prefix: String,
    /// The path in the source information.
    pub(super) place: Vec<i32>,
    /// How many messages it is within.
    pub(super) depth: usize,
    /// Its number among the messages of the file, outer before inner; of a module, that of the first message in it.
    pub(super) index: usize,
}

impl FileContext<'_> {
    /// The messages and enums of one Rust module.
    pub(super) fn scope(
        &self,
        declared: &Declared<'_>,
        names: &ScopeNames,
        prelude: Prelude,
        at: &Position,
        diagnostics: &mut Diagnostics,
    ) -> schema::Scope {
        let (message_number, enum_number) = if at.depth == 0 {
            (number::FILE_MESSAGE, number::FILE_ENUM)
        } else {
            (number::MESSAGE_NESTED, number::MESSAGE_ENUM)
        };
        let mut scope = schema::Scope {
            messages: Vec::new(),
            enums: Vec::new(),
            oneofs: Vec::new(),
            extensions: Vec::new(),
            prelude,
        };
        let mut next = at.index;
        for (index, (proto, names)) in declared.messages.iter().zip(&names.messages).enumerate() {
            let number = next;
            next += descriptor::message_count(std::slice::from_ref(proto));
            if names.ident.is_empty() {
                continue;
            }
            let mut at = at.clone();
            at.place.extend([message_number, index as i32]);
            at.index = number;
            let message = MessageContext::new(self, proto, names, &scope.prelude, at);
            scope.messages.push(message.resolve(diagnostics));
        }
        for (index, (proto, ident)) in declared.enums.iter().zip(&names.enums).enumerate() {
            let place = [&at.place[..], &[enum_number, index as i32]].concat();
            scope
                .enums
                .push(self.enumeration(proto, ident, &at.prefix, &place));
        }
        scope.extensions =
            extension::resolve(self, declared, names, &scope.prelude, at, diagnostics);
        scope
    }

    fn enumeration(
        &self,
        proto: &EnumDescriptorProto,
        ident: &str,
        prefix: &str,
        place: &[i32],
    ) -> Enum {
        let full_name = format!("{prefix}.{}", proto.name())[1..].to_owned();
        enumeration::resolve(proto, ident, full_name, self.comments, place, self.types)
    }
}

/// A message on its way into the schema.
pub(super) struct MessageContext<'a> {
    pub(super) context: &'a FileContext<'a>,
    pub(super) proto: &'a DescriptorProto,
    pub(super) names: &'a MessageNames,
    pub(super) prelude: &'a Prelude,
    /// Of the module of nested types.
    pub(super) inner_prelude: Prelude,
    pub(super) inner_module: Vec<String>,
    /// With a leading dot.
    pub(super) full_name: String,
    /// What holds in the message.
    pub(super) features: Features,
    pub(super) at: Position,
    pub(super) fields: Vec<Name>,
    pub(super) oneofs: Vec<Name>,
}

impl<'a> MessageContext<'a> {
    fn new(
        context: &'a FileContext<'a>,
        proto: &'a DescriptorProto,
        names: &'a MessageNames,
        prelude: &'a Prelude,
        at: Position,
    ) -> Self {
        let full_name = format!("{}.{}", at.prefix, proto.name());
        let mut members = Scope::reserving(names::MEMBERS_RESERVED);
        let fields = proto
            .field
            .iter()
            .map(|f| members.name(f.name(), &names::snake(f.name())))
            .collect();
        let oneofs = proto
            .oneof_decl
            .iter()
            .enumerate()
            .filter(|&(index, _)| !descriptor::is_synthetic(proto, index))
            .map(|(_, oneof)| members.name(oneof.name(), &names::snake(oneof.name())))
            .collect();
        Self {
            context,
            proto,
            names,
            prelude,
            inner_prelude: prelude::prelude(|name| names.inner.taken.contains(name)),
            inner_module: [&at.module[..], std::slice::from_ref(&names.module)].concat(),
            features: context
                .types
                .features(&full_name)
                .unwrap_or(context.file.features),
            full_name,
            at,
            fields,
            oneofs,
        }
    }

    fn resolve(self, diagnostics: &mut Diagnostics) -> Message {
        let file = self.context.file;
        let options = self.context.types.options;
        let mut attributes: Vec<String> = options
            .type_attributes
            .all(&self.full_name)
            .cloned()
            .collect();
        if options.non_exhaustive {
            attributes.push("#[non_exhaustive]".to_owned());
        }
        let contents = members::resolve(&self, diagnostics);
        Message {
            docs: self.context.comments.docs(&self.at.place),
            attributes,
            deprecated: self.proto.options().deprecated(),
            ident: self.names.ident.clone(),
            package: file.proto.package().to_owned(),
            relative_name: self.full_name[file.prefix.len() + 1..].to_owned(),
            descriptor: format!("{}DESCRIPTOR", "super::".repeat(self.at.depth)),
            index: self.at.index,
            keeps_unknown_fields: options.keep_unknown_fields,
            size_first: size_first(self.proto),
            optimize: options.optimize(&self.full_name, file.proto.options().optimize_for()),
            members: contents.members,
            method_allows: lints::methods(&self.names.ident, &contents.fields),
            fields: contents.fields,
            steps: contents.steps,
            module: self.module(contents.variants, diagnostics),
        }
    }

    /// The module of nested types, if there are any.
    fn module(
        &self,
        variants: BTreeMap<usize, Vec<Variant>>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Module> {
        if self.names.inner.is_empty() {
            return None;
        }
        let at = Position {
            module: self.inner_module.clone(),
            prefix: self.full_name.clone(),
            depth: self.at.depth + 1,
            index: self.at.index + 1,
            ..self.at.clone()
        };
        let mut scope = self.context.scope(
            &Declared {
                messages: &self.proto.nested_type,
                enums: &self.proto.enum_type,
                extensions: &self.proto.extension,
                features: self.features,
            },
            &self.names.inner,
            self.inner_prelude.clone(),
            &at,
            diagnostics,
        );
        scope.oneofs = self.oneofs(variants);
        let parent = self.at.module.last();
        let mut allows = Vec::new();
        if parent == Some(&self.names.module) {
            allows.push("clippy::module_inception");
        }
        Some(Module {
            ident: self.names.module.clone(),
            of: prelude::link(&self.names.ident),
            runtime: names_runtime(&scope).then(|| self.context.runtime.to_owned()),
            allows,
            scope,
        })
    }

    fn oneofs(&self, mut variants: BTreeMap<usize, Vec<Variant>>) -> Vec<Oneof> {
        let options = self.context.types.options;
        let mut oneofs = Vec::new();
        for (index, proto) in self.proto.oneof_decl.iter().enumerate() {
            let ident = &self.names.inner.oneofs[index];
            if ident.is_empty() {
                continue;
            }
            let path = format!("{}.{}", self.full_name, proto.name());
            let mut attributes: Vec<String> = options
                .type_attributes
                .all(&path)
                .chain(options.enum_attributes.all(&path))
                .cloned()
                .collect();
            if options.non_exhaustive {
                attributes.push("#[non_exhaustive]".to_owned());
            }
            let own = variants.remove(&index).unwrap_or_default();
            let place = [&self.at.place[..], &[number::MESSAGE_ONEOF, index as i32]].concat();
            oneofs.push(Oneof {
                docs: self.context.comments.docs(&place),
                attributes,
                allows: lints::oneof(&own),
                ident: ident.clone(),
                proto_name: proto.name().to_owned(),
                message: self.names.ident.clone(),
                variants: own,
            });
        }
        oneofs
    }
}

/// Whether a message is written in place after its size was found: what it holds may be large (bytes), and
/// nothing has to be gone through to tell its size (nested messages, lists of numbers).
fn size_first(proto: &DescriptorProto) -> bool {
    let is_counted = |field: &FieldDescriptorProto| match FieldType::of(field) {
        Some(FieldType::Message | FieldType::Group) => false,
        Some(FieldType::String | FieldType::Bytes) => true,
        _ => !descriptor::is_repeated(field),
    };
    let holds_bytes = |field: &FieldDescriptorProto| FieldType::of(field) == Some(FieldType::Bytes);
    proto.field.iter().all(is_counted) && proto.field.iter().any(holds_bytes)
}

/// Whether code of a scope says `rt`.
fn names_runtime(scope: &schema::Scope) -> bool {
    let mut types = scope
        .oneofs
        .iter()
        .flat_map(|oneof| &oneof.variants)
        .map(|v| &v.ty);
    !scope.messages.is_empty()
        || !scope.enums.is_empty()
        || !scope.extensions.is_empty()
        || types.any(|ty| ty.contains("rt::"))
}
