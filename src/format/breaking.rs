//! Lines that are too wide are broken as rustfmt would: one argument, parameter or element per line.

use super::INDENTATION;
use super::scan::{self, Group, Outline};

/// What rustfmt allows.
const MARGIN: usize = 100;

/// Writes a line, or several if it is too wide. What cannot be broken stays as it is.
pub(super) fn push(text: &str, indentation: usize, out: &mut String) {
    if fits(text, indentation) || !is_breakable(text) {
        push_line(text, indentation, out);
        return;
    }
    let outline = scan::outline(text);
    if is_import(text) {
        push_import(text, &outline, indentation, out);
    } else if let Some(arrow) = arm(text, &outline) {
        push_arm(text, arrow, indentation, out);
    } else if let Some((left, right)) = assignment(text, &outline, indentation) {
        push_line(left, indentation, out);
        push_line(right, indentation + INDENTATION, out);
    } else if let Some(group) = group(text, &outline, indentation) {
        push_group(text, group, indentation, out);
    } else {
        push_line(text, indentation, out);
    }
}

fn push_line(text: &str, indentation: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    let mut missing = indentation;
    while missing > 0 {
        let spaces = missing.min(SPACES.len());
        out.push_str(&SPACES[..spaces]);
        missing -= spaces;
    }
    out.push_str(text);
    out.push('\n');
}

fn fits(text: &str, indentation: usize) -> bool {
    let room = MARGIN.saturating_sub(indentation);
    text.len() <= room || (text.len() <= room * 4 && text.chars().count() <= room)
}

/// Comments and attributes stay as they are, and so do lines with a string of several lines.
fn is_breakable(text: &str) -> bool {
    !scan::is_before_item(text) && !text.starts_with("#!") && !text.contains('\n')
}

fn is_import(text: &str) -> bool {
    text.starts_with("use ") || text.starts_with("pub use ")
}

/// Fills the lines between the braces.
fn push_import(text: &str, outline: &Outline, indentation: usize, out: &mut String) {
    let Some(group) = outline.groups.last() else {
        return push_line(text, indentation, out);
    };
    push_line(&text[..=group.open], indentation, out);
    let mut line = String::new();
    for name in elements(text, *group) {
        if !line.is_empty() && !fits(&format!("{line} {name},"), indentation + INDENTATION) {
            push_line(&line, indentation + INDENTATION, out);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(name);
        line.push(',');
    }
    push_line(&line, indentation + INDENTATION, out);
    push_line(&text[group.close..], indentation, out);
}

/// The place of the arrow, if `text` is a whole arm of a match.
fn arm(text: &str, outline: &Outline) -> Option<usize> {
    outline.arrow.filter(|_| text.ends_with(','))
}

/// Puts the arm's expression into a block.
fn push_arm(text: &str, arrow: usize, indentation: usize, out: &mut String) {
    push_line(&format!("{}=> {{", &text[..arrow]), indentation, out);
    let expression = text[arrow + 2..].trim_start().trim_end_matches(',');
    push(expression, indentation + INDENTATION, out);
    push_line("}", indentation, out);
}

/// What stands to the left and right of ` = `, if each fits into a line.
fn assignment<'a>(
    text: &'a str,
    outline: &Outline,
    indentation: usize,
) -> Option<(&'a str, &'a str)> {
    let (left, right) = text.split_at(outline.assignment? + 1);
    let right = right.trim_start();
    (fits(left, indentation) && fits(right, indentation + INDENTATION)).then_some((left, right))
}

/// The brackets to break at: a function's parameters, or else the last ones that the line can reach, round and square ones
/// before those of generics.
fn group(text: &str, outline: &Outline, indentation: usize) -> Option<Group> {
    let is_round = |group: &&Group| matches!(group.bracket, b'(' | b'[') && !group.is_empty();
    if is_function(text) {
        return outline.groups.iter().find(is_round).copied();
    }
    let reached = |group: &&Group| fits(&text[..=group.open], indentation);
    let groups = || outline.groups.iter().rev();
    groups()
        .find(|group| is_round(group) && reached(group))
        .or_else(|| groups().find(|group| group.bracket == b'<' && reached(group)))
        .copied()
}

fn is_function(text: &str) -> bool {
    let item = text.strip_prefix("pub ").unwrap_or(text);
    item.starts_with("fn ") || item.starts_with("async fn ")
}

fn push_group(text: &str, group: Group, indentation: usize, out: &mut String) {
    let head = &text[..=group.open];
    push_line(head, indentation, out);
    let mut elements = elements(text, group).peekable();
    // The runtime's macros take no comma at the end.
    let is_macro = head.ends_with("!(");
    while let Some(element) = elements.next() {
        if is_macro && elements.peek().is_none() {
            push(element, indentation + INDENTATION, out);
        } else {
            push(&format!("{element},"), indentation + INDENTATION, out);
        }
    }
    push_line(&text[group.close..], indentation, out);
}

/// What stands between the commas of a group.
fn elements(text: &str, group: Group) -> impl Iterator<Item = &str> {
    let inside = &text[group.open + 1..group.close];
    let mut begin = 0;
    let commas = scan::outline(inside).commas;
    commas
        .into_iter()
        .chain([inside.len()])
        .map(move |end| {
            let element = inside[begin..end].trim();
            begin = end + 1;
            element
        })
        .filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use super::push;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut out = String::new();
        push(text, 0, &mut out);
        assert_eq!(out, expected);
        assert!(out.lines().all(|line| line.len() <= 100), "{out}");
    }

    #[test]
    fn a_line_that_fits_stays() {
        check("f(a, b);", "f(a, b);\n");
    }

    #[test]
    fn parameters_stand_in_lines_of_their_own() {
        let value =
            "value: impl IntoIterator<Item = (impl Into<String>, another::module::Message)>";
        check(
            &format!("pub fn with_counts(mut self, {value}) -> Self {{"),
            &format!("pub fn with_counts(\n    mut self,\n    {value},\n) -> Self {{\n"),
        );
    }

    #[test]
    fn an_arm_gets_a_block_and_its_call_is_broken_if_need_be() {
        let ty = "rt::Message<super::super::super::a::package::messages_pb2::Message>";
        check(
            &format!("10 => d.map::<rt::Str, {ty}, _>(10, &mut self.values),"),
            &format!(
                "10 => {{\n    d.map::<rt::Str, {ty}, _>(\n        10,\n        &mut self.values,\n    )\n}}\n"
            ),
        );
    }

    #[test]
    fn macros_get_no_comma_at_the_end_and_lists_are_broken_after_arguments() {
        let names: Vec<_> = (0..10).map(|n| format!("\"VALUE_{n}\" = {n}")).collect();
        check(
            &format!("rt::impl_enum!(E, \"a.E\", open, [{}]);", names.join(", ")),
            &format!(
                "rt::impl_enum!(\n    E,\n    \"a.E\",\n    open,\n    [\n        {},\n    ]\n);\n",
                names.join(",\n        ")
            ),
        );
    }

    #[test]
    fn what_is_assigned_moves_to_the_next_line_when_its_call_is_out_of_reach() {
        let ty = "rt::Extension<super::message_pb2::Extended, rt::Repeated<rt::Str>>";
        check(
            &format!(
                "pub const A_LONG_NAME: {ty} = rt::Extension::new(|| &super::DESCRIPTOR, \"a\", 1);"
            ),
            &format!(
                "pub const A_LONG_NAME: {ty} =\n    rt::Extension::new(|| &super::DESCRIPTOR, \"a\", 1);\n"
            ),
        );
    }

    #[test]
    fn imports_are_filled() {
        let names: Vec<_> = (0..12).map(|n| format!("Message{n:03}")).collect();
        check(
            &format!("use super::a_pb2::{{{}}};", names.join(", ")),
            &format!(
                "use super::a_pb2::{{\n    {},\n    {},\n}};\n",
                names[..8].join(", "),
                names[8..].join(", ")
            ),
        );
    }
}
