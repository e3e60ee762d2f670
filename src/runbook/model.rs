//! The plan as everything else sees it: resolved, numbered, with every reference an index.
//!
//! A `Runbook` is made by `runbook::read` from TOML text. Whatever can be settled before the night
//! is settled here: default ids, default predecessors, `for_each`, vars, clock times. What depends
//! on the run (holds, a rehearsal's shift) stays a [`Moment`].

use super::step::{LinkOn, Step};
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use indexmap::IndexMap;
use std::collections::HashMap;

/// A length of time in whole seconds.
pub type Secs = i64;

/// Position of a step in [`Runbook::steps`].
pub type StepIx = usize;
/// Position of a phase in [`Runbook::phases`].
pub type PhaseIx = usize;
/// Position of a rung in [`Runbook::rollbacks`].
pub type RungIx = usize;

/// One runbook, complete.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Runbook {
    /// The `format` number; 1.
    pub format: u32,
    /// What is released, when, in which window.
    pub release: Release,
    /// The `[vars]`, as written.
    pub vars: IndexMap<String, String>,
    /// Who may own, vote, sign: by id, in file order.
    pub people: IndexMap<String, Person>,
    /// Sign-offs outside the flow.
    pub checklists: Vec<Checklist>,
    /// The sections of the plan, in file order.
    pub phases: Vec<Phase>,
    /// The rollback ladder, in file order.
    pub rollbacks: Vec<Rung>,
    /// Every step: first those of the phases, in order, then those of the rungs.
    pub steps: Vec<Step>,
    /// Stretches of time that matter.
    pub intervals: Vec<Interval>,
    /// How success is judged afterwards.
    pub criteria: Vec<Criterion>,
    /// Texts for audiences.
    pub messages: Vec<Message>,
    /// Step id to its index.
    pub step_ix: HashMap<String, StepIx>,
    /// For each step, the steps that name it in `needs` (or have it as default predecessor).
    pub successors: Vec<Vec<StepIx>>,
}

/// The `[release]` table.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Release {
    /// Identifier; default: slug of the title.
    pub id: String,
    /// Title.
    pub title: String,
    /// Version being released.
    pub version: Option<String>,
    /// The change record.
    pub change: Option<String>,
    /// Target environment.
    pub environment: Option<String>,
    /// Where the bridge call is.
    pub bridge: Option<String>,
    /// Zone of times on screen and of times written without an offset.
    pub timezone: Tz,
    /// Planned start of the first step.
    pub start: Option<Moment>,
    /// T-0.
    pub zero_hour: Option<DateTime<Utc>>,
    /// The agreed change window.
    pub window: Option<Window>,
    /// Slip of the expected finish that turns amber.
    pub amber_after: Secs,
    /// Time the decision to roll back itself takes.
    pub decision_margin: Secs,
    /// Stakeholder update cadence.
    pub update_every: Option<Secs>,
}

/// The agreed change window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Window {
    /// Opens.
    pub opens: DateTime<Utc>,
    /// Closes.
    pub closes: DateTime<Utc>,
}

/// A point in time as the runbook writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Moment {
    /// Seconds after (before, when negative) zero hour; moves with holds.
    T(Secs),
    /// A datetime; moves only with a rehearsal.
    At(DateTime<Utc>),
    /// A clock time in the runbook's zone in a runbook that names no date: its occurrence nearest
    /// to the run's start.
    Clock(NaiveTime),
}

/// A planned length: the likely one, and best and worst where three points are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// The likely (or only) value.
    pub likely: Secs,
    /// Best and worst.
    pub range: Option<(Secs, Secs)>,
}

/// Role of a person in a run. Ordered: an observer is least.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Observer,
    /// Works steps and items and writes notes.
    Operator,
    /// Drives the run.
    Lead,
}

/// One of `[people]`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// The key in `[people]`.
    pub id: String,
    /// Display name; default the id.
    pub name: String,
    /// Team.
    pub team: Option<String>,
    /// Role, where the runbook writes one.
    pub role: Option<Role>,
    /// Phone or other contact.
    pub contact: Option<String>,
    /// Id of the person who stands in.
    pub substitute: Option<String>,
}

/// A checklist.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Checklist {
    /// Identifier; default: slug of the title.
    pub id: String,
    /// Title.
    pub title: String,
    /// Items, in order.
    pub items: Vec<ChecklistItem>,
}

/// One item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChecklistItem {
    /// Identifier within the checklist; default: slug of the text.
    pub id: String,
    /// What is signed off.
    pub text: String,
    /// Who is expected to.
    pub owner: Option<String>,
    /// Whether a link or hash is asked.
    pub evidence: bool,
}

/// How the steps of a phase follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Flow {
    /// Each after the one before.
    Sequence,
    /// All side by side.
    Parallel,
    /// Each stream in its order, streams side by side.
    Streams,
}

/// A section of the plan; a barrier.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Phase {
    /// Identifier; default: slug of the title.
    pub id: String,
    /// Title.
    pub title: String,
    /// Phases that must be settled before any step of this one is ready.
    pub after: Vec<PhaseIx>,
    /// Order inside.
    pub flow: Flow,
    /// Its steps, as a range of [`Runbook::steps`].
    pub steps: std::ops::Range<StepIx>,
}

/// One rung of the rollback ladder.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rung {
    /// Identifier; default: slug of the title.
    pub id: String,
    /// Title.
    pub title: String,
    /// Forward steps it takes back (phases spelled out); every forward step by default.
    pub covers: Vec<StepIx>,
    /// When it stops being available.
    pub available_until: AvailableUntil,
    /// The condition on which to take it, in words.
    pub trigger: Option<String>,
    /// What follows when it ends well.
    pub then: Then,
    /// The next rung when this one fails; default the next in the file.
    pub otherwise: Option<RungIx>,
    /// Order inside.
    pub flow: Flow,
    /// Its steps, as a range of [`Runbook::steps`].
    pub steps: std::ops::Range<StepIx>,
}

/// When a rung stops being available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AvailableUntil {
    /// At the first started point of no return (default).
    PointOfNoReturn,
    /// Once this step has started.
    Step(StepIx),
    /// Never: it survives a point of no return.
    End,
}

/// What follows a rung that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Then {
    /// The run ends rolled back.
    Stop,
    /// Recycle: go on from this step.
    Resume(StepIx),
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Place {
    /// In a phase.
    Phase(PhaseIx),
    /// In a rung of the ladder.
    Rung(RungIx),
}

/// One end of an [`Interval`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IntervalEnd {
    /// The step.
    pub step: StepIx,
    /// Which end of it.
    pub on: LinkOn,
}

/// A stretch of time that matters.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Interval {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Begins.
    pub from: IntervalEnd,
    /// Ends.
    pub to: IntervalEnd,
    /// Longest it may take.
    pub limit: Option<Secs>,
    /// Counted as downtime.
    pub downtime: bool,
}

/// How success is judged.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Criterion {
    /// Identifier.
    pub id: String,
    /// What must hold.
    pub text: String,
    /// Who judges.
    pub owner: Option<String>,
    /// By when.
    pub judge_by: Option<Moment>,
}

/// A text for an audience.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Message {
    /// Identifier.
    pub id: String,
    /// Who reads it.
    pub audience: Option<String>,
    /// The text; live `{{ names }}` are kept.
    pub text: String,
    /// Where it may be posted.
    pub post: Option<Post>,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Post {
    /// Target.
    pub url: String,
    /// Body.
    #[serde(with = "super::json_text")]
    pub json: serde_json::Value,
}

impl Runbook {
    /// Finds a step by id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.step_ix.get(id).map(|&ix| &self.steps[ix])
    }

    /// Finds a step by id, by number, or by an unambiguous beginning of an id.
    ///
    /// # Errors
    /// The ids of all candidates, none or several.
    pub fn find_step(&self, word: &str) -> Result<StepIx, Vec<&str>> {
        if let Some(&ix) = self.step_ix.get(word) {
            return Ok(ix);
        }
        if let Some(ix) = self.steps.iter().position(|s| s.number == word) {
            return Ok(ix);
        }
        let mut hits = self
            .steps
            .iter()
            .enumerate()
            .filter(|(_, s)| !word.is_empty() && s.id.starts_with(word));
        match (hits.next(), hits.next()) {
            (Some((ix, _)), None) => Ok(ix),
            (None, _) => Err(Vec::new()),
            (Some((_, a)), Some((_, b))) => {
                Err([a, b].into_iter().chain(hits.map(|(_, s)| s)).map(|s| s.id.as_str()).collect())
            }
        }
    }

    /// The steps of the phases, without those of the rungs.
    pub fn forward_steps(&self) -> std::ops::Range<StepIx> {
        0..self.phases.last().map_or(0, |p| p.steps.end)
    }

    /// Display name of a person id; the id (or free text) itself for a stranger.
    pub fn person_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.people.get(id).map_or(id, |p| p.name.as_str())
    }

    /// Lets a step take longer (shorter, when negative) than planned; never less than no time. For
    /// asking what would follow.
    pub fn lengthen(&mut self, ix: StepIx, secs: Secs) {
        let Some(step) = self.steps.get_mut(ix) else { return };
        let mut span = step.duration.unwrap_or(Span { likely: 0, range: None });
        let longer = |of: Secs| of.saturating_add(secs).clamp(0, super::duration::LONGEST);
        span.likely = longer(span.likely);
        span.range = span.range.map(|(best, worst)| (longer(best), longer(worst)));
        step.duration = Some(span);
    }

    /// Finds a message by id.
    pub fn message(&self, id: &str) -> Option<&Message> {
        self.messages.iter().find(|m| m.id == id)
    }

    /// Finds a checklist by id.
    pub fn checklist(&self, id: &str) -> Option<&Checklist> {
        self.checklists.iter().find(|c| c.id == id)
    }
}
