//! The state of a run as others build on it: what `golive status --json` and the hub answer.
//! Names are stable; times are RFC 3339 UTC, durations whole seconds, what is unknown is absent.

use super::Time;
use super::forecast::{Forecast, Rag, RollBack};
use super::query::Counts;
use super::state::{Finding, RunState, RunStatus, StepStatus};
use super::words::Mode;
use crate::runbook::{Place, Secs, StepIx, StepKind};
use chrono::SubsecRound;
use serde::Serialize;

/// Everything about a run at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The run's id.
    pub run: String,
    /// Title of the release.
    pub title: String,
    /// Live or rehearsal.
    pub mode: Mode,
    /// State of the run.
    pub state: RunStatus,
    /// Whether it is held.
    pub held: bool,
    /// The last entry's place in the order.
    pub seq: u64,
    /// Head of the chain, lower-case hex.
    pub chain: String,
    /// Seconds on the T clock.
    pub t_clock_s: Secs,
    /// T-0 as it stands.
    pub zero_hour: Time,
    /// The window as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowStatus>,
    /// When it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    /// Seconds held so far.
    pub hold_s: Secs,
    /// How many steps are in which state.
    pub counts: Counts,
    /// Where it is heading.
    pub forecast: ForecastStatus,
    /// The streams.
    pub streams: Vec<StreamStatus>,
    /// Every step of the phases, in order, then those of the rungs that were taken.
    pub steps: Vec<StepReport>,
    /// The intervals.
    pub intervals: Vec<IntervalStatus>,
    /// Entries that changed nothing.
    pub conflicts: Vec<FindingStatus>,
    /// Entries that hold and are marked.
    pub deviations: Vec<FindingStatus>,
}

/// The window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WindowStatus {
    /// Opens.
    pub opens: Time,
    /// Closes.
    pub closes: Time,
}

/// The forecast.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ForecastStatus {
    /// Expected finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<Time>,
    /// Planned finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_finish: Option<Time>,
    /// Seconds between the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_s: Option<Secs>,
    /// The latest decision to roll back that still ends inside the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll_back_by: Option<Time>,
    /// The same once the step that starts next has started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll_back_by_after_next: Option<Time>,
    /// The rung that would be taken, or is being taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback: Option<RollbackStatus>,
    /// Chance to finish inside the window, from 0 to 1, where three-point durations tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance_in_window: Option<f64>,
    /// Red, amber, green.
    pub rag: Rag,
    /// Why.
    pub reasons: Vec<String>,
}

/// The first available rung that covers a begun step, or the one that is being taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RollbackStatus {
    /// Its id.
    pub rung: String,
    /// Seconds it takes, without the decision margin; of one that is being taken, those left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<Secs>,
}

/// One stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StreamStatus {
    /// Its name.
    pub stream: String,
    /// Red, amber, green.
    pub rag: Rag,
    /// Steps done.
    pub done: usize,
    /// Steps in all that apply.
    pub total: usize,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Title of its phase; `Rollback: …` and the title of its rung.
    pub phase: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: StepKind,
    /// Its state.
    pub state: StepStatus,
    /// Planned, and nothing stands in the way.
    pub ready: bool,
    /// Who is expected to do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The attempt that is on, or was the last.
    pub attempt: u32,
    /// Planned seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_s: Option<Secs>,
    /// Working seconds of the present attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_s: Option<Secs>,
    /// When it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// When it is expected to start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_start: Option<Time>,
    /// When it is expected to finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_finish: Option<Time>,
    /// Seconds it may slip without moving the expected finish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub float_s: Option<Secs>,
    /// Whether it has no float.
    pub critical: bool,
    /// Whether it should have begun, or be finished, by now.
    pub late: bool,
    /// Why it is blocked, or failed, was skipped or deferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One interval that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntervalStatus {
    /// Its id.
    pub id: String,
    /// Seconds so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_s: Option<Secs>,
    /// Seconds it may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_s: Option<Secs>,
    /// Whether it goes on.
    pub running: bool,
}

/// A conflict or a deviation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingStatus {
    /// The entry.
    pub seq: u64,
    /// Why.
    pub reason: String,
}

/// The status of a run at `now`; `chain` is the head of its record in hex.
pub fn status(state: &RunState, forecast: &Forecast, chain: &str, now: Time) -> Status {
    let second = |at: Time| at.trunc_subsecs(0);
    Status {
        run: state.run.clone(),
        title: state.plan.release.title.clone(),
        mode: state.mode,
        state: state.status,
        held: state.held().is_some(),
        seq: state.last_seq(),
        chain: chain.to_owned(),
        t_clock_s: state.t_clock(now),
        zero_hour: second(state.zero_hour(now)),
        window: state
            .window(now)
            .map(|w| WindowStatus { opens: second(w.opens), closes: second(w.closes) }),
        started_at: state.started.as_ref().map(|f| second(f.at)),
        ended_at: state.ended.as_ref().map(|f| second(f.at)),
        hold_s: state.hold_secs(now),
        counts: state.counts(now),
        forecast: forecast_status(state, forecast, now),
        streams: streams(forecast),
        steps: state.told_steps().map(|ix| step(state, forecast, ix, now)).collect(),
        intervals: state
            .plan
            .intervals
            .iter()
            .map(|interval| IntervalStatus {
                id: interval.id.clone(),
                elapsed_s: state.interval_secs(interval, now),
                limit_s: interval.limit,
                running: state.interval_running(interval),
            })
            .collect(),
        conflicts: state.conflicts.iter().map(finding).collect(),
        deviations: state.deviations.iter().map(finding).collect(),
    }
}

fn finding(finding: &Finding) -> FindingStatus {
    let reason = match &finding.override_reason {
        Some(over) => format!("{} (overridden: {over})", finding.reason),
        None => finding.reason.clone(),
    };
    FindingStatus { seq: finding.seq, reason }
}

fn forecast_status(state: &RunState, forecast: &Forecast, now: Time) -> ForecastStatus {
    let second = |at: Time| at.trunc_subsecs(0);
    let after = forecast.after_next.as_ref().and_then(|(_, after)| after.by());
    let rung = |rung: usize, duration_s| {
        let id = state.plan.rollbacks.get(rung)?.id.clone();
        Some(RollbackStatus { rung: id, duration_s })
    };
    let rollback = match &forecast.roll_back {
        RollBack::By(way) => rung(way.rung, Some(way.duration)),
        RollBack::On { rung: on, finish } => {
            rung(*on, finish.map(|finish| (finish - now).num_seconds().max(0)))
        }
        _ => None,
    };
    ForecastStatus {
        finish: forecast.finish.map(second),
        plan_finish: forecast.plan_finish.map(second),
        delta_s: forecast
            .finish
            .zip(forecast.plan_finish)
            .map(|(finish, plan)| (finish - plan).num_seconds()),
        roll_back_by: forecast.roll_back.by().map(second),
        roll_back_by_after_next: after.map(second),
        rollback,
        chance_in_window: None,
        rag: forecast.rag,
        reasons: forecast.reasons.clone(),
    }
}

fn streams(forecast: &Forecast) -> Vec<StreamStatus> {
    let stream = |of: &super::forecast::StreamForecast| StreamStatus {
        stream: of.stream.clone(),
        rag: of.rag,
        done: of.done,
        total: of.total,
    };
    forecast.streams.iter().map(stream).collect()
}

fn step(state: &RunState, forecast: &Forecast, ix: StepIx, now: Time) -> StepReport {
    let second = |at: Time| at.trunc_subsecs(0);
    let plan = &state.plan.steps[ix];
    let at = &state.steps[ix];
    let expected = forecast.steps.get(ix).copied().unwrap_or_default();
    let phase = match plan.place {
        Place::Phase(phase) => state.plan.phases.get(phase).map(|p| p.title.clone()),
        Place::Rung(rung) => {
            state.plan.rollbacks.get(rung).map(|r| format!("Rollback: {}", r.title))
        }
    };
    let open = !state.is_settled(ix);
    StepReport {
        id: plan.id.clone(),
        number: plan.number.clone(),
        phase: phase.unwrap_or_default(),
        title: plan.title.clone(),
        kind: plan.kind,
        state: at.status(),
        ready: state.is_ready(ix, now),
        owner: state.owner_of(ix),
        stream: plan.stream.clone(),
        attempt: at.attempt,
        planned_s: plan.duration.map(|d| d.likely),
        elapsed_s: at.now.elapsed(now),
        started_at: at.now.started.as_ref().map(|f| second(f.at)),
        finished_at: at.now.ended.as_ref().map(|f| second(f.at)),
        expected_start: expected.start.filter(|_| open && at.now.started.is_none()).map(second),
        expected_finish: expected.finish.filter(|_| open).map(second),
        float_s: expected.float,
        critical: expected.critical,
        late: expected.late,
        reason: match at.status() {
            StepStatus::Blocked => at.now.blocked.last().and_then(|b| b.reason.clone()),
            _ => at.now.reason.clone(),
        },
    }
}
