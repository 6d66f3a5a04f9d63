//! Rendered code as a person would lay it out.
//!
//! `prettyplease` drops `//` comments and puts no blank lines between items: the header is added after printing, and
//! items are printed one by one, each inside as many modules as it stands in, so that line widths are right.

mod macros;
mod turbofish;

use syn::{Attribute, File, ImplItem, Item};

use crate::diagnostics::Diagnostic;
use crate::render::{Source, Text};
use crate::response::GeneratedFile;

/// The file with its final text. That code does not parse is a bug of this plugin, and is reported as one.
pub(crate) fn format(source: Source) -> Result<GeneratedFile, Diagnostic> {
    let (content, is_starter) = match source.text {
        Text::Generated { header, code } => (layout(&source.path, &header, &code)?, false),
        Text::Starter(text) => (text, true),
    };
    Ok(GeneratedFile {
        path: source.path,
        content,
        is_starter,
    })
}

fn layout(path: &str, header: &[String], code: &str) -> Result<String, Diagnostic> {
    let file = syn::parse_file(code).map_err(|error| unparsable(path, code, &error))?;
    let mut out = String::new();
    for line in header {
        out.push_str(format!("// {line}").trim_end());
        out.push('\n');
    }
    if !file.attrs.is_empty() {
        out.push('\n');
        out.push_str(print(file.attrs, Vec::new()).trim_end());
        out.push('\n');
    }
    let shells = Shells::new();
    let mut previous = None;
    for item in file.items {
        let class = Class::of(&item);
        if !class.follows_closely(previous) {
            out.push('\n');
        }
        shells.push_item(item, 0, &mut out);
        previous = Some(class);
    }
    Ok(out)
}

fn unparsable(path: &str, code: &str, error: &syn::Error) -> Diagnostic {
    let mut text = format!("{path}: a bug of protoc-gen-rustgrpc, please report it: {error}\n");
    for (index, line) in code.lines().enumerate() {
        text.push_str(&format!("{:5} {line}\n", index + 1));
    }
    Diagnostic::global(text)
}

/// What decides about blank lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Use,
    /// A constant, and whether it has a comment.
    Const(bool),
    Module,
    Other,
}

impl Class {
    fn of(item: &Item) -> Self {
        match item {
            Item::Use(_) => Self::Use,
            Item::Const(item) => Self::Const(has_docs(&item.attrs)),
            Item::Mod(item) if item.content.is_none() => Self::Module,
            _ => Self::Other,
        }
    }

    fn of_member(item: &ImplItem) -> Self {
        match item {
            ImplItem::Const(item) => Self::Const(has_docs(&item.attrs)),
            _ => Self::Other,
        }
    }

    fn follows_closely(self, previous: Option<Self>) -> bool {
        match self {
            Self::Other | Self::Const(true) => false,
            Self::Const(false) => matches!(previous, Some(Self::Const(_))),
            Self::Use | Self::Module => previous == Some(self),
        }
    }
}

fn has_docs(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|a| matches!(&a.meta, syn::Meta::NameValue(meta) if meta.path.is_ident("doc")))
}

/// Empty items to put others into.
struct Shells {
    module: syn::ItemMod,
    block: syn::ItemImpl,
    definition: syn::ItemTrait,
}

impl Shells {
    fn new() -> Self {
        Self {
            module: syn::parse_quote!(
                mod m {}
            ),
            block: syn::parse_quote!(impl M {}),
            definition: syn::parse_quote!(
                trait M {}
            ),
        }
    }

    fn push_item(&self, item: Item, depth: usize, out: &mut String) {
        match item {
            Item::Mod(mut module) if module.content.is_some() => {
                let content = module.content.as_mut();
                let items = content
                    .map(|(_, items)| std::mem::take(items))
                    .unwrap_or_default();
                let members = items.into_iter().map(|item| (Class::of(&item), item));
                self.push_block(Item::Mod(module), members, depth, out, |item, out| {
                    self.push_item(item, depth + 1, out);
                });
            }
            Item::Impl(mut block) if !block.items.is_empty() => {
                let items = std::mem::take(&mut block.items);
                let members = items
                    .into_iter()
                    .map(|item| (Class::of_member(&item), item));
                self.push_block(Item::Impl(block), members, depth, out, |item, out| {
                    let block = syn::ItemImpl {
                        items: vec![item],
                        ..self.block.clone()
                    };
                    let text = self.unwrapped(Item::Impl(block), depth, 1);
                    out.push_str(&turbofish::join(&text));
                });
            }
            Item::Trait(mut definition) if !definition.items.is_empty() => {
                let items = std::mem::take(&mut definition.items);
                let members = items.into_iter().map(|item| (Class::Other, item));
                self.push_block(Item::Trait(definition), members, depth, out, |item, out| {
                    let items = vec![item];
                    let definition = syn::ItemTrait {
                        items,
                        ..self.definition.clone()
                    };
                    out.push_str(&self.unwrapped(Item::Trait(definition), depth, 1));
                });
            }
            Item::Macro(call) if call.ident.is_none() && call.attrs.is_empty() => {
                macros::push_call(&call.mac, depth, out);
            }
            item => out.push_str(&self.unwrapped(item, depth, 0)),
        }
    }

    /// Prints `empty`, which ends in `{}`, with the members between its braces.
    fn push_block<T>(
        &self,
        empty: Item,
        members: impl Iterator<Item = (Class, T)>,
        depth: usize,
        out: &mut String,
        push: impl Fn(T, &mut String),
    ) {
        let text = self.unwrapped(empty, depth, 0);
        out.push_str(text.trim_end().trim_end_matches('}'));
        out.push('\n');
        let mut first = true;
        let mut previous = None;
        for (class, member) in members {
            if !first && !class.follows_closely(previous) {
                out.push('\n');
            }
            push(member, out);
            (first, previous) = (false, Some(class));
        }
        out.push_str(&" ".repeat(depth * 4));
        out.push_str("}\n");
    }

    /// `item` as it is printed inside `depth` modules, without their lines and without `inner` lines of its own at
    /// each end.
    fn unwrapped(&self, item: Item, depth: usize, inner: usize) -> String {
        let mut wrapped = item;
        for _ in 0..depth {
            let content = Some((syn::token::Brace::default(), vec![wrapped]));
            wrapped = Item::Mod(syn::ItemMod {
                content,
                ..self.module.clone()
            });
        }
        let text = print(Vec::new(), vec![wrapped]);
        let cut = depth + inner;
        if cut == 0 {
            return text;
        }
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines[cut..lines.len() - cut].concat()
    }
}

fn print(attrs: Vec<Attribute>, items: Vec<Item>) -> String {
    prettyplease::unparse(&File {
        shebang: None,
        frontmatter: None,
        attrs,
        items,
    })
}
