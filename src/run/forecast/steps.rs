//! What is expected of each step. Kept as the network's flat arrays and worked out page by page
//! where somebody looks: a screen shows fifty steps of ten thousand.

use super::plan_times::PlanTimes;
use super::time;
use crate::run::Time;
use crate::run::state::StepStatus;
use crate::runbook::network::{Inputs, Ms, Part, Times};
use crate::runbook::{Network, RungIx, Secs, StepIx};
use std::collections::HashMap;
use std::ops::Index;
use std::sync::{Arc, OnceLock};

/// How long after its planned start a step that has not begun is late, in milliseconds.
const START_GRACE: Ms = 60_000;

/// Steps that are worked out together.
const PAGE: usize = 64;

/// What is expected of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expected {
    /// Actual start, else the expected one. Of a step that hangs on an option which is not the one
    /// reckoned with: when it would start if that were chosen.
    pub start: Option<Time>,
    /// Actual finish, else the expected one.
    pub finish: Option<Time>,
    /// Start in the plan.
    pub planned_start: Option<Time>,
    /// Finish in the plan.
    pub planned_finish: Option<Time>,
    /// Seconds it may slip without moving the expected finish; none once it is settled, and while
    /// another option is reckoned with.
    pub float: Option<Secs>,
    /// Whether it has no float.
    pub critical: bool,
    /// Should have begun, or be finished, by now.
    pub late: bool,
    /// Runs longer than planned.
    pub overrunning: bool,
}

/// What is known of a step beside its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub status: StepStatus,
    /// Nothing waits for it any more.
    pub settled: bool,
    /// It is not expected to happen in this run.
    pub out: bool,
}

/// What a forward step counts for, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Role {
    /// It may be the step that starts next.
    pub begins: bool,
    /// Its finish counts for its stream.
    pub counts: bool,
    /// It is planned, and should begin when the plan says.
    pub planned: bool,
}

/// The rung that is being taken.
#[derive(Debug, Clone)]
pub(super) struct RungTimes {
    pub rung: RungIx,
    pub inputs: Inputs,
    pub times: Times,
    /// When it is expected to end.
    pub end: Ms,
}

/// What the pages are made from: inputs and outcome of the passes.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    pub network: Arc<Network>,
    pub inputs: Inputs,
    pub times: Times,
    pub plan: Arc<PlanTimes>,
    /// Parallel to the plan's steps.
    pub marks: Vec<Mark>,
    /// By position of the forward steps.
    pub roles: Vec<Role>,
    pub rung: Option<RungTimes>,
    /// From when on each running step takes longer than planned.
    pub overruns: HashMap<StepIx, Ms>,
    pub now: Ms,
    /// Whether the run goes on: only then is anything late.
    pub going: bool,
}

/// What is expected of each step, by its index.
#[derive(Clone, Default)]
pub struct Steps {
    pub(super) source: Source,
    pages: Vec<OnceLock<Box<[Expected]>>>,
}

impl Source {
    /// The part that a step is of, with its inputs and times; none for a step of a rung that is not
    /// being taken.
    fn part(&self, ix: StepIx) -> Option<(&Part, usize, &Inputs, &Times)> {
        let forward = self.network.forward();
        if let Some(position) = forward.position(ix) {
            return Some((forward, position, &self.inputs, &self.times));
        }
        let on = self.rung.as_ref()?;
        let part = self.network.rung(on.rung)?;
        Some((part, part.position(ix)?, &on.inputs, &on.times))
    }

    /// Start and finish of a step as far as they can be told.
    pub fn span(&self, ix: StepIx) -> (Option<Ms>, Option<Ms>) {
        let Some((_, position, inputs, times)) = self.part(ix) else { return (None, None) };
        if times.is_absent(position) {
            let start = times.would_start(position);
            return (start, start.map(|start| start + inputs.length(position)));
        }
        if let Some(since) = inputs.passed_since(position) {
            return (Some(since), Some(since));
        }
        let (start, finish) = (times.start(position), times.finish(position));
        (start.or(finish), finish)
    }

    /// Whether a step hangs on an option that is not the one reckoned with.
    pub fn is_absent(&self, ix: StepIx) -> bool {
        self.part(ix).is_some_and(|(_, position, _, times)| times.is_absent(position))
    }

    /// Whole seconds that a step may slip; none for one that is settled or not expected.
    pub fn float(&self, ix: StepIx) -> Option<Secs> {
        let mark = self.marks.get(ix)?;
        let (_, position, _, times) = self.part(ix)?;
        if mark.settled || mark.out || times.is_absent(position) {
            return None;
        }
        Some((times.latest_finish(position)? - times.finish(position)?).div_euclid(1000))
    }

    /// Whether a running step takes longer than planned.
    pub fn is_overrunning(&self, ix: StepIx) -> bool {
        self.overruns.get(&ix).is_some_and(|&from| from <= self.now)
    }

    fn expected(&self, ix: StepIx) -> Expected {
        let (start, finish) = self.span(ix);
        let (planned_start, planned_finish) = self.plan.span(&self.network, ix);
        let mark = self.marks.get(ix).copied().unwrap_or_default();
        let float = self.float(ix);
        let overrunning = self.is_overrunning(ix);
        let passed = |at: Option<Ms>, grace: Ms| at.is_some_and(|at| at + grace < self.now);
        let late = self.going
            && !mark.settled
            && !mark.out
            && !self.is_absent(ix)
            && match mark.status {
                // Nobody starts in the very second.
                StepStatus::Planned => passed(planned_start, START_GRACE),
                _ => overrunning || passed(planned_finish, 0),
            };
        Expected {
            start: start.and_then(time),
            finish: finish.and_then(time),
            planned_start: planned_start.and_then(time),
            planned_finish: planned_finish.and_then(time),
            float,
            critical: float.is_some_and(|float| float <= 0),
            late,
            overrunning,
        }
    }
}

impl Steps {
    pub(super) fn of(source: Source) -> Self {
        let mut steps = Self { source, pages: Vec::new() };
        steps.turn_over();
        steps
    }

    /// Forgets every page: the source has changed.
    pub(super) fn turn_over(&mut self) {
        self.pages.resize_with(self.len().div_ceil(PAGE), OnceLock::new);
        for page in &mut self.pages {
            page.take();
        }
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.source.marks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is expected of a step.
    pub fn get(&self, ix: StepIx) -> Option<&Expected> {
        let page = self.pages.get(ix / PAGE)?;
        let first = ix - ix % PAGE;
        let page = page.get_or_init(|| {
            (first..self.len().min(first + PAGE)).map(|ix| self.source.expected(ix)).collect()
        });
        page.get(ix % PAGE)
    }

    /// Whether a step hangs on an option of an open choice that is not the one reckoned with.
    pub fn is_maybe(&self, ix: StepIx) -> bool {
        self.source.is_absent(ix)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Expected> {
        (0..self.len()).filter_map(|ix| self.get(ix))
    }
}

impl Index<StepIx> for Steps {
    type Output = Expected;

    /// Of a step there is not, nothing is expected.
    fn index(&self, ix: StepIx) -> &Expected {
        static NOTHING: Expected = Expected {
            start: None,
            finish: None,
            planned_start: None,
            planned_finish: None,
            float: None,
            critical: false,
            late: false,
            overrunning: false,
        };
        self.get(ix).unwrap_or(&NOTHING)
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
