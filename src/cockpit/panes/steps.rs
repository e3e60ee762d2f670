//! The rows of the steps list, after filter and folding.

use crate::cockpit::model::{Cursor, Model, Row, Show};
use crate::runbook::StepIx;

/// Recomputes the rows and finds the cursor's row again.
pub(super) fn refresh(model: &mut Model) {
    settle_cursor(model);
    model.steps.rows = rows(model);
    let row = model.steps.rows.iter().position(|row| is_at(model, *row));
    match row {
        Some(row) => model.steps.cursor_row = row,
        None => move_to_neighbor(model),
    }
}

fn rows(model: &Model) -> Vec<Row> {
    let plan = &model.run.plan;
    let filtered = model.steps.show != Show::All || model.steps.stream.is_some();
    // A rung that is being taken comes first: that is where the night is.
    let on = model.run.rung_on();
    let rungs = |wanted: bool| {
        let rungs = plan.rollbacks.iter().enumerate();
        rungs
            .filter(move |(ix, _)| (Some(*ix) == on) == wanted)
            .map(|(ix, rung)| (Row::Rung(ix), &rung.id, rung.steps.clone()))
    };
    let phases = (plan.phases.iter().enumerate())
        .map(|(ix, phase)| (Row::Phase(ix), &phase.id, phase.steps.clone()));
    let heads = rungs(true).chain(phases).chain(rungs(false));
    let cursor = model.cursor_step();
    let mut rows = Vec::with_capacity(plan.steps.len() + plan.phases.len());
    for (head, id, steps) in heads {
        let at_head = rows.len();
        rows.push(head);
        if filtered {
            // The step under the cursor stays, whatever becomes of it: Enter must never hit
            // another one because the list has moved.
            rows.extend(
                steps.filter(|&ix| Some(ix) == cursor || is_listed(model, ix)).map(Row::Step),
            );
            if rows.len() == at_head + 1 && !is_at(model, head) {
                rows.pop();
            }
        } else if !model.steps.folded.contains(id) {
            rows.extend(steps.map(Row::Step));
        }
    }
    rows
}

fn is_listed(model: &Model, ix: StepIx) -> bool {
    let run = &model.run;
    if let Some(stream) = &model.steps.stream
        && run.plan.steps.get(ix).and_then(|step| step.stream.as_ref()) != Some(stream)
    {
        return false;
    }
    let open = || !run.is_settled(ix);
    match model.steps.show {
        Show::All => true,
        Show::Open => open(),
        Show::Mine => run.is_mine(ix, &model.me),
        Show::Ready => run.is_ready(ix, model.now),
        Show::Late => open() && model.forecast.steps.get(ix).is_some_and(|step| step.late),
    }
}

fn is_at(model: &Model, row: Row) -> bool {
    let plan = &model.run.plan;
    match (row, &model.steps.cursor) {
        (Row::Step(ix), Cursor::Step(id)) => plan.steps.get(ix).is_some_and(|s| s.id == *id),
        (Row::Phase(ix), Cursor::Phase(id)) => plan.phases.get(ix).is_some_and(|p| p.id == *id),
        (Row::Rung(ix), Cursor::Rung(id)) => plan.rollbacks.get(ix).is_some_and(|r| r.id == *id),
        _ => false,
    }
}

/// A cursor on something that is folded away, or gone from the plan, has to be somewhere else.
fn settle_cursor(model: &mut Model) {
    let filtered = model.steps.show != Show::All || model.steps.stream.is_some();
    let plan = &model.run.plan;
    if let Cursor::Step(id) = &model.steps.cursor
        && let Some(step) = plan.step(id)
        && !filtered
        && let Some(head) = super::head_id(plan, step.place)
        && model.steps.folded.contains(&head)
        && let Some(cursor) = super::head_cursor(plan, step.place)
    {
        model.steps.cursor = cursor;
    }
}

fn move_to_neighbor(model: &mut Model) {
    let last = model.steps.rows.len().saturating_sub(1);
    let row = model.steps.cursor_row.min(last);
    model.steps.cursor_row = row;
    let plan = &model.run.plan;
    let cursor = model.steps.rows.get(row).and_then(|row| match *row {
        Row::Step(ix) => plan.steps.get(ix).map(|s| Cursor::Step(s.id.clone())),
        Row::Phase(ix) => plan.phases.get(ix).map(|p| Cursor::Phase(p.id.clone())),
        Row::Rung(ix) => plan.rollbacks.get(ix).map(|r| Cursor::Rung(r.id.clone())),
    });
    model.steps.cursor = cursor.unwrap_or(Cursor::Nowhere);
}
