//! One line of the timeline. From the ground up: what was planned, what was done, what is still
//! expected, the lines of the marks, and a symbol where something ended or takes no time.

use super::Cell;
use super::ground::Ground;
use crate::cockpit::view::ink::{Ink, Look};
use crate::run::timeline::{Scale, Track, Work};
use crate::run::{StepStatus, Time};
use ratatui::style::Style;

/// Somebody worked.
pub const WORKED: char = '█';
/// Somebody could not go on.
pub const BLOCKED: char = '▒';
/// Still expected.
pub const EXPECTED: char = '░';
/// Still expected, and a slip moves the finish.
pub const CRITICAL: char = '▓';
/// Planned.
pub const PLANNED: char = '─';
/// Something of a phase was worked on.
pub const PHASE: char = '▄';

struct Bar<'a> {
    cells: Vec<Cell>,
    /// Where somebody worked.
    worked: Vec<bool>,
    /// Where somebody worked or is expected to.
    painted: Vec<bool>,
    scale: &'a Scale,
}

impl<'a> Bar<'a> {
    fn on(ground: &Ground, scale: &'a Scale) -> Self {
        let none = || vec![false; scale.cells];
        Self { cells: ground.line(), worked: none(), painted: none(), scale }
    }

    fn paint(&mut self, (from, until): (Time, Time), symbol: char, style: Style) {
        for at in self.scale.span(from, until).unwrap_or_default() {
            if let Some(cell) = self.cells.get_mut(at) {
                *cell = Cell { symbol, style };
            }
        }
    }

    fn work(&mut self, work: &Work, symbol: char, style: Style) {
        self.paint((work.from, work.until), symbol, style);
        for at in self.scale.span(work.from, work.until).unwrap_or_default() {
            if let Some(worked) = self.worked.get_mut(at) {
                *worked = true;
            }
        }
        self.note(work.from, work.until);
    }

    fn expect(&mut self, (from, until): (Time, Time), symbol: char, style: Style) {
        self.paint((from, until), symbol, style);
        self.note(from, until);
    }

    fn note(&mut self, from: Time, until: Time) {
        for at in self.scale.span(from, until).unwrap_or_default() {
            if let Some(painted) = self.painted.get_mut(at) {
                *painted = true;
            }
        }
    }

    /// A symbol in the last column of a stretch.
    fn end(&mut self, (from, until): (Time, Time), symbol: char, style: Style) {
        let last = self.scale.span(from, until).and_then(|mut span| span.next_back());
        // A stretch that goes on out of sight does not end here.
        let in_sight = until <= self.scale.until();
        if let Some(cell) = last.filter(|_| in_sight).and_then(|at| self.cells.get_mut(at)) {
            *cell = Cell { symbol, style };
        }
    }

    fn crossed(mut self, ground: &Ground) -> Self {
        let is = |columns: &[bool], at: usize| columns.get(at).copied().unwrap_or(false);
        let (worked, painted) = (&self.worked, &self.painted);
        // A bar of one column would be gone altogether.
        let alone = |at: usize| {
            let before = at.checked_sub(1).is_some_and(|before| is(painted, before));
            is(painted, at) && !before && !is(painted, at + 1)
        };
        ground.cross(&mut self.cells, |at, over| alone(at) || (!over && is(worked, at)));
        self
    }
}

/// The line of a step that looks like this.
pub fn step(
    ink: &Ink<'_>,
    scale: &Scale,
    ground: &Ground,
    (track, look): (&Track, Look),
) -> Vec<Cell> {
    let styles = &ink.theme.timeline;
    let mut bar = Bar::on(ground, scale);
    if let Some(plan) = track.plan.filter(|(from, until)| from < until) {
        bar.paint(plan, PLANNED, styles.plan);
    }
    for work in &track.work {
        let symbol = if work.status == StepStatus::Blocked { BLOCKED } else { WORKED };
        bar.work(work, symbol, style_of(ink, work.status));
        // What went past its planned finish is late, whatever became of it.
        let overrun = track.plan.map(|plan| (plan.1.max(work.from), work.until));
        let done = matches!(work.status, StepStatus::Running | StepStatus::Done);
        if let Some(over) = overrun.filter(|(from, until)| done && from < until) {
            bar.work(&Work { from: over.0, ..*work }, WORKED, ink.theme.steps.late);
        }
    }
    let expected = track.expected.filter(|(from, until)| from < until);
    if let Some(expected) = expected {
        let (symbol, style) = match track.critical {
            true => (CRITICAL, styles.critical),
            false => (EXPECTED, styles.expected),
        };
        bar.expect(expected, symbol, style);
    }
    let mut bar = bar.crossed(ground);
    let symbol = look.symbol.chars().next().unwrap_or(' ');
    for work in &track.work {
        if let Some(end) = end_symbol(work, symbol) {
            bar.end((work.from, work.until), end, style_of(ink, work.status));
        }
    }
    let going_on = |work: &Work| matches!(work.status, StepStatus::Running | StepStatus::Blocked);
    let point = track.expected.filter(|(from, until)| from == until);
    if let Some(point) = point.filter(|_| !track.work.iter().any(going_on)) {
        bar.end(point, symbol, look.style);
    }
    bar.cells
}

/// How a stretch is closed; a finished one needs no word, but where it took no time.
fn end_symbol(work: &Work, look: char) -> Option<char> {
    Some(match work.status {
        StepStatus::Failed => '✖',
        StepStatus::Skipped => '⊘',
        StepStatus::Deferred => '»',
        StepStatus::Undone => '↶',
        StepStatus::Done | StepStatus::Planned if work.from == work.until => look,
        _ => return None,
    })
}

fn style_of(ink: &Ink<'_>, status: StepStatus) -> Style {
    let styles = &ink.theme.steps;
    match status {
        StepStatus::Running => styles.running,
        StepStatus::Blocked => styles.blocked,
        StepStatus::Done => styles.done,
        StepStatus::Failed => styles.failed,
        StepStatus::Skipped => styles.skipped,
        StepStatus::Deferred => styles.deferred,
        StepStatus::Undone => styles.undone,
        StepStatus::Planned | StepStatus::NotApplicable => styles.planned,
    }
}

/// The line of a phase or rung.
pub fn phase(ink: &Ink<'_>, scale: &Scale, ground: &Ground, track: &Track) -> Vec<Cell> {
    let styles = &ink.theme.timeline;
    let mut bar = Bar::on(ground, scale);
    if let Some(plan) = track.plan {
        bar.paint(plan, PLANNED, styles.plan);
    }
    for work in &track.work {
        bar.work(work, PHASE, style_of(ink, work.status));
    }
    if let Some(expected) = track.expected.filter(|(from, until)| from < until) {
        let style = if track.critical { styles.critical } else { styles.expected };
        bar.expect(expected, EXPECTED, style);
    }
    bar.crossed(ground).cells
}
