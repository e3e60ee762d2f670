//! The lines of the trouble panel: every way out, and what it means.

use crate::cockpit::model::{Trouble, TroubleChoice};
use crate::cockpit::view::text::{width, wrap};
use ratatui::style::Style;

/// Columns before a label: the cursor's mark.
pub const MARK: usize = 2;
/// Columns between label and note, and more before a note that stands below its label.
pub const GAP: usize = 2;
/// A label longer than this does not push everybody's note to the right.
const LABEL: usize = 24;

/// How a choice of the panel is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TroubleRow {
    /// Columns of the label, the same for all that have their note beside them.
    pub label: usize,
    /// The note stands below the label and takes so many lines; 0: beside it, cut where it is
    /// too long.
    pub below: usize,
}

impl TroubleRow {
    /// Lines in all.
    pub fn lines(self) -> usize {
        1 + self.below
    }
}

/// The choices in so many columns and lines. Notes that have no room beside their label stand
/// below it while there are lines for that, the one under the cursor first.
pub fn trouble_rows(trouble: &Trouble, columns: usize, lines: usize) -> Vec<TroubleRow> {
    let label = |choice: &TroubleChoice| width(&choice.label);
    let common = trouble.choices.iter().map(label).filter(|w| *w <= LABEL).max().unwrap_or(0);
    let short = |choice| TroubleRow { label: common.max(label(choice)), below: 0 };
    let mut rows: Vec<_> = trouble.choices.iter().map(short).collect();
    let mut spare = lines.saturating_sub(rows.len());
    let order = trouble.cursor.into_iter().chain(0..rows.len());
    for ix in order {
        let Some((row, choice)) = rows.get_mut(ix).zip(trouble.choices.get(ix)) else { continue };
        let beside = MARK + row.label + GAP + width(&choice.note) <= columns;
        if row.below > 0 || beside || choice.note.is_empty() {
            continue;
        }
        let wanted = wrap(&choice.note, note_columns(columns), Style::new()).len();
        if wanted <= spare {
            row.below = wanted;
            spare -= wanted;
        }
    }
    rows
}

/// Columns of a note that stands below its label.
pub fn note_columns(columns: usize) -> usize {
    columns.saturating_sub(MARK + GAP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cockpit::model::{About, Way};

    #[test]
    fn notes_are_told_in_full_while_there_are_lines_the_one_under_the_cursor_first() {
        let choice = |label: &str, note: &str| TroubleChoice {
            way: Way::End,
            label: label.to_owned(),
            note: note.to_owned(),
            gone: false,
        };
        let choices =
            vec![choice("Skip it", "short"), choice("A", "aa bb cc"), choice("B", "dd ee ff gg")];
        let mut trouble = Trouble { about: About::Asked, focused: true, cursor: None, choices };
        let below = |trouble: &Trouble, lines| {
            trouble_rows(trouble, 17, lines).iter().map(|r| r.below).collect::<Vec<_>>()
        };
        assert_eq!(below(&trouble, 3), [0, 0, 0]);
        assert_eq!(below(&trouble, 4), [0, 1, 0]);
        assert_eq!(below(&trouble, 9), [0, 1, 1]);
        trouble.cursor = Some(2);
        assert_eq!(below(&trouble, 4), [0, 0, 1]);
    }
}
