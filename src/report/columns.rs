//! The columns of the table of steps in CSV and XLSX: first those of the plan, which import again
//! ([`crate::runbook::table`] says what stands in each), then what became of each step.

pub use crate::runbook::table::{PLAN_COLUMNS, PlanRow, RowKind};

/// What became of a step; an import leaves these aside. Times are RFC 3339 in CSV, and dates of the
/// run's zone in XLSX; lengths are minutes, with two places.
pub const ACTUAL_COLUMNS: [&str; 21] = [
    "state",
    "planned_start",
    "planned_finish",
    "planned_min",
    "started",
    "finished",
    "worked_min",
    "blocked_min",
    "start_variance_min",
    "finish_variance_min",
    "duration_variance_min",
    "attempts",
    "done_by",
    "reason",
    "estimates",
    "values",
    "evidence",
    "option",
    "inserted",
    "removed",
    "after_end",
];
