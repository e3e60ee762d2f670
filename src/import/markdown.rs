//! Markdown: task lists with headings as phases; or a table, where the file has no list.

mod about;

use super::draft::{Draft, Phase, Rung, Step};
use super::grid::{Cell, Grid, Row};
use super::length::{self, short};
use super::remark::Remarks;
use super::{ImportError, Options};
use about::about;
use std::collections::HashMap;

/// Headings of what takes work back.
const BACK: [&str; 5] = ["rollback", "roll back", "backout", "back out", "fallback"];

/// What a line is.
enum Line<'t> {
    Heading(usize, &'t str),
    Item { indent: usize, ticked: Option<bool>, numbered: bool, text: &'t str },
    Text { indent: usize, text: &'t str },
    Blank,
}

/// The table of a file whose tasks stand in one.
pub(super) fn table(text: &str) -> Option<Grid> {
    let is_item = |line: &str| matches!(line_of(line), Line::Item { .. });
    let bars = text.lines().filter(|line| line.trim_start().starts_with('|')).count();
    if bars < 3 || text.lines().filter(|line| is_item(line)).count() > bars {
        return None;
    }
    let mut grid = Grid::default();
    for (n, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        let Some(inner) = line.strip_prefix('|') else { continue };
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        // The rule below the header.
        if inner.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')) && inner.contains('-') {
            continue;
        }
        let cells: Vec<Cell> =
            bars_cut(inner).iter().map(|cell| Cell::of_text(&plain(cell))).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            grid.rows.push(Row { line: n, cells, ..Row::default() });
        }
    }
    (grid.rows.len() > 1).then_some(grid)
}

/// Cells between bars; `\|` is a bar of the text.
fn bars_cut(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'|') => {
                chars.next();
                cells.last_mut().iter_mut().for_each(|cell| cell.push('|'));
            }
            '|' => cells.push(String::new()),
            c => cells.last_mut().iter_mut().for_each(|cell| cell.push(c)),
        }
    }
    cells
}

/// A text without the marks of emphasis around the whole of it.
fn plain(text: &str) -> String {
    let mut text = text.trim();
    for mark in ["**", "__", "*", "_", "`"] {
        let inner = text.strip_prefix(mark).and_then(|t| t.strip_suffix(mark));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty() && !inner.contains(mark)) {
            text = inner.trim();
        }
    }
    text.to_owned()
}

fn line_of(line: &str) -> Line<'_> {
    let text = line.trim_start();
    let indent = line.len() - text.len() + 3 * line.bytes().take_while(|c| *c == b'\t').count();
    if text.is_empty() {
        return Line::Blank;
    }
    let hashes = text.bytes().take_while(|c| *c == b'#').count();
    if let (1..=6, Some(rest)) = (hashes, text.get(hashes..).filter(|rest| rest.starts_with(' '))) {
        return Line::Heading(hashes, rest.trim().trim_end_matches('#').trim());
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = match digits {
        0 => text.strip_prefix(['-', '*', '+']),
        1..=9 => text.get(digits..).and_then(|rest| rest.strip_prefix(['.', ')'])),
        _ => None,
    };
    let Some(rest) = behind.filter(|rest| rest.starts_with([' ', '\t'])) else {
        return Line::Text { indent, text };
    };
    let rest = rest.trim();
    let boxed = |mark: &str| {
        rest.strip_prefix(mark).filter(|r| r.is_empty() || r.starts_with(' ')).map(str::trim)
    };
    let (ticked, text) = match (boxed("[ ]"), boxed("[x]").or_else(|| boxed("[X]"))) {
        (Some(rest), _) => (Some(false), rest),
        (_, Some(rest)) => (Some(true), rest),
        _ => (None, rest),
    };
    Line::Item { indent, ticked, numbered: digits > 0, text }
}

/// One item of a list, with what stands below it.
struct Item {
    line: u64,
    depth: usize,
    text: String,
    body: String,
    section: usize,
}

/// The draft of a list.
///
/// # Errors
/// There is no list.
pub(super) fn draft(
    text: &str,
    options: &Options,
    remarks: &mut Remarks,
) -> Result<Draft, ImportError> {
    let boxes =
        text.lines().any(|line| matches!(line_of(line), Line::Item { ticked: Some(_), .. }));
    let mut sections: Vec<(String, bool)> = Vec::new();
    let mut title: Option<String> = None;
    let items = items(text, boxes, &mut sections, &mut title, remarks);
    if items.is_empty() {
        return Err(ImportError::NoPlan {
            what: "this file has no list and no table of tasks".to_owned(),
            help: "write each task as `- [ ] Freeze writes (5 min, @bo)`".to_owned(),
        });
    }
    let mut draft =
        Draft { title: title.unwrap_or_else(|| options.title.clone()), ..Draft::default() };
    let mut phase_of: HashMap<usize, usize> = HashMap::new();
    let mut n = 0;
    while let Some(item) = items.get(n) {
        let below = items
            .iter()
            .skip(n + 1)
            .take_while(|i| i.depth > item.depth && i.section == item.section)
            .count();
        let children = items.get(n + 1..n + 1 + below).unwrap_or_default();
        let is_back = sections.get(item.section).is_some_and(|(_, back)| *back);
        let mut made = Vec::new();
        if children.iter().any(|child| about(&child.text).says_more()) {
            made = parted(item, children, remarks);
        } else {
            let mut step = step(item, remarks);
            step.items = children
                .iter()
                .map(|child| {
                    remarks.at(child.line, "is an item to tick within the step above it");
                    let body = if child.body.is_empty() {
                        String::new()
                    } else {
                        format!(" {}", child.body.replace('\n', " "))
                    };
                    format!("{}{body}", child.text)
                })
                .collect();
            made.push(step);
        }
        for step in made {
            place(&mut draft, step, (item.section, is_back), &sections, &mut phase_of, remarks);
        }
        n += 1 + below;
    }
    for (n, (name, _)) in sections.iter().enumerate() {
        if !items.iter().any(|item| item.section == n) && !name.is_empty() {
            remarks.general(format!(
                "the heading `{}` has no tasks right below it and was left out",
                short(name)
            ));
        }
    }
    Ok(draft)
}

/// The steps of a task whose parts have times or owners: work of their own.
fn parted(item: &Item, children: &[Item], remarks: &mut Remarks) -> Vec<Step> {
    let whole = about(&item.text);
    remarks.at(item.line, "is a heading: the tasks below it have times or owners of their own");
    if whole.length.is_some() {
        remarks.at(
            item.line,
            "has a length besides those of the tasks below it: it is kept in the instructions of the first of them",
        );
    }
    let mut made: Vec<Step> = Vec::new();
    for child in children {
        let mut step = step(child, remarks);
        step.title = format!("{}: {}", whole.title, step.title);
        if step.owner.is_none() && whole.owner.is_some() {
            step.owner.clone_from(&whole.owner);
            remarks.at(child.line, "names nobody: the owner of the task above it has it");
        }
        made.push(step);
    }
    if let Some(first) = made.first_mut() {
        if whole.says_more() {
            first.instruct(&item.text);
        }
        if !item.body.is_empty() {
            first.instruct(&item.body);
        }
    }
    made
}

fn place(
    draft: &mut Draft,
    mut step: Step,
    (section, is_back): (usize, bool),
    sections: &[(String, bool)],
    phase_of: &mut HashMap<usize, usize>,
    remarks: &mut Remarks,
) {
    let name = sections.get(section).map_or("", |(name, _)| name.as_str());
    let name = if name.is_empty() { "Plan" } else { name };
    if let Some(owner) = &step.owner
        && !draft.people.iter().any(|(known, _)| known == owner)
    {
        draft.people.push((owner.clone(), None));
    }
    if step.duration.is_none() {
        step.to_do.push("duration = …: the file says none".to_owned());
        remarks.at(step.line, "has no duration");
    }
    if is_back {
        let n = *phase_of.entry(section).or_insert_with(|| {
            remarks.general(format!(
                "the tasks under `{}` became a rung of the rollback ladder",
                short(name)
            ));
            draft.rungs.push(Rung { title: name.to_owned(), steps: Vec::new() });
            draft.rungs.len() - 1
        });
        if let Some(rung) = draft.rungs.get_mut(n) {
            rung.steps.push(step);
        }
        return;
    }
    let n = *phase_of.entry(section).or_insert_with(|| {
        draft.phases.push(Phase { title: name.to_owned(), at_once: false });
        draft.phases.len() - 1
    });
    step.phase = n;
    draft.steps.push(step);
}

/// The items of all lists, and the sections between headings.
fn items(
    text: &str,
    boxes: bool,
    sections: &mut Vec<(String, bool)>,
    title: &mut Option<String>,
    remarks: &mut Remarks,
) -> Vec<Item> {
    let heads = text.lines().filter(|line| matches!(line_of(line), Line::Heading(1, _))).count();
    let mut items: Vec<Item> = Vec::new();
    let mut levels: Vec<(usize, usize)> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut back_below: Option<usize> = None;
    sections.push((String::new(), false));
    for (line, raw) in (1_u64..).zip(text.lines()) {
        let trimmed = raw.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        let is_code = fence.is_some() || mark.is_some();
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        let read = if is_code {
            Line::Text { indent: raw.len() - trimmed.len(), text: trimmed }
        } else {
            line_of(raw)
        };
        match read {
            Line::Heading(1, name) if heads == 1 && items.is_empty() && title.is_none() => {
                *title = Some(plain(name))
            }
            Line::Heading(level, name) => {
                let name = plain(name);
                let is_back = BACK.iter().any(|word| name.to_lowercase().contains(word));
                match back_below {
                    Some(above) if level > above => {}
                    _ => back_below = is_back.then_some(level),
                }
                sections.push((name, back_below.is_some()));
                levels.clear();
            }
            Line::Item { indent, ticked, numbered, text }
                if ticked.is_some()
                    || !boxes
                    || (is_task(numbered, text) && !levels.iter().any(|(at, _)| *at < indent)) =>
            {
                if boxes && ticked.is_none() {
                    remarks.at(line, "has no box to tick, as others have: it became a step");
                }
                while levels.last().is_some_and(|(at, _)| *at >= indent) {
                    levels.pop();
                }
                let depth = levels.last().map_or(0, |(_, depth)| depth + 1);
                levels.push((indent, depth));
                if text.is_empty() {
                    remarks.at(line, "skipped: the item is empty");
                    continue;
                }
                if ticked == Some(true) {
                    remarks
                        .at(line, "is ticked in the file: a runbook starts with every step open");
                }
                items.push(Item {
                    line,
                    depth,
                    text: text.to_owned(),
                    body: String::new(),
                    section: sections.len() - 1,
                });
            }
            Line::Item { indent, text, .. } => {
                body(&mut items, sections.len() - 1, (line, indent), &format!("- {text}"), remarks)
            }
            Line::Text { indent, text } => {
                body(&mut items, sections.len() - 1, (line, indent), text, remarks)
            }
            Line::Blank => {}
        }
    }
    items
}

/// Whether an item without a box is a task in a file that has boxes: a number says so, or a length
/// or an owner.
fn is_task(numbered: bool, text: &str) -> bool {
    numbered || about(text).says_more()
}

/// Text below an item, further to the right, belongs to it.
fn body(
    items: &mut [Item],
    section: usize,
    (line, indent): (u64, usize),
    text: &str,
    remarks: &mut Remarks,
) {
    match items.last_mut().filter(|item| indent > 0 && item.section == section) {
        Some(item) => {
            if !item.body.is_empty() {
                item.body.push('\n');
            }
            item.body.push_str(text.trim_end());
        }
        None => remarks.at(line, "skipped: it is no task"),
    }
}

fn step(item: &Item, remarks: &mut Remarks) -> Step {
    let about = about(&item.text);
    let mut step = Step { line: item.line, ..Step::default() };
    step.entitle(&about.title, remarks);
    step.owner = about.owner;
    step.duration = about.length;
    if let Some(range) = &about.range {
        step.to_do.push(length::longer(range));
        remarks.at(item.line, length::longer(range));
    }
    if !item.body.is_empty() {
        step.instruct(&item.body);
    }
    step
}
