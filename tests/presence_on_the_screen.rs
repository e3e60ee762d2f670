//! Who is here, a roll-call and what a follower sees, at a cockpit: keys in, screen and acts out.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::effect::Effect;
use golive::cockpit::model::Cursor;
use golive::cockpit::msg::Msg;
use golive::run::{Event, Intent};
use golive::runbook::Role;
use golive::sync::session::{Condition, Place, Seen, Whereabouts};
use session::Session;
use std::sync::Arc;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

/// A run on which nothing has begun; `me` sits at a cockpit of it.
fn at_cockpit(me: &str) -> Session {
    Session::of(Night::open(LEDGER), me, (120, 40))
}

/// The same, on a bridge.
fn on_bridge(me: &str) -> Session {
    let mut s = at_cockpit(me);
    s.send(Msg::Sharing(Condition::default()));
    s
}

fn seen(s: &Session, person: &str, role: Role, step: &str, whereabouts: Whereabouts) -> Seen {
    let place = Place { step: Some(step.to_owned()), view: Some("steps".to_owned()) };
    Seen { person: person.to_owned(), role, place, at: s.night.now, whereabouts }
}

/// Somebody else records something, and it arrives here.
fn arrives(s: &mut Session, person: &str, event: Event) {
    let seq = s.night.ok(person, event);
    let entry = s.night.logged(seq).entry.clone();
    s.send(Msg::Others(vec![entry]));
}

fn places(s: &Session) -> Vec<(String, String)> {
    let told = s.effects.iter().filter_map(|effect| match effect {
        Effect::Here(place) => Some(place.clone()),
        _ => None,
    });
    let words = |place: Place| (place.step.unwrap_or_default(), place.view.unwrap_or_default());
    told.map(words).collect()
}

fn place(step: &str, view: &str) -> (String, String) {
    (step.to_owned(), view.to_owned())
}

fn bells(s: &Session) -> Vec<&str> {
    let rung = s.effects.iter().filter_map(|effect| match effect {
        Effect::Notify(text) => Some(text.as_str()),
        _ => None,
    });
    rung.collect()
}

fn cursor(s: &Session) -> &str {
    match &s.model.steps.cursor {
        Cursor::Step(id) => id,
        _ => "",
    }
}

/// Whose answers to the roll-call were recorded here, in order.
fn answers(s: &Session) -> Vec<&str> {
    let answers = s.appends().into_iter().filter(|i| i.event == Event::RollCallAnswered {});
    answers.map(|i| i.on_behalf_of.as_deref().unwrap_or(&i.person)).collect()
}

#[test]
fn a_shared_cockpit_tells_where_it_is_whenever_that_changes_and_one_alone_tells_nobody() {
    let mut alone = at_cockpit("bo");
    alone.keys("jj<F5>");
    assert_eq!(places(&alone), []);
    let mut s = on_bridge("bo");
    assert_eq!(places(&s), [place("dump", "steps")]);
    s.keys("j").wait(1).wait(60);
    s.keys("<F5>");
    let wanted = [place("dump", "steps"), place("mute", "steps"), place("mute", "log")];
    assert_eq!(places(&s), wanted, "time alone says nothing: the client beats by itself");
}

#[test]
fn the_header_counts_people_and_says_when_nobody_knows() {
    let mut s = on_bridge("bo");
    let header = |s: &Session| s.screen().lines().next().unwrap_or_default().to_owned();
    assert!(header(&s).ends_with("1 here"), "{}", header(&s));
    let here = Whereabouts::Here;
    let all = vec![
        seen(&s, "Ana Ruiz", Role::Lead, "dump", here),
        seen(&s, "ana", Role::Lead, "mute", Whereabouts::Gone),
        // My other cockpit.
        seen(&s, "bo", Role::Operator, "dump", here),
        seen(&s, "eve", Role::Observer, "dump", here),
        seen(&s, "zoe", Role::Observer, "dump", Whereabouts::Gone),
    ];
    s.send(Msg::Present(all));
    assert!(header(&s).ends_with("3 here"), "{}", header(&s));
    s.keys("<F7>");
    let screen = s.screen();
    let row = |name: &str| {
        let mut rows = screen.lines().filter(|line| line.contains(name));
        let row = rows.next().unwrap_or_default().to_owned();
        assert_eq!(rows.next(), None, "{name} once");
        row
    };
    assert!(row("Ana Ruiz").contains("here on 1.1"), "a name is its person");
    assert!(row("eve").contains("observer"), "as the hub says");
    assert!(row("zoe").contains("last seen"));
    let offline = Condition { offline_since: Some(1_795_900_000_000), ..Condition::default() };
    s.send(Msg::Sharing(offline));
    assert!(header(&s).ends_with("who is here: unknown"), "{}", header(&s));
}

#[test]
fn the_dot_goes_where_the_lead_is_and_nothing_else_does() {
    let mut s = on_bridge("qa");
    let lead = seen(&s, "ana", Role::Lead, "migrate", Whereabouts::Here);
    s.send(Msg::Present(vec![lead]));
    assert_eq!(cursor(&s), "dump", "never forced");
    s.keys(".");
    assert_eq!(cursor(&s), "migrate");
    let moved = seen(&s, "ana", Role::Lead, "verify", Whereabouts::Here);
    s.send(Msg::Present(vec![moved]));
    assert_eq!(cursor(&s), "migrate", "nor afterwards");
    assert!(s.appends().is_empty());
}

#[test]
fn where_nobody_knows_where_the_lead_is_the_dot_says_so() {
    let mut s = at_cockpit("qa");
    s.keys(".");
    assert!(s.said().ends_with("this run is on this machine only"), "{}", s.said());
    let mut s = on_bridge("qa");
    s.keys(".");
    assert!(s.said().ends_with("no lead is here"), "{}", s.said());
    let gone = seen(&s, "ana", Role::Lead, "dump", Whereabouts::Gone);
    s.send(Msg::Present(vec![gone])).keys(".");
    assert!(s.said().ends_with("Ana Ruiz is not here now"), "{}", s.said());
    let elsewhere = seen(&s, "ana", Role::Lead, "of-a-newer-plan", Whereabouts::Here);
    s.send(Msg::Present(vec![elsewhere])).keys(".");
    assert!(s.said().ends_with("a step that is not here yet"), "{}", s.said());
    let offline = Condition { offline_since: Some(1_795_900_000_000), ..Condition::default() };
    s.send(Msg::Sharing(offline)).keys(".");
    assert!(s.said().ends_with("the hub is not reached"), "{}", s.said());
    assert_eq!(cursor(&s), "dump");
}

#[test]
fn for_the_lead_the_dot_goes_to_the_next_ready_step_as_the_comma_does_for_everybody() {
    for (me, key) in [("ana", "."), ("ana", ","), ("bo", ",")] {
        let mut s = on_bridge(me);
        s.keys("j");
        assert_eq!(cursor(&s), "mute");
        s.keys(key);
        assert_eq!(cursor(&s), "dump", "{me} {key}: the only one that is ready");
    }
}

#[test]
fn one_key_answers_a_roll_call_and_a_second_press_says_so() {
    let mut s = on_bridge("qa");
    s.keys("<Ctrl-y>");
    assert_eq!(s.said(), "no roll-call is open");
    arrives(&mut s, "ana", Event::RollCallOpened {});
    assert!(s.screen().contains("Roll-call by Ana Ruiz at"), "{}", s.screen());
    assert!(s.screen().contains("press Ctrl-y to say that you are here"));
    s.keys("<Ctrl-y>");
    assert_eq!(answers(&s), ["qa"]);
    assert!(!s.screen().contains("press Ctrl-y"), "{}", s.screen());
    s.keys("<Ctrl-y>");
    assert_eq!((answers(&s).len(), s.said()), (1, "you have answered this roll-call"));
    // The next one asks again.
    arrives(&mut s, "ana", Event::RollCallOpened {});
    s.keys("<Ctrl-y>");
    assert_eq!(answers(&s), ["qa", "qa"]);
}

#[test]
fn it_answers_also_in_the_middle_of_a_note_and_leaves_the_note_alone() {
    let mut s = on_bridge("qa");
    s.keys("n").keys("counts look");
    arrives(&mut s, "ana", Event::RollCallOpened {});
    s.keys("<Ctrl-y>").keys(" good<Ctrl-s>");
    assert_eq!(answers(&s), ["qa"]);
    let note = s.appends().into_iter().find_map(|intent| match &intent.event {
        Event::NoteAdded { text, .. } => Some(text.clone()),
        _ => None,
    });
    assert_eq!(note.as_deref(), Some("counts look good"));
}

#[test]
fn what_is_typed_or_pasted_never_answers() {
    let mut s = on_bridge("qa");
    arrives(&mut s, "ana", Event::RollCallOpened {});
    // A paste into a terminal without bracketed paste.
    for key in session::parse("yes\u{19}<Ctrl-y>here<Ctrl-y>") {
        s.key(key, 2);
    }
    s.calm();
    s.send(Msg::Paste("J\n\u{19}".to_owned()));
    assert!(answers(&s).is_empty());
    s.keys("<Esc><Esc>");
    // A letter opens a card, and by itself answers nothing.
    s.keys("J");
    assert!(s.model.card.is_some() && answers(&s).is_empty());
    s.keys("<Esc>");
    s.model.greeting = true;
    s.keys("<Ctrl-y>");
    assert!(answers(&s).is_empty(), "nobody acts before having read which run");
}

#[test]
fn enter_keeps_its_usual_act_while_a_roll_call_is_open() {
    let mut s = on_bridge("bo");
    arrives(&mut s, "ana", Event::RollCallOpened {});
    s.keys("<Enter>");
    assert!(answers(&s).is_empty());
    let started = s.appends().into_iter().any(|i| matches!(i.event, Event::StepStarted { .. }));
    assert!(started);
}

#[test]
fn the_lead_sees_who_is_missing_and_how_to_reach_them_and_ticks_off_who_answers_by_voice() {
    // No hub at all.
    let mut s = at_cockpit("ana");
    s.keys("Y<Enter>");
    let banner = "1 of 3 are here; missing Bo Lindqvist (+44 20 7946";
    assert!(s.screen().contains(banner), "{}", s.screen());
    assert!(s.screen().contains("0018), Quim Abreu (ext 4412) · F7 lists them"), "{}", s.screen());
    s.keys("<F7><Down>");
    assert!(s.screen().contains("NOT ANSWERED"), "{}", s.screen());
    s.keys("<Enter>");
    assert_eq!(answers(&s), ["bo"]);
    // Held down, it ticks nobody a second time.
    for key in session::parse("<Down><Enter><Enter>") {
        s.key(key, 100);
    }
    s.calm();
    assert_eq!(answers(&s), ["bo"], "too soon behind the last");
    s.keys("<Enter>");
    assert_eq!(answers(&s), ["bo", "qa"]);
    assert!(s.model.toasts.iter().any(|toast| toast.text == "roll-call: all 3 are here"));
    assert!(!s.screen().contains("missing"), "{}", s.screen());
    let answered = s.night.state.people["qa"].present.as_ref().expect("an answer");
    assert_eq!(&*answered.person, "qa");
}

#[test]
fn nobody_but_the_lead_ticks_others_off_with_enter_but_the_card_takes_it_from_operators() {
    let mut s = on_bridge("bo");
    arrives(&mut s, "ana", Event::RollCallOpened {});
    s.keys("<F7><Down><Down><Enter>");
    assert_eq!(s.said(), "the lead ticks off who answers on the call");
    s.keys("<Up><Enter>");
    assert_eq!(answers(&s), ["bo"], "for oneself it is the answer");
    s.keys("<Down>t<Enter>");
    assert_eq!(answers(&s), ["bo", "qa"]);
}

#[test]
fn a_substitute_answers_in_place_of_whom_they_stand_in_for() {
    let mut s = on_bridge("ana");
    let event = Event::SubstituteActive { person: "qa".into(), substitute: "eve".into() };
    s.night.ok("ana", event.clone());
    let seq = s.night.state.last_seq();
    let entry = s.night.logged(seq).entry.clone();
    s.send(Msg::Others(vec![entry]));
    s.keys("Y<Enter>");
    let on = s.model.roll_call.as_ref().expect("a roll-call");
    assert_eq!(on.missing, ["bo", "eve"]);
    arrives(&mut s, "eve", Event::RollCallAnswered {});
    arrives(&mut s, "bo", Event::RollCallAnswered {});
    assert!(s.model.roll_call.as_ref().is_some_and(|on| on.missing.is_empty()));
}

#[test]
fn a_roll_call_of_earlier_asks_nobody_any_more() {
    let mut s = on_bridge("qa");
    arrives(&mut s, "ana", Event::RollCallOpened {});
    s.wait(14 * 60);
    assert!(s.screen().contains("Roll-call by"));
    s.wait(60);
    assert!(!s.screen().contains("Roll-call by"));
    let later = Session::of(s.night, "bo", (80, 24));
    assert_eq!(later.model.roll_call, None, "nor in a cockpit that is opened later");
}

#[test]
fn who_follows_reads_what_is_theirs_next_by_name_or_by_team_and_the_soonest_first() {
    let third = |s: &Session| s.screen().lines().nth(2).unwrap_or_default().to_owned();
    let s = on_bridge("bo");
    assert!(third(&s).contains("Yours now: 1.1"), "{}", third(&s));
    let s = on_bridge("qa");
    assert!(third(&s).contains("Yours next: 1.2, about 22:20"), "{}", third(&s));
    let mut night = Night::open(LEDGER);
    for step in ["dump", "mute", "banner"] {
        night.ok("ana", begin(step));
        night.ok("ana", done(step));
    }
    night.ok("bo", begin("freeze"));
    let s = Session::of(night, "qa", (120, 40));
    assert!(third(&s).contains("Yours next: 2.3, about "), "{}", third(&s));
    let text = LEDGER.replace(r#"alerts", owner = "qa""#, r#"alerts", team = "Quality""#);
    assert_ne!(text, LEDGER);
    let s = Session::of(Night::open(&text), "qa", (120, 40));
    assert!(third(&s).contains("Yours next: 1.2, about 22:20"), "{}", third(&s));
}

#[test]
fn the_bell_rings_once_for_one_entry_and_not_for_what_was_there_before() {
    let mut night = Night::open(LEDGER);
    let before = night.ok("ana", note("@qa are you there?"));
    let late = night.logged(before).entry.clone();
    night.at("22:10");
    let mut s = Session::of(night, "qa", (120, 40));
    s.send(Msg::Sharing(Condition::default()));
    // The hub brings what was recorded before this cockpit was opened.
    s.send(Msg::Others(vec![late]));
    assert_eq!(bells(&s), [""; 0]);
    let call = s.night.ok("ana", Event::RollCallOpened {});
    let wrote = s.night.ok("ana", note("@qa please look"));
    let news: Vec<_> = [call, wrote].map(|seq| s.night.logged(seq).entry.clone()).into();
    s.send(Msg::Others(news.clone()));
    let wanted = ["Ana Ruiz asks who is there", "@you from Ana Ruiz: @qa please look"];
    assert_eq!(bells(&s), wanted);
    // The same entries again, in the hub's order.
    s.send(Msg::Reordered { state: Box::new(s.night.state.clone()), news });
    s.wait(1).wait(60);
    assert_eq!(bells(&s), wanted);
}

#[test]
fn people_who_only_look_on_can_be_called_and_ticked_off_as_well() {
    let mut s = on_bridge("ana");
    let eve = seen(&s, "eve", Role::Observer, "dump", Whereabouts::Here);
    s.send(Msg::Present(vec![eve])).keys("Y<Enter><F7><End><Enter>");
    assert_eq!(answers(&s), ["eve"]);
}

#[test]
fn a_name_from_the_wire_is_shown_and_never_obeyed() {
    let mut s = on_bridge("ana");
    let evil = "\u{1b}[2J\u{7}eve\u{202e}";
    let mut seen = seen(&s, evil, Role::Operator, "dump", Whereabouts::Here);
    seen.place.view = Some(evil.to_owned());
    s.send(Msg::Present(vec![seen]));
    for keys in ["<F3>", "<F7>", "Y<Enter>"] {
        s.keys(keys);
        let screen = s.screen();
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!screen.chars().any(obeyed), "{keys}: {screen:?}");
        assert!(screen.contains("eve"), "{keys}: {screen}");
    }
}

#[test]
fn an_answer_that_the_ledger_refuses_is_said() {
    let mut s = on_bridge("qa");
    arrives(&mut s, "ana", Event::RollCallOpened {});
    // Somebody has ticked qa off, and that has not arrived here yet.
    let intent = Intent::new("ana", Event::RollCallAnswered {});
    let intent = Intent { on_behalf_of: Some("qa".to_owned()), ..intent };
    let seq = s.night.force(intent);
    let entry: Arc<_> = s.night.logged(seq).entry.clone();
    s.keys("<Ctrl-y>");
    assert!(s.said().starts_with("not recorded"), "{}", s.said());
    s.send(Msg::Others(vec![entry]));
    assert!(!s.screen().contains("press Ctrl-y"));
}
