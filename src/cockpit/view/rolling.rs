//! The line that stays in sight while a rollback is on, whatever else is shown.

use super::ink::{Ink, put, tint};
use super::parts::{Part, line};
use super::text::fit;
use crate::cockpit::action::Action;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the line.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let run = &ink.model.run;
    let Some(on) = run.rolling_back().filter(|_| !area.is_empty()) else { return };
    let style = ink.theme.header.red;
    tint(buffer, area, style);
    let say = |text: String| vec![Span::styled(text, style)];
    let rung = run.rung_on();
    let number = rung.map(|rung| run.rung_number(rung)).unwrap_or_default();
    let name = |columns| format!(" ROLLING BACK: {number} {}", fit(&on.title, columns));
    let name = Part::new(0, say(name(60)))
        .or(say(name(40)))
        .or(say(name(28)))
        .or(say(name(16)))
        .or(say(format!(" ROLLING BACK: {number}")))
        .at_once(3);
    let mut parts = vec![name, Part::new(3, say(format!("since {}", ink.moment(on.begun.at))))];
    if let Some(finish) = rung.and_then(|_| ends(ink)) {
        parts.push(Part::new(1, say(format!("ends {finish}"))));
    }
    let steps = rung.map(|rung| run.rung_applies(rung)).unwrap_or_default();
    let left = steps.iter().filter(|ix| !run.is_settled(**ix)).count();
    let key = ink.model.keymap.shown(Action::Rollback);
    parts.push(match left {
        0 => Part::new(1, say(format!("all steps settled: {key} ends it")))
            .or(say(format!("{key} ends it"))),
        left => Part::new(2, say(format!("{left} of {} steps left", steps.len())))
            .or(say(format!("{left} left"))),
    });
    let gap = Span::styled(" · ", style);
    put(buffer, area, 0, &line(parts, usize::from(area.width), &gap));
}

fn ends(ink: &Ink<'_>) -> Option<String> {
    match ink.model.forecast.roll_back {
        crate::run::RollBack::On { finish, .. } => finish.map(|at| ink.moment(at)),
        _ => None,
    }
}
