//! The paper as Markdown: boxes are ☐, so that they stand in tables, too.

use super::super::markdown::{escaped, escaped_inline};
use super::rows::Row;
use super::{Paper, Section};
use std::fmt::Write;

pub(super) fn render(paper: &Paper) -> String {
    let mut out = format!("# {}\n\n", cell(&paper.title));
    for (label, value) in &paper.facts {
        let _ = writeln!(out, "- {label}: {}", cell(value));
    }
    out.push_str(
        "- Lead: \\_\\_\\_\\_\\_\\_ Begun at: \\_\\_\\_\\_\\_\\_ Ended at: \\_\\_\\_\\_\\_\\_\n",
    );
    if !paper.people.is_empty() {
        out.push_str("\n## Contacts\n\n| Name | Role | Team | Contact | Stands in |\n|---|---|---|---|---|\n");
        for person in &paper.people {
            let cells: Vec<String> = person.iter().map(|text| cell(text)).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    for (title, items) in &paper.checklists {
        let _ = writeln!(out, "\n## {}\n", cell(title));
        for (text, owner) in items {
            let owner =
                if owner.is_empty() { String::new() } else { format!(" ({})", cell(owner)) };
            let _ = writeln!(out, "- ☐ {}{owner}", cell(text));
        }
    }
    for phase in &paper.phases {
        section(&mut out, phase, "Planned");
    }
    if !paper.ways_back.is_empty() {
        out.push_str("\n## Until when one can roll back\n\n");
        for line in &paper.ways_back {
            let _ = writeln!(out, "- {}", cell(line));
        }
    }
    if paper.ladder.is_empty() {
        out.push_str("\n## Rollback\n\nThis plan has no way back.\n");
    }
    for rung in &paper.ladder {
        section(&mut out, rung, "Takes");
    }
    if !paper.criteria.is_empty() {
        out.push_str("\n## Judged afterwards\n\n");
        for [text, owner, by] in &paper.criteria {
            let owner =
                if owner.is_empty() { String::new() } else { format!(" ({})", cell(owner)) };
            let by = if by.is_empty() { String::new() } else { format!(", by {}", cell(by)) };
            let _ = writeln!(out, "- ☐ {}{owner}{by}", cell(text));
        }
    }
    out
}

fn section(out: &mut String, section: &Section, when: &str) {
    let _ = writeln!(out, "\n## {}\n", cell(&section.heading));
    for line in &section.said {
        let _ = writeln!(out, "{}\n", cell(line));
    }
    if section.rows.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "| Done | No. | Step | Who | {when} | Begun | Ended |\n|---|---|---|---|---|---|---|"
    );
    for row in &section.rows {
        let marks: String = row.marks.iter().map(|mark| format!(" **{mark}**")).collect();
        let needs =
            if row.needs.is_empty() { String::new() } else { format!(", after {}", row.needs) };
        let times: Vec<&str> = [row.start.as_str(), row.length.as_str()]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect();
        let _ = writeln!(
            out,
            "| ☐ | {} | {}{marks}{needs} | {} | {} |  |  |",
            row.number,
            cell(&row.title),
            cell(&row.owner),
            times.join(", ")
        );
    }
    for row in section.rows.iter().filter(|row| has_more(row)) {
        let _ = writeln!(out, "\n**{}** {}\n", row.number, cell(&row.title));
        for (label, text) in &row.more {
            let _ = writeln!(out, "- {label}: {}", lines(text));
        }
        for text in &row.boxes {
            let _ = writeln!(out, "- ☐ {}", cell(text));
        }
        for text in &row.blanks {
            let _ = writeln!(out, "- {}: \\_\\_\\_\\_\\_\\_", cell(text));
        }
    }
}

fn has_more(row: &Row) -> bool {
    !(row.more.is_empty() && row.boxes.is_empty() && row.blanks.is_empty())
}

/// A text on one line of a table.
fn cell(text: &str) -> String {
    escaped_inline(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text of several lines within a list's item; each line is one (two spaces at its end).
fn lines(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| escaped(line.trim())).filter(|l| !l.is_empty()).collect();
    lines.join("  \n  ")
}
