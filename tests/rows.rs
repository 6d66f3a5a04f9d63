//! `docs/behaviour.md` and the tests of the runtime name the same rows of gRPC Python's behaviour.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Group and number: `C3.21`.
type Row = (u32, u32);

/// The rows that a text names: `C3.21`, or several as `C3.21-25`.
fn rows(text: &str) -> BTreeSet<Row> {
    let mut rows = BTreeSet::new();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    for word in words.filter_map(|word| word.strip_prefix('C')) {
        let word = word.trim_end_matches(['.', '-']);
        let Some((group, numbers)) = word.split_once('.') else {
            continue;
        };
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        if let (Ok(group), Ok(first), Ok(last)) = (group.parse(), first.parse(), last.parse()) {
            assert!(first <= last, "C{word}");
            rows.extend((first..=last).map(|number: u32| (group, number)));
        }
    }
    rows
}

fn named(rows: impl IntoIterator<Item = Row>) -> Vec<String> {
    let names = rows
        .into_iter()
        .map(|(group, number)| format!("C{group}.{number}"));
    names.collect()
}

/// The rows that the comments of each file name, by its path below `root`.
fn commented(root: &Path, directory: &Path, files: &mut BTreeMap<String, BTreeSet<Row>>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            commented(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let comments = text
                .lines()
                .filter(|line| line.trim_start().starts_with("//"));
            let comments: Vec<_> = comments.collect();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.insert(name.replace('\\', "/"), rows(&comments.join("\n")));
        }
    }
}

#[derive(Debug, Default)]
struct Document {
    /// The rows of each group, by the number in its heading.
    groups: BTreeMap<u32, u32>,
    differences: BTreeSet<Row>,
    /// The rows of each line, and the last cell.
    lines: Vec<(BTreeSet<Row>, String)>,
}

impl Document {
    fn read(text: &str) -> Self {
        let mut document = Self::default();
        let mut section = "";
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                section = heading;
            } else if let Some(heading) = line.strip_prefix("### C") {
                let (group, rest) = heading.split_once(' ').unwrap();
                let (_, count) = rest.rsplit_once('(').unwrap();
                let count = count.strip_suffix(" rows)").unwrap();
                document
                    .groups
                    .insert(group.parse().unwrap(), count.parse().unwrap());
            } else if let Some(cells) = line.strip_prefix("| C") {
                let (first, _) = cells.split_once(" |").unwrap();
                let rows = rows(&format!("C{first}"));
                assert!(!rows.is_empty(), "{line}");
                match section {
                    "What is different" => document.differences.extend(rows),
                    _ => {
                        let last = cells.trim_end_matches(" |").rsplit("| ").next();
                        document.lines.push((rows, last.unwrap().to_owned()));
                    }
                }
            }
        }
        document
    }
}

#[test]
fn every_row_has_a_test_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/behaviour.md")).unwrap();
    let document = Document::read(&text);
    let runtime = root.join("crates/rustgrpc");
    let mut files = BTreeMap::new();
    let tests = runtime.join("tests/behaviour");
    commented(&tests, &tests, &mut files);
    commented(&runtime, &runtime.join("src"), &mut files);

    let all: BTreeSet<Row> = document
        .groups
        .iter()
        .flat_map(|(&group, &count)| (1..=count).map(move |number| (group, number)))
        .collect();
    assert_eq!(all.len(), 788);
    let mut wrong = Vec::new();
    let mut listed = BTreeSet::new();
    let mut differing = BTreeSet::new();
    for (rows, cell) in &document.lines {
        for row in rows {
            if !listed.insert(*row) {
                wrong.push(format!("{:?} is listed twice", named([*row])));
            }
        }
        let mut tested = BTreeSet::new();
        for name in cell.split(", ") {
            let Some(file) = name
                .strip_prefix('`')
                .and_then(|name| name.strip_suffix('`'))
            else {
                assert_eq!(name, "differs", "{cell}");
                differing.extend(rows);
                tested.extend(cell.eq("differs").then_some(rows).into_iter().flatten());
                continue;
            };
            let Some(named) = files.get(file) else {
                wrong.push(format!("{file} does not exist"));
                continue;
            };
            if named.is_disjoint(rows) {
                wrong.push(format!(
                    "{file} names none of {:?}",
                    self::named(rows.clone())
                ));
            }
            tested.extend(named);
        }
        let missing = named(rows.difference(&tested).copied());
        if !missing.is_empty() {
            wrong.push(format!("{cell} do not name {missing:?}"));
        }
    }
    let sets = [
        ("not listed", &all - &listed),
        ("listed, but in no group", &listed - &all),
        (
            "differ without a reason",
            &differing - &document.differences,
        ),
        (
            "differ without being listed so",
            &document.differences - &differing,
        ),
    ];
    for (what, rows) in sets {
        if !rows.is_empty() {
            wrong.push(format!("{what}: {:?}", named(rows)));
        }
    }
    for (file, rows) in &files {
        let unknown = named(rows.difference(&all).copied());
        if !unknown.is_empty() {
            wrong.push(format!("{file} names {unknown:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rows_are_read() {
    let expected = [(3, 1), (3, 2), (3, 3), (12, 7)];
    assert_eq!(rows("/// C3.1-3, C12.7: and C4."), expected.into());
}
