//! What has been tried, what hangs on the step, and what was noted about it.

use super::Page;
use crate::run::{Attempt, NoteKind, StepStatus};
use crate::runbook::{LinkOn, Step, StepIx, format_duration, format_timer};

/// How many neighbours and notes are listed.
const SOME: usize = 8;

impl Page<'_> {
    /// The attempts with their times: the earlier ones, and what happened in this one.
    pub(super) fn attempts(&mut self, ix: StepIx, _plan: &Step) {
        let ink = self.ink;
        let Some(state) = ink.model.run.steps.get(ix) else { return };
        let happened = !state.now.blocked.is_empty()
            || state.now.reason.is_some()
            || state.now.undone.is_some()
            || state.now.estimates.len() > 1;
        if state.earlier.is_empty() && !happened {
            return;
        }
        self.heading("Attempts");
        for (at, attempt) in state.earlier.iter().enumerate() {
            self.attempt(at + 1, attempt);
        }
        self.attempt(state.earlier.len() + 1, &state.now);
    }

    fn attempt(&mut self, number: usize, attempt: &Attempt) {
        let ink = self.ink;
        let word = match attempt.status {
            StepStatus::Planned => "not begun",
            StepStatus::Running => "running",
            StepStatus::Blocked => "blocked",
            StepStatus::Done => "done",
            StepStatus::Failed => "failed",
            StepStatus::Skipped => "skipped",
            StepStatus::NotApplicable => "not applicable",
            StepStatus::Deferred => "deferred",
            StepStatus::Undone => "undone",
        };
        let clock = |fact: &Option<crate::run::Fact>| {
            fact.as_ref().map_or_else(|| "–".to_owned(), |fact| ink.moment(fact.at))
        };
        let mut text =
            format!("{number}: {word}, {}→{}", clock(&attempt.started), clock(&attempt.ended));
        if let Some(secs) = attempt.elapsed(ink.now()) {
            text.push_str(&format!(", worked {}", format_timer(secs)));
        }
        if let Some(fact) = &attempt.ended {
            text.push_str(&format!(", {}", ink.name(&fact.person)));
        }
        if let Some(reason) = &attempt.reason {
            text.push_str(&format!(": {reason}"));
        }
        if let Some(fact) = &attempt.undone {
            text.push_str(&format!("; taken back at {}", ink.moment(fact.at)));
        }
        self.bullet("•", &[(text.into(), ink.theme.detail.value)], ink.theme.markdown.marker);
        for pause in &attempt.blocked {
            let until = pause.until.as_ref().map_or_else(|| "now".to_owned(), |f| ink.moment(f.at));
            let reason = pause.reason.as_deref().unwrap_or("reason owed");
            let from = ink.moment(pause.from.at);
            self.field("  blocked", &format!("{from}→{until}: {reason}"));
        }
        for estimate in &attempt.estimates {
            let said = format!(
                "{} more, {} at {}",
                format_duration(estimate.remaining),
                ink.name(&estimate.fact.person),
                ink.moment(estimate.fact.at)
            );
            self.field("  estimate", &said);
        }
    }

    /// What comes before, and what waits on it.
    pub(super) fn neighbours(&mut self, ix: StepIx) {
        let ink = self.ink;
        let plan = &ink.model.run.plan;
        let Some(step) = ink.step(ix) else { return };
        let after = plan.successors.get(ix).map_or(&[][..], Vec::as_slice);
        if step.needs.is_empty() && after.is_empty() {
            return;
        }
        self.heading("Before and after");
        for link in step.needs.iter().take(SOME) {
            let on = if link.on == LinkOn::Start { "with" } else { "after" };
            let lag = if link.lag > 0 {
                format!(" + {}", format_duration(link.lag))
            } else {
                String::new()
            };
            self.neighbour(&format!("{on}{lag}"), link.step);
        }
        self.more(step.needs.len());
        for next in after.iter().take(SOME) {
            self.neighbour("waits", *next);
        }
        self.more(after.len());
    }

    fn neighbour(&mut self, label: &str, ix: StepIx) {
        let look = self.ink.look(ix);
        let title = self.ink.step(ix).map_or("", |step| step.title.as_str());
        let text = format!("{} {} {title}, {}", look.symbol, self.ink.number(ix), look.word);
        self.styled_field(label, &text, look.style);
    }

    fn more(&mut self, all: usize) {
        if all > SOME {
            self.say(&format!("and {} more", all - SOME), self.ink.theme.screen.muted);
        }
    }

    /// The latest notes about the step.
    pub(super) fn notes(&mut self, plan: &Step) {
        let ink = self.ink;
        let notes = ink.model.run.notes.iter().rev();
        let about: Vec<_> = notes
            .filter(|note| note.removed.is_none() && note.step.as_deref() == Some(&plan.id))
            .take(SOME)
            .collect();
        if about.is_empty() {
            return;
        }
        self.heading("Notes");
        for note in about.into_iter().rev() {
            let kind = match note.kind {
                NoteKind::Note => String::new(),
                kind => format!("{}: ", super::super::notes::word(kind)),
            };
            let who = format!("{} {}  ", ink.moment(note.fact.at), ink.name(&note.fact.person));
            let pieces = [
                (who.into(), ink.theme.detail.label),
                (format!("{kind}{}", note.text).into(), ink.theme.detail.value),
            ];
            self.bullet("•", &pieces, ink.theme.markdown.marker);
        }
    }
}
