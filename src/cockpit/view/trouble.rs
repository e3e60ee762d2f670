//! The docked panel of a failed step: what happened, and every way out of it. Nothing in it is
//! chosen beforehand.

use super::ink::{Ink, put, tint};
use super::pane;
use super::text::{fit, left, width};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::model::{Focus, Trouble};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// How a line of some tone looks.
pub fn tone(ink: &Ink<'_>, tone: Tone) -> Style {
    match tone {
        Tone::Plain => ink.theme.card.choice,
        Tone::Good => ink.theme.screen.good,
        Tone::Warn => ink.theme.screen.warning,
        Tone::Bad => ink.theme.screen.bad,
    }
}

/// Draws the panel.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, trouble: &Trouble) {
    let styles = &ink.theme.card;
    let run = &ink.model.run;
    let focused = ink.model.focus() == Focus::Trouble;
    let ix = run.step_ix(&trouble.step);
    let (number, title) = ix
        .and_then(|ix| ink.step(ix))
        .map_or(("", trouble.step.as_str()), |step| (step.number.as_str(), step.title.as_str()));
    let heading = format!("FAILED {number} {title}");
    let inner =
        pane::panel(buffer, area, [styles.body, styles.border_trouble, styles.title], &heading);
    let columns = usize::from(inner.width);
    let attempt = ix.and_then(|ix| run.steps.get(ix)).map(|state| &state.now);
    let when = attempt.and_then(|a| a.ended.as_ref()).map(|fact| ink.moment(fact.at));
    let why = attempt.and_then(|a| a.reason.as_deref()).unwrap_or("reason still owed");
    let key = ink.model.keymap.shown(Action::Trouble);
    let how = if focused { String::new() } else { format!("  {key} goes here") };
    let head = format!("at {}: {why}", when.unwrap_or_else(|| "–".to_owned()));
    let head = fit(&head, columns.saturating_sub(width(&how)));
    let spans = vec![Span::styled(head, styles.problem), Span::styled(how, styles.label)];
    put(buffer, inner, 0, &Line::from(spans));
    // Rungs have long names; they do not push everybody's note to the right.
    let labels = trouble.choices.iter().map(|choice| width(&choice.label)).filter(|w| *w <= 24);
    let labels = labels.max().unwrap_or(0);
    for (at, choice) in trouble.choices.iter().enumerate() {
        let here = focused && trouble.cursor == Some(at);
        let style = match (here, choice.action.is_some()) {
            (true, _) => styles.choice_focused,
            (false, true) => styles.choice,
            (false, false) => styles.label,
        };
        let label = fit(&choice.label, columns.saturating_sub(2));
        let label = if width(&label) < labels { left(&label, labels) } else { label };
        let text = format!("{}{label}", if here { "▸ " } else { "  " });
        let note = format!("  {}", choice.note);
        let note = fit(&note, columns.saturating_sub(width(&text)));
        if here && let Ok(row) = u16::try_from(at + 1) {
            let line = Rect { y: inner.y.saturating_add(row), height: 1, ..inner };
            tint(buffer, line.intersection(inner), style);
        }
        let spans = vec![Span::styled(text, style), Span::styled(note, styles.label)];
        put(buffer, inner, at + 1, &Line::from(spans));
    }
}
