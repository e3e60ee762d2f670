//! The docked panel of a failed step: what happened, and every way out of it. Nothing in it is
//! chosen beforehand.

use super::ink::{Ink, put, tint};
use super::pane;
use super::text::{fit, left, width, wrap};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::layout::{note_columns, trouble_rows};
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
    choices(
        ink,
        buffer,
        Rect { y: inner.y.saturating_add(1), height: inner.height.saturating_sub(1), ..inner },
        (trouble, focused),
    );
}

/// Every way out, those around the cursor in sight.
fn choices(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, (trouble, focused): (&Trouble, bool)) {
    let styles = &ink.theme.card;
    let columns = usize::from(area.width);
    let rows = trouble_rows(trouble, columns, usize::from(area.height));
    let cursor = trouble.cursor.filter(|_| focused);
    let end: usize = rows.iter().take(cursor.map_or(0, |at| at + 1)).map(|r| r.lines()).sum();
    let skip = end.saturating_sub(usize::from(area.height));
    let mut y = 0_usize;
    for (at, (choice, row)) in trouble.choices.iter().zip(rows).enumerate() {
        let here = cursor == Some(at);
        let style = match (here, choice.action.is_some()) {
            (true, _) => styles.choice_focused,
            (false, true) => styles.choice,
            (false, false) => styles.label,
        };
        let label = left(&choice.label, row.label.min(columns.saturating_sub(2)));
        let mut line =
            vec![Span::styled(format!("{}{label}", if here { "▸ " } else { "  " }), style)];
        let mut lines = Vec::new();
        if row.below == 0 {
            let room = columns.saturating_sub(width(&label) + 2);
            line.push(Span::styled(fit(&format!("  {}", choice.note), room), styles.label));
        } else {
            lines = wrap(&choice.note, note_columns(columns), styles.label);
            lines.iter_mut().for_each(|line| line.spans.insert(0, Span::raw("    ")));
        }
        lines.insert(0, Line::from(line));
        for (below, line) in lines.iter().enumerate() {
            let Some(row) = (y + below).checked_sub(skip) else { continue };
            if here && let Ok(row) = u16::try_from(row) {
                let line = Rect { y: area.y.saturating_add(row), height: 1, ..area };
                tint(buffer, line.intersection(area), style);
            }
            put(buffer, area, row, line);
        }
        y += lines.len();
    }
}
