//! The first screen: which run this is, in which mode, and the four keys to know.

use super::ink::Ink;
use super::pane;
use super::text::{left, wrap};
use crate::cockpit::action::Action;
use crate::cockpit::model::Demo;
use crate::run::{Mode, RunStatus};
use crate::runbook::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Draws it in the middle of an area.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let width = area.width.min(72);
    let lines = content(ink, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let area = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    };
    let styles = &ink.theme.card;
    let inner = pane::panel(buffer, area, [styles.body, styles.border, styles.title], "golive");
    let inner =
        Rect { x: inner.x.saturating_add(1), width: inner.width.saturating_sub(2), ..inner };
    pane::lines(buffer, inner, &lines, 0);
}

/// The mode, and what it means.
fn mode(ink: &Ink<'_>, columns: usize) -> Vec<Line<'static>> {
    let styles = &ink.theme.header;
    let line = |word: String, style, means: &str| {
        Line::from(vec![Span::styled(word, style), Span::raw(format!(" {means}"))])
    };
    if let Some(demo) = &ink.model.demo {
        let usual = Demo { speed: demo.usual, ..demo.clone() };
        let first = line(format!(" {} ", usual.word()), styles.rehearsal, &demo.pace());
        let played = "Slower while it waits for you. Everybody else is played.";
        let mut lines = vec![first];
        lines.extend(wrap(played, columns, ink.theme.card.body));
        return lines;
    }
    vec![match ink.model.run.mode {
        Mode::Live => {
            line(" LIVE ".to_owned(), styles.live, "what you record here is the night itself")
        }
        Mode::Rehearsal => {
            line(" REHEARSAL ".to_owned(), styles.rehearsal, "practice: times are moved to now")
        }
    }]
}

fn content(ink: &Ink<'_>, columns: usize) -> Vec<Line<'static>> {
    let run = &ink.model.run;
    let release = &run.plan.release;
    let mut lines = wrap(&release.title, columns, ink.theme.screen.strong);
    lines.extend(mode(ink, columns));
    lines.push(Line::default());
    let role = match run.role_of(&ink.model.me) {
        Role::Lead => "lead",
        Role::Operator => "operator",
        Role::Observer => "observer",
    };
    let mut facts = vec![("you are", format!("{}, {role}", ink.name(&ink.model.me)))];
    let (settled, all) = ink.model.glance.settled;
    facts.push((
        "steps",
        match run.status {
            RunStatus::Planned => format!("{all}, not started yet"),
            _ => format!("{settled} of {all} settled"),
        },
    ));
    if ink.model.demo.is_none() {
        facts.extend(release.change.iter().map(|change| ("change", change.clone())));
        facts.extend(release.environment.iter().map(|name| ("target", name.clone())));
    }
    facts.extend(ink.model.approval.iter().map(|approval| ("text", approval.to_string())));
    match &ink.model.demo {
        Some(demo) => facts.push(("page", demo.page.clone())),
        None => facts.push(("run", run.run.clone())),
    }
    if let Some(address) = &ink.model.address {
        facts.push(("to join", format!("golive join {address}")));
        facts.push(("page", address.clone()));
    }
    for (label, value) in facts {
        for (at, line) in
            wrap(&value, columns.saturating_sub(10), ink.theme.detail.value).into_iter().enumerate()
        {
            let label = left(if at == 0 { label } else { "" }, 10);
            let mut spans = vec![Span::styled(label, ink.theme.detail.label)];
            spans.extend(line.spans);
            lines.push(Line::from(spans));
        }
    }
    lines.push(Line::default());
    for (action, says) in [
        (Action::UsualNext, "does the usual next thing, and nothing that hurts"),
        (Action::Correct, "takes back or mends a mistake"),
        (Action::Palette, "finds every other act by name"),
        (Action::Help, "shows all keys"),
    ]
    .into_iter()
    .chain(ink.model.demo.is_some().then_some((Action::Quit, "leaves")))
    {
        let key = left(&ink.model.keymap.shown(action), 10);
        lines.push(Line::from(vec![
            Span::styled(key, ink.theme.footer.key),
            Span::styled(super::text::fit(says, columns.saturating_sub(10)), ink.theme.card.choice),
        ]));
    }
    lines.push(Line::default());
    lines.push(Line::styled("Any key goes to the steps.", ink.theme.screen.muted));
    lines
}
