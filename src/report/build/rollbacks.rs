//! Rungs that were taken.

use super::{Desk, second};
use crate::report::model::Rollback;
use crate::run::{self, ProposedBy};
use crate::runbook::{Network, Secs, StepIx};
use std::collections::HashSet;

pub(super) fn rollbacks(desk: &Desk<'_>) -> Vec<Rollback> {
    if desk.state.rollbacks.is_empty() {
        return Vec::new();
    }
    let network = Network::of(&desk.state.plan);
    desk.state.rollbacks.iter().map(|taken| rollback(desk, &network, taken)).collect()
}

fn rollback(desk: &Desk<'_>, network: &Network, taken: &run::Rollback) -> Rollback {
    let labels = |ids: &[String]| ids.iter().map(|id| desk.label_of(id)).collect();
    let end = taken.ended.as_ref();
    Rollback {
        rung: taken.rung.clone(),
        title: taken.title.clone(),
        begun_at: second(taken.begun.at),
        begun_by: desk.who(&taken.begun.person),
        reason: taken.reason.clone(),
        proposed_by: taken.proposed_by.as_ref().map(|by| proposed_by(desk, by)),
        ended_at: end.map(|fact| second(fact.at)),
        succeeded: taken.succeeded,
        end_reason: taken.end_reason.clone(),
        seconds: end.map(|fact| (fact.at - taken.begun.at).num_seconds()),
        planned_s: planned(desk, network, taken),
        undone: labels(&taken.undone),
        recycled: labels(&taken.recycled),
    }
}

fn proposed_by(desk: &Desk<'_>, by: &ProposedBy) -> String {
    match by {
        ProposedBy::Step(id) => desk.label_of(id),
        ProposedBy::Rung(id) => {
            let rung = desk.state.plan.rollbacks.iter().find(|rung| rung.id == *id);
            rung.map_or_else(|| id.clone(), |rung| rung.title.clone())
        }
    }
}

/// Critical path of the steps of a rung that applied: until it ended, or now.
fn planned(desk: &Desk<'_>, network: &Network, taken: &run::Rollback) -> Option<Secs> {
    let state = desk.state;
    let rung = state.plan.rollbacks.iter().position(|rung| rung.id == taken.rung)?;
    let applied: HashSet<StepIx> = match taken.succeeded {
        Some(_) => taken.applied.iter().filter_map(|id| state.step_ix(id)).collect(),
        None => state.applying(rung).collect(),
    };
    Some(network.critical_path(&state.plan, rung, |ix| applied.contains(&ix)))
}
