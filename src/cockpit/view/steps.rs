//! The list of steps. Only the rows in sight are built, however long the plan is.

use super::ink::{Ink, put, tint};
use super::pane;
use super::row::{Columns, Head, mark, step_row};
use crate::cockpit::model::{Focus, Row, Show, View};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Draws the list. Tells how many rows it built.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) -> usize {
    let list = &ink.model.steps;
    let focused = ink.model.focus() == Focus::Pane(View::Steps);
    let inner = pane::frame(ink, buffer, area, &title(ink), focused);
    if list.rows.is_empty() {
        put(buffer, inner, 0, &Line::styled(nothing(ink), ink.theme.screen.muted));
        return 0;
    }
    let columns = Columns::of(&ink.model.run.plan, usize::from(inner.width));
    let rows = usize::from(inner.height);
    let mut built = 0;
    for (at, row) in list.rows.iter().enumerate().skip(list.top).take(rows) {
        let here = at == list.cursor_row;
        let mut line = match *row {
            Row::Step(ix) => step_row(ink, ix, columns),
            Row::Phase(ix) => Head::phase(ink, ix).map(|h| h.row(ink, columns)).unwrap_or_default(),
            Row::Rung(ix) => Head::rung(ink, ix).map(|h| h.row(ink, columns)).unwrap_or_default(),
        };
        line.spans.insert(0, mark(here).into());
        built += 1;
        let row = at - list.top;
        put(buffer, inner, row, &line);
        if here && let Ok(row) = u16::try_from(row) {
            let row = Rect { y: inner.y.saturating_add(row), height: 1, ..inner };
            tint(buffer, row, ink.theme.steps.cursor);
        }
    }
    pane::scrolled(ink, buffer, area, list.top, list.rows.len());
    built
}

fn title(ink: &Ink<'_>) -> String {
    let list = &ink.model.steps;
    let mut title = "Steps".to_owned();
    if list.show != Show::All {
        title.push_str(" · ");
        title.push_str(list.show.word());
    }
    if let Some(stream) = &list.stream {
        title.push_str(" · stream ");
        title.push_str(stream);
    }
    if !ink.model.jump.is_empty() {
        title.push_str(" · go to ");
        title.push_str(&ink.model.jump);
    }
    title
}

fn nothing(ink: &Ink<'_>) -> String {
    let key = ink.model.keymap.shown(crate::cockpit::action::Action::Filter);
    match ink.model.steps.show {
        Show::All if ink.model.steps.stream.is_none() => "This runbook has no steps.".to_owned(),
        show => format!("No step is {} here; {key} shows others.", show.word()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cockpit::keymap::Keymap;
    use crate::cockpit::model::Model;
    use crate::cockpit::theme::Theme;
    use crate::run::{Act, Actor, Entry, EntryId, Event, Intent, Mode, RULES, Time};
    use crate::runbook::Role;

    fn long() -> Model {
        let mut text = "format = 1\n[release]\ntitle = \"Long\"\n".to_owned();
        for phase in 1..=10 {
            text.push_str(&format!("[[phases]]\ntitle = \"Phase {phase}\"\nsteps = [\n"));
            for step in 1..=1000 {
                let line = format!("{{ title = \"Step {phase} {step}\", duration = \"1m\" }},\n");
                text.push_str(&line);
            }
            text.push_str("]\n");
        }
        let now: Time = "2026-11-28T22:00:00Z".parse().unwrap();
        let event = Event::RunOpened {
            rules: RULES,
            run: "long".to_owned(),
            mode: Mode::Rehearsal,
            sha256: crate::run::sha256_hex(text.as_bytes()),
            runbook: text,
            approved: None,
            keep_times: false,
        };
        let actor = Actor { name: "ana".to_owned(), role: Role::Lead, claimed: true };
        let act: Act = Intent::new("ana", event).into_act(actor, now);
        let id = EntryId { replica: "r".to_owned(), index: 1 };
        let entry = Entry { seq: 1, id, act, offset_ms: 0, received_at: None };
        let run = crate::run::open(entry).unwrap();
        Model::new(run, "ana", now, (120, 40), Keymap::default(), "")
    }

    #[test]
    fn of_ten_thousand_steps_only_the_rows_in_sight_are_built() {
        let mut model = long();
        let theme = Theme::default();
        assert_eq!(model.steps.rows.len(), 10_010);
        let area = Rect::new(0, 0, 66, 36);
        for top in [0, 5_000, 9_976, 10_009, 20_000] {
            model.steps.top = top;
            let ink = Ink { model: &model, theme: &theme };
            let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
            let seen = 10_010_usize.saturating_sub(top).min(34);
            assert_eq!(draw(&ink, &mut buffer, area), seen, "from row {top}");
        }
    }
}
