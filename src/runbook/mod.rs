//! The plan: TOML text becomes a [`Runbook`] and a list of [`Diagnostic`]s. Pure: knows no clock,
//! file, socket or terminal.

mod bytes;
mod check;
pub mod clock;
pub mod diagnostic;
pub mod diff;
pub mod duration;
pub mod edit;
mod json_text;
pub mod line_diff;
pub mod model;
pub mod network;
mod order;
mod read;
pub mod render;
pub mod schedule;
pub mod schema;
mod slug;
pub mod starter;
pub mod step;
pub mod table;
pub mod text;

pub use bytes::decode;
pub use clock::parse_time;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use diff::{Change, ChangeKind, difference, summary};
pub use duration::{format_duration, format_timer, parse_duration};
pub use line_diff::{DiffLine, line_difference};
pub use model::*;
pub use network::Network;
pub use read::names::{LIVE_NAMES, POSTED_TEXT};
pub use read::{LARGEST, Reading, read};
pub use render::{Finding, findings, render};
pub use schema::schema;
pub use slug::{is_id, slug};
pub use starter::STARTER;
pub use step::*;
pub use table::{PLAN_COLUMNS, PlanRow, RowKind};
pub use text::{escaped_json, visible, visible_lines};
