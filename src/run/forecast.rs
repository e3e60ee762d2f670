//! Where the run is heading: expected start and finish of every step, float, RAG with its reasons.
//!
//! A forward and a backward pass over the plan's graph as in the critical-path method (Kelley and
//! Walker, 1959), with phases as barriers: what has happened stands, what runs ends when it is
//! estimated to, what is ready starts now.

use super::Time;
use super::clock::delta;
use super::query::settles;
use super::state::{RunState, StepStatus};
use crate::runbook::{LinkOn, Moment, PhaseIx, Place, Runbook, Secs, Step, StepIx};

/// How long after its planned start a step that has not begun is late.
const START_GRACE: Secs = 60;

/// Red, amber, green. Ordered: green is least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rag {
    /// As planned.
    #[default]
    Green,
    /// Watch it.
    Amber,
    /// Act.
    Red,
}

/// What is expected of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expected {
    /// Actual start, else the expected one.
    pub start: Option<Time>,
    /// Actual finish, else the expected one.
    pub finish: Option<Time>,
    /// Start in the plan.
    pub planned_start: Option<Time>,
    /// Finish in the plan.
    pub planned_finish: Option<Time>,
    /// Seconds it may slip without moving the expected finish; none once it is settled.
    pub float: Option<Secs>,
    /// Whether it has no float.
    pub critical: bool,
    /// Should have begun, or be finished, by now.
    pub late: bool,
    /// Runs longer than planned.
    pub overrunning: bool,
}

/// The forecast of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecast {
    /// Parallel to the plan's steps.
    pub steps: Vec<Expected>,
    /// Actual finish of a run that is over, else the expected one.
    pub finish: Option<Time>,
    /// Finish in the plan.
    pub plan_finish: Option<Time>,
    /// RAG of the run.
    pub rag: Rag,
    /// Why, the worst first.
    pub reasons: Vec<String>,
}

/// A node of the graph: a step, or the end of a phase.
#[derive(Debug, Clone, Copy)]
enum Node {
    Step(StepIx),
    PhaseEnd(PhaseIx),
}

/// Steps and phase ends in an order in which everything comes after what it waits for (Kahn).
fn order(plan: &Runbook) -> Vec<Node> {
    let forward = plan.forward_steps().len();
    let index = |node: Node| match node {
        Node::Step(ix) => ix,
        Node::PhaseEnd(phase) => forward + phase,
    };
    let mut open = vec![0_usize; forward + plan.phases.len()];
    let mut after: Vec<Vec<Node>> = vec![Vec::new(); open.len()];
    for (p, phase) in plan.phases.iter().enumerate() {
        for ix in phase.steps.clone() {
            let step = &plan.steps[ix];
            let before =
                step.needs.iter().map(|l| l.step).chain(step.when.as_ref().map(|w| w.step));
            for before in before.filter(|&b| b < forward) {
                after[before].push(Node::Step(ix));
                open[ix] += 1;
            }
            after[ix].push(Node::PhaseEnd(p));
            open[forward + p] += 1;
        }
        for &before in &phase.after {
            let barrier = &mut after[forward + before];
            barrier.push(Node::PhaseEnd(p));
            barrier.extend(phase.steps.clone().map(Node::Step));
            open[forward + p] += 1;
            for ix in phase.steps.clone() {
                open[ix] += 1;
            }
        }
    }
    let mut order: Vec<Node> = (0..forward)
        .map(Node::Step)
        .chain((0..plan.phases.len()).map(Node::PhaseEnd))
        .filter(|&n| open[index(n)] == 0)
        .collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        for &later in &after[index(node)] {
            let i = index(later);
            open[i] -= 1;
            if open[i] == 0 {
                order.push(later);
            }
        }
    }
    order
}

/// Start and finish of every step and the finish of every phase, from one forward pass.
struct Pass {
    steps: Vec<Option<(Time, Time)>>,
    phases: Vec<Time>,
}

impl Pass {
    /// `span` says, for a step and the earliest time its predecessors allow, when it starts and
    /// finishes.
    fn forward(
        plan: &Runbook,
        order: &[Node],
        from: Time,
        span: impl Fn(StepIx, &Self) -> (Time, Time),
    ) -> Self {
        let mut pass =
            Self { steps: vec![None; plan.steps.len()], phases: vec![from; plan.phases.len()] };
        for &node in order {
            match node {
                Node::Step(ix) => pass.steps[ix] = Some(span(ix, &pass)),
                Node::PhaseEnd(p) => {
                    let phase = &plan.phases[p];
                    let barrier = phase.after.iter().map(|&a| pass.phases[a]);
                    let steps = phase.steps.clone().filter_map(|ix| pass.steps[ix].map(|s| s.1));
                    pass.phases[p] = barrier.chain(steps).max().unwrap_or(from).max(from);
                }
            }
        }
        pass
    }

    /// The earliest start that phases, links and the choice allow.
    fn allowed(&self, plan: &Runbook, ix: StepIx, from: Time) -> Time {
        let step = &plan.steps[ix];
        let mut at = from;
        if let Place::Phase(p) = step.place {
            at = plan.phases[p].after.iter().map(|&a| self.phases[a]).fold(at, Time::max);
        }
        for link in &step.needs {
            if let Some((start, finish)) = self.steps[link.step] {
                let end = if link.on == LinkOn::Start { start } else { finish };
                at = at.max(end + delta(link.lag));
            }
        }
        if let Some((_, finish)) = step.when.as_ref().and_then(|w| self.steps[w.step]) {
            at = at.max(finish);
        }
        at
    }
}

/// Planned length; a step without a duration takes no time.
fn likely(step: &Step) -> Secs {
    step.duration.map_or(0, |d| d.likely)
}

/// The forecast at `now`.
pub fn forecast(state: &RunState, now: Time) -> Forecast {
    let plan = &*state.plan;
    let order = order(plan);
    let start = state.planned_start(now);
    let planned = Pass::forward(plan, &order, start, |ix, pass| {
        let step = &plan.steps[ix];
        let mut at = pass.allowed(plan, ix, start);
        if let Some(moment) = step.not_before {
            at = at.max(state.planned_moment(moment, now));
        }
        (at, at + delta(likely(step)))
    });
    let expected =
        Pass::forward(plan, &order, start.max(now), |ix, pass| expected_span(state, ix, pass, now));
    let finish_of = |pass: &Pass| pass.steps.iter().flatten().map(|s| s.1).max();
    let finish = state.ended.as_ref().map(|f| f.at).or_else(|| finish_of(&expected));
    let floats = floats(state, &order, &expected, finish.unwrap_or(now));

    let steps = (0..plan.steps.len())
        .map(|ix| {
            let mut e = Expected {
                start: expected.steps[ix].map(|s| s.0),
                finish: expected.steps[ix].map(|s| s.1),
                planned_start: planned.steps[ix].map(|s| s.0),
                planned_finish: planned.steps[ix].map(|s| s.1),
                float: floats[ix],
                critical: floats[ix].is_some_and(|f| f <= 0),
                ..Expected::default()
            };
            judge_lateness(state, ix, now, &mut e);
            e
        })
        .collect();
    let mut forecast = Forecast {
        steps,
        finish,
        plan_finish: finish_of(&planned),
        rag: Rag::Green,
        reasons: Vec::new(),
    };
    super::rag::judge(state, &mut forecast, now);
    forecast
}

fn expected_span(state: &RunState, ix: StepIx, pass: &Pass, now: Time) -> (Time, Time) {
    let plan = &*state.plan;
    let step = &plan.steps[ix];
    let attempt = &state.steps[ix].now;
    let long = delta(likely(step));
    let started = attempt.started.as_ref().map(|f| f.at);
    if settles(attempt.status, step.on_failure) {
        let ended = attempt.ended.as_ref().map_or(now, |f| f.at);
        return (started.unwrap_or(ended), ended);
    }
    match attempt.status {
        StepStatus::Running => {
            let start = started.unwrap_or(now);
            let end = match attempt.estimates.last() {
                Some(estimate) => estimate.fact.at + delta(estimate.remaining),
                None => start + long + delta(attempt.blocked_so_far(now)),
            };
            (start, end.max(now))
        }
        StepStatus::Blocked | StepStatus::Failed => (started.unwrap_or(now), now + long),
        _ => {
            // Before the run has started nothing starts earlier than planned.
            let from =
                if state.started.is_some() { now } else { state.planned_start(now).max(now) };
            let mut at = pass.allowed(plan, ix, from).max(from);
            if let Some(moment) = step.not_before {
                at = at.max(state.moment(moment, now));
            }
            (at, at + long)
        }
    }
}

/// Float of every unsettled step against the finish, from one backward pass.
fn floats(state: &RunState, order: &[Node], expected: &Pass, finish: Time) -> Vec<Option<Secs>> {
    let plan = &*state.plan;
    let mut late_finish = vec![finish; plan.steps.len()];
    let mut late_phase = vec![finish; plan.phases.len()];
    let mut floats = vec![None; plan.steps.len()];
    for &node in order.iter().rev() {
        match node {
            Node::PhaseEnd(p) => {
                for &before in &plan.phases[p].after {
                    late_phase[before] = late_phase[before].min(late_phase[p]);
                }
                for ix in plan.phases[p].steps.clone() {
                    late_finish[ix] = late_finish[ix].min(late_phase[p]);
                }
            }
            Node::Step(ix) => {
                let Some((start, end)) = expected.steps[ix] else { continue };
                let late_start = late_finish[ix] - (end - start);
                let step = &plan.steps[ix];
                for link in &step.needs {
                    let Some((s, e)) = expected.steps[link.step] else { continue };
                    let own = if link.on == LinkOn::Start { e - s } else { delta(0) };
                    let latest = late_start - delta(link.lag) + own;
                    late_finish[link.step] = late_finish[link.step].min(latest);
                }
                if let Some(when) = &step.when {
                    late_finish[when.step] = late_finish[when.step].min(late_start);
                }
                if let Place::Phase(p) = step.place {
                    for &before in &plan.phases[p].after {
                        late_phase[before] = late_phase[before].min(late_start);
                    }
                }
                if !settles(state.steps[ix].status(), step.on_failure) {
                    floats[ix] = Some((late_finish[ix] - end).num_seconds());
                }
            }
        }
    }
    floats
}

fn judge_lateness(state: &RunState, ix: StepIx, now: Time, e: &mut Expected) {
    let step = &state.plan.steps[ix];
    let attempt = &state.steps[ix].now;
    if state.started.is_none() || settles(attempt.status, step.on_failure) {
        return;
    }
    e.overrunning = attempt.status == StepStatus::Running
        && step.duration.is_some_and(|d| attempt.elapsed(now).unwrap_or(0) > d.likely);
    e.late = match attempt.status {
        // Nobody starts in the very second.
        StepStatus::Planned => e.planned_start.is_some_and(|at| at + delta(START_GRACE) < now),
        _ => e.overrunning || e.planned_finish.is_some_and(|at| at < now),
    };
}

impl RunState {
    /// A moment of the plan before any hold: what the plan itself says.
    pub fn planned_moment(&self, moment: Moment, now: Time) -> Time {
        match moment {
            Moment::T(secs) => self.planned_zero(now) + delta(secs),
            other => self.moment(other, now),
        }
    }
}
