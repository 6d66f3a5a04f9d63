//! Whether what a file imports has a module in the same tree.

use super::descriptors;
use super::index::{Home, Index, IndexedFile};
use super::types::Types;
use crate::descriptor::number;
use crate::diagnostics::Diagnostics;
use crate::options::Options;

/// Reports imports that no module stands for, if all modules of the tree come from this run: from `generated`, which is sorted.
pub(super) fn are_generated(
    file: &IndexedFile<'_>,
    generated: &[&str],
    index: &Index<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) {
    if !options.messages || !options.whole_tree {
        return;
    }
    let types = Types { index, options };
    for (position, name) in file.proto.dependency.iter().enumerate() {
        let Some(import) = index.file(name) else {
            continue;
        };
        let is_named =
            matches!(import.home, Home::Output(_)) && !descriptors::is_own(import, types);
        if is_named && generated.binary_search(&name.as_str()).is_err() {
            let place = [number::FILE_DEPENDENCY, position as i32];
            let text = format!(
                "the import `{name}` is not among the files to generate: name it too, or say where its module is with \
                 extern_path `{name}=::RUST`"
            );
            diagnostics.push(file.locations.problem(&place, text));
        }
    }
}
