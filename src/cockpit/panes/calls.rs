//! Whom to call, when: every call that the plan asks for, and what became of it.

use crate::cockpit::model::Model;
use crate::run::{CallAnswer, Forecast, RunState, StepStatus, Time};
use crate::runbook::StepIx;
use chrono::TimeDelta;

/// More calls than this are not listed.
const CALLS: usize = 500;

/// A call that the plan asks for: `notice` before a step starts, its owner is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// For which step.
    pub step: StepIx,
    /// Who is called: the owner, or whoever stands in.
    pub person: String,
    /// For whom that person stands in.
    pub instead_of: Option<String>,
    /// Phone or other contact.
    pub contact: Option<String>,
    /// When to call.
    pub at: Time,
    /// When the step is expected to start.
    pub start: Time,
    /// What became of it.
    pub status: CallStatus,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallStatus {
    /// Not made.
    Open,
    /// Nobody answered, so many times, last at this moment; whom to try instead.
    NoAnswer {
        /// How often.
        times: usize,
        /// The last time.
        at: Time,
        /// Id of the substitute whom the runbook names.
        substitute: Option<String>,
    },
    /// Reached.
    Answered(Time),
    /// The owner stands by.
    StandsBy(Time),
}

impl CallStatus {
    /// Whether somebody still has to be reached.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open | Self::NoAnswer { .. })
    }
}

/// Recomputes the rows; the cursor stays with its step.
pub(super) fn refresh(model: &mut Model) {
    let on = model.calls.rows.get(model.calls.place.cursor).map(|row| row.step);
    model.calls.rows = calls(&model.run, &model.forecast);
    let same = on.and_then(|on| model.calls.rows.iter().position(|row| row.step == on));
    let last = model.calls.rows.len().saturating_sub(1);
    let place = &mut model.calls.place;
    place.cursor = same.unwrap_or(place.cursor.min(last));
}

/// Every call for a step that has not begun, soonest first.
fn calls(run: &RunState, forecast: &Forecast) -> Vec<CallRow> {
    if run.status.is_over() {
        return Vec::new();
    }
    let wanted = run.plan.steps.iter().enumerate().filter_map(|(ix, step)| {
        let notice = TimeDelta::try_seconds(step.notice?)?;
        let open = run.steps.get(ix)?.status() == StepStatus::Planned;
        let start = forecast.steps.get(ix)?.start.filter(|_| open)?;
        call(run, ix, start, start - notice)
    });
    let mut rows: Vec<_> = wanted.collect();
    rows.sort_by_key(|row| (row.at, row.step));
    rows.truncate(CALLS);
    rows
}

fn call(run: &RunState, ix: StepIx, start: Time, at: Time) -> Option<CallRow> {
    let (step, state) = (run.plan.steps.get(ix)?, run.steps.get(ix)?);
    let owner = run.owner_of(ix)?;
    let stands_in = run.people.get(&owner).and_then(|p| p.substitute.clone());
    let (person, instead_of) = match stands_in {
        Some(substitute) => (substitute, Some(owner)),
        None => (owner, None),
    };
    let known = run.plan.people.get(&person);
    let made = run.people.get(&person).map_or(&[][..], |p| p.calls.as_slice());
    let made: Vec<_> =
        made.iter().filter(|(_, about, _)| about.as_deref() == Some(&step.id)).collect();
    let status = match (&state.now.stood_by, made.last()) {
        (Some(fact), _) => CallStatus::StandsBy(fact.at),
        (None, Some((CallAnswer::Answered, _, fact))) => CallStatus::Answered(fact.at),
        (None, Some((CallAnswer::NoAnswer, _, fact))) => CallStatus::NoAnswer {
            times: made.iter().rev().take_while(|call| call.0 == CallAnswer::NoAnswer).count(),
            at: fact.at,
            substitute: known.and_then(|p| p.substitute.clone()),
        },
        (None, None) => CallStatus::Open,
    };
    let contact = known.and_then(|p| p.contact.clone());
    Some(CallRow { step: ix, person, instead_of, contact, at, start, status })
}
