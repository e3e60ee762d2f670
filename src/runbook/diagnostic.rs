//! What is wrong with a runbook: one finding, with the places in the text it is about.

use std::ops::Range;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The runbook cannot be run.
    Error,
    /// It can, but somebody should look.
    Warning,
}

/// A place in the text, and what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// A few words; may be empty.
    pub text: String,
    /// Whether this is the place where to mend it.
    pub primary: bool,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// Stable name, kebab-case.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Where; the primary place first.
    pub spans: Vec<Label>,
    /// Line of the primary place, from 1.
    pub line: usize,
    /// Column of the primary place in characters, from 1.
    pub column: usize,
}

impl Diagnostic {
    /// A finding at one place; line and column are filled in by [`Lines::place`].
    pub fn new(
        severity: Severity,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let label = Label { span, text: String::new(), primary: true };
        Self {
            severity,
            code,
            message: message.into(),
            help: None,
            spans: vec![label],
            line: 1,
            column: 1,
        }
    }

    /// Says how to mend it.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// Writes a few words beside the primary place.
    pub fn here(&mut self, text: impl Into<String>) -> &mut Self {
        if let Some(label) = self.spans.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Points at a second place.
    pub fn also(&mut self, span: Range<usize>, text: impl Into<String>) -> &mut Self {
        self.spans.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// First byte of the primary place.
    pub fn start(&self) -> usize {
        self.spans.first().map_or(0, |l| l.span.start)
    }
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    pub fn of(text: &'a str) -> Self {
        let starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// Line and column (in characters) of a byte, both from 1.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|&s| s <= byte).max(1);
        let start = self.start_of(line);
        let column = self.text.get(start..byte).map_or(byte - start, |s| s.chars().count());
        (line, column + 1)
    }

    /// First byte of a line (from 1); the end of the text past the last one.
    pub fn start_of(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// The number of lines.
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}
