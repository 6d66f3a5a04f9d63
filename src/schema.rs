//! What is rendered: every node carries its final Rust names, paths, types and doc lines.
//!
//! Nothing in here can be wrong any more, and all collections are in the order of the output.

mod field;
mod package;
mod service;

pub(crate) use field::{Accessors, Arm, Field, Setter, Step, StepArm, Target};
pub(crate) use package::{CalledMethod, Client, Dependency, Package, Program, Server};
pub(crate) use service::{Arity, Method, Service, ServiceModule};

use crate::names::Name;
use crate::options::Optimize;

/// One `.proto`.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) source: String,
    /// Lines of the comments at the top of the `.proto`.
    pub(crate) licence: Vec<String>,
    /// `_pb2.rs`, unless it was not asked for.
    pub(crate) messages: Option<MessageModule>,
    /// `_pb2_grpc.rs`, unless it was not asked for.
    pub(crate) services: Option<ServiceModule>,
}

/// What is left of a file when it has been rendered.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(crate) source: String,
    pub(crate) services: Vec<Service>,
}

impl From<File> for Outline {
    fn from(file: File) -> Self {
        Self {
            source: file.source,
            services: file
                .services
                .map_or_else(Vec::new, |module| module.services),
        }
    }
}

/// A file that declares modules.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) path: String,
    pub(crate) modules: Vec<DeclaredModule>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeclaredModule {
    pub(crate) ident: String,
    /// The folder of which it is, if it is none of a file.
    pub(crate) folder: Option<String>,
    /// Where the compiler would not look for it.
    pub(crate) path: Option<String>,
    pub(crate) allows: Vec<&'static str>,
}

/// One `_pb2.rs`.
#[derive(Debug)]
pub(crate) struct MessageModule {
    pub(crate) path: String,
    pub(crate) runtime: String,
    pub(crate) content: MessageContent,
}

#[derive(Debug)]
pub(crate) enum MessageContent {
    Types(Box<Types>),
    /// The runtime has these types already, in this module.
    InRuntime(String),
}

#[derive(Debug)]
pub(crate) struct Types {
    pub(crate) allows: Vec<&'static str>,
    pub(crate) descriptor: Descriptor,
    /// Descriptors of imported files that no module offers, by the names they get here.
    pub(crate) private_descriptors: Vec<Descriptor>,
    /// Paths of what public imports bring in.
    pub(crate) reexports: Vec<String>,
    pub(crate) scope: Scope,
}

/// The descriptor of a file.
#[derive(Debug)]
pub(crate) struct Descriptor {
    pub(crate) ident: String,
    pub(crate) source: String,
    /// A byte-string literal.
    pub(crate) literal: String,
    /// Paths of the descriptors of the imports, in their order.
    pub(crate) imports: Vec<String>,
    /// How many messages there are, inner ones too.
    pub(crate) messages: usize,
}

/// The types of one Rust module.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) prelude: Prelude,
    pub(crate) messages: Vec<Message>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) oneofs: Vec<Oneof>,
    pub(crate) extensions: Vec<Extension>,
}

/// How a module writes names of the prelude, some of which its own types may shadow.
#[derive(Clone, Debug)]
pub(crate) struct Prelude {
    pub(crate) boxed: &'static str,
    pub(crate) clone: &'static str,
    pub(crate) default: &'static str,
    pub(crate) into: &'static str,
    pub(crate) into_iterator: &'static str,
    pub(crate) option: &'static str,
    pub(crate) result: &'static str,
    pub(crate) send: &'static str,
    pub(crate) string: &'static str,
    pub(crate) sync: &'static str,
    pub(crate) vec: &'static str,
}

/// How many fields are decoded in order at most.
const IN_ORDER: usize = 16;

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) ident: String,
    pub(crate) package: String,
    /// The name within the package: `Item.Inner`.
    pub(crate) relative_name: String,
    /// The path of `DESCRIPTOR`.
    pub(crate) descriptor: String,
    /// Which of the messages of the file it is, outer before inner.
    pub(crate) index: usize,
    pub(crate) members: Vec<Member>,
    pub(crate) keeps_unknown_fields: bool,
    /// Whether the size is cheap to tell, and worth it: see `resolve`.
    pub(crate) size_first: bool,
    pub(crate) optimize: Optimize,
    /// Lints that names of the schema would wake.
    pub(crate) method_allows: Vec<&'static str>,
    pub(crate) fields: Vec<Field>,
    /// Last field first.
    pub(crate) steps: Vec<Step>,
    pub(crate) module: Option<Module>,
}

impl Message {
    pub(crate) fn full_name(&self) -> String {
        match self.package.as_str() {
            "" => self.relative_name.clone(),
            package => format!("{package}.{}", self.relative_name),
        }
    }

    /// Whether one codec for all reads and writes it, over its fields as they are looked at.
    pub(crate) fn is_table_driven(&self) -> bool {
        self.optimize == Optimize::CodeSize && !self.has_foreign_fields()
    }

    /// Whether there is nothing to encode.
    pub(crate) fn is_silent(&self) -> bool {
        !self.keeps_unknown_fields && self.steps.is_empty()
    }

    /// Whether there are so many fields that a jump finds one sooner than comparing tags in order.
    pub(crate) fn is_wide(&self) -> bool {
        self.fields.len() > IN_ORDER
    }

    /// What the decoder reads, in the order in which it is written.
    pub(crate) fn arms(&self) -> Vec<&Arm> {
        let mut arms: Vec<&Arm> = self.fields.iter().flat_map(|field| &field.arms).collect();
        arms.sort_by_key(|arm| arm.tag >> 3);
        arms
    }

    /// Whether there is anything to look at.
    pub(crate) fn has_reflected_fields(&self) -> bool {
        self.fields.iter().any(|field| field.reflected)
    }

    /// Whether there is anything that cannot be looked at.
    pub(crate) fn has_foreign_fields(&self) -> bool {
        self.fields.iter().any(|field| !field.reflected)
    }
}

/// What a struct holds: a field, or a oneof.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) ident: String,
    pub(crate) ty: String,
}

/// The module of a message's nested types.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) ident: String,
    /// How a link in its docs names the message.
    pub(crate) of: String,
    /// The path of the runtime, if any type names it.
    pub(crate) runtime: Option<String>,
    pub(crate) allows: Vec<&'static str>,
    pub(crate) scope: Scope,
}

#[derive(Debug)]
pub(crate) struct Oneof {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<String>,
    pub(crate) allows: Vec<&'static str>,
    pub(crate) ident: String,
    pub(crate) proto_name: String,
    /// The message it belongs to.
    pub(crate) message: String,
    pub(crate) variants: Vec<Variant>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) ident: String,
    pub(crate) ty: String,
}

#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) ident: String,
    pub(crate) full_name: String,
    pub(crate) closed: bool,
    /// The number of the first value, if that is not 0.
    pub(crate) default: Option<i32>,
    pub(crate) values: Vec<EnumValue>,
}

/// A field that one file declares for the messages of another.
#[derive(Debug)]
pub(crate) struct Extension {
    pub(crate) docs: Vec<String>,
    pub(crate) deprecated: bool,
    /// Lints that a declared default would wake.
    pub(crate) allows: Vec<&'static str>,
    pub(crate) ident: String,
    pub(crate) full_name: String,
    pub(crate) number: u32,
    /// The constant that holds the number.
    pub(crate) constant: String,
    /// The type of the messages that it extends.
    pub(crate) extendee: String,
    /// The kind of the value, within `rt::Repeated` or `rt::Packed` if there are many.
    pub(crate) holds: String,
    /// The declared default.
    pub(crate) default: Option<String>,
    /// The path of `DESCRIPTOR`.
    pub(crate) descriptor: String,
}

#[derive(Debug)]
pub(crate) struct EnumValue {
    pub(crate) docs: Vec<String>,
    pub(crate) deprecated: bool,
    pub(crate) name: Name,
    pub(crate) number: i32,
}
