//! The report as Markdown that GitHub, GitLab and Confluence take as it is: headings, lists and pipe
//! tables, no HTML. Every text from the run is escaped: it is read as text.

use super::document::{Block, Part, parts};
use super::model::{Gantt, Report, Row};
use super::table::{Cell, Table};
use super::text::{Clock, run_word, shown};
use crate::run::{Mode, Time};
use crate::runbook::visible;
use std::fmt::Write;

/// Columns of the picture's bars.
const PICTURE_WIDTH: i64 = 60;
/// More steps than these are summed up by phase.
const MOST_ROWS: usize = 60;
/// Longest label of the picture, in characters.
const LABEL: usize = 34;

pub(super) fn render(report: &Report) -> String {
    let run = &report.run;
    let clock = Clock::new(&run.timezone);
    let mut out = format!("# {}\n\n", escaped_inline(&one_line(&heading(report))));
    let mode = if run.mode == Mode::Live { "live" } else { "rehearsal" };
    let mut line = format!("Run {}, {mode}, {}", run.id, run_word(run.state));
    if run.held {
        line += ", held";
    }
    let _ = write!(line, ". As of {}. Times are {}.", clock.long(run.as_of), run.timezone);
    let _ = writeln!(out, "{}\n", escaped(&one_line(&line)));
    for part in parts(report) {
        let _ = writeln!(out, "## {}\n", part.section.heading());
        for block in &part.blocks {
            of_block(&mut out, report, &part, block, clock);
        }
    }
    let _ = writeln!(
        out,
        "Chain head {} after {} entries; golive {}.",
        escaped_inline(&report.record.head),
        report.record.entries,
        escaped_inline(&report.golive)
    );
    out
}

fn heading(report: &Report) -> String {
    let kind = if report.run.is_over { "Post implementation review" } else { "Interim report" };
    format!("{kind}: {}", report.run.title)
}

fn of_block(out: &mut String, report: &Report, part: &Part, block: &Block, clock: Clock) {
    let _ = match block {
        Block::Text(text) => writeln!(out, "{}\n", escaped(&shown(text))),
        Block::Warning(text) => writeln!(out, "> **{}**\n", escaped_inline(&one_line(text))),
        Block::Facts(heading, facts) => {
            if !heading.is_empty() {
                let _ = writeln!(out, "### {heading}\n");
            }
            out.push_str("| | |\n|---|---|\n");
            for (label, cell) in facts.iter().filter(|(_, cell)| *cell != Cell::Empty) {
                let _ = writeln!(out, "| {label} | {} |", of_cell(cell, clock));
            }
            writeln!(out)
        }
        Block::List(heading, lines) => {
            let _ = writeln!(out, "### {heading}\n");
            for line in lines {
                let _ = writeln!(out, "- {}", escaped(&one_line(line)));
            }
            writeln!(out)
        }
        Block::Table(table) => {
            if table.caption != part.section.heading() {
                let _ = writeln!(out, "### {}\n", escaped_inline(&one_line(&table.caption)));
            }
            of_table(out, table, clock);
            writeln!(out)
        }
        Block::Picture => {
            if let Some(gantt) = &report.gantt {
                picture(out, gantt, clock);
            }
            Ok(())
        }
    };
}

fn of_table(out: &mut String, table: &Table, clock: Clock) {
    let line = |out: &mut String, cells: &mut dyn Iterator<Item = String>| {
        out.push('|');
        for cell in cells {
            let _ = write!(out, " {cell} |");
        }
        out.push('\n');
    };
    line(out, &mut table.columns.iter().map(|name| (*name).to_owned()));
    out.push('|');
    for n in 0..table.columns.len() {
        out.push_str(if table.is_numeric(n) { "---:|" } else { "---|" });
    }
    out.push('\n');
    for row in &table.rows {
        line(out, &mut row.iter().map(|cell| of_cell(cell, clock)));
    }
}

fn of_cell(cell: &Cell, clock: Clock) -> String {
    match cell {
        Cell::Link(url) if is_link(url) => {
            // Of what ends a link in angle brackets nothing may stay as it is.
            let target = visible(url).replace('\\', "%5C").replace('<', "%3C").replace('>', "%3E");
            let target = target.replace('|', "%7C").replace(' ', "%20").replace('`', "%60");
            format!("[{}](<{target}>)", escaped_inline(&one_line(url)))
        }
        cell => escaped_inline(&one_line(&cell.shown(clock))),
    }
}

/// Whether a URL is offered as a link.
pub(super) fn is_link(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https" | "mailto") && visible(url) == url
}

/// Several lines as one, which is all that a cell can hold.
fn one_line(text: &str) -> String {
    let shown = shown(text);
    let lines: Vec<&str> = shown.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" / ")
}

/// Text as Markdown that reads as that text (CommonMark: a backslash before ASCII punctuation).
/// What has a meaning only at the beginning of a line is escaped only there.
pub(super) fn escaped(text: &str) -> String {
    escaped_from(text, true)
}

/// The same for text in the middle of a line, as in a cell.
pub(super) fn escaped_inline(text: &str) -> String {
    escaped_from(text, false)
}

fn escaped_from(text: &str, mut begins: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    // Digits at the beginning of a line, which would number a list.
    let mut digits = false;
    for c in text.chars() {
        let special = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '{' | '}' => {
                true
            }
            '#' | '+' | '-' | '=' | '!' => begins,
            '.' | ')' => digits,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        digits = c.is_ascii_digit() && (begins || digits);
        begins = c == '\n' || (begins && c.is_whitespace());
    }
    out
}

/// Plan against actual in letters, in a block of fixed width.
fn picture(out: &mut String, gantt: &Gantt, clock: Clock) {
    let by_phase = gantt.rows.len() > MOST_ROWS;
    let lines = if by_phase { phase_lines(gantt) } else { step_lines(gantt) };
    let mut text = String::new();
    let label = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let (from, until) = (clock.short(gantt.from), clock.short(gantt.until));
    let gap = usize::try_from(PICTURE_WIDTH).unwrap_or(0).saturating_sub(from.len() + until.len());
    let _ = writeln!(text, "{:label$}  {from}{:gap$}{until}", "", "");
    for (name, bars) in &lines {
        let _ = writeln!(text, "{name:label$} |{bars}|");
    }
    let fence = fence(&text);
    let what = if by_phase { "The phases" } else { "The steps" };
    let _ = writeln!(
        out,
        "{what}: ░ planned, █ actual, ▓ both{}{}.\n\n{fence}text\n{text}{fence}\n",
        if gantt.holds.is_empty() { "" } else { ", ‖ held" },
        if gantt.rollbacks.is_empty() { "" } else { ", ‹ rolling back" },
    );
}

/// Longer than any run of backticks inside.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// Label and bars of each line.
type Lines = Vec<(String, String)>;

fn step_lines(gantt: &Gantt) -> Lines {
    gantt.rows.iter().map(|row| (label(row), bars(gantt, &[row]))).collect()
}

fn phase_lines(gantt: &Gantt) -> Lines {
    let mut phases = indexmap::IndexMap::<&str, Vec<&Row>>::new();
    for row in &gantt.rows {
        phases.entry(&row.phase).or_default().push(row);
    }
    phases.into_iter().map(|(phase, rows)| (cut(phase), bars(gantt, &rows))).collect()
}

fn label(row: &Row) -> String {
    cut(&format!("{} {}", row.number, row.title))
}

/// At most so long, in one line.
fn cut(text: &str) -> String {
    let text = visible(text);
    match text.char_indices().nth(LABEL) {
        None => text.into_owned(),
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
    }
}

fn bars(gantt: &Gantt, rows: &[&Row]) -> String {
    let whole = (gantt.until - gantt.from).num_seconds().max(1);
    let column = |at: Time| {
        ((at - gantt.from).num_seconds() * PICTURE_WIDTH / whole).clamp(0, PICTURE_WIDTH - 1)
    };
    let covers = |n: i64, from: Time, until: Time| {
        let last =
            if until > from { column(until).max(column(from) + 1) - 1 } else { column(from) };
        (column(from)..=last).contains(&n)
    };
    let held = |n| gantt.holds.iter().any(|hold| covers(n, hold.from, hold.until));
    let back = |n| gantt.rollbacks.iter().any(|r| covers(n, r.from, r.until));
    let cell = |n: i64| {
        let planned = rows.iter().any(|row| {
            let plan = row.planned_start.zip(row.planned_finish);
            plan.is_some_and(|(from, until)| covers(n, from, until))
        });
        let actual =
            rows.iter().flat_map(|row| &row.bars).any(|bar| covers(n, bar.from, bar.until));
        match (planned, actual) {
            (true, true) => '▓',
            (true, false) => '░',
            (false, true) => '█',
            (false, false) if back(n) => '‹',
            (false, false) if held(n) => '‖',
            (false, false) => ' ',
        }
    };
    (0..PICTURE_WIDTH).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markdown_would_obey_is_escaped() {
        let cases = [
            ("a|b", "a\\|b"),
            ("<script>", "\\<script\\>"),
            ("`x` *y* _z_", "\\`x\\` \\*y\\* \\_z\\_"),
            ("# no", "\\# no"),
            ("no # here", "no # here"),
            ("- a\n- b", "\\- a\n\\- b"),
            ("1. a", "1\\. a"),
            ("12) a", "12\\) a"),
            ("v1.2", "v1.2"),
            ("1.2", "1\\.2"),
            ("[x](y)", "\\[x\\](y)"),
            ("&amp; $x$ {y}", "\\&amp; \\$x\\$ \\{y\\}"),
        ];
        for (text, markdown) in cases {
            assert_eq!(escaped(text), markdown);
        }
    }

    #[test]
    fn only_plain_schemes_are_links() {
        for url in ["https://x", "HTTP://x", "mailto:a@b"] {
            assert!(is_link(url), "{url}");
        }
        for url in ["javascript:alert(1)", "data:x", "x", "", "https://x\u{202e}"] {
            assert!(!is_link(url), "{url}");
        }
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fence("no"), "```");
        assert_eq!(fence("a ``` b ````` c"), "``````");
    }
}
