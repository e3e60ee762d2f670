//! Where everything is on a screen of some size. Pure; shared by drawing and by the mouse, so
//! that what was drawn never decides who receives a click.

mod timeline;
mod trouble;

pub use timeline::{Chart, chart};
pub use trouble::{TroubleRow, note_columns, trouble_rows};

use super::card::{Card, Input};
use super::model::{Focus, Model, View};
use super::view::text::wrap;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The parts of the screen. Rectangles may be empty; they never reach over the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Areas {
    /// The whole screen.
    pub screen: Rect,
    /// Up to three lines at the top.
    pub header: Rect,
    /// One line below it while a rollback is on; empty otherwise.
    pub rollback: Rect,
    /// One line of timers; empty while nothing is timed, or where there is no room.
    pub strip: Rect,
    /// The pane in front, its border included. Rows of a list begin one below its top.
    pub main: Rect,
    /// The step detail beside or below the steps list, border included; empty where it has no
    /// room. It shows the open card or the trouble panel instead while there is one.
    pub detail: Rect,
    /// The docked trouble panel, border included; empty while there is none or a card is open.
    pub dock: Rect,
    /// The open card, border included; empty while there is none.
    pub card: Rect,
    /// The middle of the screen for palette, finder, help, offer and the dialog of unsaved acts.
    pub overlay: Rect,
    /// One line at the bottom: hints and toasts.
    pub footer: Rect,
}

/// Rows that finder and palette take for what is typed, above their hits.
pub const INPUT_ROWS: usize = 1;

/// Lines of the trouble panel beside its choices: borders, what happened, who decides until when.
const FRAME_OF_TROUBLE: u16 = 4;

/// From this width on, the step detail stands beside the list.
pub const WIDE: u16 = 110;

/// From this height on, timers have a line of their own.
const TIMED: u16 = 18;

/// Divides the screen.
pub fn areas(model: &Model) -> Areas {
    let (width, height) = model.size;
    let screen = Rect::new(0, 0, width, height);
    let head = match height {
        0..=3 => 0,
        4..=7 => 1,
        8..=11 => 2,
        _ => 3,
    };
    let foot = u16::from(height >= 3);
    let header = Rect::new(0, 0, width, head);
    let footer = Rect::new(0, height.saturating_sub(foot), width, foot);
    // Whatever else is shown, nobody takes a night that is being rolled back for another.
    let on = u16::from(model.run.rolling_back().is_some() && height >= 8);
    let rollback = Rect::new(0, head, width, on);
    let timed = height >= TIMED && !model.glance.timers.is_empty();
    let strip = Rect::new(0, head + on, width, u16::from(timed));
    let top = head + on + strip.height;
    let middle = Rect::new(0, top, width, height.saturating_sub(top + foot));
    let mut areas =
        Areas { screen, header, rollback, strip, footer, main: middle, ..Areas::default() };
    let columns = usize::from(inside(beside(middle).unwrap_or(middle)).width);
    let docked = match (&model.card, &model.trouble) {
        (Some(card), _) => Some(card_height(card, columns)),
        (None, Some(trouble)) if model.view == View::Steps => {
            let rows = trouble_rows(trouble, columns, usize::MAX);
            let lines: usize = rows.iter().map(|row| row.lines()).sum();
            let wanted = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(FRAME_OF_TROUBLE);
            // Other streams go on: half of the screen stays theirs, and less of it only while
            // somebody decides.
            let most = match trouble.focused {
                true => middle.height.saturating_sub(5).max(middle.height / 2),
                false => middle.height / 2,
            };
            Some(wanted.min(most.max(4)))
        }
        _ => None,
    };
    split(&mut areas, middle, model.view, docked);
    if let Some(wanted) = docked {
        // A card lies over the detail, or over the lower part of a pane that has none.
        let side = if areas.detail.is_empty() { bottom_of(middle, wanted) } else { areas.detail };
        if model.card.is_some() {
            areas.card = side;
        } else {
            areas.dock = bottom_of(side, wanted);
        }
    }
    areas.overlay = overlay(model, middle);
    areas
}

/// Gives the steps list a neighbor for the detail, and any pane one for a card on a wide screen.
fn split(areas: &mut Areas, middle: Rect, view: View, docked: Option<u16>) {
    let with_detail = view == View::Steps;
    if let Some(beside) = beside(middle).filter(|_| with_detail || docked.is_some()) {
        areas.main.width = middle.width - beside.width;
        areas.detail = beside;
    } else if with_detail && middle.height >= 12 {
        let least = middle.height * 2 / 5;
        let wanted = docked.unwrap_or(0).clamp(least, (middle.height - 4).max(least));
        areas.detail = bottom_of(middle, wanted);
        areas.main.height = middle.height - areas.detail.height;
    } else if docked.is_some() && middle.height >= 12 {
        let wanted = docked.unwrap_or(0).clamp(1, middle.height - 4);
        areas.detail = bottom_of(middle, wanted);
        areas.main.height = middle.height - areas.detail.height;
    }
}

/// Where the detail stands beside the list, on a screen wide enough.
fn beside(middle: Rect) -> Option<Rect> {
    let left = middle.width * 3 / 5;
    (middle.width >= WIDE).then_some(Rect { x: left, width: middle.width - left, ..middle })
}

fn bottom_of(area: Rect, height: u16) -> Rect {
    let height = height.min(area.height);
    Rect { y: area.y + area.height - height, height, ..area }
}

fn overlay(model: &Model, middle: Rect) -> Rect {
    let (width, height) = match model.focus() {
        Focus::Help => (middle.width, middle.height),
        Focus::Find | Focus::Palette => (middle.width.min(90), middle.height.min(24)),
        Focus::Offer => (middle.width.min(76), middle.height.min(9)),
        Focus::Unsaved => (middle.width.min(76), middle.height.min(14)),
        _ => return Rect::default(),
    };
    let x = middle.x + (middle.width - width) / 2;
    let y = middle.y + (middle.height - height) / 3;
    Rect { x, y, width, height }
}

/// Rows that fit between the borders of a pane.
pub fn inner_rows(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(2))
}

/// The inside of a bordered area.
pub fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(u16::from(area.width > 0)),
        y: area.y.saturating_add(u16::from(area.height > 0)),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// One line (or more) of a card, in screen coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Information of this index.
    Fact(usize),
    /// Label (and, for a line, the input) of the field of this index.
    Field(usize),
    /// Option or item `1` of field `0`: one line.
    Choice(usize, usize),
    /// The text area of the field of this index: the rest of the height, at least three lines.
    Area(usize),
    /// The button.
    Button,
    /// What is wrong.
    Problem,
}

/// The lines of a card, from top to bottom, scrolled so that the focused field is in sight. What is
/// wrong is in sight, too, wherever the focus is: where the card is longer than its place it stands
/// at the lower edge.
pub fn card_spots(card: &Card, area: Rect) -> Vec<(Spot, Rect)> {
    let mut inner = inside(area);
    let mut lines = card_lines(card, usize::from(inner.width), usize::from(inner.height));
    let total: usize = lines.iter().map(|line| line.1).sum();
    let mut pinned = None;
    if total > usize::from(inner.height)
        && let Some(at) = lines.iter().position(|(spot, _)| *spot == Spot::Problem)
    {
        let (spot, rows) = lines.remove(at);
        // Something of the card stays above it.
        let most = inner.height.saturating_sub(2).max(1).min(inner.height);
        let height = u16::try_from(rows).unwrap_or(u16::MAX).min(most);
        inner.height -= height;
        pinned = Some((spot, Rect { y: inner.y + inner.height, height, ..inner }));
    }
    let focus = lines.iter().rposition(|(spot, _)| match *spot {
        Spot::Field(ix) | Spot::Area(ix) => ix == card.focus,
        Spot::Choice(ix, line) => ix == card.focus && Some(line) == cursor_line(card, ix),
        Spot::Button => card.on_button(),
        _ => false,
    });
    let end_of_focus: usize = lines.iter().take(focus.map_or(0, |f| f + 1)).map(|l| l.1).sum();
    let skip = end_of_focus.saturating_sub(usize::from(inner.height));
    let mut spots = Vec::new();
    let mut y = 0;
    for (spot, height) in lines {
        let (from, to) = (y.max(skip), (y + height).min(skip + usize::from(inner.height)));
        if from < to {
            spots.push((
                spot,
                Rect {
                    y: inner.y + u16::try_from(from - skip).unwrap_or(0),
                    height: u16::try_from(to - from).unwrap_or(0),
                    ..inner
                },
            ));
        }
        y += height;
    }
    spots.extend(pinned);
    spots
}

/// The line of a field's cursor, for fields that have several.
fn cursor_line(card: &Card, field: usize) -> Option<usize> {
    match &card.fields.get(field)?.input {
        Input::Pick { picked, .. } => *picked,
        Input::Ticks { cursor, .. } => Some(*cursor),
        _ => None,
    }
}

/// Every line with its height: problem on top of the button, so that both are seen together.
fn card_lines(card: &Card, columns: usize, room: usize) -> Vec<(Spot, usize)> {
    /// A fact takes no more lines than this.
    const LONGEST: usize = 5;
    let fact = |text: &str| wrap(text, columns, Style::new()).len().min(LONGEST);
    let facts = card.facts.iter().enumerate();
    let mut lines: Vec<_> = facts.map(|(ix, f)| (Spot::Fact(ix), fact(&f.text))).collect();
    let mut area_at = None;
    for (ix, field) in card.fields.iter().enumerate() {
        lines.push((Spot::Field(ix), 1));
        match &field.input {
            Input::Line(_) => {}
            Input::Area(_) => {
                area_at = Some(lines.len());
                lines.push((Spot::Area(ix), 3));
            }
            Input::Pick { options, .. } => {
                lines.extend((0..options.len()).map(|line| (Spot::Choice(ix, line), 1)));
            }
            Input::Ticks { items, .. } => {
                lines.extend((0..items.len()).map(|line| (Spot::Choice(ix, line), 1)));
            }
        }
    }
    if let Some(problem) = &card.problem {
        // Beside the list a card is narrow; what to do instead stands at the end of a long one.
        let rows = if problem.chars().count() > 90 { 3 } else { 2 };
        lines.push((Spot::Problem, rows));
    }
    lines.push((Spot::Button, 1));
    let total: usize = lines.iter().map(|l| l.1).sum();
    if let Some(line) = area_at.and_then(|at| lines.get_mut(at)) {
        line.1 += room.saturating_sub(total);
    }
    lines
}

/// Height that a card wants, borders included.
fn card_height(card: &Card, columns: usize) -> u16 {
    let lines: usize = card_lines(card, columns, 0).iter().map(|l| l.1).sum();
    let more = if card.fields.iter().any(|f| matches!(f.input, Input::Area(_))) { 3 } else { 0 };
    u16::try_from(lines + more + 2).unwrap_or(u16::MAX)
}
