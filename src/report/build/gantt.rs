//! What the picture of plan against actual shows.

use super::{Desk, second};
use crate::report::model::{Bar, Gantt, RollBackBy, Row, Stretch, Window};
use crate::run::{RollBack, StepStatus, Time};
use crate::runbook::schedule::{Basis, ladder, schedule};
use crate::runbook::{Network, Place, RungIx, StepIx};
use chrono::TimeDelta;

/// How much longer than plan and night together the picture may be, so that the window is seen.
const WIDEST: i32 = 3;

pub(super) fn gantt(desk: &Desk<'_>) -> Gantt {
    let state = desk.state;
    let end = state.ended.as_ref().map_or(desk.now, |f| f.at);
    let started = state.started.as_ref().map(|f| f.at);
    let planned_start = state.planned_start(desk.now);
    let mut from = started.map_or(planned_start, |at| at.min(planned_start));
    let finish = if state.status.is_over() { Some(end) } else { desk.outlook.finish };
    let mut until =
        [desk.plan_finish, finish, Some(end)].into_iter().flatten().fold(from, Time::max);
    // A night of no length still has a picture.
    until = until.max(from + TimeDelta::minutes(1));
    let window = state.window(desk.now);
    if let Some(window) = window {
        let wide = (until - from) * WIDEST;
        if (until - window.opens) <= wide {
            from = from.min(window.opens);
        }
        if (window.closes - from) <= wide {
            until = until.max(window.closes);
        }
    }
    let rows: Vec<Row> = (0..state.plan.steps.len()).filter_map(|ix| row(desk, ix, end)).collect();
    Gantt {
        from: second(from),
        until: second(until),
        window: window.map(|w| Window { opens: second(w.opens), closes: second(w.closes) }),
        zero_hour: second(state.zero_hour(desk.now)),
        roll_back_by: roll_back_by(desk),
        now: (!state.status.is_over()).then(|| second(desk.now)),
        holds: state
            .holds
            .iter()
            .map(|hold| Stretch {
                from: second(hold.from.at),
                until: second(hold.until.as_ref().map_or(end, |f| f.at)),
                title: hold.reason.clone().unwrap_or_else(|| "held".to_owned()),
            })
            .collect(),
        rollbacks: super::rollbacks::rollbacks(desk)
            .into_iter()
            .map(|rollback| Stretch {
                from: rollback.begun_at,
                until: rollback.ended_at.unwrap_or_else(|| second(end)),
                title: rollback.title,
            })
            .collect(),
        rows,
    }
}

/// In a run that goes on, as the forecast has it. Of one that is over, by the plan as it stands: the
/// earliest that any rung needed on the way would have asked for.
fn roll_back_by(desk: &Desk<'_>) -> Option<RollBackBy> {
    let state = desk.state;
    let title = |rung: RungIx| {
        state.plan.rollbacks.get(rung).map(|rung| rung.title.clone()).unwrap_or_default()
    };
    if let RollBack::By(way) = desk.outlook.roll_back {
        return Some(RollBackBy { at: second(way.by?), rung: title(way.rung) });
    }
    if !state.status.is_over() || state.plan.rollbacks.is_empty() {
        return None;
    }
    let closes = state.window(desk.now)?.closes;
    let network = Network::of(&state.plan);
    let basis = Basis::beginning(&state.plan.release, state.planned_start(desk.now));
    let plan = schedule(&state.plan, &network, basis);
    let ladder = ladder(&state.plan, &network, &plan);
    let ways = ladder.timeline.iter().filter_map(|(_, way)| way.as_ref().ok());
    let longest = ways.max_by_key(|way| way.duration)?;
    let takes = TimeDelta::seconds(state.plan.release.decision_margin + longest.duration);
    let at = closes.checked_sub_signed(takes)?;
    Some(RollBackBy { at: second(at), rung: title(longest.rung) })
}

/// None for a step of a rung that was not taken.
fn row(desk: &Desk<'_>, ix: StepIx, end: Time) -> Option<Row> {
    let plan = &desk.state.plan.steps[ix];
    let state = &desk.state.steps[ix];
    let planned = desk.planned[ix];
    let in_phase = matches!(plan.place, Place::Phase(_));
    let bars: Vec<Bar> = state
        .earlier
        .iter()
        .chain([&state.now])
        .filter_map(|attempt| {
            let ended = attempt.ended.as_ref().map(|f| f.at);
            // One that was taken shows where it ended; one that was never worked on, nowhere.
            let from = attempt.started.as_ref().map(|f| f.at).or_else(|| {
                ended.filter(|_| matches!(attempt.status, StepStatus::Done | StepStatus::Failed))
            })?;
            // Of one that was taken back, the work itself.
            let until = ended.unwrap_or(if desk.state.status.is_over() { end } else { desk.now });
            Some(Bar { from: second(from), until: second(until.max(from)), state: attempt.status })
        })
        .collect();
    (in_phase || !bars.is_empty()).then(|| Row {
        number: plan.number.clone(),
        title: plan.title.clone(),
        phase: match plan.place {
            Place::Phase(p) => desk.state.plan.phases.get(p).map(|p| p.title.clone()),
            Place::Rung(r) => desk.state.plan.rollbacks.get(r).map(|r| r.title.clone()),
        }
        .unwrap_or_default(),
        state: state.status(),
        planned_start: planned.planned_start.filter(|_| in_phase).map(second),
        planned_finish: planned.planned_finish.filter(|_| in_phase).map(second),
        bars,
    })
}
