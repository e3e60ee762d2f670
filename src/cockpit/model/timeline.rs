//! The timeline: which rows, how much time, and from when.

use super::Row;
use crate::run::Time;
use crate::runbook::Secs;

/// The timeline. Cursor and folding are those of the steps list.
#[derive(Debug, Clone, Default)]
pub struct TimelinePane {
    /// The rows of the steps list, without rungs that were never taken; kept by `update`.
    pub rows: Vec<Row>,
    /// Row of the cursor; kept by `update`.
    pub cursor_row: usize,
    /// First row shown; kept by `update`.
    pub top: usize,
    /// Seconds in a column; none: as many as it takes to show the whole run.
    pub cell: Option<Secs>,
    /// The left edge, where somebody has scrolled; none: it follows now, or begins with the run
    /// where all of it is shown.
    pub from: Option<Time>,
}
