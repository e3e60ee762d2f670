//! What the screen looks like: `draw` makes one frame from the model and the theme. Pure: the same
//! model makes the same frame, and nothing that is drawn changes what a key does.
//!
//! One file per pane. `ink` holds what they share, `text` makes every word safe and fits it,
//! `parts` decides what drops from a line that is too narrow.

mod ascii;
mod banner;
mod bridge;
mod calls;
mod card;
mod checklists;
mod clock;
mod criteria;
mod detail;
mod dialog;
mod difference;
mod find;
mod footer;
mod greeting;
mod header;
mod help;
mod ink;
mod ladder;
mod list;
mod log;
mod notes;
mod page_link;
mod pane;
mod parts;
mod people;
mod rolling;
mod row;
mod steps;
mod strip;
pub mod text;
mod timeline;
mod trouble;
mod what;

use super::layout::{Areas, areas, inner_rows, inside};
use super::model::{Focus, Model, View};
use super::theme::Theme;
pub use ascii::letters;
pub use clock::long as moment;
use ink::Ink;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

/// Draws one frame. Never fails, whatever the size; places the terminal's cursor where text is
/// being typed.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    if let Some(cursor) = draw_on(model, theme, frame.buffer_mut())
        && frame.area().contains(cursor)
    {
        frame.set_cursor_position(cursor);
    }
}

/// Draws on a buffer. Tells where text is being typed.
pub fn draw_on(model: &Model, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    let ink = Ink { model, theme };
    let mut areas = areas(model);
    areas.clip(buffer);
    buffer.set_style(buffer.area, theme.screen.text);
    if let Some(link) = &model.page_link
        && model.focus() == Focus::Pane(View::Bridge)
        && !model.greeting
    {
        page_link::draw(&ink, buffer, link);
        if theme.ascii {
            ascii::replace_symbols(buffer);
        }
        return None;
    }
    header::draw(&ink, buffer, areas.header);
    rolling::draw(&ink, buffer, areas.rollback);
    strip::draw(&ink, buffer, areas.strip);
    pane_in_front(&ink, buffer, &areas);
    footer::draw(&ink, buffer, areas.footer);
    let mut cursor = None;
    if let Some(card) = &model.card {
        cursor = card::draw(&ink, buffer, areas.card, card);
    } else if let Some(trouble) = model.trouble.as_ref().filter(|_| !areas.dock.is_empty()) {
        trouble::draw(&ink, buffer, areas.dock, trouble);
    }
    if model.greeting {
        let beside = if areas.detail.is_empty() { areas.main } else { areas.detail };
        greeting::draw(&ink, buffer, areas.main.union(beside));
    }
    banner::draw(&ink, buffer, areas.main);
    cursor = overlays(&ink, buffer, &areas, cursor);
    if theme.ascii {
        ascii::replace_symbols(buffer);
    }
    cursor
}

/// Draws the bridge view alone, on the whole of a buffer; below it what is wrong, if anything is.
pub fn draw_bridge(model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let ink = Ink { model, theme };
    let area = buffer.area;
    buffer.set_style(area, theme.screen.text);
    bridge::lines(&ink, buffer, area);
    if let Some(trouble) = &model.trouble_line
        && area.height > 0
    {
        let last = Rect { y: area.y + area.height - 1, height: 1, ..area };
        let text = text::left(&format!(" {trouble}"), usize::from(area.width));
        ink::put(buffer, last, 0, &Line::styled(text, theme.toast.refusal));
    }
    if theme.ascii {
        ascii::replace_symbols(buffer);
    }
}

/// The eight lines of the bridge view as plain text, for where there is no screen.
pub fn bridge_text(model: &Model) -> String {
    let theme = Theme::mono();
    bridge::text(&Ink { model, theme: &theme })
}

/// Which parts can be scrolled by lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrolled {
    /// The step detail.
    Detail,
    /// The help.
    Help,
    /// The rollback ladder.
    Ladder,
    /// The difference between file and run.
    Difference,
}

/// The first line shown when a part is scrolled to its end, at the size there is now; 0 where all
/// of it is seen.
pub fn last_top(model: &Model, part: Scrolled) -> usize {
    let theme = Theme::default();
    let ink = Ink { model, theme: &theme };
    let areas = areas(model);
    let (area, lines) = match part {
        Scrolled::Detail => {
            let area = if model.view == View::Detail { areas.main } else { areas.detail };
            (area, detail::content(&ink, usize::from(detail::text_area(inside(area)).width)).len())
        }
        Scrolled::Help => {
            let columns = usize::from(inside(areas.overlay).width);
            (areas.overlay, help::content(&ink, columns).len())
        }
        Scrolled::Ladder => {
            let columns = usize::from(detail::text_area(inside(areas.main)).width);
            (areas.main, ladder::content(&ink, columns).len())
        }
        Scrolled::Difference => {
            (areas.main, difference::height(&ink, usize::from(inside(areas.main).width)))
        }
    };
    lines.saturating_sub(inner_rows(area))
}

/// The first column of a difference's lines when they are scrolled sideways to the end of the
/// longest; 0 where all of them fit.
pub fn last_left(model: &Model) -> usize {
    let columns = usize::from(inside(areas(model).main).width);
    model.change.as_ref().map_or(0, |change| difference::last_left(change, columns))
}

fn pane_in_front(ink: &Ink<'_>, buffer: &mut Buffer, areas: &Areas) {
    match ink.model.view {
        View::Steps => {
            steps::draw(ink, buffer, areas.main);
            if !areas.detail.is_empty() && areas.card.is_empty() {
                detail::draw(ink, buffer, areas.detail);
            }
        }
        View::Detail => detail::draw(ink, buffer, areas.main),
        View::Timeline => {
            timeline::draw(ink, buffer, areas.main);
        }
        View::Checklists => checklists::draw(ink, buffer, areas.main),
        View::Log => log::draw(ink, buffer, areas.main),
        View::Notes => notes::draw(ink, buffer, areas.main),
        View::People => people::draw(ink, buffer, areas.main),
        View::Calls => calls::draw(ink, buffer, areas.main),
        View::Bridge => bridge::draw(ink, buffer, areas.main),
        View::Ladder => ladder::draw(ink, buffer, areas.main),
        View::Difference => difference::draw(ink, buffer, areas.main),
    }
}

/// What lies on top, in the order in which it receives keys.
fn overlays(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    areas: &Areas,
    under: Option<Position>,
) -> Option<Position> {
    let model = ink.model;
    if !model.unsaved.is_empty() {
        dialog::unsaved(ink, buffer, areas.overlay, &model.unsaved);
        None
    } else if let Some(offer) = &model.offer {
        dialog::offer(ink, buffer, areas.overlay, offer);
        None
    } else if model.card.is_some() {
        under
    } else if let Some(find) = &model.find {
        find::find(ink, buffer, areas.overlay, find)
    } else if let Some(palette) = &model.palette {
        find::palette(ink, buffer, areas.overlay, palette)
    } else {
        if let Some(top) = model.help {
            help::draw(ink, buffer, areas.overlay, top);
        }
        None
    }
}

impl Areas {
    /// Keeps every part within a buffer: between a resize and its message the two may differ.
    fn clip(&mut self, buffer: &Buffer) {
        let parts = [
            &mut self.screen,
            &mut self.header,
            &mut self.rollback,
            &mut self.strip,
            &mut self.main,
            &mut self.detail,
            &mut self.dock,
            &mut self.card,
            &mut self.overlay,
            &mut self.footer,
        ];
        for part in parts {
            *part = part.intersection(buffer.area);
        }
    }
}
