//! A step of the plan, and everything it is made of.

use super::model::{Moment, Place, RungIx, Secs, Span, StepIx};

/// Kind of a step.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
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

impl StepKind {
    /// Whether a step of this kind does something that could be taken back: marks and decisions
    /// do not.
    pub fn is_work(self) -> bool {
        !matches!(self, Self::Milestone | Self::Gate | Self::Choice)
    }
}

/// Who is expected to do a step.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Owner {
    /// An id of `[people]`, or free text such as "DBA on call".
    Person(String),
    /// Anyone of that team.
    Team(String),
}

/// Which end of a predecessor a link hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum LinkOn {
    /// Start to start (SS).
    Start,
    /// Finish to start (FS).
    Finish,
}

/// A predecessor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// The predecessor.
    pub step: StepIx,
    /// Which end of it.
    pub on: LinkOn,
    /// Time between; not negative.
    pub lag: Secs,
}

/// What happens when a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WebLink {
    /// Text shown; default the URL.
    pub title: String,
    /// Target; only http, https and mailto are offered as links.
    pub url: String,
}

/// A measured value asked at completion.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Condition {
    /// Operator.
    pub op: Compare,
    /// Right-hand side as written.
    pub value: String,
}

/// Operator of a [`Condition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// Whether it compares with a number.
    pub fn is_numeric(&self) -> bool {
        self.value.trim().parse::<f64>().is_ok()
    }

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
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CommandSpec {
    /// Program and arguments; no shell.
    pub argv: Vec<String>,
    /// When it is ended by force.
    pub timeout: Option<Secs>,
}

/// What an HTTP answer must look like.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChoiceOption {
    /// Identifier within the choice.
    pub id: String,
    /// Title.
    pub title: String,
}

/// Condition under which a step applies.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct When {
    /// The choice.
    pub step: StepIx,
    /// The option.
    pub is: String,
}

/// The parts of a step that only a gate has.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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
