//! Cards that change the plan, and the difference between the file and the run.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::{LEDGER, freezing, problem};
use golive::cockpit::effect::Effect;
use golive::cockpit::model::{DiffHow, View};
use golive::cockpit::msg::Msg;
use session::Session;
use support::*;

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
