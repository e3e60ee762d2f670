//! A run drawn against time (a Gantt chart, after H. L. Gantt, 1910): what stands on each step's
//! line, which moments are marked, and how time lies on a line of cells.
//!
//! Nothing here knows what a cell is: a column of a terminal, a pixel of a page. Whoever draws
//! brings the cells and the ink.

mod axis;
mod labels;
mod scale;
mod track;

pub use axis::{Tick, t_ticks, wall_ticks};
pub use labels::{Label, Placed, placed};
pub use scale::{CELLS, Scale, coarser, finer};
pub use track::{Marks, Track, Work, extent, marks, phase_track, reach, track};
