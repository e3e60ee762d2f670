//! What has no column of its own: a JSON object with the keys of the runbook format.

use crate::runbook::model::{Moment, Runbook, RungIx, Secs};
use crate::runbook::step::{
    CheckSpec, CommandSpec, GateSpec, OnFailure, OnNoGo, Probe, Quorum, Step,
};
use crate::runbook::text::escaped_json;
use crate::runbook::{format_duration, visible_lines};
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

/// Keys and values of a row that have no column.
#[derive(Default)]
pub(super) struct More(Map<String, Value>);

impl More {
    /// Sets a key.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Sets a key where there is a value.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Sets a key where it is true.
    pub fn set_true(&mut self, key: &str, value: bool) {
        if value {
            self.set(key, true);
        }
    }

    /// Sets a key where the list is not empty.
    pub fn set_list(&mut self, key: &str, list: Vec<Value>) {
        if !list.is_empty() {
            self.set(key, list);
        }
    }

    /// Keeps the exact text of a column that will be shown with stand-ins.
    pub fn keep_exact(&mut self, column: &str, text: &str) {
        if visible_lines(text) != text {
            self.set(column, text);
        }
    }

    /// The cell.
    pub fn cell(self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        escaped_json(&Value::Object(self.0).to_string()).into_owned()
    }
}

/// A length as the format writes it.
pub(super) fn length(secs: Secs) -> String {
    format_duration(secs)
}

/// A moment as the format writes it.
pub(super) fn moment(moment: Moment) -> String {
    match moment {
        Moment::T(0) => "T+0m".to_owned(),
        Moment::T(secs) if secs < 0 => format!("T-{}", format_duration(-secs)),
        Moment::T(secs) => format!("T+{}", format_duration(secs)),
        Moment::At(at) => at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        Moment::Clock(clock) => clock.format("%H:%M:%S").to_string(),
    }
}

/// The keys of a step that have no column.
pub(super) fn of_step(plan: &Runbook, step: &Step) -> More {
    let mut more = More::default();
    let id = |ix: &usize| plan.steps.get(*ix).map(|s| Value::from(s.id.clone()));
    more.set_some("notice", step.notice.map(length));
    if let Some(when) = &step.when
        && let Some(choice) = id(&when.step)
    {
        more.set("when", json!({ "step": choice, "is": when.is }));
    }
    more.set_some("expect", step.expect.clone());
    let links = step.links.iter().map(|l| json!({ "title": l.title, "url": l.url }));
    more.set_list("links", links.collect());
    more.set_list("items", step.items.iter().cloned().map(Value::from).collect());
    more.set_list("records", records(step));
    more.set_true("evidence", step.evidence);
    more.set_true("confirm", step.confirm);
    if !step.signer_ids.is_empty() {
        more.set("signers", step.signer_ids.clone());
    } else if step.signers > 0 {
        more.set("signers", step.signers);
    }
    more.set_some("abort", Some(step.abort).filter(|s| *s > 0).map(length));
    if !step.in_rehearsal {
        more.set("in_rehearsal", false);
    }
    more.set_true("point_of_no_return", step.point_of_no_return);
    more.set_some("on_failure", on_failure(plan, step.on_failure));
    more.set_some("run", step.run.as_ref().map(command));
    more.set_some("check", step.check.as_ref().map(check));
    more.set_some("guard", step.guard.as_ref().map(check));
    more.set_some("message", step.message.clone());
    let options = step.options.iter().map(|o| json!({ "id": o.id, "title": o.title }));
    more.set_list("options", options.collect());
    if let Some(gate) = &step.gate {
        of_gate(plan, gate, &mut more);
    }
    more.set_list("undoes", step.undoes.iter().filter_map(id).collect());
    more
}

fn records(step: &Step) -> Vec<Value> {
    let record = |r: &crate::runbook::Record| {
        let mut more = More::default();
        more.set("id", r.id.clone());
        more.set("title", r.title.clone());
        more.set_some("unit", r.unit.clone());
        more.set_some("pass", r.pass.as_ref().map(ToString::to_string));
        Value::Object(more.0)
    };
    step.records.iter().map(record).collect()
}

fn of_gate(plan: &Runbook, gate: &GateSpec, more: &mut More) {
    let list = |words: &[String]| words.iter().cloned().map(Value::from).collect();
    more.set_list("requires", list(&gate.requires));
    more.set_list("voters", list(&gate.voters));
    match gate.quorum {
        Quorum::All => {}
        Quorum::Majority => more.set("quorum", "majority"),
        Quorum::Count(n) => more.set("quorum", n),
    }
    more.set_some("decider", gate.decider.clone());
    more.set_some("deadline", gate.deadline.map(moment));
    let on_no_go = match gate.on_no_go {
        OnNoGo::Hold => None,
        OnNoGo::Cancel => Some("cancel".to_owned()),
        OnNoGo::Rollback(rung) => rung_word(plan, rung),
    };
    more.set_some("on_no_go", on_no_go);
}

fn on_failure(plan: &Runbook, what: OnFailure) -> Option<String> {
    match what {
        OnFailure::Ask => None,
        OnFailure::Hold => Some("hold".to_owned()),
        OnFailure::Continue => Some("continue".to_owned()),
        OnFailure::Rollback(rung) => rung_word(plan, rung),
    }
}

fn rung_word(plan: &Runbook, rung: RungIx) -> Option<String> {
    plan.rollbacks.get(rung).map(|r| format!("rollback:{}", r.id))
}

fn command(spec: &CommandSpec) -> Value {
    let mut more = More::default();
    more.set("argv", spec.argv.clone());
    more.set_some("timeout", spec.timeout.map(length));
    Value::Object(more.0)
}

fn check(spec: &CheckSpec) -> Value {
    let mut more = More::default();
    match &spec.probe {
        Probe::Http { url, expect } => {
            let mut wanted = More::default();
            wanted.set_some("status", expect.status);
            wanted.set_some("json", expect.json.clone());
            wanted.set_some("is", expect.is.as_ref().map(ToString::to_string));
            wanted.set_some("contains", expect.contains.clone());
            let mut http = More::default();
            http.set("url", url.clone());
            if !wanted.0.is_empty() {
                http.set("expect", Value::Object(wanted.0));
            }
            more.set("http", Value::Object(http.0));
        }
        Probe::Command(spec) => more.set("run", command(spec)),
    }
    if spec.until_pass {
        more.set("until", "pass");
    }
    more.set_some("every", spec.every.map(length));
    more.set_some("timeout", spec.timeout.map(length));
    Value::Object(more.0)
}
