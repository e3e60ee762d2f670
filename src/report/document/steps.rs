//! Steps, decisions, rollbacks, checklists.

use super::{Block, table};
use crate::report::model::{Attempt, Checklist, Decision, Decisions, Evidence, Rollback, Step};
use crate::report::table::{Cell, Table};
use crate::report::text::{Clock, counted, kind_word, step_symbol, step_word};
use crate::run::{AutomationResult, StepStatus, Vote};
use crate::runbook::{StepKind, format_duration};
use indexmap::IndexMap;

/// Lines of a process's output that a page shows.
const OUTPUT_LINES: usize = 20;

pub(super) fn steps(steps: &[Step], is_over: bool) -> Vec<Block> {
    let mut phases = IndexMap::<&str, Vec<&Step>>::new();
    for step in steps {
        let phase = if step.removed { "Taken out of the plan" } else { step.phase.as_str() };
        phases.entry(phase).or_default().push(step);
    }
    let mut blocks = Vec::new();
    for (phase, steps) in phases {
        let mut lines = Table::new(
            phase,
            &[
                "No.", "Step", "Owner", "State", "Planned", "Started", "Finished", "Plan", "Took",
                "Finish", "Remarks",
            ],
        );
        for step in steps {
            lines.rows.push(step_line(step, is_over));
        }
        blocks.extend(table(lines));
    }
    blocks.extend(table(details(steps)));
    blocks
}

fn step_line(step: &Step, is_over: bool) -> Vec<Cell> {
    let mut remarks = Vec::new();
    if step.kind != StepKind::Task {
        remarks.push(kind_word(step.kind).to_owned());
    }
    remarks.extend(step.inserted.then(|| "inserted".to_owned()));
    remarks.extend(step.reason.clone());
    if step.attempts.len() > 1 {
        remarks.push(counted(step.attempts.len(), "attempt", "attempts"));
    }
    remarks.extend(step.after_end.then(|| "added after the end".to_owned()));
    let taken = step.state == StepStatus::Done && step.started_at.is_none();
    if taken && step.kind.is_work() {
        remarks.push("start not recorded".to_owned());
    }
    if is_over && matches!(step.state, StepStatus::Running | StepStatus::Blocked) {
        remarks.push("no end recorded".to_owned());
    }
    vec![
        Cell::text(step.number.as_str()),
        Cell::text(step.title.as_str()),
        Cell::maybe(step.owner.as_ref()),
        Cell::text(format!("{} {}", step_symbol(step.state), step_word(step.state))),
        Cell::some(step.planned_start, Cell::Time),
        Cell::some(step.started_at, Cell::Time),
        Cell::some(step.finished_at, Cell::Time),
        Cell::some(step.planned_s, Cell::Length),
        Cell::some(step.worked_s, Cell::Length),
        Cell::some(step.finish_variance_s, Cell::Difference),
        Cell::text(remarks.join("; ")),
    ]
}

/// What was said and given on the way: attempts before the last, estimates, values, evidence.
fn details(steps: &[Step]) -> Table {
    let mut lines = Table::new(
        "Attempts, estimates, values and evidence",
        &["Step", "Attempt", "When", "What", "By"],
    );
    for step in steps {
        let label = format!("{} {}", step.number, step.title);
        let several = step.attempts.len() > 1;
        for attempt in &step.attempts {
            let number = if several { Cell::Number(attempt.number.into()) } else { Cell::Empty };
            for (at, what, by) in of_attempt(attempt, several) {
                lines.row([Cell::text(label.as_str()), number.clone(), at, what, by]);
            }
        }
    }
    lines
}

fn of_attempt(attempt: &Attempt, several: bool) -> Vec<(Cell, Cell, Cell)> {
    let mut lines = Vec::new();
    for said in &attempt.estimates {
        let error = said.error_s.map_or_else(String::new, |error| match error {
            -59..=59 => "; it was so".to_owned(),
            60.. => format!("; it took {} more than that", format_duration(error)),
            _ => format!("; it took {} less than that", format_duration(-error)),
        });
        let what = format!("estimated {} more{error}", format_duration(said.remaining_s));
        lines.push((Cell::Time(said.at), Cell::text(what), Cell::text(said.by.as_str())));
    }
    for pause in &attempt.pauses {
        let until = pause.until.map_or_else(String::new, |until| {
            format!(" for {}", format_duration((until - pause.from).num_seconds()))
        });
        let why = pause.reason.as_ref().map_or_else(String::new, |why| format!(": {why}"));
        let what = format!("{}{until}{why}", pause.kind.word());
        lines.push((Cell::Time(pause.from), Cell::text(what), Cell::Empty));
    }
    for value in &attempt.values {
        let unit = value.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
        let pass = match (&value.pass, value.passed) {
            (Some(pass), Some(false)) => format!(", and should be {pass}"),
            (Some(pass), _) => format!(" (to be {pass})"),
            (None, _) => String::new(),
        };
        let again = if value.superseded { "; measured again" } else { "" };
        let what = format!("{}: {}{unit}{pass}{again}", value.title, value.value);
        lines.push((Cell::Time(value.at), Cell::text(what), Cell::text(value.by.as_str())));
    }
    for given in &attempt.evidence {
        lines.push((Cell::Time(given.at), evidence(given), Cell::text(given.by.as_str())));
    }
    for item in &attempt.items {
        let what = format!("ticked: {}", item.item);
        lines.push((Cell::Time(item.at), Cell::text(what), Cell::text(item.by.as_str())));
    }
    for signature in &attempt.signatures {
        let by = Cell::text(signature.by.as_str());
        lines.push((Cell::Time(signature.at), Cell::text("signed"), by));
    }
    if let Some(automation) = &attempt.automation {
        lines.push((
            Cell::Time(automation.started_at),
            Cell::text(automation_text(automation)),
            Cell::Empty,
        ));
    }
    if several && let Some(started) = attempt.started_at {
        lines.push((Cell::Time(started), Cell::text("started"), Cell::Empty));
    }
    if several && let Some(ended) = attempt.ended_at {
        let took = attempt.worked_s.map(|s| format!(" after {}", format_duration(s)));
        let why = attempt.reason.as_ref().map_or_else(String::new, |why| format!(": {why}"));
        let what = format!("{}{}{why}", step_word(attempt.state), took.unwrap_or_default());
        let by = Cell::maybe(attempt.ended_by.as_ref());
        lines.push((Cell::Time(ended), Cell::text(what), by));
    }
    lines.sort_by_key(|(at, ..)| match at {
        Cell::Time(at) => Some(*at),
        _ => None,
    });
    lines
}

fn automation_text(automation: &crate::report::model::Automation) -> String {
    let result = match automation.result {
        Some(AutomationResult::Pass) => "passed",
        Some(AutomationResult::Fail) => "failed",
        Some(AutomationResult::NotTested) => "could not be tested",
        None => "outcome unknown",
    };
    let code = automation.code.map_or_else(String::new, |code| format!(" ({code})"));
    let mut text = format!("ran {}: {result}{code}", automation.what);
    if let Some(output) = &automation.output {
        let lines: Vec<&str> = output.lines().collect();
        let from = lines.len().saturating_sub(OUTPUT_LINES);
        for line in lines.get(from..).unwrap_or_default() {
            text.push('\n');
            text.push_str(line);
        }
    }
    text
}

fn evidence(given: &Evidence) -> Cell {
    match (&given.url, &given.file) {
        (Some(url), _) => Cell::Link(url.clone()),
        (None, Some(file)) => {
            let hash = given.sha256.as_deref().unwrap_or_default();
            Cell::text(format!("{file}, SHA-256 {hash}"))
        }
        (None, None) => Cell::Empty,
    }
}

pub(super) fn decisions(decisions: &Decisions, clock: Clock) -> Vec<Block> {
    let mut made =
        Table::new("Decisions", &["When", "At", "Decision", "By", "Why", "Votes", "Remarks"]);
    for decision in &decisions.made {
        made.row([
            Cell::some(decision.at, Cell::Time),
            Cell::maybe(decision.step.as_ref()),
            Cell::text(verdict(decision)),
            Cell::maybe(decision.by.as_ref()),
            Cell::maybe(decision.reason.as_ref()),
            Cell::text(votes(decision)),
            Cell::text(remarks(decision)),
        ]);
    }
    let mut moved = Table::new(
        "Window and zero hour moved",
        &["When", "Window", "Zero hour", "Approved by", "Reference", "Why", "By"],
    );
    for change in &decisions.reschedules {
        let window = change.window.as_ref().map(|w| clock.range(w.opens, w.closes));
        moved.row([
            Cell::Time(change.at),
            Cell::some(window, Cell::text),
            Cell::some(change.zero_hour, Cell::Time),
            Cell::maybe(change.approver.as_ref()),
            Cell::maybe(change.reference.as_ref()),
            Cell::maybe(change.reason.as_ref()),
            Cell::text(change.by.as_str()),
        ]);
    }
    [made, moved].into_iter().filter_map(table).collect()
}

fn verdict(decision: &Decision) -> String {
    let mut text = decision.verdict.word().to_owned();
    match &decision.text {
        Some(said) if decision.verdict == crate::report::model::Verdict::Noted => {
            text.clone_from(said);
        }
        Some(said) => text = format!("{text}: {said}"),
        None => {}
    }
    for condition in &decision.conditions {
        text = format!("{text}\n- {condition}");
    }
    text
}

pub(in crate::report) fn votes(decision: &Decision) -> String {
    let votes = decision.votes.iter().map(|ballot| {
        let vote = if ballot.vote == Vote::Go { "go" } else { "no-go" };
        let cast = ballot.cast_by.as_ref().map(|by| format!(" (by {by})")).unwrap_or_default();
        let said = ballot.comment.as_ref().map(|c| format!(": {c}")).unwrap_or_default();
        format!("{} {vote}{cast}{said}", ballot.voter)
    });
    votes.collect::<Vec<_>>().join("\n")
}

pub(in crate::report) fn remarks(decision: &Decision) -> String {
    let mut remarks = Vec::new();
    if let Some(attempt) = decision.attempt.filter(|n| *n > 1) {
        remarks.push(format!("attempt {attempt}"));
    }
    if let (Some(go), Some(needed)) = (decision.go_votes, decision.go_votes_needed) {
        let votes = counted(go, "go vote", "go votes");
        remarks.push(format!("{votes}, {needed} needed"));
    }
    if let Some(against) = &decision.against_rules {
        remarks.push(format!("decided although {against}"));
    }
    remarks.extend(decision.after_end.then(|| "added after the end".to_owned()));
    remarks.join("; ")
}

pub(super) fn rollbacks(rollbacks: &[Rollback]) -> Vec<Block> {
    let mut taken = Table::new(
        "Rungs taken",
        &["Rung", "Begun", "By", "Why", "Ended", "Outcome", "Took", "Planned", "Steps"],
    );
    for rollback in rollbacks {
        let outcome = match rollback.succeeded {
            Some(true) => "ended well",
            Some(false) => "failed",
            None if rollback.ended_at.is_some() => "cut short",
            None => "going on",
        };
        let why = rollback.end_reason.as_ref().map(|why| format!(": {why}"));
        let mut steps = Vec::new();
        if !rollback.undone.is_empty() {
            steps.push(format!("undone: {}", rollback.undone.join(", ")));
        }
        if !rollback.recycled.is_empty() {
            steps.push(format!("to be done again: {}", rollback.recycled.join(", ")));
        }
        taken.row([
            Cell::text(rollback.title.as_str()),
            Cell::Time(rollback.begun_at),
            Cell::text(rollback.begun_by.as_str()),
            Cell::text(because(rollback)),
            Cell::some(rollback.ended_at, Cell::Time),
            Cell::text(format!("{outcome}{}", why.unwrap_or_default())),
            Cell::some(rollback.seconds, Cell::Length),
            Cell::some(rollback.planned_s, Cell::Length),
            Cell::text(steps.join("\n")),
        ]);
    }
    table(taken).into_iter().collect()
}

/// Why it was taken, and what had proposed it.
fn because(rollback: &Rollback) -> String {
    let proposed = rollback.proposed_by.as_ref().map(|by| format!("proposed by {by}"));
    let said = [rollback.reason.clone(), proposed];
    said.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

pub(super) fn checklists(lists: &[Checklist]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for list in lists {
        let open = if list.open > 0 { format!(" ({} open)", list.open) } else { String::new() };
        let mut items = Table::new(
            format!("{}{open}", list.title),
            &["Item", "Owner", "State", "When", "By", "Why or evidence"],
        );
        for item in &list.items {
            let given = item.evidence.as_ref().map(evidence);
            items.row([
                Cell::text(item.text.as_str()),
                Cell::maybe(item.owner.as_ref()),
                Cell::text(item.state.word()),
                Cell::some(item.at, Cell::Time),
                Cell::maybe(item.by.as_ref()),
                given.unwrap_or_else(|| Cell::maybe(item.reason.as_ref())),
            ]);
        }
        blocks.extend(table(items));
    }
    blocks
}
