//! Single keys of a step, written where the step's other keys are.

use super::find::{Found, Section, entries, steps_of};
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

/// A table, and whether it is written in braces.
pub(super) struct Keys<'d> {
    pub table: &'d mut dyn TableLike,
    inline: bool,
}

impl<'d> Keys<'d> {
    /// The table that an item is.
    pub fn of(item: &'d mut Item) -> Option<Self> {
        match item {
            Item::Table(table) => Some(Self { table, inline: false }),
            Item::Value(value) => Self::of_value(value),
            _ => None,
        }
    }

    fn of_value(value: &'d mut Value) -> Option<Self> {
        Some(Self { table: value.as_inline_table_mut()?, inline: true })
    }

    /// A table of a list, however it is written.
    fn nth(item: &'d mut Item, index: usize) -> Option<Self> {
        match item {
            Item::ArrayOfTables(tables) => {
                tables.get_mut(index).map(|table| Self { table, inline: false })
            }
            Item::Value(Value::Array(array)) => Self::of_value(array.get_mut(index)?),
            _ => None,
        }
    }

    /// Sets a key; what stands around the old value (comments, spaces) stays.
    pub fn put(&mut self, key: &str, mut value: Value) {
        if let Some(old) = self.table.get_mut(key).and_then(Item::as_value_mut) {
            *value.decor_mut() = old.decor().clone();
            *old = value;
            return;
        }
        self.table.remove(key);
        if self.inline {
            let tail = self.last_suffix().unwrap_or_else(|| " ".to_owned());
            value.decor_mut().set_prefix(" ");
            value.decor_mut().set_suffix(tail);
        }
        let indent = indent(self.table).filter(|_| !self.inline);
        self.table.insert(key, Item::Value(value));
        if let (Some(indent), Some(mut key)) = (indent, self.table.key_mut(key)) {
            key.leaf_decor_mut().set_prefix(indent);
        }
    }

    /// Takes a key away; a table in braces keeps its space before the closing one.
    pub fn take(&mut self, key: &str) {
        let is_last = self.table.iter().last().is_some_and(|(k, _)| k == key);
        let tail = if self.inline && is_last { self.last_suffix() } else { None };
        self.table.remove(key);
        let last = self.table.iter_mut().last();
        if let (Some(tail), Some(last)) = (tail, last.and_then(|(_, item)| item.as_value_mut())) {
            last.decor_mut().set_suffix(tail);
        }
    }

    /// Takes the space after the last value, which belongs to the closing brace.
    fn last_suffix(&mut self) -> Option<String> {
        let last = self.table.iter_mut().last()?.1.as_value_mut()?;
        let suffix = last.decor().suffix().and_then(|s| s.as_str()).unwrap_or_default().to_owned();
        last.decor_mut().set_suffix("");
        Some(suffix)
    }

    fn write(&mut self, key: &str, value: Option<Value>) {
        for rival in rivals(key) {
            self.take(rival);
        }
        match value {
            Some(value) => self.put(key, value),
            None => self.take(key),
        }
    }
}

/// Keys that exclude this one.
fn rivals(key: &str) -> &'static [&'static str] {
    match key {
        "owner" => &["team"],
        "team" => &["owner"],
        _ => &[],
    }
}

/// The white space in front of a table's keys.
pub(super) fn indent(table: &dyn TableLike) -> Option<String> {
    let (key, _) = table.iter().find(|(_, item)| item.is_value())?;
    let prefix = table.key(key)?.leaf_decor().prefix()?.as_str()?;
    let line = prefix.rsplit('\n').next()?;
    line.trim().is_empty().then(|| line.to_owned())
}

/// Sets a key of a step, or takes it away. One step of a `for_each` gets a table of its own.
pub(super) fn set(doc: &mut DocumentMut, found: &Found, key: &str, value: Option<Value>) {
    if found.for_each.is_some() {
        set_one_of_many(doc, found, key, value);
        return;
    }
    if key == "title" {
        keep_id(doc, found);
    }
    let has = |table: &dyn TableLike| {
        table.contains_key(key) || rivals(key).iter().any(|r| table.contains_key(r))
    };
    let own = found.at_length.as_ref().and_then(|n| doc.get("steps")?.get(n)?.as_table_like());
    let (exists, in_own) = (own.is_some(), own.is_some_and(has));
    let base = steps_of(doc, &found.section).and_then(|i| entries(i).get(found.slot).copied());
    let in_base = base.is_some_and(has);
    // What is taken away must be in neither place; what is new goes where the step is longer.
    let everywhere = value.is_none();
    let to_own = in_own || (exists && !in_base);
    if let (true, Some(mut keys)) = (everywhere || to_own, own_keys(doc, found)) {
        keys.write(key, value.clone());
    }
    if let (true, Some(mut keys)) = (everywhere || !to_own, base_keys(doc, found)) {
        keys.write(key, value);
    }
}

/// A key of one step of a `for_each`: in the table of that step alone.
fn set_one_of_many(doc: &mut DocumentMut, found: &Found, key: &str, value: Option<Value>) {
    let steps = doc.entry("steps").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let Some(steps) = steps.as_table_like_mut() else { return };
    if !steps.contains_key(&found.id) {
        steps.insert(&found.id, Item::Table(Table::new()));
    }
    if let Some(mut keys) = steps.get_mut(&found.id).and_then(Keys::of) {
        keys.write(key, value);
        if keys.table.is_empty() {
            steps.remove(&found.id);
        }
    }
}

/// A default id comes from the title: it is written out before the title changes, since the
/// history of a step hangs on its id.
fn keep_id(doc: &mut DocumentMut, found: &Found) {
    if let Some(mut keys) = base_keys(doc, found)
        && !keys.table.contains_key("id")
    {
        keys.put("id", Value::from(&found.id));
    }
}

fn own_keys<'d>(doc: &'d mut DocumentMut, found: &Found) -> Option<Keys<'d>> {
    Keys::of(doc.get_mut("steps")?.get_mut(found.at_length.as_ref()?)?)
}

/// The table of a section.
pub(super) fn section_keys<'d>(doc: &'d mut DocumentMut, section: &Section) -> Option<Keys<'d>> {
    Keys::nth(doc.get_mut(section.list)?, section.index)
}

/// The entry of a step in its section.
pub(super) fn base_keys<'d>(doc: &'d mut DocumentMut, found: &Found) -> Option<Keys<'d>> {
    let section = section_keys(doc, &found.section)?;
    Keys::nth(section.table.get_mut("steps")?, found.slot)
}
