//! A picture of a screen: an SVG of a terminal buffer, with its colours and weights.
#![allow(clippy::panic, reason = "a test that cannot go on says so")]

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use std::fmt::Write;

/// Size of a cell in pixels.
const CELL: (f32, f32) = (8.43, 16.4);
const MARGIN: f32 = 12.0;

/// Colours of a terminal that a theme leaves alone (`default`).
const PAPER: &str = "#ffffff";
const INK: &str = "#1a1a1a";

/// Writes the buffer as an SVG with `title`.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (f32::from(buffer.area.width), f32::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 2.0 * MARGIN, rows * CELL.1 + 2.0 * MARGIN);
    let ground = ground(buffer);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         role=\"img\" font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans \
         Mono', monospace\" font-size=\"14\">\n<title>{}</title>\n<rect width=\"100%\" \
         height=\"100%\" rx=\"8\" fill=\"{ground}\"/>\n",
        escape(title)
    );
    for y in 0..buffer.area.height {
        line(&mut out, buffer, y, &ground);
    }
    out.push_str("</svg>\n");
    out
}

/// The ground of most cells.
fn ground(buffer: &Buffer) -> String {
    let mut grounds = std::collections::BTreeMap::<String, usize>::new();
    for cell in &buffer.content {
        *grounds.entry(colors(cell.style()).1).or_default() += 1;
    }
    let most = grounds.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(PAPER.to_owned(), |(ground, _)| ground)
}

/// One line: grounds first, then runs of letters of one style.
fn line(out: &mut String, buffer: &Buffer, y: u16, ground: &str) {
    let mut runs: Vec<(u16, u16, Style, String)> = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        let wide =
            u16::try_from(unicode_width::UnicodeWidthStr::width(cell.symbol())).unwrap_or(1).max(1);
        match runs.last_mut() {
            Some((_, length, style, text)) if *style == cell.style() => {
                *length += wide;
                text.push_str(cell.symbol());
            }
            _ => runs.push((x, wide, cell.style(), cell.symbol().to_owned())),
        }
        x += wide;
    }
    let top = MARGIN + f32::from(y) * CELL.1;
    for (x, length, style, text) in runs {
        let (fg, bg) = colors(style);
        let (left, wide) = (MARGIN + f32::from(x) * CELL.0, f32::from(length) * CELL.0);
        if bg != ground {
            let _ = writeln!(
                out,
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" \
                 fill=\"{bg}\"/>",
                CELL.1
            );
        }
        if text.trim().is_empty() {
            continue;
        }
        let kept = text.trim_end();
        let kept_wide = unicode_width::UnicodeWidthStr::width(kept) as f32 * CELL.0;
        let _ = writeln!(
            out,
            "<text x=\"{left:.1}\" y=\"{:.1}\" fill=\"{fg}\" textLength=\"{kept_wide:.1}\" \
             xml:space=\"preserve\"{}>{}</text>",
            top + 12.8,
            weight(style),
            escape(kept)
        );
    }
}

fn weight(style: Style) -> String {
    let has = |modifier| style.add_modifier.contains(modifier);
    let mut out = String::new();
    if has(Modifier::BOLD) {
        out.push_str(" font-weight=\"bold\"");
    }
    if has(Modifier::ITALIC) {
        out.push_str(" font-style=\"italic\"");
    }
    if has(Modifier::DIM) {
        out.push_str(" opacity=\"0.65\"");
    }
    match (has(Modifier::UNDERLINED), has(Modifier::CROSSED_OUT)) {
        (true, _) => out.push_str(" text-decoration=\"underline\""),
        (_, true) => out.push_str(" text-decoration=\"line-through\""),
        _ => {}
    }
    out
}

/// Foreground and background as they are seen.
fn colors(style: Style) -> (String, String) {
    let fg = style.fg.map_or(INK.to_owned(), |color| hex(color, INK));
    let bg = style.bg.map_or(PAPER.to_owned(), |color| hex(color, PAPER));
    if style.add_modifier.contains(Modifier::REVERSED) { (bg, fg) } else { (fg, bg) }
}

fn hex(color: Color, default: &str) -> String {
    match color {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Reset => default.to_owned(),
        other => panic!("no theme that ships uses {other:?}"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
