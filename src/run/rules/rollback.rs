//! A rung is taken, and ends well or not.

use super::run::not_before;
use super::{Refusal, Verdict, label, rung_label};
use crate::run::act::Act;
use crate::run::event::Event;
use crate::run::state::{Rollback, RunState, RunStatus};
use crate::runbook::{RungIx, StepIx, Then};

/// Begin and end of a rollback.
pub(super) fn judge(state: &RunState, act: &Act) -> Verdict {
    if !state.keeps_ladder() {
        return Err(Refusal::impossible(
            "rung",
            format!(
                "this run was opened with rule book {}, which records no rollback",
                state.rules
            ),
            "hold the run, and write what is done as notes",
        ));
    }
    match &act.event {
        Event::RollbackBegun { rung, .. } => begin(state, act, rung),
        Event::RollbackEnded { rung, succeeded, .. } => end(state, act, rung, *succeeded),
        _ => Ok(()),
    }
}

/// What cannot be while a rollback is on, or none.
pub(super) fn none_is_on(state: &RunState) -> Verdict {
    let Some(on) = state.rolling_back() else { return Ok(()) };
    Err(Refusal::impossible(
        "rolling-back",
        is_on(state, on),
        "end that rollback first: well, or as failed",
    ))
}

/// `rollback R1 Restore is on, since 02:14, by ana`.
pub(super) fn is_on(state: &RunState, on: &Rollback) -> String {
    let rung = state.rung_on().map_or_else(|| on.title.clone(), |rung| rung_label(state, rung));
    let since = on.begun.at.with_timezone(&state.plan.release.timezone).format("%H:%M");
    format!("rollback {rung} is on, since {since}, by {}", on.begun.person)
}

fn known(state: &RunState, id: &str) -> Result<RungIx, Refusal> {
    state.rung_ix(id).ok_or_else(|| {
        let ids: Vec<_> = state.plan.rollbacks.iter().map(|r| r.id.as_str()).collect();
        let instead = match ids.is_empty() {
            true => "this runbook has no rollback: hold, and decide what to do".to_owned(),
            false => format!("the ladder has: {}", ids.join(", ")),
        };
        Refusal::impossible("no-such-rung", format!("there is no rollback “{id}”"), instead)
    })
}

fn begin(state: &RunState, act: &Act, id: &str) -> Verdict {
    if state.status == RunStatus::Planned {
        return Err(Refusal::impossible(
            "not-started",
            "the run has not started, so there is nothing to take back",
            "cancel it if it will not take place",
        ));
    }
    let rung = known(state, id)?;
    none_is_on(state)?;
    let before = state.rollbacks.last().and_then(|r| r.ended.as_ref()).or(state.started.as_ref());
    let what = "the start of the run, or the end of the rollback before";
    not_before(act, before.map(|f| f.at), what)?;
    settled(state, &state.to_settle(rung))?;
    let name = rung_label(state, rung);
    if let Some(step) = state.gone(rung) {
        let others: Vec<_> =
            state.available_rungs().iter().map(|&ix| rung_label(state, ix)).collect();
        let instead = match others.is_empty() {
            true => "fix forward".to_owned(),
            false => format!("take one that is available ({})", others.join(", ")),
        };
        return Err(Refusal::not_now(
            "rung-gone",
            format!("rollback {name} is not available any more: {} has begun", label(state, step)),
            format!("{instead}, or let a lead override with a reason"),
        ));
    }
    if !state.is_needed(rung) {
        return Err(Refusal::not_now(
            "nothing-to-undo",
            format!("nothing that rollback {name} takes back has begun"),
            "hold or cancel the run instead, or let a lead override with a reason",
        ));
    }
    Ok(())
}

/// Work that goes on cannot be taken back.
fn settled(state: &RunState, open: &[StepIx]) -> Verdict {
    let Some(&first) = open.first() else { return Ok(()) };
    let numbers: Vec<_> = open.iter().map(|&ix| state.plan.steps[ix].number.as_str()).collect();
    let is = if open.len() == 1 { "is" } else { "and others are" };
    let them = if open.len() == 1 { "it" } else { "them" };
    Err(Refusal::impossible(
        "unsettled",
        format!("{} {is} still worked on", label(state, first)),
        format!("settle {} first: finish, fail or skip {them}", numbers.join(", ")),
    ))
}

fn end(state: &RunState, act: &Act, id: &str, succeeded: bool) -> Verdict {
    let rung = known(state, id)?;
    let Some(on) = state.rolling_back() else {
        return Err(Refusal::impossible(
            "no-rollback",
            "no rollback is on",
            "begin one first, or correct the entry that ended it",
        ));
    };
    if on.rung != id {
        return Err(Refusal::impossible("other-rung", is_on(state, on), "end that one"));
    }
    not_before(act, Some(on.begun.at), "the rollback began")?;
    let steps = state.plan.rollbacks[rung].steps.clone();
    not_before(act, state.last_of(steps.clone()), "the last thing that happened in it")?;
    if !succeeded {
        return Ok(());
    }
    settled(state, &in_the_way(state, rung))?;
    let stop = state.plan.rollbacks[rung].then == Then::Stop;
    if stop {
        not_before(act, state.last_of_steps(), "the last thing that happened to a step")?;
    }
    let open: Vec<_> = steps.filter(|&ix| !state.is_settled(ix)).collect();
    let Some(&first) = open.first() else { return Ok(()) };
    let more = match open.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    Err(Refusal::not_now(
        "rung-unsettled",
        format!("{}{more} of the rollback is not settled", label(state, first)),
        "finish or skip what is left of it, say that it failed, or let a lead override with a reason",
    ))
}

/// Steps with work going on that a good end would take back, recycle or stop, and those of the
/// rung itself.
fn in_the_way(state: &RunState, rung: RungIx) -> Vec<StepIx> {
    let taken = &state.plan.rollbacks[rung];
    let forward: Vec<StepIx> = match taken.then {
        Then::Stop => state.plan.forward_steps().collect(),
        Then::Resume(from) => {
            let returns = state.returning(taken, from);
            let concerned = |ix: &StepIx| returns[*ix] || taken.covers.binary_search(ix).is_ok();
            state.plan.forward_steps().filter(concerned).collect()
        }
    };
    let all = forward.into_iter().chain(taken.steps.clone());
    all.filter(|&ix| state.goes_on(ix)).collect()
}
