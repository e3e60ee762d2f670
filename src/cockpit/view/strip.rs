//! The strip of timers below the header: intervals against their limits, waits, deadlines, the
//! next word to stakeholders. There while something is timed, on a screen with room for it.

use super::clock;
use super::ink::{Ink, put};
use super::parts::{Part, line};
use super::text::fit;
use crate::cockpit::action::Action;
use crate::cockpit::panes::{Pressing, Timer, TimerOf};
use crate::runbook::{Secs, format_duration, format_timer};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// Draws as many timers as there is room for, the most pressing first.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let parts = ink.model.glance.timers.iter().enumerate();
    let parts = parts.map(|(at, timer)| part(ink, at, timer)).collect();
    let bar = Span::styled(" │ ", ink.theme.pane.border);
    put(buffer, area, 0, &line(parts, usize::from(area.width), &bar));
}

fn part(ink: &Ink<'_>, at: usize, timer: &Timer) -> Part {
    let label = ink.theme.header.label;
    let style = style_of(ink, timer.pressing);
    // No part is of rank 0, which never drops, nor a spare one.
    let rank = u8::try_from(at + 1).unwrap_or(6).min(6);
    let mut forms = words(ink, timer)
        .into_iter()
        .map(|(name, value)| vec![Span::styled(name, label), Span::styled(value, style)]);
    let part = Part::new(rank, forms.next().unwrap_or_default());
    forms.fold(part, Part::or)
}

/// How pressing it is, in colour; the words tell it, too.
pub fn style_of(ink: &Ink<'_>, pressing: Pressing) -> Style {
    match pressing {
        Pressing::Calm => ink.theme.header.clock,
        Pressing::Soon => ink.theme.steps.ready,
        Pressing::Past => ink.theme.bridge.due,
    }
}

/// Name and value, from the longest to the shortest.
fn words(ink: &Ink<'_>, timer: &Timer) -> Vec<(String, String)> {
    match timer.of {
        TimerOf::Interval(ix, elapsed, limit) => {
            let Some(interval) = ink.model.run.plan.intervals.get(ix) else { return Vec::new() };
            let over = if timer.pressing == Pressing::Past { ", OVER" } else { "" };
            let of = limit.map(|limit| format!(" of {}", format_timer(limit))).unwrap_or_default();
            let value = format!("{}{of}{over}", format_timer(elapsed));
            let named = |name: &str, most| (format!("{} ", fit(name, most)), value.clone());
            vec![named(&interval.title, 40), named(&interval.id, 20), named(&interval.id, 10)]
        }
        TimerOf::Wait(ix, left) => {
            let title = ink.step(ix).map_or("", |step| step.title.as_str());
            let number = ink.number(ix);
            let value = match left {
                1.. => format!("{} left", format_timer(left)),
                _ => "elapsed: complete it".to_owned(),
            };
            vec![
                (format!("{number} {} ", fit(title, 24)), value.clone()),
                (format!("{number} "), value),
            ]
        }
        TimerOf::Deadline(ix, by, left) => {
            let (number, at) = (ink.number(ix), ink.moment(by));
            let value = match left {
                0.. => format!("{} left", format_timer(left)),
                _ => format!("{} PAST", clock::rough(left)),
            };
            vec![
                (format!("decide {number} by {at} "), value.clone()),
                (format!("{number} "), value),
            ]
        }
        TimerOf::Update(at, left) => {
            let key = ink.model.keymap.shown(Action::Message);
            let value = due(left);
            vec![
                (
                    format!("update for stakeholders at {} ", ink.moment(at)),
                    format!("{value} ({key})"),
                ),
                ("update ".to_owned(), format!("{value} ({key})")),
                ("update ".to_owned(), value),
            ]
        }
    }
}

/// `in 12m`, `DUE NOW`, `OVERDUE 3m`.
pub fn due(left: Secs) -> String {
    match left {
        60.. => format!("in {}", format_duration(left - left % 60)),
        0..60 => format!("in {left}s"),
        -59..0 => "DUE NOW".to_owned(),
        _ => format!("OVERDUE {}", clock::rough(left)),
    }
}

/// The timer of the next word to stakeholders, if there is one.
pub fn update<'a>(ink: &Ink<'a>) -> Option<&'a Timer> {
    ink.model.glance.timers.iter().find(|timer| matches!(timer.of, TimerOf::Update(..)))
}
