//! Which run, from which record, and its outcome in words.

use super::paragraph::paragraph;
use super::{Desk, second};
use crate::report::model::{
    Closure, Deviation, DeviationKind, Head, Numbers, Record, Rollback, Summary, Verified, Window,
};
use crate::report::text::{Clock, counted, run_word};
use crate::run::{Mode, Outcome, RULES, RunStatus, StepStatus, Verdict, approval};
use std::fmt::Write;

/// Lines of one kind of deviation in the closure block; what is more is summed up.
const LINES_A_KIND: usize = 10;

pub(super) fn head(desk: &Desk<'_>) -> Head {
    let state = desk.state;
    let release = &state.plan.release;
    Head {
        id: state.run.clone(),
        title: release.title.clone(),
        version: release.version.clone(),
        change: release.change.clone(),
        environment: release.environment.clone(),
        mode: state.mode,
        state: state.status,
        held: state.held().is_some(),
        timezone: release.timezone.name().to_owned(),
        opened_at: second(state.opened.at),
        opened_by: desk.who(&state.opened.person),
        as_of: second(desk.now),
        is_over: state.status.is_over(),
        anonymised: false,
    }
}

pub(super) fn record(desk: &Desk<'_>) -> Record {
    let state = desk.state;
    let unknown = state.log.iter().filter(|l| l.verdict == Verdict::Unknown).count();
    Record {
        entries: state.last_seq(),
        head: desk.from.head.clone(),
        verified: desk.from.verified,
        problem: desk.from.problem.clone(),
        unknown: unknown as u64,
        rules_known: state.rules <= RULES,
        approval: approval(state).map(|approval| approval.to_string()),
        runbook_sha256: state.sha256.clone(),
    }
}

pub(super) fn summary(
    desk: &Desk<'_>,
    numbers: &Numbers,
    deviations: &[Deviation],
    rollbacks: &[Rollback],
) -> Summary {
    let state = desk.state;
    let verdict = verdict(desk);
    let started = state.started.as_ref().map(|f| f.at);
    let ended = state.ended.as_ref().map(|f| f.at);
    let window = state.window(desk.now);
    let inside = started.zip(window).map(|(started, window)| {
        started >= window.opens && ended.unwrap_or(desk.now) <= window.closes
    });
    let words = state.outcome.as_ref().and_then(|(_, words)| words.as_deref());
    let because = words.or(state.cancel_reason.as_deref());
    let outcome = because.map_or_else(|| verdict.clone(), |why| format!("{verdict}: {why}"));
    Summary {
        outcome: state.outcome.as_ref().map(|(outcome, _)| *outcome),
        paragraph: paragraph(desk, numbers, rollbacks, &verdict, because),
        warnings: warnings(desk),
        closure: Closure {
            change: state.plan.release.change.clone(),
            outcome,
            started_at: started.map(second),
            ended_at: ended.map(second),
            window: window.map(|w| Window { opens: second(w.opens), closes: second(w.closes) }),
            inside_window: inside,
            deviations: closure_lines(desk, deviations),
            chain_head: desk.from.head.clone(),
        },
        verdict,
    }
}

/// How it ended, in a word or two.
fn verdict(desk: &Desk<'_>) -> String {
    let state = desk.state;
    let word = match (state.status, state.outcome.as_ref().map(|(outcome, _)| *outcome)) {
        (RunStatus::Complete, Some(Outcome::Successful)) => "successful",
        (RunStatus::Complete, Some(Outcome::WithIssues)) => "completed with issues",
        (RunStatus::Complete, Some(Outcome::Unsuccessful)) => "unsuccessful",
        (RunStatus::Planned, _) => "not started",
        (RunStatus::Active, _) if state.held().is_some() => "not finished, held",
        (RunStatus::Active, _) => "not finished",
        (status, _) => run_word(status),
    };
    word.to_owned()
}

/// What a reader must know before all else.
fn warnings(desk: &Desk<'_>) -> Vec<String> {
    let state = desk.state;
    let clock = Clock::new(state.plan.release.timezone.name());
    let mut warnings = Vec::new();
    if state.mode == Mode::Rehearsal {
        warnings.push("This was a rehearsal: none of it happened for real.".to_owned());
    }
    if !state.status.is_over() {
        let now = clock.long(desk.now);
        warnings.push(format!("The run is not over: this is how it stood as of {now}."));
    }
    if desk.from.verified == Verified::Unsound {
        let what = desk.from.problem.as_deref().unwrap_or("it is not as it was written");
        warnings.push(format!("The record is not sound: {what}. Do not rely on this report."));
    }
    if state.rules > RULES {
        warnings.push(format!(
            "The run keeps rule book {}, and this version of golive knows {RULES}: figures may be wrong.",
            state.rules
        ));
    }
    let unknown = state.log.iter().filter(|l| l.verdict == Verdict::Unknown).count();
    if unknown > 0 {
        warnings.push(format!(
            "{} of a newer version of golive; this version keeps them and does not understand them.",
            counted(unknown, "entry is", "entries are"),
        ));
    }
    if !state.conflicts.is_empty() {
        let n = counted(state.conflicts.len(), "act", "acts");
        warnings.push(format!(
            "{n} changed nothing, because another had been first: see the conflicts."
        ));
    }
    let owed = state.plan.forward_steps();
    let owed = owed.filter(|&ix| state.steps[ix].status() == StepStatus::Deferred).count();
    if owed > 0 && state.status.is_over() {
        warnings.push(format!(
            "{} still owed.",
            counted(owed, "deferred step is", "deferred steps are")
        ));
    }
    warnings
}

/// The deviations, a line each.
fn closure_lines(desk: &Desk<'_>, deviations: &[Deviation]) -> Vec<String> {
    let clock = Clock::new(desk.state.plan.release.timezone.name());
    let started = desk.state.started.as_ref().unwrap_or(&desk.state.opened);
    let first_day = clock.day(started.at);
    let mut kinds: Vec<(DeviationKind, usize)> = Vec::new();
    let mut lines = Vec::new();
    for deviation in deviations {
        let at = match kinds.iter().position(|(kind, _)| *kind == deviation.kind) {
            Some(at) => at,
            None => {
                kinds.push((deviation.kind, 0));
                kinds.len() - 1
            }
        };
        kinds[at].1 += 1;
        if kinds[at].1 <= LINES_A_KIND {
            lines.push(line(deviation, &first_day, clock));
        }
    }
    for (kind, n) in kinds {
        if n > LINES_A_KIND {
            lines.push(format!("{}: {} more", kind.word(), n - LINES_A_KIND));
        }
    }
    lines
}

/// A deviation in a line: `failed 22:53: 2.2 Migrate the ledger schema (the disk was full)`.
fn line(deviation: &Deviation, first_day: &str, clock: Clock) -> String {
    let kind = deviation.kind.word();
    let mut line = kind.to_owned();
    if let Some(at) = deviation.at {
        let same_day = clock.day(at) == first_day;
        let at = if same_day { clock.minute(at) } else { clock.short(at) };
        let _ = write!(line, " {at}");
    }
    // The kind need not be said twice.
    let what = deviation.what.strip_prefix(kind).unwrap_or(&deviation.what);
    let what = what.trim_start_matches([',', ' ']);
    let step = deviation.step.as_deref().unwrap_or_default();
    let between = if step.is_empty() || what.is_empty() { "" } else { ", " };
    let _ = write!(line, ": {step}{between}{what}");
    match &deviation.reason {
        Some(reason) => {
            let _ = write!(line, " ({reason})");
        }
        None if deviation.reason_owed => line += " (no reason given)",
        None => {}
    }
    line
}
