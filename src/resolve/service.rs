//! Services: names of what a service becomes, and the messages its methods exchange.

use std::collections::{BTreeMap, BTreeSet};

use super::index::IndexedFile;
use super::lints;
use super::locations::Comments;
use super::prelude;
use super::reexports;
use super::types::{Types, UseKind};
use crate::descriptor::{MethodDescriptorProto, ServiceDescriptorProto, number};
use crate::diagnostics::Diagnostics;
use crate::names::{self, Scope};
use crate::paths;
use crate::schema::{Arity, Method, Service, ServiceModule};

/// Names that stand for something else in the code of a service.
const NEVER_IMPORTED: &[&str] = &["C", "Clone", "IntoIterator", "Result", "S", "Send", "Sync"];

/// `_pb2_grpc.rs` of a file.
pub(super) fn resolve(
    file: &IndexedFile<'_>,
    comments: &Comments<'_>,
    types: Types<'_>,
    runtime: &str,
    deprecated: bool,
    diagnostics: &mut Diagnostics,
) -> ServiceModule {
    let module = paths::service_module(file.proto.name());
    let mut scope = Scope::reserving(names::MODULE_RESERVED);
    let named = name_services(&file.proto.service, &mut scope);
    let mut messages = Messages::new(file, types, &module, &mut scope, diagnostics);
    let services = file
        .proto
        .service
        .iter()
        .zip(named)
        .enumerate()
        .map(|(index, (proto, service))| {
            let place = [number::FILE_SERVICE, index as i32];
            complete(service, proto, &place, file, comments, &mut messages)
        })
        .collect();
    let mut allows = vec!["dead_code", "missing_docs", "unused_qualifications"];
    if deprecated {
        allows.insert(1, "deprecated");
    }
    let uses = messages
        .imports
        .iter()
        .map(|(parent, idents)| reexports::declaration(parent, idents));
    let named = types.options.stubs || types.options.servicers;
    let imports = if named { uses.collect() } else { Vec::new() };
    let options = types.options;
    ServiceModule {
        path: paths::source_file(&module),
        runtime: runtime.to_owned(),
        prelude: prelude::prelude(|name| scope.contains(name)),
        allows,
        imports,
        stubs: options.stubs,
        servicers: options.servicers,
        strict: options.strict_servicers,
        services,
    }
}

/// The names at the top of the module: all servicers first, then stubs, and so on.
fn name_services(protos: &[ServiceDescriptorProto], scope: &mut Scope) -> Vec<Service> {
    let mut services: Vec<Service> = protos
        .iter()
        .map(|proto| Service {
            docs: Vec::new(),
            deprecated: false,
            full_name: String::new(),
            proto_name: proto.name().to_owned(),
            servicer: scope.allocate(&format!("{}Servicer", names::camel(proto.name()))),
            stub: String::new(),
            one_shot: String::new(),
            module: String::new(),
            register: String::new(),
            method_allows: Vec::new(),
            methods: Vec::new(),
        })
        .collect();
    for service in &mut services {
        service.stub = scope.allocate(&format!("{}Stub", names::camel(&service.proto_name)));
    }
    for service in &mut services {
        let wanted = names::camel(&service.proto_name);
        service.one_shot = scope.allocate_avoiding(&wanted, names::ENUM_RESERVED);
    }
    for service in &mut services {
        let snake = names::snake(&service.proto_name);
        service.module = scope.allocate(&snake);
        service.register = scope.allocate(&format!("add_{snake}_servicer_to_server"));
    }
    services
}

fn complete(
    mut service: Service,
    proto: &ServiceDescriptorProto,
    place: &[i32],
    file: &IndexedFile<'_>,
    comments: &Comments<'_>,
    messages: &mut Messages<'_>,
) -> Service {
    service.docs = comments.docs(place);
    service.deprecated = proto.options().deprecated();
    service.full_name = format!("{}.{}", file.prefix, proto.name())[1..].to_owned();
    let mut idents = Scope::default();
    let mut stub_idents = Scope::reserving(names::STUB_RESERVED);
    let mut constants = Scope::reserving(&["SERVICE_NAME"]);
    for (index, method) in proto.method.iter().enumerate() {
        let place = [place, &[number::SERVICE_METHOD, index as i32]].concat();
        let snake = names::snake(method.name());
        let mut message = |type_name: &str| {
            messages.name(type_name).unwrap_or_else(|problem| {
                let text = format!("method `{}`: {problem}", method.name());
                messages
                    .diagnostics
                    .push(file.locations.problem(&place, text));
                String::new()
            })
        };
        service.methods.push(Method {
            request: message(method.input_type()),
            response: message(method.output_type()),
            docs: documented(comments.docs(&place), method.name()),
            deprecated: method.options().deprecated(),
            name: idents.name(method.name(), &snake),
            stub_ident: stub_idents.allocate(&snake),
            constant: constants.allocate(&snake.to_ascii_uppercase()),
            path: format!("/{}/{}", service.full_name, method.name()),
            arity: Arity::new(method.client_streaming(), method.server_streaming()),
        });
    }
    service.method_allows = lints::calls(&service.methods);
    service
}

/// How the module names messages: those at the top of a file by an import, if no other has the name.
struct Messages<'a> {
    types: Types<'a>,
    module: &'a [String],
    names: BTreeMap<String, String>,
    imports: BTreeMap<String, BTreeSet<String>>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Messages<'a> {
    fn new(
        file: &IndexedFile<'_>,
        types: Types<'a>,
        module: &'a [String],
        scope: &mut Scope,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let methods = file
            .proto
            .service
            .iter()
            .flat_map(|service| &service.method);
        let used: BTreeSet<&str> = methods.flat_map(messages_of).collect();
        let mut names = BTreeMap::new();
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for full_name in used {
            let Ok(found) = types.locate(full_name, module) else {
                continue;
            };
            let name = match found.path.rsplit_once("::") {
                Some((parent, ident))
                    if types.is_top_level(full_name)
                        && !scope.contains(ident)
                        && !NEVER_IMPORTED.contains(&ident) =>
                {
                    scope.allocate(ident);
                    imports
                        .entry(parent.to_owned())
                        .or_default()
                        .insert(ident.to_owned());
                    ident.to_owned()
                }
                _ => found.path,
            };
            names.insert(full_name.to_owned(), name);
        }
        Self {
            types,
            module,
            names,
            imports,
            diagnostics,
        }
    }

    fn name(&self, full_name: &str) -> Result<String, String> {
        let found = self.types.locate(full_name, self.module)?;
        if matches!(found.kind, UseKind::Enum { .. }) {
            return Err(format!("`{full_name}` is not a message"));
        }
        Ok(self.names.get(full_name).cloned().unwrap_or(found.path))
    }
}

fn messages_of(method: &MethodDescriptorProto) -> [&str; 2] {
    [method.input_type(), method.output_type()]
}

/// Nobody's documentation may miss: the name stands where nothing is said.
fn documented(docs: Vec<String>, name: &str) -> Vec<String> {
    if docs.is_empty() {
        vec![format!("The method `{name}`.")]
    } else {
        docs
    }
}
