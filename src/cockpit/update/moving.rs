//! Moving about: cursors, folding, jumping, scrolling. Nothing here can act on the run.

use super::timeline;
use crate::cockpit::action::Action;
use crate::cockpit::layout::{self, areas, inner_rows};
use crate::cockpit::model::{Cursor, Model, Place, Row, View};
use crate::cockpit::panes;
use crate::cockpit::view::{Scrolled, last_left, last_top};
use crate::run::StepStatus;
use crate::runbook::StepIx;

/// Carries out a movement in the pane in front.
pub(super) fn go(model: &mut Model, action: Action) {
    match action {
        Action::DetailUp => model.detail_scroll = model.detail_scroll.saturating_sub(3),
        Action::DetailDown => {
            model.detail_scroll = (model.detail_scroll + 3).min(last_top(model, Scrolled::Detail));
        }
        Action::NextReady => next_ready(model),
        Action::ToLead => super::presence::to_lead(model),
        Action::Fold | Action::Unfold if model.view == View::Difference => sideways(model, action),
        Action::TimeBack
        | Action::TimeOn
        | Action::ZoomIn
        | Action::ZoomOut
        | Action::ZoomFit
        | Action::TimeNow => timeline::go(model, action),
        Action::Fold | Action::Unfold | Action::FoldToggle => fold(model, action),
        _ => walk(model, action),
    }
}

fn walk(model: &mut Model, action: Action) {
    let page = inner_rows(areas(model).main).max(1);
    match model.view {
        View::Steps => {
            let rows = model.steps.rows.len();
            let to = stepped(model.steps.cursor_row, rows, page, action);
            set_cursor_row(model, to);
        }
        View::Timeline => {
            let page = usize::from(layout::chart(areas(model).main).lines.height).max(1);
            let rows = model.timeline.rows.len();
            let to = stepped(model.timeline.cursor_row, rows, page, action);
            set_timeline_row(model, to);
        }
        View::Bridge => {}
        View::Calls => step_place(&mut model.calls.place, model.calls.rows.len(), page, action),
        View::Detail => {
            let tops = last_top(model, Scrolled::Detail) + 1;
            model.detail_scroll = stepped(model.detail_scroll, tops, page, action);
        }
        View::Ladder => {
            let tops = last_top(model, Scrolled::Ladder) + 1;
            model.ladder.scroll = stepped(model.ladder.scroll, tops, page, action);
        }
        View::Difference => {
            let tops = last_top(model, Scrolled::Difference) + 1;
            if let Some(change) = model.change.as_mut() {
                change.scroll = stepped(change.scroll, tops, page, action);
            }
        }
        View::Log => step_place(&mut model.log.place, model.log.rows.len(), page, action),
        View::People => step_place(&mut model.people.place, model.people.rows.len(), page, action),
        View::Checklists => {
            step_place(&mut model.checklists.place, model.checklists.rows.len(), page, action);
        }
        View::Notes => {
            step_place(&mut model.notes.place, model.notes.rows.len(), page, action);
            panes::note_under_cursor(model);
        }
    }
}

fn step_place(place: &mut Place, rows: usize, page: usize, action: Action) {
    place.cursor = stepped(place.cursor, rows, page, action);
}

/// Where a movement leads in a list of so many rows.
fn stepped(at: usize, rows: usize, page: usize, action: Action) -> usize {
    let last = rows.saturating_sub(1);
    match action {
        Action::Up => at.saturating_sub(1),
        Action::Down => at.saturating_add(1).min(last),
        Action::PageUp => at.saturating_sub(page),
        Action::PageDown => at.saturating_add(page).min(last),
        Action::Top => 0,
        Action::Bottom => last,
        _ => at,
    }
}

/// Puts the cursor of the steps on a row; from then on it sticks to what is there.
pub(super) fn set_cursor_row(model: &mut Model, row: usize) {
    let Some(&what) = model.steps.rows.get(row) else { return };
    let plan = &model.run.plan;
    let cursor = match what {
        Row::Step(ix) => plan.steps.get(ix).map(|step| Cursor::Step(step.id.clone())),
        Row::Phase(ix) => plan.phases.get(ix).map(|phase| Cursor::Phase(phase.id.clone())),
        Row::Rung(ix) => plan.rollbacks.get(ix).map(|rung| Cursor::Rung(rung.id.clone())),
    };
    if let Some(cursor) = cursor {
        if cursor != model.steps.cursor {
            model.detail_scroll = 0;
        }
        let filtered = model.steps.show != Default::default() || model.steps.stream.is_some();
        model.steps.cursor = cursor;
        model.steps.cursor_row = row;
        if filtered {
            // What was only kept in sight for the cursor's sake goes now.
            panes::refresh_lists(model);
        }
        panes::refresh_trouble(model);
    }
}

/// Puts the cursor on a row of the timeline; the steps list has it there, too.
pub(super) fn set_timeline_row(model: &mut Model, row: usize) {
    let Some(what) = model.timeline.rows.get(row) else { return };
    let found = model.steps.rows.iter().position(|row| row == what);
    if let Some(found) = found {
        set_cursor_row(model, found);
        model.timeline.cursor_row = row;
    }
}

/// Puts the cursor on a step, unfolding what hides it.
pub(super) fn go_to_step(model: &mut Model, ix: StepIx) {
    let Some(step) = model.run.plan.steps.get(ix) else { return };
    let head = panes::head_id(&model.run.plan, step.place);
    model.steps.cursor = Cursor::Step(step.id.clone());
    if let Some(head) = head {
        model.steps.folded.remove(&head);
    }
    model.detail_scroll = 0;
    panes::refresh_lists(model);
    panes::refresh_trouble(model);
}

/// Goes where the digits typed so far lead.
pub(super) fn jump(model: &mut Model) {
    let plan = &model.run.plan;
    let typed = model.jump.trim_end_matches('.');
    let exact = plan.steps.iter().position(|step| step.number == typed);
    let phase = || {
        let ix = typed.parse::<usize>().ok()?.checked_sub(1)?;
        plan.phases.get(ix).map(|phase| phase.id.clone())
    };
    let begins = || plan.steps.iter().position(|step| step.number.starts_with(typed));
    if let Some(ix) = exact {
        go_to_step(model, ix);
    } else if let Some(phase) = phase() {
        model.steps.cursor = Cursor::Phase(phase);
        panes::refresh_lists(model);
    } else if let Some(ix) = begins() {
        go_to_step(model, ix);
    } else {
        let said = format!("there is no step {typed}");
        model.jump.clear();
        model.say(crate::cockpit::card::Tone::Warn, said);
    }
}

/// The next step below that is ready, or running and mine; from the top again after the last. A
/// rollback that is on comes before everything else.
pub(super) fn next_ready(model: &mut Model) {
    let run = &model.run;
    let rung = run.rung_on().and_then(|on| run.plan.rollbacks.get(on)).map(|r| r.steps.clone());
    let rung = rung.unwrap_or_default();
    let order: Vec<StepIx> = rung.clone().chain(run.plan.forward_steps()).collect();
    let at = model.cursor_step().and_then(|ix| order.iter().position(|step| *step == ix));
    let from = at.map_or(0, |at| at + 1);
    let wanted = |ix: StepIx| match run.steps.get(ix).map(|s| s.status()) {
        Some(StepStatus::Planned) => run.is_ready(ix, model.now),
        Some(StepStatus::Running | StepStatus::Blocked) => {
            rung.contains(&ix) || run.is_mine(ix, &model.me)
        }
        _ => false,
    };
    let around = order.iter().skip(from).chain(order.iter().take(from)).copied();
    match around.into_iter().find(|ix| wanted(*ix)) {
        Some(ix) => go_to_step(model, ix),
        None => model.say(crate::cockpit::card::Tone::Plain, "no step is ready"),
    }
}

fn fold(model: &mut Model, action: Action) {
    if !matches!(model.view, View::Steps | View::Timeline) {
        return;
    }
    let plan = &model.run.plan;
    let (head, is_step) = match &model.steps.cursor {
        Cursor::Step(id) => {
            let place = plan.step(id).map(|step| step.place);
            (place.and_then(|place| panes::head_cursor(plan, place)), true)
        }
        Cursor::Nowhere => (None, false),
        head => (Some(head.clone()), false),
    };
    let Some(head) = head else { return };
    let (Cursor::Phase(id) | Cursor::Rung(id)) = &head else { return };
    let folded = model.steps.folded.contains(id);
    let fold = match action {
        Action::Fold => true,
        Action::Unfold => false,
        _ => !folded,
    };
    if fold {
        model.steps.folded.insert(id.clone());
        if is_step {
            model.steps.cursor = head;
        }
    } else {
        model.steps.folded.remove(id);
    }
    panes::refresh_lists(model);
}

/// Scrolls the lines of a difference sideways, no further than to the end of the longest.
fn sideways(model: &mut Model, action: Action) {
    /// Columns at a time.
    const BY: usize = 8;
    let last = last_left(model);
    if let Some(change) = model.change.as_mut() {
        let to = match action {
            Action::Fold => change.left.saturating_sub(BY),
            _ => change.left.saturating_add(BY),
        };
        change.left = to.min(last);
    }
}

/// Scrolls the help.
pub(super) fn scroll_help(model: &mut Model, action: Action) {
    let page = inner_rows(areas(model).overlay).max(1);
    let tops = last_top(model, Scrolled::Help) + 1;
    if let Some(top) = model.help.as_mut() {
        *top = stepped(*top, tops, page, action);
    }
}

/// Scrolls every list so that its cursor is seen.
pub(super) fn keep_in_sight(model: &mut Model) {
    let areas = areas(model);
    let rows = inner_rows(areas.main);
    let overlay = inner_rows(areas.overlay).saturating_sub(layout::INPUT_ROWS);
    if model.view == View::Timeline {
        panes::find_cursor(model);
        let lines = usize::from(layout::chart(areas.main).lines.height);
        let pane = &mut model.timeline;
        pane.top = scrolled(pane.top, pane.cursor_row, pane.rows.len(), lines);
    }
    let steps = &mut model.steps;
    steps.top = scrolled(steps.top, steps.cursor_row, steps.rows.len(), rows);
    for (place, count) in [
        (&mut model.log.place, model.log.rows.len()),
        (&mut model.notes.place, model.notes.rows.len()),
        (&mut model.people.place, model.people.rows.len()),
        (&mut model.calls.place, model.calls.rows.len()),
        (&mut model.checklists.place, model.checklists.rows.len()),
    ] {
        place.top = scrolled(place.top, place.cursor, count, rows);
    }
    if let Some(find) = model.find.as_mut() {
        find.place.top = scrolled(find.place.top, find.place.cursor, find.hits.len(), overlay);
    }
    if let Some(palette) = model.palette.as_mut() {
        let place = &mut palette.place;
        place.top = scrolled(place.top, place.cursor, palette.hits.len(), overlay);
    }
}

/// The first row to show so that the cursor is in sight and no room is left empty below.
fn scrolled(top: usize, cursor: usize, count: usize, rows: usize) -> usize {
    let rows = rows.max(1);
    let least = (cursor + 1).saturating_sub(rows);
    top.clamp(least, cursor.max(least)).min(count.saturating_sub(rows).max(least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_always_in_sight() {
        for (top, cursor, count, rows) in
            [(0, 0, 0, 10), (0, 30, 40, 10), (39, 3, 40, 10), (5, 5, 8, 10), (0, 0, 1, 0)]
        {
            let now = scrolled(top, cursor, count, rows);
            assert!(now <= cursor && cursor < now + rows.max(1), "{top} {cursor} {count} {rows}");
        }
        assert_eq!(scrolled(35, 39, 40, 10), 30, "no empty room below");
    }
}
