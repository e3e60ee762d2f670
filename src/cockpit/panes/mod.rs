//! What the panes show, worked out from the run: rows, the header's facts, the trouble panel.
//! Computed when something changed, never while drawing.

mod calls;
mod glance;
pub(super) mod ladder;
mod lists;
mod notes;
mod roll_call;
mod steps;
mod timeline;
mod timers;
pub(super) mod trouble;
pub(super) mod words;

use super::model::{Cursor, Model};
use crate::runbook::{Place, Runbook};

pub use calls::{CallRow, CallStatus};
pub use lists::{about_entry, log_kind};
pub(super) use notes::news;
pub(super) use timeline::find_cursor;
pub use timeline::scale;
pub use timers::{NEAR, Pressing, Timer, TimerOf, deadline, wait_left};

/// Recomputes everything after the run itself has changed.
pub(super) fn refresh(model: &mut Model) {
    model.forecast.event(&model.run, model.now);
    calls::refresh(model);
    model.glance = glance::glance(model);
    roll_call::refresh(model);
    refresh_lists(model);
    refresh_ladder(model);
}

/// Recomputes what time alone can change.
pub(super) fn refresh_time(model: &mut Model) {
    model.forecast.tick(&model.run, model.now);
    calls::refresh(model);
    model.glance = glance::glance(model);
    roll_call::refresh(model);
    if !matches!(model.steps.show, super::model::Show::All | super::model::Show::Open) {
        steps::refresh(model);
    }
    if model.log.filter.last_hour {
        lists::refresh(model);
    }
}

/// Recomputes what depends on the minute: what each way out of trouble would do.
pub(super) fn refresh_minute(model: &mut Model) {
    if ladder::is_looked_at(model) {
        refresh_ladder(model);
    }
}

/// Recomputes the ladder, and the panel that lists it.
pub(super) fn refresh_ladder(model: &mut Model) {
    ladder::refresh(model);
    trouble::refresh(model);
}

/// Recomputes who takes part, after somebody came or left.
pub(super) fn refresh_people(model: &mut Model) {
    lists::people(model);
    roll_call::refresh(model);
}

/// Recomputes the rows of all lists.
pub(super) fn refresh_lists(model: &mut Model) {
    steps::refresh(model);
    timeline::refresh(model);
    lists::refresh(model);
}

/// The trouble panel follows the cursor; a rung under it is looked at.
pub(super) fn refresh_trouble(model: &mut Model) {
    if matches!(model.steps.cursor, Cursor::Rung(_)) {
        ladder::refresh(model);
    }
    trouble::follow(model);
}

/// Takes note of which note the cursor is on.
pub(super) fn note_under_cursor(model: &mut Model) {
    let at = model.notes.rows.get(model.notes.place.cursor);
    model.notes.cursor = at.and_then(|&ix| model.run.notes.get(ix)).map(|note| note.id.clone());
}

/// Id of the phase or rung that a step stands in.
pub(super) fn head_id(plan: &Runbook, place: Place) -> Option<String> {
    match place {
        Place::Phase(ix) => plan.phases.get(ix).map(|phase| phase.id.clone()),
        Place::Rung(ix) => plan.rollbacks.get(ix).map(|rung| rung.id.clone()),
    }
}

/// The cursor on the head of the phase or rung that a step stands in.
pub(super) fn head_cursor(plan: &Runbook, place: Place) -> Option<Cursor> {
    let id = head_id(plan, place)?;
    Some(match place {
        Place::Phase(_) => Cursor::Phase(id),
        Place::Rung(_) => Cursor::Rung(id),
    })
}
