//! Polls: everybody of the crew who is a voter votes, and a decider of the crew decides.

use super::trouble::{AFTER_ALL, NO_GO};
use super::{Look, Occasion};
use crate::run::{Decision, Event, StepStatus, Vote};
use crate::runbook::{GateSpec, Step, StepIx, StepKind};

pub(super) fn occasions(look: &Look<'_>) -> Vec<Occasion> {
    let open = |ix: &StepIx| {
        let step = &look.state.plan.steps[*ix];
        let planned = look.state.steps[*ix].status() == StepStatus::Planned;
        step.kind == StepKind::Gate && planned && look.state.is_ready(*ix, look.now)
    };
    let gates = look.state.plan.steps.iter().enumerate();
    gates
        .filter(|(ix, _)| open(ix))
        .filter_map(|(ix, step)| Some((ix, step, step.gate.as_ref()?)))
        .flat_map(|(ix, step, gate)| {
            let votes = gate.voters.iter().filter_map(move |voter| vote(look, ix, step, voter));
            votes.chain(decide(look, ix, step, gate))
        })
        .collect()
}

fn vote(look: &Look<'_>, ix: StepIx, step: &Step, voter: &str) -> Option<Occasion> {
    let state = &look.state.steps[ix];
    if !look.cast.plays(voter) {
        return None;
    }
    let attempt = state.attempt;
    let doubts = look.trouble.is_no_go(&step.id, attempt) && doubter(look, step) == Some(voter);
    let (what, vote, comment, (low, high)) = match state.now.votes.get(voter) {
        None if doubts => ("no-go", Vote::NoGo, Some(NO_GO), (60, 150)),
        None => ("vote", Vote::Go, None, (20, 150)),
        // A quarter of an hour later it looks otherwise.
        Some(ballot) if doubts && ballot.vote == Vote::NoGo => {
            ("after all", Vote::Go, Some(AFTER_ALL), (600, 900))
        }
        Some(_) => return None,
    };
    let key = format!("{what} {}#{attempt} {voter}", step.id);
    let secs = look.dice.between(&key, low, high);
    let event = Event::GateVoted {
        step: step.id.clone(),
        attempt,
        vote,
        comment: comment.map(str::to_owned),
    };
    Some(Occasion::after(key, secs, voter, event))
}

/// Who has doubts: the last of the voters that is of the crew.
fn doubter<'a>(look: &Look<'_>, step: &'a Step) -> Option<&'a str> {
    let mut voters = step.gate.as_ref()?.voters.iter().map(String::as_str);
    voters.rfind(|voter| look.cast.plays(voter))
}

/// A decider of the crew goes as soon as nothing is missing. A lead's decision is not theirs.
fn decide(look: &Look<'_>, ix: StepIx, step: &Step, gate: &GateSpec) -> Option<Occasion> {
    let decider = gate.decider.as_deref()?;
    if decider == look.cast.lead || !look.cast.plays(decider) {
        return None;
    }
    let complete = look.state.go_votes(ix) >= gate.go_votes_needed() && lists_are_done(look, gate);
    let attempt = look.state.steps[ix].attempt;
    let key = format!("decide {}#{attempt}", step.id);
    let secs = look.dice.between(&key, 60, 180);
    let event =
        Event::GateDecided { step: step.id.clone(), attempt, decision: Decision::Go, reason: None };
    complete.then(|| Occasion::after(key, secs, decider, event))
}

/// Whether every checklist that the gate asks for is complete.
pub(super) fn lists_are_done(look: &Look<'_>, gate: &GateSpec) -> bool {
    let lists = gate.requires.iter().filter_map(|id| look.state.plan.checklist(id));
    lists.into_iter().all(|list| look.state.open_items(list).next().is_none())
}
