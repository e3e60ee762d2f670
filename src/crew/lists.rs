//! Checklists and roll-calls.

use super::{Look, Occasion};
use crate::run::{Event, Evidence, RunStatus};
use crate::runbook::{Checklist, ChecklistItem, StepKind};

pub(super) fn occasions(look: &Look<'_>) -> Vec<Occasion> {
    if look.state.status == RunStatus::Planned {
        return Vec::new();
    }
    let wanted = look.state.plan.checklists.iter().filter(|list| is_wanted(look, list));
    let items = wanted.flat_map(|list| {
        look.state.open_items(list).filter_map(move |item| tick(look, list, item))
    });
    items.chain(answers(look)).collect()
}

/// Whether the next gate that asks for checklists asks for this one, or none does.
fn is_wanted(look: &Look<'_>, list: &Checklist) -> bool {
    let plan = &look.state.plan;
    let asks = |ix: &usize| plan.steps[*ix].gate.as_ref().map(|gate| &gate.requires);
    let mut gates = plan.forward_steps().filter(|ix| plan.steps[*ix].kind == StepKind::Gate);
    let ever = gates.clone().any(|ix| asks(&ix).is_some_and(|all| all.contains(&list.id)));
    let next =
        gates.find(|ix| !look.state.is_settled(*ix) && asks(ix).is_some_and(|all| !all.is_empty()));
    !ever || next.and_then(|ix| asks(&ix)).is_some_and(|all| all.contains(&list.id))
}

fn tick(look: &Look<'_>, list: &Checklist, item: &ChecklistItem) -> Option<Occasion> {
    let key = format!("sign off {}/{}", list.id, item.id);
    let person = match item.owner.as_deref() {
        Some(owner) if !look.cast.plays(owner) => return None,
        Some(owner) => owner.to_owned(),
        None => look.cast.somebody(&key),
    };
    let url = || format!("https://evidence.example/{}/{}", look.state.run, item.id);
    let evidence = item.evidence.then(|| Evidence::Link { url: url() });
    let secs = look.dice.between(&key, 120, 900);
    let event =
        Event::ChecklistTicked { checklist: list.id.clone(), item: item.id.clone(), evidence };
    Some(Occasion::after(key, secs, &person, event))
}

/// Everybody says that they are there; one in ten does not hear it.
fn answers(look: &Look<'_>) -> Vec<Occasion> {
    let Some(call) = &look.state.roll_call else { return Vec::new() };
    let missing =
        |person: &&str| look.state.people.get(*person).is_none_or(|known| known.present.is_none());
    let key = |person: &str| format!("here {} {person}", call.seq);
    let crew = look.cast.crew().filter(missing);
    crew.filter(|person| !look.dice.happens(&key(person), 10))
        .map(|person| {
            let secs = look.dice.between(&format!("{} when", key(person)), 5, 90);
            Occasion::after(key(person), secs, person, Event::RollCallAnswered {})
        })
        .collect()
}
