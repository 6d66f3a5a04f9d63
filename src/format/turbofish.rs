//! Calls with explicit types that are wider than a line: `prettyplease` breaks between the types, people break
//! between the arguments.

/// What rustfmt allows.
const MARGIN: usize = 100;

/// Joins types that were broken over lines, and breaks the arguments instead if need be.
pub(super) fn join(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let Some(call) = line.strip_suffix("::<\n").filter(|call| !is_comment(call)) else {
            out.push_str(line);
            continue;
        };
        let indentation = &call[..call.len() - call.trim_start().len()];
        let closing = format!("{indentation}    >(");
        let mut types = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with(&closing)) {
            types.push(line.trim());
        }
        let Some(arguments) = lines.next() else {
            continue;
        };
        let types = types.join(" ");
        let call = format!("{call}::<{}>", types.trim_end_matches(','));
        push_call(
            &call,
            arguments.trim_start().trim_start_matches(">("),
            indentation,
            &mut out,
        );
    }
    out
}

/// `rest` is what stands behind the opening parenthesis.
fn push_call(call: &str, rest: &str, indentation: &str, out: &mut String) {
    let joined = format!("{call}({rest}");
    let arguments = rest
        .trim_end()
        .strip_suffix(')')
        .filter(|list| is_flat(list));
    match arguments {
        Some(arguments) if joined.trim_end().len() > MARGIN => {
            out.push_str(&format!("{call}(\n"));
            for argument in arguments.split(", ") {
                out.push_str(&format!("{indentation}    {argument},\n"));
            }
            out.push_str(&format!("{indentation})\n"));
        }
        _ => out.push_str(&joined),
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Whether every comma is between arguments.
fn is_flat(arguments: &str) -> bool {
    arguments.split(", ").all(|argument| {
        argument.matches('(').count() == argument.matches(')').count() && !argument.contains('"')
    })
}
