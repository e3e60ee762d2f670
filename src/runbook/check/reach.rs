//! Steps and rungs that no run can come to.

use super::graph::{Graph, Node};
use crate::runbook::read::collect::Collector;
use crate::runbook::read::outline::Outline;
use crate::runbook::text::visible;
use crate::runbook::{AvailableUntil, OnFailure, OnNoGo, Runbook, RungIx, StepIx};

/// Reports rungs that are gone before they can be needed, and rollback steps that undo what their
/// rung never meets.
pub(super) fn report(out: &mut Collector, runbook: &Runbook, outline: &Outline<'_>, graph: &Graph) {
    let no_return: Vec<StepIx> =
        runbook.forward_steps().filter(|ix| runbook.steps[*ix].point_of_no_return).collect();
    let past_no_return = (!no_return.is_empty()).then(|| started_after(graph, &no_return));
    for (rung_ix, rung) in runbook.rollbacks.iter().enumerate() {
        let own;
        let gone = match rung.available_until {
            AvailableUntil::End => None,
            AvailableUntil::PointOfNoReturn => past_no_return.as_ref(),
            AvailableUntil::Step(ix) => {
                own = started_after(graph, &[ix]);
                Some(&own)
            }
        };
        let section = outline.rungs.get(rung_ix);
        if let (Some(gone), Some(section)) = (gone, section) {
            // With several points of no return, steps after the later ones alone say nothing.
            let never = !rung.covers.is_empty() && rung.covers.iter().all(|ix| gone[*ix]);
            if never {
                let message = format!(
                    "no run can take the rollback `{}`: all it covers starts when it is no longer available",
                    visible(&rung.id)
                );
                out.error("unreachable", section.id.at, message).help(
                    "let `available_until` name a later step, or \"end\", or cover an earlier one",
                );
                continue;
            }
        }
        if let Some(gone) = gone {
            proposed_too_late(out, runbook, outline, rung_ix, gone);
        }
        for ix in rung.steps.clone() {
            let (Some(step), Some(seed)) = (runbook.steps.get(ix), outline.seeds.get(ix)) else {
                continue;
            };
            if step.undoes.is_empty() {
                continue;
            }
            let covered = |u: &StepIx| rung.covers.binary_search(u).is_ok();
            if !step.undoes.iter().any(covered) {
                let message = format!(
                    "no run can reach `{}`: what it undoes is not covered by `{}`",
                    visible(&step.id),
                    visible(&rung.id)
                );
                out.error("unreachable", seed.at_key("undoes"), message)
                    .help("add that step to the rollback's `covers`");
            } else if gone.is_some_and(|gone| step.undoes.iter().all(|u| gone[*u])) {
                let message = format!(
                    "no run can reach `{}`: once what it undoes has started, `{}` is no longer available",
                    visible(&step.id),
                    visible(&rung.id)
                );
                out.error("unreachable", seed.at_key("undoes"), message)
                    .help("let `available_until` name a later step, or \"end\"");
            }
        }
    }
}

/// For each step, whether it starts only once one of these has started.
fn started_after(graph: &Graph, limits: &[StepIx]) -> Vec<bool> {
    let from: Vec<usize> = limits.iter().map(|ix| graph.index(Node::Start(*ix))).collect();
    let seen = graph.after(&from);
    (0..graph.len() / 2).map(|ix| seen.get(2 * ix).copied().unwrap_or(false)).collect()
}

/// Steps and gates that propose a rung which is gone once they have started.
fn proposed_too_late(
    out: &mut Collector,
    runbook: &Runbook,
    outline: &Outline<'_>,
    rung: RungIx,
    gone: &[bool],
) {
    for ix in runbook.forward_steps().filter(|ix| gone.get(*ix).copied().unwrap_or(false)) {
        let (Some(step), Some(seed)) = (runbook.steps.get(ix), outline.seeds.get(ix)) else {
            continue;
        };
        let no_go = step.gate.as_ref().map(|g| g.on_no_go);
        let key = if step.on_failure == OnFailure::Rollback(rung) {
            "on_failure"
        } else if no_go == Some(OnNoGo::Rollback(rung)) {
            "on_no_go"
        } else {
            continue;
        };
        let id = runbook.rollbacks.get(rung).map_or("", |r| r.id.as_str());
        let message = format!(
            "once `{}` has started, `{}` is no longer available",
            visible(&step.id),
            visible(id)
        );
        out.warning("rung-gone", seed.at_key(key), message).help(
            "propose a rollback with available_until = \"end\", or let `available_until` name a later step",
        );
    }
}
