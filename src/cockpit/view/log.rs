//! The log: every entry with its time, who, and what, corrected ones struck out, conflicts and
//! deviations marked in words.

use super::ink::{Ink, put};
use super::text::{fit, left, width, wrap};
use super::{clock, list, pane};
use crate::cockpit::model::{Focus, LogFilter, LogKind, View};
use crate::run::{Event, Finding, Logged, Verdict, describe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws the pane.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let log = &ink.model.log;
    let focused = ink.model.focus() == Focus::Pane(View::Log);
    let inner = pane::frame(ink, buffer, area, &title(&log.filter), focused);
    if log.rows.is_empty() {
        let text = "No entry is like that; F changes the filter.";
        return put(buffer, inner, 0, &Line::styled(text, ink.theme.screen.muted));
    }
    list::draw(ink, buffer, inner, (log.place, log.rows.len()), |at, columns| {
        let logged = log.rows.get(at).and_then(|ix| ink.model.run.log.get(*ix));
        logged.map(|logged| row(ink, logged, columns)).unwrap_or_default()
    });
    pane::scrolled(ink, buffer, area, log.place.top, log.rows.len());
    let under = log.rows.get(log.place.cursor).and_then(|ix| ink.model.run.log.get(*ix));
    if let Some(logged) = under {
        let columns = usize::from(inner.width).saturating_sub(2);
        if row(ink, logged, columns).to_string().contains('…') {
            let lines = full(ink, logged, columns);
            list::in_full(ink, buffer, inner, (log.place, &lines));
        }
    }
}

/// An entry at full length.
fn full(ink: &Ink<'_>, logged: &Logged, columns: usize) -> Vec<Line<'static>> {
    let act = &logged.entry.act;
    let (mark, style) = verdict(ink, logged);
    let mut head = format!("{} at {}", ink.name(&act.actor.name), ink.moment(act.at));
    if let Some(person) = &act.on_behalf_of {
        head.push_str(&format!(", for {}", ink.name(person)));
    }
    if let Some(at) = act.happened_at {
        head.push_str(&format!(", happened at {}", ink.moment(at)));
    }
    let mut lines = wrap(&head, columns, ink.theme.screen.muted);
    lines.extend(wrap(&describe(&ink.model.run, &act.event), columns, style));
    if !mark.is_empty() {
        lines.extend(wrap(&mark, columns, mark_style(ink, logged)));
    }
    lines
}

fn title(filter: &LogFilter) -> String {
    let mut parts = vec!["Log".to_owned()];
    parts.extend(filter.person.as_ref().map(|person| format!("of {person}")));
    parts.extend(filter.step.as_ref().map(|step| format!("about {step}")));
    parts.extend(filter.kind.map(|kind| kind_word(kind).to_owned()));
    if filter.last_hour {
        parts.push("last hour".to_owned());
    }
    if filter.since.is_some() {
        parts.push("since you left".to_owned());
    }
    parts.join(" · ")
}

fn kind_word(kind: LogKind) -> &'static str {
    match kind {
        LogKind::Run => "the run",
        LogKind::Steps => "steps",
        LogKind::Decisions => "decisions",
        LogKind::Notes => "notes",
        LogKind::People => "people",
        LogKind::Corrections => "corrections",
    }
}

fn row(ink: &Ink<'_>, logged: &Logged, columns: usize) -> Line<'static> {
    let run = &ink.model.run;
    let styles = &ink.theme.log;
    let act = &logged.entry.act;
    let (mark, style) = verdict(ink, logged);
    let zone = run.plan.release.timezone;
    let when = clock::seconds(act.effective_at(), zone);
    let late = if act.happened_at.is_some() { "~" } else { " " };
    let new = if logged.entry.seq > ink.model.seen_seq { "•" } else { " " };
    let people = if columns >= 90 { 18 } else { 8 };
    let who = match &act.on_behalf_of {
        Some(person) => format!("{person} ({})", act.actor.name),
        None => act.actor.name.clone(),
    };
    let tail = if mark.is_empty() { String::new() } else { format!("  {mark}") };
    let taken = 8 + 2 + people + 2;
    let room = columns.saturating_sub(taken);
    let tail = fit(&tail, room / 2 + room / 4);
    let said = fit(&describe(run, &act.event), room.saturating_sub(width(&tail)));
    Line::from(vec![
        Span::styled(format!("{when}{late}{new}"), styles.time),
        Span::styled(left(&who, people), styles.person),
        Span::raw("  "),
        Span::styled(said, style),
        Span::styled(tail, mark_style(ink, logged)),
    ])
}

/// What became of an entry, in words, and how its text looks.
fn verdict(ink: &Ink<'_>, logged: &Logged) -> (String, Style) {
    let run = &ink.model.run;
    let styles = &ink.theme.log;
    let seq = logged.entry.seq;
    let plain = match logged.entry.act.event {
        Event::Correction { .. } => styles.correction,
        _ => ink.theme.screen.text,
    };
    let because = |findings: &[Finding]| {
        findings.iter().find(|f| f.seq == seq).map(|finding| {
            let why = finding.override_reason.as_deref().map(|r| format!(" (overridden: {r})"));
            format!("{}{}", finding.reason, why.unwrap_or_default())
        })
    };
    let own = Style { bg: None, ..plain };
    let by = logged.corrected_by.map(|seq| format!(" by entry {seq}")).unwrap_or_default();
    match &logged.verdict {
        Verdict::Applied if logged.corrected_by.is_some() => (format!("mended{by}"), own),
        Verdict::Applied if ink.model.outbox.waiting.contains(&logged.entry.id) => {
            ("not shared yet".to_owned(), own)
        }
        Verdict::Applied => (String::new(), own),
        Verdict::Deviation => {
            (format!("DEVIATION: {}", because(&run.deviations).unwrap_or_default()), own)
        }
        Verdict::Conflict => {
            (format!("CONFLICT: {}", because(&run.conflicts).unwrap_or_default()), styles.voided)
        }
        Verdict::Voided => (format!("taken back{by}"), styles.voided),
        Verdict::Unknown => ("of a newer version".to_owned(), ink.theme.screen.muted),
    }
}

fn mark_style(ink: &Ink<'_>, logged: &Logged) -> Style {
    match logged.verdict {
        Verdict::Conflict => ink.theme.log.conflict,
        Verdict::Deviation => ink.theme.log.deviation,
        _ => ink.theme.log.correction,
    }
}
