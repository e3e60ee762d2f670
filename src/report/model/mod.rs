//! What a report says, typed. The JSON of these types is the report's JSON: names stay as they are,
//! times are RFC 3339 UTC, durations whole seconds, what is unknown is absent.

mod gantt;
mod people;
mod plan;
mod record;
mod steps;
mod summary;
mod walk;

pub use gantt::*;
pub use people::*;
pub use plan::*;
pub use record::*;
pub use steps::*;
pub use summary::*;
pub use walk::Walk;
pub(in crate::report) use walk::{model, words};

use super::section::Section;

/// Number of the report's form; a field that changes its meaning raises it, a new one does not.
pub const FORM: u32 = 1;

model! {
    /// The report of a run (the PIR): what happened, from its record alone.
    pub struct Report {
        /// Form of this report; 1.
        pub form: u32,
        /// Version of golive that wrote it.
        pub golive: String,
        /// Which run, and where it stands.
        pub run: Head,
        /// The record that all of this was read from.
        pub record: Record,
        /// The sections that are in it, in order; the fields of the others are absent.
        pub sections: Vec<Section>,
        /// Outcome and closure.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub summary: Option<Summary>,
        /// Planned against actual.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub numbers: Option<Numbers>,
        /// Decisions.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub decisions: Option<Decisions>,
        /// What the picture of plan against actual shows.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub gantt: Option<Gantt>,
        /// Every step: those of the phases, of the rungs that were taken, and those taken out.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub steps: Option<Vec<Step>>,
        /// What did not go as planned, in order.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deviations: Option<Vec<Deviation>>,
        /// Mistakes in the record that were corrected: no deviations.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub corrections: Option<Vec<Correction>>,
        /// Rungs of the ladder that were taken.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub rollbacks: Option<Vec<Rollback>>,
        /// Sign-offs outside the flow.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub checklists: Option<Vec<Checklist>>,
        /// Issues and risks.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub issues: Option<Vec<Note>>,
        /// Notes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub notes: Option<Vec<Note>>,
        /// Texts that went to audiences.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub messages: Option<Vec<Message>>,
        /// Who took part.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub people: Option<Vec<Person>>,
        /// How success was judged.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criteria: Option<Vec<Criterion>>,
        /// The review.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub review: Option<Review>,
        /// Improvement actions, conditions of decisions, and other actions.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub actions: Option<Vec<Action>>,
        /// What can be compared from run to run.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub metrics: Option<Metrics>,
        /// Every entry of the record, in order.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub timeline: Option<Vec<Happening>>,
        /// The plan as it stands, so that it can be imported again.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub plan: Option<Plan>,
    }
}
