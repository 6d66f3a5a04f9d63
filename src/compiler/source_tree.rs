//! Where `.proto` files are found: include paths as protoc searches them, then descriptor sets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use prost::Message as _;
use protox::file::{DescriptorSetFileResolver, File, FileResolver, GoogleFileResolver};
use rustgrpc_protobuf::google::protobuf::descriptor_pb2::{FileDescriptorProto, FileDescriptorSet};

use super::Errors;
use super::diagnostic::EDITIONS;

/// Include paths and descriptor sets, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceTree {
    mappings: Vec<Mapping>,
    descriptor_sets: Vec<Arc<DescriptorSet>>,
}

#[derive(Clone, Debug)]
struct Mapping {
    /// Empty, or with a slash at its end.
    prefix: String,
    directory: PathBuf,
}

#[derive(Debug)]
struct DescriptorSet {
    path: PathBuf,
    files: DescriptorSetFileResolver,
    /// The same by name, with all that protox does not know.
    protos: BTreeMap<String, FileDescriptorProto>,
}

impl SourceTree {
    pub(super) fn add_mapping(&mut self, prefix: &str, directory: &Path) {
        let prefix = match prefix.trim_end_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        self.mappings.push(Mapping {
            prefix,
            directory: directory.to_owned(),
        });
    }

    pub(super) fn add_descriptor_set(&mut self, path: &Path) -> Result<(), Errors> {
        let failed = |text: String| Errors::from_text(format!("{}: {text}", path.display()));
        let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
        let files = DescriptorSetFileResolver::decode(bytes.as_slice())
            .map_err(|_| failed("Unable to parse as a FileDescriptorSet".to_owned()))?;
        let protos = FileDescriptorSet::decode(bytes.as_slice())
            .map_err(|error| failed(error.to_string()))?
            .file;
        let protos = protos.into_iter().rev();
        self.descriptor_sets.push(Arc::new(DescriptorSet {
            path: path.to_owned(),
            files,
            protos: protos.map(|file| (file.name().to_owned(), file)).collect(),
        }));
        Ok(())
    }

    pub(super) fn descriptor_sets(&self) -> impl Iterator<Item = &Path> {
        self.descriptor_sets.iter().map(|set| set.path.as_path())
    }

    /// The name under which a file is imported; the error begins as protoc's does.
    pub(super) fn name_of(&self, file: &Path) -> Result<String, String> {
        let as_name = normal_form(file);
        let virtual_name = as_name.as_deref().filter(|name| self.has(name));
        if !file.exists() {
            return virtual_name.map(str::to_owned).ok_or_else(|| {
                format!(
                    "Could not make proto path relative: {}: No such file or directory, neither from here nor in {}",
                    file.display(),
                    self.searched()
                )
            });
        }
        for (index, mapping) in self.mappings.iter().enumerate() {
            let Some(name) = mapping.name_of(file) else {
                continue;
            };
            let shadow = self.mappings[..index]
                .iter()
                .find_map(|earlier| earlier.find(&name));
            return match shadow {
                Some(shadow) => Err(format!(
                    "{}: Input is shadowed in the --proto_path by \"{}\".  Either use the latter \
                     file as your input or reorder the --proto_path so that the former file's \
                     location comes first.",
                    file.display(),
                    shadow.display()
                )),
                None => Ok(name),
            };
        }
        virtual_name.map(str::to_owned).ok_or_else(|| {
            format!(
                "{}: File does not reside within any path specified using --proto_path (or -I): {}. \
                 Paths are compared as they are written, so both have to be relative or both absolute.",
                file.display(),
                self.searched()
            )
        })
    }

    /// The include paths, for error messages.
    pub(super) fn searched(&self) -> String {
        let folders = self.mappings.iter().map(|mapping| {
            let folder = mapping.directory.display();
            let missing = if mapping.directory.is_dir() {
                ""
            } else {
                " (no such folder)"
            };
            format!("`{folder}`{missing}")
        });
        let folders: Vec<String> = folders.collect();
        if folders.is_empty() {
            "an include path, of which there is none".to_owned()
        } else {
            folders.join(", ")
        }
    }

    /// The text of a file, for error messages.
    pub(super) fn source(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.find(name)?).ok()
    }

    /// The folders, each with the prefix of the names in it.
    pub(super) fn mappings(&self) -> impl Iterator<Item = (&str, &Path)> {
        let mappings = self.mappings.iter();
        mappings.map(|mapping| (mapping.prefix.trim_end_matches('/'), &*mapping.directory))
    }

    /// The given files and all that they import, each after its imports, if descriptor sets hold all of
    /// them and no folder does.
    pub(super) fn described(&self, names: &[String]) -> Option<Vec<FileDescriptorProto>> {
        let mut files: Vec<FileDescriptorProto> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<(&str, bool)> = names.iter().rev().map(|n| (&**n, false)).collect();
        if open.is_empty() {
            return None;
        }
        while let Some((name, is_done)) = open.pop() {
            let found = self.proto(name)?;
            if is_done {
                files.push(found.clone());
            } else if seen.insert(name) {
                open.push((name, true));
                let imports = found.dependency.iter().rev();
                open.extend(imports.map(|import| (import.as_str(), false)));
            }
        }
        Some(files)
    }

    fn proto(&self, name: &str) -> Option<&FileDescriptorProto> {
        if self.find(name).is_some() {
            return None;
        }
        self.descriptor_sets
            .iter()
            .find_map(|set| set.protos.get(name))
    }

    fn has(&self, name: &str) -> bool {
        self.find(name).is_some() || self.proto(name).is_some() || self.open_described(name).is_ok()
    }

    pub(super) fn find(&self, name: &str) -> Option<PathBuf> {
        self.mappings.iter().find_map(|mapping| mapping.find(name))
    }

    /// The folders that exist and were searched before the one that has the file, if any has it.
    pub(super) fn passed_over(&self, name: &str) -> Vec<PathBuf> {
        let has_it = |mapping: &Mapping| mapping.find(name).is_some();
        let found = self.mappings.iter().position(has_it).unwrap_or(0);
        let passed = self.mappings[..found].iter();
        passed
            .filter(|mapping| name.starts_with(&mapping.prefix) && mapping.directory.is_dir())
            .map(|mapping| mapping.directory.clone())
            .collect()
    }

    fn open_described(&self, name: &str) -> Result<File, protox::Error> {
        for set in &self.descriptor_sets {
            // prost-reflect 0.16 panics on these.
            if set
                .protos
                .get(name)
                .is_some_and(|file| file.syntax() == "editions")
            {
                return Err(protox::Error::new(EDITIONS));
            }
            match set.files.open_file(name) {
                Err(error) if error.is_file_not_found() => {}
                found => return found,
            }
        }
        GoogleFileResolver::new().open_file(name)
    }
}

impl FileResolver for SourceTree {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.find(name) {
            Some(path) => File::open(name, &path),
            None => self.open_described(name),
        }
    }
}

impl Mapping {
    fn find(&self, name: &str) -> Option<PathBuf> {
        let path = self.directory.join(name.strip_prefix(&self.prefix)?);
        path.is_file().then_some(path)
    }

    fn name_of(&self, file: &Path) -> Option<String> {
        let plain = |path: &Path| -> PathBuf {
            path.components()
                .filter(|part| *part != Component::CurDir)
                .collect()
        };
        let inside = plain(file);
        let inside = normal_form(inside.strip_prefix(plain(&self.directory)).ok()?)?;
        Some(format!("{}{inside}", self.prefix))
    }
}

/// The path with slashes, if it is relative and stays inside its folder.
fn normal_form(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}
