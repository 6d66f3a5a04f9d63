//! Whether checked-in files are still what their protos become.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::output::{failed, is_generated, on_disk, path_of};
use super::{Errors, GeneratedFile};

/// How the files below `directory` differ from `files`: one unified diff per file, which `patch -p0` would apply.
///
/// Starters are not compared: they are the user's. When `files` has a module file at its root, generated files
/// that are there and not among `files` are left over from an earlier run and differ as well.
///
/// # Errors
///
/// When a file or folder cannot be read.
pub fn drift(directory: &Path, files: &[GeneratedFile]) -> Result<Vec<String>, Errors> {
    let mut diffs = Vec::new();
    let mut expected = BTreeSet::new();
    for file in files.iter().filter(|file| !file.is_starter) {
        let path = path_of(directory, file)?;
        let found = on_disk(&path)?;
        if found.as_ref() != Some(&file.content) {
            diffs.push(diff(&path, found.as_deref(), Some(&file.content)));
        }
        expected.insert(path);
    }
    if let Some(root) = root(directory, files) {
        for (path, text) in generated_below(&root)? {
            if !expected.contains(&path) {
                diffs.push(diff(&path, Some(&text), None));
            }
        }
    }
    Ok(diffs)
}

fn diff(path: &Path, found: Option<&str>, wanted: Option<&str>) -> String {
    let path = path.display().to_string();
    let name = |text: Option<&str>, what: &str| match text {
        Some(_) => format!("{path}\t{what}"),
        None => "/dev/null".to_owned(),
    };
    TextDiff::from_lines(found.unwrap_or_default(), wanted.unwrap_or_default())
        .unified_diff()
        .header(&name(found, "found"), &name(wanted, "generated"))
        .to_string()
}

/// The folder of the root's module file.
fn root(directory: &Path, files: &[GeneratedFile]) -> Option<PathBuf> {
    let roots = ["mod.rs", "lib.rs", "src/lib.rs"];
    let mut names = files.iter().map(|file| file.name.as_str());
    let root = names.find(|name| roots.contains(name))?;
    directory.join(root).parent().map(Path::to_owned)
}

/// Generated modules in a folder, and in those below that are modules of it.
fn generated_below(root: &Path) -> Result<Vec<(PathBuf, String)>, Errors> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        if !folder.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&folder).map_err(|error| failed(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| failed(&folder, &error))?.path();
            if path.is_dir() {
                // Other folders, such as `target`, are not part of the output.
                let declaration = on_disk(&path.join("mod.rs"))?;
                if declaration.is_some_and(|text| is_generated(&text)) {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "rs")
                && let Some(text) = on_disk(&path)?
                && is_generated(&text)
            {
                found.push((path, text));
            }
        }
    }
    found.sort();
    Ok(found)
}
