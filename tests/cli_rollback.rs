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

use chrono::{DateTime, TimeDelta, Utc};
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
    // When it would end is a matter of the clock.
    let first: Vec<_> = said.lines().filter(|line| !line.contains("would end")).take(7).collect();
    let expected = [
        "R1 restore  Restore: available",
        "   takes 25m",
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

/// A rehearsal of the ladder with a window, and with migrate going on, which takes 5m to stop.
fn house_with_window() -> House {
    let house = House::new();
    let window = "window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T09:00:00Z }\n";
    let text = LADDER
        .replace("[people.ana]", &format!("{window}decision_margin = \"10m\"\n[people.ana]"))
        .replace("duration = \"25m\"", "duration = \"25m\", abort = \"5m\"");
    house.write("night.toml", text);
    house.golive(&["open", "night.toml", "--rehearsal", "--as", "ana"]).done();
    work(&house, "freeze");
    house.golive(&["step", "start", "migrate"]).done();
    house
}

fn ladder(house: &House) -> serde_json::Value {
    serde_json::from_str(&house.golive(&["rollback", "--json"]).done()).unwrap()
}

fn time(value: &serde_json::Value) -> DateTime<Utc> {
    let text = value.as_str().unwrap_or_else(|| panic!("no time: {value}"));
    assert!(text.ends_with('Z'), "not UTC: {text}");
    text.parse().unwrap()
}

#[test]
fn a_rung_says_what_it_would_cost_and_until_when_it_is_decided() {
    let house = house_with_window();
    let said = house.golive(&["rollback"]).done();
    let restore = said.split("R2 return").next().unwrap();
    assert!(restore.contains("\n   takes 30m, of that 5m to stop what runs\n"), "{said}");
    assert!(restore.contains("\n   would end "), "{said}");
    assert!(restore.contains(" if begun now; finish then "), "{said}");
    assert!(restore.contains(", inside the window\n"), "{said}");
    assert!(restore.contains("\n   decide by ") && restore.contains(" left)\n"), "{said}");

    let before = Utc::now() - TimeDelta::seconds(1);
    let rungs = ladder(&house)["rungs"].clone();
    let after = Utc::now();
    let closes = time(&house.status()["window"]["closes"]);
    // Of each: its length with stopping, its chain without, until the run then finishes.
    for (rung, long, chain, then) in [(0, 30, 25, 45), (1, 15, 10, 0), (2, 20, 15, 0)] {
        let rung = &rungs[rung];
        assert_eq!(rung["duration_s"], long * 60, "{rung}");
        let by = closes - TimeDelta::minutes(10 + long);
        assert_eq!(time(&rung["roll_back_by"]), by, "{rung}");
        let end = time(&rung["would_end"]);
        let expected = TimeDelta::minutes(chain);
        assert!(before + expected <= end && end <= after + expected, "{before} {rung} {after}");
        assert_eq!(time(&rung["finish"]), end + TimeDelta::minutes(then), "{rung}");
    }
    // The rung that status speaks of is reckoned the same there.
    let status = house.status();
    assert_eq!(status["forecast"]["rollback"]["rung"], "restore");
    assert_eq!(status["forecast"]["rollback"]["duration_s"], rungs[0]["duration_s"]);
    assert_eq!(status["forecast"]["roll_back_by"], rungs[0]["roll_back_by"]);

    // While one is on, what is left of it is said, and no other can begin.
    house.golive(&["step", "fail", "migrate", "--reason", "counts differ"]).done();
    house.golive(&["rollback", "restore"]).done();
    let rungs = ladder(&house)["rungs"].clone();
    assert_eq!(time(&rungs[0]["finish"]), time(&rungs[0]["would_end"]) + TimeDelta::minutes(45));
    assert!(rungs[0].get("roll_back_by").is_none(), "{rungs}");
    assert_eq!(rungs[1]["duration_s"], 600);
    assert!(rungs[1].get("would_end").is_none() && rungs[1].get("finish").is_none(), "{rungs}");
    let said = house.golive(&["rollback"]).done();
    assert!(said.contains("it is on\n   still takes 2"), "{said}");
    assert!(said.contains("\n   ends "), "{said}");
}

#[test]
fn a_rung_that_comes_too_late_says_so() {
    let house = house_with_window();
    house.golive(&["reschedule", "--closes", "+10m"]).done();
    let said = house.golive(&["rollback"]).done();
    let restore = said.split("R2 return").next().unwrap();
    assert!(restore.contains(" PAST THE WINDOW\n"), "{said}");
    assert!(restore.contains(": HAS PASSED\n"), "{said}");
    assert!(!restore.contains("inside the window"), "{said}");
}

#[test]
fn what_is_unknown_of_a_rung_is_absent() {
    let known = |house: &House, rung: usize| {
        let rung = ladder(house)["rungs"][rung].clone();
        let names = ["duration_s", "would_end", "finish", "roll_back_by", "abort"];
        names.into_iter().filter(|name| rung.get(name).is_some()).collect::<Vec<_>>()
    };
    // Nothing to take back yet; then no window, so nothing to decide by.
    let house = house();
    assert_eq!(known(&house, 0), [""; 0]);
    assert!(!house.golive(&["rollback"]).done().contains("takes"));
    work(&house, "freeze");
    assert_eq!(known(&house, 0), ["duration_s", "would_end", "finish"]);
    let said = house.golive(&["rollback"]).done();
    assert!(!said.contains("decide by") && !said.contains("window"), "{said}");
    // Gone; and over.
    house.golive(&["step", "start", "writes", "--override", "--reason", "a drill"]).done();
    assert_eq!(known(&house, 1), [""; 0]);
    assert_eq!(known(&house, 2), ["duration_s", "would_end", "finish"]);
    house.golive(&["cancel", "--reason", "a drill"]).done();
    assert_eq!(known(&house, 2), [""; 0]);
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
