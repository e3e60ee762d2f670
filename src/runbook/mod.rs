//! The plan: TOML text becomes a [`Runbook`] and a list of [`Diagnostic`]s. Pure: knows no clock,
//! file, socket or terminal.

pub mod model;
pub mod text;

pub use model::*;
pub use text::{visible, visible_lines};
