//! The crate around the modules: what it depends on, and a server and a client for each service.

use std::collections::{BTreeMap, BTreeSet};

use super::directories;
use super::file;
use super::index::{Home, Index, IndexedFile};
use super::types::Types;
use crate::VERSION;
use crate::descriptor::{MethodDescriptorProto, ServiceDescriptorProto};
use crate::names::{self, Scope};
use crate::options::{self, Options};
use crate::paths;
use crate::schema::{
    CalledMethod, Client, Dependency, Method, Outline, Package, Program, Server, Service,
};

/// The port of the first service; each further one has the next.
const FIRST_PORT: u16 = 50051;

/// The crate that the options ask for, if they do.
pub(super) fn resolve(files: &[Outline], index: &Index<'_>, options: &Options) -> Option<Package> {
    let asked = options.package.as_ref()?;
    let mut package = Package {
        name: asked.name.clone(),
        dependencies: dependencies(asked, options),
        lists_programs: files.iter().any(|file| is_among_programs(file, options)),
        servers: Vec::new(),
        clients: Vec::new(),
    };
    if !asked.starter {
        return Some(package);
    }
    let services = services(files, index);
    let names = program_names(services.iter().map(|found| found.service));
    for ((found, name), port) in services.iter().zip(names).zip(FIRST_PORT..) {
        let starter = Starter {
            found,
            types: Types { index, options },
            package: &package.name,
            port,
        };
        if options.servicers {
            package.servers.push(starter.server(&name));
        }
        if options.stubs {
            package.clients.push(starter.client(&name));
        }
    }
    Some(package)
}

fn dependencies(asked: &options::Package, options: &Options) -> Vec<Dependency> {
    let name = asked.runtime.package();
    let mut runtime = vec![format!("version = \"{VERSION}\"")];
    if let Some(directory) = &asked.runtime_dir {
        let path = format!("{}/{name}", directory.trim_end_matches('/'));
        runtime.push(format!("path = {}", toml_string(&path)));
    }
    if asked.runtime == options::Runtime::Rustgrpc && !options.services {
        runtime.push("default-features = false".to_owned());
    }
    let mut dependencies = vec![Dependency {
        name,
        requirement: if runtime.len() == 1 {
            format!("\"{VERSION}\"")
        } else {
            format!("{{ {} }}", runtime.join(", "))
        },
    }];
    if asked.starter {
        dependencies.push(Dependency {
            name: "tokio",
            requirement: "{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }"
                .to_owned(),
        });
    }
    dependencies
}

/// A basic string of TOML.
fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Whether a file's modules lie in `src/bin`.
fn is_among_programs(file: &Outline, options: &Options) -> bool {
    directories::modules(&file.source, options).any(|path| path.starts_with("bin/"))
}

struct FoundService<'a> {
    file: &'a IndexedFile<'a>,
    proto: &'a ServiceDescriptorProto,
    service: &'a Service,
}

/// The services that have methods.
fn services<'a>(files: &'a [Outline], index: &'a Index<'_>) -> Vec<FoundService<'a>> {
    let mut found = Vec::new();
    for file in files {
        let Some(indexed) = index.file(&file.source) else {
            continue;
        };
        let services = indexed.proto.service.iter().zip(&file.services);
        found.extend(services.filter(|(proto, _)| !proto.method.is_empty()).map(
            |(proto, service)| FoundService {
                file: indexed,
                proto,
                service,
            },
        ));
    }
    found
}

/// What comes before `server` and `client` in the names of programs: nothing if there is one service, else its
/// name, with its package if another has that name.
fn program_names<'a>(services: impl Iterator<Item = &'a Service> + Clone) -> Vec<String> {
    let plain = |service: &Service| dashed(&names::snake(&service.proto_name));
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for service in services.clone() {
        *count.entry(plain(service)).or_default() += 1;
    }
    if count.values().sum::<usize>() == 1 {
        return vec![String::new()];
    }
    let mut scope = Scope::default();
    services
        .map(|service| {
            let wanted = match plain(service) {
                name if count[&name] == 1 => name,
                _ => dashed(&names::snake(&service.full_name.replace('.', "_"))),
            };
            // No identifier, so a keyword is as good as any other name.
            format!("{}-", scope.allocate(&wanted).trim_start_matches("r#"))
        })
        .collect()
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

/// One service and what its programs need.
struct Starter<'a> {
    found: &'a FoundService<'a>,
    types: Types<'a>,
    package: &'a str,
    port: u16,
}

impl Starter<'_> {
    fn server(&self, name: &str) -> Server {
        let mut modules = Modules::new(self.package);
        let service = self.found.service;
        let services = paths::service_module(self.found.file.proto.name());
        Server {
            servicer: modules.member(&services, &service.servicer),
            register: modules.member(&services, &service.register),
            ident: Scope::reserving(PRELUDE).allocate(&names::camel(&service.proto_name)),
            program: self.program(&format!("{name}server"), modules, true),
        }
    }

    fn client(&self, name: &str) -> Client {
        let mut modules = Modules::new(self.package);
        let services = paths::service_module(self.found.file.proto.name());
        Client {
            stub: modules.member(&services, &self.found.service.stub),
            program: self.program(&format!("{name}client"), modules, false),
        }
    }

    fn program(&self, name: &str, mut modules: Modules, serves: bool) -> Program {
        let FoundService {
            file,
            proto,
            service,
        } = self.found;
        let methods = proto.method.iter().zip(&service.methods);
        let methods = methods
            .map(|(proto, method)| self.method(proto, method, &mut modules, serves))
            .collect();
        Program {
            name: name.to_owned(),
            path: format!("src/bin/{name}.rs"),
            service: service.full_name.clone(),
            port: self.port,
            deprecated: file::mentions_deprecated(file, self.types.index),
            uses: modules.uses(),
            methods,
        }
    }

    fn method(
        &self,
        proto: &MethodDescriptorProto,
        method: &Method,
        modules: &mut Modules,
        serves: bool,
    ) -> CalledMethod {
        CalledMethod {
            name: method.name.proto.clone(),
            ident: if serves {
                method.name.ident.clone()
            } else {
                method.stub_ident.clone()
            },
            arity: method.arity,
            request: self.message(proto.input_type(), modules),
            response: serves.then(|| self.message(proto.output_type(), modules)),
        }
    }

    /// How a program names a message.
    fn message(&self, full_name: &str, modules: &mut Modules) -> String {
        // What cannot be located has been reported with the method.
        let path = self
            .types
            .locate(full_name, &[])
            .map(|found| found.path)
            .unwrap_or_default();
        let found = self.types.index.find(full_name);
        let home = found.map(|found| &self.types.index.file_of(found).home);
        match (home, found) {
            (Some(Home::Output(module)), Some(found)) if !self.types.is_mapped(full_name) => {
                modules.member(module, &paths::join(found.path.iter().map(String::as_str)))
            }
            _ => modules.foreign(&path),
        }
    }
}

/// Names that a program uses without a path.
const PRELUDE: &[&str] = &["Box", "Ok", "Result", "Send", "Some"];

/// How a program of the crate names modules of the crate: by their last name, for the first that has it.
struct Modules {
    /// The crate as code names it.
    root: String,
    by_name: BTreeMap<String, Vec<String>>,
}

impl Modules {
    fn new(package: &str) -> Self {
        Self {
            root: package.replace('-', "_"),
            by_name: BTreeMap::new(),
        }
    }

    fn member(&mut self, module: &[String], member: &str) -> String {
        let Some(name) = module.last() else {
            return format!("{}::{member}", self.root);
        };
        let is_free = *name != self.root;
        let holder = self
            .by_name
            .entry(name.clone())
            .or_insert_with(|| module.to_owned());
        if is_free && holder == module {
            format!("{name}::{member}")
        } else {
            format!("{}::{member}", self.path(module))
        }
    }

    /// A path that leads out of the output.
    fn foreign(&self, path: &str) -> String {
        if let Some(rest) = path.strip_prefix("rt::") {
            format!("grpc::protobuf::{rest}")
        } else if let Some(rest) = path.strip_prefix("crate::") {
            format!("{}::{rest}", self.root)
        } else {
            path.to_owned()
        }
    }

    fn uses(&self) -> Vec<String> {
        let modules = self.by_name.iter().filter(|(name, _)| **name != self.root);
        let mut uses: BTreeSet<String> = modules.map(|(_, module)| self.path(module)).collect();
        uses.insert("rustgrpc as grpc".to_owned());
        uses.into_iter().collect()
    }

    fn path(&self, module: &[String]) -> String {
        let parts = module.iter().map(String::as_str);
        paths::join([self.root.as_str()].into_iter().chain(parts))
    }
}
