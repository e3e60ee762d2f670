//! What taking a rung now would cost: how long it takes, when it would end, what would be expected
//! then, and until when it has to be decided.

use super::{Forecaster, Outlook, RollBack, roll_back};
use crate::run::Time;
use crate::run::event::Event;
use crate::run::state::RunState;
use crate::runbook::{RungIx, Secs, StepIx};

/// What taking a rung now would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prospect {
    /// Seconds that stopping the slowest of the steps with work going on takes.
    pub abort: Secs,
    /// Seconds in all: stopping, then the longest chain of the steps that apply, by likely
    /// durations (Kelley and Walker, 1959); without the decision margin.
    pub duration: Secs,
    /// The latest decision for it that still ends inside the window; none without one.
    pub by: Option<Time>,
    /// When it would end, begun now; none where it cannot begin now.
    pub end: Option<Time>,
    /// The finish of the run expected then.
    pub finish: Option<Time>,
}

impl Forecaster {
    /// What taking a rung now would cost; none where nothing that it covers has begun, it is gone
    /// or on, or the run is over.
    pub fn prospect(&self, state: &RunState, rung: RungIx, now: Time) -> Option<Prospect> {
        let on = state.rung_on() == Some(rung);
        if on || state.gone(rung).is_some() || !state.is_needed(rung) || state.status.is_over() {
            return None;
        }
        let abort = |ix: StepIx| state.plan.steps.get(ix).map_or(0, |step| step.abort.max(0));
        let abort = state.to_settle(rung).into_iter().map(abort).max().unwrap_or(0);
        let network = &self.forecast().steps.source.network;
        let path = network.critical_path(&state.plan, rung, |ix| state.would_apply(ix));
        let duration = abort.saturating_add(path);
        let window = state.window(now);
        let outlook = self.begun_now(state, rung, now);
        let end = outlook.as_ref().and_then(|outlook| match outlook.roll_back {
            RollBack::On { rung: on, finish } if on == rung => finish,
            _ => None,
        });
        Some(Prospect {
            abort,
            duration,
            by: window.map(|window| roll_back::latest(state, window.closes, duration)),
            end,
            finish: outlook.filter(|_| end.is_some()).and_then(|outlook| outlook.finish),
        })
    }

    /// What would be expected if a rung were begun now, what has to be settled first having
    /// failed; none where it cannot begin now.
    pub fn begun_now(&self, state: &RunState, rung: RungIx, now: Time) -> Option<Outlook> {
        let id = state.plan.rollbacks.get(rung)?.id.clone();
        let open = state.started.is_some() && !state.status.is_over();
        if !open
            || state.rolling_back().is_some()
            || state.gone(rung).is_some()
            || !state.is_needed(rung)
        {
            return None;
        }
        let settle = state.to_settle(rung);
        let mut events: Vec<_> = settle.into_iter().filter_map(|ix| stopped(state, ix)).collect();
        events.push(Event::RollbackBegun { rung: id, reason: None });
        Some(self.preview(state, &events, now))
    }
}

/// A step with work going on is given up.
fn stopped(state: &RunState, ix: StepIx) -> Option<Event> {
    let (step, attempt) = (state.plan.steps.get(ix)?.id.clone(), state.steps.get(ix)?.attempt);
    Some(Event::StepFailed { step, attempt, reason: None })
}
