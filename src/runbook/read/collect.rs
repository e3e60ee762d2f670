//! Gathers findings while the whole text is read.

use super::super::diagnostic::{Diagnostic, Lines, Severity};
use std::collections::HashSet;
use std::ops::Range;

/// Most findings that are kept; a file with more is not a runbook.
const MOST: usize = 5_000;

/// A place in the text: bytes from, to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(in crate::runbook) struct At {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl At {
    /// The same as a range.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for At {
    fn from(r: Range<usize>) -> Self {
        Self { start: r.start, end: r.end }
    }
}

/// The findings so far.
#[derive(Debug)]
pub(in crate::runbook) struct Collector {
    list: Vec<Diagnostic>,
    /// Set while the second and later values of a `for_each` are read: what the first value
    /// brought up at the same place is not said again.
    seen: Option<HashSet<(&'static str, usize)>>,
    /// Number of findings before the present group of steps.
    group_from: usize,
    /// Takes what is not kept.
    spare: Diagnostic,
    errors: usize,
    dropped: usize,
    /// Comparisons still allowed for suggestions, so that a file full of typing errors stays fast.
    pub suggestions: usize,
}

impl Collector {
    /// No findings yet.
    pub fn new() -> Self {
        Self {
            list: Vec::new(),
            seen: None,
            group_from: 0,
            spare: Diagnostic::new(Severity::Error, "none", 0..0, ""),
            errors: 0,
            dropped: 0,
            suggestions: 200_000,
        }
    }

    /// Adds an error; what is returned takes help and further places.
    pub fn error(
        &mut self,
        code: &'static str,
        at: At,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.errors += 1;
        self.push(Diagnostic::new(Severity::Error, code, at.range(), message))
    }

    /// Adds a warning; what is returned takes help and further places.
    pub fn warning(
        &mut self,
        code: &'static str,
        at: At,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(Diagnostic::new(Severity::Warning, code, at.range(), message))
    }

    fn push(&mut self, diagnostic: Diagnostic) -> &mut Diagnostic {
        let repeated = self
            .seen
            .as_mut()
            .is_some_and(|seen| !seen.insert((diagnostic.code, diagnostic.start())));
        if repeated || self.list.len() >= MOST {
            self.dropped += usize::from(!repeated);
            self.spare = diagnostic;
            return &mut self.spare;
        }
        self.list.push(diagnostic);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// Turns to the next step. While `repeat` (the second and later steps of a `for_each`), nothing
    /// is said again about a place that the group's earlier steps brought up.
    pub fn turn_to_step(&mut self, repeat: bool) {
        if !repeat {
            self.seen = None;
            self.group_from = self.list.len();
        } else if self.seen.is_none() {
            let first = self.list.get(self.group_from..).unwrap_or_default();
            self.seen = Some(first.iter().map(|d| (d.code, d.start())).collect());
        }
    }

    /// Whether any error was found.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Keeps only the findings that the predicate likes.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// All findings in the order of the text, each with line and column.
    pub fn finish(mut self, text: &str) -> Vec<Diagnostic> {
        let lines = Lines::of(text);
        self.list.sort_by_key(Diagnostic::start);
        let mut said = HashSet::new();
        self.list.retain(|d| said.insert((d.code, d.start(), d.message.clone())));
        for diagnostic in &mut self.list {
            (diagnostic.line, diagnostic.column) = lines.place(diagnostic.start());
        }
        if self.dropped > 0 {
            let end = text.len();
            let message = format!("{} more problems are not listed", self.dropped);
            let mut more = Diagnostic::new(Severity::Error, "too-many-problems", end..end, message);
            more.help("mend those above and check again");
            (more.line, more.column) = lines.place(end);
            self.list.push(more);
        }
        self.list
    }
}
