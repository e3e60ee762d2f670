//! From a plan to its graph.

use super::{Barrier, Choice, Condition, Incoming, LONGEST, Part};
use crate::runbook::{LinkOn, PhaseIx, Runbook, Rung, StepIx, StepKind};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A node while the order is being found.
#[derive(Debug, Clone, Copy)]
enum Node {
    Step(StepIx),
    /// The barrier before a phase.
    Begin(PhaseIx),
    /// All of a phase is settled.
    End(PhaseIx),
}

/// What the order is found from: nodes numbered, edges both ways counted.
struct Sorter {
    first_step: StepIx,
    steps: usize,
    phases: usize,
    edges: Vec<(u32, u32)>,
}

impl Part {
    /// The steps of the phases.
    pub(super) fn of_phases(plan: &Runbook) -> Self {
        let range = plan.forward_steps();
        let mut sorter = Sorter::of(plan, range.clone(), plan.phases.len());
        let mut phase_of = vec![0_u32; range.len()];
        for (p, phase) in plan.phases.iter().enumerate() {
            let (begin, end) = (sorter.node(Node::Begin(p)), sorter.node(Node::End(p)));
            for ix in phase.steps.clone() {
                let step = sorter.node(Node::Step(ix));
                sorter.edges.extend([(begin, step), (step, end)]);
                if let Some(slot) = phase_of.get_mut(ix) {
                    *slot = small(p);
                }
            }
            for &before in &phase.after {
                let edge = (sorter.node(Node::End(before)), begin);
                sorter.edges.push(edge);
            }
        }
        let after = plan.phases.iter().map(|phase| phase.after.clone()).collect();
        let order = sorter.order(|node| match node {
            // Close to the order of the file: phases open late and close early.
            Node::Step(ix) => 2 * ix + 1,
            Node::Begin(p) => plan.phases.get(p).map_or(0, |phase| 2 * phase.steps.start),
            Node::End(p) => plan.phases.get(p).map_or(0, |phase| 2 * phase.steps.end),
        });
        Self::assemble(plan, range, &order, after, |ix| phase_of.get(ix).copied().unwrap_or(0))
    }

    /// The steps of a rung: one phase that nothing precedes.
    pub(super) fn of_rung(plan: &Runbook, rung: &Rung) -> Self {
        let range = rung.steps.clone();
        let order = Sorter::of(plan, range.clone(), 0).order(|node| match node {
            Node::Step(ix) => ix,
            Node::Begin(_) | Node::End(_) => 0,
        });
        Self::assemble(plan, range, &order, vec![Vec::new()], |_| 0)
    }

    fn assemble(
        plan: &Runbook,
        range: std::ops::Range<StepIx>,
        order: &[Node],
        after: Vec<Vec<PhaseIx>>,
        phase_of: impl Fn(StepIx) -> u32,
    ) -> Self {
        let (first_step, len) = (range.start, range.len());
        let mut part = Self {
            steps: Vec::with_capacity(len),
            first_step,
            positions: vec![0; len],
            first: Vec::with_capacity(len + 1),
            links: Vec::new(),
            phase: Vec::with_capacity(len),
            barriers: Vec::new(),
            after,
            conditions: vec![None; len],
            choices: Vec::new(),
        };
        for node in order {
            match *node {
                Node::Step(ix) => {
                    if let Some(slot) = part.positions.get_mut(ix - first_step) {
                        *slot = small(part.steps.len());
                    }
                    part.phase.push(phase_of(ix));
                    part.steps.push(ix);
                }
                Node::Begin(phase) if part.after.get(phase).is_some_and(|a| !a.is_empty()) => {
                    part.barriers.push(Barrier { before: part.steps.len(), phase });
                }
                Node::Begin(_) | Node::End(_) => {}
            }
        }
        part.first.push(0);
        for position in 0..part.steps.len() {
            part.link(plan, position);
            part.first.push(small(part.links.len()));
        }
        part.find_choices(plan);
        part
    }

    /// Adds what the step at a position waits for.
    fn link(&mut self, plan: &Runbook, position: usize) {
        let Some(step) = self.steps.get(position).and_then(|&ix| plan.steps.get(ix)) else {
            return;
        };
        for link in &step.needs {
            self.wait_for(position, link.step, link.on, link.lag);
            // A step that turns out not to apply never starts: what hangs on its start then holds
            // from the moment of the choice.
            if link.on == LinkOn::Start
                && let Some(when) = plan.steps.get(link.step).and_then(|s| s.when.as_ref())
            {
                self.wait_for(position, when.step, LinkOn::Finish, 0);
            }
        }
        let Some(when) = &step.when else { return };
        self.wait_for(position, when.step, LinkOn::Finish, 0);
        let option = plan
            .steps
            .get(when.step)
            .and_then(|choice| choice.options.iter().position(|o| o.id == when.is));
        if let (Some(choice), Some(option)) = (self.position(when.step), option)
            && choice < position
            && let Some(slot) = self.conditions.get_mut(position)
        {
            *slot = Some(Condition { choice: small(choice), option: small(option) });
        }
    }

    /// The step at a position waits for an end of another. In a circle, what leads back is left
    /// out; so is what is not of this part.
    fn wait_for(&mut self, position: usize, other: StepIx, on: LinkOn, lag: i64) {
        if let Some(other) = self.position(other).filter(|&other| other < position) {
            let moment = small(2 * other + usize::from(on == LinkOn::Finish));
            let lag = u32::try_from(lag.clamp(0, LONGEST)).unwrap_or(u32::MAX);
            self.links.push(Incoming { moment, lag });
        }
    }

    fn find_choices(&mut self, plan: &Runbook) {
        let mut decides = vec![false; self.steps.len()];
        for condition in self.conditions.iter().flatten() {
            if let Some(slot) = decides.get_mut(condition.choice as usize) {
                *slot = true;
            }
        }
        self.choices = (self.steps.iter().enumerate())
            .filter(|(position, _)| decides.get(*position).copied().unwrap_or(false))
            .filter_map(|(position, &ix)| Some((position, plan.steps.get(ix)?)))
            .filter(|(_, step)| step.kind == StepKind::Choice)
            .map(|(position, step)| Choice { position, options: small(step.options.len()) })
            .collect();
    }
}

impl Sorter {
    /// The links and conditions between the steps of a range.
    fn of(plan: &Runbook, range: std::ops::Range<StepIx>, phases: usize) -> Self {
        let mut sorter =
            Self { first_step: range.start, steps: range.len(), phases, edges: Vec::new() };
        for ix in range.clone() {
            let Some(step) = plan.steps.get(ix) else { continue };
            let before = step.needs.iter().map(|link| link.step);
            let before = before.chain(step.when.as_ref().map(|when| when.step));
            let to = sorter.node(Node::Step(ix));
            for before in before.filter(|before| range.contains(before)) {
                let from = sorter.node(Node::Step(before));
                sorter.edges.push((from, to));
            }
        }
        sorter
    }

    fn node(&self, node: Node) -> u32 {
        small(match node {
            Node::Step(ix) => ix - self.first_step,
            Node::Begin(p) => self.steps + p,
            Node::End(p) => self.steps + self.phases + p,
        })
    }

    fn at(&self, index: usize) -> Node {
        match index {
            i if i < self.steps => Node::Step(self.first_step + i),
            i if i < self.steps + self.phases => Node::Begin(i - self.steps),
            i => Node::End(i - self.steps - self.phases),
        }
    }

    /// All nodes, each after what it waits for; of those that may come next, the one with the least
    /// `rank` first (Kahn, 1962, with a heap). Nodes in a circle come last.
    fn order(&self, rank: impl Fn(Node) -> usize) -> Vec<Node> {
        let nodes = self.steps + 2 * self.phases;
        let mut first = vec![0_usize; nodes + 1];
        let mut open = vec![0_usize; nodes];
        for &(from, to) in &self.edges {
            first[from as usize + 1] += 1;
            open[to as usize] += 1;
        }
        for n in 0..nodes {
            first[n + 1] += first[n];
        }
        let mut next = first.clone();
        let mut targets = vec![0_u32; self.edges.len()];
        for &(from, to) in &self.edges {
            targets[next[from as usize]] = to;
            next[from as usize] += 1;
        }
        let entry = |n: usize| Reverse((rank(self.at(n)), n));
        let mut heap: BinaryHeap<_> = (0..nodes).filter(|&n| open[n] == 0).map(entry).collect();
        let mut placed = vec![false; nodes];
        let mut order = Vec::with_capacity(nodes);
        while let Some(Reverse((_, node))) = heap.pop() {
            placed[node] = true;
            order.push(self.at(node));
            for &to in &targets[first[node]..first[node + 1]] {
                let to = to as usize;
                open[to] -= 1;
                if open[to] == 0 {
                    heap.push(entry(to));
                }
            }
        }
        order.extend((0..nodes).filter(|&n| !placed[n]).map(|n| self.at(n)));
        order
    }
}

/// An index as it is kept; a plan never has as many steps or links as this holds.
fn small(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
