//! Generated files on disk: written only when their bytes change, so that nothing is rebuilt for nothing.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Errors;

/// A file of the plugin's answer; its name has slashes and is relative to the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// `dir/greet_pb2.rs`
    pub name: String,
    /// The whole text.
    pub content: String,
}

/// Writes the files below `directory`; those whose bytes are already there keep their time stamp.
///
/// # Errors
///
/// When a folder or file cannot be written, or a name would lead outside of `directory`.
pub fn write_changed(directory: &Path, files: &[GeneratedFile]) -> Result<(), Errors> {
    for file in files {
        let path = path_of(directory, file)?;
        write_bytes(&path, file.content.as_bytes())
            .map_err(|error| Errors::from_text(format!("{}: {error}", path.display())))?;
    }
    Ok(())
}

/// Writes a file, with the folders above it, unless these bytes are already there.
///
/// # Errors
///
/// When a folder or the file cannot be written.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

fn path_of(directory: &Path, file: &GeneratedFile) -> Result<PathBuf, Errors> {
    let name = Path::new(&file.name);
    let inside = name
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if !inside || file.name.is_empty() {
        return Err(Errors::from_text(format!(
            "{}: the name of a generated file must be relative and stay in its folder",
            file.name
        )));
    }
    Ok(directory.join(name))
}
