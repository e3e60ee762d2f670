//! The two passes of the critical-path method over a phase barrier graph, in seconds after the
//! start.
//!
//! Forward: a step starts when the last of what it waits for has finished (or started, for a link
//! on the start), its lag has passed and its fixed start has come. Backward: it may finish as late
//! as what follows it allows. Kelley and Walker, "Critical-path planning and scheduling", 1959.

use crate::runbook::{Link, LinkOn, PhaseIx, Place, Runbook, Secs, StepIx};
use std::ops::Range;

/// A node: a step, or the moment at which a phase is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Step(StepIx),
    PhaseEnd(PhaseIx),
}

/// Some steps of a plan in an order in which everything comes after what it waits for: all forward
/// steps with the barriers between their phases, or those of one rung.
#[derive(Debug)]
pub struct Section<'a> {
    plan: &'a Runbook,
    /// The steps.
    pub steps: Range<StepIx>,
    /// How many phases are part of it.
    phases: usize,
    order: Vec<Node>,
}

/// Which steps apply, how long each takes and when it may start at the earliest; parallel to a
/// section's steps.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Length of each step.
    pub lengths: &'a [Secs],
    /// Earliest start of each step.
    pub floors: &'a [Secs],
    /// Whether each step applies. One that does not is settled as soon as its choice is.
    pub applies: &'a [bool],
}

/// What a forward pass finds; parallel to a section's steps.
#[derive(Debug, Clone, Default)]
pub struct Early {
    /// Early start.
    pub start: Vec<Secs>,
    /// Early finish.
    pub finish: Vec<Secs>,
    /// When each phase is settled.
    phases: Vec<Secs>,
}

/// What a step's early start hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Another step.
    Step(StepIx),
    /// A phase before its own.
    Phase(PhaseIx),
}

impl<'a> Section<'a> {
    /// The plan.
    pub fn plan(&self) -> &'a Runbook {
        self.plan
    }

    /// All forward steps.
    pub fn forward(plan: &'a Runbook) -> Self {
        Self::new(plan, plan.forward_steps(), plan.phases.len())
    }

    /// The steps of a rung, which no barrier keeps back.
    pub fn rung(plan: &'a Runbook, steps: Range<StepIx>) -> Self {
        Self::new(plan, steps, 0)
    }

    /// Sorts by what waits for what (Kahn, 1962). A reader's plan has no cycle.
    fn new(plan: &'a Runbook, steps: Range<StepIx>, phases: usize) -> Self {
        let mut section = Self { plan, steps, phases, order: Vec::new() };
        let count = section.steps.len();
        let slot = |node: Node| match node {
            Node::Step(ix) => ix - section.steps.start,
            Node::PhaseEnd(phase) => count + phase,
        };
        let nodes = section.steps.clone().map(Node::Step).chain((0..phases).map(Node::PhaseEnd));
        let mut open = vec![0_usize; count + phases];
        let mut after: Vec<Vec<Node>> = vec![Vec::new(); count + phases];
        for node in nodes.clone() {
            for before in section.before(node) {
                after[slot(before)].push(node);
                open[slot(node)] += 1;
            }
        }
        let mut order: Vec<Node> = nodes.filter(|&node| open[slot(node)] == 0).collect();
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            next += 1;
            for &later in &after[slot(node)] {
                open[slot(later)] -= 1;
                if open[slot(later)] == 0 {
                    order.push(later);
                }
            }
        }
        section.order = order;
        section
    }

    /// What a node waits for.
    fn before(&self, node: Node) -> Vec<Node> {
        match node {
            Node::PhaseEnd(phase) => {
                let phase = &self.plan.phases[phase];
                let steps = phase.steps.clone().map(Node::Step);
                steps.chain(phase.after.iter().map(|&p| Node::PhaseEnd(p))).collect()
            }
            Node::Step(ix) => {
                let links = self.links(ix).map(|link| Node::Step(link.step));
                let choice = self.choice_of(ix).map(Node::Step);
                let barriers = self.barriers(ix).iter().map(|&p| Node::PhaseEnd(p));
                links.chain(choice).chain(barriers).collect()
            }
        }
    }

    /// Links of a step to others of this section.
    fn links(&self, ix: StepIx) -> impl Iterator<Item = &'a Link> {
        let steps = self.steps.clone();
        self.plan.steps[ix].needs.iter().filter(move |link| steps.contains(&link.step))
    }

    /// The choice that decides whether a step applies, if it is of this section.
    pub fn choice_of(&self, ix: StepIx) -> Option<StepIx> {
        let choice = self.plan.steps[ix].when.as_ref()?.step;
        self.steps.contains(&choice).then_some(choice)
    }

    /// Phases that must be settled before a step.
    fn barriers(&self, ix: StepIx) -> &'a [PhaseIx] {
        match self.plan.steps[ix].place {
            Place::Phase(phase) if self.phases > 0 => &self.plan.phases[phase].after,
            _ => &[],
        }
    }

    /// The steps, each after what it waits for.
    pub fn ordered_steps(&self) -> impl Iterator<Item = StepIx> {
        self.order.iter().filter_map(|node| match node {
            Node::Step(ix) => Some(*ix),
            Node::PhaseEnd(_) => None,
        })
    }

    /// The forward pass.
    pub fn early(&self, inputs: Inputs<'_>) -> Early {
        let count = self.steps.len();
        let mut early =
            Early { start: vec![0; count], finish: vec![0; count], phases: vec![0; self.phases] };
        for &node in &self.order {
            match node {
                Node::Step(ix) => {
                    let at = ix - self.steps.start;
                    let allowed = self.allowed(ix, inputs.applies, &early);
                    let applies = inputs.applies[at];
                    early.start[at] =
                        if applies { allowed.max(inputs.floors[at]) } else { allowed };
                    let length = if applies { inputs.lengths[at] } else { 0 };
                    early.finish[at] = early.start[at].saturating_add(length);
                }
                Node::PhaseEnd(phase) => {
                    let of = &self.plan.phases[phase];
                    let steps = of.steps.clone().map(|ix| early.finish[ix - self.steps.start]);
                    let before = of.after.iter().map(|&p| early.phases[p]);
                    early.phases[phase] = steps.chain(before).max().unwrap_or(0);
                }
            }
        }
        early
    }

    /// The earliest start that links, barriers and the choice allow.
    fn allowed(&self, ix: StepIx, applies: &[bool], early: &Early) -> Secs {
        let choice = self.choice_of(ix).map_or(0, |c| early.finish[c - self.steps.start]);
        if !applies[ix - self.steps.start] {
            return choice;
        }
        let links = self.links(ix).map(|link| self.meets(link, applies, early));
        let barriers = self.barriers(ix).iter().map(|&p| early.phases[p]);
        links.chain(barriers).fold(choice, Secs::max)
    }

    /// When a link is met. One on the start of a step that does not apply is met, without lag, once
    /// that is known.
    fn meets(&self, link: &Link, applies: &[bool], early: &Early) -> Secs {
        let before = link.step - self.steps.start;
        match link.on {
            LinkOn::Finish => early.finish[before].saturating_add(link.lag),
            LinkOn::Start if !applies[before] => early.finish[before],
            LinkOn::Start => early.start[before].saturating_add(link.lag),
        }
    }

    /// The backward pass: the late finish of every step for an end at `finish`.
    pub fn late(&self, inputs: Inputs<'_>, early: &Early, finish: Secs) -> Vec<Secs> {
        let mut late = vec![finish; self.steps.len()];
        let mut phases = vec![finish; self.phases];
        for &node in self.order.iter().rev() {
            match node {
                Node::PhaseEnd(phase) => {
                    let of = &self.plan.phases[phase];
                    for &before in &of.after {
                        phases[before] = phases[before].min(phases[phase]);
                    }
                    for ix in of.steps.clone() {
                        let at = ix - self.steps.start;
                        late[at] = late[at].min(phases[phase]);
                    }
                }
                Node::Step(ix) => {
                    let at = ix - self.steps.start;
                    let start = late[at] - (early.finish[at] - early.start[at]);
                    if let Some(choice) = self.choice_of(ix) {
                        let choice = choice - self.steps.start;
                        late[choice] = late[choice].min(start);
                    }
                    if !inputs.applies[at] {
                        continue;
                    }
                    for link in self.links(ix) {
                        let before = link.step - self.steps.start;
                        let own = early.finish[before] - early.start[before];
                        let latest = match link.on {
                            LinkOn::Finish => start - link.lag,
                            LinkOn::Start if !inputs.applies[before] => start,
                            LinkOn::Start => start - link.lag + own,
                        };
                        late[before] = late[before].min(latest);
                    }
                    for &phase in self.barriers(ix) {
                        phases[phase] = phases[phase].min(start);
                    }
                }
            }
        }
        late
    }

    /// What keeps a step from starting earlier: of several the longest step. None: its fixed start,
    /// or the start of the plan.
    pub fn cause(&self, ix: StepIx, inputs: Inputs<'_>, early: &Early) -> Option<Cause> {
        let at = ix - self.steps.start;
        let starts = early.start[at];
        let choice = self.choice_of(ix);
        let by_choice = choice.filter(|c| early.finish[c - self.steps.start] == starts);
        if !inputs.applies[at] {
            return by_choice.map(Cause::Step);
        }
        let met = |link: &&Link| self.meets(link, inputs.applies, early) == starts;
        let links = self.links(ix).filter(met).map(|link| link.step);
        let longest = links.chain(by_choice).max_by_key(|s| {
            let s = s - self.steps.start;
            (early.finish[s] - early.start[s], std::cmp::Reverse(s))
        });
        let barrier = || self.barriers(ix).iter().find(|&&p| early.phases[p] == starts);
        longest.map(Cause::Step).or_else(|| barrier().map(|&p| Cause::Phase(p)))
    }

    /// What a phase is settled by: its step that finishes last, else a phase before it.
    pub fn settled_by(&self, phase: PhaseIx, early: &Early) -> Option<Cause> {
        let of = &self.plan.phases[phase];
        let at = early.phases[phase];
        let last = of.steps.clone().find(|ix| early.finish[ix - self.steps.start] == at);
        let before = || of.after.iter().find(|&&p| early.phases[p] == at);
        last.map(Cause::Step).or_else(|| before().map(|&p| Cause::Phase(p)))
    }
}
