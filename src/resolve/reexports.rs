//! `import public`: what a module offers from other files.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{Home, Index, IndexedFile};
use super::types::Types;
use crate::descriptor::{DescriptorProto, EnumDescriptorProto};
use crate::paths;

/// The `use` declarations of a module.
#[derive(Default)]
pub(super) struct Reexports {
    /// What follows `pub use`.
    pub(super) uses: Vec<String>,
    pub(super) idents: BTreeSet<String>,
}

/// What `file` offers in `module`. Its own names win over imported ones, and earlier imports over later ones.
pub(super) fn resolve(file: &IndexedFile<'_>, types: Types<'_>, module: &[String]) -> Reexports {
    let mut reexports = Reexports::default();
    let mut grouped: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for import in public_imports(file, types.index) {
        for path in offered(import, types, module) {
            let Some((parent, ident)) = path.rsplit_once("::") else {
                continue;
            };
            if !file.scope.taken.contains(ident) && reexports.idents.insert(ident.to_owned()) {
                grouped
                    .entry(parent.to_owned())
                    .or_default()
                    .insert(ident.to_owned());
            }
        }
    }
    reexports.uses = grouped
        .iter()
        .map(|(parent, idents)| declaration(parent, idents))
        .collect();
    reexports
}

/// `parent::Name` or `parent::{Name, Other}`.
pub(super) fn declaration(parent: &str, idents: &BTreeSet<String>) -> String {
    let names = idents
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if idents.len() == 1 {
        format!("{parent}::{names}")
    } else {
        format!("{parent}::{{{names}}}")
    }
}

/// The files that `file` imports publicly, directly or through such imports, in order.
pub(super) fn public_imports<'i, 'a>(
    file: &IndexedFile<'a>,
    index: &'i Index<'a>,
) -> Vec<&'i IndexedFile<'a>> {
    let mut seen: BTreeSet<&str> = BTreeSet::from([file.proto.name()]);
    let mut open: Vec<&str> = direct(file).rev().collect();
    let mut found = Vec::new();
    while let Some(name) = open.pop() {
        let Some(import) = index.file(name) else {
            continue;
        };
        if seen.insert(import.proto.name()) {
            open.extend(direct(import).rev());
            found.push(import);
        }
    }
    found
}

fn direct<'p>(file: &IndexedFile<'p>) -> impl DoubleEndedIterator<Item = &'p str> + use<'p> {
    let proto = file.proto;
    proto
        .public_dependency
        .iter()
        .filter_map(|&position| proto.dependency.get(usize::try_from(position).ok()?))
        .map(String::as_str)
}

/// Paths of the types at the top of a file and of their modules.
fn offered(file: &IndexedFile<'_>, types: Types<'_>, module: &[String]) -> Vec<String> {
    let messages = file.proto.message_type.iter().map(DescriptorProto::name);
    let enums = file.proto.enum_type.iter().map(EnumDescriptorProto::name);
    let mut paths: Vec<String> = messages
        .chain(enums)
        .filter_map(|name| {
            types
                .locate(&format!("{}.{name}", file.prefix), module)
                .ok()
        })
        .map(|found| found.path)
        .collect();
    for (message, names) in file.proto.message_type.iter().zip(&file.scope.messages) {
        let full_name = format!("{}.{}", file.prefix, message.name());
        if names.module.is_empty() || types.is_mapped(&full_name) {
            continue;
        }
        paths.push(match &file.home {
            Home::Output(root) => paths::relative(
                module,
                &[&root[..], std::slice::from_ref(&names.module)].concat(),
            ),
            Home::Runtime(root) | Home::Extern(root) => format!("{root}::{}", names.module),
        });
    }
    for (extension, names) in file.proto.extension.iter().zip(&file.scope.extensions) {
        if types.is_mapped(&format!("{}.{}", file.prefix, extension.name())) {
            continue;
        }
        for ident in [&names.ident, &names.number] {
            paths.push(match &file.home {
                Home::Output(root) => {
                    paths::relative(module, &[&root[..], std::slice::from_ref(ident)].concat())
                }
                Home::Runtime(root) | Home::Extern(root) => format!("{root}::{ident}"),
            });
        }
    }
    paths
}
