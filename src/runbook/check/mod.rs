//! Whether the plan as a whole can be carried out: cycles, steps that no run reaches, times that
//! cannot be kept.

mod cycle;
mod graph;
mod reach;
mod window;

use super::Runbook;
use super::read::collect::Collector;
use super::read::outline::Outline;
use graph::Graph;

/// Reports what no run could do.
pub(super) fn check(out: &mut Collector, runbook: &Runbook, outline: &Outline<'_>) {
    let graph = Graph::of(runbook);
    let Some(order) = graph.order() else {
        cycle::report(out, runbook, outline, &graph);
        return;
    };
    reach::report(out, runbook, outline, &graph);
    window::report(out, runbook, outline, &graph, &order);
}
