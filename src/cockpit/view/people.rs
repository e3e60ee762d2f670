//! People: role, team, contact, what they are on, and whether they were reached.

use super::ink::{Ink, put};
use super::text::{fit, left};
use super::{list, pane};
use crate::cockpit::model::{Focus, View};
use crate::run::{CallAnswer, PersonState};
use crate::runbook::Role;
use crate::sync::session::Whereabouts;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws the pane.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let people = &ink.model.people;
    let focused = ink.model.focus() == Focus::Pane(View::People);
    let title = match &ink.model.address {
        Some(address) => format!("People · to join: golive join {address}"),
        None => "People".to_owned(),
    };
    let title = fit(&title, usize::from(area.width.saturating_sub(6)));
    let inner = pane::frame(ink, buffer, area, &title, focused);
    if people.rows.is_empty() {
        let text = "Nobody is named in this runbook, and nobody has done anything yet.";
        return put(buffer, inner, 0, &Line::styled(text, ink.theme.screen.muted));
    }
    list::draw(ink, buffer, inner, (people.place, people.rows.len()), |at, columns| {
        people.rows.get(at).map(|id| row(ink, id, columns)).unwrap_or_default()
    });
    pane::scrolled(ink, buffer, area, people.place.top, people.rows.len());
}

fn row(ink: &Ink<'_>, id: &str, columns: usize) -> Line<'static> {
    let run = &ink.model.run;
    let person = run.plan.people.get(id);
    let state = run.people.get(id);
    let wide = columns >= 100;
    let (names, contacts, teams) = if wide { (22, 22, 14) } else { (19, 18, 0) };
    let name = person.map_or(id, |p| p.name.as_str());
    let name = if name == id { id.to_owned() } else { format!("{id} {name}") };
    let role = match ink.model.role_of(id) {
        Role::Lead => "lead",
        Role::Operator => "operator",
        Role::Observer => "observer",
    };
    let style = if id == ink.model.me { ink.theme.steps.mine } else { ink.theme.steps.title };
    let contact = person.and_then(|p| p.contact.as_deref()).unwrap_or("–");
    let mut spans = vec![
        Span::styled(left(&name, names), style),
        Span::styled(format!(" {}", left(role, 9)), ink.theme.steps.time),
        Span::styled(left(contact, contacts), ink.theme.steps.title),
    ];
    if teams > 0 {
        let team = person.and_then(|p| p.team.as_deref()).unwrap_or_default();
        spans.push(Span::styled(format!(" {}", left(team, teams)), ink.theme.steps.time));
    }
    if wide && let Some((text, style)) = here(ink, id, true) {
        spans.push(Span::styled(format!(" {}", left(&text, HERE)), style));
    }
    let used: usize = spans.iter().map(|s| super::text::width(&s.content)).sum();
    let room = columns.saturating_sub(used + 1);
    let doing = doing(ink, id, state);
    let facts = match here(ink, id, wide || doing.0.is_empty()).filter(|_| !wide) {
        Some(here) => vec![doing, here],
        None => vec![doing],
    };
    spans.extend(told(facts, room));
    Line::from(spans)
}

/// Columns of who is here, where there is room for a column of its own.
const HERE: usize = 18;

/// One fact behind the other, as far as there is room; a fact that says nothing is left out.
fn told(facts: Vec<(String, Style)>, room: usize) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let mut left_over = room;
    for (text, style) in facts.into_iter().filter(|(text, _)| !text.is_empty()) {
        let gap = if spans.is_empty() { " " } else { " · " };
        let text = fit(&text, (left_over + 1).saturating_sub(gap.chars().count()));
        left_over = left_over.saturating_sub(super::text::width(&text) + gap.chars().count() - 1);
        spans.push(Span::styled(format!("{gap}{text}"), style));
    }
    spans
}

/// Whether somebody is at a cockpit now, and where; else when they were last seen there. None alone,
/// and of those who were never seen. `alone`: it stands alone, and may take a word more.
fn here(ink: &Ink<'_>, id: &str, alone: bool) -> Option<(String, Style)> {
    let styles = &ink.theme.steps;
    let seen = ink.model.seen(id);
    if id == ink.model.me {
        return ink.model.count_here().map(|_| ("here".to_owned(), styles.done));
    }
    let seen = seen?;
    Some(match seen.whereabouts {
        Whereabouts::Here => {
            let step = seen.place.step.as_deref().and_then(|id| ink.model.run.plan.step(id));
            let text = match step {
                Some(step) if alone => format!("here on {}", step.number),
                Some(step) => format!("on {}", step.number),
                None => "here".to_owned(),
            };
            (text, styles.done)
        }
        Whereabouts::Unknown => ("here? unknown".to_owned(), styles.time),
        Whereabouts::Gone if alone => (format!("last seen {}", ink.moment(seen.at)), styles.time),
        Whereabouts::Gone => (format!("seen {}", ink.moment(seen.at)), styles.time),
    })
}

/// The one thing to know about a person now: to call, called in vain, working, present.
fn doing(ink: &Ink<'_>, id: &str, state: Option<&PersonState>) -> (String, Style) {
    let glance = &ink.model.glance;
    let styles = &ink.theme.steps;
    if let Some(substitute) = state.and_then(|s| s.substitute.as_ref()) {
        return (format!("{} stands in", ink.name(substitute)), styles.deferred);
    }
    if ink.model.roll_call.as_ref().is_some_and(|on| on.missing.iter().any(|who| who == id)) {
        return ("NOT ANSWERED".to_owned(), styles.late);
    }
    if let Some(call) = glance.call.iter().find(|call| call.person == id) {
        let due = call.at <= ink.now();
        let when = if due { "now".to_owned() } else { format!("at {}", ink.moment(call.at)) };
        let number = ink.number(call.step);
        if call.no_answer {
            let substitute = ink.model.run.plan.people.get(id).and_then(|p| p.substitute.as_ref());
            let next = substitute.map(|s| format!(", try {}", ink.name(s))).unwrap_or_default();
            return (format!("NO ANSWER for {number}{next}"), styles.late);
        }
        let style = if due { styles.ready } else { styles.time };
        return (format!("CALL {when} for {number}"), style);
    }
    if let Some(on) = glance.waiting.iter().find(|on| on.person == id) {
        return (format!("working on {}", ink.number(on.step)), styles.running);
    }
    let Some(state) = state else { return (String::new(), styles.time) };
    if let Some(fact) = &state.present {
        return (format!("present since {}", ink.moment(fact.at)), styles.done);
    }
    match (state.calls.last(), state.last_act) {
        (Some((CallAnswer::Answered, _, fact)), _) => {
            (format!("reached at {}", ink.moment(fact.at)), styles.done)
        }
        (Some((CallAnswer::NoAnswer, _, fact)), _) => {
            (format!("no answer at {}", ink.moment(fact.at)), styles.late)
        }
        // Who is here, or was, was so later than they last recorded something.
        (None, Some(_)) if ink.model.seen(id).is_some() => (String::new(), styles.time),
        (None, Some(at)) => (format!("last act at {}", ink.moment(at)), styles.time),
        (None, None) => (String::new(), styles.time),
    }
}
