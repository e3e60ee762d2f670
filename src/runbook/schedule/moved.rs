//! What moves when a step takes longer: one schedule held against another of the same plan.

use super::Schedule;
use crate::runbook::{Runbook, Secs, StepIx, StepKind};
use chrono::{DateTime, Utc};

/// A step that starts or finishes at another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovedStep {
    /// The step.
    pub step: StepIx,
    /// Finish before the change, or the start of one that only starts at another time.
    pub from: DateTime<Utc>,
    /// The same after it.
    pub to: DateTime<Utc>,
}

impl MovedStep {
    /// Seconds by which it moves; negative: earlier.
    pub fn later(&self) -> Secs {
        (self.to - self.from).num_seconds()
    }
}

/// Steps that move between two schedules of one plan, gates and milestones first, then in the order
/// of the plan; those of options that are not counted with are left out.
pub fn moved(plan: &Runbook, before: &Schedule, after: &Schedule) -> Vec<MovedStep> {
    let pairs = before.steps.iter().zip(&after.steps).enumerate();
    let moved = pairs.filter(|(_, (a, b))| a.assumed && b.assumed).filter_map(|(step, (a, b))| {
        if a.early_finish != b.early_finish {
            return Some(MovedStep { step, from: a.early_finish, to: b.early_finish });
        }
        let starts = a.early_start != b.early_start;
        starts.then_some(MovedStep { step, from: a.early_start, to: b.early_start })
    });
    let mut moved: Vec<MovedStep> = moved.collect();
    marks_first(plan, &mut moved);
    moved
}

/// Puts gates and milestones before the other steps.
pub fn marks_first(plan: &Runbook, moved: &mut [MovedStep]) {
    moved.sort_by_key(|moved| {
        let kind = plan.steps.get(moved.step).map(|step| step.kind);
        (!matches!(kind, Some(StepKind::Gate | StepKind::Milestone)), moved.step)
    });
}
