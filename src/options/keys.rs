//! The known keys, what their values may be, and what to say about the others.

use std::str::FromStr;

use syn::parse::Parser;

use super::{Entry, ExternPath, ModFile, Optimize, Options, Patterns, package, reference};
use crate::nearest::nearest;

/// Stores one `key=value`, or says what is wrong with it.
pub(super) fn apply(
    options: &mut Options,
    given: &mut package::Given,
    entry: &Entry,
) -> Result<(), String> {
    let key = entry.key.as_str();
    let value = entry.value.as_deref();
    match key {
        "extern_path" => options.extern_paths.push(extern_path(key, value)?),
        "bytes" => options.bytes.add(path(key, value)?, ()),
        "btree_map" => options.btree_map.add(path(key, value)?, ()),
        "boxed" => options.boxed.add(path(key, value)?, ()),
        "type_attribute" => attribute(&mut options.type_attributes, key, value)?,
        "field_attribute" => attribute(&mut options.field_attributes, key, value)?,
        "enum_attribute" => attribute(&mut options.enum_attributes, key, value)?,
        "optimize" => optimize(&mut options.optimize, key, value)?,
        "unknown_fields" => {
            options.keep_unknown_fields =
                one_of(key, value, &[("preserve", true), ("drop", false)])?;
        }
        "non_exhaustive" => options.non_exhaustive = flag(key, value)?,
        "messages" => options.messages = flag(key, value)?,
        "services" => options.services = flag(key, value)?,
        "stubs" => options.stubs = flag(key, value)?,
        "servicers" => options.servicers = flag(key, value)?,
        "strict_servicers" => options.strict_servicers = flag(key, value)?,
        "compile_well_known_types" => options.compile_well_known_types = flag(key, value)?,
        "mod_file" => {
            let files = [
                ("mod.rs", ModFile::Mod),
                ("lib.rs", ModFile::Lib),
                ("none", ModFile::None),
            ];
            options.mod_file = one_of(key, value, &files)?;
            given.mod_file = Some(options.mod_file);
        }
        "runtime_path" => options.runtime_path = rust_path(key, required(key, value)?)?,
        "crate" => given.name = Some(package::name(key, required(key, value)?)?),
        "starter" => given.starter = flag(key, value)?,
        "runtime_dir" => given.runtime_dir = Some(required(key, value)?.to_owned()),
        "config" => {
            return Err(format!(
                "parameter `{key}`: files are read by the program `protoc-gen-rustgrpc` and by build scripts, \
                 and only from the command line's parameters"
            ));
        }
        _ => return Err(unknown(key)),
    }
    Ok(())
}

fn unknown(key: &str) -> String {
    match nearest(key, reference::keys()) {
        Some(known) => format!("unknown parameter `{key}`, did you mean `{known}`?"),
        None => {
            let known: Vec<_> = reference::keys().collect();
            format!("unknown parameter `{key}`; known are {}", known.join(", "))
        }
    }
}

fn required<'a>(key: &str, value: Option<&'a str>) -> Result<&'a str, String> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("parameter `{key}` needs a value: `{key}=…`"))
}

fn flag(key: &str, value: Option<&str>) -> Result<bool, String> {
    if value.is_none() {
        return Ok(true);
    }
    one_of(key, value, &[("true", true), ("false", false)])
}

fn one_of<T: Copy>(key: &str, value: Option<&str>, choices: &[(&str, T)]) -> Result<T, String> {
    let value = required(key, value)?;
    choices
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, choice)| *choice)
        .ok_or_else(|| {
            let names: Vec<_> = choices
                .iter()
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            format!(
                "parameter `{key}` is `{value}`, but can only be {}",
                names.join(" or ")
            )
        })
}

/// A protobuf path as prost's options take it.
fn path(key: &str, value: Option<&str>) -> Result<String, String> {
    let value = required(key, value)?;
    let legal = |part: &str| {
        part.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
            && !part.starts_with(|c: char| c.is_ascii_digit())
            && !part.is_empty()
    };
    let names = value.strip_prefix('.').unwrap_or(value);
    if value == "." || names.split('.').all(legal) {
        Ok(value.to_owned())
    } else {
        Err(format!(
            "parameter `{key}`: `{value}` is no protobuf path such as `.package.Message`"
        ))
    }
}

fn extern_path(key: &str, value: Option<&str>) -> Result<ExternPath, String> {
    let value = required(key, value)?;
    let (proto, rust) = value.split_once('=').ok_or_else(|| {
        format!("parameter `{key}`: `{value}` has not the form `.package=::rust::path`")
    })?;
    let proto = match proto {
        file if file.ends_with(".proto") => file.to_owned(),
        dotted if dotted.starts_with('.') => path(key, Some(dotted))?,
        _ => {
            return Err(format!(
                "parameter `{key}`: `{proto}` is neither `.package.Type` with its leading dot nor a `.proto` file"
            ));
        }
    };
    Ok(ExternPath {
        proto,
        rust: rust_path(key, rust)?,
    })
}

fn rust_path(key: &str, text: &str) -> Result<String, String> {
    syn::parse_str::<syn::Path>(text)
        .map(|_| text.to_owned())
        .map_err(|error| {
            format!("parameter `{key}`: `{text}` is no Rust path such as `::shop::protos`: {error}")
        })
}

fn optimize(
    patterns: &mut Patterns<Optimize>,
    key: &str,
    value: Option<&str>,
) -> Result<(), String> {
    let value = required(key, value)?;
    let (pattern, goal) = value.split_once('=').ok_or_else(|| {
        format!("parameter `{key}`: `{value}` has not the form `.package.Message=code_size`")
    })?;
    let goals = [
        ("speed", Optimize::Speed),
        ("code_size", Optimize::CodeSize),
    ];
    let goal = one_of(key, Some(goal), &goals)?;
    patterns.add(path(key, Some(pattern))?, goal);
    Ok(())
}

fn attribute(
    attributes: &mut Patterns<String>,
    key: &str,
    value: Option<&str>,
) -> Result<(), String> {
    let value = required(key, value)?;
    let (pattern, text) = value.split_once('=').ok_or_else(|| {
        format!("parameter `{key}`: `{value}` has not the form `.package.Message=#[attribute]`")
    })?;
    let parsed = proc_macro2::TokenStream::from_str(text)
        .map_err(|error| error.to_string())
        .and_then(|tokens| {
            syn::Attribute::parse_outer
                .parse2(tokens)
                .map_err(|error| error.to_string())
        });
    match parsed {
        Ok(found) if !found.is_empty() => {}
        Ok(_) => {
            return Err(format!(
                "parameter `{key}`: `{text}` is no attribute such as `#[must_use]`"
            ));
        }
        Err(error) => {
            return Err(format!(
                "parameter `{key}`: `{text}` is no attribute such as `#[must_use]`: {error}"
            ));
        }
    }
    attributes.add(path(key, Some(pattern))?, text.to_owned());
    Ok(())
}
