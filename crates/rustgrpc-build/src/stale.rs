//! Files that an earlier run wrote below `OUT_DIR` and this one did not.
//!
//! Each output folder has a list of what was written there, so that nothing else is ever removed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

const LIST: &str = ".rustgrpc-build";

/// Removes them, with the folders that this empties, and remembers the new `names`.
pub(crate) fn remove(directory: &Path, names: &BTreeSet<&str>) -> io::Result<()> {
    let list = directory.join(LIST);
    let earlier = match fs::read_to_string(&list) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        read => read?,
    };
    for name in earlier.lines().filter(|name| !names.contains(name)) {
        remove_file(directory, name)?;
    }
    let now: String = names.iter().flat_map(|name| [name, "\n"]).collect();
    if now != earlier {
        fs::write(list, now)?;
    }
    Ok(())
}

fn remove_file(directory: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(directory.join(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let folders = Path::new(name)
        .ancestors()
        .skip(1)
        .filter(|folder| *folder != Path::new(""));
    for folder in folders {
        // Fails as long as there is something left in it.
        if fs::remove_dir(directory.join(folder)).is_err() {
            break;
        }
    }
    Ok(())
}
