//! Where a step is written: its section, its entry there, and its table at length.

use super::Edit;
use crate::runbook::{Place, Runbook, slug};
use std::collections::HashMap;
use toml_edit::{Document, DocumentMut, Item, TableLike, Value};

/// A phase or a rung, by its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Section {
    /// `phases` or `rollbacks`.
    pub list: &'static str,
    /// Which of them.
    pub index: usize,
}

/// A step among those of its `for_each`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EachPlace {
    pub position: usize,
    pub of: usize,
}

/// Where a step is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub id: String,
    pub section: Section,
    /// Which entry of the section's steps.
    pub slot: usize,
    /// Set where the entry has a `for_each`.
    pub for_each: Option<EachPlace>,
    /// The name of its table under `[steps]`, where it has one.
    pub at_length: Option<String>,
    /// The name of the table under `[steps]` that all steps of its `for_each` share.
    pub shared: Option<String>,
}

/// For each entry of a list of steps, where it begins in the text.
pub(super) type Starts = HashMap<usize, (Section, usize)>;

/// The entries of a section's `steps`, or of `phases` itself: tables however they are written.
pub(super) fn entries(item: &Item) -> Vec<&dyn TableLike> {
    match item {
        Item::ArrayOfTables(tables) => tables.iter().map(|t| t as &dyn TableLike).collect(),
        Item::Value(Value::Array(array)) => {
            array.iter().filter_map(|v| v.as_inline_table()).map(|t| t as &dyn TableLike).collect()
        }
        _ => Vec::new(),
    }
}

fn spans(item: &Item) -> Vec<Option<std::ops::Range<usize>>> {
    match item {
        Item::ArrayOfTables(tables) => tables.iter().map(toml_edit::Table::span).collect(),
        Item::Value(Value::Array(array)) => array.iter().map(Value::span).collect(),
        _ => Vec::new(),
    }
}

/// Finds where every entry begins; `offset` is what stands before the document in the text.
pub(super) fn starts(document: &Document<String>, offset: usize) -> Starts {
    let mut starts = Starts::new();
    for list in ["phases", "rollbacks"] {
        let Some(sections) = document.as_table().get(list) else { continue };
        for (index, section) in entries(sections).into_iter().enumerate() {
            let Some(steps) = section.get("steps") else { continue };
            for (slot, span) in spans(steps).into_iter().enumerate() {
                if let Some(span) = span {
                    starts.insert(span.start + offset, (Section { list, index }, slot));
                }
            }
        }
    }
    starts
}

/// A phase or rung by id.
pub(super) fn section(book: &Runbook, id: &str) -> Option<Section> {
    let phase = book.phases.iter().position(|p| p.id == id);
    let rung = || book.rollbacks.iter().position(|r| r.id == id);
    phase
        .map(|index| Section { list: "phases", index })
        .or_else(|| rung().map(|index| Section { list: "rollbacks", index }))
}

/// The steps of a section as an item of the document.
pub(super) fn steps_of<'d>(doc: &'d DocumentMut, section: &Section) -> Option<&'d Item> {
    let sections = entries(doc.get(section.list)?);
    sections.get(section.index)?.get("steps")
}

/// Finds a step by id.
pub(super) fn find(edit: &Edit<'_>, id: &str) -> Option<Found> {
    let ix = *edit.book.step_ix.get(id)?;
    let step = edit.book.steps.get(ix)?;
    let (section, slot) = *edit.starts.get(&step.source.start)?;
    let siblings = match step.place {
        Place::Phase(p) => edit.book.phases.get(p)?.steps.clone(),
        Place::Rung(r) => edit.book.rollbacks.get(r)?.steps.clone(),
    };
    let same: Vec<usize> = siblings
        .filter(|s| edit.book.steps.get(*s).is_some_and(|s| s.source.start == step.source.start))
        .collect();
    let list = steps_of(&edit.doc, &section)?;
    let entry = *entries(list).get(slot)?;
    let text = |key: &str| entry.get(key).and_then(Item::as_str);
    let raw = text("id").map_or_else(|| slug(text("title").unwrap_or_default()), str::to_owned);
    let named =
        |name: &str| edit.doc.get("steps").and_then(|s| s.get(name)).map(|_| name.to_owned());
    let shared = named(&raw);
    let has_each = |item: Option<&Item>| {
        item.and_then(Item::as_table_like).is_some_and(|t| t.contains_key("for_each"))
    };
    let shared_item = shared.as_ref().and_then(|n| edit.doc.get("steps").and_then(|s| s.get(n)));
    let many = entry.contains_key("for_each") || has_each(shared_item);
    let position = same.iter().position(|s| *s == ix)?;
    Some(Found {
        id: id.to_owned(),
        section,
        slot,
        for_each: many.then_some(EachPlace { position, of: same.len() }),
        at_length: if many {
            named(id).filter(|n| *n != raw)
        } else {
            shared.clone().or_else(|| named(id))
        },
        shared: shared.filter(|_| many),
    })
}
