//! People, criteria, review, actions.

use super::{model, words};
use crate::run::Time;
use crate::runbook::Role;

model! {
    /// Somebody who took part.
    pub struct Person {
        /// Id in the runbook, or the name given.
        pub id: String,
        /// Display name.
        pub name: String,
        /// Team.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub team: Option<String>,
        /// Role as it stands.
        pub role: Role,
        /// Entries this person recorded.
        pub recorded: usize,
        /// Of these, under a name proved by a token.
        pub proved: usize,
        /// Of these, under a name somebody gave.
        pub claimed: usize,
        /// Entries that others recorded for this person.
        pub recorded_by_others: usize,
        /// First of all these.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub first_at: Option<Time>,
        /// Last of all these.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_at: Option<Time>,
        /// Calls answered.
        pub calls_answered: usize,
        /// Calls not answered.
        pub calls_unanswered: usize,
        /// Who stood in at the end.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub substitute: Option<String>,
    }

    /// A success criterion.
    pub struct Criterion {
        /// Its id.
        pub id: String,
        /// What must hold.
        pub text: String,
        /// Who judges.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// By when.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub judge_by: Option<Time>,
        /// Where it stands.
        pub state: CriterionState,
        /// In words.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub comment: Option<String>,
        /// When it was judged.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub at: Option<Time>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub by: Option<String>,
    }

    /// The review.
    pub struct Review {
        /// What went well.
        pub went_well: Vec<Remark>,
        /// What did not.
        pub went_badly: Vec<Remark>,
        /// What will change: texts of the improvement actions.
        pub will_change: Vec<Remark>,
    }

    /// Something said in the review.
    pub struct Remark {
        /// What.
        pub text: String,
        /// When.
        pub at: Time,
        /// By whom.
        pub by: String,
    }

    /// Something to be done.
    pub struct Action {
        /// Where it comes from.
        pub origin: ActionOrigin,
        /// The entry that wrote it.
        pub entry: u64,
        /// What is to be done.
        pub text: String,
        /// Who does it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// By when.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due: Option<Time>,
        /// Where it stands.
        pub state: ActionState,
        /// The step, by number and title.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub step: Option<String>,
        /// When it was written.
        pub at: Time,
        /// By whom.
        pub by: String,
        /// When it was closed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub closed_at: Option<Time>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub closed_by: Option<String>,
        /// In words.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub close_reason: Option<String>,
        /// Whether it was written after the run had ended.
        pub after_end: bool,
    }
}

words! {
    /// Where a criterion stands.
    pub enum CriterionState {
        /// It is met.
        Met = "met",
        /// It is not.
        NotMet = "not met",
        /// Not judged, and not due.
        Open = "not yet judged",
        /// Not judged, and due.
        Due = "due, not judged",
    }

    /// Where an action comes from.
    pub enum ActionOrigin {
        /// The review: an improvement.
        Review = "improvement",
        /// A condition of a go.
        Condition = "condition",
        /// A note of the night.
        Note = "note",
    }

    /// Where an action stands.
    pub enum ActionState {
        /// Open.
        Open = "open",
        /// Open, and due.
        Overdue = "overdue",
        /// Closed.
        Closed = "closed",
    }
}
