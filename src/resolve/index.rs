//! The types of all files of a request under their final names.

use std::collections::HashMap;

use super::cycles::Cycles;
use super::locations::Locations;
use super::spelling;
use super::well_known;
use crate::descriptor::{
    self, DescriptorProto, EnumDescriptorProto, Features, FieldDescriptorProto,
    FileDescriptorProto, number,
};
use crate::diagnostics::Diagnostics;
use crate::names::{self, Scope};
use crate::options::Options;
use crate::paths;
use crate::request;

/// What is known before any file is resolved.
pub(super) struct Index<'a> {
    files: Vec<IndexedFile<'a>>,
    by_name: HashMap<&'a str, usize>,
    types: HashMap<String, IndexedType<'a>>,
    pub(super) cycles: Cycles,
}

/// A file with the names of its types.
pub(super) struct IndexedFile<'a> {
    pub(super) proto: &'a FileDescriptorProto,
    pub(super) locations: Locations<'a>,
    pub(super) home: Home,
    pub(super) scope: ScopeNames,
    /// `.package`, or nothing.
    pub(super) prefix: String,
    /// What holds at the top of the file.
    pub(super) features: Features,
}

/// Where the module of a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// In this output, below its root.
    Output(Vec<String>),
    /// In the runtime.
    Runtime(String),
    /// Where `extern_path` says.
    Extern(String),
}

/// The names of the types in one Rust module, in the order of the descriptor.
#[derive(Default)]
pub(super) struct ScopeNames {
    pub(super) messages: Vec<MessageNames>,
    pub(super) enums: Vec<String>,
    /// Empty for the `optional` of proto3.
    pub(super) oneofs: Vec<String>,
    pub(super) extensions: Vec<ExtensionNames>,
    pub(super) taken: Scope,
}

pub(super) struct ExtensionNames {
    pub(super) ident: String,
    /// The constant that holds the number.
    pub(super) number: String,
}

pub(super) struct MessageNames {
    pub(super) ident: String,
    pub(super) module: String,
    pub(super) inner: ScopeNames,
}

/// A message or an enum.
pub(super) struct IndexedType<'a> {
    pub(super) file: usize,
    /// Modules within the file's, and the type.
    pub(super) path: Vec<String>,
    pub(super) kind: TypeKind<'a>,
    /// What holds in it.
    pub(super) features: Features,
}

#[derive(Clone, Copy)]
pub(super) enum TypeKind<'a> {
    Message(&'a DescriptorProto),
    Enum(&'a EnumDescriptorProto),
}

impl<'a> Index<'a> {
    pub(super) fn build(
        files: &[request::File<'a>],
        options: &Options,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut index = Self {
            files: Vec::with_capacity(files.len()),
            by_name: HashMap::new(),
            types: HashMap::new(),
            cycles: Cycles::default(),
        };
        for file in files {
            index.add_file(file, options, diagnostics);
        }
        index.cycles = Cycles::find(files);
        index
    }

    pub(super) fn file(&self, name: &str) -> Option<&IndexedFile<'a>> {
        self.by_name.get(name).map(|&index| &self.files[index])
    }

    /// The type with this name, which has a leading dot.
    pub(super) fn find(&self, full_name: &str) -> Option<&IndexedType<'a>> {
        self.types.get(full_name)
    }

    pub(super) fn file_of(&self, found: &IndexedType<'a>) -> &IndexedFile<'a> {
        &self.files[found.file]
    }

    fn add_file(
        &mut self,
        file: &request::File<'a>,
        options: &Options,
        diagnostics: &mut Diagnostics,
    ) {
        let proto = file.proto;
        let locations = Locations::new(file);
        if !spelling::check(proto, &locations, diagnostics) {
            return;
        }
        let prefix = match proto.package() {
            "" => String::new(),
            package => format!(".{package}"),
        };
        let mut scope = ScopeNames::new(
            &proto.message_type,
            &proto.enum_type,
            &proto.extension,
            None,
        );
        let features = Features::of_file(proto);
        let mut path = Vec::new();
        let mut walk = Walk {
            file: self.files.len(),
            types: &mut self.types,
            locations: &locations,
            diagnostics,
        };
        walk.enums(
            &prefix,
            &proto.enum_type,
            features,
            &scope.enums,
            &path,
            &[number::FILE_ENUM],
        );
        walk.messages(
            &prefix,
            &proto.message_type,
            features,
            &mut scope,
            &mut path,
            &mut vec![number::FILE_MESSAGE],
        );
        if self
            .by_name
            .insert(proto.name(), self.files.len())
            .is_some()
        {
            diagnostics.push(locations.problem(&[], "the request holds this file twice"));
        }
        let home = home(proto.name(), options);
        self.files.push(IndexedFile {
            proto,
            locations,
            home,
            scope,
            prefix,
            features,
        });
    }
}

fn home(file: &str, options: &Options) -> Home {
    if let Some(found) = options
        .extern_paths
        .iter()
        .find(|found| found.proto == file)
    {
        return Home::Extern(found.rust.clone());
    }
    let module = paths::message_module(file);
    if well_known::is_in_runtime(file) && !options.compile_well_known_types {
        return Home::Runtime(format!(
            "rt::{}",
            paths::join(module.iter().map(String::as_str))
        ));
    }
    Home::Output(module)
}

impl ScopeNames {
    fn new(
        messages: &[DescriptorProto],
        enums: &[EnumDescriptorProto],
        extensions: &[FieldDescriptorProto],
        parent: Option<&DescriptorProto>,
    ) -> Self {
        let mut taken = Scope::reserving(names::MODULE_RESERVED);
        let idents: Vec<String> = messages
            .iter()
            .map(|message| {
                if descriptor::is_map_entry(message) {
                    String::new()
                } else {
                    taken.allocate(&names::camel(message.name()))
                }
            })
            .collect();
        let enums = enums
            .iter()
            .map(|e| taken.allocate_avoiding(&names::camel(e.name()), names::ENUM_RESERVED))
            .collect();
        let oneofs = parent
            .iter()
            .flat_map(|parent| {
                parent
                    .oneof_decl
                    .iter()
                    .enumerate()
                    .map(move |o| (parent, o))
            })
            .map(|(parent, (index, oneof))| {
                if descriptor::is_synthetic(parent, index) {
                    String::new()
                } else {
                    taken.allocate(&names::variant(oneof.name()))
                }
            })
            .collect();
        let messages = messages
            .iter()
            .zip(idents)
            .map(|(message, ident)| {
                let inner = Self::new(
                    &message.nested_type,
                    &message.enum_type,
                    &message.extension,
                    Some(message),
                );
                let module = if inner.is_empty() {
                    String::new()
                } else {
                    taken.allocate(&names::snake(message.name()))
                };
                MessageNames {
                    ident,
                    module,
                    inner,
                }
            })
            .collect();
        let idents: Vec<String> = extensions
            .iter()
            .map(|extension| taken.allocate(&names::extension(extension.name())))
            .collect();
        let extensions = idents
            .into_iter()
            .map(|ident| ExtensionNames {
                number: taken.allocate(&format!("{ident}_FIELD_NUMBER")),
                ident,
            })
            .collect();
        Self {
            messages,
            enums,
            oneofs,
            extensions,
            taken,
        }
    }

    /// Whether a module for these types would be empty.
    pub(super) fn is_empty(&self) -> bool {
        self.enums.is_empty()
            && self.extensions.is_empty()
            && self.messages.iter().all(|message| message.ident.is_empty())
            && self.oneofs.iter().all(String::is_empty)
    }
}

/// Enters the types of one file into the index.
struct Walk<'w, 'a> {
    file: usize,
    types: &'w mut HashMap<String, IndexedType<'a>>,
    locations: &'w Locations<'a>,
    diagnostics: &'w mut Diagnostics,
}

impl<'a> Walk<'_, 'a> {
    fn messages(
        &mut self,
        prefix: &str,
        messages: &'a [DescriptorProto],
        outer: Features,
        scope: &mut ScopeNames,
        path: &mut Vec<String>,
        place: &mut Vec<i32>,
    ) {
        for (position, (message, names)) in messages.iter().zip(&mut scope.messages).enumerate() {
            place.push(position as i32);
            let full_name = format!("{prefix}.{}", message.name());
            let features = outer.with(message.options().features.as_ref());
            path.push(names.ident.clone());
            self.enter(
                &full_name,
                path.clone(),
                TypeKind::Message(message),
                features,
                place,
            );
            path.pop();
            path.push(names.module.clone());
            place.push(number::MESSAGE_ENUM);
            self.enums(
                &full_name,
                &message.enum_type,
                features,
                &names.inner.enums,
                path,
                place,
            );
            place.pop();
            place.push(number::MESSAGE_NESTED);
            self.messages(
                &full_name,
                &message.nested_type,
                features,
                &mut names.inner,
                path,
                place,
            );
            place.pop();
            path.pop();
            place.pop();
        }
    }

    fn enums(
        &mut self,
        prefix: &str,
        enums: &'a [EnumDescriptorProto],
        outer: Features,
        idents: &[String],
        path: &[String],
        place: &[i32],
    ) {
        for (position, (enumeration, ident)) in enums.iter().zip(idents).enumerate() {
            let full_name = format!("{prefix}.{}", enumeration.name());
            let path = [path, std::slice::from_ref(ident)].concat();
            let place = [place, &[position as i32]].concat();
            let features = outer.with(enumeration.options().features.as_ref());
            let kind = TypeKind::Enum(enumeration);
            self.enter(&full_name, path, kind, features, &place);
        }
    }

    fn enter(
        &mut self,
        full_name: &str,
        path: Vec<String>,
        kind: TypeKind<'a>,
        features: Features,
        place: &[i32],
    ) {
        let entry = IndexedType {
            file: self.file,
            path,
            kind,
            features,
        };
        if self.types.insert(full_name.to_owned(), entry).is_some() {
            let text = format!("`{}` is defined twice", &full_name[1..]);
            self.diagnostics.push(self.locations.problem(place, text));
        }
    }
}
