//! Corrections: which entries can be mended, what rests on them, what a mended one says.

use super::act::{Act, Entry};
use super::event::Event;
use super::state::{Fact, Logged, Rollback, RunState, Verdict};
use super::words::{EntryId, Mend};
use crate::runbook::{Place, Role, StepIx, StepKind};
use std::borrow::Cow;
use std::collections::HashSet;

/// What a correction may do to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mendable {
    /// Take it back.
    pub void: bool,
    /// Give it another time.
    pub time: bool,
    /// Give it another text.
    pub text: bool,
}

/// What a correction may do to an entry with this event.
///
/// What others have seen or rest on for good (the opening, revisions, roles, a sent message, a
/// process) cannot be taken back; a new act says what is right.
pub fn mendable(event: &Event) -> Mendable {
    let all = Mendable { void: true, time: true, text: true };
    match event {
        Event::StepFailed { .. }
        | Event::StepBlocked { .. }
        | Event::StepSkipped { .. }
        | Event::StepDeferred { .. }
        | Event::StepReopened { .. }
        | Event::ValueRecorded { .. }
        | Event::RunHeld { .. }
        | Event::RunCanceled { .. }
        | Event::RollbackBegun { .. }
        | Event::RollbackEnded { .. }
        | Event::GateDecided { .. }
        | Event::GateVoted { .. }
        | Event::NoteAdded { .. }
        | Event::CriterionJudged { .. }
        | Event::RunCompleted { .. } => all,
        Event::ReasonGiven { .. } | Event::ChecklistWaived { .. } => {
            Mendable { time: false, ..all }
        }
        Event::RunStarted {}
        | Event::RunResumed {}
        | Event::StepStoodBy { .. }
        | Event::StepStarted { .. }
        | Event::StepEstimated { .. }
        | Event::StepCompleted { .. }
        | Event::StepUnblocked { .. }
        | Event::StepSigned { .. }
        | Event::ItemTicked { .. }
        | Event::EvidenceGiven { .. }
        | Event::OptionChosen { .. }
        | Event::ChecklistTicked { .. }
        | Event::PersonCalled { .. } => Mendable { text: false, ..all },
        Event::StepAssigned { .. }
        | Event::HandedOver { .. }
        | Event::RoleGranted { .. }
        | Event::RunRescheduled { .. }
        | Event::SubstituteActive { .. }
        | Event::NoteClosed { .. }
        | Event::NoteRemoved { .. } => Mendable { void: true, ..Mendable::default() },
        Event::RunOpened { .. }
        | Event::RunRevised { .. }
        | Event::RollCallOpened {}
        | Event::RollCallAnswered {}
        | Event::Correction { .. }
        | Event::NoteEdited { .. }
        | Event::MessageSent { .. }
        | Event::AutomationStarted { .. }
        | Event::AutomationFinished { .. }
        | Event::ClockJumped { .. }
        | Event::Unknown { .. } => Mendable::default(),
    }
}

/// Finds an entry of the log by its name; the latest are looked at first.
pub(super) fn logged<'a>(state: &'a RunState, id: &EntryId) -> Option<&'a Logged> {
    state.log.iter().rev().find(|l| l.entry.id == *id)
}

impl RunState {
    /// What an entry of the log says after its corrections of time and text; of a voided one, what
    /// it said.
    pub fn mended_act<'a>(&self, logged: &'a Logged) -> Cow<'a, Act> {
        match self.amendments.get(&logged.entry.id) {
            Some(amendment) if logged.corrected_by.is_some() => {
                Cow::Owned(mended(&logged.entry.act, amendment))
            }
            _ => Cow::Borrowed(&logged.entry.act),
        }
    }

    /// Entries that this person may correct, newest first: their own, and for a lead everybody's.
    pub fn correctable<'a>(&'a self, person: &'a str) -> impl Iterator<Item = &'a Logged> {
        let lead = self.role_of(person) == Role::Lead;
        self.log.iter().rev().filter(move |l| {
            matches!(l.verdict, Verdict::Applied | Verdict::Deviation)
                && mendable(&l.entry.act.event).void
                && (lead || l.entry.act.actor.name == person || l.entry.act.person() == person)
        })
    }

    /// Later entries that rest on this one, by `seq`: acts on the same step (or checklist item, or
    /// hold), starts of what waited for it (through milestones and barriers too), the end of the
    /// run, and of a rollback: what it took back, what was done in it, and what was done again
    /// after it. A correction asks about them first.
    pub fn built_on(&self, id: &EntryId) -> Vec<u64> {
        let Some(at) = self.log.iter().rposition(|l| l.entry.id == *id) else {
            return Vec::new();
        };
        let event = &self.log[at].entry.act.event;
        let step = event.step().filter(|_| event.settles()).and_then(|s| self.step_ix(s));
        let dependents = step.map(|ix| self.dependents(ix)).unwrap_or_default();
        let later = self.log[at + 1..].iter().filter(|l| {
            matches!(l.verdict, Verdict::Applied | Verdict::Deviation)
                && (self.rests_on(&l.entry.act.event, event, id, &dependents)
                    || self.rests_on_rollback(&l.entry, &self.log[at].entry))
        });
        later.map(|l| l.entry.seq).collect()
    }

    /// Whether a later entry rests on an earlier one by way of a rollback.
    fn rests_on_rollback(&self, later: &Entry, earlier: &Entry) -> bool {
        let (later, now) = (&later.act.event, later.seq);
        let taking = |seq: u64| {
            let of = |f: &Fact| f.seq == seq;
            self.rollbacks.iter().find(|r| of(&r.begun) || r.ended.as_ref().is_some_and(of))
        };
        match (&earlier.act.event, later) {
            // A rollback took back what the earlier entry says was done.
            (event, Event::RollbackBegun { rung, .. }) if self.concerns(rung, event).0 => true,
            (event, Event::RollbackEnded { rung, .. })
                if self.concerns(rung, event) != (false, false) =>
            {
                true
            }
            (Event::RollbackBegun { rung, .. }, _) => {
                let Some(taken) = taking(earlier.seq) else { return false };
                let end = taken.ended.as_ref().map(|f| f.seq);
                end == Some(now)
                    || (end.is_none_or(|end| now < end) && self.concerns(rung, later).1)
                    || end.is_some_and(|end| now > end && self.done_again(taken, later))
            }
            (Event::RollbackEnded { .. }, _) => {
                taking(earlier.seq).is_some_and(|taken| self.done_again(taken, later))
            }
            _ => false,
        }
    }

    /// Whether an act changed a step that a rung covers, and whether it changed one of its own.
    fn concerns(&self, rung: &str, event: &Event) -> (bool, bool) {
        let rung = self.rung_ix(rung).and_then(|ix| self.plan.rollbacks.get(ix));
        let step = event.step().filter(|_| event.changes_status()).and_then(|id| self.step_ix(id));
        rung.zip(step).map_or((false, false), |(rung, ix)| {
            (rung.covers.binary_search(&ix).is_ok(), rung.steps.contains(&ix))
        })
    }

    /// Whether an act after the end of a rollback stands on that end.
    fn done_again(&self, taken: &Rollback, later: &Event) -> bool {
        match later {
            Event::RollbackBegun { .. } | Event::RunCompleted { .. } => true,
            // The hold that the failed rung began.
            Event::RunResumed {} => taken.succeeded == Some(false),
            _ => later.step().is_some_and(|step| {
                let back = |ids: &[String]| ids.iter().any(|id| id == step);
                later.changes_status() && (back(&taken.recycled) || back(&taken.undone))
            }),
        }
    }

    /// Steps that wait for this one: directly, behind its phase's barrier, or behind milestones.
    fn dependents(&self, ix: StepIx) -> HashSet<StepIx> {
        let plan = &self.plan;
        let mut found = HashSet::new();
        let mut open = vec![ix];
        while let Some(ix) = open.pop() {
            let mut next = self.followers(ix);
            if let Some(Place::Phase(phase)) = plan.steps.get(ix).map(|s| s.place) {
                let behind = plan.phases.iter().filter(|p| p.after.contains(&phase));
                next.extend(behind.flat_map(|p| p.steps.clone()));
            }
            let hangs = |s: &StepIx| plan.steps[*s].when.as_ref().is_some_and(|w| w.step == ix);
            next.extend(plan.forward_steps().filter(hangs));
            for step in next {
                if found.insert(step) && plan.steps[step].kind == StepKind::Milestone {
                    open.push(step);
                }
            }
        }
        found
    }

    fn rests_on(
        &self,
        later: &Event,
        earlier: &Event,
        id: &EntryId,
        dependents: &HashSet<StepIx>,
    ) -> bool {
        if let Event::Correction { entry, .. } = later {
            return entry == id;
        }
        match earlier {
            Event::RunHeld { .. } => return matches!(later, Event::RunResumed {}),
            Event::RunStarted {} => return later.step().is_some(),
            Event::NoteAdded { .. } => {
                return matches!(later, Event::NoteEdited { note, .. }
                    | Event::NoteClosed { note, .. } if note == id);
            }
            _ => {}
        }
        if matches!(later, Event::RunCompleted { .. }) {
            return earlier.changes_status();
        }
        let (Some(step), Some(other)) = (earlier.step(), later.step()) else { return false };
        if step == other {
            return earlier.changes_status() && later.changes_status();
        }
        later.changes_status() && self.step_ix(other).is_some_and(|ix| dependents.contains(&ix))
    }
}

impl Event {
    /// The step that an event is about.
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::StepStoodBy { step, .. }
            | Self::StepStarted { step, .. }
            | Self::StepEstimated { step, .. }
            | Self::StepCompleted { step, .. }
            | Self::StepFailed { step, .. }
            | Self::StepBlocked { step, .. }
            | Self::StepUnblocked { step, .. }
            | Self::StepSkipped { step, .. }
            | Self::StepDeferred { step, .. }
            | Self::StepReopened { step, .. }
            | Self::StepAssigned { step, .. }
            | Self::StepSigned { step, .. }
            | Self::ItemTicked { step, .. }
            | Self::ValueRecorded { step, .. }
            | Self::EvidenceGiven { step, .. }
            | Self::ReasonGiven { step, .. }
            | Self::OptionChosen { step, .. }
            | Self::GateVoted { step, .. }
            | Self::GateDecided { step, .. }
            | Self::AutomationStarted { step, .. }
            | Self::AutomationFinished { step, .. } => Some(step),
            Self::NoteAdded { step, .. }
            | Self::MessageSent { step, .. }
            | Self::PersonCalled { step, .. } => step.as_deref(),
            _ => None,
        }
    }

    /// The attempt of a step that an event is about.
    pub fn attempt(&self) -> Option<u32> {
        match self {
            Self::StepStoodBy { attempt, .. }
            | Self::StepStarted { attempt, .. }
            | Self::StepEstimated { attempt, .. }
            | Self::StepCompleted { attempt, .. }
            | Self::StepFailed { attempt, .. }
            | Self::StepBlocked { attempt, .. }
            | Self::StepUnblocked { attempt, .. }
            | Self::StepSkipped { attempt, .. }
            | Self::StepDeferred { attempt, .. }
            | Self::StepReopened { attempt, .. }
            | Self::StepSigned { attempt, .. }
            | Self::ItemTicked { attempt, .. }
            | Self::ValueRecorded { attempt, .. }
            | Self::EvidenceGiven { attempt, .. }
            | Self::ReasonGiven { attempt, .. }
            | Self::OptionChosen { attempt, .. }
            | Self::GateVoted { attempt, .. }
            | Self::GateDecided { attempt, .. }
            | Self::AutomationStarted { attempt, .. }
            | Self::AutomationFinished { attempt, .. } => Some(*attempt),
            _ => None,
        }
    }

    /// Whether something may have begun because of this event.
    fn settles(&self) -> bool {
        matches!(
            self,
            Self::StepCompleted { .. }
                | Self::StepStarted { .. }
                | Self::StepFailed { .. }
                | Self::StepSkipped { .. }
                | Self::StepDeferred { .. }
                | Self::StepSigned { .. }
                | Self::GateDecided { .. }
                | Self::OptionChosen { .. }
        )
    }

    /// Whether a step leaves its state by this event.
    fn changes_status(&self) -> bool {
        matches!(
            self,
            Self::StepStarted { .. }
                | Self::StepCompleted { .. }
                | Self::StepFailed { .. }
                | Self::StepBlocked { .. }
                | Self::StepUnblocked { .. }
                | Self::StepSkipped { .. }
                | Self::StepDeferred { .. }
                | Self::StepReopened { .. }
                | Self::StepSigned { .. }
                | Self::OptionChosen { .. }
                | Self::GateDecided { .. }
        )
    }
}

/// The act as it reads after its corrections.
pub(super) fn mended(act: &Act, amendment: &super::state::Amendment) -> Act {
    let mut act = act.clone();
    if let Some((at, _)) = amendment.time {
        act.happened_at = Some(at);
    }
    if let Some((text, _)) = &amendment.text {
        retext(&mut act.event, text);
    }
    act
}

fn retext(event: &mut Event, new: &str) {
    match event {
        Event::StepFailed { reason, .. }
        | Event::StepBlocked { reason, .. }
        | Event::StepSkipped { reason, .. }
        | Event::StepDeferred { reason, .. }
        | Event::StepReopened { reason, .. }
        | Event::RunHeld { reason }
        | Event::RunCanceled { reason }
        | Event::RollbackBegun { reason, .. }
        | Event::RollbackEnded { reason, .. }
        | Event::GateDecided { reason, .. }
        | Event::GateVoted { comment: reason, .. }
        | Event::CriterionJudged { comment: reason, .. }
        | Event::RunCompleted { summary: reason, .. } => *reason = Some(new.to_owned()),
        Event::ReasonGiven { reason: text, .. }
        | Event::ChecklistWaived { reason: text, .. }
        | Event::ValueRecorded { value: text, .. }
        | Event::NoteAdded { text, .. } => new.clone_into(text),
        _ => {}
    }
}

/// Notes a correction among the amendments: void wins over everything, a later time or text over
/// an earlier one.
pub(super) fn amend(state: &mut RunState, target: &EntryId, mend: &Mend, seq: u64) {
    let amendment = state.amendments.entry(target.clone()).or_default();
    match mend {
        Mend::Void {} => amendment.void = Some(seq),
        Mend::Time { happened_at } => amendment.time = Some((*happened_at, seq)),
        Mend::Text { text } => amendment.text = Some((text.clone(), seq)),
    }
}
