//! What a run remembers of its rollbacks.

use super::Fact;

/// What proposes a rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposedBy {
    /// This step failed, or this gate was decided no-go: its id.
    Step(String),
    /// This rung failed: its id.
    Rung(String),
}

/// A rung that is to be taken if the lead says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Id of the rung from which the ladder is looked down.
    pub rung: String,
    /// What proposes it.
    pub by: ProposedBy,
}

/// One taking of a rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// Id of the rung.
    pub rung: String,
    /// Its title then.
    pub title: String,
    /// When and by whom it was begun.
    pub begun: Fact,
    /// Why.
    pub reason: Option<String>,
    /// What had proposed this rung, where something had.
    pub proposed_by: Option<ProposedBy>,
    /// When and by whom it was ended; none while it is on.
    pub ended: Option<Fact>,
    /// Well, or failed; none while it is on, and for one cut short by the cancellation of the run.
    pub succeeded: Option<bool>,
    /// Words to its end.
    pub end_reason: Option<String>,
    /// Ids of the forward steps that it took back and left undone.
    pub undone: Vec<String>,
    /// Ids of the forward steps that it returned to planned.
    pub recycled: Vec<String>,
    /// Ids of its own steps that applied until it ended; empty while it is on, and for one cut short
    /// by the cancellation of the run, which leaves them as they are.
    pub applied: Vec<String>,
    /// Forward steps that may not start while it is on, parallel to the plan's steps; none: no
    /// forward step may.
    pub(in crate::run) keeps: Option<Vec<bool>>,
}
