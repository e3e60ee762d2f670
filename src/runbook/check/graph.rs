//! What has to happen before what: a start and a finish per step, a beginning and an end per phase.

use crate::runbook::{LinkOn, PhaseIx, Runbook, StepIx};

/// A node of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    /// A step starts.
    Start(StepIx),
    /// A step is settled.
    Finish(StepIx),
    /// The barrier before a phase.
    Begin(PhaseIx),
    /// All of a phase is settled.
    End(PhaseIx),
}

/// The order that the plan asks for, as a directed graph. Phases are two nodes each, so that a
/// barrier between two long phases costs no edge per pair of steps.
#[derive(Debug)]
pub(super) struct Graph {
    steps: usize,
    nodes: usize,
    /// Edges of node n: `targets[first[n]..first[n + 1]]`, each with a lag in seconds.
    first: Vec<usize>,
    targets: Vec<(usize, i64)>,
}

impl Graph {
    /// Builds the graph. A step with `when` follows its choice.
    pub fn of(runbook: &Runbook) -> Self {
        let (steps, phases) = (runbook.steps.len(), runbook.phases.len());
        let mut edges: Vec<(usize, usize, i64)> = Vec::new();
        let node = |n: Node| index(steps, n);
        for (ix, step) in runbook.steps.iter().enumerate() {
            edges.push((node(Node::Start(ix)), node(Node::Finish(ix)), 0));
            for link in &step.needs {
                let from = match link.on {
                    LinkOn::Start => Node::Start(link.step),
                    LinkOn::Finish => Node::Finish(link.step),
                };
                edges.push((node(from), node(Node::Start(ix)), link.lag));
            }
            if let Some(when) = &step.when {
                edges.push((node(Node::Finish(when.step)), node(Node::Start(ix)), 0));
            }
        }
        for (ix, phase) in runbook.phases.iter().enumerate() {
            edges.push((node(Node::Begin(ix)), node(Node::End(ix)), 0));
            for step in phase.steps.clone() {
                edges.push((node(Node::Begin(ix)), node(Node::Start(step)), 0));
                edges.push((node(Node::Finish(step)), node(Node::End(ix)), 0));
            }
            for after in &phase.after {
                edges.push((node(Node::End(*after)), node(Node::Begin(ix)), 0));
            }
        }
        Self::from_edges(steps, 2 * (steps + phases), &edges)
    }

    fn from_edges(steps: usize, nodes: usize, edges: &[(usize, usize, i64)]) -> Self {
        let mut first = vec![0; nodes + 1];
        for (from, _, _) in edges {
            first[from + 1] += 1;
        }
        for n in 0..nodes {
            first[n + 1] += first[n];
        }
        let mut next = first.clone();
        let mut targets = vec![(0, 0); edges.len()];
        for (from, to, lag) in edges {
            targets[next[*from]] = (*to, *lag);
            next[*from] += 1;
        }
        Self { steps, nodes, first, targets }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes
    }

    /// The position of a node.
    pub fn index(&self, node: Node) -> usize {
        index(self.steps, node)
    }

    /// The node at a position.
    pub fn node(&self, index: usize) -> Node {
        let half = index / 2;
        match (half < self.steps, index.is_multiple_of(2)) {
            (true, true) => Node::Start(half),
            (true, false) => Node::Finish(half),
            (false, true) => Node::Begin(half - self.steps),
            (false, false) => Node::End(half - self.steps),
        }
    }

    /// What follows a node, each with a lag in seconds.
    pub fn following(&self, index: usize) -> &[(usize, i64)] {
        &self.targets[self.first[index]..self.first[index + 1]]
    }

    /// All nodes in an order in which each comes after what it waits for; none where there is a
    /// cycle.
    pub fn order(&self) -> Option<Vec<usize>> {
        let mut open = vec![0usize; self.nodes];
        for (to, _) in &self.targets {
            open[*to] += 1;
        }
        let mut order: Vec<usize> = (0..self.nodes).filter(|n| open[*n] == 0).collect();
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            at += 1;
            for (to, _) in self.following(node) {
                open[*to] -= 1;
                if open[*to] == 0 {
                    order.push(*to);
                }
            }
        }
        (order.len() == self.nodes).then_some(order)
    }

    /// Which nodes come after one of these, those themselves included.
    pub fn after(&self, from: &[usize]) -> Vec<bool> {
        let mut seen = vec![false; self.nodes];
        let mut open: Vec<usize> = from.to_vec();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut seen[node], true) {
                open.extend(self.following(node).iter().map(|(to, _)| *to).filter(|to| !seen[*to]));
            }
        }
        seen
    }
}

fn index(steps: usize, node: Node) -> usize {
    match node {
        Node::Start(ix) => 2 * ix,
        Node::Finish(ix) => 2 * ix + 1,
        Node::Begin(ix) => 2 * (steps + ix),
        Node::End(ix) => 2 * (steps + ix) + 1,
    }
}
