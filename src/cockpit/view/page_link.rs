//! A page link on the whole screen: as a QR code to be scanned from it, and as text to be copied.

use super::ink::{Ink, put};
use super::text::{fit, left, wrap};
use crate::cockpit::model::LinkShown;
use crate::sync::protocol::PageOf;
use crate::sync::reach::only_here;
use qrcode::{Color as Dot, EcLevel, QrCode};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::text::Line;

/// Rows for the title, the address and the keys.
const WORDS: u16 = 3;
/// Light dots around a code: four as the standard has it, two where there is no more room.
const QUIET: [usize; 2] = [4, 2];

/// Draws the link over everything.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, link: &LinkShown) {
    let area = buffer.area;
    clear(ink, buffer, area);
    let columns = usize::from(area.width);
    let title = match &link.page {
        PageOf::Person(person) => {
            format!(" Page link: the steps of {}, acting in their name", ink.name(person))
        }
        PageOf::Stakeholders => " Page link: the run, for stakeholders, read only".to_owned(),
    };
    put(buffer, row(area, 0), 0, &Line::styled(left(&title, columns), ink.theme.dialog.title));
    let left_secs = (link.until - ink.model.now).num_seconds().max(0);
    let keys = format!(" Enter copies it · Esc takes it away · gone in {left_secs} s");
    let last = area.height.saturating_sub(1);
    put(buffer, row(area, last), 0, &Line::styled(fit(&keys, columns), ink.theme.footer.key));
    let style = ink.theme.screen.text;
    let address = wrap(&link.url, columns.saturating_sub(1), style);
    let rows = u16::try_from(address.len()).unwrap_or(u16::MAX);
    for (at, line) in address.iter().enumerate() {
        let up = rows.saturating_sub(u16::try_from(at).unwrap_or(u16::MAX));
        put(buffer, row(area, last.saturating_sub(up)), 0, &Line::from(format!(" {line}")));
    }
    let height = area.height.saturating_sub(WORDS - 1 + rows);
    let room = Rect { y: area.y + 1.min(area.height), height, ..area };
    if let Some(why) = only_here(&link.url) {
        // A code would send a phone nowhere.
        let mend = "The hub says how others reach it where it is begun with --base URL";
        return say(ink, buffer, room, &format!("Nobody else can open this: {why}. {mend}."));
    }
    match dots(&link.url) {
        Some(code) => code_or_words(ink, buffer, room, &code),
        None => say(ink, buffer, room, "The address is too long for a QR code: copy it."),
    }
}

fn clear(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.reset();
                cell.set_style(ink.theme.screen.text);
            }
        }
    }
}

fn row(area: Rect, at: u16) -> Rect {
    let inside = at.min(area.height.saturating_sub(1));
    Rect { y: area.y.saturating_add(inside), height: area.height.min(1), ..area }
}

/// The dots of a code, row by row; dark ones are true. None: the text is too long for one.
fn dots(text: &str) -> Option<Vec<Vec<bool>>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let colors = code.to_colors();
    let rows = colors.chunks(code.width());
    Some(rows.map(|row| row.iter().map(|dot| *dot == Dot::Dark).collect()).collect())
}

fn code_or_words(ink: &Ink<'_>, buffer: &mut Buffer, room: Rect, code: &[Vec<bool>]) {
    let ascii = ink.theme.ascii;
    let (mut width, mut height) = (0, 0);
    for quiet in QUIET {
        let side = code.len() + 2 * quiet;
        // Without half blocks a dot is two columns wide and a row high.
        (width, height) = if ascii { (2 * side, side) } else { (side, side.div_ceil(2)) };
        if width <= usize::from(room.width) && height <= usize::from(room.height) {
            return paint(ink, buffer, room, &framed(code, quiet));
        }
    }
    let needs = usize::from(WORDS) + height;
    let said = format!(
        "The QR code does not fit here: it takes {width} columns and {needs} rows. Make the terminal larger, or copy the address."
    );
    say(ink, buffer, room, &said);
}

fn say(ink: &Ink<'_>, buffer: &mut Buffer, room: Rect, text: &str) {
    let columns = usize::from(room.width).saturating_sub(2);
    for (at, line) in wrap(text, columns, ink.theme.screen.text).iter().enumerate() {
        put(buffer, room, at + 1, &Line::from(format!(" {line}")));
    }
}

/// The code with light dots around it.
fn framed(code: &[Vec<bool>], quiet: usize) -> Vec<Vec<bool>> {
    let side = code.len() + 2 * quiet;
    let mut framed = vec![vec![false; side]; side];
    for (y, row) in code.iter().enumerate() {
        for (x, dot) in row.iter().enumerate() {
            if let Some(cell) = framed.get_mut(y + quiet).and_then(|row| row.get_mut(x + quiet)) {
                *cell = *dot;
            }
        }
    }
    framed
}

/// Black on white whatever the theme: that is what cameras read. Without colours a light dot is a
/// lit one.
fn paint(ink: &Ink<'_>, buffer: &mut Buffer, room: Rect, code: &[Vec<bool>]) {
    let colors = ink.theme.screen.text.fg.is_some() || ink.theme.toast.refusal.fg.is_some();
    let is_dark = |x: usize, y: usize| code.get(y).and_then(|row| row.get(x)).copied();
    let tone = |dark: bool| if dark { Color::Black } else { Color::White };
    let mut set = |x: usize, y: usize, symbol: char, style: Style| {
        let at = |base: u16, by: usize| base.saturating_add(u16::try_from(by).unwrap_or(u16::MAX));
        if let Some(cell) = buffer.cell_mut((at(room.x, x + 1), at(room.y, y))) {
            cell.set_char(symbol).set_style(style);
        }
    };
    let side = code.len();
    for y in 0..side {
        for x in 0..side {
            let dark = is_dark(x, y).unwrap_or(false);
            if ink.theme.ascii {
                let (symbol, style) = match (colors, dark) {
                    (true, dark) => (' ', Style::new().bg(tone(dark))),
                    (false, true) => (' ', Style::new()),
                    (false, false) => ('#', Style::new()),
                };
                set(2 * x, y, symbol, style);
                set(2 * x + 1, y, symbol, style);
            } else if y % 2 == 0 {
                // What is below the last row is light, as all around.
                let below = is_dark(x, y + 1).unwrap_or(false);
                let (symbol, style) = if colors {
                    ('▀', Style::new().fg(tone(dark)).bg(tone(below)))
                } else {
                    let symbol = match (dark, below) {
                        (false, false) => '█',
                        (false, true) => '▀',
                        (true, false) => '▄',
                        (true, true) => ' ',
                    };
                    (symbol, Style::new())
                };
                set(x, y / 2, symbol, style);
            }
        }
    }
}
