//! `_pb2.rs`.

use askama::Template;

use super::filters;
use crate::VERSION;
use crate::schema::{
    Enum, Extension, Field, Message, MessageContent, MessageModule, Module, Oneof, Prelude, Scope,
    Step, Target, Types,
};

/// The code of a module of messages.
pub(super) fn render(source: &str, module: &MessageModule) -> String {
    let runtime = &module.runtime;
    match &module.content {
        MessageContent::Types(types) => TypesTemplate { runtime, types }.to_string(),
        MessageContent::InRuntime(path) => {
            let template = InRuntimeTemplate {
                source,
                runtime,
                path,
            };
            template.to_string()
        }
    }
}

#[derive(Template)]
#[template(path = "types.rs", escape = "none")]
struct TypesTemplate<'a> {
    runtime: &'a str,
    types: &'a Types,
}

#[derive(Template)]
#[template(path = "in_runtime.rs", escape = "none")]
struct InRuntimeTemplate<'a> {
    source: &'a str,
    runtime: &'a str,
    path: &'a str,
}

#[derive(Template)]
#[template(path = "scope.rs", escape = "none")]
struct ScopeTemplate<'a> {
    scope: &'a Scope,
    p: &'a Prelude,
}

#[derive(Template)]
#[template(path = "message.rs", escape = "none")]
struct MessageTemplate<'a> {
    message: &'a Message,
    p: &'a Prelude,
}

#[derive(Template)]
#[template(path = "accessors.rs", escape = "none")]
struct AccessorsTemplate<'a> {
    field: &'a Field,
    p: &'a Prelude,
}

#[derive(Template)]
#[template(path = "codec.rs", escape = "none")]
struct CodecTemplate<'a> {
    message: &'a Message,
    p: &'a Prelude,
}

#[derive(Template)]
#[template(path = "module.rs", escape = "none")]
struct ModuleTemplate<'a> {
    module: &'a Module,
}

#[derive(Template)]
#[template(path = "oneof.rs", escape = "none")]
struct OneofTemplate<'a> {
    oneof: &'a Oneof,
}

#[derive(Template)]
#[template(path = "extension.rs", escape = "none")]
struct ExtensionTemplate<'a> {
    extension: &'a Extension,
}

#[derive(Template)]
#[template(path = "enumeration.rs", escape = "none")]
struct EnumTemplate<'a> {
    enumeration: &'a Enum,
    p: &'a Prelude,
}

fn scope(scope: &Scope) -> ScopeTemplate<'_> {
    ScopeTemplate {
        scope,
        p: &scope.prelude,
    }
}
