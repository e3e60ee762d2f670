//! The rows of the timeline, and how time lies on its columns.

use crate::cockpit::model::{Model, Row};
use crate::run::timeline::{Scale, extent};
use crate::runbook::Place;

/// Recomputes the rows from those of the steps list.
pub(super) fn refresh(model: &mut Model) {
    let run = &model.run;
    let taken: Vec<bool> = (0..run.plan.rollbacks.len()).map(|ix| run.was_taken(ix)).collect();
    let shown = |row: &&Row| {
        let rung = match **row {
            Row::Phase(_) => None,
            Row::Rung(ix) => Some(ix),
            Row::Step(ix) => match run.plan.steps.get(ix).map(|step| step.place) {
                Some(Place::Rung(ix)) => Some(ix),
                _ => None,
            },
        };
        rung.is_none_or(|ix| taken.get(ix).copied().unwrap_or(false))
    };
    model.timeline.rows = model.steps.rows.iter().filter(shown).copied().collect();
    find_cursor(model);
}

/// Finds the row of the steps list's cursor; the last one, where the timeline has no such row.
pub fn find_cursor(model: &mut Model) {
    let at = model.steps.rows.get(model.steps.cursor_row);
    let found = at.and_then(|at| model.timeline.rows.iter().position(|row| row == at));
    model.timeline.cursor_row = found.unwrap_or(model.timeline.rows.len().saturating_sub(1));
}

/// How time lies on so many columns of the timeline now.
pub fn scale(model: &Model, columns: usize) -> Scale {
    let (from, until) = extent(&model.run, &model.forecast, model.now);
    let whole = Scale::fit(from, until, columns);
    let Some(cell) = model.timeline.cell else { return whole };
    let left = model.timeline.from.unwrap_or(from);
    let scale = Scale::new(left, cell, columns);
    if model.timeline.from.is_none() && from <= model.now && model.now <= until {
        // What is to come matters more than what was.
        let third = i64::try_from(columns / 3).unwrap_or(0);
        return Scale::new(model.now, cell, columns).scrolled(-third);
    }
    scale
}
