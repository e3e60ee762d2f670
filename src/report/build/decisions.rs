//! Gates with their votes, choices, noted decisions, reschedules; and checklists.

use super::steps::evidence;
use super::{Desk, second};
use crate::report::model::{
    Ballot, Checklist, Decision, DecisionKind, Decisions, Item, ItemState, Reschedule, Verdict,
    Window,
};
use crate::run::{self, NoteKind, StepStatus, Vote};
use crate::runbook::{StepIx, StepKind};

pub(super) fn decisions(desk: &Desk<'_>) -> Decisions {
    let state = desk.state;
    let mut made = Vec::new();
    for (ix, plan) in state.plan.steps.iter().enumerate() {
        match plan.kind {
            StepKind::Gate => gate(desk, ix, &mut made),
            StepKind::Choice => choice(desk, ix, &mut made),
            _ => {}
        }
    }
    let noted = state.notes.iter().filter(|n| n.kind == NoteKind::Decision && n.removed.is_none());
    made.extend(noted.map(|note| Decision {
        step: note.step.as_deref().map(|id| desk.label_of(id)),
        text: Some(note.text.clone()),
        at: Some(second(note.fact.at)),
        by: Some(desk.who(&note.fact.person)),
        after_end: desk.after_end(note.fact.seq),
        ..empty(DecisionKind::Noted, Verdict::Noted)
    }));
    made.sort_by_key(|decision| (decision.at.is_none(), decision.at));
    Decisions { made, reschedules: reschedules(desk) }
}

fn empty(kind: DecisionKind, verdict: Verdict) -> Decision {
    Decision {
        kind,
        step: None,
        attempt: None,
        verdict,
        text: None,
        at: None,
        by: None,
        reason: None,
        against_rules: None,
        conditions: Vec::new(),
        votes: Vec::new(),
        go_votes_needed: None,
        go_votes: None,
        poll_s: None,
        after_end: false,
    }
}

/// A decision for each attempt that has one; and the present attempt in any case, while it may
/// still be decided.
fn gate(desk: &Desk<'_>, ix: StepIx, made: &mut Vec<Decision>) {
    let state = &desk.state.steps[ix];
    for (attempt, number) in state.earlier.iter().chain([&state.now]).zip(1..) {
        let last = number as usize == state.earlier.len() + 1;
        let waits = attempt.status == StepStatus::Planned && !desk.state.status.is_over();
        if attempt.decision.is_some() || !attempt.votes.is_empty() || (last && waits) {
            made.push(poll(desk, ix, attempt, number));
        }
    }
}

fn poll(desk: &Desk<'_>, ix: StepIx, attempt: &run::Attempt, number: u32) -> Decision {
    let spec = desk.state.plan.steps[ix].gate.as_ref();
    let voters = spec.map_or(&[][..], |g| &g.voters[..]);
    let counts = |who: &String| voters.is_empty() || voters.contains(who);
    let go = |(who, ballot): &(&String, &run::Ballot)| ballot.vote == Vote::Go && counts(who);
    let (verdict, conditions) = match attempt.decision.as_ref().map(|(decision, ..)| decision) {
        None => (Verdict::Open, Vec::new()),
        Some(run::Decision::Go) => (Verdict::Go, Vec::new()),
        Some(run::Decision::NoGo) => (Verdict::NoGo, Vec::new()),
        Some(run::Decision::GoWithConditions { conditions }) => {
            (Verdict::GoWithConditions, conditions.clone())
        }
    };
    let decided = attempt.decision.as_ref().map(|(_, _, fact)| fact);
    let first_vote = attempt.votes.values().map(|b| b.fact.at).min();
    let finding = decided
        .and_then(|fact| desk.state.deviations.iter().find(|finding| finding.seq == fact.seq));
    Decision {
        step: Some(desk.label(ix)),
        attempt: Some(number),
        at: decided.map(|fact| second(fact.at)),
        by: decided.map(|fact| desk.who(&fact.person)),
        reason: attempt.decision.as_ref().and_then(|(_, reason, _)| reason.clone()),
        against_rules: finding.map(|finding| finding.reason.clone()),
        conditions,
        votes: attempt.votes.iter().map(|(voter, ballot)| vote(desk, voter, ballot)).collect(),
        go_votes_needed: spec.map(|g| g.go_votes_needed()).filter(|n| *n > 0),
        go_votes: (!attempt.votes.is_empty() || !voters.is_empty())
            .then(|| attempt.votes.iter().filter(go).count()),
        poll_s: decided.zip(first_vote).map(|(fact, first)| (fact.at - first).num_seconds()),
        after_end: decided.is_some_and(|fact| desk.after_end(fact.seq)),
        ..empty(DecisionKind::Gate, verdict)
    }
}

fn vote(desk: &Desk<'_>, voter: &str, ballot: &run::Ballot) -> Ballot {
    Ballot {
        voter: desk.who(voter),
        cast_by: (*ballot.fact.person != *voter).then(|| desk.who(&ballot.fact.person)),
        vote: ballot.vote,
        comment: ballot.comment.clone(),
        at: second(ballot.fact.at),
    }
}

fn choice(desk: &Desk<'_>, ix: StepIx, made: &mut Vec<Decision>) {
    let plan = &desk.state.plan.steps[ix];
    let state = &desk.state.steps[ix];
    for (attempt, number) in state.earlier.iter().chain([&state.now]).zip(1..) {
        let Some(option) = &attempt.option else { continue };
        let title = plan.options.iter().find(|o| o.id == *option).map_or(option, |o| &o.title);
        made.push(Decision {
            step: Some(desk.label(ix)),
            attempt: Some(number),
            text: Some(title.clone()),
            at: attempt.ended.as_ref().map(|fact| second(fact.at)),
            by: attempt.ended.as_ref().map(|fact| desk.who(&fact.person)),
            after_end: attempt.ended.as_ref().is_some_and(|fact| desk.after_end(fact.seq)),
            ..empty(DecisionKind::Choice, Verdict::Chosen)
        });
    }
}

fn reschedules(desk: &Desk<'_>) -> Vec<Reschedule> {
    desk.state
        .reschedules
        .iter()
        .map(|r| Reschedule {
            at: second(r.fact.at),
            by: desk.who(&r.fact.person),
            window: r.window.map(|w| Window { opens: second(w.opens), closes: second(w.closes) }),
            zero_hour: r.zero_hour.map(second),
            approver: r.approver.as_ref().map(|who| desk.who(who)),
            reference: r.reference.clone(),
            reason: r.reason.clone(),
        })
        .collect()
}

pub(super) fn checklists(desk: &Desk<'_>) -> Vec<Checklist> {
    desk.state
        .plan
        .checklists
        .iter()
        .map(|list| Checklist {
            title: list.title.clone(),
            open: desk.state.open_items(list).count(),
            items: list.items.iter().map(|item| item_of(desk, &list.id, item)).collect(),
        })
        .collect()
}

fn item_of(desk: &Desk<'_>, list: &str, item: &crate::runbook::ChecklistItem) -> Item {
    let open = Item {
        text: item.text.clone(),
        owner: item.owner.as_ref().map(|owner| desk.who(owner)),
        state: ItemState::Open,
        at: None,
        by: None,
        reason: None,
        evidence: None,
    };
    match desk.state.checklist_item(list, &item.id) {
        None => open,
        Some(run::ItemState::Ticked { fact, evidence: given }) => Item {
            state: ItemState::SignedOff,
            at: Some(second(fact.at)),
            by: Some(desk.who(&fact.person)),
            evidence: given.as_ref().map(|given| evidence(desk, given, fact)),
            ..open
        },
        Some(run::ItemState::Waived { fact, reason }) => Item {
            state: ItemState::Waived,
            at: Some(second(fact.at)),
            by: Some(desk.who(&fact.person)),
            reason: Some(reason.clone()),
            ..open
        },
    }
}
