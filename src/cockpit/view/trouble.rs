//! The docked panel of what wants a decision: what happened, who decides until when, and every way
//! out of it. Nothing in it is chosen beforehand.

use super::ink::{Ink, put, tint};
use super::pane;
use super::text::{fit, left, width, wrap};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::layout::{note_columns, trouble_rows};
use crate::cockpit::model::{About, Focus, Trouble};
use crate::cockpit::panes::trouble;
use crate::run::{RollBack, WayBack};
use crate::runbook::{StepKind, format_timer};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
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
    let focused = ink.model.focus() == Focus::Trouble;
    let (heading, what) = about(ink, trouble);
    let inner =
        pane::panel(buffer, area, [styles.body, styles.border_trouble, styles.title], &heading);
    let columns = usize::from(inner.width);
    let key = ink.model.keymap.shown(Action::Trouble);
    let how = if focused { String::new() } else { format!("  {key} goes here") };
    let what = fit(&what, columns.saturating_sub(width(&how)));
    let spans = vec![Span::styled(what, styles.problem), Span::styled(how, styles.label)];
    put(buffer, inner, 0, &Line::from(spans));
    put(buffer, inner, 1, &decision(ink, columns));
    choices(
        ink,
        buffer,
        Rect { y: inner.y.saturating_add(2), height: inner.height.saturating_sub(2), ..inner },
        (trouble, focused),
    );
    let height = usize::from(inner.height.saturating_sub(2));
    let lines: usize = trouble_rows(trouble, columns, height).iter().map(|r| r.lines()).sum();
    let cursor = trouble.cursor.filter(|_| focused);
    let skip = skipped(trouble, columns, height, cursor);
    pane::beyond(ink, buffer, area, skip, lines.saturating_sub(skip + height));
}

/// What it is about: heading, and what happened.
fn about(ink: &Ink<'_>, trouble: &Trouble) -> (String, String) {
    let run = &ink.model.run;
    match &trouble.about {
        About::Step(id) => {
            let ix = run.step_ix(id);
            let (number, title, word) =
                ix.and_then(|ix| ink.step(ix)).map_or(("", id.as_str(), "FAILED"), |step| {
                    let word = if step.kind == StepKind::Gate { "NO-GO" } else { "FAILED" };
                    (step.number.as_str(), step.title.as_str(), word)
                });
            let attempt = ix.and_then(|ix| run.steps.get(ix)).map(|state| &state.now);
            let when = attempt.and_then(|a| a.ended.as_ref()).map(|fact| ink.moment(fact.at));
            let decided =
                attempt.and_then(|a| a.decision.as_ref()).and_then(|(_, why, _)| why.as_deref());
            let why = attempt.and_then(|a| a.reason.as_deref()).or(decided);
            let why = why.unwrap_or("reason still owed");
            let when = when.unwrap_or_else(|| "–".to_owned());
            (format!("{word} {number} {title}"), format!("at {when}: {why}"))
        }
        About::Rung(id) => {
            let taken = run.rollbacks.iter().rev().find(|taken| taken.rung == *id);
            let title = taken.map_or(id.as_str(), |taken| taken.title.as_str());
            let when = taken.and_then(|taken| taken.ended.as_ref());
            let when = when.map_or_else(|| "–".to_owned(), |fact| ink.moment(fact.at));
            let why = taken.and_then(|taken| taken.end_reason.as_deref());
            let why = why.unwrap_or("the run is held");
            (format!("ROLLBACK FAILED: {title}"), format!("at {when}: {why}"))
        }
        About::Asked => {
            let key = ink.model.keymap.shown(Action::ShowLadder);
            let text = format!("what each way would do; {key} shows the ladder at length");
            ("ROLL BACK?".to_owned(), text)
        }
    }
}

/// Who decides, and until when: running down to the second.
fn decision(ink: &Ink<'_>, columns: usize) -> Line<'static> {
    let styles = &ink.theme.card;
    let who = format!("{} decides", trouble::deciders(&ink.model.run));
    let (by, style) = match &ink.model.forecast.roll_back {
        RollBack::By(WayBack { by: Some(by), .. }) => {
            let left = (*by - ink.now()).num_seconds();
            let at = ink.moment(*by);
            match left {
                0.. => {
                    let left = format_timer(left);
                    (format!("by {at} ({left} left)"), ink.theme.header.decide)
                }
                _ => (format!("ROLL BACK BY {at} HAS PASSED"), ink.theme.screen.bad),
            }
        }
        RollBack::By(WayBack { by: None, .. }) => ("no window closes".to_owned(), styles.label),
        RollBack::FixForward { since } => {
            let text = format!("FIX FORWARD ONLY since {}", ink.number(*since));
            (text, ink.theme.screen.bad)
        }
        RollBack::NotNeeded => ("nothing to roll back yet".to_owned(), styles.label),
        RollBack::On { finish, .. } => {
            let ends = finish.map_or_else(|| "–".to_owned(), |at| ink.moment(at));
            (format!("rolling back, ends {ends}"), ink.theme.screen.bad)
        }
        RollBack::NoLadder => ("no rollback in this runbook".to_owned(), styles.label),
        RollBack::Over => (String::new(), styles.label),
    };
    let joint = if by.starts_with("by ") { " " } else { " · " };
    let who = fit(&who, columns.saturating_sub(width(&by) + width(joint)));
    Line::from(vec![Span::styled(format!("{who}{joint}"), styles.label), Span::styled(by, style)])
}

/// Lines above the first that is shown, so that the choice under the cursor is in sight.
fn skipped(trouble: &Trouble, columns: usize, height: usize, cursor: Option<usize>) -> usize {
    let rows = trouble_rows(trouble, columns, height);
    let end: usize = rows.iter().take(cursor.map_or(0, |at| at + 1)).map(|r| r.lines()).sum();
    end.saturating_sub(height)
}

/// Every way out, those around the cursor in sight.
fn choices(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, (trouble, focused): (&Trouble, bool)) {
    let styles = &ink.theme.card;
    let columns = usize::from(area.width);
    let rows = trouble_rows(trouble, columns, usize::from(area.height));
    let cursor = trouble.cursor.filter(|_| focused);
    let skip = skipped(trouble, columns, usize::from(area.height), cursor);
    let mut y = 0_usize;
    for (at, (choice, row)) in trouble.choices.iter().zip(rows).enumerate() {
        let here = cursor == Some(at);
        let style = match (here, choice.gone) {
            (true, _) => styles.choice_focused,
            (false, false) => styles.choice,
            (false, true) => styles.label.add_modifier(Modifier::CROSSED_OUT),
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
