//! What keys do in the cockpit: moving, acting, correcting; and what they never do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::card::CardAct;
use golive::cockpit::model::{About, Cursor, View};
use golive::run::{Event, Mend, StepStatus};
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

fn started() -> Session {
    Session::on(Night::open(LEDGER))
}

/// Half past ten: prepared; freezing may begin.
fn prepared() -> Session {
    let mut night = Night::open(LEDGER);
    for step in ["dump", "mute", "banner"] {
        night.ok("ana", begin(step));
        night.ok("ana", done(step));
    }
    night.at("22:30");
    Session::on(night)
}

fn on(session: &Session) -> &str {
    match &session.model.steps.cursor {
        Cursor::Step(id) | Cursor::Phase(id) | Cursor::Rung(id) => id,
        Cursor::Nowhere => "",
    }
}

#[test]
fn enter_does_the_usual_next_thing_without_a_card() {
    let mut s = started();
    s.keys("<Enter>");
    assert_eq!(s.night.status("dump"), StepStatus::Running);
    assert!(s.model.card.is_none());
    s.keys("<Enter>");
    assert_eq!(s.night.status("dump"), StepStatus::Done);
    assert_eq!(s.said(), "completed 1.1 Dump the ledger schema");
}

#[test]
fn enter_held_down_acts_once() {
    let mut s = started();
    s.pace = 30;
    s.keys("<Enter><Enter><Enter><Enter><Enter>");
    assert_eq!(s.appends().len(), 1);
}

#[test]
fn enter_asks_where_something_is_owed_or_dangerous() {
    let mut s = prepared();
    s.keys("<Enter><Enter>j");
    assert_eq!(on(&s), "migrate");
    s.keys("<Enter>");
    assert!(matches!(&s.model.card.as_ref().unwrap().act, CardAct::Start(id) if id == "migrate"));
    s.keys("2.1<Enter>");
    assert!(s.model.card.as_ref().unwrap().problem.is_some(), "another step's number");
    s.keys("<Ctrl-u>2.2<Enter><Enter>");
    assert_eq!(s.night.status("migrate"), StepStatus::Running);
    s.keys("<Enter>");
    let card = s.model.card.as_ref().unwrap();
    assert!(matches!(&card.act, CardAct::Complete(_)), "items, a value and evidence are owed");
}

#[test]
fn moving_changes_nothing_at_any_speed() {
    let mut s = started();
    s.pace = 5;
    s.keys("jjjjjkkkjjjj<PageDown><PageUp>gG<Home><End>jjjkkk");
    assert!(s.appends().is_empty() && s.model.card.is_none() && s.model.offer.is_none());
}

#[test]
fn a_number_goes_to_its_step_and_enter_acts_on_it() {
    let mut s = prepared();
    s.pace = 200;
    s.keys("2.3");
    assert_eq!(on(&s), "verify");
    s.keys("<Enter>");
    assert!(s.appends().is_empty(), "it waits");
    s.keys("1.2");
    assert_eq!(on(&s), "mute", "a folded phase is unfolded");
    s.wait(2).key("Esc".parse().unwrap(), 2_000).keys("2.1<Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Running);
}

#[test]
fn enter_right_behind_a_movement_acts_but_not_at_an_inhuman_speed() {
    for keys in ["jk", "<Down><Up>", ".", "1.1", "jjkk", "j1.1"] {
        for pace in [30, 60, 90, 300] {
            let mut s = started();
            s.pace = pace;
            s.keys(keys).keys("<Enter>");
            assert_eq!(s.night.status("dump"), StepStatus::Running, "{keys} at {pace} ms");
        }
    }
    let mut s = started();
    s.keys("2.1");
    s.pace = 10;
    s.keys("1.1<Enter>");
    assert_eq!(s.night.status("dump"), StepStatus::Planned);
}

#[test]
fn a_number_typed_in_a_burst_is_a_jump() {
    let mut s = prepared();
    s.pace = 30;
    s.keys("2.3");
    assert_eq!(on(&s), "verify");
    assert!(s.model.offer.is_none());
}

#[test]
fn enter_on_a_settled_step_goes_to_the_next_ready_one() {
    let mut s = prepared();
    s.keys("1.1");
    assert!(s.screen().contains("Enter next: 2.1"), "{}", s.screen());
    s.keys("<Enter>");
    assert_eq!(on(&s), "freeze");
    assert!(s.appends().is_empty());
    s.pace = 30;
    s.keys("<Enter>");
    assert!(s.appends().is_empty(), "held down it does not act on where it has led");
    s.pace = 1_200;
    s.keys("<Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Running);
}

#[test]
fn a_live_run_started_long_before_its_window_asks_once() {
    let text = LEDGER.replace("2026-11-28T22:00:00Z", "2026-11-29T00:00:00Z");
    let mut s = Session::on(Night::open(&text));
    s.keys("<Enter>");
    assert_eq!(s.said(), "the window opens in 2h: Enter again starts the live run now");
    assert!(s.appends().is_empty());
    s.keys("<Enter>");
    assert_eq!(s.night.status("dump"), StepStatus::Running);
}

#[test]
fn a_text_typed_behind_palette_and_finder_is_theirs_at_any_speed() {
    for pace in [5, 60, 300] {
        let mut s = prepared();
        s.pace = pace;
        s.keys("/verify");
        assert_eq!(s.model.find.as_ref().unwrap().line.text, "verify");
        s.pace = 1_200;
        s.keys("<Esc>");
        s.pace = pace;
        s.keys(":roll");
        let palette = s.model.palette.as_ref().unwrap();
        assert_eq!(palette.hits.first(), Some(&golive::cockpit::action::Action::Rollback));
        assert!(s.model.offer.is_none());
    }
}

#[test]
fn a_key_that_another_pane_shadows_is_a_problem() {
    use golive::cockpit::keymap::Keymap;
    let problems = Keymap::with(&[("quit".into(), vec!["x".into()])]).unwrap_err();
    assert!(problems.iter().any(|p| p.contains("step-skip") && p.contains("quit")), "{problems:?}");
    let fine = Keymap::with(&[("note-remove".into(), vec!["s".into()])]);
    assert!(fine.is_ok(), "two panes never hear the same key press");
}

#[test]
fn every_letter_opens_at_most_a_card() {
    for c in ('a'..='z').chain('A'..='Z').chain("!-.,;:?/".chars()) {
        let mut s = prepared();
        s.keys("<Enter>");
        let before = s.appends().len();
        s.keys(&c.to_string());
        assert_eq!(s.appends().len(), before, "{c} records nothing");
    }
}

#[test]
fn f_and_enter_record_the_time_and_the_reason_may_follow() {
    let mut s = prepared();
    s.keys("<Enter>f<Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Failed);
    let trouble = s.model.trouble.as_ref().unwrap();
    assert_eq!((&trouble.about, trouble.cursor), (&About::Step("freeze".into()), None));
    s.keys("w");
    s.keys("the lock was held<Enter><Enter>");
    let ix = s.night.ix("freeze");
    assert_eq!(s.night.state.steps[ix].now.reason.as_deref(), Some("the lock was held"));
    s.keys("!<Down><Enter><Enter><Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Planned, "attempt 2");
}

#[test]
fn anything_typed_behind_f_is_text() {
    let mut s = prepared();
    s.keys("<Enter>ffdisk broke<Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Running, "one Enter behind a text is no yes");
    s.keys("<Enter>");
    let ix = s.night.ix("freeze");
    assert_eq!(s.night.state.steps[ix].now.reason.as_deref(), Some("fdisk broke"));
}

#[test]
fn u_and_enter_mend_the_last_act_and_leave_no_deviation() {
    let mut s = prepared();
    s.keys("<Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Running);
    s.keys("u<Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Planned);
    assert!(s.night.state.deviations.is_empty());
}

#[test]
fn a_mistyped_finish_gets_its_time() {
    let mut s = prepared();
    s.keys("<Enter>");
    s.wait(19 * 60);
    s.keys("<Enter>");
    s.keys("ut22:44<Enter><Enter>");
    let ix = s.night.ix("freeze");
    let ended = s.night.state.steps[ix].now.ended.as_ref().unwrap().at;
    assert_eq!(ended, clock("22:44"));
    let last = &s.appends().last().unwrap().event;
    assert!(matches!(last, Event::Correction { mend: Mend::Time { .. }, .. }));
    assert!(s.night.state.deviations.is_empty());
}

#[test]
fn what_others_built_on_is_asked_about_first() {
    let mut s = prepared();
    s.keys("<Enter><Enter>");
    s.night.ok("bo", begin("migrate"));
    let entry = s.night.state.log.last().unwrap().entry.clone();
    s.send(golive::cockpit::msg::Msg::Others(vec![entry]));
    s.keys("u<Enter>");
    let problem = s.model.card.as_ref().unwrap().problem.clone().unwrap();
    assert!(problem.contains("migrate") || problem.contains("Migrate"), "{problem}");
    s.keys("<Enter>");
    assert_eq!(s.night.status("freeze"), StepStatus::Running);
}

#[test]
fn not_now_can_be_overridden_by_a_lead_with_a_reason() {
    let mut s = prepared();
    s.keys("2.3s");
    let card = s.model.card.as_ref().unwrap();
    assert!(card.facts[0].text.starts_with("Not now"), "{:?}", card.facts);
    s.keys("<Enter>");
    assert!(s.appends().is_empty());
    assert!(!s.screen().contains("Override because"), "only when a lead asks for it");
    s.keys("<Ctrl-o>the counts are known<Enter><Enter>");
    assert_eq!(s.night.status("verify"), StepStatus::Running);
    assert_eq!(s.night.state.deviations.len(), 1);
}

#[test]
fn a_note_is_written_and_a_half_written_one_is_kept() {
    let mut s = prepared();
    s.keys("nall quiet<Enter>really<Esc>");
    assert!(s.night.state.notes.is_empty());
    assert_eq!(s.model.drafts, [("note".to_owned(), "all quiet\nreally".to_owned())]);
    s.keys("n!<Ctrl-s>");
    assert_eq!(s.night.state.notes[0].text, "all quiet\nreally!");
    assert_eq!(s.night.state.notes[0].step.as_deref(), Some("freeze"));
    assert!(s.model.drafts.is_empty());
}

#[test]
fn a_failed_write_keeps_the_act_on_screen_until_there_is_room() {
    let mut s = prepared();
    s.full = true;
    s.keys("<Enter>");
    assert_eq!(s.model.unsaved.len(), 1);
    s.wait(300);
    s.keys("jx");
    assert_eq!(s.model.unsaved.len(), 1, "nothing else goes on before it is answered");
    s.keys("g");
    assert_eq!(s.model.unsaved.len(), 1, "one letter gives nothing up");
    s.full = false;
    s.keys("r");
    assert!(s.model.unsaved.is_empty());
    let ix = s.night.ix("freeze");
    let started = s.night.state.steps[ix].now.started.as_ref().unwrap().at;
    assert_eq!(started, clock("22:30"), "it happened when it was done, not when it was written");
}

#[test]
fn the_cursor_sticks_to_its_step_while_others_act() {
    let mut s = prepared();
    s.keys("F<Down><Enter><Enter>");
    assert_eq!(s.model.steps.show.word(), "open");
    assert_eq!(on(&s), "freeze");
    for event in [begin("freeze"), done("freeze")] {
        let seq = s.night.ok("bo", event);
        let entry = s.night.logged(seq).entry.clone();
        s.send(golive::cockpit::msg::Msg::Others(vec![entry]));
    }
    assert_eq!(on(&s), "freeze", "done, and still under the cursor although no longer open");
    s.keys("<Enter>");
    assert!(s.appends().is_empty(), "Enter never hits the step that moved up");
}

#[test]
fn tab_goes_through_all_panes_and_esc_back() {
    let mut s = started();
    let round = View::CYCLE[1..].iter().chain([&View::Steps]);
    for &view in round {
        s.keys("<Tab>");
        assert_eq!(s.model.view, view);
    }
    s.keys("L<Esc>");
    assert_eq!(s.model.view, View::Steps);
}

#[test]
fn find_goes_to_a_step_and_does_no_more() {
    let mut s = prepared();
    s.keys("/verco<Enter>");
    assert_eq!(on(&s), "verify");
    assert!(s.appends().is_empty() && s.model.find.is_none());
}

#[test]
fn the_palette_opens_a_card_and_does_no_more() {
    let mut s = prepared();
    s.keys(":run-hold<Enter>");
    assert!(matches!(s.model.card.as_ref().unwrap().act, CardAct::Hold));
    assert!(s.appends().is_empty());
}

#[test]
fn a_session_replayed_ends_the_same() {
    let mut s = prepared();
    s.keys("<Enter>j2.1f<Enter>w").keys("why not<Enter><Enter>nnote<Ctrl-s>L/ver<Enter>u");
    s.wait(61).send(golive::cockpit::msg::Msg::Resize(120, 40));
    let mut again = prepared();
    let msgs = s.msgs.clone();
    let effects = msgs.into_iter().flat_map(|msg| golive::cockpit::update(&mut again.model, msg));
    let (draws, effects): (Vec<_>, Vec<_>) =
        effects.partition(|effect| matches!(effect, golive::cockpit::effect::Effect::Chance(_)));
    assert!(effects == s.effects, "the same effects, in the same order");
    assert_eq!(draws.len(), s.draws.len(), "the same draws");
    assert!(again.model.run == s.model.run, "the same run");
    assert_eq!(format!("{:?}", again.model.card), format!("{:?}", s.model.card));
    assert_eq!(again.model.steps.rows, s.model.steps.rows);
    assert_eq!(again.model.typing, s.model.typing);
    assert_eq!(again.screen(), s.screen());
}

#[test]
fn the_bell_rings_once_for_what_is_mine() {
    use golive::cockpit::effect::Effect;
    let mut night = Night::open(LEDGER);
    for step in ["dump", "mute", "banner"] {
        night.ok("ana", begin(step));
        night.ok("ana", done(step));
    }
    night.at("22:30").ok("bo", begin("freeze"));
    let mut s = Session::of(night, "bo", (80, 24));
    let rung = |s: &Session| -> Vec<String> {
        let texts = s.effects.iter().filter_map(|effect| match effect {
            Effect::Notify(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    };
    s.wait(60);
    assert_eq!(rung(&s), Vec::<String>::new());
    s.wait(360).wait(1);
    assert_eq!(rung(&s), ["takes longer than planned: 2.1 Freeze writes"]);
    for event in [done("freeze"), note("@bo well done")] {
        let seq = s.night.ok("ana", event);
        let entry = s.night.logged(seq).entry.clone();
        s.send(golive::cockpit::msg::Msg::Others(vec![entry])).wait(1);
    }
    let yours = "yours now: 2.2 Migrate the ledger schema";
    assert_eq!(rung(&s)[1..], [yours, "@you from Ana Ruiz: @bo well done"]);
}

#[test]
fn what_happened_since_you_left_is_what_came_in_a_longer_silence() {
    let mut s = prepared();
    s.keys("j");
    let left = s.night.state.last_seq();
    for minute in 0..5 {
        s.wait(60);
        let seq = s.night.ok("bo", note(&format!("minute {minute}")));
        let entry = s.night.logged(seq).entry.clone();
        s.send(golive::cockpit::msg::Msg::Others(vec![entry]));
    }
    s.keys("kLF<Tab><Down><Down><Ctrl-s>");
    assert_eq!(s.model.seen_seq, left);
    assert_eq!(s.model.log.rows.len(), 5);
}

#[test]
fn a_run_that_is_over_draws_once_a_minute() {
    let mut s = prepared();
    s.keys("X<Enter><Enter>").wait(30);
    s.model.dirty = false;
    s.wait(1);
    assert!(!s.model.dirty);
    s.wait(60);
    assert!(s.model.dirty);
}
