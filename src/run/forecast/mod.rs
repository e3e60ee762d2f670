//! Where the run is heading: expected start and finish of every step, float, until when one can roll
//! back, RAG with its reasons.
//!
//! A forward and a backward pass over the plan's [`Network`](crate::runbook::Network) as in the
//! critical-path method (Kelley and Walker, 1959): what has happened stands, what runs ends when it
//! is estimated to, what is ready starts now. An open choice counts as the option that ends latest.

mod chance;
mod forecaster;
mod input;
mod pert;
mod plan_times;
mod preview;
mod prospect;
mod rag;
mod roll_back;
mod steps;
mod streams;
mod words;

pub use chance::{Chance, Odds, chance, chance_percent, chance_text};
pub use forecaster::Forecaster;
pub use preview::{Outlook, preview};
pub use prospect::Prospect;
pub use roll_back::{RollBack, WayBack};
pub use steps::{Expected, Steps};
pub use streams::StreamForecast;
pub use words::{after_next_text, roll_back_text};

use super::Time;
use super::state::RunState;
use crate::runbook::StepIx;
use crate::runbook::network::{Ms, NEVER};

/// Red, amber, green. Ordered: green is least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rag {
    /// As planned.
    #[default]
    Green,
    /// Watch it.
    Amber,
    /// Act.
    Red,
}

/// The forecast of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecast {
    /// Parallel to the plan's steps. Those of a rung are expected while it is being taken.
    pub steps: Steps,
    /// Actual finish of a run that is over, else the expected one.
    pub finish: Option<Time>,
    /// Finish in the plan.
    pub plan_finish: Option<Time>,
    /// RAG of the run.
    pub rag: Rag,
    /// Why, the worst first.
    pub reasons: Vec<String>,
    /// Until when one can roll back.
    pub roll_back: RollBack,
    /// The step that starts next, and until when one can roll back once it has.
    pub after_next: Option<(StepIx, RollBack)>,
    /// The streams, in the order in which the plan first names them.
    pub streams: Vec<StreamForecast>,
}

impl Forecast {
    /// The moment that it is made from.
    pub fn made_at(&self) -> Time {
        time(self.steps.source.now).unwrap_or_default()
    }
}

/// The forecast at `now`, from nothing but the state. Whoever asks again and again keeps a
/// [`Forecaster`], which answers the same.
pub fn forecast(state: &RunState, now: Time) -> Forecast {
    Forecaster::new(state, now).into_forecast()
}

/// A moment as the network counts it.
fn ms(at: Time) -> Ms {
    at.timestamp_millis()
}

/// A moment of the network; none for [`NEVER`] and for what no calendar holds.
fn time(at: Ms) -> Option<Time> {
    if at == NEVER { None } else { Time::from_timestamp_millis(at) }
}
