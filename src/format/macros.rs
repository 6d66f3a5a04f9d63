//! Calls of the runtime's macros, which `prettyplease` would fill like text.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

/// `prettyplease`'s margin.
const MARGIN: usize = 89;

/// Prints `name!(a, b, [c, d]);` on one line, else one argument per line, else one element of lists per line.
pub(super) fn push_call(call: &syn::Macro, depth: usize, out: &mut String) {
    let indentation = " ".repeat(depth * 4);
    let name = text(call.path.to_token_stream());
    let arguments = split(call.tokens.clone());
    let flat: Vec<String> = arguments.iter().cloned().map(text).collect();
    let line = format!("{indentation}{name}!({});", flat.join(", "));
    if line.len() <= MARGIN {
        out.push_str(&line);
        out.push('\n');
        return;
    }
    out.push_str(&format!("{indentation}{name}!(\n"));
    let last = arguments.len().saturating_sub(1);
    for (index, (argument, flat)) in arguments.into_iter().zip(flat).enumerate() {
        // The runtime's macros take no comma at the end.
        let comma = if index == last { "" } else { "," };
        let line = format!("{indentation}    {flat}{comma}\n");
        match list(argument) {
            Some(elements) if line.len() > MARGIN => {
                out.push_str(&format!("{indentation}    [\n"));
                for element in elements {
                    out.push_str(&format!("{indentation}        {},\n", text(element)));
                }
                out.push_str(&format!("{indentation}    ]{comma}\n"));
            }
            _ => out.push_str(&line),
        }
    }
    out.push_str(&format!("{indentation});\n"));
}

/// The elements, if `tokens` are one `[…]`.
fn list(tokens: TokenStream) -> Option<Vec<TokenStream>> {
    let mut tokens = tokens.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Bracket => {
            Some(split(group.stream()))
        }
        _ => None,
    }
}

/// The parts between commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            token => parts
                .last_mut()
                .unwrap_or(&mut TokenStream::new())
                .extend([token]),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Tokens with the spaces a person would put.
fn text(tokens: TokenStream) -> String {
    if let Some(elements) = list(tokens.clone()) {
        let elements: Vec<String> = elements.into_iter().map(text).collect();
        return format!("[{}]", elements.join(", "));
    }
    let mut out = String::new();
    for token in tokens {
        let token = token.to_string();
        let glued = matches!(token.as_str(), ":") || out.ends_with([':', '-']) || out.is_empty();
        if !glued {
            out.push(' ');
        }
        out.push_str(&token);
    }
    out
}
