//! What a release manager asks first: until when one can roll back, what runs, what is next, what is
//! late, whom to call.

use crate::run::{Forecast, RollBack, RunState, StepStatus, Time, after_next_text, roll_back_text};
use crate::runbook::{StepIx, format_duration, visible};
use std::fmt::Write;

/// More than so many of one kind are counted, not named.
const MOST: usize = 6;
/// Calls further ahead than this, in seconds, are not named.
const CALLS_AHEAD: i64 = 2 * 3_600;

/// The lines about now, safe to show; none once the run is over.
pub fn lines(state: &RunState, expected: &Forecast, now: Time) -> String {
    let mut out = String::new();
    if state.status.is_over() {
        return out;
    }
    let now = Now { state, expected, now };
    if expected.roll_back != RollBack::NoLadder {
        let after = after_next_text(state, expected);
        let after = after.map_or_else(String::new, |after| format!(", {after}"));
        let _ = writeln!(out, "{}{}", visible(&now.roll_back()), visible(&after));
    }
    for (word, items) in [
        ("running", now.running()),
        ("next", now.next()),
        ("late", now.late()),
        ("call", now.calls()),
    ] {
        let more = items.len().saturating_sub(MOST);
        for item in items.into_iter().take(MOST) {
            let _ = writeln!(out, "{word}: {}", visible(&item));
        }
        if more > 0 {
            let _ = writeln!(out, "{word}: and {more} more");
        }
    }
    out
}

struct Now<'a> {
    state: &'a RunState,
    expected: &'a Forecast,
    now: Time,
}

impl Now<'_> {
    fn clock(&self, at: Time) -> String {
        at.with_timezone(&self.state.plan.release.timezone).format("%H:%M").to_string()
    }

    /// `roll back by 03:32: Restore the ledger schema, 27m`.
    fn roll_back(&self) -> String {
        let text = roll_back_text(self.state, &self.expected.roll_back);
        let RollBack::By(way) = &self.expected.roll_back else { return text };
        let title = self.state.plan.rollbacks.get(way.rung).map_or("", |rung| rung.title.as_str());
        match way.by {
            Some(by) => {
                let takes = format_duration(way.duration);
                format!("roll back by {}: {title}, {takes}", self.clock(by))
            }
            None => format!("roll back {text}: {title}"),
        }
    }

    /// `2.2 Migrate (bo)`.
    fn step(&self, ix: StepIx) -> String {
        let step = &self.state.plan.steps[ix];
        let owner = self.state.owner_of(ix);
        let owner = owner.map_or_else(String::new, |owner| {
            format!(" ({})", self.state.plan.person_name(&owner))
        });
        format!("{} {}{owner}", step.number, step.title)
    }

    fn running(&self) -> Vec<String> {
        let work = |ix: &StepIx| self.state.steps[*ix].status().is_open_work();
        let tell = |ix: StepIx| {
            let started = self.state.steps[ix].now.started.as_ref();
            let since =
                started.map_or_else(String::new, |f| format!(" since {}", self.clock(f.at)));
            let blocked = match self.state.steps[ix].status() {
                StepStatus::Blocked => ", blocked",
                _ => "",
            };
            let ends = self.expected.steps[ix].finish.map(|at| self.clock(at));
            let ends = ends.map_or_else(String::new, |at| format!(", ends about {at}"));
            format!("{}{since}{blocked}{ends}", self.step(ix))
        };
        (0..self.state.steps.len()).filter(work).map(tell).collect()
    }

    /// What is ready; where nothing is, the step that is expected to start soonest.
    fn next(&self) -> Vec<String> {
        let ready: Vec<StepIx> =
            (0..self.state.steps.len()).filter(|&ix| self.state.is_ready(ix, self.now)).collect();
        if !ready.is_empty() {
            return ready.into_iter().map(|ix| format!("{}, ready", self.step(ix))).collect();
        }
        let planned = |ix: &StepIx| self.state.steps[*ix].status() == StepStatus::Planned;
        let start = |ix: StepIx| Some((self.expected.steps[ix].start?, ix));
        let steps = self.state.plan.forward_steps().filter(planned);
        let soonest = steps.filter(|&ix| !self.expected.steps.is_maybe(ix)).filter_map(start).min();
        let tell = |(at, ix)| format!("{}, about {}", self.step(ix), self.clock(at));
        soonest.map(tell).into_iter().collect()
    }

    fn late(&self) -> Vec<String> {
        let late = self.expected.late_starts(self.state, self.now);
        let tell = |late: &crate::run::LateStart| {
            let by = format_duration(late.late - late.late % 60);
            format!("{}, planned for {}, {by} ago", self.step(late.step), self.clock(late.planned))
        };
        late.iter().map(tell).collect()
    }

    fn calls(&self) -> Vec<String> {
        let calls = self.expected.calls(self.state, self.now);
        let soon = calls.into_iter().filter(|call| call.due.left <= CALLS_AHEAD);
        soon.map(|call| {
            let name = self.state.plan.person_name(&call.person);
            let contact = call.contact.as_ref().map_or_else(String::new, |c| format!(", {c}"));
            let when = match call.due.left {
                ..=0 => "now".to_owned(),
                _ => format!("at {}", self.clock(call.due.at)),
            };
            let again = if call.no_answer { ", no answer yet" } else { "" };
            let maybe = if call.maybe { ", if it applies" } else { "" };
            let number = &self.state.plan.steps[call.step].number;
            format!(
                "{name} {when}{contact}, for {number} about {}{again}{maybe}",
                self.clock(call.start)
            )
        })
        .collect()
    }
}
