//! The roll-call that is on: who has answered, and who is still to.

use crate::cockpit::model::{Model, RollCall};
use crate::run::Time;
use crate::sync::session::Whereabouts;
use chrono::TimeDelta;
use indexmap::IndexSet;

/// A roll-call older than this asks nobody any more.
const LASTS: TimeDelta = TimeDelta::minutes(15);

/// Looks again at who has answered.
pub(super) fn refresh(model: &mut Model) {
    model.roll_call = roll_call(model);
}

fn roll_call(model: &Model) -> Option<RollCall> {
    let run = &model.run;
    let opened = run.roll_call.as_ref().filter(|opened| is_on(opened.at, model.now))?;
    if run.status.is_over() {
        return None;
    }
    let by = opened.person.to_string();
    let is_there = |person: &String| {
        *person == by || run.people.get(person).is_some_and(|known| known.present.is_some())
    };
    let (answered, missing) = asked(model).into_iter().partition(is_there);
    Some(RollCall { at: opened.at, by, answered, missing })
}

fn is_on(opened: Time, now: Time) -> bool {
    now < opened + LASTS
}

/// Everybody who is asked: those of the runbook, who acted in the run, and who is here; in place of
/// somebody the substitute who stands in.
fn asked(model: &Model) -> IndexSet<String> {
    let run = &model.run;
    let planned = run.plan.people.keys();
    let known =
        run.people.iter().filter(|(_, known)| known.last_act.is_some() || known.present.is_some());
    let here = model.presence.seen.iter().filter(|seen| seen.whereabouts == Whereabouts::Here);
    let all = planned.chain(known.map(|(person, _)| person));
    let all = all.chain(here.map(|seen| &seen.person)).chain([&model.me]);
    let instead = |person: &String| {
        let known = run.people.get(person)?;
        known.substitute.clone().filter(|_| known.present.is_none())
    };
    all.map(|person| instead(person).unwrap_or_else(|| person.clone())).collect()
}
