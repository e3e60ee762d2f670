//! What the picture of plan against actual shows.

use super::{Window, model};
use crate::run::{StepStatus, Time};

model! {
    /// Plan against actual, as bars.
    pub struct Gantt {
        /// Left edge.
        pub from: Time,
        /// Right edge.
        pub until: Time,
        /// The window.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub window: Option<Window>,
        /// T-0.
        pub zero_hour: Time,
        /// Until when to decide to roll back, by the plan: for the first rung.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub roll_back_by: Option<RollBackBy>,
        /// Now, in a run that is not over.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub now: Option<Time>,
        /// Holds.
        pub holds: Vec<Stretch>,
        /// Rollbacks.
        pub rollbacks: Vec<Stretch>,
        /// The rows, in order.
        pub rows: Vec<Row>,
    }

    /// Until when to decide to roll back.
    pub struct RollBackBy {
        /// The moment.
        pub at: Time,
        /// Title of the rung.
        pub rung: String,
    }

    /// A stretch of time.
    pub struct Stretch {
        /// Since when.
        pub from: Time,
        /// Until when.
        pub until: Time,
        /// What it is.
        pub title: String,
    }

    /// A step.
    pub struct Row {
        /// Its number.
        pub number: String,
        /// Its title.
        pub title: String,
        /// Title of its phase or rung.
        pub phase: String,
        /// State of the step.
        pub state: StepStatus,
        /// Planned start.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_start: Option<Time>,
        /// Planned finish.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_finish: Option<Time>,
        /// Its attempts.
        pub bars: Vec<Bar>,
    }

    /// An attempt.
    pub struct Bar {
        /// Since when.
        pub from: Time,
        /// Until when.
        pub until: Time,
        /// State it is in, or ended in.
        pub state: StepStatus,
    }
}
