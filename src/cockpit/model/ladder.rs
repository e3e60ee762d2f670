//! What the rollback ladder offers at this moment.

use crate::run::{Outlook, Time};
use crate::runbook::{Network, Runbook, RungIx, Secs, StepIx};
use std::sync::Arc;

/// The ladder as it stands; kept by `update`.
#[derive(Debug, Clone, Default)]
pub struct Ladder {
    /// Every rung, in the order of the file.
    pub rungs: Vec<RungView>,
    /// First line shown of the pane.
    pub scroll: usize,
    /// The plan it was read from, prepared for walks along its rungs.
    pub(in crate::cockpit) prepared: Option<(Arc<Runbook>, Arc<Network>)>,
}

/// What taking one rung now would mean.
#[derive(Debug, Clone, PartialEq)]
pub struct RungView {
    /// Which.
    pub rung: RungIx,
    /// The step whose start took it away; none: it is available.
    pub gone: Option<StepIx>,
    /// Something that it takes back has begun.
    pub needed: bool,
    /// A failure, a no-go or a rung that failed proposes it.
    pub proposed: bool,
    /// It is being taken.
    pub on: bool,
    /// Its steps that apply, in the order of the file.
    pub applies: Vec<StepIx>,
    /// Those of them that make it as long as it is.
    pub critical: Vec<StepIx>,
    /// Covered steps with work going on, to be settled first.
    pub settle: Vec<StepIx>,
    /// Seconds that stopping the slowest of those takes.
    pub abort: Secs,
    /// Seconds in all: stopping, then its longest chain of steps.
    pub duration: Secs,
    /// The latest moment at which deciding for it still ends inside the window; none without one.
    pub by: Option<Time>,
    /// What would be expected if it were begun now; worked out while somebody looks at it.
    pub outlook: Option<Outlook>,
}
