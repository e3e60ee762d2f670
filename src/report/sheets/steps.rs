//! The steps, planned and actual, and the rest of the plan: what can be imported again.

use super::count;
use crate::report::columns::{ACTUAL_COLUMNS, PLAN_COLUMNS, PlanRow};
use crate::report::model::{Attempt, Report, Step};
use crate::report::table::{Cell, Table};
use crate::report::text::{difference, step_word};
use crate::run::StepStatus;
use crate::runbook::format_duration;
use chrono::SecondsFormat;
use std::collections::HashMap;

/// Plan and what became of it side by side.
pub(super) fn steps(report: &Report) -> Option<Table> {
    let columns: Vec<&'static str> = PLAN_COLUMNS.into_iter().chain(ACTUAL_COLUMNS).collect();
    let mut table = Table::new("steps", &columns);
    let steps = report.steps.as_ref()?;
    let by_id: HashMap<&str, &Step> = steps.iter().map(|step| (step.id.as_str(), step)).collect();
    let planned = report.plan.as_ref().map_or(&[][..], |plan| &plan.rows[..]);
    for row in planned.iter().filter(|row| row.row.is_step()) {
        let mut cells = plan_cells(row);
        match by_id.get(row.id.as_str()) {
            Some(step) => cells.extend(actual_cells(step)),
            None => cells.resize(columns.len(), Cell::Empty),
        }
        table.rows.push(cells);
    }
    for step in steps.iter().filter(|step| step.removed || planned.is_empty()) {
        let mut cells = vec![
            // Not a row of the plan any more: an import leaves it aside.
            Cell::text(if step.removed { "removed step" } else { "step" }),
            Cell::text(step.number.as_str()),
            Cell::text(step.id.as_str()),
            Cell::text(step.phase.as_str()),
            Cell::Empty,
            Cell::text(step.title.as_str()),
            Cell::maybe(step.owner.as_ref()),
        ];
        cells.resize(PLAN_COLUMNS.len(), Cell::Empty);
        cells.extend(actual_cells(step));
        table.rows.push(cells);
    }
    Some(table)
}

fn plan_cells(row: &PlanRow) -> Vec<Cell> {
    let text = |text: &String| Cell::text(text.as_str());
    vec![
        Cell::text(row.row.word()),
        text(&row.number),
        text(&row.id),
        text(&row.phase),
        text(&row.phase_id),
        text(&row.title),
        text(&row.owner),
        text(&row.team),
        text(&row.stream),
        text(&row.kind),
        Cell::some(row.duration_best, Cell::Length),
        Cell::some(row.duration, Cell::Length),
        Cell::some(row.duration_worst, Cell::Length),
        text(&row.needs),
        text(&row.not_before),
        text(&row.notes),
        text(&row.text),
        text(&row.more),
    ]
}

fn actual_cells(step: &Step) -> Vec<Cell> {
    let last = step.attempts.last();
    let done_by = last.filter(|_| {
        matches!(step.state, StepStatus::Done | StepStatus::Failed | StepStatus::Undone)
    });
    let done_by = done_by.map(done_by_whom).unwrap_or_default();
    let all = || step.attempts.iter();
    let estimates = all().flat_map(|a| &a.estimates).map(|e| {
        let error = e.error_s.map(|error| format!(" ({})", difference(error)));
        format!("{}{}", format_duration(e.remaining_s), error.unwrap_or_default())
    });
    let values = all().flat_map(|a| &a.values).map(|v| {
        let unit = v.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let failed = v.pass.as_ref().filter(|_| v.passed == Some(false));
        let failed = failed.map(|pass| format!(", failed: should be {pass}")).unwrap_or_default();
        let again = if v.superseded { ", measured again" } else { "" };
        let at = v.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("{} = {}{unit} ({at}{failed}{again})", v.title, v.value)
    });
    let evidence = all().flat_map(|a| &a.evidence).filter_map(|e| {
        let file = || Some(format!("{} {}", e.file.as_ref()?, e.sha256.as_deref()?));
        e.url.clone().or_else(file)
    });
    vec![
        Cell::text(step_word(step.state)),
        Cell::some(step.planned_start, Cell::Second),
        Cell::some(step.planned_finish, Cell::Second),
        Cell::some(step.planned_s, Cell::Minutes),
        Cell::some(step.started_at, Cell::Second),
        Cell::some(step.finished_at, Cell::Second),
        Cell::some(step.worked_s, Cell::Minutes),
        Cell::some(Some(step.blocked_s).filter(|s| *s > 0), Cell::Minutes),
        Cell::some(step.start_variance_s, Cell::Minutes),
        Cell::some(step.finish_variance_s, Cell::Minutes),
        Cell::some(step.duration_variance_s, Cell::Minutes),
        count(step.attempts.len()),
        Cell::text(done_by),
        Cell::maybe(step.reason.as_ref()),
        Cell::text(estimates.collect::<Vec<_>>().join("; ")),
        Cell::text(values.collect::<Vec<_>>().join("; ")),
        Cell::text(evidence.collect::<Vec<_>>().join("; ")),
        Cell::maybe(last.and_then(|a| a.option.as_ref())),
        Cell::yes(step.inserted),
        Cell::yes(step.removed),
        Cell::yes(step.after_end),
    ]
}

/// Whoever ended it; of a step that several people sign, all of them: together they completed it.
fn done_by_whom(attempt: &Attempt) -> String {
    let mut people: Vec<&str> = attempt.signatures.iter().map(|s| s.by.as_str()).collect();
    let ended_by = attempt.ended_by.as_deref();
    people.extend(ended_by.filter(|by| !people.contains(by)));
    people.join("; ")
}

/// What of the plan is no step.
pub(super) fn plan(report: &Report) -> Option<Table> {
    let mut table = Table::new("plan", &PLAN_COLUMNS);
    let rows = report.plan.as_ref()?.rows.iter();
    table.rows.extend(rows.filter(|row| !row.row.is_step()).map(plan_cells));
    Some(table)
}
