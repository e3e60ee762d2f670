//! The simulated crew of a demonstration: whatever the seed, a night comes to its end once somebody
//! leads, everything that the crew does holds, and what only a lead decides is left to the lead.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on stops; reads the runbooks that ship"
)]

mod support;

use chrono::TimeDelta;
use golive::crew::{Crew, Leading};
use golive::run::{Event, Mode, NoteKind, RunStatus, StepStatus, Verdict, Vote};
use support::Night;

/// How often the crew looks, in seconds of the night: as a demonstration at 60 times the pace does.
const LOOK: i64 = 6;
/// A night that is longer is stuck.
const LONGEST: i64 = 20 * 3_600;

fn shipped(name: &str) -> String {
    let path = format!("{}/runbooks/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn open(text: &str) -> Night {
    Night::open_as(text, Mode::Rehearsal, "ana")
}

/// Lets the crew play until `enough`, or nothing more is to be expected.
fn play(night: &mut Night, crew: &mut Crew, enough: impl Fn(&Night) -> bool) {
    let until = night.now + TimeDelta::seconds(LONGEST);
    while night.now < until && !enough(night) {
        while let Some(intent) = crew.next(&night.state, night.now) {
            let text = format!("{intent:?}");
            if let Err(refusal) = night.act(intent) {
                panic!("{text} was refused: {refusal}");
            }
            let last = night.state.log.last().unwrap();
            assert_eq!(last.verdict, Verdict::Applied, "{text}");
        }
        night.now += TimeDelta::seconds(LOOK);
    }
}

fn over(night: &Night) -> bool {
    night.state.status.is_over()
}

/// What is open, for a night that is stuck.
fn stuck(night: &Night) -> String {
    let steps = night.state.plan.steps.iter().zip(&night.state.steps);
    let open = steps.filter(|(_, s)| !matches!(s.status(), StepStatus::Done));
    let open: Vec<_> = open.map(|(p, s)| format!("{} {:?}", p.number, s.status())).collect();
    format!("{:?}, held {:?}, {open:?}", night.state.status, night.state.held())
}

fn whole_night(text: &str, seed: u64) -> Night {
    let mut night = open(text);
    let lead = lead_of(&night);
    let mut crew = Crew::new(seed, lead, Leading::Everything);
    play(&mut night, &mut crew, over);
    assert!(over(&night), "seed {seed}: {}", stuck(&night));
    assert!(night.state.conflicts.is_empty() && night.state.deviations.is_empty(), "seed {seed}");
    night
}

/// Whoever the runbook calls its lead; else who opened the run.
fn lead_of(night: &Night) -> String {
    let people = night.state.plan.people.values();
    let lead =
        people.into_iter().find(|p| night.state.role_of(&p.id) == golive::runbook::Role::Lead);
    lead.map_or("ana".to_owned(), |person| person.id.clone())
}

#[test]
fn whatever_the_seed_a_night_that_is_led_comes_to_its_end() {
    let text = shipped("ledger-4.2");
    for seed in 0..12 {
        let night = whole_night(&text, seed);
        let long = (night.now - support::start()).num_minutes();
        assert!((150..900).contains(&long), "seed {seed}: {long} minutes");
        assert_eq!(night.state.status, RunStatus::Complete, "seed {seed}");
    }
}

#[test]
fn every_shipped_runbook_and_the_starter_can_be_played() {
    let starter = golive::runbook::starter::STARTER.to_owned();
    let shipped =
        ["isp-cutover", "kubernetes-release-cut", "gitlab-production-change"].map(shipped);
    for text in shipped.iter().chain([&starter]) {
        for seed in 1..5 {
            whole_night(text, seed);
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_night_and_another_makes_another() {
    let text = shipped("ledger-4.2");
    let (one, again, other) = (whole_night(&text, 3), whole_night(&text, 3), whole_night(&text, 4));
    assert_eq!(one.entries, again.entries);
    assert_ne!(one.entries, other.entries);
}

#[test]
fn the_first_night_breaks_the_migration_and_says_so_to_the_lead() {
    let text = shipped("ledger-4.2");
    let mut night = open(&text);
    let mut crew = Crew::new(1, "ana", Leading::Everything);
    play(&mut night, &mut crew, |night| night.status("migrate") == StepStatus::Failed);
    assert!(night.state.held().is_some(), "a failure that proposes a rollback holds the run");
    assert!(night.state.proposed_rung().is_some());
    assert!(!crew.waits(&night.state, night.now), "whoever leads goes on");
    // From here on nobody leads: people write and finish what is under way, and then wait.
    crew.lead(Leading::Nothing);
    let failed_at = night.now;
    play(&mut night, &mut crew, |night| night.now > failed_at + TimeDelta::hours(4));
    assert_eq!(night.status("migrate"), StepStatus::Failed, "that is the lead's to decide");
    assert!(night.state.held().is_some() && night.state.rollbacks.is_empty());
    assert!(crew.waits(&night.state, night.now), "all wait for the lead");
    let said = |text: &str| night.state.notes.iter().any(|note| note.text.contains(text));
    assert!(said("@ana"), "{:?}", night.state.notes);
    assert!(night.state.notes.iter().any(|note| note.kind == NoteKind::Issue));
    // The lead rolls back: the crew works the rung, and goes on when the lead ends it and resumes.
    let to = "restore".to_owned();
    night.ok("ana", Event::RollbackBegun { rung: to.clone(), reason: None });
    assert!(!crew.waits(&night.state, night.now), "the rung is worked on");
    play(&mut night, &mut crew, |night| {
        let on = night.state.rung_on().unwrap();
        night.state.rung_applies(on).iter().all(|ix| night.state.is_settled(*ix))
    });
    assert!(night.state.rung_on().is_some(), "ending it is the lead's, too");
    assert!(crew.waits(&night.state, night.now));
    night.ok("ana", Event::RollbackEnded { rung: to, succeeded: true, reason: None });
    if night.state.held().is_some() {
        night.ok("ana", Event::RunResumed {});
    }
    play(&mut night, &mut crew, |night| night.status("verify-counts") == StepStatus::Done);
    assert_eq!(night.attempt("migrate"), 2);
    assert_eq!(night.status("migrate"), StepStatus::Done);
}

#[test]
fn nobody_does_the_leads_own_work_unless_told_to() {
    let text = shipped("ledger-4.2");
    let mut night = open(&text);
    let mut crew = Crew::new(1, "ana", Leading::Nothing);
    play(&mut night, &mut crew, |night| night.now > support::start() + TimeDelta::hours(2));
    assert!(night.state.log.iter().skip(1).all(|l| l.entry.act.actor.name != "ana"));
    assert_eq!(night.status("roll-call"), StepStatus::Planned);
    crew.lead(Leading::Chores);
    play(&mut night, &mut crew, |night| night.now > support::start() + TimeDelta::hours(3));
    assert_eq!(night.status("roll-call"), StepStatus::Done);
    let gate = &night.state.steps[night.ix("start-cutover")];
    assert_eq!(gate.status(), StepStatus::Planned, "a decision is no chore");
    assert_eq!(gate.now.votes.len(), 5);
}

#[test]
fn where_a_gate_is_the_trouble_somebody_says_no_go_and_go_later() {
    let text = shipped("ledger-4.2");
    let no_go = |seed: u64| {
        let night = whole_night(&text, seed);
        let votes = night.entries.iter().filter_map(|entry| match &entry.act.event {
            Event::GateVoted { step, vote, .. } => Some((step.clone(), *vote)),
            _ => None,
        });
        let votes: Vec<_> = votes.collect();
        let no = votes.iter().position(|(_, vote)| *vote == Vote::NoGo)?;
        Some(votes[no + 1..].iter().any(|(step, vote)| *step == votes[no].0 && *vote == Vote::Go))
    };
    let seen: Vec<bool> = (1..16).filter_map(no_go).collect();
    assert!(!seen.is_empty() && seen.contains(&true), "{seen:?}");
}

#[test]
fn whoever_sits_at_the_cockpit_without_leading_is_left_their_own_work_and_waited_for() {
    let text = shipped("ledger-4.2");
    let mut night = open(&text);
    let mut crew = Crew::new(1, "ana", Leading::Chores).without("bo");
    play(&mut night, &mut crew, |night| night.status("prepared") == StepStatus::Done);
    assert_eq!(night.status("backup"), StepStatus::Done, "before anybody sat there");
    crew.lead(Leading::Everything);
    play(&mut night, &mut crew, |night| night.now > support::start() + TimeDelta::minutes(90));
    assert_eq!(night.status("start-cutover"), StepStatus::Done, "somebody else leads");
    assert_eq!(night.status("freeze"), StepStatus::Planned, "that is bo's");
    assert!(crew.waits(&night.state, night.now), "and all wait for it");
    let vote = &night.state.steps[night.ix("start-cutover")].now.votes;
    assert!(!vote.contains_key("bo"), "{vote:?}");
}

#[test]
fn a_roll_call_is_answered_by_nearly_everybody() {
    let text = shipped("ledger-4.2");
    let mut night = open(&text);
    night.ok("ana", Event::RunStarted {});
    night.ok("ana", Event::RollCallOpened {});
    let mut crew = Crew::new(2, "ana", Leading::Nothing);
    play(&mut night, &mut crew, |night| night.now > support::start() + TimeDelta::minutes(3));
    let present = night.state.people.values().filter(|person| person.present.is_some()).count();
    assert!((6..=8).contains(&present), "{present}");
}
