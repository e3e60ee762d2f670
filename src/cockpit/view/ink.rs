//! What every pane draws with: the model, the theme, the clock, and how a step's state looks.

use super::clock;
use crate::cockpit::model::Model;
use crate::cockpit::panes::wait_left;
use crate::cockpit::theme::Theme;
use crate::run::{StepStatus, Time, Waiting};
use crate::runbook::{LinkOn, Secs, Step, StepIx, StepKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

/// Model and theme, with the words that panes share.
#[derive(Clone, Copy)]
pub struct Ink<'a> {
    /// What is drawn.
    pub model: &'a Model,
    /// How.
    pub theme: &'a Theme,
}

/// How a state looks: three tellings of one thing, so that none depends on colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// One column.
    pub symbol: &'static str,
    /// In a word.
    pub word: &'static str,
    /// In colour.
    pub style: Style,
}

impl Ink<'_> {
    /// The run clock.
    pub fn now(&self) -> Time {
        self.model.now
    }

    /// A moment in five columns.
    pub fn time(&self, at: Time) -> String {
        clock::short(at, self.model.run.plan.release.timezone, self.model.now)
    }

    /// A moment, with its date where that is another day's.
    pub fn moment(&self, at: Time) -> String {
        clock::long(at, self.model.run.plan.release.timezone, self.model.now)
    }

    /// A step of the plan.
    pub fn step(&self, ix: StepIx) -> Option<&Step> {
        self.model.run.plan.steps.get(ix)
    }

    /// A step's number; empty for none.
    pub fn number(&self, ix: StepIx) -> &str {
        self.step(ix).map_or("", |step| step.number.as_str())
    }

    /// A person's name as the runbook writes it, or what is known instead.
    pub fn name(&self, person: &str) -> String {
        self.model.run.plan.person_name(person).to_owned()
    }

    /// How a step's state looks, a derived one included.
    pub fn look(&self, ix: StepIx) -> Look {
        let styles = &self.theme.steps;
        let Some((step, state)) = self.step(ix).zip(self.model.run.steps.get(ix)) else {
            return Look { symbol: " ", word: "", style: styles.planned };
        };
        let (symbol, word, style) = match state.status() {
            StepStatus::Planned => {
                let ready = self.model.run.is_ready(ix, self.now());
                let symbol = match (step.kind, ready) {
                    (StepKind::Gate | StepKind::Choice, _) => "◇",
                    (StepKind::Milestone, _) => "◆",
                    (_, true) => "○",
                    (_, false) => "◌",
                };
                if ready {
                    (symbol, "ready", styles.ready)
                } else {
                    (symbol, "waiting", styles.planned)
                }
            }
            StepStatus::Running if self.has_elapsed(ix) => ("●", "elapsed", styles.ready),
            StepStatus::Running if self.overrunning(ix) => ("●", "over", styles.late),
            StepStatus::Running => ("●", "running", styles.running),
            StepStatus::Blocked => ("■", "blocked", styles.blocked),
            StepStatus::Done => ("✔", "done", styles.done),
            StepStatus::Failed => ("✖", "FAILED", styles.failed),
            StepStatus::Skipped => ("⊘", "skipped", styles.skipped),
            StepStatus::NotApplicable => ("·", "not applicable", styles.not_applicable),
            StepStatus::Deferred => ("»", "deferred", styles.deferred),
            StepStatus::Undone => ("↶", "undone", styles.undone),
        };
        Look { symbol, word, style }
    }

    /// Whether a running step takes longer than it should.
    pub fn overrunning(&self, ix: StepIx) -> bool {
        self.model.forecast.steps.get(ix).is_some_and(|expected| expected.overrunning)
    }

    /// Whether a wait that is running may be completed.
    pub fn has_elapsed(&self, ix: StepIx) -> bool {
        wait_left(&self.model.run, ix, self.now()).is_some_and(|left| left <= 0)
    }

    /// Working time of the present attempt.
    pub fn elapsed(&self, ix: StepIx) -> Option<Secs> {
        self.model.run.elapsed(ix, self.now())
    }

    /// Start and finish as they were, else as they are expected.
    pub fn span(&self, ix: StepIx) -> Ends {
        let expected = self.model.forecast.steps.get(ix);
        let attempt = self.model.run.steps.get(ix).map(|state| &state.now);
        let actual_start = attempt.and_then(|a| a.started.as_ref()).map(|fact| fact.at);
        let actual_finish = attempt.and_then(|a| a.ended.as_ref()).map(|fact| fact.at);
        let over = actual_finish.is_some();
        Ends {
            start: actual_start.or(expected.and_then(|e| e.start).filter(|_| !over)),
            finish: actual_finish.or(expected.and_then(|e| e.finish)),
            late: !over && expected.is_some_and(|e| e.late),
        }
    }

    /// What a planned step waits for, in a few words: the first thing, and how many more.
    pub fn waits_for(&self, ix: StepIx) -> String {
        let waiting = self.model.run.waiting_for(ix, self.now());
        let Some(first) = waiting.first() else { return "ready".to_owned() };
        let more = waiting.len() - 1;
        let first = self.waiting(first);
        if more == 0 { first } else { format!("{first} +{more}") }
    }

    /// One thing that is waited for.
    pub fn waiting(&self, waiting: &Waiting) -> String {
        match waiting {
            Waiting::Phase(phase) => format!("after {}", phase + 1),
            Waiting::Step(step, LinkOn::Finish) => format!("after {}", self.number(*step)),
            Waiting::Step(step, LinkOn::Start) => format!("with {}", self.number(*step)),
            Waiting::Until(at) if clock::is_near(*at, self.now()) => {
                format!("at {}", self.moment(*at))
            }
            // The clock time counts, and there is no room for more words than that.
            Waiting::Until(at) => self.moment(*at),
            Waiting::Choice(step) => format!("choice {}", self.number(*step)),
            Waiting::Held => "held".to_owned(),
            Waiting::Rollback(rung) => format!("rollback {}", self.model.run.rung_number(*rung)),
            Waiting::NotTaken => "not taken".to_owned(),
            Waiting::Over => "run is over".to_owned(),
        }
    }
}

/// Columns of a label in the detail.
pub const LABEL: usize = 11;

/// The two ends of a step on the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// It started, or is expected to.
    pub start: Option<Time>,
    /// It finished, or is expected to.
    pub finish: Option<Time>,
    /// Later than planned, and not over yet.
    pub late: bool,
}

/// Writes a line within an area and nowhere else.
pub fn put(buffer: &mut Buffer, area: Rect, row: usize, line: &Line<'_>) {
    let Ok(row) = u16::try_from(row) else { return };
    let inside = area.intersection(buffer.area);
    if row < inside.height {
        buffer.set_line(inside.x, inside.y + row, line, inside.width);
    }
}

/// Lays a style over an area, in so far as it is on the screen.
pub fn tint(buffer: &mut Buffer, area: Rect, style: Style) {
    buffer.set_style(area.intersection(buffer.area), style);
}
