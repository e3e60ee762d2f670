//! A step taken out, and everything that named it put right.

use super::find::Found;
use super::keys::{Keys, base_keys};
use super::list::{hand_on, last_position, prefix_of, split_comments, take};
use super::{Edit, EditError, Predecessor, need_value, predecessors};
use crate::runbook::{AvailableUntil, LinkOn, StepIx, Then};
use std::collections::HashSet;
use toml_edit::{Array, DocumentMut, Item, TableLike, Value};

/// Removes a step.
///
/// # Errors
/// Something that cannot do without the step names it.
pub(super) fn remove(edit: &mut Edit<'_>, found: &Found) -> Result<(), EditError> {
    let Some(&ix) = edit.book.step_ix.get(&found.id) else { return Ok(()) };
    still_named(edit, ix)?;
    relink(edit, ix);
    uncover(&mut edit.doc, &found.id);
    match found.for_each {
        Some(place) if place.of > 1 => one_value(edit, found, place.position)?,
        _ => {
            take(&mut edit.doc, &found.section, found.slot);
            for name in found.at_length.iter().chain(&found.shared) {
                remove_own(&mut edit.doc, name);
            }
            if found.for_each.is_some() {
                remove_own(&mut edit.doc, &found.id);
            }
        }
    }
    Ok(())
}

/// What cannot be put right without knowing what is meant.
fn still_named(edit: &Edit<'_>, ix: StepIx) -> Result<(), EditError> {
    let book = &edit.book;
    let mut by = Vec::new();
    for step in &book.steps {
        if step.when.as_ref().is_some_and(|w| w.step == ix) {
            by.push(format!("`when` of {}", step.id));
        }
        if step.undoes.contains(&ix) {
            by.push(format!("`undoes` of {}", step.id));
        }
    }
    for rung in &book.rollbacks {
        if rung.then == Then::Resume(ix) {
            by.push(format!("`then` of {}", rung.id));
        }
        if rung.available_until == AvailableUntil::Step(ix) {
            by.push(format!("`available_until` of {}", rung.id));
        }
    }
    for interval in &book.intervals {
        if interval.from.step == ix || interval.to.step == ix {
            by.push(format!("the interval {}", interval.id));
        }
    }
    if by.is_empty() {
        return Ok(());
    }
    let id = book.steps.get(ix).map(|s| s.id.clone()).unwrap_or_default();
    Err(EditError::StillNamed { id, by: by.join(", ") })
}

/// Steps that name this one in `needs` get its own predecessors in its place.
fn relink(edit: &mut Edit<'_>, ix: StepIx) {
    let Some(gone) = edit.book.steps.get(ix) else { return };
    let instead = predecessors(&edit.book, &gone.needs);
    let id = gone.id.clone();
    let after: Vec<String> = edit
        .book
        .successors
        .get(ix)
        .into_iter()
        .flatten()
        .filter_map(|s| edit.book.steps.get(*s).map(|s| s.id.clone()))
        .collect();
    for step in after {
        let Some(found) = super::find::find(edit, &step) else { continue };
        let mut change = |needs: &mut Array| {
            let Some(at) = needs.iter().position(|v| names(v, &id)) else { return };
            remove_value(needs, at);
            let known: HashSet<(String, bool)> =
                needs.iter().filter_map(|v| Some((named(v)?, from_start(v)))).collect();
            let is_new =
                |p: &&Predecessor| !known.contains(&(p.step.clone(), p.on == LinkOn::Start));
            let new = instead.iter().filter(is_new);
            for (offset, need) in new.enumerate() {
                needs.insert(at + offset, need_value(need));
            }
            for value in needs.iter_mut().skip(1) {
                if value.decor().prefix().and_then(|p| p.as_str()) == Some("") {
                    value.decor_mut().set_prefix(" ");
                }
            }
        };
        let tables = [found.at_length.clone(), found.shared.clone()];
        for name in tables.into_iter().flatten() {
            let own = edit.doc.get_mut("steps").and_then(|s| s.get_mut(&name)).and_then(Keys::of);
            with_needs(own, &mut change);
        }
        with_needs(base_keys(&mut edit.doc, &found), &mut change);
    }
}

fn with_needs(keys: Option<Keys<'_>>, change: &mut impl FnMut(&mut Array)) {
    let Some(keys) = keys else { return };
    if let Some(needs) = keys.table.get_mut("needs").and_then(Item::as_array_mut) {
        change(needs);
    }
}

fn named(value: &Value) -> Option<String> {
    let table = || value.as_inline_table()?.get("step")?.as_str();
    value.as_str().or_else(table).map(str::to_owned)
}

fn from_start(value: &Value) -> bool {
    let on = || value.as_inline_table()?.get("on")?.as_str();
    on() == Some("start")
}

/// Removes a value; the one after the bracket keeps its distance from it.
fn remove_value(array: &mut Array, at: usize) {
    let removed = array.remove(at);
    if let (0, Some(first)) = (at, array.get_mut(0)) {
        let prefix = removed.decor().prefix().and_then(|p| p.as_str()).unwrap_or_default();
        first.decor_mut().set_prefix(prefix);
    }
}

fn names(value: &Value, id: &str) -> bool {
    named(value).is_some_and(|n| n == id)
}

/// Takes a step out of what rungs cover.
fn uncover(doc: &mut DocumentMut, id: &str) {
    let Some(rungs) = doc.get_mut("rollbacks") else { return };
    let drop = |table: &mut dyn TableLike| {
        if let Some(covers) = table.get_mut("covers").and_then(Item::as_array_mut) {
            let at = covers.iter().position(|v| v.as_str() == Some(id));
            if let Some(at) = at {
                remove_value(covers, at);
            }
        }
    };
    match rungs {
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(|t| drop(t)),
        Item::Value(Value::Array(array)) => {
            array.iter_mut().filter_map(Value::as_inline_table_mut).for_each(|t| drop(t));
        }
        _ => {}
    }
}

/// Takes one value out of a `for_each`.
fn one_value(edit: &mut Edit<'_>, found: &Found, position: usize) -> Result<(), EditError> {
    let in_shared = found.shared.as_ref().is_some_and(|name| {
        let table = edit.doc.get("steps").and_then(|s| s.get(name));
        table.and_then(Item::as_table_like).is_some_and(|t| t.contains_key("for_each"))
    });
    let keys = match (&found.shared, in_shared) {
        (Some(name), true) => {
            edit.doc.get_mut("steps").and_then(|s| s.get_mut(name)).and_then(Keys::of)
        }
        _ => base_keys(&mut edit.doc, found),
    };
    let values = keys.and_then(|k| k.table.get_mut("for_each").and_then(Item::as_array_mut));
    match values {
        Some(values) if position < values.len() => {
            remove_value(values, position);
        }
        _ => {
            let instead = "take its value out of the list in the file";
            return Err(EditError::OneOfMany { id: found.id.clone(), instead });
        }
    }
    remove_own(&mut edit.doc, &found.id);
    Ok(())
}

/// Removes a `[steps.ID]` table; comments that stand apart from it stay in the file.
fn remove_own(doc: &mut DocumentMut, name: &str) {
    let Some(steps) = doc.get_mut("steps").and_then(Item::as_table_like_mut) else { return };
    let Some(Item::Table(table)) = steps.remove(name) else { return };
    let (kept, _) = split_comments(&prefix_of(&table));
    if let (Some(position), false) = (last_position(&table), kept.trim().is_empty()) {
        hand_on(doc, position, &kept);
    }
}
