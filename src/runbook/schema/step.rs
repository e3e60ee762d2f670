//! A step as it is written.

use super::{Id, Length, Moment};
use schemars::JsonSchema;

/// The unit of work.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Step {
    /// Id; default: slug of the title.
    id: Option<Id>,
    /// Title.
    title: Option<String>,
    /// Kind; default task.
    kind: Option<Kind>,
    /// Who is expected to do it: an id of [people], or free text such as "DBA on call".
    owner: Option<String>,
    /// Instead of owner: anyone of that team may take it.
    team: Option<String>,
    /// A lane that crosses phases: used to order, to filter and to sum up.
    stream: Option<String>,
    /// Call the owner that long before.
    notice: Option<Length>,
    /// Planned length: "25m", or best, likely, worst: ["15m", "25m", "1h"].
    duration: Option<Span>,
    /// Predecessors; replaces the default one, not the phase's barrier. "prewarm-*" means all of
    /// those.
    needs: Option<Vec<Need>>,
    /// Does not start before: "T-30m", "02:30" (local), or a datetime.
    not_before: Option<Moment>,
    /// One step per value, side by side; write {{ each }} in id and title.
    for_each: Option<Vec<EachValue>>,
    /// The steps of `for_each` one after another.
    in_turn: Option<bool>,
    /// Applies only if a choice went this way.
    when: Option<When>,
    /// What to do, in Markdown.
    instructions: Option<String>,
    /// What should be seen.
    expect: Option<String>,
    /// Links shown with the step.
    links: Option<Vec<WebLink>>,
    /// Ticked on the way.
    items: Option<Vec<String>>,
    /// Measured values, asked at completion.
    records: Option<Vec<Record>>,
    /// Completion asks for a link, or a file's hash.
    evidence: Option<bool>,
    /// Dangerous: the operator types the step's id or number.
    confirm: Option<bool>,
    /// That many different people complete it, or these.
    signers: Option<Signers>,
    /// How long stopping it takes; default 0m.
    abort: Option<Length>,
    /// False: not applicable in a rehearsal.
    in_rehearsal: Option<bool>,
    /// Once started, every rollback without its own `available_until` is gone.
    point_of_no_return: Option<bool>,
    /// What a failure does; default ask.
    on_failure: Option<OnFailure>,
    /// Kind command: the process to run.
    run: Option<Command>,
    /// Kind check: what is asked.
    check: Option<Check>,
    /// Kind wait: what must stay true meanwhile.
    guard: Option<Check>,
    /// Kind message: the id of one of [[messages]].
    message: Option<String>,
    /// Kind choice: the ways on.
    options: Option<Vec<ChoiceOption>>,
    /// Kind gate: checklists that must be complete, or waived with a reason.
    requires: Option<Vec<String>>,
    /// Kind gate: who votes.
    voters: Option<Vec<String>>,
    /// Kind gate: go votes needed; default all.
    quorum: Option<Quorum>,
    /// Kind gate: who decides; default a lead.
    decider: Option<String>,
    /// Kind gate: decided by when.
    deadline: Option<Moment>,
    /// Kind gate: what a no-go does; default hold.
    on_no_go: Option<OnNoGo>,
    /// In a rollback: applies only if that step has started.
    undoes: Option<OneOrMore>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Kind {
    /// Work by a person (default).
    Task,
    /// A mark of progress that takes no time.
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

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Span {
    /// The likely length.
    One(Length),
    /// Best, likely, worst.
    Three([Length; 3]),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum EachValue {
    Text(String),
    Number(i64),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum OneOrMore {
    /// A step's id.
    One(String),
    /// Several.
    More(Vec<String>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Signers {
    /// How many different people.
    Number(#[schemars(range(min = 1, max = 100))] u32),
    /// Ids of [people].
    People(Vec<String>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Need {
    /// A step's id, or a pattern such as "prewarm-*".
    Step(String),
    /// A link with its details.
    Link(Link),
}

/// A predecessor.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Link {
    /// The step's id.
    step: String,
    /// Which end of it; default finish.
    on: Option<End>,
    /// Time between; default 0m.
    lag: Option<Length>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub(super) enum End {
    /// When it starts.
    Start,
    /// When it is finished.
    Finish,
}

/// Applies only if a choice went this way.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct When {
    /// The choice's id.
    step: String,
    /// The option's id.
    is: String,
}

/// A link.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct WebLink {
    /// Text shown; default the URL.
    title: Option<String>,
    /// http, https or mailto.
    url: String,
}

/// A measured value.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Record {
    /// Id within the step; default: slug of the title.
    id: Option<Id>,
    /// What is measured.
    title: String,
    /// Its unit.
    unit: Option<String>,
    /// What it must be.
    pass: Option<Condition>,
}

/// A condition: "< 5", ">= 99.5", "== 4.2.0", "!= down".
#[derive(JsonSchema)]
#[schemars(transparent, inline)]
struct Condition(#[schemars(regex(pattern = r"^\s*(<=|>=|==|!=|<|>)"))] String);

#[derive(JsonSchema)]
#[schemars(untagged)]
enum OnFailure {
    /// One of a few words.
    Word(FailureWord),
    /// Holds, and proposes this rollback.
    Rollback(#[schemars(regex(pattern = r"^rollback:.+$"))] String),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum FailureWord {
    /// The lead decides (default).
    Ask,
    /// The run is held.
    Hold,
    /// The step counts as settled.
    Continue,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum OnNoGo {
    /// One of a few words.
    Word(NoGoWord),
    /// Holds, and proposes this rollback.
    Rollback(#[schemars(regex(pattern = r"^rollback:.+$"))] String),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum NoGoWord {
    /// The run is held (default).
    Hold,
    /// Holds, and proposes to cancel.
    Cancel,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Quorum {
    /// One of a few words.
    Word(QuorumWord),
    /// That many.
    Number(#[schemars(range(min = 1, max = 1000))] u32),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum QuorumWord {
    /// Every voter (default).
    All,
    /// More than half.
    Majority,
}

/// A process; no shell is involved.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Command {
    /// Program and arguments.
    #[schemars(length(min = 1))]
    argv: Vec<String>,
    /// When it is ended by force.
    timeout: Option<Length>,
}

/// Something that answers pass or fail: `http` or `run`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Check {
    /// Ask a URL.
    http: Option<Http>,
    /// Run a process; exit code 0 passes.
    run: Option<Command>,
    /// Ask again until it passes.
    until: Option<Until>,
    /// Time between two tries.
    every: Option<Length>,
    /// When to give up.
    timeout: Option<Length>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Until {
    /// Until it passes.
    Pass,
}

/// GET a URL.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Http {
    /// http or https.
    url: String,
    /// What the answer must be; default: any success.
    expect: Option<Expect>,
}

/// What an HTTP answer must be like.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Expect {
    /// Status code.
    #[schemars(range(min = 100, max = 599))]
    status: Option<u16>,
    /// JSON pointer into the body: "/status/0/name".
    json: Option<String>,
    /// Condition on the value there.
    is: Option<Condition>,
    /// Text that the body contains.
    contains: Option<String>,
}

/// One way on.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ChoiceOption {
    /// Id within the choice; default: slug of the title.
    id: Option<Id>,
    /// Title; default the id.
    title: Option<String>,
}
