//! Steps that wait for one another in a circle.

use super::graph::{Graph, Node};
use crate::runbook::Runbook;
use crate::runbook::read::collect::{At, Collector};
use crate::runbook::read::outline::Outline;
use crate::runbook::text::visible;
use std::collections::VecDeque;

/// Most ids that a message lists; a longer circle is shown by its two ends.
const SHOWN: usize = 12;

/// Reports every circle: one per group of steps that all wait for each other.
pub(super) fn report(out: &mut Collector, runbook: &Runbook, outline: &Outline<'_>, graph: &Graph) {
    for group in components(graph) {
        let circle = shortest_circle(graph, &group);
        report_one(out, runbook, outline, graph, &circle);
    }
}

fn report_one(
    out: &mut Collector,
    runbook: &Runbook,
    outline: &Outline<'_>,
    graph: &Graph,
    circle: &[usize],
) {
    let mut names: Vec<(String, At)> = Vec::new();
    let mut written = Vec::new();
    for &index in circle {
        let (name, at) = match graph.node(index) {
            Node::Start(ix) | Node::Finish(ix) => {
                let Some((step, seed)) = runbook.steps.get(ix).zip(outline.seeds.get(ix)) else {
                    continue;
                };
                let link = seed.field("needs").or_else(|| seed.field("when"));
                written.extend(link.map(|_| step.id.clone()));
                (step.id.clone(), link.map_or(seed.id.at, |f| f.at))
            }
            Node::Begin(ix) | Node::End(ix) => {
                let Some(phase) = outline.phases.get(ix) else { continue };
                let at =
                    phase.fields.iter().find(|f| f.key == "after").map_or(phase.id.at, |f| f.at);
                (format!("phase {}", phase.id.text), at)
            }
        };
        if names.last().is_none_or(|(last, _)| *last != name) {
            names.push((name, at));
        }
    }
    if names.len() > 1 && names.first().map(|n| &n.0) == names.last().map(|n| &n.0) {
        names.pop();
    }
    // Begin where somebody wrote a link, and not at one that the order of the file gives.
    if let Some(begin) = names.iter().position(|(name, _)| written.contains(name)) {
        names.rotate_left(begin);
    }
    let Some((first, at)) = names.first().cloned() else { return };
    let shown: Vec<&str> = names.iter().map(|(n, _)| n.as_str()).collect();
    let path = if shown.len() > SHOWN {
        let (head, tail) = (&shown[..SHOWN / 2], &shown[shown.len() - SHOWN / 2..]);
        let between = shown.len() - SHOWN;
        format!("{} → ({between} more) → {}", head.join(" → "), tail.join(" → "))
    } else {
        shown.join(" → ")
    };
    let message =
        format!("these wait for each other in a circle: {} → {}", visible(&path), visible(&first));
    let found = out.error("cycle", at, message);
    found.here("part of the circle");
    for (name, place) in names.iter().skip(1).take(4) {
        found.also(place.range(), format!("`{}` too", visible(name)));
    }
    found.help("each comes before the next; take one of these links away (`needs`, `after`, `when`, or the order of the steps)");
}

/// The groups of nodes that can all reach each other (Tarjan, without recursion), those of one
/// node left out.
fn components(graph: &Graph) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let n = graph.len();
    let (mut number, mut low, mut on_stack) = (vec![NEW; n], vec![0; n], vec![false; n]);
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..n {
        if number[root] != NEW {
            continue;
        }
        let mut calls = vec![(root, 0usize)];
        while let Some((node, edge)) = calls.last_mut() {
            let node = *node;
            if *edge == 0 && number[node] == NEW {
                (number[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some((to, _)) = graph.following(node).get(*edge) {
                *edge += 1;
                if number[*to] == NEW {
                    calls.push((*to, 0));
                } else if on_stack[*to] {
                    low[node] = low[node].min(number[*to]);
                }
                continue;
            }
            calls.pop();
            if let Some((caller, _)) = calls.last() {
                low[*caller] = low[*caller].min(low[node]);
            }
            if low[node] == number[node] {
                let mut group = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    group.push(member);
                    if member == node {
                        break;
                    }
                }
                if group.len() > 1 {
                    group.sort_unstable();
                    found.push(group);
                }
            }
        }
    }
    found.sort_unstable();
    found
}

/// A shortest circle through one node of a group, a phase's where there is one, in the order of
/// events.
fn shortest_circle(graph: &Graph, group: &[usize]) -> Vec<usize> {
    let phase = group.iter().find(|n| matches!(graph.node(**n), Node::Begin(_)));
    let Some(&from) = phase.or(group.first()) else { return Vec::new() };
    let inside = |node: usize| group.binary_search(&node).is_ok();
    let mut came_from = vec![usize::MAX; graph.len()];
    let mut open = VecDeque::from([from]);
    while let Some(node) = open.pop_front() {
        for (to, _) in graph.following(node) {
            if *to == from {
                let mut circle = vec![node];
                let mut at = node;
                while at != from {
                    at = came_from[at];
                    circle.push(at);
                }
                circle.reverse();
                return circle;
            }
            if inside(*to) && came_from[*to] == usize::MAX {
                came_from[*to] = node;
                open.push_back(*to);
            }
        }
    }
    group.to_vec()
}
