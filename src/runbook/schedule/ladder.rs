//! The way back as the plan goes on: which rung is needed after each step, how long it takes, until
//! when it may be decided.
//!
//! Roll back by = window close − (decision margin + the longest `abort` of covered steps under way +
//! the critical path of the rung's steps that apply then), with likely durations. The rung is the
//! first of the ladder that is available and covers a step that has started.

use super::Schedule;
use crate::runbook::network::Network;
use crate::runbook::{AvailableUntil, Place, Runbook, RungIx, Secs, StepIx};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BinaryHeap, HashMap};

/// The rollback needed at some point of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayBack {
    /// The rung.
    pub rung: RungIx,
    /// Seconds that it takes: the longest `abort` and its critical path, without decision margin.
    pub duration: Secs,
    /// Latest moment for the decision; none without a window.
    pub by: Option<DateTime<Utc>>,
}

/// Why there is no way back at some point of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoWayBack {
    /// Nothing that a rung takes back has started.
    NotNeeded,
    /// The start of this step has taken the last rung away: fix forward only.
    FixForward(StepIx),
}

/// The way back over the whole plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ladder {
    /// For each forward step the rollback needed when it finishes early, and all that is due to
    /// start by then has started. None for a step that is not counted with.
    pub after: Vec<Option<Result<WayBack, NoWayBack>>>,
    /// The same from moment to moment: what holds from each start or finish on, until the next.
    pub timeline: Vec<(DateTime<Utc>, Result<WayBack, NoWayBack>)>,
    /// The first moment at which the rollback needed could not end inside the window any more.
    pub too_late: Option<(DateTime<Utc>, WayBack)>,
    /// The first moment at which there is no way back, and the step whose start is to blame.
    pub fix_forward: Option<(DateTime<Utc>, StepIx)>,
}

/// Follows the way back through a schedule of this plan, with the plan's own network. A plan without
/// rungs has an empty one.
pub fn ladder(plan: &Runbook, network: &Network, schedule: &Schedule) -> Ladder {
    let forward = plan.forward_steps();
    if plan.rollbacks.is_empty() || schedule.steps.is_empty() {
        return Ladder::default();
    }
    let counted = |ix: &StepIx| schedule.steps[*ix].assumed;
    let mut starting: Vec<StepIx> = forward.clone().filter(counted).collect();
    starting.sort_by_key(|ix| (schedule.steps[*ix].early_start, *ix));
    let mut times: Vec<DateTime<Utc>> = forward
        .clone()
        .filter(counted)
        .flat_map(|ix| [schedule.steps[ix].early_start, schedule.steps[ix].early_finish])
        .collect();
    times.sort_unstable();
    times.dedup();

    let mut walk = Walk::new(plan, network, schedule);
    let mut starting = starting.into_iter().peekable();
    let mut found: Vec<(DateTime<Utc>, Result<WayBack, NoWayBack>)> = Vec::new();
    for time in times {
        while let Some(ix) = starting.next_if(|ix| schedule.steps[*ix].early_start <= time) {
            walk.start(ix);
        }
        found.push((time, walk.way_back(time)));
    }
    let at = |time: DateTime<Utc>| {
        let at = found.binary_search_by_key(&time, |(time, _)| *time).ok()?;
        Some(found[at].1)
    };
    let after = schedule.steps.iter();
    Ladder {
        after: after.map(|s| s.assumed.then(|| at(s.early_finish)).flatten()).collect(),
        too_late: too_late(&found),
        fix_forward: found.iter().find_map(|(time, way)| match way {
            Err(NoWayBack::FixForward(step)) => Some((*time, *step)),
            _ => None,
        }),
        timeline: found,
    }
}

/// The first moment after which a decision would come too late.
fn too_late(
    found: &[(DateTime<Utc>, Result<WayBack, NoWayBack>)],
) -> Option<(DateTime<Utc>, WayBack)> {
    found.iter().enumerate().find_map(|(at, (time, way))| {
        let way = (*way).ok()?;
        let by = way.by?;
        let until = found.get(at + 1).map_or(*time, |(next, _)| *next);
        (by < until).then(|| (by.max(*time), way))
    })
}

/// What the walk knows of a rung.
#[derive(Debug, Clone, Default)]
struct Standing {
    /// A step it covers has started.
    needed: bool,
    /// The step whose start has taken it away.
    gone: Option<StepIx>,
    /// Aborts of covered steps that may be under way, longest first, with their early finish.
    aborts: BinaryHeap<(Secs, DateTime<Utc>)>,
    /// Its critical path for the steps started so far; none: to be computed.
    path: Option<Secs>,
}

/// A walk through the plan from start to start.
struct Walk<'a> {
    plan: &'a Runbook,
    schedule: &'a Schedule,
    network: &'a Network,
    rungs: Vec<Standing>,
    started: Vec<bool>,
    /// The rungs that cover each forward step.
    covering: Vec<Vec<RungIx>>,
    /// The rungs with steps that undo a forward step.
    undoing: HashMap<StepIx, Vec<RungIx>>,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Runbook, network: &'a Network, schedule: &'a Schedule) -> Self {
        let mut covering = vec![Vec::new(); schedule.steps.len()];
        let mut undoing: HashMap<StepIx, Vec<RungIx>> = HashMap::new();
        for (rung, of) in plan.rollbacks.iter().enumerate() {
            for &ix in &of.covers {
                covering[ix].push(rung);
            }
            for undone in of.steps.clone().flat_map(|ix| &plan.steps[ix].undoes) {
                undoing.entry(*undone).or_default().push(rung);
            }
        }
        Self {
            plan,
            schedule,
            network,
            rungs: vec![Standing::default(); plan.rollbacks.len()],
            started: vec![false; schedule.steps.len()],
            covering,
            undoing,
        }
    }

    /// A step starts.
    fn start(&mut self, ix: StepIx) {
        let step = &self.plan.steps[ix];
        self.started[ix] = true;
        // Marks and decisions are no work that could be taken back.
        let is_work = step.kind.is_work();
        for &rung in self.covering[ix].iter().filter(|_| is_work) {
            let standing = &mut self.rungs[rung];
            standing.needed = true;
            if step.abort > 0 {
                standing.aborts.push((step.abort, self.schedule.steps[ix].early_finish));
            }
        }
        for &rung in self.undoing.get(&ix).map_or(&[][..], Vec::as_slice) {
            self.rungs[rung].path = None;
        }
        for (of, standing) in self.plan.rollbacks.iter().zip(&mut self.rungs) {
            let takes_away = match of.available_until {
                AvailableUntil::PointOfNoReturn => step.point_of_no_return,
                AvailableUntil::Step(until) => until == ix,
                AvailableUntil::End => false,
            };
            if takes_away {
                standing.gone.get_or_insert(ix);
            }
        }
    }

    /// The rollback needed now.
    fn way_back(&mut self, now: DateTime<Utc>) -> Result<WayBack, NoWayBack> {
        let first = self.rungs.iter().position(|rung| rung.needed && rung.gone.is_none());
        let Some(rung) = first else {
            // What has started cannot be taken back any more; or nothing has, and never could be.
            let any_needed = self.rungs.iter().any(|rung| rung.needed);
            if !any_needed && self.rungs.iter().any(|rung| rung.gone.is_none()) {
                return Err(NoWayBack::NotNeeded);
            }
            let lost = self.rungs.iter().filter(|rung| !any_needed || rung.needed);
            let gone = lost.filter_map(|rung| rung.gone);
            let last = gone.max_by_key(|ix| (self.schedule.steps[*ix].early_start, *ix));
            return Err(last.map_or(NoWayBack::NotNeeded, NoWayBack::FixForward));
        };
        let path = match self.rungs[rung].path {
            Some(path) => path,
            None => self.network.critical_path(self.plan, rung, |ix| self.applies(ix)),
        };
        let standing = &mut self.rungs[rung];
        standing.path = Some(path);
        while standing.aborts.peek().is_some_and(|(_, finish)| *finish <= now) {
            standing.aborts.pop();
        }
        let abort = standing.aborts.peek().map_or(0, |(abort, _)| *abort);
        let duration = abort.saturating_add(path);
        let release = &self.plan.release;
        let by = release.window.and_then(|window| {
            let needed = duration.saturating_add(release.decision_margin);
            window.closes.checked_sub_signed(TimeDelta::try_seconds(needed)?)
        });
        Ok(WayBack { rung, duration, by })
    }

    /// Whether a step of a rung would apply: it undoes something that has started, and hangs on no
    /// way that the plan does not count with.
    fn applies(&self, ix: StepIx) -> bool {
        let step = &self.plan.steps[ix];
        let undoes = step.undoes.is_empty()
            || step.undoes.iter().any(|ix| self.started.get(*ix).is_some_and(|started| *started));
        let taken = step.when.as_ref().is_none_or(|when| {
            let choice = &self.plan.steps[when.step];
            let option = choice.options.iter().position(|option| option.id == when.is);
            matches!(choice.place, Place::Rung(_)) || self.schedule.option_of(when.step) == option
        });
        undoes && taken
    }
}
