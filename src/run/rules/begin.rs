//! Whether work may begin: the step's place in the plan, the clock, a hold, a rollback.

use super::{Refusal, Verdict, label, latest_meant, rung_label};
use crate::run::act::Act;
use crate::run::state::{RunState, Waiting};
use crate::runbook::{LinkOn, Place, StepIx};
use chrono::TimeDelta;

/// A step of a rung is worked on while its rung is on, and afterwards if it is still owed.
pub(super) fn in_a_rung_taken(state: &RunState, ix: StepIx) -> Verdict {
    let Place::Rung(rung) = state.plan.steps[ix].place else { return Ok(()) };
    if state.is_rung_work(ix) {
        return Ok(());
    }
    let (why, instead) = match state.was_taken(rung) {
        true => ("has ended", "write a note, or correct the entry that ended it"),
        false => ("has not begun", "work the steps of the plan"),
    };
    Err(Refusal::impossible(
        "rung-not-taken",
        format!("{} belongs to a rollback that {why}", label(state, ix)),
        instead,
    ))
}

/// Whether a planned (or deferred) step may begin at the act's time.
pub(super) fn may_begin(state: &RunState, act: &Act, ix: StepIx) -> Verdict {
    let at = latest_meant(act);
    let mut waiting = state.waiting_for(ix, at);
    // Said to the minute, it may have been just before the hold or the rollback.
    if state.held_at(act.effective_at()).is_none() {
        waiting.retain(|w| *w != Waiting::Held);
    }
    if state.kept_back(ix, act.effective_at()).is_none() {
        waiting.retain(|w| !matches!(w, Waiting::Rollback(_)));
    }
    let Some(first) = waiting.first() else { return Ok(()) };
    let name = label(state, ix);
    let (rule, why, instead) = match first {
        Waiting::Over => {
            return Err(Refusal::impossible("run-over", "the run is over", "write a note"));
        }
        Waiting::Held => {
            let why = state.held_at(at).and_then(|h| h.reason.clone());
            let why = why.map_or_else(String::new, |why| format!(": {why}"));
            ("held", format!("the run is held{why}"), "resume the run first".to_owned())
        }
        Waiting::Rollback(rung) => (
            "rolling-back",
            format!("{name} waits for the end of rollback {}", rung_label(state, *rung)),
            "end the rollback first".to_owned(),
        ),
        Waiting::NotTaken => {
            ("rolling-back", "a rollback is on".to_owned(), "end the rollback first".to_owned())
        }
        Waiting::Phase(phase) => (
            "phase-open",
            format!("{name} waits for phase {}", state.plan.phases[*phase].title),
            "settle every step of that phase first".to_owned(),
        ),
        Waiting::Step(before, on) => (
            "predecessor-open",
            match on {
                LinkOn::Finish => format!("{name} waits for {}", label(state, *before)),
                LinkOn::Start => format!("{name} waits for the start of {}", label(state, *before)),
            },
            format!("settle {} first", state.plan.steps[*before].number),
        ),
        Waiting::Choice(choice) => (
            "choice-open",
            format!("{name} waits for the choice {}", label(state, *choice)),
            format!("choose at {} first", state.plan.steps[*choice].number),
        ),
        Waiting::Until(_) => {
            // Whatever comes last of all that has to pass.
            let until = |w: &Waiting| if let Waiting::Until(at) = w { Some(*at) } else { None };
            let at = &waiting.iter().filter_map(until).max().unwrap_or(at);
            let local = at.with_timezone(&state.plan.release.timezone);
            let far = *at - act.at > TimeDelta::hours(12);
            let moment = local.format(if far { "%d %b %H:%M" } else { "%H:%M:%S" });
            let instead = if *at > act.at { "wait until then" } else { "give a later time" };
            ("too-early", format!("{name} is not to begin before {moment}"), instead.to_owned())
        }
    };
    Err(Refusal::not_now(rule, why, format!("{instead}, or let a lead override with a reason")))
}
