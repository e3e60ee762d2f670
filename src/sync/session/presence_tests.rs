//! What a session says of its own cockpit, and what it makes of what the others say.

use super::*;
use crate::runbook::Role;
use crate::sync::protocol::{Hello, PassedOn, You};
use chrono::DateTime;

const NOW: Millis = 1_795_900_000_000;

fn session() -> Session {
    let head = Head { seq: 1, chain: "c".to_owned() };
    let ledger = Ledger { epoch: 1, head: Some(head), ..Ledger::default() };
    let mut session = Session::new(ledger, 7, NOW);
    session.take(Input::Wake, NOW);
    session
}

fn hello(session: &mut Session, number: u64, now: Millis) -> Vec<Output> {
    let head = Head { seq: 1, chain: "c".to_owned() };
    let hello = Hello { epoch: 1, head, you: You::default() };
    session.take(Input::Streamed(number, Streamed::Hello(hello)), now)
}

fn at_step(step: &str) -> Place {
    Place { step: Some(step.to_owned()), view: Some("steps".to_owned()) }
}

fn from(person: &str, cockpit: &str, step: &str, now: Millis) -> Input {
    let step = Some(step.to_owned());
    let view = Some("steps".to_owned());
    said(person, Progress::Presence { step, view, cockpit: Some(cockpit.to_owned()) }, now)
}

fn left(person: &str, cockpit: &str, now: Millis) -> Input {
    said(person, Progress::Left { cockpit: Some(cockpit.to_owned()) }, now)
}

fn said(person: &str, progress: Progress, now: Millis) -> Input {
    let at = DateTime::from_timestamp_millis(now).expect("a moment");
    let passed = PassedOn { person: person.to_owned(), role: Role::Operator, at, progress };
    Input::Streamed(1, Streamed::Progress(passed))
}

/// The steps that were said.
fn told(out: &[Output]) -> Vec<String> {
    let said = out.iter().filter_map(|output| match output {
        Output::Ask(_, Request::Progress(Progress::Presence { step, .. })) => step.clone(),
        _ => None,
    });
    said.collect()
}

/// Who was shown last: `ana here s1, bo gone s2`.
fn shown(out: &[Output]) -> Option<String> {
    let last = out.iter().rev().find_map(|output| match output {
        Output::Present(seen) => Some(seen),
        _ => None,
    })?;
    let one = |seen: &Seen| {
        let how = format!("{:?}", seen.whereabouts).to_lowercase();
        format!("{} {how} {}", seen.person, seen.place.step.as_deref().unwrap_or("-"))
    };
    Some(last.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// Lets a session wake whenever it wants to; all that it says meanwhile, and when.
fn let_pass(session: &mut Session, from: Millis, until: Millis) -> Vec<(Millis, Output)> {
    let (mut now, mut all) = (from, Vec::new());
    while let Some(at) = session.wake_at().map(|at| at.max(now + 1)).filter(|at| *at <= until) {
        now = at;
        // The hub stays reached.
        let alive = session.take(Input::Streamed(1, Streamed::Alive), now);
        all.extend(alive.into_iter().map(|output| (now, output)));
    }
    all
}

#[test]
fn it_says_where_it_is_at_once_then_changes_every_two_seconds_and_a_beat_in_between() {
    let mut session = session();
    assert!(told(&session.take(Input::Here(at_step("s1")), NOW)).is_empty(), "nobody hears it");
    assert_eq!(told(&hello(&mut session, 1, NOW)), ["s1"]);
    for n in 0..100 {
        let step = if n == 99 { "s9".to_owned() } else { format!("s{}", n % 3) };
        assert!(told(&session.take(Input::Here(at_step(&step)), NOW + n * 10)).is_empty());
    }
    let all = let_pass(&mut session, NOW + 1_000, NOW + 40_000);
    let times: Vec<_> = all
        .iter()
        .filter(|(_, output)| !told(std::slice::from_ref(output)).is_empty())
        .map(|(at, output)| (at - NOW, told(std::slice::from_ref(output)).remove(0)))
        .collect();
    let s9 = || "s9".to_owned();
    assert_eq!(times, [(2_000, s9()), (17_000, s9()), (32_000, s9())]);
}

#[test]
fn whoever_does_not_sit_at_a_cockpit_says_nothing() {
    let mut session = session();
    hello(&mut session, 1, NOW);
    let all = let_pass(&mut session, NOW, NOW + 60_000);
    let said = all.iter().filter(|(_, o)| matches!(o, Output::Ask(_, Request::Progress(_))));
    assert_eq!(said.count(), 0);
    assert_eq!(session.leave(), None);
}

#[test]
fn somebody_new_hears_soon_that_we_are_here() {
    let mut session = session();
    session.take(Input::Here(at_step("s1")), NOW);
    hello(&mut session, 1, NOW);
    let now = NOW + 5_000;
    assert_eq!(told(&session.take(from("bo", "b1", "s2", now), now)), ["s1"]);
    let again = session.take(from("bo", "b1", "s3", now + 3_000), now + 3_000);
    assert!(told(&again).is_empty(), "they know by now");
}

#[test]
fn the_others_are_here_until_they_leave_or_fall_silent() {
    let mut session = session();
    hello(&mut session, 1, NOW);
    assert_eq!(shown(&session.take(from("bo", "b1", "s2", NOW), NOW)).unwrap(), "bo here s2");
    // What is the same is not shown again.
    let beat = session.take(from("bo", "b1", "s2", NOW + 15_000), NOW + 15_000);
    assert_eq!(shown(&beat), None);
    session.take(from("qa", "q1", "s1", NOW + 20_000), NOW + 20_000);
    let gone = session.take(left("qa", "q1", NOW + 25_000), NOW + 25_000);
    assert_eq!(shown(&gone).unwrap(), "bo here s2, qa gone s1");
    let all = let_pass(&mut session, NOW + 25_000, NOW + 60_001);
    let (at, output) = all.iter().find(|(_, o)| shown(std::slice::from_ref(o)).is_some()).unwrap();
    assert_eq!(at - NOW, 60_000, "45 s after the last beat");
    assert_eq!(shown(std::slice::from_ref(output)).unwrap(), "bo gone s2, qa gone s1");
    let Output::Present(seen) = output else { panic!("{output:?}") };
    assert_eq!(seen[0].at.timestamp_millis(), NOW + 15_000, "last seen by the hub's clock");
}

#[test]
fn of_several_cockpits_of_one_person_the_one_that_moved_last_counts() {
    let mut session = session();
    hello(&mut session, 1, NOW);
    session.take(from("bo", "b1", "s1", NOW), NOW);
    let second = session.take(from("bo", "b2", "s2", NOW + 1_000), NOW + 1_000);
    assert_eq!(shown(&second).unwrap(), "bo here s2");
    // A beat is no move.
    assert_eq!(shown(&session.take(from("bo", "b1", "s1", NOW + 15_000), NOW + 15_000)), None);
    let one_left = session.take(left("bo", "b2", NOW + 16_000), NOW + 16_000);
    assert_eq!(shown(&one_left).unwrap(), "bo here s1");
    let both_left = session.take(left("bo", "b1", NOW + 18_000), NOW + 18_000);
    assert_eq!(shown(&both_left).unwrap(), "bo gone s1");
}

#[test]
fn without_the_hub_nothing_is_known_of_anybody_until_they_are_heard_again() {
    let mut session = session();
    session.take(Input::Here(at_step("s1")), NOW);
    hello(&mut session, 1, NOW);
    session.take(from("bo", "b1", "s2", NOW), NOW);
    session.take(from("qa", "q1", "s3", NOW), NOW + 2_000);
    let ended = Streamed::Ended("the hub restarts".to_owned());
    let out = session.take(Input::Streamed(1, ended), NOW + 5_000);
    assert_eq!(shown(&out).unwrap(), "bo unknown s2, qa unknown s3");
    // Offline for hours: still unknown, and nobody is said to have left.
    let now = NOW + 7_200_000;
    let out = session.take(Input::Wake, now);
    assert_eq!(shown(&out), None);
    let opened = out.iter().find_map(|output| match output {
        Output::OpenStream(number, _) => Some(*number),
        _ => None,
    });
    let opened = opened.expect("it tries again");
    let out = hello(&mut session, opened, now);
    assert_eq!(told(&out), ["s1"], "it says at once that it is back");
    let Input::Streamed(_, back) = from("bo", "b1", "s2", now + 1_000) else { unreachable!() };
    let out = session.take(Input::Streamed(opened, back), now + 1_500);
    assert_eq!(shown(&out).unwrap(), "bo here s2, qa unknown s3");
    session.take(Input::Streamed(opened, Streamed::Alive), now + 30_000);
    let Input::Streamed(_, beat) = from("bo", "b1", "s2", now + 31_000) else { unreachable!() };
    session.take(Input::Streamed(opened, beat), now + 31_000);
    let out = session.take(Input::Streamed(opened, Streamed::Alive), now + 45_001);
    assert_eq!(shown(&out).unwrap(), "bo here s2, qa gone s3");
}

#[test]
fn a_flood_is_shown_once_a_second_and_takes_no_more_room_than_it_may() {
    let mut session = session();
    hello(&mut session, 1, NOW);
    let mut shows = 0;
    for n in 0..10_000 {
        let now = NOW + n;
        let who = format!("p{}", if n < 5_000 { n % 400 } else { n });
        let out = session.take(from(&who, &format!("c{n}"), &format!("s{n}"), now), now);
        shows += usize::from(shown(&out).is_some());
        if let Some(Output::Present(seen)) = out.last() {
            assert!(seen.len() <= 500, "{}", seen.len());
        }
    }
    assert!((5..=11).contains(&shows), "{shows} in 10 s");
    let long = "x".repeat(300);
    session.take(from(&long, "c", "s", NOW + 20_000), NOW + 20_000);
    session.take(from("zoe", "c", &long, NOW + 20_000), NOW + 20_000);
    let out = session.take(left("p1", "c1", NOW + 22_000), NOW + 22_000);
    assert!(!shown(&out).unwrap_or_default().contains("zoe"));
}

#[test]
fn a_clock_that_jumps_does_not_make_anybody_leave() {
    for jump in [-600_000, 600_000] {
        let mut session = session();
        session.take(Input::Here(at_step("s1")), NOW);
        hello(&mut session, 1, NOW);
        session.take(from("bo", "b1", "s2", NOW), NOW);
        let out = session.take(Input::Wake, NOW + jump);
        assert_eq!(shown(&out).unwrap(), "bo unknown s2", "a silence of {jump} ms");
        assert!(session.wake_at().is_some_and(|at| at <= NOW + jump + 60_000));
    }
}

#[test]
fn whoever_leaves_says_so() {
    let mut session = session();
    session.take(Input::Here(at_step("s1")), NOW);
    hello(&mut session, 1, NOW);
    let Some(Output::Ask(_, Request::Progress(Progress::Left { cockpit: Some(cockpit) }))) =
        session.leave()
    else {
        panic!("it says nothing")
    };
    assert_eq!(cockpit, "0000000000000007");
    assert_eq!(session.leave(), None, "once");
}
