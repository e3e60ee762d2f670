//! How it stands with the way back, in words: for the header, status texts and messages.

use super::{Forecast, RollBack};
use crate::run::Time;
use crate::run::state::RunState;
use crate::runbook::{StepIx, format_duration};

/// Until when one can roll back, in words that fit behind "roll back": `by 03:32`, `not needed
/// yet`; times on the clock of the runbook's zone.
pub fn roll_back_text(state: &RunState, roll_back: &RollBack) -> String {
    let number = |ix: StepIx| state.plan.steps.get(ix).map_or("–", |step| step.number.as_str());
    let title = |rung: usize| {
        state.plan.rollbacks.get(rung).map_or_else(String::new, |rung| rung.title.clone())
    };
    match roll_back {
        RollBack::NoLadder => "no rollback in this runbook".to_owned(),
        RollBack::NotNeeded => "nothing to roll back yet".to_owned(),
        RollBack::By(way) => match way.by {
            Some(by) => clock(state, by),
            None => format!("any time, takes {}", format_duration(way.duration)),
        },
        RollBack::FixForward { since } => format!("fix forward only since {}", number(*since)),
        RollBack::On { rung, finish } => {
            let ends = finish.map_or_else(String::new, |at| format!(", ends {}", clock(state, at)));
            format!("rolling back: {}{ends}", title(*rung))
        }
        RollBack::Over => "the run is over".to_owned(),
    }
}

/// The same for the moment at which the step that starts next has started, where that differs:
/// `after 2.3: 03:10`.
pub fn after_next_text(state: &RunState, forecast: &Forecast) -> Option<String> {
    let (next, after) = forecast.after_next.as_ref()?;
    if *after == forecast.roll_back {
        return None;
    }
    let step = state.plan.steps.get(*next)?;
    let text = match after {
        RollBack::FixForward { .. } => "fix forward only".to_owned(),
        other => roll_back_text(state, other),
    };
    Some(format!("after {}: {text}", step.number))
}

fn clock(state: &RunState, at: Time) -> String {
    at.with_timezone(&state.plan.release.timezone).format("%H:%M").to_string()
}
