//! What a word on the command line means in a run: a step, a person, an entry, a member of a list.

use super::error::CommandError;
use crate::run::{EntryId, RunState};
use crate::runbook::{Runbook, StepIx};

/// Most candidates that an answer lists.
const LISTED: usize = 8;

/// The step meant by an id, a number or an unambiguous beginning of an id.
pub fn find_step(state: &RunState, word: &str) -> Result<StepIx, CommandError> {
    let plan = &state.plan;
    plan.find_step(word).map_err(|candidates| match candidates.len() {
        0 => CommandError::refused(format!("this run has no step `{word}`"))
            .hint("`golive status` lists the steps with their numbers; its --json has the ids"),
        _ => CommandError::refused(format!("`{word}` may mean several steps"))
            .hint(format!("say which: {}", some_of(&candidates))),
    })
}

/// The id of the person meant by an id or by a display name; a stranger's name as it is.
pub fn person_id(plan: &Runbook, word: &str) -> String {
    let word = word.trim();
    let people = &plan.people;
    if people.contains_key(word) {
        return word.to_owned();
    }
    let wanted = word.to_lowercase();
    let mut hits = people
        .values()
        .filter(|p| p.id.to_lowercase() == wanted || p.name.to_lowercase() == wanted);
    match (hits.next(), hits.next()) {
        (Some(person), None) => person.id.clone(),
        _ => word.to_owned(),
    }
}

/// The latest entry of this person that can be corrected.
pub fn own_last_entry(state: &RunState, person: &str) -> Result<EntryId, CommandError> {
    let mut own = state.correctable(person).filter(|l| l.entry.act.actor.name == person);
    own.next().map(|logged| logged.entry.id.clone()).ok_or_else(|| {
        CommandError::refused(format!("nothing that {person} recorded can be corrected"))
            .hint("name an entry by its number; the log in the cockpit shows them")
    })
}

/// The entry meant by its number in the log (17, #17) or by its name (replica/index).
pub fn entry_named(state: &RunState, word: &str) -> Result<EntryId, CommandError> {
    let number = word.strip_prefix('#').unwrap_or(word).parse::<u64>().ok();
    state
        .log
        .iter()
        .find(|logged| number == Some(logged.entry.seq) || logged.entry.id.to_string() == word)
        .map(|logged| logged.entry.id.clone())
        .ok_or_else(|| {
            CommandError::refused(format!("this run has no entry `{word}`")).hint(format!(
                "entries are numbered from 1 to {}; every act prints its number",
                state.log.len()
            ))
        })
}

/// The member meant by its name, its position from 1, or an unambiguous beginning.
pub fn one_of<'a, T>(members: &'a [T], word: &str, name: impl Fn(&T) -> &str) -> Option<&'a T> {
    if let Some(exact) = members.iter().find(|m| name(m) == word) {
        return Some(exact);
    }
    if let Ok(position) = word.parse::<usize>() {
        return position.checked_sub(1).and_then(|at| members.get(at));
    }
    let lower = word.to_lowercase();
    let mut hits =
        members.iter().filter(|m| !lower.is_empty() && name(m).to_lowercase().starts_with(&lower));
    match (hits.next(), hits.next()) {
        (Some(hit), None) => Some(hit),
        _ => None,
    }
}

/// Names, as many as fit an answer.
fn some_of(names: &[&str]) -> String {
    let more = names.len().saturating_sub(LISTED);
    let listed = names[..names.len() - more].join(", ");
    if more > 0 { format!("{listed} and {more} more") } else { listed }
}
