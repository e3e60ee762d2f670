//! The timeline: the steps against time. It folds like the list, scrolls and zooms, follows now,
//! and says every moment right, in the runbook's zone, across midnight, clock changes and holds.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use chrono::TimeDelta;
use golive::cockpit::model::{Cursor, View};
use golive::cockpit::msg::{Mouse, MouseDid, Msg};
use golive::run::timeline::{Marks, Scale, extent, marks, phase_track, t_ticks, track, wall_ticks};
use golive::run::{Event, Mode, StepStatus, forecast};
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

fn migrating() -> Night {
    let mut night = Night::open(LEDGER);
    for (at, person, step) in
        [("22:01", "bo", "dump"), ("22:20", "qa", "mute"), ("22:24", "ana", "banner")]
    {
        night.at(at).ok(person, begin(step));
        night.ok(person, done(step));
    }
    night.at("22:35").ok("bo", begin("freeze"));
    night.at("22:40").ok("bo", done("freeze"));
    night.at("22:42").ok("bo", begin("migrate"));
    night.at("22:57");
    night
}

fn timeline() -> Session {
    let mut s = Session::on(migrating());
    s.keys("=");
    assert_eq!(s.model.view, View::Timeline);
    s
}

fn title(s: &Session) -> String {
    s.screen().lines().find(|line| line.contains("┌ Timeline")).unwrap().to_owned()
}

/// The line on which the marks are named.
fn marked(s: &Session) -> String {
    let at = s.screen().lines().position(|line| line.contains("T clock")).unwrap();
    s.screen().lines().nth(at + 1).unwrap().to_owned()
}

fn on(s: &Session) -> String {
    match &s.model.steps.cursor {
        Cursor::Step(id) | Cursor::Phase(id) | Cursor::Rung(id) => id.clone(),
        Cursor::Nowhere => String::new(),
    }
}

#[test]
fn the_cursor_folds_and_moves_in_both_lists_alike_and_enter_goes_to_the_step() {
    let mut s = timeline();
    assert_eq!(on(&s), "migrate");
    s.keys("<Down><Down>");
    assert_eq!(on(&s), "go-nogo");
    s.keys("<Left>");
    assert_eq!(on(&s), "cutover");
    assert!(!s.screen().contains("2.1 Freeze"), "{}", s.screen());
    s.keys("<Right><Down>");
    assert!(s.screen().contains("2.1 Freeze"), "{}", s.screen());
    s.keys("<End>");
    assert_eq!(on(&s), "live", "the rungs were never taken, so they are not there");
    s.keys("2.3<Enter>");
    assert_eq!((s.model.view, on(&s).as_str()), (View::Steps, "verify"));
    assert!(s.appends().is_empty(), "nothing in the timeline acts");
}

#[test]
fn every_key_of_the_timeline_only_looks() {
    let mut s = timeline();
    for key in ["+", "-", "_", "<", ">", "<Shift-Left>", "<Shift-Right>", "f", "t", "<Space>"] {
        s.keys(key);
        assert!(s.appends().is_empty() && s.model.card.is_none(), "{key}");
        assert_eq!(s.model.view, View::Timeline, "{key}");
    }
}

#[test]
fn zooming_goes_in_follows_now_and_comes_back_to_all_of_the_run_and_then_its_window() {
    let mut s = timeline();
    assert!(title(&s).contains("the whole run"), "{}", title(&s));
    s.keys("+");
    assert!(title(&s).contains("follows now · 1m a column"), "{}", title(&s));
    s.keys("+++++++++");
    assert!(title(&s).contains("5s a column"), "{}", title(&s));
    let before = s.screen();
    s.wait(600);
    assert!(s.screen().contains("now 23:07") && s.screen() != before);
    s.keys("f");
    assert!(title(&s).contains("the whole run"), "{}", title(&s));
    // The window closes hours after the run.
    assert!(!marked(&s).contains("window closes"), "{}", s.screen());
    s.keys("-------");
    assert!(title(&s).contains("the run and its window"), "{}", s.screen());
    assert!(marked(&s).contains("roll back by 03:30"), "{}", s.screen());
    assert!(s.screen().contains("┊   ]│"), "{}", s.screen());
    let widest = s.screen();
    s.keys("-");
    assert_eq!(s.screen(), widest, "there is nothing more to be seen");
    s.keys("++++++++-");
    assert!(title(&s).contains("scrolled"), "{}", title(&s));
    s.keys("t");
    assert!(title(&s).contains("follows now"), "{}", title(&s));
}

#[test]
fn scrolling_in_time_stops_where_there_is_nothing_and_t_comes_back_to_now() {
    let mut s = timeline();
    s.keys("++");
    for _ in 0..80 {
        s.keys(">");
    }
    let end = s.screen();
    s.keys(">");
    assert_eq!(end, s.screen(), "the end");
    assert!(end.contains("◂"), "an arrow tells where now is: {end}");
    for _ in 0..120 {
        s.keys("<");
    }
    let start = s.screen();
    s.keys("<");
    assert_eq!(start, s.screen(), "the start");
    assert!(start.contains("▸"), "{start}");
    s.keys("t");
    assert!(s.screen().contains("now 22:57"), "{}", s.screen());
}

#[test]
fn a_click_goes_to_the_row_and_the_wheel_moves_the_cursor() {
    let mut s = timeline();
    // Two lines of frame and clocks more than the header and the axis.
    let row = |s: &Session, what: &str| {
        u16::try_from(s.screen().lines().position(|line| line.contains(what)).unwrap()).unwrap()
    };
    let y = row(&s, "2.4 Open");
    s.send(Msg::Mouse(Mouse { what: MouseDid::Click, x: 30, y }));
    assert_eq!(on(&s), "go-nogo");
    s.send(Msg::Mouse(Mouse { what: MouseDid::ScrollUp, x: 30, y }));
    assert_eq!(on(&s), "freeze");
    s.send(Msg::Mouse(Mouse { what: MouseDid::Click, x: 30, y: 4 }));
    assert_eq!(on(&s), "freeze", "the axis is no row");
}

#[test]
fn a_step_has_its_plan_its_work_and_what_is_expected() {
    let mut night = migrating();
    night.at("22:50").ok("bo", block("migrate"));
    night.at("22:53").ok("bo", unblock("migrate"));
    night.at("22:57");
    let expected = forecast(&night.state, night.now);
    let ix = |id: &str| night.state.step_ix(id).unwrap();
    let line = track(&night.state, &expected, ix("migrate"), night.now);
    assert_eq!(line.plan, Some((clock("22:35"), clock("23:00"))));
    let work: Vec<_> = line.work.iter().map(|w| (w.from, w.until, w.status)).collect();
    assert_eq!(
        work,
        [
            (clock("22:42"), clock("22:57"), StepStatus::Running),
            (clock("22:50"), clock("22:53"), StepStatus::Blocked),
        ]
    );
    // 25 minutes of work, and three in which it could not go on.
    assert_eq!(line.expected, Some((clock("22:57"), clock("23:10"))));
    assert!(line.critical);
    let line = track(&night.state, &expected, ix("freeze"), night.now);
    assert_eq!((line.expected, line.critical), (None, false));
    let all = phase_track(&night.state, &expected, 3..8, night.now);
    assert_eq!(all.plan, Some((clock("22:30"), clock("23:10"))));
    assert_eq!(all.expected, Some((clock("22:57"), clock("23:20"))));
}

#[test]
fn earlier_attempts_and_those_taken_without_a_start_are_there() {
    let mut night = migrating();
    night.at("22:59").ok("bo", fail("migrate"));
    night.at("23:00").ok("ana", reopen("migrate", 1));
    let begun = Event::StepStarted { step: "migrate".into(), attempt: 2 };
    night.at("23:02").ok("bo", begun);
    night.at("23:05");
    let expected = forecast(&night.state, night.now);
    let ix = night.state.step_ix("migrate").unwrap();
    let line = track(&night.state, &expected, ix, night.now);
    let work: Vec<_> = line.work.iter().map(|w| (w.from, w.until, w.status)).collect();
    assert_eq!(
        work,
        [
            (clock("22:42"), clock("22:59"), StepStatus::Failed),
            (clock("23:02"), clock("23:05"), StepStatus::Running),
        ]
    );
    let skipped = track(&night.state, &expected, night.state.step_ix("mute").unwrap(), night.now);
    assert_eq!(skipped.work[0].from, skipped.work[0].until, "done in the same minute");
}

#[test]
fn window_holds_and_roll_back_by_are_marked_until_the_run_is_over() {
    let mut night = migrating();
    night.at("22:58").ok("ana", hold("vendor"));
    night.at("23:04");
    let at = |night: &Night| marks(&night.state, &forecast(&night.state, night.now), night.now);
    let Marks { now, opens, closes, roll_back_by, ended, holds, .. } = at(&night);
    assert_eq!((now, ended), (Some(clock("23:04")), None));
    assert_eq!((opens, closes), (Some(clock("22:00")), Some(clock("04:00"))));
    // 04:00 less 5 minutes to decide, 20 to restore the dump, 5 to allow writes.
    assert_eq!(roll_back_by, Some(clock("03:30")));
    assert_eq!(holds, [(clock("22:58"), clock("23:04"))]);
    night.ok("ana", Event::RunResumed {});
    night.at("23:10").ok("ana", Event::RunCanceled { reason: None });
    night.at("23:40");
    let Marks { now, ended, holds, .. } = at(&night);
    assert_eq!((now, ended), (None, Some(clock("23:10"))));
    assert_eq!(holds, [(clock("22:58"), clock("23:04"))]);
}

#[test]
fn the_extent_is_the_run_and_a_window_that_is_not_much_longer() {
    let night = migrating();
    let expected = forecast(&night.state, night.now);
    let (from, until) = extent(&night.state, &expected, night.now);
    assert_eq!(from, clock("22:00"));
    assert_eq!(Some(until), expected.finish.max(expected.plan_finish));
    let near = LEDGER.replace("closes = 2026-11-29T04:00:00Z", "closes = 2026-11-28T23:59:00Z");
    let night = Night::open(&near);
    let expected = forecast(&night.state, night.now);
    assert_eq!(extent(&night.state, &expected, night.now).1, clock("23:59"));
}

/// The T clock stands still in a hold: the hour before zero is further away for it.
#[test]
fn the_t_axis_stands_still_in_holds_and_the_wall_axis_does_not() {
    let mut night = migrating();
    let scale = Scale::new(clock("22:45"), 60, 100);
    let named = |night: &Night| -> Vec<(String, usize)> {
        let ticks = t_ticks(&scale, &night.state, night.now);
        ticks.into_iter().map(|tick| (tick.label, tick.cell)).collect()
    };
    let before = named(&night);
    assert_eq!(before[..2], [("T−01:10".into(), 5), ("T−01:00".into(), 15)]);
    night.at("22:56").ok("ana", hold("vendor"));
    night.at("23:01").ok("ana", Event::RunResumed {});
    assert_eq!(named(&night)[..2], [("T−01:10".into(), 5), ("T−01:00".into(), 20)]);
    let zone = night.state.plan.release.timezone;
    let wall: Vec<_> = wall_ticks(&scale, zone).into_iter().map(|tick| tick.cell).collect();
    assert_eq!(wall[..3], [5, 15, 25]);
}

/// A rehearsal moves zero hour with it; the axis counts to the moved one.
#[test]
fn the_t_axis_of_a_rehearsal_counts_to_its_own_zero_hour() {
    let mut night = Night::open_as(LEDGER, Mode::Rehearsal, "ana");
    night.now += TimeDelta::days(40);
    night.ok("ana", begin("dump"));
    let scale = Scale::new(night.now, 60, 100);
    let ticks = t_ticks(&scale, &night.state, night.now);
    assert_eq!((ticks[0].label.as_str(), ticks[0].cell), ("T−02:00", 0));
}

/// In the night in which London's clocks go back, 01:00 is there twice.
#[test]
fn a_doubled_hour_is_seen_twice() {
    let text = LEDGER
        .replace("2026-11-29T00:00:00Z", "2026-10-25T01:00:00Z")
        .replace("2026-11-28T22:00:00Z", "2026-10-24T23:00:00Z")
        .replace("2026-11-29T04:00:00Z", "2026-10-25T04:00:00Z");
    let mut night = Night::open(&text);
    night.now = "2026-10-24T23:05:00Z".parse().unwrap();
    night.ok("bo", begin("dump"));
    let mut s = Session::of(night, "ana", (120, 40));
    s.keys("=-------");
    let axis = s.screen().lines().find(|line| line.contains("London ")).unwrap().to_owned();
    let wall = s.screen().lines().find(|line| line.contains("02:00")).unwrap().to_owned();
    assert!(wall.matches("01:00").count() == 2, "{axis}\n{}", s.screen());
    assert!(wall.contains("25Oct"), "midnight is named by its day: {}", s.screen());
}

#[test]
fn a_plan_for_another_day_and_a_run_without_anything_are_drawn() {
    let mut night = Night::open(LEDGER);
    night.now -= TimeDelta::days(5);
    let mut s = Session::on(night);
    s.keys("=");
    assert!(s.screen().contains("◂now 23 Nov"), "{}", s.screen());
    s.keys("++t<<>>--f");
    let bare = "format = 1\n[release]\ntitle = \"Bare\"\n[people.ana]\nrole = \"lead\"\n[[phases]]\ntitle = \"One\"\nsteps = [{ title = \"Say hello\", kind = \"milestone\" }]\n";
    let mut s = Session::on(Night::open(bare));
    s.keys("=++--<<>>ft");
    assert!(s.screen().contains("Say hello"), "{}", s.screen());
}
