//! The call list: whom to call, when, for which step, and what became of it.

use super::ink::{Ink, put};
use super::text::left;
use super::{clock, list, pane};
use crate::cockpit::model::{Focus, View};
use crate::cockpit::panes::{CallRow, CallStatus};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws the pane.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let calls = &ink.model.calls;
    let focused = ink.model.focus() == Focus::Pane(View::Calls);
    let open = calls.rows.iter().filter(|row| row.status.is_open()).count();
    let title = match open {
        0 => "Calls".to_owned(),
        open => format!("Calls · {open} to make"),
    };
    let inner = pane::frame(ink, buffer, area, &title, focused);
    if calls.rows.is_empty() {
        let text = "Nobody is to be called: no step ahead has a `notice`.";
        return put(buffer, inner, 0, &Line::styled(text, ink.theme.screen.muted));
    }
    list::draw(ink, buffer, inner, (calls.place, calls.rows.len()), |at, columns| {
        calls.rows.get(at).map(|call| row(ink, call, columns)).unwrap_or_default()
    });
    pane::scrolled(ink, buffer, area, calls.place.top, calls.rows.len());
}

fn row(ink: &Ink<'_>, call: &CallRow, columns: usize) -> Line<'static> {
    let styles = &ink.theme.steps;
    let (names, contacts, says) = match columns {
        100.. => (22, 20, 34),
        70.. => (13, 16, 23),
        _ => (10, 0, 18),
    };
    let gap = usize::from(contacts > 0);
    let title = columns.saturating_sub(7 + names + 1 + contacts + gap + says + 1);
    let (said, style) = said(ink, call);
    let name = match &call.instead_of {
        Some(owner) => format!("{} for {}", ink.name(&call.person), ink.name(owner)),
        None => ink.name(&call.person),
    };
    let mine = call.person == ink.model.me;
    let step = ink.step(call.step);
    let perhaps = if call.maybe { "perhaps " } else { "" };
    let step = step.map(|step| format!("{perhaps}{} {}", step.number, step.title));
    let step = step.unwrap_or_default();
    let mut spans = vec![
        Span::styled(left(&ink.moment(call.at), 7), styles.time),
        Span::styled(left(&name, names), if mine { styles.mine } else { styles.title }),
        Span::raw(" "),
    ];
    if contacts > 0 {
        let contact = call.contact.as_deref().unwrap_or("–");
        spans.push(Span::styled(format!("{} ", left(contact, contacts)), styles.title));
    }
    spans.push(Span::styled(left(&said, says), style));
    spans.push(Span::styled(format!(" {}", left(&step, title)), styles.time));
    Line::from(spans)
}

/// What became of the call, and what is to be done.
fn said(ink: &Ink<'_>, call: &CallRow) -> (String, Style) {
    let styles = &ink.theme.steps;
    let wait = (call.at - ink.now()).num_seconds();
    match &call.status {
        CallStatus::StandsBy(at) => (format!("stands by since {}", ink.moment(*at)), styles.done),
        CallStatus::Answered(at) => (format!("reached at {}", ink.moment(*at)), styles.done),
        CallStatus::NoAnswer { times, substitute, .. } => {
            let next = substitute.as_ref().map(|who| format!(", try {who}"));
            let times = if *times > 1 { format!(" ({times}×)") } else { String::new() };
            (format!("NO ANSWER{times}{}", next.unwrap_or_default()), styles.late)
        }
        CallStatus::Open if wait > 0 => (format!("in {}", clock::rough(wait)), styles.time),
        CallStatus::Open if wait > -60 => ("CALL NOW".to_owned(), styles.ready),
        CallStatus::Open => {
            let late = clock::rough(wait);
            (format!("CALL NOW, {late} late"), styles.late)
        }
    }
}
