//! What others write into the notes: it appears while one writes or reads, moves nothing, is new
//! until it has been seen, also after a restart, and calls whom it names.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::effect::Effect;
use golive::cockpit::model::{Model, Seen};
use golive::cockpit::msg::Msg;
use golive::run::{Event, Intent, NoteKind, mention};
use golive::runbook::Role;
use session::Session;
use support::Night;

const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
[people.ana]
name = "Ana Ruiz"
role = "lead"
team = "Release"
[people.bo]
name = "Bo Lindqvist"
team = "Database"
[people.bonnie]
name = "Bonnie Dee"
team = "Database"
[people.qa]
name = "Quinn Ames"
[[phases]]
title = "Cutover"
flow = "parallel"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "bo", duration = "25m" },
]
"#;

fn note(text: &str) -> Event {
    note_about(text, None)
}

fn note_about(text: &str, step: Option<&str>) -> Event {
    Event::NoteAdded {
        text: text.to_owned(),
        kind: NoteKind::Note,
        step: step.map(str::to_owned),
        public: false,
        owner: None,
        due: None,
    }
}

/// Somebody else writes, and it arrives.
fn others(s: &mut Session, person: &str, event: Event) {
    let seq = s.night.force(Intent::new(person, event));
    let entry = s.night.logged(seq).entry.clone();
    s.send(Msg::Others(vec![entry]));
}

fn of(me: &str, size: (u16, u16)) -> Session {
    Session::of(Night::open(PLAN), me, size)
}

fn under_cursor(s: &Session) -> String {
    let id = s.model.notes.cursor.as_ref();
    let note = s.model.run.notes.iter().find(|note| Some(&note.id) == id);
    note.map(|note| note.text.clone()).unwrap_or_default()
}

fn notified(s: &Session) -> Vec<&str> {
    let texts = s.effects.iter().filter_map(|effect| match effect {
        Effect::Notify(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn what_others_write_moves_neither_cursor_nor_scroll_of_whoever_reads() {
    let mut s = of("ana", (80, 24));
    for n in 0..40 {
        others(&mut s, "bo", note(&format!("note {n}")));
    }
    s.keys("N<End>");
    assert_eq!(under_cursor(&s), "note 39");
    let top = s.model.notes.place.top;
    others(&mut s, "bo", note("the newest"));
    assert_eq!(under_cursor(&s), "note 39", "also at the end");
    assert_eq!(s.model.notes.place.top, top);
    s.keys("<PageUp><PageUp>");
    let (under, top) = (under_cursor(&s), s.model.notes.place.top);
    others(&mut s, "qa", note("one more"));
    assert_eq!((under_cursor(&s), s.model.notes.place.top), (under, top));
}

/// The hub may put what others wrote before what is shown already.
#[test]
fn a_note_that_comes_before_others_shifts_no_line_that_is_being_read() {
    let mut s = of("ana", (80, 24));
    for n in 0..40 {
        others(&mut s, "bo", note(&format!("note {n}")));
    }
    s.keys("N<End><PageUp>");
    let shown =
        |s: &Session| s.screen().lines().skip(4).take(10).map(str::to_owned).collect::<Vec<_>>();
    let (under, lines) = (under_cursor(&s), shown(&s));
    let mut before = Night::open(PLAN);
    before.force(Intent::new("qa", note("earlier in the hub's order")));
    for n in 0..40 {
        before.force(Intent::new("bo", note(&format!("note {n}"))));
    }
    // The same notes keep their names.
    let mut state = before.state.clone();
    for (at, note) in state.notes.iter_mut().enumerate().skip(1) {
        note.id = s.model.run.notes[at - 1].id.clone();
    }
    s.send(Msg::Reordered { state: Box::new(state), news: Vec::new() });
    assert_eq!(under_cursor(&s), under);
    assert_eq!(shown(&s), lines);
}

#[test]
fn what_others_write_appears_while_one_writes_and_does_not_move_the_cursor() {
    let mut s = of("ana", (80, 24));
    s.keys("nreplica is ");
    others(&mut s, "bo", note("lag is at 4 s"));
    assert!(s.screen().contains("Bo Lindqvist writes: lag is at 4 s"), "{}", s.screen());
    s.keys("slow<Ctrl-s>");
    assert_eq!(s.model.run.notes.last().unwrap().text, "replica is slow");
    // The same with the notes in front: it is the list that shows it.
    let mut s = of("ana", (80, 24));
    for n in 0..30 {
        others(&mut s, "bo", note(&format!("note {n}")));
    }
    s.keys("N<End>nreplica is ");
    others(&mut s, "bo", note("the newest of all"));
    assert!(s.screen().contains("the newest of all"), "{}", s.screen());
    s.keys("slow<Ctrl-s>");
    assert_eq!(s.model.run.notes.last().unwrap().text, "replica is slow");
    assert_eq!(under_cursor(&s), "replica is slow", "what one wrote oneself is gone to");
}

#[test]
fn what_is_new_is_counted_until_the_pane_is_looked_at_and_marked_until_it_is_left() {
    let mut s = of("ana", (80, 24));
    others(&mut s, "bo", note("one"));
    others(&mut s, "qa", note("two"));
    others(&mut s, "ana", note("my own, from the shell"));
    assert!(s.screen().contains("F6 2 new notes"), "{}", s.screen());
    s.keys("N");
    assert!(s.model.notes.unread.notes.is_empty());
    assert!(s.screen().contains("Notes · 2 new"), "{}", s.screen());
    assert_eq!(s.screen().matches('•').count(), 2, "{}", s.screen());
    // What comes while nobody is at the keyboard is new until somebody is.
    others(&mut s, "bo", note("three"));
    assert_eq!(s.model.notes.unread.notes.len(), 1);
    s.keys("k");
    assert!(s.model.notes.unread.notes.is_empty());
    s.keys("<Esc>");
    assert!(!s.screen().contains("new note"), "{}", s.screen());
    s.keys("N");
    assert!(!s.screen().contains('•'), "{}", s.screen());
}

#[test]
fn an_edit_and_a_close_by_others_are_new_too() {
    let mut s = of("ana", (80, 24));
    others(&mut s, "bo", note("one"));
    s.keys("N<Esc>");
    let id = s.model.run.notes[0].id.clone();
    let (kind, public) = (NoteKind::Issue, false);
    let edited = Event::NoteEdited {
        note: id.clone(),
        text: "one, mended".to_owned(),
        kind,
        public,
        owner: None,
        due: None,
    };
    others(&mut s, "bo", edited);
    assert_eq!(s.model.notes.unread.notes.len(), 1);
    s.keys("N<Esc>");
    others(&mut s, "bo", Event::NoteClosed { note: id, reason: None });
    assert_eq!(s.model.notes.unread.notes.len(), 1);
    s.keys("N<Esc>");
    assert!(s.model.notes.unread.notes.is_empty());
}

#[test]
fn a_filter_that_hides_what_is_new_leaves_it_new() {
    let mut s = of("ana", (80, 24));
    others(&mut s, "bo", note_about("about the other", Some("migrate")));
    // Only notes about the step under the cursor, 1.1.
    s.keys("N<Esc>Nt<Esc>");
    assert!(s.model.notes.unread.notes.is_empty());
    others(&mut s, "bo", note_about("hidden", Some("migrate")));
    s.keys("<Tab><Tab><Tab><Tab><Tab>");
    assert_eq!(s.model.view, golive::cockpit::model::View::Notes);
    assert_eq!(s.model.notes.unread.notes.len(), 1, "it was not listed");
    s.keys("<Esc>");
    // The key of the notes goes to what is new, whatever was filtered.
    s.keys("N");
    assert_eq!(under_cursor(&s), "hidden");
    assert!(s.model.notes.unread.notes.is_empty());
}

#[test]
fn what_was_read_stays_read_after_a_restart_and_for_that_person_alone() {
    let mut s = of("ana", (80, 24));
    others(&mut s, "bo", note("read"));
    s.keys("N<Esc>");
    others(&mut s, "bo", note("not read"));
    let kept: Vec<(String, String)> = s
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::SaveDraft { key, text } => Some((key.clone(), text.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(s.appends().is_empty(), "it is never an entry");
    let again = |me: &str| {
        let mut again = Session::of(s.night.clone(), me, (80, 24));
        again.send(Msg::Drafts(kept.clone()));
        assert!(again.model.drafts.is_empty(), "a mark is no draft");
        again
    };
    assert_eq!(again("ana").model.notes.unread.notes.len(), 1);
    assert_eq!(again("qa").model.notes.unread.notes.len(), 2);
    assert!(notified(&again("ana")).is_empty(), "opening a ledger rings for nothing");
}

#[test]
fn a_mark_that_cannot_be_read_forgets_only_what_it_cannot_read() {
    let text = "r1 4\nnonsense\nr2 x\nr1 2 unread\n";
    let seen = Seen::from_text(text);
    assert_eq!(seen.to_text(), "r1 4\nr1 2 unread\n");
    let id = |index| golive::run::EntryId { replica: "r1".to_owned(), index };
    assert!(seen.has(&id(1)) && !seen.has(&id(2)) && seen.has(&id(4)) && !seen.has(&id(5)));
}

#[test]
fn a_name_calls_its_person_once_in_words_and_with_the_bell_and_a_key_leads_there() {
    let mut s = of("bo", (80, 24));
    others(&mut s, "ana", note("nothing for anybody"));
    others(&mut s, "ana", note("@bo how far are you?"));
    assert_eq!(s.said(), "@you from Ana Ruiz: @bo how far are you? (F6 shows it)");
    assert_eq!(notified(&s), ["@you from Ana Ruiz: @bo how far are you?"]);
    assert!(s.screen().contains("2 new notes, 1 @you"), "{}", s.screen());
    others(&mut s, "ana", note("still, bo@example.com is no call"));
    s.wait(30);
    assert_eq!(notified(&s).len(), 1, "once, whatever time it is");
    s.keys("N");
    assert_eq!(under_cursor(&s), "@bo how far are you?", "before what only is new");
    // An edit calls only whom the text before did not call.
    let id = s.model.run.notes[1].id.clone();
    let edit = |text: &str| Event::NoteEdited {
        note: id.clone(),
        text: text.to_owned(),
        kind: NoteKind::Note,
        public: false,
        owner: None,
        due: None,
    };
    others(&mut s, "ana", edit("@bo how far are you now?"));
    assert_eq!(notified(&s).len(), 1);
    let mut qa = Session::of(s.night.clone(), "qa", (80, 24));
    others(&mut qa, "ana", edit("@bo and @Quinn Ames: how far?"));
    assert_eq!(notified(&qa), ["@you from Ana Ruiz: @bo and @Quinn Ames: how far?"]);
    // A whole team.
    let mut bonnie = Session::of(s.night.clone(), "bonnie", (80, 24));
    others(&mut bonnie, "ana", note("@database: backups?"));
    assert_eq!(notified(&bonnie).len(), 1);
    assert!(notified(&of("bo", (80, 24))).is_empty());
}

#[test]
fn names_are_completed_while_they_are_typed() {
    let mut s = of("ana", (80, 24));
    s.keys("nask @bo");
    assert!(s.screen().contains("Tab: @bo Bo Lindqvist, Database · @bonnie"), "{}", s.screen());
    s.keys("<Tab>about it<Ctrl-s>");
    assert_eq!(s.model.run.notes.last().unwrap().text, "ask @bo about it");
    s.keys("n@qui<Tab>?<Ctrl-s>");
    assert_eq!(s.model.run.notes.last().unwrap().text, "@qa ?", "by the name, written as the id");
    // With no name being written, Tab goes to the next field as ever.
    s.keys("nplain<Tab>");
    assert_eq!(s.model.card.as_ref().unwrap().focus, 1);
    s.keys("<Esc>");
    s.keys("n<Ctrl-s><Esc>");
}

#[test]
fn a_name_that_nobody_has_is_said_and_the_note_is_recorded_all_the_same() {
    let mut s = of("ana", (80, 24));
    s.keys("n@bbo please look<Ctrl-s>");
    assert_eq!(s.model.run.notes.len(), 1);
    let said = "nobody here is called @bbo (did you mean @bo?): nobody was called";
    assert!(s.model.toasts.iter().any(|toast| toast.text == said), "{:?}", s.model.toasts);
}

#[test]
fn a_note_leads_to_its_step_and_the_list_can_be_only_what_is_for_me() {
    let mut s = of("bo", (80, 24));
    others(&mut s, "ana", note_about("@bo look at this", Some("migrate")));
    others(&mut s, "ana", note("weather is fine"));
    others(
        &mut s,
        "ana",
        Event::NoteAdded {
            text: "order pizza".to_owned(),
            kind: NoteKind::Action,
            step: None,
            public: false,
            owner: Some("bo".to_owned()),
            due: None,
        },
    );
    s.keys("N<Esc>N");
    assert_eq!(s.model.notes.rows.len(), 3);
    s.keys("m");
    let texts: Vec<&str> =
        s.model.notes.rows.iter().map(|ix| s.model.run.notes[*ix].text.as_str()).collect();
    assert_eq!(texts, ["@bo look at this", "order pizza"]);
    s.keys("<Home><Enter>");
    assert_eq!(s.model.view, golive::cockpit::model::View::Steps);
    assert_eq!(
        s.model.cursor_step().map(|ix| s.model.run.plan.steps[ix].id.as_str()),
        Some("migrate")
    );
    s.keys("Nm<End><Enter>");
    assert_eq!(s.said(), "this note is about no step of the plan");
    assert!(s.appends().is_empty());
}

#[test]
fn the_draft_of_an_edit_survives_too() {
    let mut s = of("ana", (80, 24));
    s.keys("none<Ctrl-s>Ne two");
    let kept = s.model.drafts.clone();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].1, "one two");
    let mut again = Session::of(s.night.clone(), "ana", (80, 24));
    again.send(Msg::Drafts(kept));
    again.keys("Ne<Ctrl-s>");
    let note = &again.model.run.notes[0];
    assert_eq!((note.text.as_str(), note.earlier.len()), ("one two", 1));
    assert!(again.model.drafts.is_empty());
    // One that changes nothing is none.
    again.keys("e<Esc>");
    assert!(again.model.drafts.is_empty());
}

/// The ledger knows better than the screen who may write: what was written is not lost with it.
#[test]
fn a_note_that_the_ledger_refuses_is_a_draft_again() {
    let mut s = of("bo", (80, 24));
    s.night.ok("ana", Event::RoleGranted { person: "bo".to_owned(), role: Role::Observer });
    s.keys("nthis was much work<Ctrl-s>");
    assert!(s.said().starts_with("not recorded: "), "{}", s.said());
    assert!(s.model.run.notes.is_empty());
    s.keys("n");
    assert!(s.screen().contains("this was much work"), "{}", s.screen());
}

#[test]
fn who_is_called_in_a_text() {
    let state = Night::open(PLAN).state;
    for (text, called) in [
        ("@bo", "bo"),
        ("(@Bo), please", "bo"),
        ("@bo. And more", "bo"),
        ("@bonnie @bo", "bonnie bo"),
        ("@Bo Lindqvist: now", "bo"),
        ("@Database", "bo+bonnie"),
        ("@ana's turn", "ana"),
        ("@bo-nobody", "-"),
        ("@bother", "-"),
        ("bo@example.com, https://x.example/@bo", ""),
        ("@@bo @ bo @5 @", ""),
        ("héé@bo é @bo", "bo"),
    ] {
        let found = mention::mentions(&state, "", text);
        let found: Vec<String> = found
            .iter()
            .map(|m| if m.people.is_empty() { "-".to_owned() } else { m.people.join("+") })
            .collect();
        assert_eq!(found.join(" "), called, "{text}");
    }
}

/// Looked at: the list with marks and called names, at both sizes.
#[test]
fn the_pane_marks_what_is_new_and_who_is_called() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut s = of("bo", size);
        others(&mut s, "ana", note("Window opened as planned"));
        s.keys("N<Esc>");
        others(&mut s, "qa", note_about("Counts differ by 3 rows", Some("migrate")));
        others(&mut s, "ana", note_about("@bo can you look? @nobody is free", Some("migrate")));
        let steps = s.screen();
        s.keys("N");
        let model: &Model = &s.model;
        insta::assert_snapshot!(
            format!("notes-{name}"),
            format!("{steps}\n{}", session::screen(model))
        );
    }
}
