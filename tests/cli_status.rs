//! `golive status --json`: the names that others build on, frozen; and the same as text.
#![allow(clippy::disallowed_methods, reason = "tests write files")]

mod cli_support;

use cli_support::House;
use serde_json::Value;
use std::collections::BTreeSet;

/// The stable names, `[]` for the members of a list.
const NAMES: &str = "\
chain conflicts counts counts.blocked counts.deferred counts.done counts.failed \
counts.not_applicable counts.ready counts.running counts.skipped counts.total counts.undone \
deviations deviations[].reason deviations[].seq forecast forecast.delta_s forecast.finish \
forecast.plan_finish forecast.rag forecast.reasons held hold_s intervals mode run seq started_at \
state steps steps[].attempt steps[].critical steps[].elapsed_s steps[].expected_finish \
steps[].expected_start steps[].finished_at steps[].float_s steps[].id steps[].kind steps[].late \
steps[].number steps[].owner steps[].phase steps[].planned_s steps[].ready steps[].reason \
steps[].started_at steps[].state steps[].title streams t_clock_s title zero_hour";

#[test]
fn the_names_of_status_are_frozen() {
    let house = House::with_run();
    house.golive(&["step", "start", "freeze"]).done();
    house.golive(&["step", "done", "freeze"]).done();
    house.golive(&["step", "start", "dump"]).done();
    house.golive(&["step", "fail", "dump", "--reason", "disk full"]).done();
    house.golive(&["hold"]).done();
    house.golive(&["step", "start", "measure", "--override", "--reason", "agreed"]).done();
    let status = house.status();
    let mut names = BTreeSet::new();
    collect("", &status, &mut names);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    assert_eq!(names.join(" "), NAMES);
    assert_eq!(status["state"], "active");
    assert_eq!(status["mode"], "rehearsal");
    assert_eq!(status["counts"]["total"], 8);
    assert_eq!(status["steps"][0]["state"], "done");
    assert_eq!(status["steps"][5]["kind"], "gate");
    assert!(status["started_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(status["chain"].as_str().unwrap().len(), 64);
}

fn collect(path: &str, value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                names.insert(path.clone());
                collect(&path, value, names);
            }
        }
        Value::Array(list) => {
            for value in list {
                collect(&format!("{path}[]"), value, names);
            }
        }
        _ => {}
    }
}

#[test]
fn status_as_text_says_where_the_run_stands() {
    let house = House::with_run();
    house.golive(&["step", "start", "freeze"]).done();
    house.golive(&["hold", "--reason", "paging storm"]).done();
    let text = house.golive(&["status"]).done();
    for words in [
        "REHEARSAL  Ledger 4.2 go-live",
        "HELD",
        "held: paging storm",
        "0/8 settled, 1 running",
        "running: 1.1 Freeze writes",
        "next: ",
        "Prepare",
        "● 1.1",
        "Freeze writes",
        "· 2.1",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn watching_shows_what_others_do_and_changes_nothing() {
    use std::io::{BufRead, BufReader};
    let house = House::with_run();
    let before = house.golive(&["verify"]).done();
    let mut watch = house.command(&["watch"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("0/8 settled;") || line.contains("0/8 settled,")));
    assert_eq!(house.golive(&["verify"]).done(), before, "watching writes nothing");
    house.golive(&["step", "done", "freeze"]).done();
    assert!(lines.any(|line| line.contains("1/8 settled, 1 done")));
    watch.kill().unwrap();
    watch.wait().unwrap();
}
