//! The timeline: one line a step, against time. Only the lines and columns in sight are built,
//! however long the plan is.

mod foot;
mod ground;
mod line;

use super::ink::{Ink, put, tint};
use super::row::{Head, mark};
use super::text::{left, right, width};
use super::{clock, pane};
use crate::cockpit::layout::{Chart, chart};
use crate::cockpit::model::{Focus, Row, View};
use crate::cockpit::panes::scale;
use crate::run::timeline::{Scale, phase_track, placed, reach, t_ticks, track, wall_ticks};
use crate::runbook::format_duration;
use ground::{Ground, named};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// A column of a line.
#[derive(Debug, Clone, Copy)]
struct Cell {
    symbol: char,
    style: Style,
}

/// Draws the pane. Tells how many lines it built.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) -> usize {
    let list = &ink.model.timeline;
    let focused = ink.model.focus() == Focus::Pane(View::Timeline);
    let parts = chart(area);
    let scale = scale(ink.model, usize::from(parts.lines.width));
    pane::frame(ink, buffer, area, &title(ink, &scale), focused);
    if parts.lines.is_empty() {
        return 0;
    }
    let ground = Ground::of(ink, &scale);
    axis(ink, buffer, (parts, &scale), &ground);
    let rows = usize::from(parts.lines.height);
    let mut built = 0;
    for (at, row) in list.rows.iter().enumerate().skip(list.top).take(rows) {
        let here = at == list.cursor_row;
        let (label, cells) = line_of(ink, *row, (parts, &scale), &ground);
        built += 1;
        let row = at - list.top;
        let mut label = label;
        label.spans.insert(0, mark(here).into());
        put(buffer, parts.labels, row, &label);
        lay(buffer, parts.lines, row, &cells);
        if here && let Ok(below) = u16::try_from(row) {
            let width = parts.labels.width + parts.lines.width;
            let y = parts.labels.y.saturating_add(below);
            tint(buffer, Rect { y, width, height: 1, ..parts.labels }, ink.theme.steps.cursor);
        }
    }
    foot::draw(ink, buffer, parts.foot);
    let shown = Rect { height: parts.lines.height + 2, ..area };
    let shown = Rect { y: area.y + area.height.saturating_sub(shown.height), ..shown };
    pane::scrolled(ink, buffer, shown, list.top, list.rows.len());
    built
}

fn title(ink: &Ink<'_>, scale: &Scale) -> String {
    let pane = &ink.model.timeline;
    let how = match (pane.cell, pane.from) {
        (None, _) => "the whole run",
        _ if is_all(ink, scale) => "the run and its window",
        (Some(_), None) if !ink.model.run.status.is_over() => "follows now",
        (Some(_), _) => "scrolled",
    };
    format!("Timeline · {how} · {} a column", format_duration(scale.cell))
}

/// Whether all there is to see is in sight.
fn is_all(ink: &Ink<'_>, scale: &Scale) -> bool {
    let (from, until) = reach(&ink.model.run, &ink.model.forecast, ink.now());
    scale.from <= from && until < scale.until()
}

/// The two clocks, and the names of the marks.
fn axis(ink: &Ink<'_>, buffer: &mut Buffer, (parts, scale): (Chart, &Scale), ground: &Ground) {
    let style = ink.theme.timeline.axis;
    let zone = ink.model.run.plan.release.timezone;
    let columns = usize::from(parts.labels.width);
    let heads = [clock::zone_name(zone), "T clock".to_owned()];
    let ticks = [wall_ticks(scale, zone), t_ticks(scale, &ink.model.run, ink.now())];
    for (row, (head, ticks)) in heads.iter().zip(ticks).enumerate() {
        let labels = Rect { x: parts.labels.x, width: parts.labels.width, ..parts.axis };
        let head = format!("{} ", right(head, columns.saturating_sub(1)));
        put(buffer, labels, row, &Line::styled(head, style));
        for tick in ticks {
            write(buffer, parts.axis, (row, tick.cell), &tick.label, style);
        }
    }
    let names = named(ink, scale, &ground.marks);
    let labels: Vec<_> = names.iter().map(|(label, _)| label.clone()).collect();
    for done in placed(&labels, scale.cells, width) {
        let style = names.get(done.label).map_or(style, |(_, style)| *style);
        write(buffer, parts.axis, (2, done.start), &done.text, style);
    }
}

/// Writes a few words at a row and column of an area.
fn write(buffer: &mut Buffer, area: Rect, (row, column): (usize, usize), text: &str, style: Style) {
    let Ok(column) = u16::try_from(column) else { return };
    let part = Rect { x: area.x.saturating_add(column), ..area };
    let part = Rect { width: area.width.saturating_sub(column), ..part };
    put(buffer, part, row, &Line::styled(text.to_owned(), style));
}

fn line_of(
    ink: &Ink<'_>,
    row: Row,
    (parts, scale): (Chart, &Scale),
    ground: &Ground,
) -> (Line<'static>, Vec<Cell>) {
    let styles = &ink.theme.steps;
    let (run, forecast, now) = (&ink.model.run, &ink.model.forecast, ink.now());
    let columns = usize::from(parts.labels.width).saturating_sub(4);
    let head = |head: Head<'_>| {
        let track = phase_track(run, forecast, head.steps.clone(), now);
        let text = left(&format!("{} {}", head.number, head.title), columns.saturating_sub(1));
        let spans = vec![
            Span::styled(format!("{} ", head.symbol), styles.phase),
            Span::styled(text, styles.phase),
        ];
        (Line::from(spans), line::phase(ink, scale, ground, &track))
    };
    match row {
        Row::Phase(ix) => Head::phase(ink, ix).map(head).unwrap_or_default(),
        Row::Rung(ix) => Head::rung(ink, ix).map(head).unwrap_or_default(),
        Row::Step(ix) => {
            let Some(step) = ink.step(ix) else { return Default::default() };
            let look = ink.look(ix);
            let track = track(run, forecast, ix, now);
            let number = format!("{} ", step.number);
            let room = columns.saturating_sub(width(&number) + 1);
            let title = if track.late { styles.late } else { styles.title };
            let spans = vec![
                Span::styled(format!("{} ", look.symbol), look.style),
                Span::styled(number, styles.number),
                Span::styled(left(&step.title, room), title),
            ];
            (Line::from(spans), line::step(ink, scale, ground, (&track, look)))
        }
    }
}

/// Puts the columns of a line where they belong.
fn lay(buffer: &mut Buffer, area: Rect, row: usize, cells: &[Cell]) {
    let Ok(row) = u16::try_from(row) else { return };
    let inside = area.intersection(buffer.area);
    if row >= inside.height {
        return;
    }
    for (x, cell) in (inside.x..inside.x.saturating_add(inside.width)).zip(cells) {
        if let Some(at) = buffer.cell_mut((x, inside.y + row)) {
            at.set_char(cell.symbol).set_style(cell.style);
        }
    }
}
