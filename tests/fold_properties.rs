//! For random runbooks and random, also hostile, sequences of acts: the fold never panics, a
//! replay equals the live run, `check` and the fold agree, a voided entry leaves no trace.

mod support;

use golive::run::{self, Intent, RunState, Verdict};
use golive::runbook::Role;
use proptest::prelude::*;
use std::sync::Arc;
use support::any_night::{EVENTS, play, shape, tries};
use support::*;

/// Everything that any figure is computed from.
fn figures(state: &RunState) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        (state.status, state.started.clone(), state.ended.clone(), state.outcome.clone()),
        (state.steps.clone(), state.holds.clone(), state.deviations.clone()),
        (state.notes.clone(), state.checklist_items.clone(), state.conflicts.clone()),
        (state.reschedules.clone(), state.revisions.clone(), state.removed.clone()),
        (state.roll_call.clone(), state.text.clone(), state.rollbacks.clone()),
        state.proposed_rung(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_replay_equals_the_live_run(shape in shape(), tries in tries()) {
        let night = play(&shape, &tries);
        let replayed = run::fold(night.entries.clone()).expect("it opened before");
        prop_assert_eq!(&replayed, &night.state);
        let forecast = run::forecast(&night.state, night.now);
        prop_assert_eq!(forecast.steps.len(), night.state.steps.len());
    }

    #[test]
    fn a_voided_entry_leaves_no_trace(shape in shape(), tries in tries(), pick in any::<usize>()) {
        // Corrections before the last one are judged as things stood then; so they are left out.
        let tries: Vec<_> = tries.into_iter().filter(|t| t.0 % EVENTS != EVENTS - 1).collect();
        let mut night = play(&shape, &tries);
        let correctable: Vec<u64> = night
            .state
            .correctable("ana")
            .map(|l| l.entry.seq)
            .collect();
        prop_assume!(!correctable.is_empty());
        let seq = correctable[pick % correctable.len()];
        let without: Vec<_> = night.entries.iter().filter(|e| e.seq != seq).cloned().collect();
        // Whoever is lead by now voids it.
        let id = night.id_of(seq);
        let mut act = night.intent_to_act(Intent::new("ana", void(id)));
        act.actor.role = Role::Lead;
        let n = night.entries.len() as u64 + 1;
        let entry = run::Entry { seq: n, id: support::id(n), act, offset_ms: 0, received_at: None };
        run::apply(&mut night.state, Arc::new(entry));
        prop_assert_eq!(night.verdict(seq), &Verdict::Voided);
        let never = run::fold(without).expect("it opens");
        prop_assert_eq!(figures(&night.state), figures(&never));
    }
}
