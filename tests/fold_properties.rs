//! For random runbooks and random, also hostile, sequences of acts: the fold never panics, a
//! replay equals the live run, `check` and the fold agree, a voided entry leaves no trace.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{self, Entry, EntryId, Event, Intent, Mend, RunState, Verdict};
use golive::runbook::Role;
use proptest::prelude::*;
use std::sync::Arc;
use support::any_night::{play, shape, tries};
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
    #![proptest_config(ProptestConfig::with_cases(512))]

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
        let mut night = play(&shape, &tries);
        let correctable: Vec<u64> = night
            .state
            .correctable("ana")
            .map(|l| l.entry.seq)
            .collect();
        prop_assume!(!correctable.is_empty());
        let seq = correctable[pick % correctable.len()];
        // Whoever is lead by now voids it.
        let id = night.id_of(seq);
        let mut act = night.intent_to_act(Intent::new("ana", void(id)));
        act.actor.role = Role::Lead;
        let n = night.entries.len() as u64 + 1;
        let entry = run::Entry { seq: n, id: support::id(n), act, offset_ms: 0, received_at: None };
        night.entries.push(entry.clone());
        run::apply(&mut night.state, Arc::new(entry));
        prop_assert_eq!(night.verdict(seq), &Verdict::Voided);
        let never = run::fold(set_right(&night)).expect("it opens");
        // A correction that was refused is a conflict of its own.
        night.state.conflicts.retain(|c| !is_correction(&night.state.log[c.seq as usize - 1].entry));
        prop_assert_eq!(figures(&night.state), figures(&never));
    }
}

fn is_correction(entry: &Entry) -> bool {
    matches!(entry.act.event, Event::Correction { .. })
}

/// The record as it would have been without any mistake: what was voided is not in it, what was
/// mended reads right, and nobody has corrected anything.
fn set_right(night: &Night) -> Vec<Entry> {
    let mut right: Vec<Option<Entry>> = night.entries.iter().cloned().map(Some).collect();
    for logged in &night.state.log {
        let Event::Correction { entry, mend, .. } = &logged.entry.act.event else { continue };
        let place = |id: &EntryId| night.entries.iter().position(|e| e.id == *id);
        right[logged.entry.seq as usize - 1] = None;
        if logged.verdict == Verdict::Conflict {
            continue;
        }
        let Some(target) = place(entry).and_then(|ix| right[ix].as_mut()) else { continue };
        match mend {
            Mend::Void {} => right[place(entry).expect("an entry")] = None,
            Mend::Time { happened_at } => target.act.happened_at = Some(*happened_at),
            Mend::Text { text } => reword(&mut target.act.event, text),
        }
    }
    right.into_iter().flatten().collect()
}

/// The words of an event replaced, where those are what a correction mends.
fn reword(event: &mut Event, new: &str) {
    let json = serde_json::to_value(&*event).expect("JSON");
    let (tag, mut fields) = match json {
        serde_json::Value::Object(map) => map.into_iter().next().expect("a tag"),
        other => panic!("{other}"),
    };
    let key = match tag.as_str() {
        "note_added" => "text",
        "value_recorded" => "value",
        "gate_voted" | "criterion_judged" => "comment",
        "run_completed" => "summary",
        _ => "reason",
    };
    fields[key] = new.into();
    *event = serde_json::from_value(serde_json::json!({ tag: fields })).expect("an event");
}
