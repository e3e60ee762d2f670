//! Texts of plans, as runs take them in: without errors or not at all.

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
