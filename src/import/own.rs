//! The plan part of golive's own CSV and XLSX: back to a runbook that is equal to the one it was
//! written from. Names and meaning of the columns are in [`crate::runbook::table`].

use super::draft::checked;
use super::grid::{Cell, Grid, Row};
use super::remark::Remarks;
use super::toml_text::{Meant, braced, inline, key, long, quoted};
use super::{Imported, predecessor};
use crate::runbook::table::unguarded;
use crate::runbook::{LinkOn, PLAN_COLUMNS, RowKind, Secs, format_duration, parse_duration, slug};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt::Write;

/// Where each column of the plan stands.
pub(super) struct Columns {
    row: usize,
    at: HashMap<&'static str, usize>,
}

/// The header of a table that golive wrote; none: it wrote it not.
pub(super) fn header(grid: &Grid) -> Option<Columns> {
    let (row, head) = grid.rows.iter().enumerate().take(5).find(|(_, row)| {
        let has = |name: &str| row.cells.iter().any(|cell| cell.text() == name);
        has("row") && has("id") && has("more")
    })?;
    let place =
        |name: &&'static str| Some((*name, head.cells.iter().position(|c| c.text() == *name)?));
    Some(Columns { row, at: PLAN_COLUMNS.iter().filter_map(place).collect() })
}

/// One row, read.
struct Entry {
    kind: RowKind,
    cells: HashMap<&'static str, String>,
    lengths: [Option<Secs>; 3],
    more: Map<String, Value>,
}

impl Entry {
    /// The exact text of a column.
    fn text(&self, column: &str) -> &str {
        match self.more.get(column) {
            Some(Value::String(exact)) => exact,
            _ => self.cells.get(column).map_or("", String::as_str),
        }
    }
}

/// The runbook of some tables: steps in one, the rest in another or the same. In CSV a text that
/// looks like a formula is `guarded` by an apostrophe; a workbook has its texts as they are.
pub(super) fn imported(
    tables: &[(&Grid, Columns)],
    guarded: bool,
    mut remarks: Remarks,
) -> Imported {
    let mut entries = Vec::new();
    for (grid, columns) in tables {
        for row in grid.rows.get(columns.row + 1..).unwrap_or_default() {
            entries.extend(entry(row, columns, guarded, &mut remarks));
        }
    }
    let steps = entries.iter().filter(|e| e.kind.is_step()).count();
    let text = Writer { entries: &entries, out: String::new() }.text();
    checked(text, steps, remarks)
}

fn entry(row: &Row, columns: &Columns, guarded: bool, remarks: &mut Remarks) -> Option<Entry> {
    let cell = |name: &str| columns.at.get(name).map_or(&Cell::Empty, |at| row.cell(*at));
    let exact = |name: &str| match cell(name) {
        // Of golive's own files every space is meant.
        Cell::Text(text) if guarded => unguarded(text).to_owned(),
        Cell::Text(text) => text.clone(),
        other => other.text(),
    };
    let word = cell("row").text();
    let kind = if word.is_empty() {
        remarks.at(row.line, "the column `row` is empty: taken for a step");
        Some(RowKind::Step)
    } else {
        RowKind::ALL.into_iter().find(|kind| kind.word() == word)
    };
    let Some(kind) = kind else {
        let why = match word.as_str() {
            "removed step" => "left out: the step had left the plan",
            _ => "left out: the column `row` says nothing that golive knows",
        };
        remarks.at(row.line, why);
        return None;
    };
    let more = match exact("more") {
        text if text.trim().is_empty() => Map::new(),
        text => match serde_json::from_str(&text) {
            Ok(more) => more,
            Err(_) => {
                remarks.at(row.line, "the column `more` is cut or changed and was left out: import the CSV report, which is whole");
                Map::new()
            }
        },
    };
    let lengths = ["duration_best", "duration", "duration_worst"].map(|name| {
        let length = match cell(name) {
            Cell::Empty => return None,
            Cell::Days(days) | Cell::Number(days) => Ok((days * 86_400.0).round() as Secs),
            Cell::Time(_) => Err(()),
            Cell::Text(text) => parse_duration(text).map_err(|_| ()),
        };
        if length.is_err() {
            remarks.at(row.line, format!("the column `{name}` holds no length and was left out"));
        }
        length.ok()
    });
    let cells = PLAN_COLUMNS.iter().map(|name| (*name, exact(name))).collect();
    Some(Entry { kind, cells, lengths, more })
}

/// Writes the entries in the order of a runbook.
struct Writer<'e> {
    entries: &'e [Entry],
    out: String,
}

impl<'e> Writer<'e> {
    fn text(mut self) -> String {
        self.out.push_str("format = 1\n\n[release]\n");
        match self.of(RowKind::Release).next() {
            Some(entry) => {
                self.texts(entry, &[("id", "id"), ("title", "title")]);
                self.more(entry);
            }
            None => self
                .out
                .push_str("# TO DO: the file has no row of the release\ntitle = \"Imported\"\n"),
        }
        for (n, entry) in self.of(RowKind::Var).enumerate() {
            if n == 0 {
                self.out.push_str("\n[vars]\n");
            }
            let _ =
                writeln!(self.out, "{} = {}", key(entry.text("id")), quoted(entry.text("text")));
        }
        for entry in self.of(RowKind::Person) {
            let _ = writeln!(self.out, "\n[people.{}]", key(entry.text("id")));
            self.texts(entry, &[("name", "title"), ("team", "team")]);
            self.more(entry);
        }
        self.list(RowKind::Checklist, "checklists", &[("id", "id"), ("title", "title")]);
        self.places("phases", RowKind::Phase, RowKind::Step);
        self.places("rollbacks", RowKind::Rollback, RowKind::RollbackStep);
        self.list(RowKind::Interval, "intervals", &[("id", "id"), ("title", "title")]);
        let criterion = [("id", "id"), ("text", "text"), ("owner", "owner")];
        self.list(RowKind::Criterion, "criteria", &criterion);
        let message = [("id", "id"), ("audience", "title"), ("text", "text")];
        self.list(RowKind::Message, "messages", &message);
        self.out
    }

    fn of(&self, kind: RowKind) -> impl Iterator<Item = &'e Entry> + use<'e> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }

    fn list(&mut self, kind: RowKind, table: &str, keys: &[(&str, &str)]) {
        for entry in self.of(kind) {
            let _ = writeln!(self.out, "\n[[{table}]]");
            self.texts(entry, keys);
            self.more(entry);
        }
    }

    /// Phases or rungs with their steps; those that only steps name come after those with a row.
    fn places(&mut self, table: &str, place: RowKind, step: RowKind) {
        let mut order: Vec<(String, Option<&Entry>)> =
            self.of(place).map(|entry| (entry.text("id").to_owned(), Some(entry))).collect();
        let mut known: HashMap<String, usize> =
            order.iter().enumerate().map(|(n, (id, _))| (id.clone(), n)).collect();
        let mut steps: Vec<Vec<&Entry>> = vec![Vec::new(); order.len()];
        for entry in self.of(step) {
            let by_id = entry.text("phase_id");
            let id = if by_id.is_empty() { slug(entry.text("phase")) } else { by_id.to_owned() };
            let n = *known.entry(id.clone()).or_insert_with(|| {
                order.push((id, None));
                steps.push(Vec::new());
                order.len() - 1
            });
            if let Some(list) = steps.get_mut(n) {
                list.push(entry);
            }
        }
        for ((id, row), steps) in order.iter().zip(&steps) {
            let _ = writeln!(self.out, "\n[[{table}]]\nid = {}", quoted(id));
            match row {
                Some(entry) => {
                    self.texts(entry, &[("title", "title")]);
                    self.more(entry);
                }
                None => {
                    let title = steps.first().map_or("", |step| step.text("phase"));
                    let title = if title.is_empty() { id } else { title };
                    let _ = writeln!(self.out, "title = {}", quoted(&braced(title, Meant::Text)));
                }
            }
            for entry in steps {
                let _ = writeln!(self.out, "\n[[{table}.steps]]");
                self.step(entry);
            }
        }
    }

    fn step(&mut self, entry: &Entry) {
        let keys = [
            ("id", "id"),
            ("title", "title"),
            ("kind", "kind"),
            ("owner", "owner"),
            ("team", "team"),
            ("stream", "stream"),
        ];
        self.texts(entry, &keys);
        let quoted_length = |secs: Secs| quoted(&format_duration(secs));
        let duration = match entry.lengths {
            [Some(best), Some(likely), Some(worst)] => {
                let points = [best, likely, worst].map(quoted_length);
                Some(format!("[{}]", points.join(", ")))
            }
            [_, Some(likely), _] => Some(quoted_length(likely)),
            _ => None,
        };
        if let Some(duration) = duration {
            let _ = writeln!(self.out, "duration = {duration}");
        }
        let mut needs = Vec::new();
        for named in predecessor::of_text(entry.text("needs")) {
            match named {
                Ok(link) => needs.push(written(&link)),
                Err(why) => {
                    let _ = writeln!(self.out, "# TO DO: {why}");
                }
            }
        }
        let _ = writeln!(self.out, "needs = [{}]", needs.join(", "));
        let not_before = Value::String(entry.text("not_before").to_owned());
        if !entry.text("not_before").is_empty()
            && let Some(moment) = inline(&not_before, Meant::Raw)
        {
            let _ = writeln!(self.out, "not_before = {moment}");
        }
        let notes = entry.text("notes");
        if !notes.is_empty() {
            let _ = writeln!(self.out, "instructions = {}", long(&braced(notes, Meant::Text)));
        }
        self.more(entry);
    }

    /// Columns as keys, where they hold anything.
    fn texts(&mut self, entry: &Entry, keys: &[(&str, &str)]) {
        for (name, column) in keys {
            let text = entry.text(column);
            let is_asked = matches!(*name, "title" | "text");
            if text.is_empty() && !is_asked {
                continue;
            }
            let meant = if entry.kind == RowKind::Message { Meant::Message } else { Meant::Text };
            let _ = writeln!(self.out, "{name} = {}", long(&braced(text, meant)));
        }
    }

    /// What has no column of its own.
    fn more(&mut self, entry: &Entry) {
        for (name, value) in &entry.more {
            // The exact text of a column has been written with it.
            if PLAN_COLUMNS.contains(&name.as_str()) {
                continue;
            }
            let meant = match name.as_str() {
                "run" | "check" | "guard" => Meant::Command,
                "post" => Meant::Body,
                _ => Meant::Text,
            };
            if let Some(value) = inline(value, meant) {
                let _ = writeln!(self.out, "{} = {value}", key(name));
            }
        }
    }
}

fn written(link: &predecessor::Named) -> String {
    let id = quoted(&link.name);
    let on = if link.on == LinkOn::Start { ", on = \"start\"" } else { "" };
    match link.lag {
        0 if on.is_empty() => id,
        0 => format!("{{ step = {id}{on} }}"),
        lag => format!("{{ step = {id}{on}, lag = {} }}", quoted(&format_duration(lag))),
    }
}
