//! Which run, from which record, and its outcome in words.

use super::{Desk, second};
use crate::report::model::{
    Closure, Deviation, DeviationKind, Head, Numbers, Record, Rollback, Summary, Verified, Window,
};
use crate::report::text::{Clock, against_plan, counted, run_word};
use crate::run::{Mode, Outcome, RULES, RunStatus, StepStatus, Verdict, approval};
use crate::runbook::format_duration;
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

fn paragraph(
    desk: &Desk<'_>,
    numbers: &Numbers,
    rollbacks: &[Rollback],
    verdict: &str,
    because: Option<&str>,
) -> String {
    let state = desk.state;
    let release = &state.plan.release;
    let clock = Clock::new(release.timezone.name());
    let mut text = match state.mode {
        Mode::Live => release.title.clone(),
        Mode::Rehearsal => format!("The rehearsal of {}", release.title),
    };
    if let Some(environment) = &release.environment {
        let _ = write!(text, " ({environment})");
    }
    match state.status {
        RunStatus::Planned => text += " has not started.",
        RunStatus::Active | RunStatus::RollingBack => {
            let _ = write!(text, " is {verdict}, as of {}.", clock.long(desk.now));
        }
        RunStatus::Complete => {
            let _ = write!(text, " was {verdict}.");
        }
        RunStatus::RolledBack => text += " was rolled back.",
        RunStatus::Canceled => text += " was canceled.",
    }
    if let Some(because) = because {
        let _ = write!(text, " {}", sentence(because));
    }
    times(desk, numbers, clock, &mut text);
    steps(desk, &mut text);
    for rollback in rollbacks {
        let how = match rollback.succeeded {
            Some(true) => "ended well",
            Some(false) => "failed",
            None if rollback.ended_at.is_some() => "was cut short",
            None => "is going on",
        };
        let took = rollback.seconds.map(|s| format!(" after {}", format_duration(s)));
        let _ = write!(
            text,
            " The rollback “{}” was begun at {} and {how}{}.",
            rollback.title,
            clock.minute(rollback.begun_at),
            took.unwrap_or_default(),
        );
    }
    for interval in numbers.intervals.iter().filter(|i| i.downtime) {
        if let Some(seconds) = interval.seconds {
            let limit = interval.limit_s.map(|l| format!(" of {}", format_duration(l)));
            let (took, limit) = (format_duration(seconds), limit.unwrap_or_default());
            let _ = write!(text, " {}: {took}{limit}.", interval.title);
        }
    }
    text
}

/// A text as a sentence: with a full stop behind it.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn times(desk: &Desk<'_>, numbers: &Numbers, clock: Clock, text: &mut String) {
    let run = &numbers.run;
    if let Some(started) = run.started_at {
        let _ = write!(text, " It started on {}", clock.short(started));
        if let Some(variance) = run.start_variance_s {
            let _ = write!(text, " ({})", against_plan(variance, "later", "earlier"));
        }
        match run.finished_at {
            Some(ended) => {
                let _ = write!(text, " and ended on {}", clock.short(ended));
                if let Some(variance) = run.finish_variance_s {
                    let _ = write!(text, " ({})", against_plan(variance, "later", "earlier"));
                }
            }
            None => {
                let finish = desk.outlook.finish.map(|at| clock.short(at));
                let _ = write!(text, "; its finish is expected on {}", finish.unwrap_or_default());
            }
        }
        text.push('.');
    }
    if let Some(left) = numbers.window_left_s {
        let _ = match left {
            0.. => write!(text, " That was {} before the window closed.", format_duration(left)),
            _ => write!(text, " That was {} after the window closed.", format_duration(-left)),
        };
    }
    if !numbers.holds.is_empty() {
        let _ = write!(
            text,
            " It was held for {} ({}).",
            format_duration(numbers.hold_s),
            counted(numbers.holds.len(), "hold", "holds")
        );
    }
}

fn steps(desk: &Desk<'_>, text: &mut String) {
    let state = desk.state;
    // Steps of rungs are told with their rollback.
    let count = |status| {
        state.plan.forward_steps().filter(|&ix| state.steps[ix].status() == status).count()
    };
    let all = state.plan.forward_steps().len() - count(StepStatus::NotApplicable);
    let are = if state.status.is_over() { "done" } else { "done so far" };
    let steps = counted(all, "step", "steps");
    let verb = if count(StepStatus::Done) == 1 { "is" } else { "are" };
    let _ = write!(text, " Of {steps}, {} {verb} {are}", count(StepStatus::Done));
    let others = [
        (StepStatus::Skipped, "skipped"),
        (StepStatus::Deferred, "deferred and still owed"),
        (StepStatus::Failed, "failed"),
        (StepStatus::Undone, "undone"),
        (StepStatus::Running, "running"),
        (StepStatus::Blocked, "blocked"),
    ];
    let others = others.map(|(status, word)| (count(status), word));
    for (n, word) in others.into_iter().filter(|(n, _)| *n > 0) {
        let _ = write!(text, ", {n} {word}");
    }
    match count(StepStatus::NotApplicable) {
        0 => text.push('.'),
        n => {
            let _ = write!(text, "; {} not apply.", counted(n, "more does", "more do"));
        }
    }
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
            lines.push(line(deviation, clock));
        }
    }
    for (kind, n) in kinds {
        if n > LINES_A_KIND {
            lines.push(format!("{}: {} more", kind.word(), n - LINES_A_KIND));
        }
    }
    lines
}

/// A deviation in a line.
fn line(deviation: &Deviation, clock: Clock) -> String {
    let mut line = format!("{}: ", deviation.kind.word());
    if let Some(at) = deviation.at {
        let _ = write!(line, "{} ", clock.minute(at));
    }
    if let Some(step) = &deviation.step {
        let _ = write!(line, "{step}, ");
    }
    line += &deviation.what;
    if let Some(reason) = &deviation.reason {
        let _ = write!(line, ": {reason}");
    }
    line
}
