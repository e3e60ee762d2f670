//! What concerns one person in a run, now: what is theirs, what comes next, and what they may do.

use crate::run::{self, Act, Actor, Event, Expected, Forecast, Intent, Refusal, RunState};
use crate::run::{StepStatus, Time};
use crate::runbook::{Place, Secs, StepIx, StepKind, format_duration, visible};
use chrono::TimeDelta;

/// A run as one person sees it at one moment.
pub struct Seen<'a> {
    /// The run.
    pub state: &'a RunState,
    /// Where it is heading.
    pub forecast: &'a Forecast,
    /// Who looks.
    pub actor: Actor,
    /// When.
    pub now: Time,
    /// Whether it is a demonstration.
    pub demo: bool,
}

/// The steps that concern a person, in the order in which they are told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Something can be done about them now.
    pub now: Vec<StepIx>,
    /// They come later.
    pub next: Vec<StepIx>,
    /// Nothing is left to do about them.
    pub after: Vec<StepIx>,
}

/// A checklist item: indexes of checklist and item.
pub type ItemIx = (usize, usize);

impl Seen<'_> {
    /// Who looks.
    pub fn me(&self) -> &str {
        &self.actor.name
    }

    /// Whether they may record that now; else why not, in the words of the rule book.
    ///
    /// # Errors
    /// The refusal.
    pub fn may(&self, event: Event) -> Result<(), Refusal> {
        run::check(self.state, &self.act(event))
    }

    fn act(&self, event: Event) -> Act {
        Intent::new(self.me(), event).into_act(self.actor.clone(), self.now)
    }

    /// The steps that concern them. While a rung is being taken, its steps come first.
    pub fn parts(&self) -> Parts {
        let mut told: Vec<_> = self.state.told_steps().filter(|ix| self.concerns(*ix)).collect();
        let on = self.state.rung_on();
        told.sort_by_key(|&ix| match self.state.plan.steps.get(ix).map(|step| step.place) {
            Some(Place::Rung(rung)) => on != Some(rung),
            _ => true,
        });
        let mut parts = Parts::default();
        for ix in told {
            match self.part(ix) {
                Part::Now => parts.now.push(ix),
                Part::Next => parts.next.push(ix),
                Part::After => parts.after.push(ix),
                Part::None => {}
            }
        }
        parts
    }

    /// Whether a step is theirs, or asks for their vote or signature.
    fn concerns(&self, ix: StepIx) -> bool {
        let Some(step) = self.state.plan.steps.get(ix) else { return false };
        self.state.is_mine(ix, self.me())
            || self.is_voter(ix)
            || step.signer_ids.iter().any(|signer| signer == self.me())
            || (step.signer_ids.is_empty() && self.may_sign(ix))
    }

    /// Whether they are named as a voter, or stand in for one.
    pub fn is_voter(&self, ix: StepIx) -> bool {
        let gate = self.state.plan.steps.get(ix).and_then(|step| step.gate.as_ref());
        let named = gate.is_some_and(|gate| !gate.voters.is_empty());
        named && self.state.voter_for(ix, self.me()).is_some()
    }

    /// Whether their signature would be taken now.
    pub fn may_sign(&self, ix: StepIx) -> bool {
        let (Some(step), Some(state)) = (self.state.plan.steps.get(ix), self.state.steps.get(ix))
        else {
            return false;
        };
        if step.signers == 0 || !state.status().is_open_work() {
            return false;
        }
        let (step, attempt) = (step.id.clone(), state.attempt);
        match self.may(Event::StepSigned { step, attempt }) {
            Ok(()) => true,
            // It asks for values first, which the form asks for as well.
            Err(refusal) => refusal.rule == "owed",
        }
    }

    fn part(&self, ix: StepIx) -> Part {
        let (Some(step), Some(state)) = (self.state.plan.steps.get(ix), self.state.steps.get(ix))
        else {
            return Part::None;
        };
        match state.status() {
            StepStatus::NotApplicable => Part::None,
            // It is reached by itself.
            StepStatus::Planned if step.kind == StepKind::Milestone => Part::None,
            StepStatus::Planned if self.state.status.is_over() => Part::After,
            StepStatus::Planned if self.state.is_ready(ix, self.now) => Part::Now,
            StepStatus::Planned => Part::Next,
            StepStatus::Running | StepStatus::Blocked => Part::Now,
            StepStatus::Failed if !self.state.is_settled(ix) => Part::Now,
            _ if state.owes_reason() => Part::Now,
            StepStatus::Deferred => Part::Next,
            _ => Part::After,
        }
    }

    /// The items of checklists that are theirs and open.
    pub fn items(&self) -> Vec<ItemIx> {
        let mine = |owner: &Option<String>| {
            let owner = owner.as_deref().unwrap_or_default();
            owner == self.me() || self.state.stands_in(self.me(), owner)
        };
        let lists = self.state.plan.checklists.iter().enumerate();
        let items = lists.flat_map(|(at, list)| {
            let open = list.items.iter().enumerate().filter(move |(_, item)| {
                mine(&item.owner) && self.state.checklist_item(&list.id, &item.id).is_none()
            });
            open.map(move |(item, _)| (at, item))
        });
        if self.state.status.is_over() { Vec::new() } else { items.collect() }
    }

    /// What is expected of a step.
    pub fn expected(&self, ix: StepIx) -> Expected {
        self.forecast.steps.get(ix).copied().unwrap_or_default()
    }

    /// What they should know before they begin a step: what it starts, and what it ends for good.
    pub fn warnings(&self, ix: StepIx) -> Vec<String> {
        let mut said = Vec::new();
        if self.state.status == run::RunStatus::Planned {
            let live = if self.state.mode == run::Mode::Live { "live " } else { "" };
            said.push(format!("The {live}run has not started: this starts it."));
        }
        for rung in self.state.takes_away(ix) {
            let title = self.state.plan.rollbacks.get(rung).map_or("", |rung| &rung.title);
            let number = self.state.rung_number(rung);
            said.push(format!(
                "From then on rollback {number} {} can no longer be taken.",
                visible(title)
            ));
        }
        said
    }

    /// A step as it is named: number and title, made safe to show.
    pub fn label(&self, ix: StepIx) -> String {
        let step = self.state.plan.steps.get(ix);
        step.map(|s| visible(&format!("{} {}", s.number, s.title)).into_owned()).unwrap_or_default()
    }

    /// A clock time in the runbook's zone, with the day where it is not today.
    pub fn clock(&self, at: Time) -> String {
        let zone = self.state.plan.release.timezone;
        let (at, now) = (at.with_timezone(&zone), self.now.with_timezone(&zone));
        let format = if at.date_naive() == now.date_naive() { "%H:%M" } else { "%a %d %b %H:%M" };
        at.format(format).to_string()
    }

    /// How far away a moment is: `in 12m`, `5m ago`, `now`.
    pub fn away(&self, at: Time) -> String {
        let left = at - self.now;
        match (about(left), about(-left)) {
            (Some(ahead), _) => format!("in {ahead}"),
            (None, Some(ago)) => format!("{ago} ago"),
            (None, None) => "now".to_owned(),
        }
    }

    /// A length in whole minutes.
    pub fn length(&self, secs: Secs) -> String {
        TimeDelta::try_seconds(secs).and_then(about).unwrap_or_else(|| "under 1m".to_owned())
    }
}

/// In whole minutes; none below one.
fn about(length: TimeDelta) -> Option<String> {
    let minutes = length.num_minutes();
    (minutes > 0).then(|| format_duration(minutes.saturating_mul(60)))
}

enum Part {
    Now,
    Next,
    After,
    None,
}
