//! The list of a section's steps: entries taken out and put in, whichever way they are written,
//! with the comments that belong to them.

use super::find::Section;
use super::keys::{indent, section_keys};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// A step as an entry of a list.
pub(super) struct Entry {
    step: Written,
    /// Comment lines right above it, each with its line feed.
    above: String,
    /// Comment behind it on its line, with the space before.
    behind: String,
}

enum Written {
    Line(InlineTable),
    Table(Table),
}

impl Entry {
    /// A new step, without comments.
    pub fn new(step: InlineTable) -> Self {
        Self { step: Written::Line(step), above: String::new(), behind: String::new() }
    }
}

/// Takes an entry out of a section's steps.
pub(super) fn take(doc: &mut DocumentMut, section: &Section, slot: usize) -> Option<Entry> {
    let position_free;
    let entry = {
        let keys = section_keys(doc, section)?;
        match keys.table.get_mut("steps")? {
            Item::ArrayOfTables(tables) if slot < tables.len() => {
                let mut table = tables.remove(slot);
                let prefix = prefix_of(&table);
                let (kept, above) = split_comments(&prefix);
                position_free = Some((last_position(&table), kept));
                free(&mut table);
                table.decor_mut().clear();
                Entry { step: Written::Table(table), above, behind: String::new() }
            }
            Item::Value(Value::Array(array)) if slot < array.len() => {
                position_free = None;
                let mut lines = Lines::of(array);
                let line = lines.entries.remove(slot);
                let (kept, above) = split_comments(&line.above);
                if !kept.trim().is_empty() {
                    lines.give_on(slot, &kept);
                }
                lines.write(array);
                let Value::InlineTable(step) = line.value else { return None };
                Entry { step: Written::Line(step), above, behind: line.behind }
            }
            _ => return None,
        }
    };
    if let Some((Some(position), kept)) = position_free
        && !kept.trim().is_empty()
    {
        hand_on(doc, position, &kept);
    }
    Some(entry)
}

/// Puts an entry into a section's steps; an index past the end is the end.
pub(super) fn insert(doc: &mut DocumentMut, section: &Section, index: usize, entry: Entry) {
    let Some(keys) = section_keys(doc, section) else { return };
    if !keys.table.contains_key("steps") {
        let mut array = Array::new();
        array.set_trailing("\n");
        array.set_trailing_comma(true);
        keys.table.insert("steps", Item::Value(Value::Array(array)));
    }
    match keys.table.get_mut("steps") {
        Some(Item::ArrayOfTables(tables)) => insert_table(tables, index, entry),
        Some(Item::Value(Value::Array(array))) => insert_line(array, index, entry),
        _ => {}
    }
}

fn insert_table(tables: &mut ArrayOfTables, index: usize, entry: Entry) {
    let sibling = tables.get(0);
    let header_indent = sibling.map(|t| last_line(&prefix_of(t)).to_owned()).unwrap_or_default();
    let key_indent = sibling.and_then(|t| indent(t)).unwrap_or_default();
    let mut table = match entry.step {
        Written::Table(table) => table,
        Written::Line(line) => {
            let mut table = line.into_table();
            table.fmt();
            table
        }
    };
    let keys: Vec<String> = table.iter().map(|(k, _)| k.to_owned()).collect();
    for key in keys {
        if let Some(mut key) = table.key_mut(&key)
            && key
                .leaf_decor()
                .prefix()
                .and_then(|p| p.as_str())
                .unwrap_or_default()
                .trim()
                .is_empty()
        {
            key.leaf_decor_mut().set_prefix(key_indent.clone());
        }
    }
    free(&mut table);
    let behind = if entry.behind.trim().is_empty() {
        String::new()
    } else {
        format!("{header_indent}{}\n", entry.behind.trim())
    };
    table.decor_mut().set_prefix(format!("\n{}{behind}{header_indent}", entry.above));
    tables.insert(index.min(tables.len()), table);
}

fn insert_line(array: &mut Array, index: usize, entry: Entry) {
    let step = match entry.step {
        Written::Line(line) => line,
        Written::Table(table) => {
            let mut line = table.into_inline_table();
            line.fmt();
            line
        }
    };
    let mut lines = Lines::of(array);
    let index = index.min(lines.entries.len());
    lines.insert(index, Value::InlineTable(step), &entry.above, entry.behind);
    lines.write(array);
}

/// Text before the last blank line, and the comment lines after it: those belong to what follows.
pub(super) fn split_comments(prefix: &str) -> (String, String) {
    let body = &prefix[..prefix.rfind('\n').map_or(0, |i| i + 1)];
    let mut from = body.len();
    for line in body.split_inclusive('\n').rev() {
        if line.trim().is_empty() {
            break;
        }
        from -= line.len();
    }
    (body[..from].to_owned(), body[from..].to_owned())
}

fn last_line(prefix: &str) -> &str {
    prefix.rsplit('\n').next().unwrap_or_default()
}

pub(super) fn prefix_of(table: &Table) -> String {
    table.decor().prefix().and_then(|p| p.as_str()).unwrap_or_default().to_owned()
}

/// Lets a table and those in it follow the place in the tree, not the place they once had.
fn free(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => free(inner),
            Item::ArrayOfTables(list) => list.iter_mut().for_each(free),
            _ => {}
        }
    }
}

/// The place in the file of the last table inside a table.
pub(super) fn last_position(table: &Table) -> Option<isize> {
    let inner = table.iter().filter_map(|(_, item)| match item {
        Item::Table(inner) => last_position(inner),
        Item::ArrayOfTables(list) => list.iter().filter_map(last_position).max(),
        _ => None,
    });
    inner.chain(table.position()).max()
}

/// Puts comments that stood before a removed table before the next one in the file.
pub(super) fn hand_on(doc: &mut DocumentMut, after: isize, comments: &str) {
    let next = next_position(doc.as_table(), after);
    let Some(next) = next else {
        let trailing = doc.trailing().as_str().unwrap_or_default().to_owned();
        doc.set_trailing(format!("{}{trailing}", comments.trim_end_matches(' ')));
        return;
    };
    if let Some(table) = at_position(doc.as_table_mut(), next) {
        let prefix = prefix_of(table);
        let rest = prefix.strip_prefix('\n').unwrap_or(&prefix);
        table.decor_mut().set_prefix(format!("{comments}{rest}"));
    }
}

fn next_position(table: &Table, after: isize) -> Option<isize> {
    let own = table.position().filter(|p| *p > after && !table.is_implicit());
    let inner = table.iter().filter_map(|(_, item)| match item {
        Item::Table(inner) => next_position(inner, after),
        Item::ArrayOfTables(list) => list.iter().filter_map(|t| next_position(t, after)).min(),
        _ => None,
    });
    own.into_iter().chain(inner).min()
}

fn at_position(table: &mut Table, position: isize) -> Option<&mut Table> {
    if table.position() == Some(position) && !table.is_implicit() {
        return Some(table);
    }
    table.iter_mut().find_map(|(_, item)| match item {
        Item::Table(inner) => at_position(inner, position),
        Item::ArrayOfTables(list) => list.iter_mut().find_map(|t| at_position(t, position)),
        _ => None,
    })
}

/// An array taken apart into lines, each with its comments.
struct Lines {
    /// Behind the opening bracket.
    head: String,
    entries: Vec<Line>,
    /// Before the closing bracket.
    end: String,
    comma: bool,
}

struct Line {
    /// From the line feed before it to the value.
    above: String,
    value: Value,
    behind: String,
}

impl Lines {
    fn of(array: &mut Array) -> Self {
        let text = |raw: Option<&toml_edit::RawString>| {
            raw.and_then(|r| r.as_str()).unwrap_or_default().to_owned()
        };
        let mut head = String::new();
        let mut entries: Vec<Line> = Vec::new();
        // What stands between two values, the comma left out: up to the line feed it belongs to
        // the first of them.
        let mut gap = String::new();
        let mut close = |entries: &mut Vec<Line>, gap: String| {
            let (behind, rest) = at_line_feed(&gap);
            match entries.last_mut() {
                Some(last) => behind.clone_into(&mut last.behind),
                None => behind.clone_into(&mut head),
            }
            rest.to_owned()
        };
        for value in array.iter_mut() {
            gap.push_str(&text(value.decor().prefix()));
            let above = close(&mut entries, std::mem::take(&mut gap));
            gap = text(value.decor().suffix());
            value.decor_mut().clear();
            entries.push(Line { above, value: value.clone(), behind: String::new() });
        }
        gap.push_str(&text(Some(array.trailing())));
        let end = close(&mut entries, gap);
        Self { head, entries, end, comma: array.trailing_comma() }
    }

    fn insert(&mut self, index: usize, value: Value, comments: &str, behind: String) {
        let model = self.entries.get(index).or(self.entries.last());
        let many_lines = model.map_or(self.end.contains('\n'), |m| m.above.contains('\n'));
        let above = if many_lines {
            let indent = model.map_or("  ", |m| last_line(&m.above)).to_owned();
            format!("\n{}{indent}", again_indented(comments, &indent))
        } else if index == 0 {
            String::new()
        } else {
            " ".to_owned()
        };
        if let (false, 0, Some(first)) = (many_lines, index, self.entries.first_mut())
            && first.above.is_empty()
        {
            " ".clone_into(&mut first.above);
        }
        // A comment on a line that goes on would hide the rest of it.
        let behind = if many_lines { behind } else { String::new() };
        self.comma |= many_lines && index == self.entries.len();
        self.entries.insert(index, Line { above, value, behind });
    }

    /// Gives comments that stood above a removed entry to the next one.
    fn give_on(&mut self, index: usize, comments: &str) {
        match self.entries.get_mut(index) {
            Some(next) => {
                let rest = next.above.strip_prefix('\n').unwrap_or(&next.above).to_owned();
                next.above = format!("{comments}{rest}");
            }
            None => {
                let rest = self.end.strip_prefix('\n').unwrap_or(&self.end).to_owned();
                self.end = format!("{comments}{rest}");
            }
        }
    }

    fn write(self, array: &mut Array) {
        array.clear();
        let mut carried = self.head;
        let empty = self.entries.is_empty();
        for line in self.entries {
            let mut value = line.value;
            value.decor_mut().set_prefix(format!("{carried}{}", line.above));
            value.decor_mut().set_suffix("");
            carried = line.behind;
            array.push_formatted(value);
        }
        array.set_trailing(format!("{carried}{}", self.end));
        array.set_trailing_comma(!empty && self.comma);
    }
}

/// Cuts before the first line feed: what stands before it belongs to the line above.
fn at_line_feed(text: &str) -> (&str, &str) {
    match text.find('\n') {
        Some(at) => text.split_at(if text[..at].ends_with('\r') { at - 1 } else { at }),
        None => ("", text),
    }
}

fn again_indented(comments: &str, indent: &str) -> String {
    comments.lines().map(|line| format!("{indent}{}\n", line.trim())).collect()
}
