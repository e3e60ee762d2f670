//! `golive rollback`: the ladder is shown, a rung is taken, and ends well or not.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod cli_support;
mod support;

use cli_support::{House, NIGHT};
use support::ladder::LADDER;

fn house() -> House {
    let house = House::new();
    house.write("night.toml", LADDER);
    house.golive(&["open", "night.toml", "--rehearsal", "--as", "ana"]).done();
    house
}

fn work(house: &House, step: &str) {
    house.golive(&["step", "start", step]).done();
    house.golive(&["step", "done", step]).done();
}

#[test]
fn the_ladder_is_shown_with_what_each_rung_would_do() {
    let house = house();
    let said = house.golive(&["rollback"]).done();
    assert!(said.contains("R1 restore  Restore: available, nothing to take back yet\n"), "{said}");
    work(&house, "freeze");
    house.golive(&["step", "start", "migrate"]).done();
    let said = house.golive(&["rollback"]).done();
    let first: Vec<_> = said.lines().take(6).collect();
    let expected = [
        "R1 restore  Restore: available",
        "   settle first: 1.2",
        "   R1.2 Restore the dump  20m",
        "   R1.3 Compare  5m",
        "   then: on from 1.2; to do again: 1.2",
        "   undone: 1.1",
    ];
    assert_eq!(first, expected);
    let ladder = house.golive(&["rollback", "--json"]).done();
    let ladder: serde_json::Value = serde_json::from_str(&ladder).unwrap();
    assert_eq!(ladder["first"], "restore");
    assert_eq!(ladder["rungs"][0]["to_settle"], serde_json::json!(["migrate"]));
    assert_eq!(ladder["rungs"][0]["resumes"], "migrate");
    assert_eq!(ladder["rungs"][1]["number"], "R2");
    assert_eq!(ladder["rungs"][2]["available"], true);
}

#[test]
fn a_rung_is_taken_worked_and_ended() {
    let house = house();
    work(&house, "freeze");
    house.golive(&["step", "start", "migrate"]).done();
    let refused = house.golive(&["rollback", "restore"]).refused();
    assert!(refused.contains("1.2 Migrate is still worked on"), "{refused}");
    assert!(refused.contains("settle 1.2 first: finish, fail or skip it"), "{refused}");
    house.golive(&["step", "fail", "migrate", "--reason", "counts differ"]).done();
    assert!(
        house.golive(&["rollback"]).done().contains("R1 restore  Restore: available, proposed")
    );
    let said = house.golive(&["rollback", "r1", "--reason", "counts differ"]).done();
    assert!(said.ends_with("began rollback R1 Restore: counts differ\n"), "{said}");
    assert_eq!(house.status()["state"], "rolling_back");
    assert!(house.golive(&["rollback"]).done().contains("Restore: it is on"));
    let second = house.golive(&["rollback", "page"]).refused();
    assert!(second.contains("rollback R1 Restore is on, since"), "{second}");
    work(&house, "dump");
    let early = house.golive(&["rollback", "end"]).refused();
    assert!(early.contains("R1.3 Compare of the rollback is not settled"), "{early}");
    work(&house, "compare");
    house.golive(&["rollback", "end", "page"]).refused();
    let said = house.golive(&["rollback", "end"]).done();
    assert!(said.ends_with("ended rollback R1 Restore: well\n"), "{said}");
    assert_eq!(house.status()["state"], "active");
    assert_eq!((house.step("migrate")["attempt"].clone()), 2);
    assert_eq!(house.step("freeze")["state"], "undone");
    assert_eq!(house.step("dump")["phase"], "Rollback: Restore");
    assert!(house.golive(&["rollback"]).done().contains("Restore was begun "));
    // What the record holds is what was done.
    let kinds: Vec<_> = house.events().iter().map(|e| e.to_string()).collect();
    assert!(kinds.iter().any(|e| e.contains("rollback_begun")), "{kinds:?}");
    house.golive(&["verify"]).done();
}

#[test]
fn a_failed_rung_holds_for_the_next_one() {
    let house = house();
    work(&house, "freeze");
    house.golive(&["rollback", "restore"]).done();
    let said = house.golive(&["rollback", "failed", "--reason", "the dump is broken"]).done();
    assert!(said.contains("failed: the dump is broken"), "{said}");
    assert_eq!(house.status()["held"], true);
    assert!(house.golive(&["rollback"]).done().contains("R2 return  Return: available, proposed"));
    let said = house.golive(&["rollback"]).done();
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("Restore was begun ") && last.contains("by ana; failed "), "{last}");
    assert!(last.ends_with(": the dump is broken"), "{last}");
    house.golive(&["rollback", "R2"]).done();
    let taken = house.golive(&["rollback", "--json"]).done();
    let taken: serde_json::Value = serde_json::from_str(&taken).unwrap();
    assert_eq!(taken["on"], "return");
    assert_eq!(taken["taken"][1]["proposed_by"], "restore");
}

#[test]
fn who_may_and_with_which_words() {
    let house = house();
    work(&house, "freeze");
    assert!(house.golive_as("bo", &["rollback", "restore"]).refused().contains("ask a lead"));
    assert!(house.golive(&["rollback", "re"]).refused().contains("restore, return"));
    assert!(house.golive(&["rollback", "nowhere"]).refused().contains("no rollback `nowhere`"));
    assert!(house.golive(&["rollback", "end"]).refused().contains("no rollback is on"));
    house.golive(&["rollback", "--reason", "why"]).wrong();
    house.golive(&["rollback", "restore", "--json"]).wrong();
    // What is not now is overridden with a reason.
    let house = self::house();
    house.golive(&["start"]).done();
    let refused = house.golive(&["rollback", "restore"]).refused();
    assert!(refused.contains("nothing that rollback R1 Restore takes back has begun"), "{refused}");
    let said =
        house.golive(&["rollback", "restore", "--override", "--reason", "to be sure"]).done();
    assert!(said.contains("[on record as a deviation]"), "{said}");
}

#[test]
fn a_runbook_without_a_ladder_says_so() {
    let house = House::new();
    let text = NIGHT.split("[[rollbacks]]").next().unwrap();
    house.write("night.toml", text);
    house.golive(&["open", "night.toml", "--rehearsal"]).done();
    assert_eq!(house.golive(&["rollback"]).done(), "this runbook has no rollback\n");
    let refused = house.golive(&["rollback", "restore"]).refused();
    assert!(refused.contains("no rollback `restore`"), "{refused}");
}
