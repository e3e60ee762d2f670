//! What is derived from the state and never stored: ready, waiting, whose, what is owed, what
//! Enter would do.

use super::Time;
use super::act::Actor;
use super::event::Event;
use super::state::{Fact, ItemState, RunState, StepStatus};
use super::words::Vote;
use crate::runbook::{LinkOn, OnFailure, Owner, Role, StepIx, StepKind};

/// What the completion of a step still asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owed {
    /// An item is not ticked.
    Item(String),
    /// A value is missing: the record's id.
    Record(String),
    /// A value misses its criterion: the record's id, the value, the criterion.
    FailingRecord(String, String, String),
    /// A link or a file's hash.
    Evidence,
    /// The planned time of a wait has not passed: seconds left.
    Time(i64),
    /// That many signatures.
    Signatures(u32),
}

impl std::fmt::Display for Owed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Item(item) => write!(f, "item “{item}” is not ticked"),
            Self::Record(record) => write!(f, "no value is recorded for {record}"),
            Self::FailingRecord(record, value, pass) => {
                write!(f, "value {record} is {value} and should be {pass}")
            }
            Self::Evidence => write!(f, "evidence is missing"),
            Self::Time(secs) => write!(f, "{secs} s of the wait are left"),
            Self::Signatures(1) => write!(f, "1 signature is missing"),
            Self::Signatures(n) => write!(f, "{n} signatures are missing"),
        }
    }
}

/// How many steps are in which state; names as in `status --json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// Steps that count: forward steps, and those of a rung being taken.
    pub total: usize,
    /// Done.
    pub done: usize,
    /// Running.
    pub running: usize,
    /// Planned, and nothing stands in the way.
    pub ready: usize,
    /// Failed.
    pub failed: usize,
    /// Blocked.
    pub blocked: usize,
    /// Skipped.
    pub skipped: usize,
    /// Deferred.
    pub deferred: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Undone.
    pub undone: usize,
}

impl RunState {
    /// The role somebody has now: granted in the run, else written in the runbook, else lead for
    /// whoever opened it, operator for everybody else.
    pub fn role_of(&self, person: &str) -> Role {
        if let Some(role) = self.people.get(person).and_then(|p| p.role) {
            return role;
        }
        match self.plan.people.get(person).and_then(|p| p.role) {
            Some(role) => role,
            None if *self.opened.person == *person => Role::Lead,
            None => Role::Operator,
        }
    }

    /// Somebody as an actor, by a name that is claimed.
    pub fn actor(&self, person: &str) -> Actor {
        Actor { name: person.to_owned(), role: self.role_of(person), claimed: true }
    }

    /// Whether nothing waits for this step any more: done, skipped, deferred, not applicable,
    /// undone, or failed with `on_failure = "continue"`.
    pub fn is_settled(&self, ix: StepIx) -> bool {
        let (Some(step), Some(plan)) = (self.steps.get(ix), self.plan.steps.get(ix)) else {
            return false;
        };
        settles(step.now.status, plan.on_failure)
    }

    /// Who is expected to do a step, for the screen: a name, or `team Database`.
    pub fn owner_of(&self, ix: StepIx) -> Option<String> {
        if let Some(person) = self.steps.get(ix).and_then(|s| s.assigned.as_ref()) {
            return Some(person.clone());
        }
        Some(match self.plan.steps.get(ix)?.owner.as_ref()? {
            Owner::Person(person) => person.clone(),
            Owner::Team(team) => format!("team {team}"),
        })
    }

    /// Whether a step is expected of this person: its owner, one of its team, or the substitute
    /// who stands in for the owner now.
    pub fn is_mine(&self, ix: StepIx, person: &str) -> bool {
        let assigned = self.steps.get(ix).and_then(|s| s.assigned.as_deref());
        let owner = match (assigned, self.plan.steps.get(ix).and_then(|s| s.owner.as_ref())) {
            (Some(assigned), _) => assigned,
            (None, Some(Owner::Person(owner))) => owner,
            (None, Some(Owner::Team(team))) => {
                let of_team = self.plan.people.get(person).and_then(|p| p.team.as_ref());
                return of_team == Some(team);
            }
            (None, None) => return false,
        };
        owner == person || self.stands_in(person, owner)
    }

    /// Whether `person` is now the active substitute of `other`.
    pub fn stands_in(&self, person: &str, other: &str) -> bool {
        self.people.get(other).and_then(|p| p.substitute.as_deref()) == Some(person)
    }

    /// What completion of a step still asks, at `now`.
    pub fn owed(&self, ix: StepIx, now: Time) -> Vec<Owed> {
        let (Some(step), Some(state)) = (self.plan.steps.get(ix), self.steps.get(ix)) else {
            return Vec::new();
        };
        let mut owed: Vec<Owed> = step
            .items
            .iter()
            .filter(|item| !state.now.items.contains_key(*item))
            .map(|item| Owed::Item(item.clone()))
            .collect();
        for record in &step.records {
            match (state.now.values.get(&record.id), &record.pass) {
                (None, _) => owed.push(Owed::Record(record.id.clone())),
                (Some((value, _)), Some(pass)) if !pass.met_by(value) => {
                    let (id, value) = (record.id.clone(), value.clone());
                    owed.push(Owed::FailingRecord(id, value, pass.to_string()));
                }
                _ => {}
            }
        }
        if step.evidence && state.now.evidence.is_empty() {
            owed.push(Owed::Evidence);
        }
        if step.kind == StepKind::Wait
            && let Some(planned) = step.duration
        {
            let left = planned.likely - state.now.elapsed(now).unwrap_or(0);
            if left > 0 {
                owed.push(Owed::Time(left));
            }
        }
        let signed = u32::try_from(state.now.signatures.len()).unwrap_or(u32::MAX);
        if step.signers > signed {
            owed.push(Owed::Signatures(step.signers - signed));
        }
        owed
    }

    /// What Enter does on a step: the one usual, harmless next thing. Never fails, skips, decides,
    /// chooses or rolls back. None: nothing is usual here, or it would be refused.
    pub fn usual_next(&self, ix: StepIx, person: &str, now: Time) -> Option<Event> {
        let plan = self.plan.steps.get(ix)?;
        let state = self.steps.get(ix)?;
        let (step, attempt) = (plan.id.clone(), state.attempt);
        match (state.status(), plan.kind) {
            (_, StepKind::Gate | StepKind::Choice) => None,
            (StepStatus::Planned, StepKind::Milestone) => {
                self.is_ready(ix, now).then_some(Event::StepCompleted { step, attempt })
            }
            (StepStatus::Planned, _) => {
                self.is_ready(ix, now).then_some(Event::StepStarted { step, attempt })
            }
            (StepStatus::Deferred, _) => Some(Event::StepStarted { step, attempt }),
            (StepStatus::Blocked, _) => Some(Event::StepUnblocked { step, attempt }),
            (StepStatus::Running, _) if plan.signers > 0 => {
                let signed = state.now.signatures.iter().any(|f| *f.person == *person);
                (!signed).then_some(Event::StepSigned { step, attempt })
            }
            (StepStatus::Running, _) => Some(Event::StepCompleted { step, attempt }),
            _ => None,
        }
    }

    /// The steps that a run is told by: those of the phases, then those of every rung that is being
    /// taken or has been.
    pub fn told_steps(&self) -> impl Iterator<Item = StepIx> + '_ {
        let rungs = self.plan.rollbacks.iter().enumerate();
        let taken = rungs.filter(|(rung, _)| self.was_taken(*rung));
        self.plan.forward_steps().chain(taken.flat_map(|(_, rung)| rung.steps.clone()))
    }

    /// How many steps are in which state.
    pub fn counts(&self, now: Time) -> Counts {
        let mut counts = Counts::default();
        for ix in self.told_steps() {
            counts.total += 1;
            match self.steps[ix].status() {
                StepStatus::Planned if self.is_ready(ix, now) => counts.ready += 1,
                StepStatus::Planned => {}
                StepStatus::Running => counts.running += 1,
                StepStatus::Blocked => counts.blocked += 1,
                StepStatus::Done => counts.done += 1,
                StepStatus::Failed => counts.failed += 1,
                StepStatus::Skipped => counts.skipped += 1,
                StepStatus::NotApplicable => counts.not_applicable += 1,
                StepStatus::Deferred => counts.deferred += 1,
                StepStatus::Undone => counts.undone += 1,
            }
        }
        counts
    }

    /// The index of a step by its exact id.
    pub fn step_ix(&self, id: &str) -> Option<StepIx> {
        self.plan.step_ix.get(id).copied()
    }

    /// Whom a vote of this person counts for: themselves if they are a voter of the gate, or the
    /// voter for whom they stand in. None: not a voter. With no voters named, anybody's counts.
    pub fn voter_for<'a>(&'a self, ix: StepIx, person: &'a str) -> Option<&'a str> {
        let gate = self.plan.steps.get(ix)?.gate.as_ref()?;
        if gate.voters.is_empty() || gate.voters.iter().any(|v| v == person) {
            return Some(person);
        }
        gate.voters.iter().map(String::as_str).find(|v| self.stands_in(person, v))
    }

    /// Go votes cast in the present poll of a gate, by those who are voters now.
    pub fn go_votes(&self, ix: StepIx) -> usize {
        let votes = self.steps.get(ix).map(|s| &s.now.votes);
        let voters = self.plan.steps.get(ix).and_then(|s| s.gate.as_ref()).map(|g| &g.voters[..]);
        let counts = |who: &String| voters.is_none_or(|v| v.is_empty() || v.contains(who));
        votes.map_or(0, |v| v.iter().filter(|(who, b)| b.vote == Vote::Go && counts(who)).count())
    }

    /// The last moment at which anything happened to a step.
    pub fn last_of_steps(&self) -> Option<Time> {
        self.last_of(0..self.steps.len())
    }

    /// The last moment at which anything happened to a step in an entry before this one.
    pub(super) fn last_before(&self, seq: u64) -> Option<Time> {
        let facts = self.steps.iter().flat_map(|s| s.now.started.iter().chain(&s.now.ended));
        facts.filter(|f| f.seq < seq).map(|f| f.at).max()
    }

    /// The last moment at which anything happened to one of these steps.
    pub(super) fn last_of(&self, steps: std::ops::Range<StepIx>) -> Option<Time> {
        let facts = |s: &std::sync::Arc<super::state::StepState>| {
            s.now.ended.as_ref().or(s.now.started.as_ref()).map(|f| f.at)
        };
        self.steps.get(steps).unwrap_or_default().iter().filter_map(facts).max()
    }

    /// Whether work on a step goes on after the end of the run: it was deferred, and is being
    /// finished now (started, failed or reopened since).
    pub fn owed_after_end(&self, ix: StepIx) -> bool {
        self.ended.as_ref().is_some_and(|end| self.owed_since(ix, end))
    }

    /// State of a checklist item; none while it is open.
    pub fn checklist_item(&self, checklist: &str, item: &str) -> Option<&ItemState> {
        self.checklist_items.get(checklist)?.get(item)
    }

    /// Items of a checklist that are neither ticked nor waived.
    pub fn open_items<'a>(
        &'a self,
        checklist: &'a crate::runbook::Checklist,
    ) -> impl Iterator<Item = &'a crate::runbook::ChecklistItem> {
        checklist.items.iter().filter(|item| self.checklist_item(&checklist.id, &item.id).is_none())
    }

    /// The last entry's place in the order.
    pub fn last_seq(&self) -> u64 {
        self.log.last().map_or(0, |l| l.entry.seq)
    }

    /// The fact by which a link that hangs on this end of a step is met, if it is.
    pub(super) fn end_of(&self, ix: StepIx, on: LinkOn) -> Option<&Fact> {
        let attempt = &self.steps.get(ix)?.now;
        match on {
            LinkOn::Start => attempt.started.as_ref(),
            LinkOn::Finish => attempt.ended.as_ref().filter(|_| self.is_settled(ix)),
        }
    }
}

/// Whether a step in this state holds nothing up.
pub(super) fn settles(status: StepStatus, on_failure: OnFailure) -> bool {
    match status {
        StepStatus::Planned | StepStatus::Running | StepStatus::Blocked => false,
        StepStatus::Failed => on_failure == OnFailure::Continue,
        StepStatus::Done
        | StepStatus::Skipped
        | StepStatus::NotApplicable
        | StepStatus::Deferred
        | StepStatus::Undone => true,
    }
}
