//! The head of a workbook: what, when, how it went, in names and values.

use super::{count, seq};
use crate::report::model::Report;
use crate::report::table::{Cell, Table};
use crate::report::text::run_word;
use crate::run::Mode;

/// Names and values; lengths in minutes.
pub(super) fn summary(report: &Report) -> Table {
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
