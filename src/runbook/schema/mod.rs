//! The JSON Schema of a runbook, generated from types that mirror the TOML: what editors use for
//! completion and help (`#:schema golive.schema.json` in the first line of a runbook). It is held
//! against the decoder by a test; the decoder alone decides what a runbook is.
#![expect(dead_code, reason = "the types are never filled; only their shape is used")]

mod step;

use indexmap::IndexMap;
use schemars::JsonSchema;
use step::{End, Step};

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
    use super::schema;
    use crate::runbook::read::keys;
    use crate::runbook::{read, starter};
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
