//! Steps that were given another title and, having no `id` of their own, another id with it: for a
//! run they are gone, and others are there instead.

use super::{section_id, section_steps};
use crate::runbook::slug::slug;
use crate::runbook::{Runbook, Step, StepIx};
use similar::TextDiff;
use std::collections::HashMap;

/// From this likeness on, of 1, a title is another wording of the old one.
const ALIKE: f32 = 0.6;

/// Steps of the old plan that stand in the new one under another title and id: the new one's place
/// by the old id.
pub(super) fn renamed<'a>(old: &'a Runbook, new: &Runbook) -> HashMap<&'a str, StepIx> {
    let mut fresh: Vec<StepIx> = (0..new.steps.len())
        .filter(|&ix| is_missing(old, new, ix) && named_by_title(&new.steps[ix]))
        .collect();
    let mut pairs = HashMap::new();
    for ix in (0..old.steps.len()).filter(|&ix| is_missing(new, old, ix)) {
        let gone = &old.steps[ix];
        let stood = (section_id(old, gone.place), kept_before(old, new, ix));
        let found = fresh.iter().position(|&ix| {
            let step = &new.steps[ix];
            stood == (section_id(new, step.place), kept_before(new, old, ix)) && alike(gone, step)
        });
        if let Some(found) = found {
            pairs.insert(gone.id.as_str(), fresh.remove(found));
        }
    }
    pairs
}

/// In words, and how to keep the step's history.
pub(super) fn words(gone: &Step, new: &Step) -> String {
    format!(
        "{} {} is gone, new: {}; give it id = \"{}\" to keep its history",
        gone.number, gone.title, new.title, gone.id
    )
}

fn is_missing(from: &Runbook, book: &Runbook, ix: StepIx) -> bool {
    !from.step_ix.contains_key(&book.steps[ix].id)
}

fn named_by_title(step: &Step) -> bool {
    step.id == slug(&step.title)
}

/// The step before it in its phase or rung that both plans have.
fn kept_before<'a>(book: &'a Runbook, other: &Runbook, ix: StepIx) -> Option<&'a str> {
    let inside = section_steps(book, book.steps[ix].place);
    let mut before = (inside.start..ix).rev().map(|ix| book.steps[ix].id.as_str());
    before.find(|id| other.step_ix.contains_key(*id))
}

/// A similar title, or the same work in all but its title.
fn alike(a: &Step, b: &Step) -> bool {
    let work =
        |s: &Step| (s.kind, s.owner.clone(), s.duration, s.stream.clone(), s.instructions.clone());
    let has_work = a.owner.is_some() && a.duration.is_some();
    let titles = (a.title.to_lowercase(), b.title.to_lowercase());
    a.kind == b.kind
        && (TextDiff::from_words(&titles.0, &titles.1).ratio() >= ALIKE
            || TextDiff::from_chars(&titles.0, &titles.1).ratio() >= ALIKE
            || (has_work && work(a) == work(b)))
}
