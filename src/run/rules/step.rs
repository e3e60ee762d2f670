//! The events of steps: event × state.

use super::{Refusal, Verdict, begin, known_step, label, latest_meant, this_attempt};
use crate::run::Time;
use crate::run::act::Act;
use crate::run::event::Event;
use crate::run::query::Owed;
use crate::run::state::{RunState, StepStatus};
use crate::runbook::{Condition, Role, Secs, StepIx, StepKind};

/// The longest estimate: more than a month is a slip of the finger.
const LONGEST_ESTIMATE: Secs = 31 * 86_400;

/// Everything that happens to a step, but votes and decisions.
pub(super) fn judge(state: &RunState, act: &Act) -> Verdict {
    let Some(step) = act.event.step() else { return Ok(()) };
    let ix = match act.event.attempt() {
        Some(attempt) => this_attempt(state, step, attempt)?,
        // An owner is of the step, whatever its attempt.
        None => known_step(state, step)?,
    };
    let on = On { state, act, ix };
    on.applicable()?;
    on.suits_kind()?;
    match &act.event {
        Event::StepStoodBy { .. } => on.stand_by(),
        Event::StepStarted { .. } => on.start(),
        Event::StepEstimated { remaining_s, .. } => on.estimate(*remaining_s),
        Event::StepCompleted { .. } => on.complete(),
        Event::StepFailed { .. } => on.fail(),
        Event::StepBlocked { .. } => on.block(),
        Event::StepUnblocked { .. } => on.unblock(),
        Event::StepSkipped { .. } | Event::StepDeferred { .. } => on.set_aside(),
        Event::StepReopened { .. } => on.reopen(),
        Event::StepAssigned { owner, .. } => on.assign(owner),
        Event::StepSigned { .. } => on.sign(),
        Event::ItemTicked { item, .. } => on.tick(item),
        Event::ValueRecorded { record, value, .. } => on.record(record, value),
        Event::ReasonGiven { reason, .. } => on.give_reason(reason),
        Event::OptionChosen { option, .. } => on.choose(option),
        Event::AutomationStarted { .. } => on.automate(),
        Event::AutomationFinished { .. } => on.end_automation(),
        _ => Ok(()),
    }
}

/// An attempt that has ended is not reopened or set aside at a moment before its end. Asked by
/// `check` alone: the rule books accept it, and what older programs recorded keeps its meaning.
pub(super) fn not_before_its_end(state: &RunState, act: &Act) -> Verdict {
    let (Event::StepReopened { step, attempt, .. }
    | Event::StepSkipped { step, attempt, .. }
    | Event::StepDeferred { step, attempt, .. }) = &act.event
    else {
        return Ok(());
    };
    let Some(ix) = state.step_ix(step).filter(|ix| state.steps[*ix].attempt == *attempt) else {
        return Ok(());
    };
    let on = On { state, act, ix };
    let what = match on.status() {
        StepStatus::Done => "it was done",
        StepStatus::Failed => "it failed",
        StepStatus::Skipped => "it was skipped",
        StepStatus::Deferred => "it was deferred",
        StepStatus::Undone => "it was taken back",
        _ => return Ok(()),
    };
    let now = &state.steps[ix].now;
    on.not_before(now.undone.as_ref().or(now.ended.as_ref()).map(|fact| fact.at), what)
}

/// An act on a step.
struct On<'a> {
    state: &'a RunState,
    act: &'a Act,
    ix: StepIx,
}

impl On<'_> {
    fn status(&self) -> StepStatus {
        self.state.steps[self.ix].status()
    }

    fn label(&self) -> String {
        label(self.state, self.ix)
    }

    fn no(&self, rule: &'static str, why: &str, instead: impl Into<String>) -> Verdict {
        Err(Refusal::impossible(rule, format!("{} {why}", self.label()), instead))
    }

    /// The step's state is one in which this cannot be done.
    fn wrong_state(&self) -> Verdict {
        let (rule, why, instead) = match self.status() {
            StepStatus::Planned => ("not-running", "is not running", "start it first"),
            StepStatus::Running => ("running", "is running", "complete it, or say what is wrong"),
            StepStatus::Blocked => ("blocked", "is blocked", "unblock it first"),
            StepStatus::Done => (
                "done",
                "is done",
                "correct the entry if it was a mistake, reopen it to do it again",
            ),
            StepStatus::Failed => ("failed", "has failed", "retry it (reopen), skip or defer it"),
            StepStatus::Skipped => ("skipped", "was skipped", "reopen it to do it after all"),
            StepStatus::NotApplicable => {
                ("not-applicable", "does not apply in this run", "nothing has to be done")
            }
            StepStatus::Deferred => ("deferred", "is deferred", "start it when its time has come"),
            StepStatus::Undone => {
                ("undone", "was taken back by a rollback", "reopen it to do it again")
            }
        };
        self.no(rule, why, instead)
    }

    fn applicable(&self) -> Verdict {
        if !self.completes_the_record() {
            begin::in_a_rung_taken(self.state, self.ix)?;
        }
        if self.status() == StepStatus::NotApplicable {
            return self.wrong_state();
        }
        Ok(())
    }

    /// Whether it says more about a step of a rung that has ended, and works on none.
    fn completes_the_record(&self) -> bool {
        let afterwards = matches!(
            self.act.event,
            Event::ReasonGiven { .. }
                | Event::EvidenceGiven { .. }
                | Event::ValueRecorded { .. }
                | Event::ItemTicked { .. }
                | Event::AutomationFinished { .. }
        );
        let begun = !matches!(self.status(), StepStatus::Planned | StepStatus::NotApplicable);
        afterwards && begun
    }

    /// Gates, choices and milestones settle in their own way.
    fn suits_kind(&self) -> Verdict {
        let (kind, event) = (self.state.plan.steps[self.ix].kind, &self.act.event);
        let work = matches!(
            event,
            Event::StepStarted { .. }
                | Event::StepEstimated { .. }
                | Event::StepCompleted { .. }
                | Event::StepFailed { .. }
                | Event::StepSigned { .. }
        );
        match kind {
            StepKind::Gate if work => {
                self.no("gate", "is a gate", "vote on it, or let its decider decide")
            }
            StepKind::Choice if work => self.no("choice", "is a choice", "choose an option"),
            StepKind::Milestone if work && !matches!(event, Event::StepCompleted { .. }) => self
                .no(
                    "milestone",
                    "is a milestone",
                    "it is reached by itself when all before it is settled",
                ),
            StepKind::Milestone if matches!(event, Event::StepReopened { .. }) => {
                self.no("milestone", "is a milestone", "reopen a step before it")
            }
            StepKind::Gate
                if matches!(event, Event::StepSkipped { .. } | Event::StepDeferred { .. })
                    && self.act.actor.role != Role::Lead =>
            {
                self.no("gate", "is a gate", "only a lead may skip or defer it")
            }
            StepKind::Choice => Ok(()),
            _ if matches!(event, Event::OptionChosen { .. }) => {
                self.no("no-choice", "is no choice", "options belong to choices")
            }
            _ => Ok(()),
        }
    }

    fn stand_by(&self) -> Verdict {
        match self.status() {
            StepStatus::Planned if self.state.steps[self.ix].now.stood_by.is_some() => {
                self.no("standing-by", "has somebody standing by", "nothing has to be done")
            }
            StepStatus::Planned => Ok(()),
            _ => self.wrong_state(),
        }
    }

    fn start(&self) -> Verdict {
        match self.status() {
            StepStatus::Planned | StepStatus::Deferred => {
                begin::may_begin(self.state, self.act, self.ix)
            }
            _ => self.wrong_state(),
        }
    }

    fn estimate(&self, remaining: Secs) -> Verdict {
        if !self.status().is_open_work() {
            return self.wrong_state();
        }
        if !(0..=LONGEST_ESTIMATE).contains(&remaining) {
            return self.no(
                "estimate",
                "cannot take that long, or less than nothing",
                "give what it will still take, up to 31 days",
            );
        }
        self.not_before_start()
    }

    fn complete(&self) -> Verdict {
        match self.status() {
            StepStatus::Running | StepStatus::Blocked if self.begun() => self.not_before_start()?,
            // Finished without having been started: taken.
            StepStatus::Planned | StepStatus::Blocked | StepStatus::Deferred => {
                begin::may_begin(self.state, self.act, self.ix)?;
            }
            _ => return self.wrong_state(),
        }
        self.nothing_owed(|_| true)
    }

    fn fail(&self) -> Verdict {
        match self.status() {
            StepStatus::Running | StepStatus::Blocked if self.begun() => self.not_before_start(),
            StepStatus::Planned | StepStatus::Blocked => {
                begin::may_begin(self.state, self.act, self.ix)
            }
            _ => self.wrong_state(),
        }
    }

    /// Whether the present attempt has been started: a planned step may be blocked, too.
    fn begun(&self) -> bool {
        self.state.steps[self.ix].now.started.is_some()
    }

    fn block(&self) -> Verdict {
        match self.status() {
            StepStatus::Running => self.not_before_start(),
            StepStatus::Planned => Ok(()),
            _ => self.wrong_state(),
        }
    }

    fn unblock(&self) -> Verdict {
        if self.status() != StepStatus::Blocked {
            return self.no("not-blocked", "is not blocked", "nothing has to be done");
        }
        let since = self.state.steps[self.ix].now.blocked.last().map(|b| b.from.at);
        self.not_before(since, "it was blocked")
    }

    fn set_aside(&self) -> Verdict {
        match (self.status(), &self.act.event) {
            (StepStatus::Deferred, Event::StepSkipped { .. }) | (StepStatus::Planned, _) => Ok(()),
            (StepStatus::Failed, _) => self.not_kept_back(),
            (StepStatus::Running | StepStatus::Blocked, _) => self.not_before_start(),
            _ => self.wrong_state(),
        }
    }

    fn reopen(&self) -> Verdict {
        match self.status() {
            StepStatus::Done
            | StepStatus::Failed
            | StepStatus::Skipped
            | StepStatus::Deferred
            | StepStatus::Undone => self.not_kept_back(),
            StepStatus::Planned => {
                self.no("planned", "has not been done yet", "nothing has to be reopened")
            }
            _ => self.wrong_state(),
        }
    }

    /// What a rung takes back or returns to planned is not changed under its hands.
    fn not_kept_back(&self) -> Verdict {
        let Some(rung) = self.state.kept_back(self.ix, self.act.effective_at()) else {
            return Ok(());
        };
        let rung = super::rung_label(self.state, rung);
        Err(Refusal::not_now(
            "rolling-back",
            format!("rollback {rung} is on, and concerns {}", self.label()),
            "end the rollback first, or let a lead override with a reason",
        ))
    }

    fn assign(&self, owner: &str) -> Verdict {
        if owner.trim().is_empty() {
            return self.no("nobody", "would be nobody's", "name a person");
        }
        match self.status() {
            StepStatus::Done | StepStatus::Skipped | StepStatus::Undone => self.wrong_state(),
            _ => Ok(()),
        }
    }

    fn sign(&self) -> Verdict {
        let step = &self.state.plan.steps[self.ix];
        if step.signers == 0 {
            return self.no("unsigned", "asks for no signatures", "complete it");
        }
        match self.status() {
            StepStatus::Running | StepStatus::Blocked if self.begun() => self.not_before_start()?,
            StepStatus::Planned | StepStatus::Blocked | StepStatus::Deferred => {
                begin::may_begin(self.state, self.act, self.ix)?;
            }
            _ => return self.wrong_state(),
        }
        let person = self.act.person();
        if !step.signer_ids.is_empty() && !step.signer_ids.iter().any(|p| p == person) {
            return self.no(
                "not-a-signer",
                &format!("is not signed by {person}"),
                format!("it is signed by {}", step.signer_ids.join(", ")),
            );
        }
        if self.state.steps[self.ix].now.signatures.iter().any(|f| *f.person == *person) {
            return self.no(
                "signed",
                &format!("is signed by {person} already"),
                "let somebody else sign: it takes different people",
            );
        }
        self.nothing_owed(|owed| !matches!(owed, Owed::Signatures(_)))?;
        let people = &self.state.plan.people;
        if !people.is_empty() && !people.contains_key(person) {
            return Err(Refusal::not_now(
                "unlisted-signer",
                format!("{}: {person} is not among the people of the runbook", self.label()),
                "let somebody sign who is, or let a lead override with a reason",
            ));
        }
        Ok(())
    }

    fn tick(&self, item: &str) -> Verdict {
        if !self.state.plan.steps[self.ix].items.iter().any(|i| i == item) {
            return self.no("no-such-item", &format!("has no item “{item}”"), "look at its items");
        }
        if self.state.steps[self.ix].now.items.contains_key(item) {
            return self.no(
                "ticked",
                &format!("has “{item}” ticked already"),
                "correct that entry to take the tick back",
            );
        }
        self.work_or_done()
    }

    fn record(&self, record: &str, value: &str) -> Verdict {
        if !self.state.plan.steps[self.ix].records.iter().any(|r| r.id == record) {
            return self.no(
                "no-such-record",
                &format!("has no record “{record}”"),
                "look at its records",
            );
        }
        if value.trim().is_empty() {
            return self.no("no-value", "cannot record an empty value", "give the value measured");
        }
        let records = &self.state.plan.steps[self.ix].records;
        let pass = records.iter().find(|r| r.id == record).and_then(|r| r.pass.as_ref());
        if pass.is_some_and(Condition::is_numeric) && value.trim().parse::<f64>().is_err() {
            return self.no(
                "no-number",
                &format!("compares {record} with a number, and “{value}” is none"),
                "give the number alone, without its unit",
            );
        }
        self.work_or_done()
    }

    /// Ticks, values and evidence may be given before, during and after the work.
    fn work_or_done(&self) -> Verdict {
        match self.status() {
            StepStatus::Undone | StepStatus::Skipped => self.wrong_state(),
            _ => Ok(()),
        }
    }

    fn give_reason(&self, reason: &str) -> Verdict {
        if reason.trim().is_empty() {
            return self.no("no-reason", "needs a reason in words", "write it");
        }
        if !self.state.steps[self.ix].owes_reason() {
            return self.no(
                "no-reason-owed",
                "owes no reason",
                "write a note, or correct the entry that gave one",
            );
        }
        Ok(())
    }

    fn choose(&self, option: &str) -> Verdict {
        if !self.state.plan.steps[self.ix].options.iter().any(|o| o.id == option) {
            return self.no(
                "no-such-option",
                &format!("has no option “{option}”"),
                "choose one of its options",
            );
        }
        match self.status() {
            StepStatus::Planned | StepStatus::Deferred => {
                begin::may_begin(self.state, self.act, self.ix)
            }
            _ => self.wrong_state(),
        }
    }

    fn automate(&self) -> Verdict {
        if !self.status().is_open_work() {
            return self.wrong_state();
        }
        let on = self.state.steps[self.ix].now.automation.as_ref();
        if on.is_some_and(|a| a.finished.is_none()) {
            return self.no("automating", "has a process running", "wait for it, or end it");
        }
        Ok(())
    }

    fn end_automation(&self) -> Verdict {
        let on = self.state.steps[self.ix].now.automation.as_ref();
        if on.is_some_and(|a| a.finished.is_none()) {
            return Ok(());
        }
        self.no("no-automation", "has no process running", "nothing has to be done")
    }

    /// What completion asks must be there; `counts` picks what is looked at.
    fn nothing_owed(&self, counts: impl Fn(&Owed) -> bool) -> Verdict {
        let owed: Vec<_> =
            self.state.owed(self.ix, self.act.effective_at()).into_iter().filter(counts).collect();
        let Some(first) = owed.first() else { return Ok(()) };
        let more = match owed.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        let instead = match first {
            Owed::Item(_) => "tick it",
            Owed::Record(_) => "record it",
            Owed::FailingRecord(..) => "measure again, or fail the step",
            Owed::Evidence => "give a link or a file",
            Owed::Time(_) => "wait",
            Owed::Signatures(_) => "let people sign",
        };
        Err(Refusal::not_now(
            "owed",
            format!("{}: {first}{more}", self.label()),
            format!("{instead}, or let a lead override with a reason"),
        ))
    }

    /// Nothing of an attempt happens before its start.
    fn not_before_start(&self) -> Verdict {
        let started = self.state.steps[self.ix].now.started.as_ref().map(|f| f.at);
        self.not_before(started, "it was started")
    }

    fn not_before(&self, earliest: Option<Time>, what: &str) -> Verdict {
        if earliest.is_some_and(|earliest| latest_meant(self.act) < earliest) {
            return self.no(
                "before-start",
                &format!("cannot have that before {what}"),
                "give a later time, or correct the earlier entry",
            );
        }
        Ok(())
    }
}
