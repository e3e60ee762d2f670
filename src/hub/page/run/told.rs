//! Times, names and states as the page writes them.

use super::Told;
use crate::report::{Clock, step_symbol, step_word};
use crate::run::{StepStatus, Time};
use crate::runbook::{Secs, StepIx, StepKind, format_duration, visible, visible_lines};
use chrono::TimeDelta;
use maud::{Markup, html};

/// Times nearer than this are told without their day.
const NEAR: TimeDelta = TimeDelta::hours(14);

impl Told<'_> {
    pub fn clock(&self) -> Clock {
        Clock::new(self.state.plan.release.timezone.name())
    }

    /// `02:14`; of another day `29 Nov 02:14`.
    pub fn moment(&self, at: Time) -> String {
        let near = (at - self.now).abs() < NEAR;
        if near { self.clock().minute(at) } else { self.clock().short(at) }
    }

    /// A moment, for people and for programs.
    pub fn time(&self, at: Time) -> Markup {
        html! { time datetime=(at.format("%Y-%m-%dT%H:%M:%SZ")) { (self.moment(at)) } }
    }

    /// Name of a person, safe to show.
    pub fn name(&self, person: &str) -> String {
        visible(self.state.plan.person_name(person)).into_owned()
    }

    /// Who is expected to do a step.
    pub fn owner(&self, ix: StepIx) -> Option<String> {
        self.state.owner_of(ix).map(|owner| self.name(&owner))
    }

    /// When a step began and ended, or is expected to.
    pub fn times(&self, ix: StepIx) -> (Option<Time>, Option<Time>) {
        let Some(step) = self.state.steps.get(ix) else { return (None, None) };
        let expected = self.outlook().steps.get(ix).copied().unwrap_or_default();
        let started = step.now.started.as_ref().map(|fact| fact.at);
        let ended = step.now.ended.as_ref().map(|fact| fact.at);
        if ended.is_some() || self.state.status.is_over() {
            return (started, ended);
        }
        (started.or(expected.start), expected.finish)
    }

    /// Number and title of a step.
    pub fn step(&self, ix: StepIx) -> Markup {
        let step = self.state.plan.steps.get(ix);
        let (number, title) = step.map_or(("–", ""), |s| (s.number.as_str(), s.title.as_str()));
        html! { b.number { (number) } " " bdi { (visible(title)) } }
    }

    /// State of a step by symbol and word.
    pub fn state_of(&self, ix: StepIx) -> Markup {
        let status = self.state.steps.get(ix).map(|step| step.status()).unwrap_or_default();
        let plan = self.state.plan.steps.get(ix);
        let kind = plan.map(|step| step.kind);
        let (symbol, word) = match (status, kind) {
            (StepStatus::Planned, _) if self.state.is_ready(ix, self.now) => ("▸", "ready"),
            (StepStatus::Done, Some(StepKind::Milestone)) => ("◆", "reached"),
            _ => (step_symbol(status), step_word(status)),
        };
        html! { span class={ "state " (class(status)) } { span aria-hidden="true" { (symbol) " " } (word) } }
    }
}

/// How a state is colored; the word says it too.
fn class(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Running => "is-on",
        StepStatus::Done => "is-done",
        StepStatus::Failed | StepStatus::Blocked => "is-bad",
        _ => "is-quiet",
    }
}

/// A length in whole minutes, as one says it: `1h32m`, `less than a minute`.
pub(super) fn rough(secs: Secs) -> String {
    match secs {
        -59..=59 => "less than a minute".to_owned(),
        _ => format_duration(secs.abs() - secs.abs() % 60),
    }
}

/// Facts in one line, with commas between them.
pub(super) fn joined(facts: impl IntoIterator<Item = Option<Markup>>) -> Markup {
    html! {
        @for (n, fact) in facts.into_iter().flatten().enumerate() {
            @if n > 0 { ", " }
            (fact)
        }
    }
}

/// A text of somebody's, line by line.
pub(super) fn lines(text: &str) -> Markup {
    let text = visible_lines(text);
    html! {
        @for (n, line) in text.split('\n').enumerate() {
            @if n > 0 { br; }
            (line)
        }
    }
}
