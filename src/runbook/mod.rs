//! The plan: TOML text becomes a [`Runbook`] and a list of [`Diagnostic`]s. Pure: knows no clock,
//! file, socket or terminal.

pub mod model;
pub mod text;

pub use model::*;
pub use text::{visible, visible_lines};
pub fn number_after_revision(_: &Runbook, _: &mut Runbook) {}
pub struct Reading {
    pub runbook: Option<Runbook>,
    pub diagnostics: Vec<Diagnostic>,
}
#[derive(PartialEq)]
pub enum Severity {
    Error,
    Warning,
}
pub struct Diagnostic {
    pub severity: Severity,
    pub line: usize,
    pub message: String,
}
pub fn read(_: &str) -> Reading {
    Reading { runbook: None, diagnostics: vec![] }
}
pub fn format_duration(s: Secs) -> String {
    format!("{s}s")
}
