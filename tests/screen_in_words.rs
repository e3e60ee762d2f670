//! What the screen says in words: the way back, what was approved, how far the run is, when a step
//! of another day begins, and what is owed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::run::{Approved, Event, StepStatus, sha256_hex};
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

fn header(s: &Session) -> String {
    s.screen().lines().take(3).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_header_tells_the_way_back_without_ordering_it() {
    let mut night = Night::open(LEDGER);
    let s = Session::on(night.clone());
    assert!(header(&s).contains("nothing to ROLL BACK"), "{}", header(&s));
    for step in ["dump", "mute", "banner", "freeze"] {
        night.ok("ana", begin(step));
        night.ok("ana", done(step));
    }
    night.ok("bo", begin("migrate"));
    for (size, says) in [
        // 04:00 − (5 min to decide + 25 min of R1).
        ((80, 24), "ROLL BACK BY 03:30"),
        ((120, 40), "ROLL BACK BY 03:30"),
    ] {
        let s = Session::of(night.clone(), "ana", size);
        assert!(header(&s).contains(says), "{}", header(&s));
    }
}

#[test]
fn progress_is_the_same_wherever_it_is_told() {
    let mut night = Night::open(LEDGER);
    night.ok("ana", begin("dump"));
    night.ok("ana", done("dump"));
    night.ok("ana", skip("mute"));
    let (settled, all) = night.state.progress();
    let apply = night.state.plan.forward_steps();
    let apply = apply.filter(|ix| night.state.steps[*ix].status() != StepStatus::NotApplicable);
    assert_eq!((settled, all), (2, apply.count()));
    let s = Session::of(night.clone(), "ana", (120, 40));
    let said = format!("{settled}/{all} settled");
    assert!(header(&s).contains(&said), "{}", header(&s));
    let forecast = golive::run::forecast(&night.state, night.now);
    let text = "{{ done }}/{{ total }} settled";
    assert_eq!(golive::run::fill(&night.state, &forecast, "", text, night.now), said);
}

#[test]
fn a_failure_whose_reason_is_owed_has_its_words_well_spaced() {
    let mut night = Night::open(LEDGER);
    let attempt = 1;
    night.ok("ana", Event::StepFailed { step: "dump".to_owned(), attempt, reason: None });
    let s = Session::on(night);
    assert!(s.screen().contains("FAILED, why?"), "{}", s.screen());
}

#[test]
fn the_panel_of_a_failure_leaves_half_of_a_small_screen_to_the_list() {
    let mut night = Night::open(LEDGER);
    let attempt = 1;
    night.ok("ana", Event::StepFailed { step: "dump".to_owned(), attempt, reason: None });
    let mut s = Session::on(night);
    let screen = s.screen();
    let list = screen.lines().position(|line| line.contains("FAILED 1.1")).unwrap();
    assert!(list >= 13, "{screen}");
    // Every way out can be reached, and what it means is read in full.
    s.keys("!<Down><Down><Down><Down><Down><Down><Down><Down><Down>");
    let areas = golive::cockpit::layout::areas(&s.model);
    assert!(areas.main.height >= 5 && !areas.dock.is_empty(), "while somebody decides, less");
    s.keys("<Esc>");
    assert!(golive::cockpit::layout::areas(&s.model).main.height >= 10);
    s.keys("!<Down>");
    assert!(s.screen().contains('▸'));
}

#[test]
fn steps_of_another_day_show_their_time_and_the_phase_its_date() {
    let mut night = Night::open(LEDGER);
    night.now -= chrono::TimeDelta::days(5);
    for size in [(80, 24), (120, 40)] {
        let s = Session::of(night.clone(), "ana", size);
        let screen = s.screen();
        let row = |what: &str| screen.lines().find(|l| l.contains(what)).unwrap().to_owned();
        assert!(row("Prepare").contains("28Nov 22:00"), "{screen}");
        assert!(row("1.2  ").contains(":"), "{screen}");
        assert!(!screen.contains("28Nov→"), "{screen}");
    }
}

#[test]
fn the_greeting_the_header_and_the_detail_tell_whether_the_text_is_the_approved_one() {
    for (approved, says, header_says) in [
        (LEDGER.to_owned(), "as approved", "as approved"),
        (LEDGER.replace("Verify counts", "Count"), "differs from the approved", "approved text"),
    ] {
        let mut night = Night::open(LEDGER);
        let sha256 = sha256_hex(approved.as_bytes());
        night.state.approved = Some(Approved { sha256, text: Some(approved) });
        let mut s = Session::of(night, "ana", (120, 40));
        assert!(header(&s).contains(header_says), "{}", header(&s));
        s.model.greeting = true;
        assert!(s.screen().contains(says), "{}", s.screen());
        // On the head of a phase the detail says so, too.
        s.model.greeting = false;
        s.keys("<Home>");
        let detail = s.screen().lines().skip(3).collect::<Vec<_>>().join("\n");
        assert!(detail.contains(says), "{detail}");
    }
}

#[test]
fn that_all_is_saved_stays_in_sight_however_many_are_waited_for() {
    let mut night = Night::open(LEDGER);
    for step in ["dump", "mute", "banner"] {
        night.force(golive::run::Intent::new("ana", begin(step)));
    }
    for (step, owner) in [("dump", "Wilhelmina of the database"), ("mute", "Maximiliane, on call")]
    {
        night.ok("ana", Event::StepAssigned { step: step.to_owned(), owner: owner.to_owned() });
    }
    night.at("22:45").ok("ana", block("banner"));
    for width in [110, 120, 200] {
        let s = Session::of(night.clone(), "ana", (width, 40));
        let third = header(&s).lines().nth(2).unwrap().to_owned();
        assert!(third.ends_with("all saved") && third.contains("WAITING"), "{third}");
    }
}

#[test]
fn who_is_no_lead_is_not_told_to_become_an_operator() {
    let night = Night::open(LEDGER);
    let mut s = Session::of(night, "bo", (80, 24));
    s.keys("O");
    assert!(!s.screen().contains("become an operator"), "{}", s.screen());
    let all = format!("{} {}", s.screen(), s.said());
    assert!(all.contains("lead"), "{all}");
}
