//! The notes: who, when, what kind, about which step, open or closed, public or not.

use super::ink::{Ink, put};
use super::text::{fit, left, width, wrap_pieces};
use super::{list, pane};
use crate::cockpit::action::Action;
use crate::cockpit::model::{Focus, View};
use crate::run::{Note, NoteKind, mention};
use crate::runbook::visible;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Draws the pane: the list, and the note under the cursor in full where its row is cut.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let notes = &ink.model.notes;
    let focused = ink.model.focus() == Focus::Pane(View::Notes);
    let mut title = "Notes".to_owned();
    if notes.this_step {
        let number = ink.model.cursor_step().map_or("", |ix| ink.number(ix));
        title.push_str(&format!(" · about {number}"));
    }
    if notes.open_only {
        title.push_str(" · open issues, risks and actions");
    }
    if notes.for_me {
        title.push_str(" · for me");
    }
    match notes.unread.notes.len() + notes.unread.marked.len() {
        0 => {}
        new => title.push_str(&format!(" · {new} new")),
    }
    let inner = pane::frame(ink, buffer, area, &title, focused);
    if notes.rows.is_empty() {
        let key = ink.model.keymap.shown(Action::Note);
        let text = format!("No notes here yet; {key} writes one.");
        return put(buffer, inner, 0, &Line::styled(text, ink.theme.screen.muted));
    }
    let note = |at: usize| notes.rows.get(at).and_then(|ix| ink.model.run.notes.get(*ix));
    list::draw(ink, buffer, inner, (notes.place, notes.rows.len()), |at, columns| {
        note(at).map(|note| row(ink, note, columns)).unwrap_or_default()
    });
    pane::scrolled(ink, buffer, area, notes.place.top, notes.rows.len());
    if let Some(note) = note(notes.place.cursor) {
        let lines = full(ink, note, usize::from(inner.width.saturating_sub(2)));
        let room = text_room(note, usize::from(inner.width).saturating_sub(2));
        if !fits(&note.text, room) || note.closed.is_some() || note.owner.is_some() {
            list::in_full(ink, buffer, inner, (notes.place, &lines));
        }
    }
}

/// A kind in a word.
pub fn word(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Note => "note",
        NoteKind::Decision => "decision",
        NoteKind::Issue => "ISSUE",
        NoteKind::Risk => "RISK",
        NoteKind::Action => "ACTION",
    }
}

fn style(ink: &Ink<'_>, note: &Note) -> Style {
    let styles = &ink.theme.notes;
    match note.kind {
        _ if note.closed.is_some() => styles.closed,
        NoteKind::Note => styles.note,
        NoteKind::Decision => styles.decision,
        NoteKind::Issue => styles.issue,
        NoteKind::Risk => styles.risk,
        NoteKind::Action => styles.action,
    }
}

/// Columns of a person in a list that is so wide.
fn people(columns: usize) -> usize {
    if columns >= 90 { 16 } else { 8 }
}

/// What else is to be known of a note, in words.
fn tail(note: &Note) -> String {
    let mut tail = String::new();
    if note.public {
        tail.push_str(" public");
    }
    if !note.earlier.is_empty() {
        tail.push_str(" edited");
    }
    if note.closed.is_some() {
        tail.push_str(" closed");
    }
    tail
}

/// Columns left for a note's text.
fn text_room(note: &Note, columns: usize) -> usize {
    columns.saturating_sub(5 + 1 + people(columns) + 1 + 6 + 1 + 9 + width(&tail(note)))
}

/// Whether a row shows all of a text.
fn fits(text: &str, room: usize) -> bool {
    let shown = fit(text, room);
    shown == visible(text)
}

fn row(ink: &Ink<'_>, note: &Note, columns: usize) -> Line<'static> {
    let styles = &ink.theme.log;
    let number = note.step.as_deref().and_then(|id| ink.model.run.plan.step(id));
    let number = number.map_or("", |step| step.number.as_str());
    let room = text_room(note, columns);
    let mut line = vec![
        Span::styled(ink.time(note.fact.at), styles.time),
        mark(ink, note),
        Span::styled(format!("{} ", left(&note.fact.person, people(columns))), styles.person),
        Span::styled(format!("{} ", left(number, 6)), ink.theme.steps.number),
        Span::styled(left(word(note.kind), 9), style(ink, note)),
    ];
    line.extend(called(ink, left(&note.text, room), Style { bg: None, ..ink.theme.screen.text }));
    line.push(Span::styled(tail(note), ink.theme.screen.muted));
    Line::from(line)
}

/// Whether a note is new to the person, and calls them.
fn mark(ink: &Ink<'_>, note: &Note) -> Span<'static> {
    let unread = &ink.model.notes.unread;
    let new = unread.notes.contains(&note.id) || unread.marked.contains(&note.id);
    if !new {
        return Span::raw(" ");
    }
    match mention::calls(&ink.model.run, &ink.model.me, &note.text) {
        true => Span::styled("@", me(ink)),
        false => Span::styled("•", Style { bg: None, ..ink.theme.screen.text }),
    }
}

/// How the person's own name looks in a text.
fn me(ink: &Ink<'_>) -> Style {
    Style { bg: None, ..ink.theme.steps.mine }.add_modifier(Modifier::BOLD)
}

/// A text that is safe to show, with the names that it calls standing out.
fn called(ink: &Ink<'_>, text: String, style: Style) -> Vec<Span<'static>> {
    let mentions = mention::mentions(&ink.model.run, &ink.model.me, &text);
    let mut spans = Vec::new();
    let mut from = 0;
    for mention in mentions.into_iter().filter(|mention| !mention.people.is_empty()) {
        let before = text.get(from..mention.range.start).unwrap_or_default();
        let name = text.get(mention.range.clone()).unwrap_or_default();
        let own = mention.people.contains(&ink.model.me);
        let how = if own { me(ink) } else { style.add_modifier(Modifier::BOLD) };
        spans.push(Span::styled(before.to_owned(), style));
        spans.push(Span::styled(name.to_owned(), how));
        from = mention.range.end;
    }
    spans.push(Span::styled(text.get(from..).unwrap_or_default().to_owned(), style));
    spans
}

fn full(ink: &Ink<'_>, note: &Note, columns: usize) -> Vec<Line<'static>> {
    let muted = ink.theme.screen.muted;
    let mut lines = Vec::new();
    let mut head = format!("{} at {}", ink.name(&note.fact.person), ink.moment(note.fact.at));
    if let Some(owner) = &note.owner {
        head.push_str(&format!(", for {}", ink.name(owner)));
    }
    if let Some(due) = note.due {
        head.push_str(&format!(", due {}", ink.moment(due)));
    }
    let kind = (format!("{}  ", word(note.kind)).into(), style(ink, note));
    lines.extend(wrap_pieces(&[kind, (head.into(), muted)], columns));
    let text = super::text::wrap(&note.text, columns, Style::new()).into_iter();
    lines.extend(text.map(|line| Line::from(called(ink, line.to_string(), Style::new()))));
    if let Some((fact, reason)) = &note.closed {
        let reason = reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
        let text =
            format!("closed by {} at {}{reason}", ink.name(&fact.person), ink.moment(fact.at));
        lines.extend(super::text::wrap(&text, columns, muted));
    }
    for (text, fact) in note.earlier.iter().rev() {
        let text = format!("until {}: {text}", ink.moment(fact.at));
        lines.extend(super::text::wrap(&text, columns, ink.theme.log.voided));
    }
    lines
}
