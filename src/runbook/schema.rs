//! The JSON Schema of a runbook, generated from types that mirror the TOML: what editors use for
//! completion and help (`#:schema golive.schema.json` in the first line of a runbook). It is held
//! against the decoder by a test; the decoder alone decides what a runbook is.
#![expect(dead_code, reason = "the types are never filled; only their shape is used")]

use indexmap::IndexMap;
use schemars::JsonSchema;

/// The schema, pretty-printed, with a line feed at its end.
pub fn schema() -> String {
    let schema = schemars::schema_for!(RunbookFile).to_value();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// A golive runbook: the plan of a go-live.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Runbook")]
struct RunbookFile {
    /// Format of this file.
    #[schemars(range(min = 1, max = 1))]
    format: Option<u32>,
    /// What goes live, when, in which window.
    release: Release,
    /// Names for texts, commands, URLs and bodies: `{{ name }}`.
    vars: Option<IndexMap<String, VarValue>>,
    /// Who may own, vote and sign, by id: `[people.ana]`.
    people: Option<IndexMap<String, Person>>,
    /// Sign-offs outside the flow, which a gate may require.
    checklists: Option<Vec<Checklist>>,
    /// The sections of the plan. A phase is a barrier: it begins when those before it are settled.
    #[schemars(length(min = 1))]
    phases: Vec<Phase>,
    /// Steps at length, by id. A key here replaces the one of the step's line; `team` its `owner`.
    steps: Option<IndexMap<String, Step>>,
    /// The rollback ladder, tried in this order.
    rollbacks: Option<Vec<Rollback>>,
    /// Stretches of time that matter, timed live against their limits.
    intervals: Option<Vec<Interval>>,
    /// How success is judged afterwards.
    criteria: Option<Vec<Criterion>>,
    /// Texts for audiences: for steps of kind message, and for any moment.
    messages: Option<Vec<Message>>,
}

/// A value of [vars].
#[derive(JsonSchema)]
#[schemars(untagged)]
enum VarValue {
    Text(String),
    Number(f64),
    Flag(bool),
}

/// What goes live, when, in which window.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Release {
    /// What goes live.
    title: String,
    /// Id of the release; default: slug of the title.
    id: Option<Id>,
    /// Version being released.
    version: Option<String>,
    /// The change record.
    change: Option<String>,
    /// Target environment.
    environment: Option<String>,
    /// Where the bridge call is; shown, and copied with one key.
    bridge: Option<String>,
    /// Zone of times on screen and of times without an offset, such as "Europe/London"; default UTC.
    timezone: Option<String>,
    /// Planned start of the first step; default zero hour.
    start: Option<Moment>,
    /// T-0; default: when the run starts.
    zero_hour: Option<Moment>,
    /// The agreed change window.
    window: Option<Window>,
    /// Slip of the expected finish that turns amber; default 10m.
    amber_after: Option<Length>,
    /// Time that the decision to roll back itself takes; default 0m.
    decision_margin: Option<Length>,
    /// How often stakeholders are told: a reminder.
    update_every: Option<Length>,
}

/// The agreed change window.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Window {
    /// When it opens.
    opens: Moment,
    /// When it closes.
    closes: Moment,
}

/// Letters, digits, `-`, `_` and `.`, with a letter among them.
#[derive(JsonSchema)]
#[schemars(transparent, inline)]
struct Id(String);

/// A length of time: "90s", "25m", "1h30m", "2d".
#[derive(JsonSchema)]
#[schemars(transparent, inline)]
struct Length(String);

/// A point in time: "T-30m", "02:30" (local), 2026-11-28T23:00:00Z, or a datetime without offset
/// for local time.
#[derive(JsonSchema)]
#[schemars(transparent, inline)]
struct Moment(String);

/// One of the people of the night.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Person {
    /// Name shown; default the id.
    name: Option<String>,
    /// Team; steps may name it instead of an owner.
    team: Option<String>,
    /// What they may do; default operator.
    role: Option<Role>,
    /// Phone or other contact, for the call list.
    contact: Option<String>,
    /// Id of the person who stands in.
    substitute: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Role {
    /// Drives the run: starts, holds, rolls back, decides.
    Lead,
    /// Works steps and items and writes notes.
    Operator,
    /// Reads.
    Observer,
}

/// Sign-offs outside the flow.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Checklist {
    /// Id; default: slug of the title.
    id: Option<Id>,
    /// Title.
    title: Option<String>,
    /// What is signed off.
    items: Vec<ChecklistItem>,
}

/// One sign-off.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ChecklistItem {
    /// Id within the checklist; default: slug of the text.
    id: Option<Id>,
    /// What is signed off.
    text: String,
    /// Who is expected to: an id of [people], or free text.
    owner: Option<String>,
    /// Ask for a link, or a file's hash.
    evidence: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Flow {
    /// Each step after the one before (default).
    Sequence,
    /// All steps side by side.
    Parallel,
    /// Each stream in its order, the streams side by side.
    Streams,
}

/// A section of the plan.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Phase {
    /// Id; default: slug of the title.
    id: Option<Id>,
    /// Title.
    title: String,
    /// Phases that must be settled first; default: the phase before; [] = from the start.
    after: Option<Vec<String>>,
    /// How the steps follow each other; default sequence.
    flow: Option<Flow>,
    /// The steps, one line each: { title = "...", owner = "...", duration = "..." }.
    steps: Option<Vec<Step>>,
}

/// One rung of the rollback ladder.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rollback {
    /// Id; default: slug of the title.
    id: Option<Id>,
    /// Title.
    title: String,
    /// Steps or phases that it takes back; default: everything.
    covers: Option<Vec<String>>,
    /// Gone once this step has started; "end": survives a point of no return.
    available_until: Option<String>,
    /// The condition on which to take it, in words.
    trigger: Option<String>,
    /// "stop" (default: the run ends rolled back), or "resume:ID" to go on from that step.
    #[schemars(regex(pattern = r"^(stop|resume:.+)$"))]
    then: Option<String>,
    /// The next rung, when this one fails; default: the next in the file.
    otherwise: Option<String>,
    /// How the steps follow each other; default sequence.
    flow: Option<Flow>,
    /// The steps, one line each.
    steps: Option<Vec<Step>>,
}

/// The unit of work.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Step {
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
enum End {
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

/// A stretch of time that matters.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Interval {
    /// Id; default: slug of the title.
    id: Option<Id>,
    /// What is timed.
    title: String,
    /// Where it begins; default end of the step: start.
    from: IntervalEnd,
    /// Where it ends; default end of the step: finish.
    to: IntervalEnd,
    /// Longest it may take.
    limit: Option<Length>,
    /// Counted as downtime in the report.
    downtime: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum IntervalEnd {
    /// A step's id.
    Step(String),
    /// A step and one of its ends.
    End(IntervalPoint),
}

/// One end of a step.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct IntervalPoint {
    /// The step's id.
    step: String,
    /// Which end of it.
    on: Option<End>,
}

/// How success is judged.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Criterion {
    /// Id; default: slug of the text.
    id: Option<Id>,
    /// What must hold.
    text: String,
    /// Who judges: an id of [people], or free text.
    owner: Option<String>,
    /// By when.
    judge_by: Option<Moment>,
}

/// A text for an audience.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Message {
    /// Id; default: slug of the audience.
    id: Option<Id>,
    /// Who reads it.
    audience: Option<String>,
    /// The text; {{ rag }}, {{ eta }}, {{ done }}, {{ total }}, {{ roll_back_by }} and the like are
    /// filled in when it is sent.
    text: String,
    /// Where it may be posted; otherwise it is copied.
    post: Option<Post>,
}

/// A webhook.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Post {
    /// http or https; {{ env.NAME }} comes from the environment.
    url: String,
    /// The body; {{ text }} is the message.
    json: serde_json::Value,
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test reads the shipped runbooks")]
mod tests {
    use super::super::read::keys;
    use super::super::{read, starter};
    use super::schema;
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn parsed() -> Value {
        serde_json::from_str(&schema()).expect("JSON")
    }

    /// A runbook as editors hand it to a validator: datetimes are texts.
    fn as_json(text: &str) -> Value {
        fn convert(value: toml::Value) -> Value {
            match value {
                toml::Value::Datetime(time) => Value::String(time.to_string()),
                toml::Value::Array(list) => list.into_iter().map(convert).collect(),
                toml::Value::Table(table) => {
                    table.into_iter().map(|(k, v)| (k, convert(v))).collect()
                }
                other => serde_json::to_value(other).expect("JSON"),
            }
        }
        convert(toml::Value::Table(text.parse().expect("TOML")))
    }

    fn complaints(text: &str) -> Vec<String> {
        let validator = jsonschema::validator_for(&parsed()).expect("a schema");
        let json = as_json(text);
        validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect()
    }

    /// The tables of the format: name of the schema's definition, the decoder's keys, and a text
    /// in which `KEY` stands for a key of that table.
    const TABLES: &[(&str, &[&str], &str)] = &[
        ("", keys::TOP, "KEY"),
        ("Release", keys::RELEASE, "[release]\nKEY"),
        ("Window", keys::WINDOW, "[release.window]\nKEY"),
        ("Person", keys::PERSON, "[people.a]\nKEY"),
        ("Checklist", keys::CHECKLIST, "[[checklists]]\nKEY"),
        ("ChecklistItem", keys::CHECKLIST_ITEM, "[[checklists]]\n[[checklists.items]]\nKEY"),
        ("Phase", keys::PHASE, "[[phases]]\nKEY"),
        ("Rollback", keys::ROLLBACK, "[[rollbacks]]\nKEY"),
        ("Step", keys::STEP, "[[phases]]\n[[phases.steps]]\nKEY"),
        ("Link", keys::LINK, "[[phases]]\n[[phases.steps]]\n[[phases.steps.needs]]\nKEY"),
        ("When", keys::WHEN, "[[phases]]\n[[phases.steps]]\n[phases.steps.when]\nKEY"),
        ("WebLink", keys::WEB_LINK, "[[phases]]\n[[phases.steps]]\n[[phases.steps.links]]\nKEY"),
        ("Record", keys::RECORD, "[[phases]]\n[[phases.steps]]\n[[phases.steps.records]]\nKEY"),
        (
            "ChoiceOption",
            keys::OPTION,
            "[[phases]]\n[[phases.steps]]\n[[phases.steps.options]]\nKEY",
        ),
        ("Command", keys::COMMAND, "[[phases]]\n[[phases.steps]]\n[phases.steps.run]\nKEY"),
        ("Check", keys::CHECK, "[[phases]]\n[[phases.steps]]\n[phases.steps.check]\nKEY"),
        ("Http", keys::HTTP, "[[phases]]\n[[phases.steps]]\n[phases.steps.check.http]\nKEY"),
        (
            "Expect",
            keys::EXPECT,
            "[[phases]]\n[[phases.steps]]\n[phases.steps.check.http.expect]\nKEY",
        ),
        ("Interval", keys::INTERVAL, "[[intervals]]\nKEY"),
        ("IntervalPoint", keys::INTERVAL_END, "[[intervals]]\n[intervals.from]\nKEY"),
        ("Criterion", keys::CRITERION, "[[criteria]]\nKEY"),
        ("Message", keys::MESSAGE, "[[messages]]\nKEY"),
        ("Post", keys::POST, "[[messages]]\n[messages.post]\nKEY"),
    ];

    #[test]
    fn schema_and_decoder_know_the_same_keys() {
        let schema = parsed();
        for (name, keys, _) in TABLES {
            let table = if name.is_empty() { &schema } else { &schema["$defs"][*name] };
            let properties = table["properties"].as_object().expect(name);
            let published: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
            assert_eq!(published, keys.iter().copied().collect(), "{name}");
            assert_eq!(table["additionalProperties"], false, "{name}");
            for (key, property) in properties {
                assert!(property["description"].is_string(), "{name}.{key} has no description");
            }
        }
    }

    #[test]
    fn the_decoder_takes_exactly_the_keys_it_lists() {
        for (name, keys, text) in TABLES {
            for key in keys.iter().chain(&["nonsense"]) {
                let text = text.replace("KEY", &format!("{key} = true"));
                let refused = read(&text).diagnostics.iter().any(|d| {
                    matches!(d.code, "unknown-key" | "misplaced-key")
                        && d.message.contains(&format!("`{key}`"))
                });
                assert_eq!(refused, *key == "nonsense", "{name}.{key}");
            }
        }
    }

    #[test]
    fn good_runbooks_validate() {
        assert_eq!(complaints(starter::STARTER), Vec::<String>::new());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("entry").path();
            if path.extension().is_some_and(|e| e == "toml") {
                let text = std::fs::read_to_string(&path).expect("text");
                assert_eq!(complaints(&text), Vec::<String>::new(), "{}", path.display());
            }
        }
    }

    #[test]
    fn bad_runbooks_do_not() {
        let good = "[release]\ntitle = \"T\"\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = \"1m\" }]\n";
        assert_eq!(complaints(good), Vec::<String>::new());
        for (from, to) in [
            ("duration = \"1m\"", "duration = 1"),
            ("duration", "durtion"),
            ("duration = \"1m\"", "kind = \"taks\""),
            ("duration = \"1m\"", "on_failure = \"stop\""),
            ("title = \"T\"", ""),
        ] {
            let bad = good.replacen(from, to, 1);
            assert!(!complaints(&bad).is_empty(), "{bad}");
            assert!(read(&bad).runbook.is_none(), "{bad}");
        }
    }
}
