//! Key to frame on a plan of 10,000 steps: `cargo bench --bench cockpit`.
#![allow(missing_docs, reason = "a benchmark's names say what they measure")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that cannot run says so by panicking"
)]

#[path = "../support/session.rs"]
mod session;
#[path = "../support/mod.rs"]
mod support;

use divan::{Bencher, black_box};
use golive::cockpit::model::Outbox;
use golive::cockpit::msg::Msg;
use golive::cockpit::theme::Theme;
use golive::cockpit::{update, view};
use golive::run::EntryId;
use golive::sync::session::Condition;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use session::{Session, parse};
use std::fmt::Write;
use support::Night;

fn main() {
    divan::main();
}

/// Ten thousand steps in a hundred phases, half the links crossing.
fn plan() -> String {
    let mut text = "format = 1\n[release]\ntitle = \"Big\"\nzero_hour = 2026-11-28T23:00:00Z\n[people.ana]\nrole = \"lead\"\n".to_owned();
    for i in 0..10_000 {
        if i % 100 == 0 {
            let _ = write!(
                text,
                "[[phases]]\nid = \"p{i}\"\ntitle = \"Phase {i}\"\nflow = \"parallel\"\nafter = []\n"
            );
        }
        let _ = write!(
            text,
            "[[phases.steps]]\nid = \"s{i}\"\ntitle = \"Step {i}\"\nowner = \"ana\"\nduration = \"{}m\"\n",
            1 + i % 20
        );
    }
    text
}

fn big() -> Session {
    Session::of(Night::open(&plan()), "ana", (200, 60))
}

fn buffer() -> Buffer {
    Buffer::empty(Rect::new(0, 0, 200, 60))
}

#[divan::bench]
fn cursor_and_frame(bencher: Bencher) {
    let (mut s, theme, mut buffer) = (big(), Theme::shipped("dark").unwrap(), buffer());
    let mut at = 0;
    bencher.bench_local(|| {
        at += 1_000;
        for key in parse(if at % 2_000 == 0 { "j" } else { "k" }) {
            let _ = update(&mut s.model, Msg::Key(key, at));
        }
        view::draw_on(black_box(&s.model), &theme, &mut buffer)
    });
}

/// The same with the network cut: acts wait, and every key comes with news of another try that
/// failed. To be compared with `cursor_and_frame` of the same run.
#[divan::bench]
fn cursor_and_frame_while_the_hub_is_away(bencher: Bencher) {
    let (mut s, theme, mut buffer) = (big(), Theme::shipped("dark").unwrap(), buffer());
    let names = (0..200).map(|index| EntryId { replica: "here".to_owned(), index });
    let outbox = Outbox { waiting: names.collect(), refused: Vec::new(), lost: Vec::new() };
    let _ = update(&mut s.model, Msg::Outbox(outbox));
    let mut at = 0;
    bencher.bench_local(|| {
        at += 1_000;
        let away = Condition {
            unshared: 200,
            offline_since: Some(1_795_900_000_000),
            unreachable: Some(format!("connection {at} timed out")),
            ..Condition::default()
        };
        let _ = update(&mut s.model, Msg::Sharing(away));
        for key in parse(if at % 2_000 == 0 { "j" } else { "k" }) {
            let _ = update(&mut s.model, Msg::Key(key, at));
        }
        view::draw_on(black_box(&s.model), &theme, &mut buffer)
    });
}

#[divan::bench]
fn page_and_frame(bencher: Bencher) {
    let (mut s, theme, mut buffer) = (big(), Theme::shipped("dark").unwrap(), buffer());
    let mut at = 0;
    bencher.bench_local(|| {
        at += 1_000;
        for key in parse(if at % 2_000 == 0 { "<PageDown>" } else { "<PageUp>" }) {
            let _ = update(&mut s.model, Msg::Key(key, at));
        }
        view::draw_on(black_box(&s.model), &theme, &mut buffer)
    });
}

/// A page of the timeline, with the run going on.
#[divan::bench]
fn timeline_page_and_frame(bencher: Bencher) {
    keys_and_frame(bencher, "=", ["<PageDown>", "<PageUp>"]);
}

#[divan::bench]
fn timeline_zoom_and_frame(bencher: Bencher) {
    keys_and_frame(bencher, "=", ["+", "-"]);
}

#[divan::bench]
fn timeline_scroll_and_frame(bencher: Bencher) {
    keys_and_frame(bencher, "=+++", [">", "<"]);
}

#[divan::bench]
fn bridge_tick_and_frame(bencher: Bencher) {
    let (mut s, theme, mut buffer) = (big(), Theme::shipped("dark").unwrap(), buffer());
    s.keys("&");
    let mut now = s.night.now;
    bencher.bench_local(|| {
        now += chrono::TimeDelta::seconds(1);
        let _ = update(&mut s.model, Msg::Tick(now));
        view::draw_on(black_box(&s.model), &theme, &mut buffer)
    });
}

/// Two keys in turn, each with its frame, after some keys that lead to where it is measured.
fn keys_and_frame(bencher: Bencher, first: &str, keys: [&str; 2]) {
    let (mut s, theme, mut buffer) = (big(), Theme::shipped("dark").unwrap(), buffer());
    s.keys(first);
    let keys = keys.map(parse);
    let mut at = 10_000_000;
    bencher.bench_local(|| {
        at += 1_000;
        for key in &keys[usize::from(at % 2_000 == 0)] {
            let _ = update(&mut s.model, Msg::Key(*key, at));
        }
        view::draw_on(black_box(&s.model), &theme, &mut buffer)
    });
}

#[divan::bench]
fn tick(bencher: Bencher) {
    let mut s = big();
    let mut now = s.night.now;
    bencher.bench_local(|| {
        now += chrono::TimeDelta::seconds(1);
        update(&mut s.model, Msg::Tick(now))
    });
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn somebody_elses_entry(bencher: Bencher) {
    let mut s = big();
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        let seq = s.night.force(golive::run::Intent::new("ana", support::begin(&format!("s{n}"))));
        let entry = s.night.logged(seq).entry.clone();
        update(&mut s.model, Msg::Others(vec![entry]))
    });
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn find_a_letter(bencher: Bencher) {
    let mut s = big();
    s.keys("/");
    let mut at = 1_000_000;
    bencher.bench_local(|| {
        at += 1_000;
        for key in parse(if at % 2_000 == 0 { "9" } else { "<Backspace>" }) {
            let _ = update(&mut s.model, Msg::Key(key, at));
        }
    });
}
