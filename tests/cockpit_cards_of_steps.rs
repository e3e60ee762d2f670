//! Cards about work on a step: completing, ticking, measuring, estimating, setting aside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::{freezing, last, migrating, problem};
use golive::cockpit::card::FieldName;
use golive::run::{Event, StepStatus};
use support::*;

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
