//! The module tree: which module and file a `.proto` becomes, and relative paths between modules.

use crate::names;

/// The module of messages for `file`, from the root of the output: `demo/hello-world.proto` is `demo::hello_world_pb2`.
pub(crate) fn message_module(file: &str) -> Vec<String> {
    module(file, "_pb2")
}

/// The module of services for `file`.
pub(crate) fn service_module(file: &str) -> Vec<String> {
    module(file, "_pb2_grpc")
}

/// The file of a module.
pub(crate) fn source_file(module: &[String]) -> String {
    format!("{}.rs", module.join("/"))
}

/// How `target` is written inside `from`; both count from the root of the output.
pub(crate) fn relative(from: &[String], target: &[String]) -> String {
    let shared = from.iter().zip(target).take_while(|(a, b)| a == b).count();
    // A path ends in a name, so a module is never reached as its own member.
    let shared = shared.min(target.len().saturating_sub(1));
    let ups = std::iter::repeat_n("super", from.len() - shared);
    let downs = target[shared..].iter().map(String::as_str);
    join(ups.chain(downs))
}

/// `a::r#type` for the parts `a` and `type`.
pub(crate) fn join<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts
        .into_iter()
        .map(|part| {
            if part == "super" {
                part.to_owned()
            } else {
                names::escape(part)
            }
        })
        .collect::<Vec<_>>()
        .join("::")
}

/// As in Python: `-` becomes `_`, and dots in names become folders.
fn module(file: &str, suffix: &str) -> Vec<String> {
    let stem = file.strip_suffix(".proto").unwrap_or(file);
    let mut parts: Vec<String> = stem
        .split(['/', '\\', '.'])
        .filter(|part| !part.is_empty())
        .map(identifier)
        .collect();
    let base = parts.pop().unwrap_or_default();
    for folder in &mut parts {
        let escaped = names::escape(folder);
        // What cannot be a raw identifier has another name in the file system too.
        if !escaped.starts_with("r#") {
            *folder = escaped;
        }
    }
    parts.push(base + suffix);
    parts
}

fn identifier(part: &str) -> String {
    let clean: String = part
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    names::not_a_number(&clean)
}
