//! Who took part, whose acts were proved and whose claimed; and how success was judged.

use super::{Desk, second};
use crate::report::model::{Criterion, CriterionState, Person};
use crate::run::{CallAnswer, Time};
use indexmap::IndexMap;

/// What one person did.
#[derive(Default)]
struct Part {
    recorded: usize,
    claimed: usize,
    by_others: usize,
    first: Option<Time>,
    last: Option<Time>,
}

impl Part {
    fn seen(&mut self, at: Time) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }
}

/// Everybody who recorded something, for whom something was recorded, or who was called.
pub(super) fn people(desk: &Desk<'_>) -> Vec<Person> {
    let state = desk.state;
    let mut parts = IndexMap::<&str, Part>::new();
    for logged in &state.log {
        let act = &logged.entry.act;
        let part = parts.entry(&act.actor.name).or_default();
        part.recorded += 1;
        part.claimed += usize::from(act.actor.claimed);
        part.seen(act.at);
        if act.person() != act.actor.name {
            let part = parts.entry(act.person()).or_default();
            part.by_others += 1;
            part.seen(act.effective_at());
        }
    }
    for (name, person) in &state.people {
        if !person.calls.is_empty() || person.role.is_some() {
            parts.entry(name).or_default();
        }
    }
    parts.into_iter().map(|(name, part)| person(desk, name, &part)).collect()
}

fn person(desk: &Desk<'_>, id: &str, part: &Part) -> Person {
    let state = desk.state;
    let planned = state.plan.people.get(id);
    let seen = state.people.get(id);
    let calls = |answer: CallAnswer| {
        seen.map_or(0, |p| p.calls.iter().filter(|(a, ..)| *a == answer).count())
    };
    Person {
        id: id.to_owned(),
        name: desk.who(id),
        team: planned.and_then(|p| p.team.clone()),
        role: state.role_of(id),
        recorded: part.recorded,
        proved: part.recorded - part.claimed,
        claimed: part.claimed,
        recorded_by_others: part.by_others,
        first_at: part.first.map(second),
        last_at: part.last.map(second),
        calls_answered: calls(CallAnswer::Answered),
        calls_unanswered: calls(CallAnswer::NoAnswer),
        substitute: seen.and_then(|p| p.substitute.as_ref()).map(|who| desk.who(who)),
    }
}

pub(super) fn criteria(desk: &Desk<'_>) -> Vec<Criterion> {
    let state = desk.state;
    state
        .plan
        .criteria
        .iter()
        .map(|criterion| {
            let judge_by = criterion.judge_by.map(|moment| state.moment(moment, desk.now));
            let judged = state.criteria.get(&criterion.id);
            Criterion {
                id: criterion.id.clone(),
                text: criterion.text.clone(),
                owner: criterion.owner.as_ref().map(|owner| desk.who(owner)),
                judge_by: judge_by.map(second),
                state: match judged {
                    Some((true, ..)) => CriterionState::Met,
                    Some((false, ..)) => CriterionState::NotMet,
                    None if judge_by.is_some_and(|due| due <= desk.now) => CriterionState::Due,
                    None => CriterionState::Open,
                },
                comment: judged.and_then(|(_, words, _)| words.clone()),
                at: judged.map(|(_, _, fact)| second(fact.at)),
                by: judged.map(|(_, _, fact)| desk.who(&fact.person)),
            }
        })
        .collect()
}
