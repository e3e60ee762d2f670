//! Whom to call, when: every call that the plan asks for, and what became of it.

use crate::cockpit::model::Model;
use crate::run::timers::Call;
use crate::run::{CallAnswer, Fact, Forecast, RunState, StepStatus, Time};
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
    /// The step hangs on an option that is not the one reckoned with: it may never be needed.
    pub maybe: bool,
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
    let (run, forecast) = (&model.run, &model.forecast);
    let open = forecast.calls(run, model.now).into_iter().map(|call| to_make(run, call));
    let mut rows: Vec<_> = open.chain(made(run, forecast)).collect();
    rows.sort_by_key(|row| (row.at, row.step));
    rows.truncate(CALLS);
    model.calls.rows = rows;
    let same = on.and_then(|on| model.calls.rows.iter().position(|row| row.step == on));
    let last = model.calls.rows.len().saturating_sub(1);
    let place = &mut model.calls.place;
    place.cursor = same.unwrap_or(place.cursor.min(last));
}

/// A call that is still to be made, or was made in vain.
fn to_make(run: &RunState, call: Call) -> CallRow {
    let calls = calls_for(run, &call.person, call.step);
    let status = match calls.last() {
        Some(last) => CallStatus::NoAnswer {
            times: calls.iter().rev().take_while(|call| call.0 == CallAnswer::NoAnswer).count(),
            at: last.2.at,
            substitute: call.substitute,
        },
        None => CallStatus::Open,
    };
    CallRow {
        step: call.step,
        instead_of: run.owner_of(call.step).filter(|owner| *owner != call.person),
        person: call.person,
        contact: call.contact,
        at: call.due.at,
        start: call.start,
        maybe: call.maybe,
        status,
    }
}

type Made = (CallAnswer, Option<String>, Fact);

/// The calls made to somebody for a step, oldest first.
fn calls_for<'a>(run: &'a RunState, person: &str, step: StepIx) -> Vec<&'a Made> {
    let id = run.plan.steps.get(step).map(|step| step.id.as_str());
    let calls = run.people.get(person).map_or(&[][..], |p| p.calls.as_slice());
    calls.iter().filter(|(_, about, _)| about.as_deref() == id).collect()
}

/// Steps ahead whose owners were reached, or stand by.
fn made<'a>(run: &'a RunState, forecast: &'a Forecast) -> impl Iterator<Item = CallRow> + 'a {
    let ahead = run.steps.iter().enumerate();
    let ahead = ahead.filter(|(_, s)| s.status() == StepStatus::Planned && !run.status.is_over());
    ahead.filter_map(|(ix, state)| {
        let notice = TimeDelta::try_seconds(run.plan.steps.get(ix)?.notice?)?;
        let start = forecast.steps.get(ix)?.start?;
        let owner = run.owner_of(ix)?;
        let stands_in = run.people.get(&owner).and_then(|p| p.substitute.clone());
        let (person, instead_of) = match stands_in {
            Some(substitute) => (substitute, Some(owner)),
            None => (owner, None),
        };
        let status = match (&state.now.stood_by, calls_for(run, &person, ix).last()) {
            (Some(fact), _) => CallStatus::StandsBy(fact.at),
            (None, Some((CallAnswer::Answered, _, fact))) => CallStatus::Answered(fact.at),
            _ => return None,
        };
        let contact = run.plan.people.get(&person).and_then(|p| p.contact.clone());
        let (at, maybe) = (start - notice, forecast.is_maybe(ix));
        Some(CallRow { step: ix, person, instead_of, contact, at, start, maybe, status })
    })
}
