//! Names typed into a card. Somebody who is neither in the runbook nor has acted in this run is
//! asked about once: it may be a mistyped name, or no name at all.

use super::submit::{No, no};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, FieldName};
use crate::cockpit::model::Model;
use crate::runbook::{Owner, visible};

/// Asks about a name that nobody here has, once.
///
/// # Errors
/// The question; the next time the same name is taken.
pub(super) fn ask(model: &mut Model, card: &Card) -> Result<(), No> {
    if matches!(card.act, CardAct::LogFilter) {
        return Ok(());
    }
    for name in [FieldName::Person, FieldName::Owner, FieldName::For] {
        let Some(word) = card.text(&name) else { continue };
        if card.new_names.contains(&word) || is_known(model, card, &word) {
            continue;
        }
        let key = model.keymap.shown(Action::CardRecord);
        let meant =
            nearest(model, &word).map_or_else(String::new, |id| format!("; did you mean {id}?"));
        let shown = visible(&word);
        let text =
            format!("nobody here is called {shown}; {key} again takes it as a new name{meant}");
        if let Some(card) = model.card.as_mut() {
            card.new_names.push(word);
        }
        return Err(no(card, &name, text));
    }
    Ok(())
}

fn is_known(model: &Model, card: &Card, word: &str) -> bool {
    let run = &model.run;
    let same = |name: &str| name.eq_ignore_ascii_case(word);
    let planned = run.plan.people.iter().any(|(id, person)| same(id) || same(&person.name));
    let acted = run.people.iter().any(|(id, person)| same(id) && person.last_act.is_some());
    let owns = run.plan.steps.iter().any(|step| match &step.owner {
        Some(Owner::Person(owner)) => same(owner),
        Some(Owner::Team(_)) | None => false,
    });
    let assigned = run.steps.iter().any(|step| step.assigned.as_deref().is_some_and(same));
    planned || acted || owns || assigned || same(&model.me) || is_unchanged(model, card, word)
}

/// An owner that stands in the plan already, as the card was filled with it.
fn is_unchanged(model: &Model, card: &Card, word: &str) -> bool {
    let CardAct::PlanChange(id) = &card.act else { return false };
    model.run.plan.step(id).is_some_and(|step| crate::cockpit::cards::plan::owner(step) == word)
}

/// The id of somebody whose id or name is much like this word.
fn nearest<'a>(model: &'a Model, word: &str) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let distance = |name: &str| strsim::osa_distance(&word, &name.to_lowercase());
    let people = model.run.plan.people.iter();
    let near = people.map(|(id, person)| {
        let words = person.name.split_whitespace().map(distance).min().unwrap_or(usize::MAX);
        (distance(id).min(distance(&person.name)).min(words), id.as_str())
    });
    near.filter(|(distance, _)| *distance <= limit).min().map(|(_, id)| id)
}
