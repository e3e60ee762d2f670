//! One key asks about the report: its card says where it goes, Enter writes it, and the screen says
//! where it is. Typing in the wrong pane writes no file.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
#[allow(unused_imports, reason = "each test file uses its own part")]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::freezing;
use golive::cockpit::effect::Effect;
use golive::cockpit::msg::Msg;
use golive::report::Format;
use session::{Session, parse};
use support::*;

/// What was asked to be written: name, format, anonymised.
fn written(s: &Session) -> Vec<(&str, Format, bool)> {
    let reports = s.effects.iter().filter_map(|effect| match effect {
        Effect::WriteReport { name, format, anonymised } => Some((&**name, *format, *anonymised)),
        _ => None,
    });
    reports.collect()
}

fn evening() -> Session {
    let mut s = freezing();
    s.model.reports_in = "/home/ana/night".to_owned();
    s
}

#[test]
fn the_card_says_where_the_report_goes_and_enter_writes_it() {
    let mut s = evening();
    s.keys("<Ctrl-p>");
    assert!(written(&s).is_empty(), "the key alone writes nothing");
    let id = s.model.run.run.clone();
    assert!(s.screen().contains(&format!("/home/ana/night/{id}.html")), "{}", s.screen());
    assert!(s.screen().contains("The run is not over"), "{}", s.screen());
    s.keys("<Enter>");
    assert_eq!(written(&s), [(format!("{id}.html").as_str(), Format::Html, false)]);
    assert!(s.appends().is_empty(), "a report records nothing");
    s.send(Msg::ReportWritten(Ok("/home/ana/night/ledger.html".to_owned())));
    assert!(s.screen().contains("the report is in /home/ana/night/ledger.html"), "{}", s.screen());
    s.send(Msg::ReportWritten(Err("the report was not written: disk full".to_owned())));
    assert!(s.screen().contains("disk full"), "{}", s.screen());
}

#[test]
fn format_and_names_are_chosen_on_the_card_and_the_place_follows() {
    let mut s = evening();
    let id = s.model.run.run.clone();
    s.keys("<Ctrl-p><BackTab><Down><BackTab>5");
    let name = format!("{id}-anonymised.xlsx");
    assert!(s.screen().contains(&name), "{}", s.screen());
    s.keys("<Ctrl-s>");
    assert_eq!(written(&s), [(name.as_str(), Format::Xlsx, true)]);
}

#[test]
fn esc_writes_nothing() {
    let mut s = evening();
    s.keys("<Ctrl-p><Esc><Enter><Esc>");
    assert!(written(&s).is_empty());
}

/// Found by chance: what was typed opened the palette, and its Enter picked the report.
#[test]
fn a_sentence_that_ends_in_the_palette_writes_no_file() {
    for text in ["Ka0 0a!a:R(\n", "so: report\n", ":report\n"] {
        for gap in [5, 70, 200, 850] {
            let mut s = evening();
            for (n, key) in parse(text).into_iter().enumerate() {
                s.key(key, if n == 0 { 5_000 } else { gap });
            }
            s.calm();
            assert!(written(&s).is_empty(), "{text:?} at {gap} ms");
            assert!(s.appends().is_empty(), "{text:?} at {gap} ms");
        }
    }
}
