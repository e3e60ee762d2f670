//! A lead makes a page link in the cockpit: asked of the hub, shown once as a QR code and as text,
//! copied, and gone again soon.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say so by panicking"
)]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::effect::Effect;
use golive::cockpit::model::View;
use golive::cockpit::msg::Msg;
use golive::cockpit::theme::Theme;
use golive::cockpit::view;
use golive::sync::protocol::PageOf;
use golive::sync::session::Condition;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use session::Session;
use support::*;

const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T23:00:00Z
[people.ana]
name = "Ana Ruiz"
role = "lead"
[people.bo]
name = "Bo"
[[phases]]
title = "Cutover"
steps = [{ id = "freeze", title = "Freeze", owner = "bo", duration = "5m" }]
"#;

const URL: &str = "https://hub.example/l/AbCdEfGhIjKlMnOpQrStUv";

fn session(me: &str, size: (u16, u16)) -> Session {
    let mut s = Session::of(Night::open(PLAN), me, size);
    s.send(Msg::Sharing(Condition::default()));
    s
}

fn shown(size: (u16, u16)) -> Session {
    let mut s = session("ana", size);
    s.send(Msg::PageLink(Ok((PageOf::Person("bo".to_owned()), URL.to_owned()))));
    s
}

fn asked(s: &Session) -> Vec<&PageOf> {
    let asked = s.effects.iter().filter_map(|effect| match effect {
        Effect::PageLink(page) => Some(page),
        _ => None,
    });
    asked.collect()
}

/// Dark and light dots of the code on the screen, with what is light around it.
fn dots(buffer: &Buffer) -> Vec<Vec<bool>> {
    let mut rows = Vec::new();
    for y in 0..buffer.area.height {
        let row = (0..buffer.area.width).filter_map(|x| buffer.cell((x, y)));
        let (above, below): (Vec<_>, Vec<_>) = row
            .filter(|cell| cell.symbol() == "▀")
            .map(|cell| (cell.fg == Color::Black, cell.bg == Color::Black))
            .unzip();
        if !above.is_empty() {
            rows.extend([above, below]);
        }
    }
    rows
}

fn drawn(s: &Session, theme: &Theme) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, s.model.size.0, s.model.size.1));
    view::draw_on(&s.model, theme, &mut buffer);
    buffer
}

#[test]
fn the_card_asks_the_hub_for_the_page_of_whoever_is_under_the_cursor() {
    let mut s = session("ana", (80, 24));
    s.keys("<F7>jw");
    assert!(s.screen().contains("acting in their name"), "{}", s.screen());
    s.keys("<Enter>");
    assert_eq!(asked(&s), [&PageOf::Person("bo".to_owned())]);
    assert!(s.appends().is_empty() && s.model.card.is_none());
    s.keys("w<Up><Right><Ctrl-s>");
    assert_eq!(asked(&s)[1..], [&PageOf::Stakeholders]);
    s.send(Msg::PageLink(Err("the hub is gone".to_owned())));
    assert_eq!(s.said(), "there is no link: the hub is gone");
}

#[test]
fn only_a_lead_of_a_shared_run_makes_one() {
    let mut s = session("bo", (80, 24));
    s.keys("<F7>w");
    assert!(s.model.card.is_none() && s.said().contains("only a lead"), "{}", s.said());
    let mut alone = Session::of(Night::open(PLAN), "ana", (80, 24));
    alone.keys("<F7>w");
    assert!(alone.said().contains("golive run --share"), "{}", alone.said());
}

#[test]
fn it_is_shown_as_a_code_that_a_camera_reads_and_as_text() {
    let s = shown((80, 24));
    let screen = s.screen();
    assert!(screen.contains("the steps of Bo") && screen.contains(URL), "{screen}");
    let code = qrcode::QrCode::with_error_correction_level(URL, qrcode::EcLevel::L).unwrap();
    let (rows, wide) = (dots(&drawn(&s, &Theme::default())), code.width());
    let quiet = (rows[0].len() - wide) / 2;
    assert!(quiet >= 2);
    for (y, row) in code.to_colors().chunks(wide).enumerate() {
        let seen = &rows[y + quiet][quiet..quiet + wide];
        let meant: Vec<_> = row.iter().map(|dot| *dot == qrcode::Color::Dark).collect();
        assert_eq!(seen, meant, "row {y}");
    }
    let around = |row: &Vec<bool>| row[..quiet].iter().chain(&row[quiet + wide..]).all(|dot| !dot);
    assert!(rows.iter().all(around), "light all around");
}

#[test]
fn what_nobody_else_can_open_is_no_code_and_says_so() {
    for (url, why) in [
        ("http://0.0.0.0:7600/l/AbCd", "0.0.0.0 is no address that anybody can open"),
        ("http://127.0.0.1:7600/l/AbCd", "Nobody else can open this"),
    ] {
        let mut s = session("ana", (100, 30));
        s.send(Msg::PageLink(Ok((PageOf::Stakeholders, url.to_owned()))));
        let screen = s.screen();
        assert!(screen.contains(why) && screen.contains("--base URL"), "{screen}");
        assert!(screen.contains(url), "it can be copied all the same: {screen}");
        assert!(dots(&drawn(&s, &Theme::default())).is_empty());
    }
}

#[test]
fn where_it_does_not_fit_the_screen_says_what_it_takes() {
    let s = shown((60, 15));
    let screen = s.screen();
    assert!(
        screen.contains("The QR code does not fit here: it takes 33 columns and 20"),
        "{screen}"
    );
    assert!(screen.contains(URL), "{screen}");
    // Letters only: a dot is two columns wide.
    let mut s = shown((80, 24));
    let ascii = Theme::default().with_ascii(true);
    let text = |buffer: &Buffer| buffer.content.iter().map(|c| c.symbol()).collect::<String>();
    let small = text(&drawn(&s, &ascii));
    assert!(small.contains("it takes 66 columns and 36 rows") && small.is_ascii(), "{small}");
    s.send(Msg::Resize(90, 50));
    let buffer = drawn(&s, &ascii);
    assert!(text(&buffer).is_ascii());
    let dark = buffer.content.iter().filter(|cell| cell.bg == Color::Black).count();
    let code = qrcode::QrCode::with_error_correction_level(URL, qrcode::EcLevel::L).unwrap();
    let dots = code.to_colors().iter().filter(|dot| **dot == qrcode::Color::Dark).count();
    assert_eq!(dark, 2 * dots);
    // Never a panic, however small.
    for size in [(0, 0), (1, 1), (2, 3), (20, 4), (200, 2), (5, 60)] {
        drawn(&shown(size), &Theme::default());
        drawn(&shown(size), &Theme::mono().with_ascii(true));
    }
}

#[test]
fn enter_copies_it_and_it_is_gone_by_esc_by_going_elsewhere_and_by_itself() {
    let mut s = shown((80, 24));
    s.keys("<Enter>");
    assert!(s.effects.contains(&Effect::Copy(URL.to_owned())));
    s.keys("s");
    assert!(s.screen().contains(URL), "nothing happens behind it");
    s.keys("<Esc>");
    assert!(!s.screen().contains(URL) && s.model.view == View::Bridge);
    let mut s = shown((80, 24));
    s.wait(119);
    assert!(s.screen().contains("gone in 1 s"), "{}", s.screen());
    s.wait(1);
    assert!(!s.screen().contains(URL) && s.model.page_link.is_none());
    assert!(s.appends().is_empty(), "nothing is recorded");
    let said: Vec<_> = s.model.toasts.iter().filter(|toast| toast.text.contains("/l/")).collect();
    assert!(said.is_empty());
}
