//! Rolling back from the cockpit: every way out of trouble is seen before anybody decides, a rung is
//! begun only by its own id, worked like any phase, and ended well or failed with what becomes of
//! it said first.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::card::CardAct;
use golive::cockpit::model::{About, Cursor, Way};
use golive::cockpit::msg::Msg;
use golive::run::{Event, RunStatus, StepStatus};
use session::Session;
use support::*;

const LADDER: &str = include_str!("support/ladder.toml");

/// Ten past ten: frozen, migrating.
fn migrating() -> Night {
    let mut night = Night::open(LADDER);
    night.ok("bo", begin("freeze"));
    night.ok("qa", begin("tell"));
    night.at("22:10").ok("bo", done("freeze"));
    night.ok("bo", begin("migrate"));
    night
}

/// Counting went wrong: the run is held, and R1 proposed.
fn failed() -> Night {
    let mut night = migrating();
    night.at("22:40").ok("bo", done("migrate"));
    night.ok("qa", begin("verify"));
    night.at("22:50").ok("qa", fail("verify"));
    night
}

/// The gate, decided no-go: R2 proposed.
fn no_go() -> Night {
    let mut night = migrating();
    night.at("22:40").ok("bo", done("migrate"));
    night.ok("qa", begin("verify"));
    night.at("22:50").ok("qa", done("verify"));
    night.ok("ana", decide("go-nogo", golive::run::Decision::NoGo));
    night
}

fn card(s: &Session) -> &golive::cockpit::card::Card {
    s.model.card.as_ref().expect("a card")
}

fn facts(s: &Session) -> String {
    card(s).facts.iter().map(|fact| fact.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn problem(s: &Session) -> &str {
    card(s).problem.as_deref().unwrap_or_default()
}

fn choice<'a>(s: &'a Session, way: &Way) -> (usize, &'a golive::cockpit::model::TroubleChoice) {
    let choices = &s.model.trouble.as_ref().expect("the panel").choices;
    choices.iter().enumerate().find(|(_, choice)| choice.way == *way).expect("that way out")
}

/// Opens the card of a rung from the panel.
fn open_rung(s: &mut Session, rung: &str) {
    s.keys("!");
    if s.model.trouble.is_none() {
        s.keys("<Ctrl-r>");
    }
    let (at, _) = choice(s, &Way::Rung(rung.to_owned()));
    for _ in 0..=at {
        s.keys("<Down>");
    }
    s.keys("<Enter>");
}

fn on(s: &Session) -> &str {
    match &s.model.steps.cursor {
        Cursor::Step(id) | Cursor::Phase(id) | Cursor::Rung(id) => id,
        Cursor::Nowhere => "",
    }
}

#[test]
fn every_way_out_of_a_failure_says_what_it_would_do_and_none_is_chosen() {
    let s = Session::of(failed(), "ana", (120, 40));
    let trouble = s.model.trouble.as_ref().unwrap();
    assert_eq!(trouble.about, About::Step("verify".into()));
    assert_eq!((trouble.focused, trouble.cursor), (false, None));
    let told = |way| choice(&s, &way).1.note.clone();
    let retry = told(Way::Do(golive::cockpit::action::Action::Reopen));
    assert!(retry.starts_with("finish "), "{retry}");
    let again = told(Way::Rung("again".into()));
    // 22:50 + 5 min + 15 min; 03:00 − (5 min + 20 min).
    for words in ["PROPOSED", "20m, ends 23:10", "then again from 1.2, finish", "decide by 02:35"] {
        assert!(again.contains(words), "{words}: {again}");
    }
    let restore = told(Way::Rung("restore".into()));
    for words in ["25m, ends 23:15", "then the run ends rolled back", "decide by 02:30"] {
        assert!(restore.contains(words), "{words}: {restore}");
    }
    let page = told(Way::Rung("page".into()));
    assert!(page.contains("nothing it takes back has begun"), "{page}");
    let screen = s.screen();
    assert!(screen.contains("Ana Ruiz decides by 02:35 (3:45:00 left)"), "{screen}");
}

#[test]
fn the_time_to_decide_runs_down() {
    let mut s = Session::of(failed(), "ana", (120, 40));
    s.wait(61);
    assert!(s.screen().contains("decides by 02:35 (3:43:59 left)"), "{}", s.screen());
    s.wait(4 * 3600);
    assert!(s.screen().contains("ROLL BACK BY 02:35 HAS PASSED"), "{}", s.screen());
}

#[test]
fn a_rung_is_begun_by_its_id_and_its_steps_come_first() {
    let mut s = Session::on(failed());
    open_rung(&mut s, "again");
    let told = facts(&s);
    for words in [
        "Proposed by what has failed",
        "Runs R1.1 Drop the new schema (Bo Lindqvist, 5m); R1.2 Reload the snapshot (Bo Lindqvist, 15m)",
        "Takes 20m, would end 23:10; roll back by 02:35",
        "planned again (new attempt)",
        "goes on from 1.2",
        "inside the window",
    ] {
        assert!(told.contains(words), "{words}:\n{told}");
    }
    assert!(matches!(card(&s).act, CardAct::RollbackBegin(_)));
    s.keys("agian<Enter>");
    assert!(problem(&s).contains("“agian” is not its id"), "{}", problem(&s));
    s.keys("<Ctrl-s>");
    assert_eq!(s.night.state.status, RunStatus::Active, "nothing was recorded");
    s.keys("<Ctrl-u>again<Enter><Enter>");
    if s.model.card.is_some() {
        // Typed in one go: it asks whether it is meant.
        s.keys("<Enter>");
    }
    assert_eq!(s.night.state.status, RunStatus::RollingBack, "{}", s.screen());
    assert_eq!(on(&s), "drop");
    let screen = s.screen();
    let line = |what: &str| screen.lines().position(|line| line.contains(what)).expect(what);
    assert!(line("ROLLING BACK: R1") == 3, "{screen}");
    assert!(line("R1.1") < line("Freeze writes"), "{screen}");
    assert!(screen.contains("2 left"), "{screen}");
    // Enter works on its steps as on any.
    s.keys("<Enter>");
    assert_eq!(s.night.status("drop"), StepStatus::Running);
    s.wait(300);
    s.keys("<Enter>");
    assert_eq!(s.night.status("drop"), StepStatus::Done);
}

/// Begins a rung.
fn taken(night: Night, rung: &str) -> Session {
    let mut s = Session::on(night);
    open_rung(&mut s, rung);
    s.keys(&format!("{rung}<Enter><Enter>"));
    if s.model.card.is_some() {
        s.keys("<Enter>");
    }
    assert_eq!(s.night.state.status, RunStatus::RollingBack, "{}", s.screen());
    s
}

/// Does every step of the rung that is on.
fn work(s: &mut Session) {
    for _ in 0..10 {
        let rung = s.night.state.rung_on().unwrap();
        let open = s.night.state.rung_applies(rung);
        if open.iter().all(|ix| s.night.state.is_settled(*ix)) {
            return;
        }
        s.keys("<Enter>").wait(60);
    }
    panic!("not settled: {}", s.screen());
}

#[test]
fn a_no_go_proposes_its_rung_and_ends_rolled_back() {
    let mut s = Session::on(no_go());
    let screen = s.screen();
    assert!(screen.contains("NO-GO 1.4 Open traffic?"), "{screen}");
    assert!(choice(&s, &Way::Rung("restore".into())).1.note.starts_with("PROPOSED"));
    open_rung(&mut s, "restore");
    s.keys("restore<Enter><Enter>");
    if s.model.card.is_some() {
        s.keys("<Enter>");
    }
    assert_eq!(s.night.state.rolling_back().unwrap().rung, "restore");
    work(&mut s);
    assert!(s.screen().contains("ends 22:55 · Ctrl-r ends it"), "{}", s.screen());
    s.keys("<Enter>");
    assert!(s.said().contains("Ctrl-r ends it"), "{}", s.said());
    s.keys("<Ctrl-r>");
    let told = facts(&s);
    assert!(told.contains("Every step of it is settled"), "{told}");
    assert!(told.contains("Well: 1.1–1.4 undone"), "{told}");
    assert!(told.contains("R3 Put up") || told.contains("no rung is left"), "{told}");
    // Nothing is picked beforehand.
    s.keys("<Ctrl-s>");
    assert!(problem(&s).contains("well, or failed"), "{}", problem(&s));
    // 2.1 goes on in another stream: the run cannot end under its hands.
    s.keys("w<Ctrl-s>");
    assert!(problem(&s).contains("2.1 Tell the branches is still worked on"), "{}", problem(&s));
    s.keys("<Esc>2.1<Enter><Ctrl-r>w<Ctrl-s>");
    assert!(problem(&s).contains("the run ends rolled back"), "{}", problem(&s));
    assert_eq!(s.night.state.status, RunStatus::RollingBack, "asked once more");
    s.keys("<Enter>");
    assert_eq!(s.night.state.status, RunStatus::RolledBack, "{}", s.screen());
    assert_eq!(s.night.status("migrate"), StepStatus::Undone);
    assert_eq!(s.night.status("reads"), StepStatus::NotApplicable);
    let screen = s.screen();
    assert!(screen.contains("ROLLED BACK") && screen.contains("undone"), "{screen}");
}

#[test]
fn a_rung_that_resumes_ends_with_steps_in_a_second_attempt() {
    let mut s = taken(failed(), "again");
    work(&mut s);
    s.keys("<Ctrl-r>w<Ctrl-s>");
    assert!(problem(&s).contains("planned again"), "{}", problem(&s));
    s.keys("<Enter>");
    assert_eq!(s.night.state.status, RunStatus::Active, "{}", s.screen());
    assert_eq!(s.night.attempt("migrate"), 2);
    assert_eq!(s.night.status("migrate"), StepStatus::Planned);
    assert_eq!(s.night.status("freeze"), StepStatus::Done);
    assert_eq!(on(&s), "migrate", "held still, it is where the night goes on");
    let screen = s.screen();
    assert!(screen.contains("Migrate") && screen.contains("×2"), "{screen}");
    assert!(!screen.contains("ROLLING BACK:"), "{screen}");
    // The earlier attempt keeps its times, apart.
    s.keys("Z<End>");
    let screen = s.screen();
    assert!(screen.contains("1: done, 22:10→22:40"), "{screen}");
}

#[test]
fn a_rung_with_running_covered_steps_says_what_to_settle_first() {
    let mut s = Session::on(migrating());
    s.keys("<Ctrl-r>");
    let (_, again) = choice(&s, &Way::Rung("again".into()));
    assert!(again.note.contains("settle 1.2 first"), "{}", again.note);
    open_rung(&mut s, "again");
    let told = facts(&s);
    assert!(told.contains("Settle first (finish, fail or skip): 1.2 Migrate"), "{told}");
    assert!(told.contains("stopping takes 3m"), "{told}");
    s.keys("again<Enter><Ctrl-s>");
    if problem(&s).contains("one go") {
        s.keys("<Ctrl-s>");
    }
    assert!(problem(&s).contains("settle 1.2 first"), "{}", problem(&s));
    assert_eq!(s.night.state.status, RunStatus::Active);
    // Somebody settles it meanwhile: the open card says what is true then.
    let seq = s.night.ok("bo", fail("migrate"));
    let entry = s.night.logged(seq).entry.clone();
    s.send(Msg::Others(vec![entry]));
    assert!(!facts(&s).contains("Settle first"), "{}", facts(&s));
    s.keys("<Ctrl-s>");
    assert_eq!(s.night.state.status, RunStatus::RollingBack, "{}", s.screen());
}

#[test]
fn of_two_who_begin_at_once_the_second_is_told_what_to_do() {
    let mut night = failed();
    let lead = Event::RoleGranted { person: "bo".into(), role: golive::runbook::Role::Lead };
    night.ok("ana", lead);
    let mut s = Session::on(night);
    open_rung(&mut s, "again");
    s.keys("again<Enter>");
    let begun = Event::RollbackBegun { rung: "restore".into(), reason: None };
    let seq = s.night.ok("bo", begun);
    let entry = s.night.logged(seq).entry.clone();
    s.send(Msg::Others(vec![entry]));
    assert!(problem(&s).contains("end that rollback first"), "{}", problem(&s));
    s.keys("<Ctrl-s>");
    if problem(&s).contains("one go") {
        s.keys("<Ctrl-s>");
    }
    assert!(problem(&s).contains("R2 Go back to 4.1 for good is on"), "{}", problem(&s));
    assert_eq!(s.night.state.rollbacks.len(), 1);
    assert!(s.screen().contains("ROLLING BACK: R2"), "{}", s.screen());
}

#[test]
fn a_failed_step_of_a_rung_leads_to_the_next_rung() {
    let mut s = taken(failed(), "again");
    s.keys("<Enter>").wait(60);
    s.keys("f<Enter>");
    assert_eq!(s.night.status("drop"), StepStatus::Failed);
    let trouble = s.model.trouble.as_ref().unwrap();
    assert_eq!(trouble.about, About::Step("drop".into()));
    let (at, end) = choice(&s, &Way::End);
    assert!(end.note.contains("R2 Go back to 4.1 for good is proposed"), "{}", end.note);
    s.keys("!");
    for _ in 0..=at {
        s.keys("<Down>");
    }
    s.keys("<Enter>");
    assert!(matches!(card(&s).act, CardAct::RollbackEnd(_)));
    assert!(facts(&s).contains("R2 Go back to 4.1 for good is proposed next"), "{}", facts(&s));
    s.keys("f<Ctrl-s>");
    assert_eq!(s.night.state.status, RunStatus::Active, "{}", s.screen());
    assert!(s.night.state.held().is_some());
    let trouble = s.model.trouble.as_ref().unwrap();
    assert_eq!(trouble.about, About::Rung("again".into()));
    assert!(choice(&s, &Way::Rung("restore".into())).1.note.starts_with("PROPOSED"));
    assert!(s.screen().contains("ROLLBACK FAILED: Restore and migrate"), "{}", s.screen());
    let again = taken(s.night, "restore");
    assert_eq!(again.night.state.rolling_back().unwrap().rung, "restore");
}

#[test]
fn the_last_rung_failing_leaves_fixing_forward() {
    let mut s = taken(failed(), "restore");
    s.keys("<Ctrl-r>f<Ctrl-s>");
    let trouble = s.model.trouble.as_ref().unwrap();
    assert_eq!(trouble.about, About::Rung("restore".into()));
    let ways: Vec<_> = trouble.choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(ways[0], "Fix forward");
    assert_eq!(*ways.last().unwrap(), "Cancel the run");
    let said = s.night.state.held().unwrap().reason.clone().unwrap();
    assert!(said.contains("no rung left"), "{said}");
}

/// Everything up to the point of no return.
fn before_no_return() -> Session {
    let mut night = migrating();
    night.at("22:40").ok("bo", done("migrate"));
    night.ok("qa", begin("verify"));
    night.at("22:50").ok("qa", done("verify"));
    night.ok("ana", vote("go-nogo", golive::run::Vote::Go));
    night.ok("qa", vote("go-nogo", golive::run::Vote::Go));
    night.ok("ana", decide("go-nogo", golive::run::Decision::Go));
    Session::on(night)
}

#[test]
fn no_rung_is_lost_by_enter_alone() {
    let mut s = before_no_return();
    s.keys("3.1<Enter>");
    assert!(facts(&s).contains("R1 Restore and migrate once more is gone"), "{}", facts(&s));
    assert!(facts(&s).contains("after this only R2"), "{}", facts(&s));
    assert_eq!(s.night.status("reads"), StepStatus::Planned);
    s.keys("<Enter>");
    assert_eq!(s.night.status("reads"), StepStatus::Planned, "asked once more");
    s.keys("<Enter>");
    assert_eq!(s.night.status("reads"), StepStatus::Running);
    s.keys("<Enter>");
    assert_eq!(s.night.status("reads"), StepStatus::Done);
    assert!(s.screen().contains("after 3.2"), "{}", s.screen());
    s.keys("3.2<Enter>");
    assert!(facts(&s).starts_with("POINT OF NO RETURN"), "{}", facts(&s));
    s.keys("<Esc>");
    assert_eq!(s.night.status("writes"), StepStatus::Planned);
    // With the key of its own the card says the same.
    s.keys("s");
    assert!(facts(&s).contains("R2 Go back to 4.1 for good is gone"), "{}", facts(&s));
    s.keys("<Enter>");
    assert_eq!(s.night.status("writes"), StepStatus::Running, "{}", s.screen());
    s.keys("<Ctrl-r>");
    let (_, gone) = choice(&s, &Way::Rung("restore".into()));
    assert!(gone.gone && gone.note == "gone since 3.2 has started", "{}", gone.note);
}

#[test]
fn operators_and_observers_see_all_of_it_and_begin_nothing() {
    for who in ["qa", "eve"] {
        let mut s = Session::of(failed(), who, (80, 24));
        assert!(s.model.trouble.is_some(), "{who}");
        s.keys("|");
        assert!(s.screen().contains("R1 Restore and migrate once more"), "{}", s.screen());
        s.keys("|");
        open_rung(&mut s, "again");
        assert!(s.model.card.is_none(), "{who}: {}", s.screen());
        assert!(s.said().contains("lead"), "{who}: {}", s.said());
        assert!(s.appends().is_empty());
    }
}

#[test]
fn asked_for_the_panel_comes_and_goes_by_one_key() {
    let mut s = Session::on(migrating());
    s.keys("<Ctrl-r>");
    let trouble = s.model.trouble.as_ref().unwrap();
    assert_eq!((&trouble.about, trouble.cursor), (&About::Asked, None));
    s.keys("<Enter>");
    assert!(s.model.card.is_none(), "nothing is chosen beforehand");
    s.keys("<Esc>");
    assert!(s.model.trouble.is_none());
    let mut s = Session::on(Night::open(LADDER));
    s.keys("<Ctrl-r>");
    assert!(s.model.trouble.is_none());
    assert!(s.said().contains("has not started"), "{}", s.said());
}

#[test]
fn the_begin_of_a_rollback_is_corrected_after_asking_what_rests_on_it() {
    let mut s = taken(failed(), "again");
    s.keys("<Enter>");
    s.keys("u<Down><Enter>");
    assert!(problem(&s).contains("built on it"), "{}", s.screen());
    s.keys("<Enter>");
    assert_eq!(s.night.state.status, RunStatus::Active, "{}", s.screen());
    assert!(s.night.state.rollbacks.is_empty());
}

#[test]
fn a_busy_crew_does_not_make_the_end_of_a_rollback_ask_twice() {
    for yes in ["<Ctrl-s>", "<Enter>"] {
        let mut s = taken(failed(), "again");
        work(&mut s);
        s.keys("<Ctrl-r>w<Ctrl-s>");
        assert!(problem(&s).contains("Enter or Ctrl-s again"), "{}", problem(&s));
        let seq = s.night.ok("qa", note("all quiet here"));
        let entry = s.night.logged(seq).entry.clone();
        s.send(Msg::Others(vec![entry])).wait(60);
        s.keys(yes);
        assert_eq!(s.night.state.status, RunStatus::Active, "{yes}: {}", s.screen());
    }
}

#[test]
fn an_end_that_means_something_else_meanwhile_is_asked_anew() {
    let mut s = taken(failed(), "again");
    work(&mut s);
    s.keys("<Ctrl-r>w<Ctrl-s>");
    assert!(card(&s).asked);
    let at = s.night.state.rung_applies(s.night.state.rung_on().unwrap())[0];
    let step = s.night.state.plan.steps[at].id.clone();
    let event = Event::StepReopened { step, attempt: 1, reason: None };
    let seq = s.night.ok("ana", event);
    let entry = s.night.logged(seq).entry.clone();
    s.send(Msg::Others(vec![entry]));
    assert!(!card(&s).asked, "{}", facts(&s));
    assert!(problem(&s).contains("something else"), "{}", problem(&s));
}
