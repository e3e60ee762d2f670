//! What lies under and over all lines of the timeline: holds, now, the window, roll back by.

use super::Cell;
use crate::cockpit::view::clock;
use crate::cockpit::view::ink::Ink;
use crate::run::Time;
use crate::run::timeline::{Label, Marks, Scale, marks};
use ratatui::style::Style;

/// The columns of a line on which nothing stands, and the lines through all of them.
pub struct Ground {
    /// The moments that are marked.
    pub marks: Marks,
    cells: Vec<Cell>,
    /// Columns with a line, the most important last: it lies on top.
    lines: Vec<(usize, Cell, bool)>,
}

impl Ground {
    /// The ground at this moment.
    pub fn of(ink: &Ink<'_>, scale: &Scale) -> Self {
        let styles = &ink.theme.timeline;
        let marks = marks(&ink.model.run, &ink.model.forecast, ink.now());
        let mut cells = vec![Cell { symbol: ' ', style: Style::new() }; scale.cells];
        for &(from, until) in &marks.holds {
            for at in scale.span(from, until).unwrap_or_default() {
                if let Some(cell) = cells.get_mut(at) {
                    *cell = Cell { symbol: '╱', style: styles.hold };
                }
            }
        }
        for &(from, until) in &marks.rollbacks {
            for at in scale.span(from, until).unwrap_or_default() {
                if let Some(cell) = cells.get_mut(at) {
                    *cell = Cell { symbol: '╲', style: styles.roll_back };
                }
            }
        }
        let mut lines = Vec::new();
        let mut mark = |at: Option<Time>, symbol, style, over| {
            let cell = at.and_then(|at| scale.visible(at));
            lines.extend(cell.map(|at| (at, Cell { symbol, style }, over)));
        };
        mark(marks.opens, '[', styles.window, false);
        mark(marks.closes, ']', styles.window, false);
        mark(marks.after_next.map(|(_, at)| at), '┆', styles.roll_back, false);
        mark(marks.roll_back_by, '┊', styles.roll_back, false);
        mark(marks.ended, '│', styles.axis, false);
        mark(marks.now, '│', styles.now, true);
        Self { marks, cells, lines }
    }

    /// An empty line.
    pub fn line(&self) -> Vec<Cell> {
        self.cells.clone()
    }

    /// Draws the lines of the marks through a line, but where it keeps its own: told the column,
    /// and whether it is the line of now, which cuts what the others do not.
    pub fn cross(&self, cells: &mut [Cell], keeps: impl Fn(usize, bool) -> bool) {
        for &(at, mark, over) in &self.lines {
            if let Some(cell) = cells.get_mut(at).filter(|_| !keeps(at, over)) {
                *cell = mark;
            }
        }
    }
}

/// The names of the marks, the most important first.
pub fn named(ink: &Ink<'_>, scale: &Scale, marks: &Marks) -> Vec<(Label, Style)> {
    let styles = &ink.theme.timeline;
    let zone = ink.model.run.plan.release.timezone;
    let middle = scale.time_of(i64::try_from(scale.cells / 2).unwrap_or(0));
    let mut names = Vec::new();
    let mut name = |at: Option<Time>, long: &str, short: &str, style| {
        let Some(at) = at else { return };
        // With its date where that is another day than what is seen.
        let when = clock::long(at, zone, middle);
        let mut forms = vec![format!("{long} {when}"), format!("{short} {when}"), short.to_owned()];
        forms.dedup();
        names.push((Label { cell: scale.cell_of(at), forms }, style));
    };
    name(marks.now, "now", "now", styles.now);
    name(marks.ended, "ended", "end", styles.axis);
    name(marks.roll_back_by, "roll back by", "RB", styles.roll_back);
    if let Some((next, at)) = marks.after_next {
        let after = format!("after {}", ink.number(next));
        name(Some(at), &format!("{after} by"), &after, styles.roll_back);
    }
    name(marks.closes, "window closes", "closes", styles.window);
    name(marks.opens, "window opens", "opens", styles.window);
    names
}
