//! For random ladders and random nights: what is undone is not done, what is recycled is a new
//! attempt that keeps the earlier times, a replay equals the live run, every state has a way to an
//! end, and time in which a run was held is nobody's working time.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{self, Event, Intent, Outcome, RunState, RunStatus, StepStatus, Verdict};
use golive::runbook::{Role, StepIx};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use support::any_night::{play, play_watched, rolling_tries, shape};
use support::*;

/// Holds in every state.
fn sound(state: &RunState) -> Result<(), TestCaseError> {
    for step in &state.steps {
        let now = &step.now;
        prop_assert_eq!(now.undone.is_some(), now.status == StepStatus::Undone);
        prop_assert!(now.undone.is_none() || now.ended.is_some());
        prop_assert_eq!(step.earlier.len() as u32 + 1, step.attempt);
    }
    let open = state.rollbacks.iter().filter(|taken| taken.ended.is_none()).count();
    prop_assert_eq!(open, usize::from(state.status == RunStatus::RollingBack));
    prop_assert_eq!(state.rolling_back().is_some(), open == 1);
    Ok(())
}

/// What the good end of a rung does to each step.
fn ended_well(before: &RunState, after: &RunState) -> Result<(), TestCaseError> {
    let Some(taken) = after.rollbacks.last() else { return Ok(()) };
    let ids = |list: &[String], ix: StepIx| list.contains(&after.plan.steps[ix].id);
    for ix in after.plan.forward_steps() {
        let (was, is) = (&before.steps[ix], &after.steps[ix]);
        let id = &after.plan.steps[ix].id;
        match (ids(&taken.undone, ix), ids(&taken.recycled, ix)) {
            (true, true) => prop_assert!(false, "{id} is undone and to do again"),
            (true, false) => {
                prop_assert_eq!(is.status(), StepStatus::Undone, "{}", id);
                prop_assert_eq!((is.attempt, &is.now.started), (was.attempt, &was.now.started));
                // A fresh attempt over work that is still in effect ends by being taken back.
                let ended = was.now.ended.as_ref().or(is.now.undone.as_ref());
                prop_assert_eq!(is.now.ended.as_ref(), ended);
                prop_assert!(was.now.ended.is_some() || was.in_effect, "{}", id);
            }
            (false, true) if was.status() == StepStatus::NotApplicable => {
                prop_assert_eq!((is.attempt, is.status()), (was.attempt, StepStatus::Planned));
            }
            (false, true) => {
                prop_assert_eq!(is.attempt, was.attempt + 1, "{}", id);
                prop_assert_eq!(is.earlier.last(), Some(&was.now), "{}", id);
                // A mark may be reached anew at once.
                prop_assert!(matches!(is.status(), StepStatus::Planned | StepStatus::Done));
                prop_assert!(is.now.started.is_none());
            }
            (false, false) => {
                prop_assert_eq!(is.attempt, was.attempt, "{}", id);
                let left = is.status() == was.status()
                    || is.status() == StepStatus::NotApplicable
                    || is.status() == StepStatus::Done && is.now.started.is_none();
                prop_assert!(left, "{id}: {:?} to {:?}", was.status(), is.status());
            }
        }
    }
    Ok(())
}

fn lead(state: &RunState) -> String {
    let people = ["ana", "bo", "cy", "nobody"];
    people.into_iter().find(|p| state.role_of(p) == Role::Lead).expect("somebody leads").to_owned()
}

/// Does what a lead can do until the run is over, with nothing that the rules do not allow.
fn to_an_end(night: &mut Night, well: bool) -> bool {
    for _ in 0..400 {
        if night.state.status.is_over() {
            return true;
        }
        night.now += chrono::TimeDelta::seconds(61);
        let Some(seq) = candidates(&night.state, well).into_iter().find_map(|event| {
            let intent = Intent {
                override_reason: Some("to an end".to_owned()),
                ..Intent::new(lead(&night.state), event)
            };
            night.act(intent).ok()
        }) else {
            return false;
        };
        assert_ne!(*night.verdict(seq), Verdict::Conflict);
    }
    false
}

/// What to try next: settle what is open, end the rung, complete the run.
fn candidates(state: &RunState, well: bool) -> Vec<Event> {
    let settle = |ix: StepIx| {
        let (step, attempt) = (state.plan.steps[ix].id.clone(), state.steps[ix].attempt);
        [
            Event::StepCompleted { step: step.clone(), attempt },
            Event::StepSkipped { step, attempt, reason: None },
        ]
    };
    let mut list = vec![Event::RunStarted {}];
    if let Some(on) = state.rolling_back() {
        let rung = on.rung.clone();
        list.push(Event::RollbackEnded { rung, succeeded: well, reason: None });
        let open = (0..state.steps.len()).filter(|ix| state.steps[*ix].status().is_open_work());
        list.extend(open.flat_map(settle));
        return list;
    }
    list.push(Event::RunCompleted { outcome: Outcome::WithIssues, summary: None });
    let open = state.plan.forward_steps().filter(|ix| !state.is_settled(*ix));
    list.extend(open.flat_map(settle));
    list
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn undone_is_not_done_and_recycled_is_a_new_attempt(shape in shape(), tries in rolling_tries()) {
        let mut ends = Vec::new();
        let mut states = Vec::new();
        play_watched(&shape, &tries, |before, after| {
            let last = after.state.log.last().expect("an entry");
            let well = matches!(last.entry.act.event, Event::RollbackEnded { succeeded: true, .. });
            if well && matches!(last.verdict, Verdict::Applied | Verdict::Deviation) {
                ends.push((before.state.clone(), after.state.clone()));
            }
            states.push(after.state.clone());
        });
        for state in &states {
            sound(state)?;
        }
        for (before, after) in &ends {
            ended_well(before, after)?;
        }
    }

    #[test]
    fn a_replay_equals_the_live_run(shape in shape(), tries in rolling_tries()) {
        let night = play(&shape, &tries);
        let replayed = run::fold(night.entries.clone()).expect("it opened before");
        prop_assert_eq!(&replayed, &night.state);
        // Every question about the ladder has an answer in every state.
        let state = &night.state;
        for rung in 0..state.plan.rollbacks.len() {
            let would = state.recycles(rung);
            prop_assert!(!would.undone.iter().any(|ix| would.back.contains(ix)));
            prop_assert!(state.rung_applies(rung).len() <= state.plan.rollbacks[rung].steps.len());
            let away = |ix: StepIx| state.takes_away(ix);
            prop_assert!((0..state.steps.len()).all(|ix| state.gone(rung).is_none() || !away(ix).contains(&rung)));
        }
        let _ = (run::rungs::ladder(state, night.now), run::forecast(state, night.now));
    }

    #[test]
    fn every_state_has_a_way_to_an_end(shape in shape(), tries in rolling_tries(), well in any::<bool>()) {
        let mut night = play(&shape, &tries);
        prop_assert!(to_an_end(&mut night, well), "stuck: {:?}", night.state.status);
        sound(&night.state)?;
    }

    #[test]
    fn a_voided_entry_of_a_rollback_leaves_no_trace(shape in shape(), tries in rolling_tries(), pick in any::<usize>()) {
        let night = play(&shape, &tries);
        let mendable: Vec<u64> = night.state.correctable("ana").map(|l| l.entry.seq).collect();
        prop_assume!(!mendable.is_empty());
        let seq = mendable[pick % mendable.len()];
        let mut mended = night.clone();
        let mut act = mended.intent_to_act(Intent::new("ana", void(night.id_of(seq))));
        act.actor.role = Role::Lead;
        let n = night.entries.len() as u64 + 1;
        let entry = run::Entry { seq: n, id: id(n), act, offset_ms: 0, received_at: None };
        run::apply(&mut mended.state, std::sync::Arc::new(entry.clone()));
        sound(&mended.state)?;
        mended.entries.push(entry);
        prop_assert_eq!(&run::fold(mended.entries).expect("it opens"), &mended.state);
    }
}

/// The properties above say something: on random nights rungs are taken, ended and given up, at
/// random moments, and much is recycled.
#[test]
fn random_nights_do_roll_back() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let nights = (shape(), rolling_tries());
    let (mut begun, mut well, mut failed, mut undone, mut recycled, mut stopped) =
        (0, 0, 0, 0, 0, 0);
    for _ in 0..200 {
        let (shape, tries) = nights.new_tree(&mut runner).expect("a night").current();
        let night = play(&shape, &tries);
        for taken in &night.state.rollbacks {
            begun += 1;
            well += usize::from(taken.succeeded == Some(true));
            failed += usize::from(taken.succeeded == Some(false));
            undone += taken.undone.len();
            recycled += taken.recycled.len();
        }
        stopped += usize::from(night.state.status == RunStatus::RolledBack);
    }
    let told = (begun, well, failed, undone, recycled, stopped);
    assert!(begun > 60 && well > 20 && failed > 5, "{told:?}");
    assert!(undone > 20 && recycled > 20 && stopped > 5, "{told:?}");
}
