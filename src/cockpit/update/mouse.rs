//! The mouse: what it hits follows from the layout, never from what was drawn. It moves and
//! focuses; it records nothing but by a card's button.

use super::moving;
use crate::cockpit::action::Action;
use crate::cockpit::card::Input;
use crate::cockpit::effect::Effect;
use crate::cockpit::layout::{Spot, areas, card_spots, chart, inside};
use crate::cockpit::model::{Focus, Model, View};
use crate::cockpit::msg::{Mouse, MouseDid};
use ratatui::layout::{Position, Rect};

/// Something was clicked or scrolled.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let at = Position { x: mouse.x, y: mouse.y };
    if model.greeting {
        model.end_greeting();
        return Vec::new();
    }
    match mouse.what {
        MouseDid::ScrollUp => scroll(model, at, Action::Up),
        MouseDid::ScrollDown => scroll(model, at, Action::Down),
        MouseDid::Click => click(model, at),
    }
    Vec::new()
}

fn scroll(model: &mut Model, at: Position, action: Action) {
    let areas = areas(model);
    match model.focus() {
        Focus::Help => {
            for _ in 0..3 {
                moving::scroll_help(model, action);
            }
        }
        Focus::Pane(View::Steps) | Focus::Trouble if areas.detail.contains(at) => {
            let detail = if action == Action::Up { Action::DetailUp } else { Action::DetailDown };
            moving::go(model, detail);
        }
        Focus::Pane(_) | Focus::Trouble | Focus::Card if areas.main.contains(at) => {
            for _ in 0..3 {
                moving::go(model, action);
            }
        }
        _ => {}
    }
}

fn click(model: &mut Model, at: Position) {
    let areas = areas(model);
    match model.focus() {
        Focus::Card if areas.card.contains(at) => click_card(model, areas.card, at),
        Focus::Find if areas.overlay.contains(at) => {
            if let Some(find) = model.find.as_mut() {
                let row = row_of(areas.overlay, at).and_then(|row| row.checked_sub(1));
                if let Some(row) = row.map(|row| row + find.place.top)
                    && row < find.hits.len()
                {
                    find.place.cursor = row;
                }
            }
        }
        Focus::Palette if areas.overlay.contains(at) => {
            if let Some(palette) = model.palette.as_mut() {
                let row = row_of(areas.overlay, at).and_then(|row| row.checked_sub(1));
                if let Some(row) = row.map(|row| row + palette.place.top)
                    && row < palette.hits.len()
                {
                    palette.place.cursor = row;
                }
            }
        }
        Focus::Pane(_) | Focus::Trouble | Focus::Card if areas.main.contains(at) => {
            if let Some(row) = row_of(areas.main, at) {
                click_row(model, row);
            }
        }
        Focus::Pane(View::Steps) if areas.dock.contains(at) => {
            if let Some(trouble) = model.trouble.as_mut() {
                trouble.focused = true;
            }
        }
        _ => {}
    }
}

/// The row of a bordered list that was hit.
fn row_of(area: Rect, at: Position) -> Option<usize> {
    inside(area).contains(at).then(|| usize::from(at.y - inside(area).y))
}

fn click_row(model: &mut Model, row: usize) {
    let put = |place: &mut crate::cockpit::model::Place, count: usize| {
        if place.top + row < count {
            place.cursor = place.top + row;
        }
    };
    match model.view {
        View::Steps => moving::set_cursor_row(model, model.steps.top + row),
        View::Log => put(&mut model.log.place, model.log.rows.len()),
        View::People => put(&mut model.people.place, model.people.rows.len()),
        View::Checklists => put(&mut model.checklists.place, model.checklists.rows.len()),
        View::Notes => {
            put(&mut model.notes.place, model.notes.rows.len());
            crate::cockpit::panes::note_under_cursor(model);
        }
        View::Timeline => {
            let axis = usize::from(chart(areas(model).main).axis.height);
            if let Some(line) = row.checked_sub(axis) {
                moving::set_timeline_row(model, model.timeline.top + line);
            }
        }
        View::Calls => put(&mut model.calls.place, model.calls.rows.len()),
        View::Detail | View::Ladder | View::Difference | View::Bridge => {}
    }
}

/// A click in a card focuses, picks or ticks; the button is only focused: Enter records.
fn click_card(model: &mut Model, area: Rect, at: Position) {
    let Some(card) = model.card.as_mut() else { return };
    let hit = card_spots(card, area).into_iter().find(|(_, rect)| rect.contains(at));
    let Some((spot, _)) = hit else { return };
    card.fresh = false;
    card.flow = None;
    match spot {
        Spot::Field(ix) | Spot::Area(ix) => card.focus = ix,
        Spot::Choice(ix, line) => {
            card.focus = ix;
            match card.fields.get_mut(ix).map(|field| &mut field.input) {
                Some(Input::Pick { picked, .. }) => *picked = Some(line),
                Some(Input::Ticks { items, cursor }) => {
                    *cursor = line;
                    if let Some(item) = items.get_mut(line).filter(|item| item.done_by.is_none()) {
                        item.on = !item.on;
                    }
                }
                _ => {}
            }
        }
        Spot::Button => card.focus = card.fields.len(),
        Spot::Fact(_) | Spot::Problem => {}
    }
}
