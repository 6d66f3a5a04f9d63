//! How far a run is, on a terminal: one line that is drawn over, and a summary at the end. Elsewhere, silence.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::compiler::{Counts, Step, Work};

/// Drawing each of thousands of files would take longer than some of them.
const BETWEEN_DRAWINGS: Duration = Duration::from_millis(50);
/// A longer line would wrap, and what has wrapped cannot be drawn over.
const COLUMNS: usize = 79;

/// The line, and when it was drawn.
pub(super) struct Progress<'a> {
    messages: &'a mut dyn Write,
    is_seen: bool,
    began: Instant,
    drawn: Option<Drawn>,
}

struct Drawn {
    at: Instant,
    work: Work,
    width: usize,
}

impl<'a> Progress<'a> {
    pub(super) fn new(messages: &'a mut dyn Write, is_seen: bool) -> Self {
        Self {
            messages,
            is_seen,
            began: Instant::now(),
            drawn: None,
        }
    }

    /// Draws what is about to be done.
    pub(super) fn step(&mut self, step: Step<'_>) {
        let is_soon =
            |drawn: &Drawn| drawn.work == step.work && drawn.at.elapsed() < BETWEEN_DRAWINGS;
        if !self.is_seen || self.drawn.as_ref().is_some_and(is_soon) {
            return;
        }
        let verb = match step.work {
            Work::Compile => "Compiling",
            Work::Generate => "Generating",
        };
        let line = format!("{verb} {}/{}: {}", step.number, step.total, step.file);
        let line: String = line.chars().take(COLUMNS).collect();
        self.draw(&line);
        self.drawn = Some(Drawn {
            at: Instant::now(),
            work: step.work,
            width: line.chars().count(),
        });
    }

    /// Makes the line empty again.
    pub(super) fn clear(&mut self) {
        if self.drawn.is_some() {
            self.draw("");
            self.write("\r");
            self.drawn = None;
        }
    }

    /// Says something that is no progress, wherever the messages go.
    pub(super) fn notice(&mut self, text: &str) {
        self.clear();
        self.write(&format!("{text}\n"));
    }

    /// Says what was done, and how much of it.
    pub(super) fn summary(&mut self, counts: Counts, outcome: &str) {
        self.clear();
        if self.is_seen {
            let seconds = self.began.elapsed().as_secs_f64();
            let text = format!(
                "{}, {}, {}; {outcome}; {seconds:.2} s\n",
                counted(counts.files, "file"),
                counted(counts.messages, "message"),
                counted(counts.services, "service"),
            );
            self.write(&text);
        }
    }

    /// Draws over what was there, without asking of the terminal more than to return.
    fn draw(&mut self, line: &str) {
        let width = self.drawn.as_ref().map_or(0, |drawn| drawn.width);
        self.write(&format!("\r{line:width$}"));
    }

    /// Nothing depends on its being read.
    fn write(&mut self, text: &str) {
        let _ = self.messages.write_all(text.as_bytes());
        let _ = self.messages.flush();
    }
}

fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Step<'static> = Step {
        work: Work::Compile,
        number: 1,
        total: 2,
        file: "some/where/greet.proto",
    };

    #[test]
    fn a_shorter_line_covers_a_longer_one() {
        let mut seen = Vec::new();
        let mut progress = Progress::new(&mut seen, true);
        progress.step(STEP);
        progress.step(Step {
            work: Work::Generate,
            file: "a.rs",
            ..STEP
        });
        progress.clear();
        progress.summary(
            Counts {
                files: 1,
                messages: 2,
                services: 0,
            },
            "4 written",
        );
        let text = String::from_utf8(seen).unwrap();
        let (drawn, summary) = text.rsplit_once('\r').unwrap();
        let lines: Vec<&str> = drawn.split('\r').skip(1).collect();
        assert_eq!(lines[0], "Compiling 1/2: some/where/greet.proto");
        assert_eq!(lines[1].trim_end(), "Generating 1/2: a.rs");
        assert_eq!(lines[1].len(), lines[0].len());
        assert_eq!(lines[2].trim_end(), "");
        assert!(
            summary.starts_with("1 file, 2 messages, 0 services; 4 written; "),
            "{summary}"
        );
    }

    #[test]
    fn no_line_wraps() {
        let mut seen = Vec::new();
        let file = "ä".repeat(200);
        Progress::new(&mut seen, true).step(Step {
            file: &file,
            ..STEP
        });
        let text = String::from_utf8(seen).unwrap();
        assert_eq!(text.trim_start().chars().count(), COLUMNS);
    }

    #[test]
    fn nobody_hears_it_who_does_not_see_it() {
        let mut seen = Vec::new();
        let mut progress = Progress::new(&mut seen, false);
        progress.step(STEP);
        progress.summary(Counts::default(), "0 written");
        progress.notice("a notice");
        assert_eq!(seen, b"a notice\n");
    }
}
