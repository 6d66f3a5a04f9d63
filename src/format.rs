//! Rendered code as a person would lay it out: indented, with blank lines between items, and broken where it is wider than
//! a line.
//!
//! Templates write each statement, signature and item's first line as one line, however wide. So this module needs to know as
//! much of Rust as they use, which is brackets, strings and comments, and nothing is parsed: parsing and printing through a
//! syntax tree took nine tenths of a run.

mod blank_lines;
mod breaking;
mod scan;

use blank_lines::{Block, Class};

use crate::render::{Source, Text};
use crate::response::GeneratedFile;

/// The file with its final text.
pub(crate) fn format(source: Source) -> GeneratedFile {
    let (content, is_starter) = match source.text {
        Text::Generated { header, code } => (layout(&header, &code), false),
        Text::Starter(text) => (text, true),
    };
    GeneratedFile {
        path: source.path,
        content,
        is_starter,
    }
}

const INDENTATION: usize = 4;

fn layout(header: &[String], code: &str) -> String {
    let mut out = String::with_capacity(code.len() + code.len() / 4);
    for line in header {
        out.push_str("// ");
        out.push_str(line);
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    let begin = out.len();
    let mut layout = Layout {
        out,
        blocks: vec![Block::file()],
        before: Vec::new(),
    };
    for line in scan::lines(code) {
        layout.push(line);
    }
    debug_assert!(
        is_same(code, &layout.out[begin..]),
        "layout has changed the code:\n{code}\n{}",
        layout.out
    );
    layout.out
}

/// Whether two texts are the same code, but for what layout may add: white space, commas, and the braces of an arm.
fn is_same(one: &str, other: &str) -> bool {
    let code =
        |text| str::chars(text).filter(|c| !c.is_whitespace() && !matches!(c, ',' | '{' | '}'));
    code(one).eq(code(other))
}

struct Layout<'a> {
    out: String,
    /// The brackets that are open, outermost first.
    blocks: Vec<Block>,
    /// Comments and attributes of the item that comes next.
    before: Vec<&'a str>,
}

impl<'a> Layout<'a> {
    fn push(&mut self, line: scan::Line<'a>) {
        let text = line.text;
        let mut indentation = self.inside().indentation;
        for _ in 0..line.closes {
            if self.blocks.len() > 1 {
                indentation = self.inside().opened_at;
                self.blocks.pop();
            }
        }
        if line.closes == 0 && self.inside().holds_items {
            if scan::is_before_item(text) {
                self.before.push(text);
                return;
            }
            self.begin_item(text);
        }
        if text.starts_with('.') {
            indentation += INDENTATION;
        }
        breaking::push(text, indentation, &mut self.out);
        for _ in 0..line.opens {
            self.blocks.push(Block::opened_by(text, indentation));
        }
    }

    /// Writes what stands before an item, and the blank line that parts it from the last one.
    fn begin_item(&mut self, text: &str) {
        let has_docs = self.before.iter().any(|line| line.starts_with("///"));
        let block = self.blocks.last_mut().unwrap_or_else(|| unreachable!());
        if block.parts(Class::of(text, has_docs)) {
            self.out.push('\n');
        }
        let indentation = block.indentation;
        for line in self.before.drain(..) {
            breaking::push(line, indentation, &mut self.out);
        }
    }

    fn inside(&self) -> &Block {
        self.blocks.last().unwrap_or_else(|| unreachable!())
    }
}

#[cfg(test)]
mod tests {
    use super::layout;

    #[track_caller]
    fn check(code: &str, expected: &str) {
        assert_eq!(layout(&[], code), expected);
    }

    #[test]
    fn items_are_indented_and_parted() {
        check(
            "#![allow(x)]\nuse a;\nuse b;\nmod m {\nconst A: u8 = 1;\nconst B: u8 = 2;\n\n/// C\nconst C: u8 = 3;\nfn f() {\n\ng();\n}\nfn h() {}\n}",
            "\n#![allow(x)]\n\nuse a;\nuse b;\n\nmod m {\n    const A: u8 = 1;\n    const B: u8 = 2;\n\n    /// C\n    const C: u8 = 3;\n\n    fn f() {\n        g();\n    }\n\n    fn h() {}\n}\n",
        );
    }

    #[test]
    fn chains_and_strings_of_several_lines_keep_their_lines() {
        check(
            "fn f() {\na()\n.b(\nc,\n)\n.d();\nlet s = b\"one {\\\n  two\";\n}",
            "\nfn f() {\n    a()\n        .b(\n            c,\n        )\n        .d();\n    let s = b\"one {\\\n  two\";\n}\n",
        );
    }
}
