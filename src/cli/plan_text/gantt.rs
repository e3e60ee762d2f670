//! The Gantt: a bar a step on an axis of clock times.

use super::Page;
use crate::runbook::schedule::{NoWayBack, Planned};
use crate::runbook::{Secs, visible};
use chrono::{DateTime, Offset, TimeDelta, TimeZone, Utc};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Widest a label is, in columns.
const LABEL: usize = 34;
/// A window that ends further behind the plan than the plan is long is not drawn to its close.
const BEYOND: i64 = 1;
/// Steps of the axis, in minutes.
const TICKS: [i64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 7 * 1440, 28 * 1440];

/// What bars are made of.
struct Glyphs {
    critical: char,
    bar: char,
    float: char,
    moment: char,
    close: char,
    back: char,
    late: char,
}

const SYMBOLS: Glyphs =
    Glyphs {
        critical: '█', bar: '▒', float: '·', moment: '◆', close: '│', back: '─', late: '×'
    };
const LETTERS: Glyphs =
    Glyphs { critical: '#', bar: '=', float: '.', moment: '+', close: '|', back: '-', late: 'x' };

/// From when to when, on how many columns.
struct Axis {
    from: DateTime<Utc>,
    secs: Secs,
    columns: usize,
}

impl Axis {
    /// The column of a moment.
    fn column(&self, at: DateTime<Utc>) -> usize {
        let secs = (at - self.from).num_seconds().clamp(0, self.secs);
        let columns = i128::try_from(self.columns).unwrap_or(0);
        let column = i128::from(secs) * columns / i128::from(self.secs.max(1));
        usize::try_from(column).unwrap_or(0).min(self.columns.saturating_sub(1))
    }

    /// The columns of a stretch of time: one at least.
    fn columns(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> std::ops::Range<usize> {
        let first = self.column(from);
        let secs = (until - self.from).num_seconds();
        let end = if secs >= self.secs { self.columns } else { self.column(until) };
        first..end.max(first + 1)
    }

    /// The moment in the middle of a column.
    fn moment(&self, column: usize) -> DateTime<Utc> {
        let twice = 2 * i128::try_from(column).unwrap_or(0) + 1;
        let columns = i128::try_from(self.columns.max(1)).unwrap_or(1);
        let secs = i128::from(self.secs) * twice / (2 * columns);
        let secs = i64::try_from(secs).unwrap_or(self.secs);
        self.from + TimeDelta::try_seconds(secs).unwrap_or_default()
    }
}

/// Writes the Gantt.
pub fn write(page: &Page<'_>, out: &mut String) {
    if page.schedule.steps.is_empty() || page.schedule.finish <= page.schedule.start {
        return;
    }
    let glyphs = if page.look.ascii { &LETTERS } else { &SYMBOLS };
    let number = page.plan.forward_steps().map(|ix| page.plan.steps[ix].number.width()).max();
    let number = number.unwrap_or(2);
    let longest = page.plan.forward_steps().map(|ix| visible(&page.plan.steps[ix].title).width());
    let label = longest.max().unwrap_or(0).min(LABEL).min(page.look.columns / 3 - number);
    // Two columns before the number, one behind it, one before the bars.
    let indent = number + label + 4;
    let axis = axis(page, page.look.columns.saturating_sub(indent + 1));
    let _ = writeln!(out);
    write_axis(page, &axis, indent, out);
    let closes = page.plan.release.window.map(|window| window.closes);
    let close = closes.filter(|at| *at < axis.moment(axis.columns)).map(|at| axis.column(at));
    for phase in &page.plan.phases {
        for ix in phase.steps.clone() {
            let head =
                format!("  {:<number$} {} ", page.plan.steps[ix].number, page.title(ix, label));
            let mut cells = vec![' '; axis.columns];
            if let Some(cell) = close.and_then(|at| cells.get_mut(at)) {
                *cell = glyphs.close;
            }
            bar(&page.schedule.steps[ix], &axis, glyphs, &mut cells);
            line(&head, &cells, out);
        }
    }
    way_back(page, &axis, glyphs, (indent, number), out);
    legend(page, glyphs, close.is_some(), out);
}

/// A line without blanks at its end.
fn line(head: &str, cells: &[char], out: &mut String) {
    let row: String = cells.iter().collect();
    let _ = writeln!(out, "{}", format!("{head}{row}").trim_end());
}

fn axis(page: &Page<'_>, columns: usize) -> Axis {
    let schedule = page.schedule;
    let length = (schedule.finish - schedule.start).num_seconds();
    let mut until = schedule.finish;
    if let Some(window) = page.plan.release.window
        && window.closes > until
        && (window.closes - until).num_seconds() <= length.saturating_mul(BEYOND)
    {
        until = window.closes;
    }
    let secs = (until - schedule.start).num_seconds();
    // One column more than the last moment needs, so that a mark there has a place.
    let secs = secs + secs / i64::try_from(columns.max(1)).unwrap_or(1) + 1;
    Axis { from: schedule.start, secs, columns }
}

fn write_axis(page: &Page<'_>, axis: &Axis, indent: usize, out: &mut String) {
    let zone = page.plan.release.timezone;
    let width = page.clock(page.schedule.finish).width().max(5) + 2;
    let per_column = axis.secs / i64::try_from(axis.columns.max(1)).unwrap_or(1);
    let least = per_column.saturating_mul(i64::try_from(width).unwrap_or(7));
    let step = TICKS.into_iter().map(|m| m * 60).find(|secs| *secs >= least);
    let step = step.unwrap_or(TICKS[TICKS.len() - 1] * 60);
    // Whole steps on the local clock at the start: days begin at midnight there.
    let offset = zone.offset_from_utc_datetime(&axis.from.naive_utc()).fix().local_minus_utc();
    let local = axis.from.timestamp() + i64::from(offset);
    let mut at = axis.from + TimeDelta::seconds((step - local.rem_euclid(step)) % step);
    let end = axis.moment(axis.columns.saturating_sub(1));
    let (mut labels, mut ticks) = (String::new(), String::new());
    while at <= end {
        let column = axis.column(at);
        let text = page.clock(at);
        let room = labels.width() == 0 || labels.width() < column;
        if room && column + text.width() <= axis.columns {
            labels.extend(std::iter::repeat_n(' ', column - labels.width()));
            labels.push_str(&text);
            ticks.extend(std::iter::repeat_n(' ', column - ticks.chars().count()));
            ticks.push('|');
        }
        let Some(next) = at.checked_add_signed(TimeDelta::seconds(step)) else { break };
        at = next;
    }
    let _ = writeln!(out, "{}{labels}", " ".repeat(indent));
    let _ = writeln!(out, "{}{ticks}", " ".repeat(indent));
}

/// Draws the bar of a step, and the float behind it.
fn bar(times: &Planned, axis: &Axis, glyphs: &Glyphs, cells: &mut [char]) {
    let fill = |cells: &mut [char], range: std::ops::Range<usize>, glyph: char| {
        for cell in cells.get_mut(range.start..range.end.min(axis.columns)).unwrap_or_default() {
            *cell = glyph;
        }
    };
    if times.float > 0 {
        fill(cells, axis.columns(times.early_finish, times.late_finish), glyphs.float);
    }
    if times.early_start == times.early_finish {
        let column = axis.column(times.early_start);
        fill(cells, column..column + 1, glyphs.moment);
        return;
    }
    let glyph = if times.critical { glyphs.critical } else { glyphs.bar };
    fill(cells, axis.columns(times.early_start, times.early_finish), glyph);
}

/// The line that says when there is a way back, and when it comes too late.
fn way_back(
    page: &Page<'_>,
    axis: &Axis,
    glyphs: &Glyphs,
    (indent, number): (usize, usize),
    out: &mut String,
) {
    let timeline = &page.ladder.timeline;
    if timeline.is_empty() {
        return;
    }
    let cells: Vec<char> = (0..axis.columns)
        .map(|column| {
            let at = axis.moment(column);
            let after = timeline.partition_point(|(from, _)| *from <= at);
            let Some((_, way)) = after.checked_sub(1).and_then(|last| timeline.get(last)) else {
                return ' ';
            };
            match way {
                _ if at > page.schedule.finish => ' ',
                Ok(way) if way.by.is_some_and(|by| by < at) => glyphs.late,
                Ok(_) => glyphs.back,
                Err(NoWayBack::FixForward(_)) => glyphs.late,
                Err(NoWayBack::NotNeeded) => ' ',
            }
        })
        .collect();
    if cells.iter().all(|cell| *cell == ' ') {
        return;
    }
    let name = super::fitted("Way back", indent - number - 4);
    line(&format!("  {} {name} ", " ".repeat(number)), &cells, out);
}

fn legend(page: &Page<'_>, glyphs: &Glyphs, close: bool, out: &mut String) {
    let steps = || page.schedule.steps.iter();
    let takes_time = |s: &&Planned| s.early_start < s.early_finish;
    let occurs = |yes: bool, text: String| yes.then_some(text);
    let late = page.ladder.too_late.is_some() || page.ladder.fix_forward.is_some();
    let said = [
        occurs(
            steps().any(|s| takes_time(&s) && s.critical),
            format!("{} critical", glyphs.critical),
        ),
        occurs(steps().any(|s| takes_time(&s) && !s.critical), format!("{} not", glyphs.bar)),
        occurs(steps().any(|s| s.float > 0), format!("{} float", glyphs.float)),
        occurs(steps().any(|s| !takes_time(&s)), format!("{} takes no time", glyphs.moment)),
        occurs(close, format!("{} window closes", glyphs.close)),
        occurs(late, format!("{} no way back inside the window", glyphs.late)),
    ];
    super::wrapped(said.into_iter().flatten(), "   ", page.look.columns, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(secs, 0).unwrap()
    }

    #[test]
    fn every_moment_has_a_column_and_every_stretch_one_at_least() {
        let axis = Axis { from: at(0), secs: 3600, columns: 60 };
        let cases = [(0, 0), (59, 0), (60, 1), (3599, 59), (3600, 59), (9999, 59), (-5, 0)];
        for (secs, column) in cases {
            assert_eq!(axis.column(at(secs)), column, "{secs}");
        }
        assert_eq!(axis.columns(at(0), at(600)), 0..10);
        assert_eq!(axis.columns(at(10), at(20)), 0..1, "short, and still seen");
        assert_eq!(axis.columns(at(3000), at(3600)), 50..60);
        assert_eq!(axis.moment(0), at(30));
    }
}
