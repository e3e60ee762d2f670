//! Red, amber, green: derived, always with its reasons in words.

use super::Rag;
use super::roll_back::{RollBack, not_on_its_way};
use super::steps::Source;
use crate::run::Time;
use crate::run::state::{RunState, RunStatus, StepStatus};
use crate::run::words::Outcome;
use crate::runbook::network::Ms;
use crate::runbook::{Place, Secs, StepIx, format_duration};
use std::collections::BTreeSet;

/// How much of an interval's limit may pass before it turns amber, in percent.
const INTERVAL_AMBER_PERCENT: Secs = 80;

/// With less than one part in so many of the time from the start to *roll back by* left, it is
/// amber.
const LAST_PART: Secs = 5;

/// What is judged.
pub(super) struct View<'a> {
    pub state: &'a RunState,
    pub source: &'a Source,
    /// Steps being worked on, blocked or failed.
    pub open: &'a BTreeSet<StepIx>,
    /// Gates with a deadline.
    pub deadlines: &'a [StepIx],
    pub roll_back: &'a RollBack,
    pub finish: Option<Time>,
    pub plan_finish: Option<Time>,
    /// When, as planned, the roll back by passes; none: never.
    pub passing: Option<Ms>,
    pub now: Time,
}

/// Reasons found so far.
pub(super) type Found = Vec<(Rag, String)>;

/// Colour and reasons, the worst first.
pub(super) fn judge(view: &View<'_>) -> (Rag, Vec<String>) {
    let mut found = Found::new();
    if view.state.status.is_over() {
        view.ended(&mut found);
        return worst_first(found);
    }
    view.late_finish(view.finish, view.plan_finish, &mut found);
    view.roll_back(&mut found);
    for &ix in view.open {
        view.step(ix, &mut found);
    }
    view.deadlines(&mut found);
    if let Some(hold) = view.state.held() {
        let why = hold.reason.as_deref().map_or_else(String::new, |why| format!(": {why}"));
        found.push((Rag::Amber, format!("held{why}")));
    }
    view.intervals(&mut found);
    worst_first(found)
}

/// The worst colour, and the reasons in the order of their weight.
pub(super) fn worst_first(mut found: Found) -> (Rag, Vec<String>) {
    found.sort_by_key(|(rag, _)| std::cmp::Reverse(*rag));
    let rag = found.first().map_or(Rag::Green, |(rag, _)| *rag);
    (rag, found.into_iter().map(|(_, reason)| reason).collect())
}

impl View<'_> {
    /// How a run went that is over.
    fn ended(&self, found: &mut Found) {
        match self.state.status {
            RunStatus::RolledBack => found.push((Rag::Red, "rolled back".to_owned())),
            RunStatus::Canceled => found.push((Rag::Red, "canceled".to_owned())),
            _ => {}
        }
        match self.state.outcome {
            Some((Outcome::Unsuccessful, _)) => found.push((Rag::Red, "unsuccessful".to_owned())),
            Some((Outcome::WithIssues, _)) => found.push((Rag::Amber, "with issues".to_owned())),
            Some((Outcome::Successful, _)) | None => {}
        }
        let ended = self.state.ended.as_ref().map(|fact| fact.at);
        let planned = self.plan_finish.filter(|_| self.state.status == RunStatus::Complete);
        self.late(ended, planned, ("ended", "closed"), found);
    }

    /// A finish after the window has closed, or later than planned.
    pub fn late_finish(&self, finish: Option<Time>, planned: Option<Time>, found: &mut Found) {
        self.late(finish, planned, ("finish expected", "closes"), found);
    }

    /// The same, in the words for what is expected or for what has been.
    fn late(
        &self,
        finish: Option<Time>,
        planned: Option<Time>,
        (is, closes): (&str, &str),
        found: &mut Found,
    ) {
        let Some(finish) = finish else { return };
        if let Some(window) = self.state.window(self.now)
            && finish > window.closes
        {
            let past = format_duration((finish - window.closes).num_seconds());
            found.push((Rag::Red, format!("{is} {past} after the window {closes}")));
        }
        if let Some(planned) = planned {
            let slip = (finish - planned).num_seconds();
            if slip > self.state.plan.release.amber_after.max(0) {
                let slip = format_duration(slip);
                found.push((Rag::Amber, format!("{is} {slip} later than planned")));
            }
        }
    }

    /// *Roll back by* has passed, or soon will have.
    fn roll_back(&self, found: &mut Found) {
        let (Some(by), Some(started)) = (self.roll_back.by(), &self.state.started) else { return };
        let zone = self.state.plan.release.timezone;
        let clock = by.with_timezone(&zone).format("%H:%M");
        if by < self.now {
            let behind = not_on_its_way(self.state, self.source, self.passing);
            found.push(match behind {
                Some(ix) => {
                    let number = &self.state.plan.steps[ix].number;
                    (Rag::Red, format!("roll back by {clock} has passed before {number} began"))
                }
                None => (Rag::Amber, format!("roll back by {clock} has passed, as planned")),
            });
            return;
        }
        let (left, all) = ((by - self.now).num_seconds(), (by - started.at).num_seconds());
        if left * LAST_PART < all {
            let left = format_duration(left);
            found.push((Rag::Amber, format!("roll back by {clock}, {left} left")));
        }
    }

    /// A step that has failed, is blocked or overruns.
    fn step(&self, ix: StepIx, found: &mut Found) {
        let Some(step) = self.state.plan.steps.get(ix) else { return };
        // What failed of a rung that was given up is history.
        if let Place::Rung(rung) = step.place
            && self.state.rung_on() != Some(rung)
            && self.state.steps[ix].status() == StepStatus::Failed
        {
            return;
        }
        let critical = self.source.float(ix).is_some_and(|float| float <= 0);
        match self.state.steps[ix].status() {
            // On the critical path it is red; beside it, it still wants a decision.
            status @ (StepStatus::Failed | StepStatus::Blocked) => {
                let rag = if critical { Rag::Red } else { Rag::Amber };
                let what = if status == StepStatus::Failed { "failed" } else { "blocked" };
                found.push((rag, format!("{} {what}", step.number)));
            }
            StepStatus::Running if critical && self.source.is_overrunning(ix) => {
                let over = format_duration(self.over(ix));
                found.push((Rag::Amber, format!("{} overruns by {over}", step.number)));
            }
            _ => {}
        }
    }

    /// Seconds by which a running step takes longer than planned.
    pub fn over(&self, ix: StepIx) -> Secs {
        let planned = self.state.plan.steps[ix].duration.map_or(0, |d| d.likely);
        self.state.elapsed(ix, self.now).unwrap_or(0) - planned
    }

    fn deadlines(&self, found: &mut Found) {
        let rolling = self.state.status == RunStatus::RollingBack;
        for &ix in self.deadlines {
            let step = &self.state.plan.steps[ix];
            let mark = self.source.marks.get(ix).copied().unwrap_or_default();
            let open = !mark.settled && !mark.out && mark.status != StepStatus::Failed;
            let deadline = step.gate.as_ref().and_then(|gate| gate.deadline);
            if open
                && !rolling
                && !self.source.is_absent(ix)
                && deadline.is_some_and(|at| self.state.moment(at, self.now) < self.now)
            {
                found.push((Rag::Amber, format!("{} is past its deadline", step.number)));
            }
        }
    }

    fn intervals(&self, found: &mut Found) {
        for interval in &self.state.plan.intervals {
            if let (Some(elapsed), Some(limit)) =
                (self.state.interval_secs(interval, self.now), interval.limit)
                && self.state.interval_running(interval)
                && elapsed * 100 > limit * INTERVAL_AMBER_PERCENT
            {
                let (elapsed, limit) = (format_duration(elapsed), format_duration(limit));
                found.push((Rag::Amber, format!("{}: {elapsed} of {limit}", interval.title)));
            }
        }
    }
}
