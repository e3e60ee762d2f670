//! Time on a line of cells.

use super::super::Time;
use super::super::clock::delta;
use crate::runbook::Secs;
use std::ops::Range;

/// Lengths of a cell that zooming goes through, in seconds, the finest first.
pub const CELLS: [Secs; 18] = [
    5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    172_800, 604_800,
];

/// The next finer length of a cell; the finest stays.
pub fn finer(cell: Secs) -> Secs {
    CELLS.into_iter().rev().find(|&nice| nice < cell).unwrap_or(CELLS[0].min(cell))
}

/// The next coarser length of a cell; the coarsest stays.
pub fn coarser(cell: Secs) -> Secs {
    let coarsest = CELLS[CELLS.len() - 1];
    CELLS.into_iter().find(|&nice| nice > cell).unwrap_or(coarsest.max(cell))
}

/// How time lies on a line of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// The left edge of the first cell.
    pub from: Time,
    /// Seconds in a cell, at least 1.
    pub cell: Secs,
    /// How many cells there are.
    pub cells: usize,
}

impl Scale {
    /// A scale that begins at `from`, with so many seconds in each of so many cells.
    pub fn new(from: Time, cell: Secs, cells: usize) -> Self {
        Self { from, cell: cell.max(1), cells }
    }

    /// The finest scale in whole seconds on which all of `from..=until` is in sight.
    pub fn fit(from: Time, until: Time, cells: usize) -> Self {
        let secs = (until - from).num_seconds().max(0).saturating_add(1);
        let room = i64::try_from(cells.max(1)).unwrap_or(i64::MAX);
        Self::new(from, secs.div_euclid(room) + i64::from(secs.rem_euclid(room) > 0), cells)
    }

    /// The right edge of the last cell.
    pub fn until(&self) -> Time {
        self.time_of(i64::try_from(self.cells).unwrap_or(i64::MAX))
    }

    /// The cell of a moment; negative before the first, and possibly behind the last.
    pub fn cell_of(&self, at: Time) -> i64 {
        // Rounded down also within the second before `from`.
        let millis = (at - self.from).num_milliseconds();
        millis.div_euclid(self.cell.saturating_mul(1_000).max(1))
    }

    /// The cell of a moment that is in sight.
    pub fn visible(&self, at: Time) -> Option<usize> {
        usize::try_from(self.cell_of(at)).ok().filter(|&cell| cell < self.cells)
    }

    /// The moment at the left edge of a cell.
    pub fn time_of(&self, cell: i64) -> Time {
        self.from + delta(cell.saturating_mul(self.cell))
    }

    /// The cells that a stretch of time touches, in so far as they are in sight: at least one for
    /// a stretch, however short, that begins in sight. A stretch that ends on the edge of a cell
    /// does not touch the next.
    pub fn span(&self, from: Time, until: Time) -> Option<Range<usize>> {
        let first = self.cell_of(from);
        let behind = (self.cell_of(until) + i64::from(self.is_inside(until))).max(first + 1);
        let clip = |cell: i64| usize::try_from(cell.max(0)).unwrap_or(0).min(self.cells);
        let cells = clip(first)..clip(behind);
        (!cells.is_empty()).then_some(cells)
    }

    /// Whether a moment lies within a cell, not on its left edge.
    fn is_inside(&self, at: Time) -> bool {
        at > self.time_of(self.cell_of(at))
    }

    /// The same, so many cells further on; back, where negative.
    #[must_use]
    pub fn scrolled(self, cells: i64) -> Self {
        Self { from: self.time_of(cells), ..self }
    }

    /// The same with cells of another length; `anchor` stays in its cell, where it has one.
    #[must_use]
    pub fn zoomed(self, cell: Secs, anchor: Time) -> Self {
        let at = self.cell_of(anchor);
        let cell = cell.max(1);
        Self { from: anchor - delta(at.saturating_mul(cell)), cell, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn minutes() -> Scale {
        Scale::new(at("2026-11-28T22:00:00Z"), 60, 100)
    }

    #[test]
    fn a_moment_has_its_cell_and_a_cell_its_moment() {
        let scale = minutes();
        let cases = [
            ("2026-11-28T22:00:00Z", 0),
            ("2026-11-28T22:00:59Z", 0),
            ("2026-11-28T22:01:00Z", 1),
            ("2026-11-28T21:59:59Z", -1),
            ("2026-11-28T21:59:59.999Z", -1),
            ("2026-11-28T23:40:00Z", 100),
        ];
        for (moment, cell) in cases {
            assert_eq!(scale.cell_of(at(moment)), cell, "{moment}");
        }
        assert_eq!(scale.visible(at("2026-11-28T23:39:59Z")), Some(99));
        assert_eq!(scale.visible(at("2026-11-28T23:40:00Z")), None);
        assert_eq!(scale.until(), at("2026-11-28T23:40:00Z"));
    }

    #[test]
    fn stretches_that_meet_share_no_cell_and_the_shortest_has_one() {
        let scale = minutes();
        let span = |from, until| scale.span(at(from), at(until));
        assert_eq!(span("2026-11-28T22:00:00Z", "2026-11-28T22:05:00Z"), Some(0..5));
        assert_eq!(span("2026-11-28T22:05:00Z", "2026-11-28T22:10:00Z"), Some(5..10));
        assert_eq!(span("2026-11-28T22:05:30Z", "2026-11-28T22:10:01Z"), Some(5..11));
        assert_eq!(span("2026-11-28T22:05:00Z", "2026-11-28T22:05:00Z"), Some(5..6));
        assert_eq!(span("2026-11-28T21:00:00Z", "2026-11-28T22:00:00Z"), None);
        assert_eq!(span("2026-11-28T21:00:00Z", "2026-11-29T22:00:00Z"), Some(0..100));
        assert_eq!(span("2026-11-28T23:40:00Z", "2026-11-28T23:50:00Z"), None);
    }

    #[test]
    fn zooming_goes_through_nice_lengths_and_ends() {
        assert_eq!(finer(73), 60);
        assert_eq!(finer(60), 30);
        assert_eq!(finer(5), 5);
        assert_eq!(finer(2), 2);
        assert_eq!(coarser(73), 120);
        assert_eq!(coarser(604_800), 604_800);
        assert_eq!(coarser(9_999_999), 9_999_999);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn all_of_a_fitted_stretch_is_in_sight(secs in 0..400_000_000_i64, cells in 1..3_000_usize) {
            let from = at("2026-11-28T22:00:00Z");
            let until = from + delta(secs);
            let scale = Scale::fit(from, until, cells);
            prop_assert_eq!(scale.visible(from), Some(0));
            prop_assert!(scale.visible(until).is_some());
        }

        #[test]
        fn a_cell_begins_with_the_moment_of_its_edge(
            cell in -4_000..4_000_i64, secs in 1..700_000_i64, cells in 0..500_usize
        ) {
            let scale = Scale::new(at("2026-11-28T22:00:00Z"), secs, cells);
            prop_assert_eq!(scale.cell_of(scale.time_of(cell)), cell);
            prop_assert_eq!(scale.scrolled(7).cell_of(scale.time_of(cell)), cell - 7);
        }

        #[test]
        fn the_anchor_stays_where_it_is(ahead in 0..6_000_i64, from in 0..18_usize, to in 0..18_usize) {
            let scale = Scale::new(at("2026-11-28T22:00:00Z"), CELLS[from], 100);
            let anchor = scale.from + delta(ahead);
            let zoomed = scale.zoomed(CELLS[to], anchor);
            prop_assert_eq!(zoomed.cell_of(anchor), scale.cell_of(anchor));
        }
    }
}
