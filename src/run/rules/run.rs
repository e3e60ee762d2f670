//! The events of the run as a whole.

use super::rollback::{is_on, none_is_on};
use super::{Refusal, Verdict, label, latest_meant};
use crate::run::Time;
use crate::run::act::Act;
use crate::run::event::Event;
use crate::run::plan::read_plan;
use crate::run::state::{RunState, RunStatus};

/// Start, hold, resume, revise, reschedule, complete, cancel.
pub(super) fn judge(state: &RunState, act: &Act) -> Verdict {
    match &act.event {
        Event::RunOpened { .. } => Err(Refusal::impossible(
            "already-open",
            "the run is open",
            "open another run beside it",
        )),
        Event::RunStarted {} if state.status != RunStatus::Planned => Err(Refusal::impossible(
            "already-started",
            "the run has started",
            "start the next step",
        )),
        Event::RunHeld { .. } => held(state, act),
        Event::RunResumed {} => match state.held() {
            Some(hold) => not_before(act, Some(hold.from.at), "the hold began"),
            None => Err(Refusal::impossible(
                "not-held",
                "the run is not held",
                "nothing has to be done",
            )),
        },
        Event::RunCanceled { .. } => {
            if let Some(on) = state.rolling_back() {
                return Err(Refusal::not_now(
                    "rolling-back",
                    is_on(state, on),
                    "end the rollback first, or let a lead override with a reason",
                ));
            }
            not_before(act, state.last_of_steps(), "the last thing that happened to a step")
        }
        Event::RunRevised { runbook, sha256, base_sha256, .. } => {
            revised(state, runbook, sha256, base_sha256)
        }
        Event::RunRescheduled { window, zero_hour, .. } => {
            if window.is_none() && zero_hour.is_none() {
                return Err(Refusal::impossible(
                    "nothing-moved",
                    "neither a window nor a zero hour is given",
                    "give the new window, the new zero hour, or both",
                ));
            }
            if window.is_some_and(|w| w.closes <= w.opens) {
                return Err(Refusal::impossible(
                    "window",
                    "the window would close before it opens",
                    "check both times",
                ));
            }
            Ok(())
        }
        Event::RunCompleted { .. } => completed(state, act),
        _ => Ok(()),
    }
}

/// What ends something does not happen before it.
pub(super) fn not_before(act: &Act, earliest: Option<Time>, what: &str) -> Verdict {
    if earliest.is_some_and(|earliest| latest_meant(act) < earliest) {
        return Err(Refusal::impossible(
            "before-start",
            format!("that would be before {what}"),
            "give a later time",
        ));
    }
    Ok(())
}

fn held(state: &RunState, act: &Act) -> Verdict {
    if state.status == RunStatus::Planned {
        return Err(Refusal::impossible(
            "not-started",
            "the run has not started",
            "reschedule it, or do not start it yet",
        ));
    }
    if let Some(hold) = state.held() {
        let by = &hold.from.person;
        return Err(Refusal::impossible(
            "already-held",
            format!("the run is held already (by {by})"),
            "add a note if there is another reason",
        ));
    }
    let before = state.holds.last().and_then(|h| h.until.as_ref()).or(state.started.as_ref());
    not_before(act, before.map(|f| f.at), "the start of the run, or the end of the hold before")
}

fn completed(state: &RunState, act: &Act) -> Verdict {
    if state.status == RunStatus::Planned {
        return Err(Refusal::impossible(
            "not-started",
            "the run has not started",
            "cancel it if it will not take place",
        ));
    }
    none_is_on(state)?;
    let open: Vec<_> = state.plan.forward_steps().filter(|&ix| !state.is_settled(ix)).collect();
    let Some(&first) = open.first() else {
        return not_before(act, state.last_of_steps(), "the end of its last step");
    };
    let more = match open.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    Err(Refusal::impossible(
        "unsettled",
        format!("{}{more} is not settled", label(state, first)),
        "finish, skip or defer every step first, or cancel the run",
    ))
}

fn revised(state: &RunState, text: &str, sha256: &str, base: &str) -> Verdict {
    if base != state.sha256 {
        return Err(Refusal::impossible(
            "other-base",
            "the plan has been changed since this change was made",
            "look at the newer plan and make the change again on top of it",
        ));
    }
    if sha256 == state.sha256 {
        return Err(Refusal::impossible(
            "no-change",
            "the text is the one the run has",
            "nothing has to be done",
        ));
    }
    if crate::run::sha256_hex(text.as_bytes()) != sha256 {
        return Err(Refusal::impossible(
            "hash",
            "the hash given is not that of the text",
            "make the change again",
        ));
    }
    let plan = match state.plans.get(sha256) {
        Some(plan) => plan.clone(),
        None => read_plan(text).map_err(|problem| {
            Refusal::impossible("bad-runbook", problem, "mend the text; golive check shows where")
        })?,
    };
    if let Some(on) = state.rolling_back()
        && !plan.rollbacks.iter().any(|rung| rung.id == on.rung)
    {
        return Err(Refusal::impossible(
            "rung-on",
            format!("the text takes rollback {} out, and it is on", on.title),
            "end the rollback first, or leave it in the text",
        ));
    }
    if plan.release.id != state.plan.release.id {
        return Err(Refusal::impossible(
            "other-release",
            format!("the text is of release {}", plan.release.id),
            format!("adopt a text of release {}, or open a run of its own", state.plan.release.id),
        ));
    }
    Ok(())
}
