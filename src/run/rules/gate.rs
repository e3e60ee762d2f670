//! Votes and decisions.

use super::{Refusal, Verdict, begin, label};
use crate::run::act::Act;
use crate::run::event::Event;
use crate::run::state::{RunState, StepStatus};
use crate::run::words::Decision;
use crate::runbook::{Role, StepIx, StepKind};

/// Whether this person is a named voter, or stands in for one.
pub(super) fn is_voter(state: &RunState, ix: StepIx, person: &str) -> bool {
    let names_some = state.plan.steps[ix].gate.as_ref().is_some_and(|g| !g.voters.is_empty());
    names_some && state.voter_for(ix, person).is_some()
}

/// Whether this person is the named decider, or stands in for them.
pub(super) fn is_decider(state: &RunState, ix: StepIx, person: &str) -> bool {
    let decider = state.plan.steps[ix].gate.as_ref().and_then(|g| g.decider.as_deref());
    decider.is_some_and(|d| d == person || state.stands_in(person, d))
}

/// A vote or a decision on the gate `ix`.
pub(super) fn judge(state: &RunState, act: &Act, ix: StepIx) -> Verdict {
    if state.plan.steps[ix].kind != StepKind::Gate {
        return Err(Refusal::impossible(
            "no-gate",
            format!("{} is no gate", label(state, ix)),
            "votes and decisions belong to gates",
        ));
    }
    if state.keeps_ladder() {
        begin::in_a_rung_taken(state, ix)?;
    }
    match state.steps[ix].status() {
        StepStatus::Planned | StepStatus::Running => {}
        StepStatus::Done | StepStatus::Failed => {
            return Err(Refusal::impossible(
                "decided",
                format!("{} has been decided", label(state, ix)),
                "correct the decision if it was mistyped, or reopen the gate for a fresh poll",
            ));
        }
        StepStatus::Blocked => {
            return Err(Refusal::impossible(
                "blocked",
                format!("{} is blocked", label(state, ix)),
                "unblock it first",
            ));
        }
        _ => {
            return Err(Refusal::impossible(
                "settled",
                format!("{} is settled", label(state, ix)),
                "reopen it for a fresh poll",
            ));
        }
    }
    match &act.event {
        Event::GateDecided { decision, .. } => decide(state, act, ix, decision),
        _ => vote(state, act, ix),
    }
}

fn vote(state: &RunState, act: &Act, ix: StepIx) -> Verdict {
    if state.voter_for(ix, act.person()).is_some() {
        return Ok(());
    }
    Err(Refusal::impossible(
        "not-a-voter",
        format!("{} does not vote on {}", act.person(), label(state, ix)),
        "name the voter whose vote it is, or write a note",
    ))
}

fn decide(state: &RunState, act: &Act, ix: StepIx, decision: &Decision) -> Verdict {
    if let Decision::GoWithConditions { conditions } = decision
        && (conditions.is_empty() || conditions.iter().any(|c| c.trim().is_empty()))
    {
        return Err(Refusal::impossible(
            "no-condition",
            "go with conditions names no condition",
            "write each condition, or decide go",
        ));
    }
    begin::may_begin(state, act, ix)?;
    let Some(gate) = state.plan.steps[ix].gate.as_ref() else { return Ok(()) };
    if let Some(decider) = &gate.decider
        && !is_decider(state, ix, act.person())
    {
        return Err(Refusal::not_now(
            "not-the-decider",
            format!("{decider} decides {}", label(state, ix)),
            format!("record it for {decider}, or override with a reason"),
        ));
    }
    if gate.decider.is_none() && act.actor.role != Role::Lead {
        return Err(Refusal::impossible(
            "not-the-decider",
            format!("a lead decides {}", label(state, ix)),
            "ask the lead",
        ));
    }
    if *decision == Decision::NoGo {
        return Ok(());
    }
    let (cast, needed) = (state.go_votes(ix), gate.go_votes_needed());
    if cast < needed {
        return Err(Refusal::not_now(
            "quorum",
            format!("{} has {cast} of {needed} go votes", label(state, ix)),
            "wait for the votes, or go without them and say why",
        ));
    }
    for id in &gate.requires {
        let Some(checklist) = state.plan.checklist(id) else { continue };
        let open = state.open_items(checklist).count();
        if open > 0 {
            return Err(Refusal::not_now(
                "checklist",
                format!("checklist {} has {open} open items", checklist.title),
                "tick or waive them, or go without them and say why",
            ));
        }
    }
    Ok(())
}
