//! Every block of README.md that stands under a link to a file is that file, word for word.
//!
//! `UPDATE_GOLDEN=1` copies the files into the README.

use std::env;
use std::fs;

#[test]
fn blocks_are_the_files_that_they_are_said_to_be() {
    let readme = fs::read_to_string("README.md").unwrap();
    let (expected, files) = with_files(&readme);
    assert_eq!(files.len(), 6, "{files:?}");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write("README.md", expected).unwrap();
    } else if readme != expected {
        panic!("README.md differs from one of {files:?}; UPDATE_GOLDEN=1 cargo test --test readme");
    }
}

/// The README with every file's block filled anew, and the files.
fn with_files(readme: &str) -> (String, Vec<String>) {
    let mut filled = String::new();
    let mut files = Vec::new();
    let mut lines = readme.lines();
    let mut linked = None;
    while let Some(line) = lines.next() {
        filled += line;
        filled += "\n";
        if line.starts_with("```") {
            if let Some(file) = linked.take() {
                filled += fs::read_to_string(&file)
                    .expect("the link leads to a file")
                    .trim_end();
                filled += "\n```\n";
                files.push(file);
                lines
                    .by_ref()
                    .find(|line| *line == "```")
                    .expect("the block has an end");
            }
        } else if let Some((_, path)) = line
            .strip_prefix("[`")
            .and_then(|link| link.split_once("]("))
        {
            linked = path.strip_suffix(')').map(str::to_owned);
        } else if !line.is_empty() {
            linked = None;
        }
    }
    (filled, files)
}
