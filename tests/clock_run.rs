//! The run clock: the same for everybody, through suspends, reboots and a system clock that jumps;
//! and every jump is on record, once.
#![allow(clippy::disallowed_methods, reason = "looks at files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "children report, and tests say what they leave out"
)]

#[path = "support/ledger.rs"]
mod support;

use golive::ledger::{Access, Ledger};
use golive::run::Event;
use std::path::Path;
use support::{Hands, complete, new_run_with, note, start, time};

const HOUR: i64 = 3_600;

fn jumps(ledger: &Ledger) -> Vec<i64> {
    ledger.state().clock_jumps.iter().map(|jump| jump.by_ms).collect()
}

fn open(path: &Path, hands: &Hands, boot: &str) -> Ledger {
    Ledger::open_with(path, Access::Write, hands.clock(boot)).unwrap()
}

#[test]
fn durations_stay_right_when_the_system_clock_jumps() {
    for jump in [-HOUR, 24 * HOUR, -40 * 365 * 24 * HOUR, 10] {
        let folder = tempfile::tempdir().unwrap();
        let hands = Hands::new();
        let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
        ledger.append(start("ana", "s1")).unwrap();
        hands.pass(300);
        hands.set_system_clock(jump);
        hands.pass(300);
        let done = ledger.append(complete("ana", "s1")).unwrap();
        assert_eq!(done.act.at, time("2026-11-28T22:10:00Z"), "{jump}");
        assert_eq!(jumps(&ledger), [jump * 1000]);
        ledger.append(note("later")).unwrap();
        assert_eq!(jumps(&ledger), [jump * 1000], "once");
    }
}

#[test]
fn a_jump_comes_before_the_act_that_found_it_and_is_news_to_who_folds_along() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    hands.set_system_clock(-HOUR);
    let entry = ledger.append(note("x")).unwrap();
    assert_eq!(entry.seq, 3);
    let news = ledger.catch_up().unwrap();
    assert_eq!(news.len(), 1);
    assert_eq!((news[0].seq, &news[0].act.event), (2, &Event::ClockJumped { by_ms: -3_600_000 }));
    assert!(ledger.catch_up().unwrap().is_empty());
}

#[test]
fn every_process_sees_the_same_time_and_only_the_first_records_a_jump() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut first = new_run_with(folder.path(), 2, hands.clock("b1"));
    let path = first.path().to_owned();
    hands.pass(60);
    // A process that starts after the jump, and one that was there before it.
    hands.set_system_clock(HOUR);
    let mut second = open(&path, &hands, "b1");
    hands.pass(60);
    assert_eq!(first.now(), second.now());
    assert_eq!(first.now(), time("2026-11-28T22:02:00Z"));
    assert!(second.record_jump("bo").unwrap());
    assert!(!first.record_jump("ana").unwrap());
    first.append(note("x")).unwrap();
    second.append(note("y")).unwrap();
    first.catch_up().unwrap();
    assert_eq!(jumps(&first), [3_600_000]);
    assert_eq!(jumps(&second), [3_600_000]);
    // Back again is another jump: from here on the two agree.
    hands.set_system_clock(-HOUR);
    assert!(first.record_jump("ana").unwrap());
    second.append(note("z")).unwrap();
    assert_eq!(jumps(&second), [3_600_000, 0]);
}

#[test]
fn small_steps_are_no_jump_until_they_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    for _ in 0..5 {
        hands.set_system_clock(1);
        assert!(!ledger.record_jump("ana").unwrap());
    }
    hands.set_system_clock(1);
    assert!(ledger.record_jump("ana").unwrap());
    assert_eq!(jumps(&ledger), [6_000]);
}

#[test]
fn suspended_time_counts() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    ledger.append(start("ana", "s1")).unwrap();
    hands.pass(3 * HOUR);
    let done = ledger.append(complete("ana", "s1")).unwrap();
    assert_eq!(done.act.at, time("2026-11-29T01:00:00Z"));
    assert!(jumps(&ledger).is_empty());
}

#[test]
fn a_new_boot_takes_the_system_clock_but_never_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    let path = ledger.path().to_owned();
    hands.pass(600);
    ledger.append(note("before")).unwrap();
    ledger.close().unwrap();
    hands.reboot(20);
    hands.set_system_clock(120);
    let mut ledger = open(&path, &hands, "b2");
    let entry = ledger.append(note("after")).unwrap();
    assert_eq!(entry.act.at, time("2026-11-28T22:12:00Z"));
    assert!(jumps(&ledger).is_empty());
    ledger.close().unwrap();
    // A boot whose clock has fallen behind the record.
    hands.reboot(20);
    hands.set_system_clock(-HOUR);
    let mut ledger = open(&path, &hands, "b3");
    hands.pass(5);
    let entry = ledger.append(note("on")).unwrap();
    assert_eq!(entry.act.at, time("2026-11-28T22:12:05Z"));
    assert_eq!(jumps(&ledger), [-3_600_000]);
}

#[test]
fn a_boot_without_a_name_is_told_by_when_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock_of(None));
    let path = ledger.path().to_owned();
    // A jump smaller than the machine has been up is a jump.
    hands.set_system_clock(-1_800);
    ledger.append(note("x")).unwrap();
    assert_eq!(jumps(&ledger), [-1_800_000]);
    ledger.close().unwrap();
    // A machine that has been up for a minute has booted since.
    hands.set_system_clock(1_800);
    hands.pass(600);
    hands.reboot(60);
    let mut ledger = Ledger::open_with(&path, Access::Write, hands.clock_of(None)).unwrap();
    let entry = ledger.append(note("y")).unwrap();
    assert_eq!(entry.act.at, time("2026-11-28T22:10:00Z"));
    assert_eq!(jumps(&ledger), [-1_800_000]);
}

#[test]
fn a_boot_clock_that_went_back_never_takes_the_run_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    let path = ledger.path().to_owned();
    hands.pass(HOUR);
    let last = ledger.append(note("x")).unwrap().act.at;
    ledger.close().unwrap();
    hands.pass(-HOUR);
    let mut ledger = open(&path, &hands, "b1");
    assert!(ledger.append(note("y")).unwrap().act.at >= last);
    hands.pass(60);
    let later = ledger.append(note("z")).unwrap().act.at;
    assert_eq!((later - last).num_seconds(), 60);
}

/// As in a time namespace, whose boot clock is ahead of that of the processes outside.
#[test]
fn a_process_whose_boot_clock_is_ahead_is_one_jump_and_not_two() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    let path = ledger.path().to_owned();
    ledger.append(start("ana", "s1")).unwrap();
    hands.pass(HOUR);
    hands.set_system_clock(-HOUR);
    ledger.append(complete("ana", "s1")).unwrap();
    assert_eq!(jumps(&ledger), [-3_600_000]);
    ledger.close().unwrap();
    hands.pass(-HOUR);
    hands.set_system_clock(HOUR);
    let mut ledger = open(&path, &hands, "b1");
    let entry = ledger.append(note("outside again")).unwrap();
    assert_eq!(entry.act.at, time("2026-11-28T23:00:00Z"));
    assert_eq!(jumps(&ledger), [-3_600_000]);
}

#[test]
fn a_ledger_on_another_machine_goes_on_by_that_machines_clock() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hands = Hands::new();
    let ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    let path = ledger.path().to_owned();
    ledger.close().unwrap();
    let copy = other.path().join("demo-1.golive");
    std::fs::copy(path, &copy).unwrap();
    hands.pass(HOUR);
    hands.reboot(40 * HOUR);
    let mut ledger = open(&copy, &hands, "another machine");
    assert_eq!(ledger.append(note("x")).unwrap().act.at, time("2026-11-28T23:00:00Z"));
}

#[test]
fn a_clock_from_a_madhouse_panics_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b1"));
    for secs in
        [i64::from(i32::MAX), -2 * i64::from(i32::MAX), 8_000_000_000_000, -8_000_000_000_000]
    {
        hands.set_system_clock(secs);
        let _ = ledger.append(note("x"));
        hands.reboot(secs / 1000);
        let _ = ledger.append(note("y"));
        hands.set_system_clock(-secs);
        hands.reboot(HOUR);
    }
    ledger.append(note("still here")).unwrap();
}
