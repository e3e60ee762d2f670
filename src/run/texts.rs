//! The texts a run has had, and what another one would do to what has happened.

use super::event::Event;
use super::state::{RunState, StepStatus};
use crate::runbook::Runbook;

impl RunState {
    /// Whether the run once had the text of this SHA-256 and has another one now: the text it was
    /// opened with, or that of a revision since.
    pub fn had_text(&self, sha256: &str) -> bool {
        let opening = self.log.first().map(|logged| &logged.entry.act.event);
        let opened_with =
            matches!(opening, Some(Event::RunOpened { sha256: first, .. }) if first == sha256);
        sha256 != self.sha256
            && (opened_with || self.revisions.iter().any(|revision| revision.sha256 == sha256))
    }

    /// Steps that another plan takes out although something has happened to them, each with its
    /// state: `1.2 Freeze writes is running`. The text is as in the runbook.
    pub fn taken_out(&self, other: &Runbook) -> Vec<String> {
        let gone = self.plan.steps.iter().zip(&self.steps);
        gone.filter(|(step, _)| !other.step_ix.contains_key(&step.id))
            .filter_map(|(step, state)| {
                let word = match state.status() {
                    StepStatus::Planned | StepStatus::NotApplicable if state.earlier.is_empty() => {
                        return None;
                    }
                    StepStatus::Planned | StepStatus::NotApplicable => "was begun before",
                    StepStatus::Running => "is running",
                    StepStatus::Blocked => "is blocked",
                    StepStatus::Done => "is done",
                    StepStatus::Failed => "has failed",
                    StepStatus::Skipped => "is skipped",
                    StepStatus::Deferred => "is deferred",
                    StepStatus::Undone => "is undone",
                };
                Some(format!("{} {} {word}", step.number, step.title))
            })
            .collect()
    }
}
