//! The chance of finishing in the window, as it was last drawn.

use crate::run::{Chance, Time};

/// What is known of the chance, and what has been asked. Drawing takes longer than a frame: it is
/// done elsewhere, one at a time, and the last answer is shown until the next.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChanceShown {
    /// As it was last drawn; none where nothing is left to chance.
    pub chance: Option<Chance>,
    /// The last entry, and the moment, of which it was asked.
    pub asked: Option<(u64, Time)>,
    /// The answer is not there yet.
    pub waiting: bool,
}
