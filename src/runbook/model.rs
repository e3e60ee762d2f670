//! The plan as everything else sees it: resolved, numbered, with every reference an index.
//!
//! A `Runbook` is made by `runbook::read` from TOML text. Whatever can be settled before the night
//! is settled here: default ids, default predecessors, `for_each`, vars, clock times. What depends
//! on the run (holds, a rehearsal's shift) stays a [`Moment`].

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
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Opens.
    pub opens: DateTime<Utc>,
    /// Closes.
    pub closes: DateTime<Utc>,
}

/// A point in time as the runbook writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Seconds after (before, when negative) zero hour; moves with holds.
    T(Secs),
    /// A datetime; moves only with a rehearsal.
    At(DateTime<Utc>),
    /// A clock time in the runbook's zone in a runbook that names no date: its first occurrence at
    /// or after the run's start.
    Clock(NaiveTime),
}

/// A planned length: the likely one, and best and worst where three points are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The likely (or only) value.
    pub likely: Secs,
    /// Best and worst.
    pub range: Option<(Secs, Secs)>,
}

/// Role of a person in a run. Ordered: an observer is least.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// Identifier; default: slug of the title.
    pub id: String,
    /// Title.
    pub title: String,
    /// Items, in order.
    pub items: Vec<ChecklistItem>,
}

/// One item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Each after the one before.
    Sequence,
    /// All side by side.
    Parallel,
    /// Each stream in its order, streams side by side.
    Streams,
}

/// A section of the plan; a barrier.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvailableUntil {
    /// At the first started point of no return (default).
    PointOfNoReturn,
    /// Once this step has started.
    Step(StepIx),
    /// Never: it survives a point of no return.
    End,
}

/// What follows a rung that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The run ends rolled back.
    Stop,
    /// Recycle: go on from this step.
    Resume(StepIx),
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a phase.
    Phase(PhaseIx),
    /// In a rung of the ladder.
    Rung(RungIx),
}

/// Kind of a step.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Work by a person.
    #[default]
    Task,
    /// A mark of progress, of zero duration.
    Milestone,
    /// Blocks until a go/no-go decision.
    Gate,
    /// A probe that passes or fails.
    Check,
    /// A process.
    Command,
    /// Time that passes.
    Wait,
    /// A text for an audience.
    Message,
    /// One of several ways on.
    Choice,
}

/// Who is expected to do a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// An id of `[people]`, or free text such as "DBA on call".
    Person(String),
    /// Anyone of that team.
    Team(String),
}

/// Which end of a predecessor a link hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOn {
    /// Start to start (SS).
    Start,
    /// Finish to start (FS).
    Finish,
}

/// A predecessor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The predecessor.
    pub step: StepIx,
    /// Which end of it.
    pub on: LinkOn,
    /// Time between; not negative.
    pub lag: Secs,
}

/// What happens when a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The lead decides.
    #[default]
    Ask,
    /// The run is held.
    Hold,
    /// The step counts as settled.
    Continue,
    /// The run is held and this rung is proposed.
    Rollback(RungIx),
}

/// What happens when a gate is decided no-go. Every one of them holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnNoGo {
    /// The run is held.
    #[default]
    Hold,
    /// Proposes to cancel.
    Cancel,
    /// Proposes this rung.
    Rollback(RungIx),
}

/// Go votes that a gate needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quorum {
    /// Every voter.
    #[default]
    All,
    /// More than half.
    Majority,
    /// This many.
    Count(u32),
}

/// A hyperlink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebLink {
    /// Text shown; default the URL.
    pub title: String,
    /// Target; only http, https and mailto are offered as links.
    pub url: String,
}

/// A measured value asked at completion.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Identifier within the step.
    pub id: String,
    /// Title.
    pub title: String,
    /// Unit of the value.
    pub unit: Option<String>,
    /// Criterion the value must meet.
    pub pass: Option<Condition>,
}

/// A comparison such as `< 5` or `== 4.2.0`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Operator.
    pub op: Compare,
    /// Right-hand side as written.
    pub value: String,
}

/// Operator of a [`Condition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl Compare {
    /// The operator as written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

impl Condition {
    /// Whether `value` meets the condition: compared as numbers where both sides are, else as
    /// text. Ordering of texts that are no numbers is never met.
    pub fn met_by(&self, value: &str) -> bool {
        let (left, right) = (value.trim(), self.value.trim());
        let ordering = match (left.parse::<f64>(), right.parse::<f64>()) {
            (Ok(l), Ok(r)) => l.partial_cmp(&r),
            _ if left == right => Some(std::cmp::Ordering::Equal),
            _ => None,
        };
        use std::cmp::Ordering::{Equal, Greater, Less};
        match self.op {
            Compare::Less => ordering == Some(Less),
            Compare::LessEqual => matches!(ordering, Some(Less | Equal)),
            Compare::Greater => ordering == Some(Greater),
            Compare::GreaterEqual => matches!(ordering, Some(Greater | Equal)),
            Compare::Equal => ordering == Some(Equal),
            Compare::NotEqual => ordering != Some(Equal),
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.op.symbol(), self.value)
    }
}

/// A process to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandSpec {
    /// Program and arguments; no shell.
    pub argv: Vec<String>,
    /// When it is ended by force.
    pub timeout: Option<Secs>,
}

/// What an HTTP answer must look like.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// Status code.
    pub status: Option<u16>,
    /// JSON pointer (RFC 6901) into the body.
    pub json: Option<String>,
    /// Condition on the value there.
    pub is: Option<Condition>,
    /// Text the body contains.
    pub contains: Option<String>,
}

/// Something that answers pass or fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Probe {
    /// GET this URL.
    Http {
        /// Target.
        url: String,
        /// What the answer must be.
        expect: Expect,
    },
    /// Run this; exit code 0 passes.
    Command(CommandSpec),
}

/// A probe, once or until it passes.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckSpec {
    /// What is asked.
    pub probe: Probe,
    /// Whether it repeats until it passes.
    pub until_pass: bool,
    /// Time between two tries.
    pub every: Option<Secs>,
    /// When to give up.
    pub timeout: Option<Secs>,
}

/// One way of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceOption {
    /// Identifier within the choice.
    pub id: String,
    /// Title.
    pub title: String,
}

/// Condition under which a step applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// The choice.
    pub step: StepIx,
    /// The option.
    pub is: String,
}

/// The parts of a step that only a gate has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GateSpec {
    /// Ids of checklists that must be complete.
    pub requires: Vec<String>,
    /// Ids of people who vote.
    pub voters: Vec<String>,
    /// Go votes needed.
    pub quorum: Quorum,
    /// Who decides; default a lead.
    pub decider: Option<String>,
    /// By when.
    pub deadline: Option<Moment>,
    /// What a no-go does.
    pub on_no_go: OnNoGo,
}

impl GateSpec {
    /// Go votes needed, as a number.
    pub fn go_votes_needed(&self) -> usize {
        match self.quorum {
            Quorum::All => self.voters.len(),
            Quorum::Majority if self.voters.is_empty() => 0,
            Quorum::Majority => self.voters.len() / 2 + 1,
            Quorum::Count(n) => n as usize,
        }
    }
}

/// The unit of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Identifier; default: slug of the title.
    pub id: String,
    /// Spoken name: `4.12`; rungs count `R1.2`. Frozen when the run opens.
    pub number: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: StepKind,
    /// Phase or rung.
    pub place: Place,
    /// Who is expected to do it.
    pub owner: Option<Owner>,
    /// Lane across phases.
    pub stream: Option<String>,
    /// Planned length; none counts as zero.
    pub duration: Option<Span>,
    /// Call the owner that long before.
    pub notice: Option<Secs>,
    /// Predecessors, the default one included; the phase's barrier is not.
    pub needs: Vec<Link>,
    /// Not before this moment.
    pub not_before: Option<Moment>,
    /// Condition under which it applies.
    pub when: Option<When>,
    /// What to do, in Markdown.
    pub instructions: Option<String>,
    /// What should be seen.
    pub expect: Option<String>,
    /// Links.
    pub links: Vec<WebLink>,
    /// Ticked on the way.
    pub items: Vec<String>,
    /// Values asked at completion.
    pub records: Vec<Record>,
    /// Completion asks for a link or a file's hash.
    pub evidence: bool,
    /// The operator types the id or number first.
    pub confirm: bool,
    /// That many different people complete it; 0: whoever completes it.
    pub signers: u32,
    /// Ids of those who sign; empty: anyone.
    pub signer_ids: Vec<String>,
    /// How long stopping it takes.
    pub abort: Secs,
    /// False: not applicable in a rehearsal.
    pub in_rehearsal: bool,
    /// Once started, rungs without an `available_until` of their own are gone.
    pub point_of_no_return: bool,
    /// What a failure does.
    pub on_failure: OnFailure,
    /// Process of a command step.
    pub run: Option<CommandSpec>,
    /// Probe of a check step.
    pub check: Option<CheckSpec>,
    /// Probe that guards a wait.
    pub guard: Option<CheckSpec>,
    /// Message id of a message step.
    pub message: Option<String>,
    /// Ways of a choice.
    pub options: Vec<ChoiceOption>,
    /// What only a gate has.
    pub gate: Option<GateSpec>,
    /// In a rung: the forward steps it undoes; empty: it always applies.
    pub undoes: Vec<StepIx>,
    /// Byte range in the source text where the step is written.
    pub source: std::ops::Range<usize>,
}

/// One end of an [`Interval`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntervalEnd {
    /// The step.
    pub step: StepIx,
    /// Which end of it.
    pub on: LinkOn,
}

/// A stretch of time that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Target.
    pub url: String,
    /// Body.
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

    /// Finds a message by id.
    pub fn message(&self, id: &str) -> Option<&Message> {
        self.messages.iter().find(|m| m.id == id)
    }

    /// Finds a checklist by id.
    pub fn checklist(&self, id: &str) -> Option<&Checklist> {
        self.checklists.iter().find(|c| c.id == id)
    }
}
