//! Texts of plans, as runs take them in: without errors or not at all.

use super::event::Event;
use super::state::RunState;
use crate::runbook::{Runbook, Severity};
use std::sync::Arc;

/// Reads a plan that must be without errors.
///
/// # Errors
/// The first problem, in words.
pub(super) fn read_plan(text: &str) -> Result<Arc<Runbook>, String> {
    let reading = crate::runbook::read(text);
    reading.runbook.map(Arc::new).ok_or_else(|| {
        let first = reading.diagnostics.iter().find(|d| d.severity == Severity::Error);
        first.map_or_else(
            || "it has errors".to_owned(),
            |d| format!("line {}: {}", d.line, d.message),
        )
    })
}

impl RunState {
    /// The plan of a text that the run has or has had, by the text's SHA-256.
    pub fn known_plan(&self, sha256: &str) -> Option<&Arc<Runbook>> {
        self.plans.get(sha256)
    }

    /// Lends the run the plan of a text that it is about to have, so that it need not read it.
    /// `sha256` must be the hash of the very text that `plan` was read from.
    pub fn know_plan(&mut self, sha256: String, plan: Arc<Runbook>) {
        self.plans.entry(sha256).or_insert(plan);
    }
}

impl Event {
    /// The runbook text that an event brings.
    pub fn runbook(&self) -> Option<&str> {
        match self {
            Self::RunOpened { runbook, .. } | Self::RunRevised { runbook, .. } => Some(runbook),
            _ => None,
        }
    }
}
