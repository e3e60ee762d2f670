//! Every command that acts does what it says: what is done, what is refused, and the exit codes.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod cli_support;

use cli_support::{House, NIGHT};

#[test]
fn a_step_is_worked_from_standby_to_done() {
    let house = House::with_run();
    assert!(house.golive_as("bo", &["step", "standby", "freeze"]).done().contains("standing by"));
    let said = house.golive_as("bo", &["step", "start", "1.1"]).done();
    assert_eq!(said, "#4 started 1.1 Freeze writes\n");
    assert!(house.golive_as("bo", &["step", "estimate", "freeze", "7m"]).done().contains("7m"));
    house.golive_as("bo", &["step", "block", "freeze"]).done();
    assert_eq!(house.step("freeze")["state"], "blocked");
    house.golive_as("bo", &["step", "reason", "freeze", "the lock is taken"]).done();
    assert_eq!(house.step("freeze")["reason"], "the lock is taken");
    house.golive_as("bo", &["step", "unblock", "freeze"]).done();
    house.golive_as("bo", &["step", "done", "fre"]).done();
    assert_eq!(house.step("freeze")["state"], "done");
    house.golive(&["step", "reopen", "freeze", "--reason", "writes came back"]).done();
    assert_eq!(house.step("freeze")["attempt"], 2);
    let said = house.golive(&["step", "start", "freeze"]).done();
    assert!(said.contains("a step of bo"), "an act for somebody else's step says so: {said}");
}

#[test]
fn a_step_can_fail_be_skipped_deferred_and_assigned() {
    let house = House::with_run();
    house.golive(&["step", "start", "freeze"]).done();
    house.golive(&["step", "fail", "freeze", "--reason", "disk full"]).done();
    assert_eq!(house.step("freeze")["state"], "failed");
    assert_eq!(house.step("freeze")["reason"], "disk full");
    house.golive(&["step", "skip", "purge", "--reason", "not needed"]).done();
    assert_eq!(house.step("purge")["state"], "skipped");
    house.golive(&["step", "defer", "dump", "--reason", "on Monday"]).done();
    assert_eq!(house.step("dump")["state"], "deferred");
    house.golive(&["step", "assign", "measure", "Cy Okafor"]).done();
    assert_eq!(house.step("measure")["owner"], "cy");
}

#[test]
fn what_completion_asks_is_given_piece_by_piece() {
    let house = House::with_run();
    house.golive(&["step", "start", "measure"]).done();
    let refusal = house.golive(&["step", "done", "measure"]).refused();
    assert!(refusal.contains("Replica lag"), "{refusal}");
    house.golive(&["step", "tick", "measure", "replica"]).done();
    house.golive(&["step", "tick", "measure", "2"]).done();
    let unknown = house.golive(&["step", "tick", "measure", "nothing"]).refused();
    assert!(unknown.contains("Alerts quiet"), "the items there are: {unknown}");
    house.golive(&["step", "record", "measure", "lag", "3.5"]).done();
    assert!(house.golive(&["step", "record", "measure", "nope", "1"]).refused().contains("lag"));
    house.write("proof.txt", "proof");
    house.golive(&["step", "evidence", "measure", "proof.txt"]).done();
    let given = house.events().pop().unwrap().to_string();
    let sum = "c1cda26362828b69266512052b97cb3729e3b052e4ade47c0a1e3383defe73c7";
    assert!(given.contains("proof.txt") && given.contains(sum), "{given}");
    house.golive(&["step", "evidence", "measure", "https://ci.example/77"]).done();
    house.golive(&["step", "evidence", "measure", "no-such-file"]).wrong();
    house.golive(&["step", "done", "measure"]).done();
}

#[test]
fn a_dangerous_step_asks_for_its_name() {
    let house = House::with_run();
    let refusal = house.golive(&["step", "start", "purge"]).refused();
    assert!(refusal.contains("--confirm purge"), "{refusal}");
    house.golive(&["step", "start", "purge", "--confirm", "pur"]).refused();
    house.golive(&["step", "done", "purge"]).refused();
    house.golive(&["step", "start", "purge", "--confirm", "1.3"]).done();
    house.golive(&["step", "done", "purge"]).done();
}

#[test]
fn a_step_for_two_is_complete_when_both_have_signed() {
    let house = House::with_run();
    house.golive(&["step", "start", "two-eyes"]).done();
    house.golive_as("bo", &["step", "sign", "two-eyes"]).done();
    house.golive_as("bo", &["step", "sign", "two-eyes"]).refused();
    house.golive(&["step", "sign", "two-eyes", "--for", "cy"]).done();
    assert_eq!(house.step("two-eyes")["state"], "done");
}

#[test]
fn a_gate_is_polled_decided_and_opens_the_way() {
    let house = House::with_run();
    settle_prepare(&house);
    house.golive_as("bo", &["vote", "go-nogo", "no-go", "--reason", "replica is behind"]).done();
    house.golive_as("bo", &["vote", "go-nogo", "go"]).done();
    house.golive(&["vote", "2.1", "go"]).done();
    house.golive_as("cy", &["vote", "go-nogo", "go"]).refused();
    house.golive(&["decide", "go-nogo", "go"]).refused();
    house
        .golive_as(
            "bo",
            &["checklist", "tick", "readiness", "backup", "--evidence", "https://x.example"],
        )
        .done();
    house.golive(&["checklist", "waive", "readiness", "alerts"]).refused();
    house
        .golive_as("bo", &["checklist", "waive", "readiness", "alerts", "--reason", "no"])
        .refused();
    house.golive(&["checklist", "waive", "readiness", "alerts", "--reason", "quiet night"]).done();
    house.golive(&["decide", "go-nogo", "no-go", "--condition", "x"]).wrong();
    house.golive(&["decide", "go-nogo", "go", "--condition", "watch the lag for an hour"]).done();
    assert_eq!(house.step("go-nogo")["state"], "done");
    assert!(house.golive(&["step", "choose", "route", "tepid"]).refused().contains("warm, cold"));
    house.golive(&["step", "choose", "route", "cold"]).done();
    house.golive_as("cy", &["step", "start", "open"]).done();
    house.golive_as("cy", &["step", "done", "open"]).done();
    house.golive(&["complete", "with-issues", "--summary", "slow but sound"]).done();
    assert_eq!(house.status()["state"], "complete");
    house.golive(&["judge", "errors", "met", "--reason", "seven quiet days"]).done();
    house.golive(&["step", "start", "open"]).refused();
}

#[test]
fn the_run_is_held_resumed_rescheduled_and_called_off() {
    let house = House::with_run();
    house.golive_as("bo", &["hold", "--reason", "x"]).refused();
    house.golive(&["hold", "--reason", "paging storm"]).done();
    assert_eq!(house.status()["held"], true);
    let refusal = house.golive(&["step", "start", "freeze"]).refused();
    assert!(refusal.contains("--override --reason"), "a lead may go on: {refusal}");
    let said =
        house.golive(&["step", "start", "freeze", "--override", "--reason", "agreed"]).done();
    assert!(said.contains("deviation"), "{said}");
    assert_eq!(house.status()["deviations"].as_array().unwrap().len(), 1);
    house.golive(&["step", "start", "dump", "--override"]).wrong();
    house.golive(&["resume"]).done();
    house.golive(&["reschedule"]).wrong();
    house.golive(&["reschedule", "--opens", "22:00"]).wrong();
    let args = ["reschedule", "--opens", "2031-01-01 22:00", "--closes", "2031-01-02 04:00"];
    house.golive(&args).done();
    assert_eq!(house.status()["window"]["closes"], "2031-01-02T04:00:00Z");
    house
        .golive(&["reschedule", "--zero-hour", "+2h", "--approver", "CAB", "--reference", "C-1"])
        .done();
    house.golive(&["cancel", "--reason", "vendor outage"]).done();
    assert_eq!(house.status()["state"], "canceled");
    house.golive(&["hold"]).refused();
}

#[test]
fn people_are_called_replaced_granted_and_given_the_lead() {
    let house = House::with_run();
    house.golive(&["call", "bo"]).wrong();
    house.golive(&["call", "bo", "--answered", "--no-answer"]).wrong();
    house.golive(&["call", "bo", "--no-answer", "--step", "freeze"]).done();
    house.golive(&["call", "Cy Okafor", "--answered"]).done();
    house.golive(&["substitute", "bo", "cy"]).done();
    let said = house.golive_as("cy", &["step", "start", "freeze"]).done();
    assert!(!said.contains("a step of"), "the substitute's own step now: {said}");
    house.golive(&["roll-call"]).done();
    house.golive_as("bo", &["roll-call", "--here"]).done();
    house.golive_as("olga", &["step", "start", "dump"]).refused();
    house.golive(&["grant", "olga", "operator"]).done();
    house.golive_as("olga", &["step", "start", "dump"]).done();
    house.golive(&["handover", "bo"]).done();
    house.golive_as("bo", &["hold"]).done();
}

#[test]
fn notes_are_written_edited_closed_and_removed() {
    let house = House::with_run();
    let said = house
        .golive(&["note", "Replica is slow", "--kind", "risk", "--step", "1.2", "--public"])
        .done();
    let number = said.split_whitespace().next().unwrap().to_owned();
    house
        .golive(&[
            "note",
            "edit",
            &number,
            "Replica is very slow",
            "--owner",
            "bo",
            "--due",
            "+30m",
        ])
        .done();
    house
        .golive(&["note", "close", number.trim_start_matches('#'), "--reason", "caught up"])
        .done();
    house.golive(&["note", "remove", &number]).done();
    house.golive(&["note", "remove", "1"]).refused();
    house.golive(&["note", "remove", "999"]).refused();
    house.golive(&["note", "  "]).wrong();
    house.golive(&["note"]).wrong();
    house.golive(&["note", "Call the vendor", "--kind", "action", "--due", "04:00"]).done();
}

#[test]
fn mistakes_are_corrected_and_leave_no_deviation() {
    let house = House::with_run();
    let started = number(&house.golive(&["step", "start", "freeze"]).done());
    house.golive(&["correct", &started]).done();
    assert_eq!(house.step("freeze")["state"], "planned");
    house.golive(&["step", "start", "freeze", "--at", "10m ago"]).done();
    let done = number(&house.golive(&["step", "done", "freeze"]).done());
    house.golive(&["correct", &done, "--to-time", "-5m", "--reason", "mistyped"]).done();
    let elapsed = house.step("freeze")["elapsed_s"].as_i64().unwrap();
    assert!((290..=310).contains(&elapsed), "{elapsed}");
    let note = number(&house.golive(&["note", "teh lock"]).done());
    house.golive(&["correct", &note, "--text", "the lock"]).done();
    house.golive(&["correct", &note, "--text", "x", "--to-time", "5m ago"]).wrong();
    house.golive(&["correct", "999"]).refused();
    assert_eq!(house.status()["deviations"].as_array().unwrap().len(), 0);
    assert_eq!(house.status()["conflicts"].as_array().unwrap().len(), 0);
}

#[test]
fn a_correction_that_others_rest_on_is_asked_about_first() {
    let house = House::with_run();
    let started = number(&house.golive(&["step", "start", "freeze"]).done());
    house.golive(&["step", "done", "freeze"]).done();
    let refusal = house.golive(&["correct", &started]).refused();
    assert!(refusal.contains("completed 1.1") && refusal.contains("--yes"), "{refusal}");
    house.golive(&["correct", &started, "--yes"]).done();
}

#[test]
fn acts_say_when_and_whose_they_are() {
    let house = House::with_run();
    house.golive(&["step", "start", "freeze", "--for", "bo", "--at", "3m ago"]).done();
    let event = house.events().pop().unwrap().to_string();
    assert!(event.contains("happened_at") && event.contains("\"for\""), "{event}");
    assert!((170..=190).contains(&house.step("freeze")["elapsed_s"].as_i64().unwrap()));
    house.golive(&["step", "done", "freeze", "--at", "soon"]).wrong();
    house.golive(&["step", "done", "freeze", "--reason", "because"]).wrong();
    house.golive(&["step", "skip", "dump", "--reason", " "]).wrong();
}

#[test]
fn a_new_text_is_adopted() {
    let house = House::with_run();
    house.golive(&["adopt", "night.toml"]).refused();
    house.write("broken.toml", "format = 1\n");
    house.golive(&["adopt", "broken.toml"]).refused();
    house.golive(&["adopt", "absent.toml"]).wrong();
    house.write("night.toml", NIGHT.replace("Dump the ledger", "Dump the whole ledger"));
    house.golive_as("bo", &["adopt", "night.toml"]).refused();
    let said = house.golive(&["adopt", "night.toml", "--reason", "clearer"]).done();
    assert!(said.contains("revised the plan"), "{said}");
    assert_eq!(house.step("dump")["title"], "Dump the whole ledger");
    let text = house.golive(&["runbook"]).done();
    assert_eq!(text, std::fs::read_to_string(house.path().join("night.toml")).unwrap());
    house.golive(&["runbook", "-o", "copy.toml"]).done();
    assert_eq!(text, std::fs::read_to_string(house.path().join("copy.toml")).unwrap());
}

#[test]
fn a_message_has_live_values_and_goes_on_record_when_sent() {
    let house = House::with_run();
    house.golive(&["step", "done", "freeze"]).done();
    assert_eq!(house.golive(&["message", "exec"]).done(), "Ledger 4.2 go-live: 1/8\n");
    house.golive(&["message", "nobody"]).refused();
    let before = house.events().len();
    house.golive(&["message", "exec", "--sent"]).done();
    assert_eq!(house.events().len(), before + 1);
}

#[test]
fn a_step_that_is_not_there_or_not_clear_is_named_with_candidates() {
    let house = House::with_run();
    let none = house.golive(&["step", "start", "nope"]).refused();
    assert!(none.contains("no step `nope`") && none.contains("golive status"), "{none}");
    house.write(
        "other.toml",
        NIGHT
            .replace("id = \"dump\"", "id = \"free-dump\"")
            .replace("id = \"ledger-4.2\"", "id = \"other\""),
    );
    let run = house.golive(&["open", "other.toml", "--rehearsal"]).done();
    let several = house.golive(&["step", "start", "free", "--run", run.trim()]).refused();
    assert!(several.contains("freeze, free-dump"), "{several}");
}

#[test]
fn an_act_takes_the_only_active_run_or_the_one_named() {
    let house = House::new();
    let nothing = house.golive(&["step", "start", "freeze"]).wrong();
    assert!(nothing.contains("golive run RUNBOOK"), "{nothing}");
    house.write("night.toml", NIGHT);
    let first = house.golive(&["open", "night.toml"]).done();
    let second = house.golive(&["open", "night.toml", "--new"]).done();
    assert_ne!(first, second);
    house.golive(&["start", "--run", first.trim()]).done();
    house.golive(&["step", "start", "freeze"]).done();
    assert_eq!(house.status()["run"], first.trim(), "the only active run");
    house.golive(&["status", first.trim(), "--run", second.trim()]).wrong();
    house.golive(&["status", "ledger"]).wrong();
    let file = house.path().join("runs").join(format!("{}.golive", second.trim()));
    let named = house.golive(&["status", "--json", file.to_str().unwrap()]).done();
    assert!(named.contains(second.trim()));
    house.golive(&["check", "night.toml", "--run", "x"]).wrong();
}

fn settle_prepare(house: &House) {
    for step in ["freeze", "dump", "purge", "measure", "two-eyes"] {
        house.golive(&["step", "skip", step, "--reason", "not tonight"]).done();
    }
}

/// The number of the entry that an answer begins with.
fn number(said: &str) -> String {
    said.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_correction_names_what_rests_on_the_entry_by_number_and_person() {
    let house = House::with_run();
    house.golive_as("bo", &["step", "start", "freeze"]).done();
    house.golive_as("bo", &["step", "done", "freeze"]).done();
    let said = house.golive_as("bo", &["correct", "3"]).refused();
    assert!(said.contains("  #4 bo completed 1.1 Freeze writes"), "{said}");
}

#[test]
fn a_slip_of_the_pen_becomes_no_lead() {
    let house = House::with_run();
    let said = house.golive(&["handover", "an"]).refused();
    assert!(said.contains("an is not in the runbook's [people]; did you mean ana?"), "{said}");
    assert!(said.contains("--yes"), "{said}");
    house.golive(&["hold"]).done();
    house.golive(&["resume"]).done();
    // Who is meant is taken: known by the runbook, by an act, or because it is said.
    house.golive(&["note", "here", "--as", "Zoë"]).done();
    house.golive(&["handover", "Zoë"]).done();
    house.golive(&["handover", "Bo Chen", "--as", "Zoë"]).done();
    house.golive(&["handover", "somebody new", "--yes", "--as", "bo"]).done();
}

#[test]
fn a_name_that_the_run_does_not_know_is_taken_with_a_word() {
    let house = House::with_run();
    let hint = "note: dy is not in the runbook's [people]; did you mean cy?\n";
    for args in [
        &["step", "assign", "dump", "dy"][..],
        &["grant", "dy", "observer"],
        &["call", "dy", "--answered"],
        &["substitute", "bo", "dy"],
        &["note", "x", "--for", "dy"],
    ] {
        let house = House::with_run();
        let said = house.golive(args);
        assert!(said.err.contains(hint), "{args:?}: {said:?}");
        said.done();
    }
    let said = house.golive(&["step", "assign", "dump", "The vendor"]);
    assert!(said.err.contains("The vendor is not in the runbook's [people], and"), "{said:?}");
    for args in [&["step", "assign", "dump", "bo"][..], &["note", "x", "--for", "Cy Okafor"]] {
        assert_eq!(house.golive(args).err, "", "{args:?}");
    }
}
