//! Everybody in a run, and what stands for them.

use crate::run::{Event, RunState};
use crate::runbook::{self, Owner, Role};
use indexmap::IndexMap;
use std::collections::HashMap;

/// A person as far as names go.
#[derive(Default)]
pub(super) struct Known {
    /// What stands instead.
    pub pseudonym: String,
    /// Display names; of somebody not of `[people]`, the name given.
    pub names: Vec<String>,
    /// Ways to reach them.
    pub contacts: Vec<String>,
    /// Whether parts of the names are names, too: not of "DBA on call".
    pub is_named: bool,
}

/// Everybody who is named anywhere: in `[people]`, now or in an earlier text, as an owner, or in the record.
pub(super) fn people(state: &RunState) -> IndexMap<String, Known> {
    let mut people = IndexMap::<String, Known>::new();
    let mut counts = HashMap::<&'static str, usize>::new();
    let opener = state.opened.person.to_string();
    let mut meet = |people: &mut IndexMap<String, Known>, id: &str, role: Option<Role>| {
        if id.trim().is_empty() || people.contains_key(id) {
            return;
        }
        let role = match role {
            Some(Role::Lead) => "lead",
            Some(Role::Observer) => "observer",
            None if id == opener => "lead",
            _ => "operator",
        };
        let n = counts.entry(role).or_default();
        *n += 1;
        let pseudonym = format!("{role}-{n}");
        people.insert(id.to_owned(), Known { pseudonym, ..Known::default() });
    };
    for logged in &state.log {
        let act = &logged.entry.act;
        if let Event::RunOpened { runbook, .. } | Event::RunRevised { runbook, .. } = &act.event
            && let Some(plan) = runbook::read(runbook).runbook
        {
            for person in plan.people.values() {
                meet(&mut people, &person.id, person.role);
                if let Some(known) = people.get_mut(&person.id) {
                    known.is_named = true;
                    known.names.push(person.name.clone());
                    known.contacts.extend(person.contact.clone());
                }
            }
            for owner in named_in(&plan) {
                meet(&mut people, &owner, None);
            }
        }
        meet(&mut people, &act.actor.name, Some(act.actor.role).filter(|r| *r != Role::Operator));
        for name in act.on_behalf_of.clone().into_iter().chain(named(&act.event)) {
            meet(&mut people, &name, None);
        }
    }
    for (id, known) in &mut people {
        if known.names.is_empty() {
            known.names.push(id.clone());
            known.is_named = looks_like_a_name(id) || is_login(id);
        }
    }
    people
}

/// Owners in the plan that are not of `[people]`: they may be people all the same.
fn named_in(plan: &runbook::Runbook) -> Vec<String> {
    let owners = plan.steps.iter().filter_map(|step| match &step.owner {
        Some(Owner::Person(owner)) => Some(owner.clone()),
        _ => None,
    });
    let items = plan.checklists.iter().flat_map(|list| &list.items);
    let criteria = plan.criteria.iter().filter_map(|criterion| criterion.owner.clone());
    owners.chain(items.filter_map(|item| item.owner.clone())).chain(criteria).collect()
}

/// People whom an event names.
fn named(event: &Event) -> Vec<String> {
    if !names_somebody(event) {
        return Vec::new();
    }
    let mut named = Vec::new();
    each_named(&mut event.clone(), &mut |person| named.push(person.clone()));
    named
}

/// Shows each person whom an event names to `each`, which may replace it.
pub(super) fn each_named(event: &mut Event, each: &mut dyn FnMut(&mut String)) {
    match event {
        Event::HandedOver { to: person }
        | Event::RoleGranted { person, .. }
        | Event::PersonCalled { person, .. }
        | Event::StepAssigned { owner: person, .. }
        | Event::NoteAdded { owner: Some(person), .. }
        | Event::NoteEdited { owner: Some(person), .. }
        | Event::RunRescheduled { approver: Some(person), .. } => each(person),
        Event::SubstituteActive { person, substitute } => {
            each(person);
            each(substitute);
        }
        _ => {}
    }
}

/// Whether an event names somebody.
pub(super) fn names_somebody(event: &Event) -> bool {
    matches!(
        event,
        Event::HandedOver { .. }
            | Event::RoleGranted { .. }
            | Event::PersonCalled { .. }
            | Event::StepAssigned { .. }
            | Event::NoteAdded { owner: Some(_), .. }
            | Event::NoteEdited { owner: Some(_), .. }
            | Event::RunRescheduled { approver: Some(_), .. }
            | Event::SubstituteActive { .. }
    )
}

/// Words of logins that are no names.
const DUTIES: [&str; 24] = [
    "admin", "agent", "backup", "bot", "call", "change", "dba", "deploy", "desk", "dev", "lead",
    "manager", "network", "observer", "oncall", "operator", "ops", "prod", "release", "root",
    "sre", "support", "team", "test",
];

/// Whether a free text looks like a login made of names: `alice.smith`, not `release-manager`.
fn is_login(text: &str) -> bool {
    let mut parts = text.split(['.', '_', '-']);
    (2..=3).contains(&parts.clone().count())
        && parts.all(|part| {
            !part.is_empty()
                && part.chars().all(char::is_alphabetic)
                && !DUTIES.contains(&&*part.to_lowercase())
        })
}

/// Whether a free text looks like somebody's name rather than like "DBA on call": some words, each
/// beginning with a capital.
fn looks_like_a_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    text.split_whitespace().count() <= 4
        && words.all(|word| word.chars().next().is_some_and(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_in_the_place_of_an_owner_is_no_name_in_parts() {
        assert!(looks_like_a_name("Maria Lopez"));
        assert!(!looks_like_a_name("DBA on call"));
        assert!(is_login("alice.smith"));
        assert!(!is_login("release-manager"));
        assert!(!is_login("bo"));
    }
}
