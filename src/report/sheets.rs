//! The data tables of spreadsheets: every fact in a typed cell, under a name that stays as it is.

use super::columns::{ACTUAL_COLUMNS, PLAN_COLUMNS, PlanRow};
use super::document::{remarks, votes};
use super::format::RenderError;
use super::model::{
    Action, Decision, DecisionKind, Deviation, Happening, Note, Person, Report, Step,
};
use super::section::Section;
use super::table::{Cell, Table};
use super::text::{difference, role_word, run_word, step_word};
use crate::run::{Mode, NoteKind, StepStatus};
use crate::runbook::format_duration;
use std::collections::HashMap;

/// The sections that are tables, in the order of a workbook.
pub(super) const TABLES: [Section; 11] = [
    Section::Summary,
    Section::Steps,
    Section::Timeline,
    Section::Decisions,
    Section::Notes,
    Section::Actions,
    Section::Deviations,
    Section::Corrections,
    Section::People,
    Section::Criteria,
    Section::Plan,
];

/// The table of a section; none: it is no table, or not in the report.
fn table_of(report: &Report, section: Section) -> Option<Table> {
    Some(match section {
        Section::Summary => summary(report),
        Section::Steps => steps(report)?,
        Section::Timeline => timeline(report.timeline.as_ref()?),
        Section::Decisions => decisions(&report.decisions.as_ref()?.made),
        Section::Notes => notes(report)?,
        Section::Actions => actions(report.actions.as_ref()?),
        Section::Deviations => deviations(report.deviations.as_ref()?),
        Section::Corrections => corrections(report)?,
        Section::People => people(report.people.as_ref()?),
        Section::Criteria => criteria(report)?,
        Section::Plan => plan(report)?,
        _ => return None,
    })
}

/// The table in which a section stands: issues are among the notes.
fn stands_in(section: Section) -> Section {
    if section == Section::Issues { Section::Notes } else { section }
}

/// The tables of a workbook, of the sections that are in the report: each is made when it is asked
/// for, since the record of a long night is large.
pub(super) fn tables(report: &Report) -> impl Iterator<Item = Table> + '_ {
    let is_in = |table: &Section| report.sections.iter().any(|s| stands_in(*s) == *table);
    TABLES.into_iter().filter(is_in).filter_map(|section| table_of(report, section))
}

/// The one table of a CSV file.
///
/// # Errors
/// Several were chosen, or one that is no table.
pub(super) fn csv_table(report: &Report) -> Result<Table, RenderError> {
    let whole = super::format::is_whole(report);
    let mut tables: Vec<Section> = report.sections.iter().map(|s| stands_in(*s)).collect();
    tables.dedup();
    let chosen = match (&tables[..], whole) {
        // The file of the steps has the rest of the plan, too.
        (_, true) | ([] | [Section::Steps, Section::Plan], _) => Section::Steps,
        ([one], _) => *one,
        ([first, second, ..], _) => {
            return Err(RenderError::SeveralTables(first.name(), second.name()));
        }
    };
    let none = || {
        let names: Vec<_> = TABLES.iter().map(|section| section.name()).collect();
        RenderError::NoTable(chosen.name(), names.join(", "))
    };
    let mut table = table_of(report, chosen).ok_or_else(none)?;
    // One file has the steps and the rest of the plan, so that it can be imported.
    if chosen == Section::Steps
        && let Some(rest) = plan(report)
    {
        let width = table.columns.len();
        table.rows.extend(rest.rows.into_iter().map(|mut row| {
            row.resize(width, Cell::Empty);
            row
        }));
    }
    Ok(table)
}

fn count(n: usize) -> Cell {
    Cell::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

fn seq(n: u64) -> Cell {
    Cell::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Names and values; lengths in minutes.
fn summary(report: &Report) -> Table {
    let mut table = Table::new("summary", &["name", "value"]);
    let mut fact = |name: &str, cell: Cell| {
        if cell != Cell::Empty {
            table.rows.push(vec![Cell::text(name), cell]);
        }
    };
    let run = &report.run;
    fact("title", Cell::text(run.title.as_str()));
    fact("run", Cell::text(run.id.as_str()));
    fact("version", Cell::maybe(run.version.as_ref()));
    fact("change", Cell::maybe(run.change.as_ref()));
    fact("environment", Cell::maybe(run.environment.as_ref()));
    fact("mode", Cell::text(if run.mode == Mode::Live { "live" } else { "rehearsal" }));
    fact("state", Cell::text(run_word(run.state)));
    fact("as_of", Cell::Second(run.as_of));
    fact("timezone", Cell::text(run.timezone.as_str()));
    if let Some(summary) = &report.summary {
        fact("outcome", Cell::text(summary.closure.outcome.as_str()));
        fact("summary", Cell::text(summary.paragraph.as_str()));
        for warning in &summary.warnings {
            fact("warning", Cell::text(warning.as_str()));
        }
    }
    if let Some(numbers) = &report.numbers {
        let span = &numbers.run;
        fact("window_opens", Cell::some(numbers.window.as_ref(), |w| Cell::Second(w.opens)));
        fact("window_closes", Cell::some(numbers.window.as_ref(), |w| Cell::Second(w.closes)));
        fact("planned_start", Cell::some(span.planned_start, Cell::Second));
        fact("planned_finish", Cell::some(span.planned_finish, Cell::Second));
        fact("started", Cell::some(span.started_at, Cell::Second));
        fact("finished", Cell::some(span.finished_at, Cell::Second));
        fact("planned_min", Cell::some(span.planned_s, Cell::Minutes));
        fact("actual_min", Cell::some(span.actual_s, Cell::Minutes));
        fact("start_variance_min", Cell::some(span.start_variance_s, Cell::Minutes));
        fact("finish_variance_min", Cell::some(span.finish_variance_s, Cell::Minutes));
        fact("duration_variance_min", Cell::some(span.duration_variance_s, Cell::Minutes));
        fact("held_min", Cell::Minutes(numbers.hold_s));
        fact("blocked_min", Cell::Minutes(numbers.blocked_s));
        fact("steps", count(span.steps));
        fact("steps_done", count(span.done));
        fact("downtime_min", Cell::some(numbers.downtime.as_ref(), |d| Cell::Minutes(d.seconds)));
    }
    if let Some(metrics) = &report.metrics {
        fact("on_time_rate", Cell::some(metrics.on_time.rate, Cell::Share));
        fact("duration_accuracy", Cell::some(metrics.duration_accuracy, Cell::Share));
        fact("estimates", count(metrics.estimates.count));
        fact("estimate_error_min", Cell::some(metrics.estimates.mean_error_s, Cell::Minutes));
        fact("failures", count(metrics.failures.len()));
        let decided = metrics.failure_to_decision.median_s;
        fact("failure_to_decision_min", Cell::some(decided, Cell::Minutes));
        let rolled = metrics.decision_to_rolled_back.median_s;
        fact("decision_to_rolled_back_min", Cell::some(rolled, Cell::Minutes));
        fact("rework_min", Cell::Minutes(metrics.rework_s));
    }
    fact("entries", seq(report.record.entries));
    fact("chain_head", Cell::text(report.record.head.as_str()));
    fact("record", Cell::text(report.record.verified.word()));
    fact("approval", Cell::maybe(report.record.approval.as_ref()));
    fact("runbook_sha256", Cell::text(report.record.runbook_sha256.as_str()));
    fact("golive", Cell::text(report.golive.as_str()));
    table
}

/// Plan and what became of it side by side.
fn steps(report: &Report) -> Option<Table> {
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
    let done_by = last.and_then(|a| a.ended_by.as_ref()).filter(|_| {
        matches!(step.state, StepStatus::Done | StepStatus::Failed | StepStatus::Undone)
    });
    let all = || step.attempts.iter();
    let estimates = all().flat_map(|a| &a.estimates).map(|e| {
        let error = e.error_s.map(|error| format!(" ({})", difference(error)));
        format!("{}{}", format_duration(e.remaining_s), error.unwrap_or_default())
    });
    let values = all().flat_map(|a| &a.values).map(|v| {
        let unit = v.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        format!("{} = {}{unit}", v.title, v.value)
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
        Cell::maybe(done_by),
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

/// What of the plan is no step.
fn plan(report: &Report) -> Option<Table> {
    let mut table = Table::new("plan", &PLAN_COLUMNS);
    let rows = report.plan.as_ref()?.rows.iter();
    table.rows.extend(rows.filter(|row| !row.row.is_step()).map(plan_cells));
    Some(table)
}

fn timeline(timeline: &[Happening]) -> Table {
    let mut table = Table::new(
        "timeline",
        &[
            "entry",
            "at",
            "recorded_at",
            "by",
            "recorded_by",
            "proved",
            "step",
            "what",
            "standing",
            "corrected_by",
            "after_end",
        ],
    );
    for h in timeline {
        table.row([
            seq(h.entry),
            Cell::Second(h.at),
            Cell::some(h.recorded_at, Cell::Second),
            Cell::text(h.by.as_str()),
            Cell::maybe(h.recorded_by.as_ref()),
            Cell::text(if h.claimed { "claimed" } else { "proved" }),
            Cell::maybe(h.step.as_ref()),
            Cell::text(h.what.as_str()),
            Cell::text(h.standing.word()),
            Cell::some(h.corrected_by, seq),
            Cell::yes(h.after_end),
        ]);
    }
    table
}

fn decisions(made: &[Decision]) -> Table {
    let mut table = Table::new(
        "decisions",
        &[
            "at",
            "kind",
            "step",
            "attempt",
            "decision",
            "text",
            "by",
            "reason",
            "conditions",
            "votes",
            "poll_min",
            "remarks",
        ],
    );
    for d in made {
        let kind = match d.kind {
            DecisionKind::Gate => "gate",
            DecisionKind::Choice => "choice",
            DecisionKind::Noted => "noted",
        };
        table.row([
            Cell::some(d.at, Cell::Second),
            Cell::text(kind),
            Cell::maybe(d.step.as_ref()),
            Cell::some(d.attempt, |n| Cell::Number(n.into())),
            Cell::text(d.verdict.word()),
            Cell::maybe(d.text.as_ref()),
            Cell::maybe(d.by.as_ref()),
            Cell::maybe(d.reason.as_ref()),
            Cell::text(d.conditions.join("\n")),
            Cell::text(votes(d)),
            Cell::some(d.poll_s, Cell::Minutes),
            Cell::text(remarks(d)),
        ]);
    }
    table
}

/// Notes, issues and risks in one table, in order.
fn notes(report: &Report) -> Option<Table> {
    let mut table = Table::new(
        "notes",
        &[
            "entry",
            "at",
            "kind",
            "text",
            "step",
            "by",
            "public",
            "state",
            "closed_at",
            "closed_by",
            "close_reason",
            "earlier",
            "after_end",
        ],
    );
    let mut all: Vec<&Note> = match (&report.notes, &report.issues) {
        (None, None) => return None,
        (notes, issues) => notes.iter().chain(issues).flatten().collect(),
    };
    all.sort_by_key(|note| note.entry);
    for note in all {
        let (kind, state) = match note.kind {
            NoteKind::Issue | NoteKind::Risk => {
                let kind = if note.kind == NoteKind::Issue { "issue" } else { "risk" };
                (kind, if note.open { "open" } else { "closed" })
            }
            _ => ("note", ""),
        };
        let earlier: Vec<&str> = note.earlier.iter().map(|e| e.text.as_str()).collect();
        table.row([
            seq(note.entry),
            Cell::Second(note.at),
            Cell::text(kind),
            Cell::text(note.text.as_str()),
            Cell::maybe(note.step.as_ref()),
            Cell::text(note.by.as_str()),
            Cell::yes(note.public),
            Cell::text(state),
            Cell::some(note.closed_at, Cell::Second),
            Cell::maybe(note.closed_by.as_ref()),
            Cell::maybe(note.close_reason.as_ref()),
            Cell::text(earlier.join("\n")),
            Cell::yes(note.after_end),
        ]);
    }
    Some(table)
}

fn actions(actions: &[Action]) -> Table {
    let mut table = Table::new(
        "actions",
        &[
            "entry",
            "origin",
            "action",
            "owner",
            "due",
            "state",
            "step",
            "at",
            "by",
            "closed_at",
            "closed_by",
            "close_reason",
            "after_end",
        ],
    );
    for action in actions {
        table.row([
            seq(action.entry),
            Cell::text(action.origin.word()),
            Cell::text(action.text.as_str()),
            Cell::maybe(action.owner.as_ref()),
            Cell::some(action.due, Cell::Second),
            Cell::text(action.state.word()),
            Cell::maybe(action.step.as_ref()),
            Cell::Second(action.at),
            Cell::text(action.by.as_str()),
            Cell::some(action.closed_at, Cell::Second),
            Cell::maybe(action.closed_by.as_ref()),
            Cell::maybe(action.close_reason.as_ref()),
            Cell::yes(action.after_end),
        ]);
    }
    table
}

fn deviations(deviations: &[Deviation]) -> Table {
    let mut table = Table::new(
        "deviations",
        &["kind", "at", "step", "what", "reason", "by", "entry", "minutes", "owed", "after_end"],
    );
    for d in deviations {
        table.row([
            Cell::text(d.kind.word()),
            Cell::some(d.at, Cell::Second),
            Cell::maybe(d.step.as_ref()),
            Cell::text(d.what.as_str()),
            Cell::maybe(d.reason.as_ref()),
            Cell::maybe(d.by.as_ref()),
            Cell::some(d.entry, seq),
            Cell::some(d.seconds, Cell::Minutes),
            Cell::yes(d.still_owed),
            Cell::yes(d.after_end),
        ]);
    }
    table
}

fn corrections(report: &Report) -> Option<Table> {
    let mut table = Table::new(
        "corrections",
        &["entry", "at", "by", "corrects", "what", "reason", "after_end"],
    );
    for c in report.corrections.as_ref()? {
        table.row([
            seq(c.entry),
            Cell::Second(c.at),
            Cell::text(c.by.as_str()),
            Cell::some(c.corrects, seq),
            Cell::text(c.what.as_str()),
            Cell::maybe(c.reason.as_ref()),
            Cell::yes(c.after_end),
        ]);
    }
    Some(table)
}

fn people(people: &[Person]) -> Table {
    let mut table = Table::new(
        "people",
        &[
            "id",
            "name",
            "team",
            "role",
            "recorded",
            "proved",
            "claimed",
            "by_others",
            "first",
            "last",
            "calls_answered",
            "calls_unanswered",
        ],
    );
    for person in people {
        table.row([
            Cell::text(person.id.as_str()),
            Cell::text(person.name.as_str()),
            Cell::maybe(person.team.as_ref()),
            Cell::text(role_word(person.role)),
            count(person.recorded),
            count(person.proved),
            count(person.claimed),
            count(person.recorded_by_others),
            Cell::some(person.first_at, Cell::Second),
            Cell::some(person.last_at, Cell::Second),
            count(person.calls_answered),
            count(person.calls_unanswered),
        ]);
    }
    table
}

fn criteria(report: &Report) -> Option<Table> {
    let mut table = Table::new(
        "criteria",
        &["id", "criterion", "owner", "judge_by", "state", "at", "by", "comment"],
    );
    for c in report.criteria.as_ref()? {
        table.row([
            Cell::text(c.id.as_str()),
            Cell::text(c.text.as_str()),
            Cell::maybe(c.owner.as_ref()),
            Cell::some(c.judge_by, Cell::Second),
            Cell::text(c.state.word()),
            Cell::some(c.at, Cell::Second),
            Cell::maybe(c.by.as_ref()),
            Cell::maybe(c.comment.as_ref()),
        ]);
    }
    Some(table)
}
