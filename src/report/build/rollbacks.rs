//! Rungs that were taken.

use super::{Desk, second};
use crate::report::model::Rollback;
use crate::run::{Event, Verdict};

pub(super) fn rollbacks(desk: &Desk<'_>) -> Vec<Rollback> {
    let mut taken: Vec<Rollback> = Vec::new();
    for logged in &desk.state.log {
        if !matches!(logged.verdict, Verdict::Applied | Verdict::Deviation) {
            continue;
        }
        let act = &logged.entry.act;
        let at = second(act.effective_at());
        match &act.event {
            Event::RollbackBegun { rung, reason } => {
                let plan = desk.state.plan.rollbacks.iter().find(|r| r.id == *rung);
                taken.push(Rollback {
                    rung: rung.clone(),
                    title: plan.map_or_else(|| rung.clone(), |r| r.title.clone()),
                    begun_at: at,
                    begun_by: desk.who(act.person()),
                    reason: reason.clone(),
                    ended_at: None,
                    succeeded: None,
                    end_reason: None,
                    seconds: None,
                    planned_s: None,
                    undone: Vec::new(),
                    recycled: Vec::new(),
                });
            }
            Event::RollbackEnded { succeeded, reason, .. } => {
                if let Some(last) = taken.last_mut() {
                    last.ended_at = Some(at);
                    last.succeeded = Some(*succeeded);
                    last.end_reason.clone_from(reason);
                    last.seconds = Some((at - last.begun_at).num_seconds());
                }
            }
            _ => {}
        }
    }
    taken
}
