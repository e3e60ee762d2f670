//! Summary, numbers, metrics.

use super::{Block, table};
use crate::report::model::{Metrics, Numbers, Report, Span, Summary, Verified};
use crate::report::table::{Cell, Table};
use crate::report::text::{Clock, counted, percent};
use crate::runbook::format_duration;

pub(super) fn summary(report: &Report, summary: &Summary) -> Vec<Block> {
    let mut blocks: Vec<Block> = summary.warnings.iter().cloned().map(Block::Warning).collect();
    blocks.push(Block::Text(summary.paragraph.clone()));
    let closure = &summary.closure;
    let clock = Clock::new(&report.run.timezone);
    let verified = match report.record.verified {
        Verified::Sound => ", verified when this report was made",
        Verified::Unsound => ", NOT SOUND",
        Verified::NotChecked => "",
    };
    let window = closure.window.as_ref().map(|w| clock.range(w.opens, w.closes));
    let inside = closure.inside_window.map(|inside| match inside {
        true if report.run.is_over => "yes",
        true => "yes, so far",
        false => "NO",
    });
    blocks.push(Block::Facts(
        "For the change record",
        vec![
            ("Change", Cell::maybe(closure.change.as_ref())),
            ("Outcome", Cell::text(closure.outcome.as_str())),
            ("Actual start", Cell::some(closure.started_at, |at| Cell::text(clock.long(at)))),
            ("Actual end", Cell::some(closure.ended_at, |at| Cell::text(clock.long(at)))),
            ("Window", Cell::some(window, Cell::text)),
            ("Inside the window", Cell::some(inside, Cell::text)),
            ("Runbook", Cell::maybe(report.record.approval.as_ref())),
            ("Runbook SHA-256", Cell::text(report.record.runbook_sha256.as_str())),
            ("Record", Cell::text(format!("{} entries{verified}", report.record.entries))),
            ("Chain head", Cell::text(closure.chain_head.as_str())),
        ],
    ));
    if closure.deviations.is_empty() {
        blocks.push(Block::Text("There were no deviations.".to_owned()));
    } else {
        blocks.push(Block::List("Deviations in a line each", closure.deviations.clone()));
    }
    blocks
}

pub(super) fn numbers(numbers: &Numbers, clock: Clock) -> Vec<Block> {
    let mut facts = Vec::new();
    if let Some(window) = &numbers.window {
        facts.push(("Window", Cell::text(clock.range(window.opens, window.closes))));
    }
    if let Some(window) = &numbers.first_window {
        facts
            .push(("Window as first agreed", Cell::text(clock.range(window.opens, window.closes))));
    }
    facts.extend([
        ("Left of the window at the end", Cell::some(numbers.window_left_s, Cell::Length)),
        ("Held", Cell::Length(numbers.hold_s)),
        ("Duration without holds", Cell::some(numbers.net_s, Cell::Length)),
        ("Blocked, all steps together", Cell::Length(numbers.blocked_s)),
    ]);
    if let Some(downtime) = &numbers.downtime {
        let running = if downtime.running { ", and still running" } else { "" };
        let planned = downtime.planned_s.map(|s| format!(" (planned {})", format_duration(s)));
        let took = format_duration(downtime.seconds);
        let planned = planned.unwrap_or_default();
        facts.push(("Downtime", Cell::text(format!("{took}{planned}{running}"))));
    }
    let mut spans = Table::new(
        "Planned against actual",
        &[
            "What",
            "Steps done",
            "Planned start",
            "Started",
            "Planned finish",
            "Finished",
            "Planned",
            "Actual",
            "Start",
            "Finish",
            "Duration",
        ],
    );
    spans.rows.push(span("", &numbers.run));
    spans.rows.extend(numbers.phases.iter().map(|phase| span("", phase)));
    spans.rows.extend(numbers.streams.iter().map(|stream| span("Stream: ", stream)));
    let mut intervals = Table::new(
        "Intervals",
        &["Interval", "From", "Until", "Planned", "Took", "Limit", "Remark"],
    );
    for interval in &numbers.intervals {
        let mut remarks = Vec::new();
        remarks.extend(interval.over_limit.then_some("over its limit"));
        remarks.extend(interval.running.then_some("still running"));
        remarks.extend(interval.seconds.is_none().then_some("has not begun"));
        remarks.extend(interval.downtime.then_some("downtime"));
        intervals.row([
            Cell::text(interval.title.as_str()),
            Cell::some(interval.from, Cell::Time),
            Cell::some(interval.until, Cell::Time),
            Cell::some(interval.planned_s, Cell::Length),
            Cell::some(interval.seconds, Cell::Length),
            Cell::some(interval.limit_s, Cell::Length),
            Cell::text(remarks.join(", ")),
        ]);
    }
    let mut blocks = vec![Block::Facts("", facts)];
    blocks.extend(table(spans));
    blocks.extend(table(holds(numbers)));
    if numbers.hold_reasons.len() < numbers.holds.len() {
        let mut reasons = Table::new("Hold time by reason", &["Reason", "Holds", "Held"]);
        for reason in &numbers.hold_reasons {
            reasons.row([
                Cell::text(reason.reason.as_deref().unwrap_or("no reason given")),
                Cell::Number(i64::try_from(reason.holds).unwrap_or(i64::MAX)),
                Cell::Length(reason.seconds),
            ]);
        }
        blocks.extend(table(reasons));
    }
    blocks.extend(table(intervals));
    blocks
}

fn holds(numbers: &Numbers) -> Table {
    let mut holds = Table::new("Holds", &["From", "Until", "Held", "Reason", "By"]);
    for hold in &numbers.holds {
        holds.row([
            Cell::Time(hold.from),
            hold.until.map_or_else(|| Cell::text("still held"), Cell::Time),
            Cell::Length(hold.seconds),
            Cell::text(hold.reason.as_deref().unwrap_or("no reason given")),
            Cell::text(hold.by.as_str()),
        ]);
    }
    holds
}

fn span(prefix: &str, span: &Span) -> Vec<Cell> {
    vec![
        Cell::text(format!("{prefix}{}", span.name)),
        Cell::text(format!("{} of {}", span.done, span.steps)),
        Cell::some(span.planned_start, Cell::Time),
        Cell::some(span.started_at, Cell::Time),
        Cell::some(span.planned_finish, Cell::Time),
        Cell::some(span.finished_at, Cell::Time),
        Cell::some(span.planned_s, Cell::Length),
        Cell::some(span.actual_s, Cell::Length),
        Cell::some(span.start_variance_s, Cell::Difference),
        Cell::some(span.finish_variance_s, Cell::Difference),
        Cell::some(span.duration_variance_s, Cell::Difference),
    ]
}

pub(super) fn metrics(metrics: &Metrics) -> Vec<Block> {
    let share = &metrics.on_time;
    let on_time = share.rate.map(|rate| {
        format!("{} ({} of the {} steps that are done)", percent(rate), share.hits, share.of)
    });
    let accuracy = metrics
        .duration_accuracy
        .map(|accuracy| format!("{} (over {} steps)", percent(accuracy), metrics.duration_steps));
    let estimates = &metrics.estimates;
    let estimated = estimates.mean_error_s.zip(estimates.bias_s).map(|(error, bias)| {
        let bias = match bias {
            0 => "on the mark on average".to_owned(),
            1.. => format!("{} too short on average", format_duration(bias)),
            _ => format!("{} too long on average", format_duration(-bias)),
        };
        format!("off by {} ({} given; {bias})", format_duration(error), estimates.count)
    });
    let decided = &metrics.failure_to_decision;
    let rolled = &metrics.decision_to_rolled_back;
    let middle = |median: Option<i64>, longest: Option<i64>, count: usize| {
        let (median, longest) = median.zip(longest)?;
        let (median, longest) = (format_duration(median), format_duration(longest));
        Some(if count == 1 { median } else { format!("{median} (longest {longest}, of {count})") })
    };
    let decided = middle(decided.median_s, decided.longest_s, decided.count);
    let rolled = middle(rolled.median_s, rolled.longest_s, rolled.count);
    let rework = (metrics.retries > 0).then(|| {
        let attempts = counted(metrics.retries, "attempt", "attempts");
        format!("{} in {attempts}", format_duration(metrics.rework_s))
    });
    let facts = vec![
        ("On-time rate", Cell::some(on_time, Cell::text)),
        ("Duration accuracy", Cell::some(accuracy, Cell::text)),
        ("Estimates given in the run", Cell::some(estimated, Cell::text)),
        ("Failure to decision", Cell::some(decided, Cell::text)),
        ("Decision to rolled back", Cell::some(rolled, Cell::text)),
        ("Work that was done again", Cell::some(rework, Cell::text)),
    ];
    let mut failures = Table::new("Failures", &["Step", "Failed", "Decided", "After", "Decision"]);
    for failure in &metrics.failures {
        failures.row([
            Cell::text(failure.step.as_str()),
            Cell::Second(failure.failed_at),
            Cell::some(failure.decided_at, Cell::Second),
            Cell::some(failure.seconds, Cell::Length),
            Cell::text(failure.decision.map_or("none yet", |decision| decision.word())),
        ]);
    }
    let mut blocks = Vec::new();
    if facts.iter().any(|(_, cell)| *cell != Cell::Empty) {
        blocks.push(Block::Facts("", facts));
    }
    blocks.extend(table(failures));
    blocks
}
