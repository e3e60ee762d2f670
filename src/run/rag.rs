//! Red, amber, green: derived, always with its reasons in words.

use super::Time;
use super::forecast::{Forecast, Rag};
use super::state::{RunState, StepStatus};
use crate::runbook::{Interval, Secs, StepKind, format_duration};

/// How much of an interval's limit may pass before it turns amber, in percent.
const INTERVAL_AMBER_PERCENT: Secs = 80;

/// Judges the run and writes colour and reasons into its forecast, the worst first.
pub(super) fn judge(state: &RunState, forecast: &mut Forecast, now: Time) {
    if state.status.is_over() {
        return;
    }
    let mut found: Vec<(Rag, String)> = Vec::new();
    finish(state, forecast, now, &mut found);
    steps(state, forecast, now, &mut found);
    if let Some(hold) = state.held() {
        let why = hold.reason.as_deref().map_or_else(String::new, |why| format!(": {why}"));
        found.push((Rag::Amber, format!("held{why}")));
    }
    for interval in &state.plan.intervals {
        if let (Some(elapsed), Some(limit)) = (state.interval_secs(interval, now), interval.limit)
            && state.interval_running(interval)
            && elapsed * 100 > limit * INTERVAL_AMBER_PERCENT
        {
            let (elapsed, limit) = (format_duration(elapsed), format_duration(limit));
            found.push((Rag::Amber, format!("{}: {elapsed} of {limit}", interval.title)));
        }
    }
    found.sort_by_key(|(rag, _)| std::cmp::Reverse(*rag));
    forecast.rag = found.first().map_or(Rag::Green, |(rag, _)| *rag);
    forecast.reasons = found.into_iter().map(|(_, reason)| reason).collect();
}

fn finish(state: &RunState, forecast: &Forecast, now: Time, found: &mut Vec<(Rag, String)>) {
    let Some(finish) = forecast.finish else { return };
    if let Some(window) = state.window(now)
        && finish > window.closes
    {
        let past = format_duration((finish - window.closes).num_seconds());
        found.push((Rag::Red, format!("finish expected {past} after the window closes")));
    }
    if let Some(planned) = forecast.plan_finish {
        let slip = (finish - planned).num_seconds();
        if slip > state.plan.release.amber_after.max(0) {
            let slip = format_duration(slip);
            found.push((Rag::Amber, format!("finish expected {slip} later than planned")));
        }
    }
}

fn steps(state: &RunState, forecast: &Forecast, now: Time, found: &mut Vec<(Rag, String)>) {
    for ix in state.plan.forward_steps() {
        let step = &state.plan.steps[ix];
        let expected = &forecast.steps[ix];
        match state.steps[ix].status() {
            // On the critical path it is red; beside it, it still wants a decision.
            status @ (StepStatus::Failed | StepStatus::Blocked) if !state.is_settled(ix) => {
                let rag = if expected.critical { Rag::Red } else { Rag::Amber };
                let what = if status == StepStatus::Failed { "failed" } else { "blocked" };
                found.push((rag, format!("{} {what}", step.number)));
            }
            StepStatus::Running if expected.critical && expected.overrunning => {
                let planned = step.duration.map_or(0, |d| d.likely);
                let over = state.elapsed(ix, now).unwrap_or(0) - planned;
                let over = format_duration(over);
                found.push((Rag::Amber, format!("{} overruns by {over}", step.number)));
            }
            StepStatus::Planned if step.kind == StepKind::Gate => {
                let deadline = step.gate.as_ref().and_then(|g| g.deadline);
                if deadline.is_some_and(|at| state.moment(at, now) < now) {
                    found.push((Rag::Amber, format!("{} is past its deadline", step.number)));
                }
            }
            _ => {}
        }
    }
}

impl RunState {
    /// Seconds for which an interval has been running, or ran. None: it has not begun.
    pub fn interval_secs(&self, interval: &Interval, now: Time) -> Option<Secs> {
        let from = self.end_of(interval.from.step, interval.from.on)?.at;
        let until = self.end_of(interval.to.step, interval.to.on).map_or(now, |f| f.at);
        let until = self.ended.as_ref().map_or(until, |f| until.min(f.at));
        Some((until - from).num_seconds().max(0))
    }

    /// Whether an interval has begun and not ended.
    pub fn interval_running(&self, interval: &Interval) -> bool {
        !self.status.is_over()
            && self.end_of(interval.from.step, interval.from.on).is_some()
            && self.end_of(interval.to.step, interval.to.on).is_none()
    }
}
