//! Findings as people and as programs read them.

use super::diagnostic::{Diagnostic, Label, Lines, Severity};
use super::text::{visible, visible_lines};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use std::ops::Range;

/// Excerpts longer than this, in bytes, are not shown: nobody reads a line of a megabyte, and a
/// thousand findings in one would take minutes to draw.
const WIDEST: usize = 8 * 1024;

/// Places of one finding that are at most this many lines apart are shown in one excerpt.
const NEAR: usize = 12;

/// The findings the way rustc shows its own: each with its code, the lines it is about underlined,
/// and help. Text from the file is made visible, never obeyed.
pub fn render(file: &str, text: &str, diagnostics: &[Diagnostic], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let lines = Lines::of(text);
    let file = visible(file);
    let mut shown = String::new();
    for diagnostic in diagnostics {
        shown.push_str(&one(&renderer, &file, text, &lines, diagnostic));
        shown.push_str("\n\n");
    }
    shown
}

fn one(renderer: &Renderer, file: &str, text: &str, lines: &Lines<'_>, d: &Diagnostic) -> String {
    let level = match d.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(visible(&d.message).into_owned()).id(d.code);
    let mut elements: Vec<Element<'_>> = Vec::new();
    let clusters = clusters(lines, &d.spans);
    if text.is_empty() {
        elements.push(Origin::path(file.to_owned()).into());
    } else if clusters.iter().any(|c| c.bytes(lines) > WIDEST) {
        let place = Origin::path(file.to_owned()).line(d.line).char_column(d.column);
        elements.push(place.into());
    } else {
        elements.extend(clusters.into_iter().map(|c| excerpt(file, text, lines, c).into()));
    }
    if let Some(help) = &d.help {
        elements.push(Level::HELP.message(visible_lines(help).into_owned()).into());
    }
    renderer.render(&[title.elements(elements)])
}

/// Places that go into one excerpt, the primary place's first.
struct Cluster<'d> {
    /// First and last line, from 1.
    first: usize,
    last: usize,
    labels: Vec<&'d Label>,
}

impl Cluster<'_> {
    /// How long its lines are.
    fn bytes(&self, lines: &Lines<'_>) -> usize {
        lines.start_of(self.last + 1).saturating_sub(lines.start_of(self.first))
    }
}

fn clusters<'d>(lines: &Lines<'_>, labels: &'d [Label]) -> Vec<Cluster<'d>> {
    let mut all: Vec<Cluster<'d>> = Vec::new();
    for label in labels {
        let first = lines.place(label.span.start).0;
        // A long place is shown by its beginning.
        let last = lines.place(label.span.end).0.min(first + NEAR);
        let near = all.iter_mut().find(|c| first <= c.last + NEAR && c.first <= last + NEAR);
        match near {
            Some(cluster) => {
                cluster.first = cluster.first.min(first);
                cluster.last = cluster.last.max(last);
                cluster.labels.push(label);
            }
            None => all.push(Cluster { first, last, labels: vec![label] }),
        }
    }
    all
}

fn excerpt<'a>(
    file: &str,
    text: &str,
    lines: &Lines<'_>,
    cluster: Cluster<'_>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let (from, to) = (lines.start_of(cluster.first), lines.start_of(cluster.last + 1));
    let raw = text.get(from..to).unwrap_or_default().trim_end_matches(['\n', '\r']);
    let annotations = cluster.labels.into_iter().map(|label| {
        let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let words = (!label.text.is_empty()).then(|| visible(&label.text).into_owned());
        kind.span(moved(raw, from, &label.span)).label(words)
    });
    Snippet::source(visible_lines(raw).into_owned())
        .line_start(cluster.first)
        .path(file.to_owned())
        .annotations(annotations.collect::<Vec<_>>())
}

/// A place in the text as a place in the visible form of the excerpt that begins at `from`.
fn moved(raw: &str, from: usize, span: &Range<usize>) -> Range<usize> {
    let inside = |byte: usize| {
        let mut byte = byte.saturating_sub(from).min(raw.len());
        while !raw.is_char_boundary(byte) {
            byte -= 1;
        }
        visible_lines(&raw[..byte]).len()
    };
    let (start, end) = (inside(span.start), inside(span.end));
    // A table as a whole is marked by its first line.
    start..end.max(start)
}

/// One finding as `golive check --json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// Error or warning.
    pub severity: Severity,
    /// Stable name.
    pub code: &'a str,
    /// What is wrong.
    pub message: &'a str,
    /// How to mend it; absent when there is nothing to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<&'a str>,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// The findings of one file as data, for JSON.
pub fn findings<'a>(file: &'a str, diagnostics: &'a [Diagnostic]) -> Vec<Finding<'a>> {
    let one = |d: &'a Diagnostic| Finding {
        file,
        severity: d.severity,
        code: d.code,
        message: &d.message,
        help: d.help.as_deref(),
        line: d.line,
        column: d.column,
    };
    diagnostics.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::read;

    #[test]
    fn a_finding_looks_as_rustc_shows_it() {
        let text = "[release]\ntitle = \"x\"\n\n[[phases]]\ntitle = \"P\"\nsteps = [\n  { title = \"Freeze\", duration = \"5m\", ownr = \"bo\" },\n]\n";
        insta::assert_snapshot!(render("plan.toml", text, &read(text).diagnostics, false), @r#"
        error[unknown-key]: unknown key `ownr` in a step
         --> plan.toml:7:40
          |
        7 |   { title = "Freeze", duration = "5m", ownr = "bo" },
          |                                        ^^^^ not known here
          |
          = help: did you mean `owner`?
        "#);
    }

    #[test]
    fn hostile_text_is_shown_and_underlined_in_the_right_place() {
        let text = "[release]\ntitle = \"x\"\n\"o\u{202e}k\u{200b}\" = 1\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"a\", duration = \"1m\" }]\n";
        let shown = render("pl\u{1b}[2Jan.toml", text, &read(text).diagnostics, false);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{shown}");
        assert!(shown.contains("pl␛[2Jan.toml:3:1"), "{shown}");
        assert!(shown.contains("3 | \"o\u{fffd}k\u{fffd}\" = 1\n  | ^^^^^^"), "{shown}");
    }

    #[test]
    fn places_far_apart_are_two_excerpts() {
        let gap = "# nothing\n".repeat(500);
        let text = format!(
            "[release]\ntitle = \"x\"\n[[phases]]\ntitle = \"P\"\n[[phases.steps]]\nid = \"a\"\ntitle = \"A\"\nduration = \"1m\"\n{gap}[[phases.steps]]\nid = \"a\"\ntitle = \"B\"\nduration = \"1m\"\n"
        );
        let shown = render("plan.toml", &text, &read(&text).diagnostics, false);
        assert!(shown.contains("--> plan.toml:510:6"), "{shown}");
        assert!(shown.contains("first here"), "{shown}");
        assert!(shown.lines().count() < 20, "{shown}");
    }

    #[test]
    fn of_lines_that_nobody_reads_only_the_place_is_told() {
        let text = format!("[release]\ntitle = \"{}{{{{ nope }}}}\"\n", "x".repeat(WIDEST));
        let shown = render("plan.toml", &text, &read(&text).diagnostics, false);
        assert!(shown.contains(&format!("--> plan.toml:2:{}", WIDEST + 10)), "{shown}");
        assert!(shown.contains("= help") && shown.len() < 1_000, "{shown}");
    }

    #[test]
    fn windows_line_ends_and_an_empty_text_are_fine() {
        let text = "[release]\r\ntitle = 1\r\n";
        let shown = render("plan.toml", text, &read(text).diagnostics, true);
        assert!(shown.contains("title = 1"), "{shown}");
        assert!(
            render("plan.toml", "", &read("").diagnostics, false).contains("this file is empty")
        );
    }

    #[test]
    fn the_data_has_the_stable_names() {
        let diagnostics = read("[release]\ntitl = \"x\"\n").diagnostics;
        let json = serde_json::to_value(findings("a.toml", &diagnostics)).expect("JSON");
        let first = &json[1];
        assert_eq!(first["file"], "a.toml");
        assert_eq!(first["severity"], "error");
        assert_eq!(first["code"], "missing-key");
        for key in ["message", "help", "line", "column"] {
            assert!(first.get(key).is_some(), "{key}");
        }
    }
}
