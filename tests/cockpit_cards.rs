//! Every act has its card: what it asks, what it records, and what it says when it cannot.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::action::{ACTIONS, Scope};
use golive::cockpit::card::{CardAct, FieldName};
use golive::cockpit::effect::Effect;
use golive::cockpit::model::{DiffHow, View};
use golive::cockpit::msg::Msg;
use golive::run::{CallAnswer, Decision, Event, ItemState, NoteKind, RunStatus, StepStatus};
use golive::runbook::Role;
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

fn night() -> Night {
    let mut night = Night::open(LEDGER);
    for step in ["dump", "mute", "banner"] {
        night.ok("ana", begin(step));
        night.ok("ana", done(step));
    }
    night.at("22:30").ok("bo", begin("freeze"));
    night
}

/// Half past ten; freezing.
fn freezing() -> Session {
    Session::on(night())
}

/// Migrating.
fn migrating() -> Session {
    let mut night = night();
    night.at("22:35").ok("bo", done("freeze"));
    night.ok("bo", begin("migrate"));
    night.at("22:50");
    Session::on(night)
}

/// Before the gate.
fn at_the_gate() -> Session {
    let mut s = migrating();
    let night = &mut s.night;
    let lead = |event| golive::run::Intent {
        override_reason: Some("tested elsewhere".to_owned()),
        ..golive::run::Intent::new("ana", event)
    };
    night.act(lead(done("migrate"))).expect("an override");
    night.ok("qa", begin("verify"));
    night.ok("qa", done("verify"));
    let night = s.night;
    let mut s = Session::on(night);
    s.keys("2.4");
    s
}

fn problem(s: &Session) -> &str {
    s.model.card.as_ref().and_then(|card| card.problem.as_deref()).unwrap_or_default()
}

fn last(s: &Session) -> &Event {
    &s.night.state.log.last().expect("an entry").entry.act.event
}

#[test]
fn every_card_asks_when_it_happened_and_whose_act_it_was() {
    let mut seen = 0;
    for about in
        ACTIONS.iter().filter(|about| !matches!(about.scope, Scope::Cards | Scope::Everywhere))
    {
        let mut s = freezing();
        let seq = s.night.ok("ana", note("seen"));
        let entry = s.night.logged(seq).entry.clone();
        s.send(Msg::Others(vec![entry]));
        s.model.view = match about.scope {
            Scope::Checklists => View::Checklists,
            Scope::Notes => View::Notes,
            Scope::People => View::People,
            Scope::Log => View::Log,
            _ => View::Steps,
        };
        let key = s.model.keymap.shown(about.action);
        s.keys("j").keys(&if key.len() > 1 { format!("<{key}>") } else { key });
        let Some(card) = &s.model.card else { continue };
        if matches!(
            card.act,
            CardAct::Filter
                | CardAct::LogFilter
                | CardAct::Quit
                | CardAct::WriteBack
                | CardAct::CopyBridge
                | CardAct::Correct { .. }
        ) {
            continue;
        }
        seen += 1;
        for name in [FieldName::At, FieldName::For] {
            assert!(card.field(&name).is_some(), "{} asks {name:?}", about.name);
        }
        assert!(s.appends().is_empty(), "{}", about.name);
    }
    assert!(seen > 20, "{seen} cards");
}

#[test]
fn an_act_can_have_happened_earlier_and_be_somebody_elses() {
    let mut s = freezing();
    s.wait(600);
    s.keys("c<Tab>22:37<Tab>Bo Lindqvist<Enter><Enter>");
    let act = &s.night.state.log.last().unwrap().entry.act;
    assert_eq!(
        (act.happened_at, act.person(), &*act.actor.name),
        (Some(clock("22:37")), "bo", "ana")
    );
}

#[test]
fn a_time_that_is_none_says_how_to_write_one() {
    let mut s = freezing();
    s.keys("b<Tab>half past<Enter>");
    assert!(problem(&s).contains("02:14"), "{}", problem(&s));
    assert!(s.appends().is_empty());
}

#[test]
fn completion_asks_for_what_is_owed_and_records_it_all() {
    let mut s = migrating();
    s.keys("<Enter>");
    s.keys("<Space><Down><Space><Down>7<Tab>https://wiki.example/9<Enter><Enter>");
    assert!(problem(&s).contains("should be < 5"), "{}", problem(&s));
    assert!(s.appends().is_empty(), "all of it or nothing");
    let card = s.model.card.as_ref().unwrap();
    assert_eq!(card.focused().unwrap().name, FieldName::Value("lag".to_owned()), "what is owed");
    assert!(card.field(&FieldName::Override).is_none(), "only when a lead asks for it");
    s.keys("<Backspace>3<Enter><Enter>");
    assert_eq!(s.night.status("migrate"), StepStatus::Done);
    assert_eq!(s.appends().len(), 5, "two items, a value, evidence, the completion");
}

#[test]
fn items_values_and_evidence_on_the_way() {
    let mut s = migrating();
    s.keys("t<Space><Enter><Enter>");
    assert!(matches!(last(&s), Event::ItemTicked { item, .. } if item == "Replica lag under 5 s"));
    s.keys("m2.5<Enter><Enter>");
    assert!(matches!(last(&s), Event::ValueRecorded { value, .. } if value == "2.5"));
    s.keys("Enot a link<Enter>");
    assert!(problem(&s).contains("https://"));
    let hash = "0f".repeat(32);
    s.keys("<Ctrl-u>").keys(&format!("counts.csv {hash}<Enter><Enter>"));
    assert!(matches!(last(&s), Event::EvidenceGiven { .. }));
    s.keys("t");
    assert!(s.model.card.as_ref().unwrap().fields.iter().any(|f| f.name == FieldName::Items));
}

#[test]
fn estimate_block_and_unblock() {
    let mut s = migrating();
    s.keys("esoon<Enter>");
    assert!(!problem(&s).is_empty());
    s.keys("<Ctrl-u>15m<Enter><Enter>");
    assert!(matches!(last(&s), Event::StepEstimated { remaining_s: 900, .. }));
    s.keys("bthe lock is held<Enter><Enter>");
    assert_eq!(s.night.status("migrate"), StepStatus::Blocked);
    s.keys("b<Enter>");
    assert_eq!(s.night.status("migrate"), StepStatus::Running);
}

#[test]
fn skip_defer_reopen_assign_stand_by() {
    let mut s = freezing();
    s.keys("2.3yx<Esc><Esc>");
    s.keys("y<Enter>");
    assert!(matches!(last(&s), Event::StepStoodBy { step, .. } if step == "verify"));
    s.keys("aBo Lindqvist<Enter><Enter>");
    assert!(matches!(last(&s), Event::StepAssigned { owner, .. } if owner == "bo"));
    s.keys("xcounted before<Enter><Enter>");
    assert_eq!(s.night.status("verify"), StepStatus::Skipped);
    s.keys("r<Enter><Enter>");
    assert_eq!(s.night.status("verify"), StepStatus::Planned);
    s.keys("d<Enter><Enter>");
    assert_eq!(s.night.status("verify"), StepStatus::Deferred);
    s.keys("wtomorrow<Enter><Enter>");
    assert!(matches!(last(&s), Event::ReasonGiven { reason, .. } if reason == "tomorrow"));
}

#[test]
fn a_gate_is_voted_on_and_decided() {
    let mut s = at_the_gate();
    s.keys("<Enter>");
    assert!(s.appends().is_empty(), "Enter never decides");
    s.keys("vg<Enter><Enter>");
    assert!(matches!(last(&s), Event::GateVoted { .. }));
    s.keys("D").keys("<Down><Enter><Enter>");
    assert!(problem(&s).contains("votes"), "{}", problem(&s));
    s.keys("<Esc>");
    s.keys("v<Down><Tab><Tab><Tab>qa<Enter><Enter>");
    let ix = s.night.ix("go-nogo");
    assert_eq!(s.night.state.steps[ix].now.votes.len(), 2);
    s.keys("D<Down><Down><Tab>watch the lag; call bo at six<Tab>readiness is told on the call<Enter><Enter>");
    let decision = s.night.state.steps[ix].now.decision.clone().unwrap().0;
    let conditions = vec!["watch the lag".to_owned(), "call bo at six".to_owned()];
    assert_eq!(decision, Decision::GoWithConditions { conditions });
}

#[test]
fn a_choice_preselects_nothing() {
    let mut s = at_the_gate();
    s.keys("D<Down><Tab><Tab>said on the call<Enter><Enter>2.5o<Enter>");
    assert!(s.model.card.as_ref().unwrap().text(&FieldName::Which).is_none());
    s.keys("<Enter>");
    assert!(problem(&s).contains("pick"), "{}", problem(&s));
    s.keys("c<Enter><Enter>");
    assert!(matches!(last(&s), Event::OptionChosen { option, .. } if option == "cold"));
}

#[test]
fn checklists_are_ticked_and_waived() {
    let mut s = freezing();
    s.keys("K<Down>t<Enter><Enter>");
    assert!(problem(&s).contains("evidence"), "{}", problem(&s));
    s.keys("<Esc>t").keys("https://wiki.example/backup<Enter><Enter>");
    let item = s.night.state.checklist_item("readiness", "backup");
    assert!(matches!(item, Some(ItemState::Ticked { evidence: Some(_), .. })));
    s.keys("<Home>wtold on the phone<Enter><Enter>");
    assert!(matches!(
        s.night.state.checklist_item("readiness", "alerts"),
        Some(ItemState::Waived { .. })
    ));
}

#[test]
fn people_are_called_and_stand_in() {
    let mut s = freezing();
    s.keys("2.3p<Down><Down><Enter><Enter>");
    let events: Vec<_> = s.appends().iter().map(|intent| intent.event.clone()).collect();
    let called = Event::PersonCalled {
        person: "qa".to_owned(),
        answer: CallAnswer::NoAnswer,
        step: Some("verify".to_owned()),
    };
    assert_eq!(events[0], called);
    assert!(matches!(last(&s), Event::PersonCalled { answer: CallAnswer::NoAnswer, .. }));
    s.keys("p<Down><Down><Down><Enter><Enter>");
    assert_eq!(s.night.state.people["qa"].substitute.as_deref(), Some("ana"));
    s.keys("W<Down>r<Down><Down><Enter><Enter>");
    assert_eq!(problem(&s), "bo is an operator already; nothing has to be done");
}

#[test]
fn a_role_is_granted_and_the_lead_handed_over() {
    let mut s = freezing();
    s.keys("W<Down>r<Down><Enter><Enter>");
    assert_eq!(s.night.state.role_of("bo"), Role::Lead);
    s.keys("Oqa<Enter><Enter>");
    assert_eq!(s.night.state.role_of("qa"), Role::Lead);
}

#[test]
fn hold_and_resume() {
    let mut s = freezing();
    s.keys("Hwaiting for the network<Enter><Enter>");
    assert!(s.night.state.held().is_some());
    s.keys("2.2H");
    assert!(s.said().contains("held already"), "{}", s.said());
    s.keys("R<Enter>");
    assert!(s.night.state.held().is_none());
}

#[test]
fn window_and_zero_hour_move() {
    let mut s = freezing();
    s.keys("T<Tab>05:00<Tab>01:00<Tab>cab@example<Tab>CHG77<Enter><Enter>");
    let window = s.night.state.window(s.night.now).unwrap();
    assert_eq!((window.opens, window.closes), (clock("22:00"), clock("05:00")));
    assert_eq!(s.night.state.reschedules[0].reference.as_deref(), Some("CHG77"));
}

#[test]
fn a_run_is_canceled_with_a_reason() {
    let mut s = freezing();
    s.keys("C");
    assert!(s.said().contains("not settled"), "{}", s.said());
    s.keys("Xthe change was withdrawn<Enter><Enter>");
    assert_eq!(s.night.state.status, RunStatus::Canceled);
}

#[test]
fn an_observer_is_told_whom_to_ask() {
    let mut night = night();
    night.ok("ana", Event::RoleGranted { person: "qa".to_owned(), role: Role::Observer });
    let mut s = Session::of(night, "qa", (80, 24));
    s.keys("f");
    assert!(s.said().contains("ask an operator or a lead"), "{}", s.said());
    assert!(s.model.card.is_none());
}

#[test]
fn a_note_is_edited_closed_and_removed() {
    let mut s = freezing();
    s.keys("nlag grows<Tab><Down><Down><Ctrl-s>");
    assert_eq!(s.night.state.notes[0].kind, NoteKind::Issue);
    s.keys("Ne fast<Ctrl-s>");
    assert_eq!(s.night.state.notes[0].text, "lag grows fast");
    s.keys("cgone<Enter><Enter>");
    assert!(s.night.state.notes[0].closed.is_some());
    s.keys("x<Enter>");
    assert!(s.night.state.notes[0].removed.is_some());
    assert!(s.model.notes.rows.is_empty());
}

#[test]
fn the_status_text_is_copied_with_live_values() {
    let text = "{{ title }} is {{ rag }}: {{ done }}/{{ total }} steps, finish expected {{ eta }}.";
    let text = format!(
        "{LEDGER}\n[[messages]]\nid = \"exec\"\naudience = \"Executives\"\ntext = \"{text}\"\n"
    );
    let mut s = Session::on(Night::open(&text));
    s.keys("U<Enter><Enter>");
    let copied = s.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.expect("something on the clipboard");
    assert!(copied.starts_with("Ledger 4.2 is GREEN: 0/13 steps, finish"), "{copied}");
    assert!(matches!(last(&s), Event::MessageSent { .. }));
}

#[test]
fn a_step_is_inserted_changed_moved_and_removed_with_comments_kept() {
    let text = format!("# agreed on Friday\n{LEDGER}");
    let mut s = Session::on(Night::open(&text));
    s.keys("2.1ITell the bank<Tab>bo<Tab>5m<Enter><Enter>");
    let ix = s.night.state.step_ix("tell-the-bank").expect("the new step");
    let step = &s.night.state.plan.steps[ix];
    assert_eq!((step.number.as_str(), step.title.as_str()), ("2.1a", "Tell the bank"));
    s.keys("2.1aP<Tab><Ctrl-u>qa<Tab><Ctrl-u>7m<Enter><Enter>");
    let step = s.night.state.plan.step("tell-the-bank").unwrap().clone();
    assert_eq!(step.duration.map(|d| d.likely), Some(420));
    assert_eq!(step.owner, Some(golive::runbook::Owner::Person("qa".to_owned())));
    s.keys("M2.2<Enter><Enter>");
    let plan = s.night.state.plan.clone();
    assert!(plan.step_ix["tell-the-bank"] > plan.step_ix["migrate"]);
    s.keys("-<Enter><Enter>");
    assert!(s.night.state.plan.step("tell-the-bank").is_none(), "{}", problem(&s));
    assert!(s.night.state.text.starts_with("# agreed on Friday\n"));
    assert_eq!(s.night.state.revisions.len(), 4);
}

#[test]
fn predecessors_are_changed_and_a_circle_is_refused() {
    let mut s = freezing();
    s.keys("2.3P<Tab><Tab><Tab><Ctrl-u>2.1 start +5m<Enter><Enter>");
    let step = s.night.state.plan.step("verify").unwrap().clone();
    assert_eq!((step.needs.len(), step.needs[0].lag), (1, 300), "{}", problem(&s));
    s.keys("2.2P<Tab><Tab><Tab><Ctrl-u>2.3<Enter><Enter>");
    let before = s.night.state.revisions.len();
    s.keys("<Esc>2.3P<Tab><Tab><Tab><Ctrl-u>2.2<Enter><Enter>");
    assert!(problem(&s).contains("circle") || problem(&s).contains("cycle"), "{}", problem(&s));
    assert_eq!(s.night.state.revisions.len(), before);
}

#[test]
fn a_changed_file_is_shown_and_adopted() {
    let mut s = freezing();
    let changed = LEDGER.replace("Verify counts", "Count twice");
    s.send(Msg::FileChanged(changed.clone()));
    assert!(s.said().contains("F8") && s.said().contains("A adopts"), "{}", s.said());
    s.keys("<F8>");
    assert_eq!(s.model.view, View::Difference);
    assert!(s.screen().contains("Count twice"));
    s.keys("Athe counts differ<Enter><Enter>");
    assert_eq!(s.night.state.plan.step("verify").unwrap().title, "Count twice");
    assert!(s.model.change.is_none());
    s.send(Msg::FileChanged("[release]\n".to_owned()));
    s.keys("A");
    assert!(s.said().contains("problems"), "{}", s.said());
}

/// Edits "only in this run" are the run's own: the file is offered them, and never they given up
/// for its older text.
#[test]
fn edits_of_the_run_are_offered_to_the_file_and_not_given_up_for_it() {
    let mut s = freezing();
    s.send(Msg::FileChanged(LEDGER.to_owned()));
    assert!(s.model.change.is_none());
    s.keys("2.3<Enter>P<Ctrl-u>Count twice<Ctrl-s>");
    s.keys("<F8>");
    assert_eq!(s.model.view, View::Difference);
    let screen = s.screen();
    assert!(screen.contains("from ledger.toml to this run"), "{screen}");
    assert!(screen.contains("V writes them to the file"), "{screen}");
    let lines = &s.model.change.as_ref().unwrap().lines;
    let shown = |how, what: &str| lines.iter().any(|l| l.how == how && l.text.contains(what));
    assert!(shown(DiffHow::Removed, "Verify counts") && shown(DiffHow::Added, "Count twice"));

    // Left, and come back: the file still has the text of the opening.
    let mut back = Session::on(s.night);
    back.send(Msg::FileChanged(LEDGER.to_owned()));
    assert!(back.said().contains("edits that ledger.toml does not have"), "{}", back.said());
    assert!(!back.said().contains("adopt") && !back.screen().contains("has changed"));
    back.keys("V");
    assert!(back.screen().contains("it gets this run's edits"), "{}", back.screen());
    back.keys("<Esc>A");
    assert!(back.screen().contains("these edits would be lost"), "{}", back.screen());
    // A text the run never had is the file's own change.
    back.keys("<Esc>").send(Msg::FileChanged(LEDGER.replace("Freeze writes", "Stop writes")));
    assert!(back.said().contains("has changed"), "{}", back.said());
}

#[test]
fn a_step_at_work_that_the_file_takes_out_is_named_before_it_is_adopted() {
    let mut s = freezing();
    let renamed = LEDGER
        .replace("id = \"freeze\", title = \"Freeze writes\"", "title = \"Freeze all writes\"");
    let renamed = renamed.replace("\"freeze\"", "\"freeze-all-writes\"");
    assert_ne!(renamed, LEDGER);
    s.send(Msg::FileChanged(renamed));
    s.keys("A");
    let screen = s.screen();
    assert!(screen.contains("2.1 Freeze writes is running"), "{screen}");
    assert!(screen.contains("give it id = \"freeze\""), "{screen}");
}

#[test]
fn a_change_can_be_written_back_to_the_file() {
    let mut s = freezing();
    s.keys("2.3P<Ctrl-u>Count twice<Tab><Tab><Tab><Tab><Tab><Tab><Down><Ctrl-s>");
    let written = s
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::WriteFile(text) if text.contains("Count twice")));
    assert!(written, "{}", problem(&s));
}

#[test]
fn quitting_asks_and_keeps_the_run() {
    let mut s = freezing();
    s.keys("q<Enter>");
    assert_eq!(s.effects, [Effect::Quit]);
    assert!(s.model.leaving);
}

#[test]
fn after_a_refusal_the_cursor_is_where_something_is_missing() {
    let mut s = freezing();
    s.keys("K<Down>t<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::Evidence));
    s.keys("https://wiki.example/backup<Ctrl-s>");
    assert!(matches!(
        s.night.state.checklist_item("readiness", "backup"),
        Some(ItemState::Ticked { evidence: Some(_), .. })
    ));
    assert!(s.night.state.deviations.is_empty());
    let mut s = migrating();
    s.keys("c<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::Items));
}

#[test]
fn a_vote_of_somebody_who_has_none_asks_for_whom_it_is() {
    let text = LEDGER.replace("voters = [\"ana\", \"bo\", \"qa\"]", "voters = [\"bo\", \"qa\"]");
    let mut night = Night::open(&text);
    for step in ["dump", "mute", "banner", "freeze", "migrate", "verify"] {
        night.force(golive::run::Intent::new("ana", skip(step)));
    }
    night.ok("bo", vote("go-nogo", golive::run::Vote::Go));
    let mut s = Session::on(night);
    s.keys("2.4v");
    let facts: Vec<_> = s.model.card.as_ref().unwrap().facts.iter().map(|f| &*f.text).collect();
    assert!(facts.contains(&"Voters: bo (Bo Lindqvist) go, qa (Quim Abreu)"), "{facts:?}");
    s.keys("g<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::For), "{}", problem(&s));
    s.keys("qa<Ctrl-s>");
    assert_eq!(s.night.state.steps[s.night.ix("go-nogo")].now.votes.len(), 2);
}

#[test]
fn nobody_overrides_by_accident() {
    let mut s = freezing();
    s.keys("2.3s<Ctrl-s>");
    assert!(problem(&s).contains("Ctrl-o"), "{}", problem(&s));
    s.keys("<Ctrl-o>https://wiki.example/9<Ctrl-s>");
    assert!(problem(&s).contains("no reason"), "{}", problem(&s));
    s.keys("<Ctrl-u>ok<Ctrl-s>");
    assert!(s.appends().is_empty());
    s.keys("<Ctrl-u>the counts are known<Ctrl-s>");
    assert_eq!(s.night.status("verify"), StepStatus::Running);
    let mut s = freezing();
    s.keys("c<Ctrl-o>");
    assert!(problem(&s).contains("nothing here is refused"), "{}", problem(&s));
}

#[test]
fn a_decision_has_a_letter_for_each_way_and_one_reason() {
    let mut s = at_the_gate();
    for (key, id) in [("g", "go"), ("c", "conditions"), ("n", "no_go")] {
        s.keys("D").keys(key);
        let card = s.model.card.as_ref().unwrap();
        assert_eq!(card.text(&FieldName::Which).as_deref(), Some(id));
        s.keys("<Esc>");
    }
    s.keys("Dg<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::Reason), "{}", problem(&s));
    let card = s.model.card.as_ref().unwrap();
    assert!(card.field(&FieldName::Override).is_none() && !problem(&s).contains("Ctrl-o"));
    s.keys("said on the call<Ctrl-s>");
    assert_eq!(s.night.status("go-nogo"), StepStatus::Done);
}

#[test]
fn a_name_that_nobody_has_is_asked_about_once() {
    let mut s = freezing();
    s.keys("c<Tab><Tab>9pm<Ctrl-s>");
    assert_eq!(problem(&s), "nobody here is called 9pm; Ctrl-s again takes it as a new name");
    assert_eq!(focused(&s), Some(FieldName::For));
    assert!(s.appends().is_empty());
    s.keys("<Esc>Ob0<Ctrl-s>");
    assert!(problem(&s).ends_with("did you mean bo?"), "{}", problem(&s));
    s.keys("<Esc>2.3adba on call<Ctrl-s><Ctrl-s>");
    assert!(matches!(last(&s), Event::StepAssigned { owner, .. } if owner == "dba on call"));
    s.keys("2.4adba on call<Ctrl-s>");
    assert_eq!(s.appends().len(), 2, "known from then on");
}

#[test]
fn a_criterion_is_judged() {
    let text = format!(
        "{LEDGER}\n[[criteria]]\nid = \"errors\"\ntext = \"Few errors\"\nowner = \"ana\"\n"
    );
    let mut s = Session::on(Night::open(&text));
    s.keys("Q");
    assert!(s.screen().contains("Few errors"));
    s.keys("<Enter><Enter>");
    assert!(problem(&s).contains("met"), "{}", problem(&s));
    s.keys("<Down><Down><Tab>0.2 %<Ctrl-s>");
    assert!(matches!(last(&s), Event::CriterionJudged { met: false, .. }), "{}", problem(&s));
    s.keys(":criteria<Enter>");
    assert!(matches!(s.model.card.as_ref().unwrap().act, CardAct::Judge));
}

#[test]
fn completing_the_run_says_what_is_still_owed() {
    let mut night = Night::open(LEDGER);
    night.ok("ana", Event::RunStarted {});
    let steps: Vec<_> = night.state.plan.forward_steps().collect();
    for ix in steps {
        let id = night.state.plan.steps[ix].id.clone();
        let event = match &*id {
            "traffic" => defer(&id),
            "mute" => Event::StepSkipped { step: id, attempt: 1, reason: None },
            _ => skip(&id),
        };
        night.force(golive::run::Intent::new("ana", event));
    }
    night.ok(
        "ana",
        Event::NoteAdded {
            text: "tell the bank".to_owned(),
            kind: NoteKind::Action,
            step: None,
            public: false,
            owner: None,
            due: None,
        },
    );
    let mut s = Session::on(night);
    s.keys("C");
    let facts: Vec<_> = s.model.card.as_ref().unwrap().facts.iter().map(|f| &*f.text).collect();
    for wanted in
        ["Reasons still owed: 1.2", "Deferred, still to be done: 3.4", "Still open: 1 actions"]
    {
        assert!(facts.contains(&wanted), "{wanted}: {facts:?}");
    }
}

#[test]
fn the_failed_panel_says_what_cannot_be_begun_here_and_what_is_proposed() {
    let mut s = at_the_gate();
    s.keys("Dn<Ctrl-s>!");
    assert!(!s.screen().contains("Enter do it"), "nothing is selected");
    assert!(s.screen().contains("proposed: Row counts"), "{}", s.screen());
    s.keys("<Down>");
    assert!(s.screen().contains("Enter do it"));
    s.keys("<Down><Down><Down><Down><Down><Enter>");
    assert!(s.said().contains("not part of this version"), "{}", s.said());
    let text = LEDGER.replace("on_no_go = \"rollback:restore\"", "on_no_go = \"cancel\"");
    let mut night = Night::open(&text);
    for step in ["dump", "mute", "banner", "freeze", "migrate", "verify"] {
        night.force(golive::run::Intent::new("ana", skip(step)));
    }
    night.force(golive::run::Intent::new("ana", decide("go-nogo", Decision::NoGo)));
    let mut s = Session::on(night);
    let choices = &s.model.trouble.as_ref().unwrap().choices;
    let at = choices.iter().position(|choice| choice.label == "Cancel the run").unwrap();
    s.keys("!").keys(&"<Down>".repeat(at + 1)).keys("<Enter>");
    assert!(matches!(s.model.card.as_ref().unwrap().act, CardAct::RunCancel));
}

#[test]
fn the_footer_offers_what_there_is() {
    let mut s = freezing();
    s.keys("K");
    assert!(!s.screen().lines().last().unwrap().contains("tick"), "on a heading");
    s.keys("<Down>");
    assert!(s.screen().lines().last().unwrap().contains("t tick"));
    s.keys("Hwaiting<Enter><Enter>");
    for pane in ["K", "L", "N", "W", "<F2>", "Z"] {
        s.keys("<Esc>").keys(pane);
        assert!(s.screen().lines().last().unwrap().contains("R resume"), "{pane}");
    }
}

fn focused(s: &Session) -> Option<FieldName> {
    s.model.card.as_ref().and_then(|card| card.focused()).map(|field| field.name.clone())
}
