//! The rows of a plan.

use super::more::{self, More, length, moment};
use super::{PlanRow, RowKind};
use crate::runbook::model::{AvailableUntil, Flow, IntervalEnd, Place, Role, Runbook, Rung, Then};
use crate::runbook::step::{Link, LinkOn, Owner, Step, StepKind};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

pub(super) fn rows(plan: &Runbook) -> Vec<PlanRow> {
    let mut rows: Vec<PlanRow> = plan.steps.iter().map(|step| step_row(plan, step)).collect();
    rows.extend(phases(plan));
    rows.extend(plan.rollbacks.iter().enumerate().map(|(n, rung)| rung_row(plan, n, rung)));
    rows.push(release(plan));
    rows.extend(people(plan));
    rows.extend(checklists(plan));
    rows.extend(intervals(plan));
    for criterion in &plan.criteria {
        let mut row = PlanRow {
            id: criterion.id.clone(),
            owner: criterion.owner.clone().unwrap_or_default(),
            text: criterion.text.clone(),
            ..PlanRow::new(RowKind::Criterion)
        };
        let mut more = More::default();
        more.set_some("judge_by", criterion.judge_by.map(moment));
        finish(&mut row, more);
        rows.push(row);
    }
    for message in &plan.messages {
        let mut row = PlanRow {
            id: message.id.clone(),
            title: message.audience.clone().unwrap_or_default(),
            text: message.text.clone(),
            ..PlanRow::new(RowKind::Message)
        };
        let mut more = More::default();
        let post = message.post.as_ref().map(|p| json!({ "url": p.url, "json": p.json }));
        more.set_some("post", post);
        finish(&mut row, more);
        rows.push(row);
    }
    for (name, value) in &plan.vars {
        let mut row =
            PlanRow { id: name.clone(), text: value.clone(), ..PlanRow::new(RowKind::Var) };
        finish(&mut row, More::default());
        rows.push(row);
    }
    rows
}

/// Puts into `more` what is left, and the exact text of whatever has hidden characters.
fn finish(row: &mut PlanRow, mut more: More) {
    let columns = [
        ("phase", &row.phase),
        ("title", &row.title),
        ("owner", &row.owner),
        ("team", &row.team),
        ("stream", &row.stream),
        ("notes", &row.notes),
        ("text", &row.text),
    ];
    for (column, text) in columns {
        more.keep_exact(column, text);
    }
    row.more = more.cell();
}

fn step_row(plan: &Runbook, step: &Step) -> PlanRow {
    let place = match step.place {
        Place::Phase(ix) => plan.phases.get(ix).map(|p| (RowKind::Step, &p.id, &p.title)),
        Place::Rung(ix) => plan.rollbacks.get(ix).map(|r| (RowKind::RollbackStep, &r.id, &r.title)),
    };
    let nowhere = String::new();
    let (kind, phase_id, phase) = place.unwrap_or((RowKind::Step, &nowhere, &nowhere));
    let (owner, team) = match &step.owner {
        Some(Owner::Person(owner)) => (owner.clone(), String::new()),
        Some(Owner::Team(team)) => (String::new(), team.clone()),
        None => Default::default(),
    };
    let range = step.duration.and_then(|d| d.range);
    let mut row = PlanRow {
        number: step.number.clone(),
        id: step.id.clone(),
        phase: phase.clone(),
        phase_id: phase_id.clone(),
        title: step.title.clone(),
        owner,
        team,
        stream: step.stream.clone().unwrap_or_default(),
        kind: kind_word(step.kind).to_owned(),
        duration_best: range.map(|(best, _)| best),
        duration: step.duration.map(|d| d.likely),
        duration_worst: range.map(|(_, worst)| worst),
        needs: needs(plan, &step.needs),
        not_before: step.not_before.map(moment).unwrap_or_default(),
        notes: step.instructions.clone().unwrap_or_default(),
        ..PlanRow::new(kind)
    };
    finish(&mut row, more::of_step(plan, step));
    row
}

/// Kind of a step, as the format writes it.
fn kind_word(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Task => "task",
        StepKind::Milestone => "milestone",
        StepKind::Gate => "gate",
        StepKind::Check => "check",
        StepKind::Command => "command",
        StepKind::Wait => "wait",
        StepKind::Message => "message",
        StepKind::Choice => "choice",
    }
}

/// `freeze; dump SS+5m`: ids, with type and lag where they are not finish to start at once.
fn needs(plan: &Runbook, links: &[Link]) -> String {
    let words = links.iter().filter_map(|link| {
        let id = &plan.steps.get(link.step)?.id;
        Some(match (link.on, link.lag) {
            (LinkOn::Finish, 0) => id.clone(),
            (LinkOn::Start, 0) => format!("{id} SS"),
            (LinkOn::Finish, lag) => format!("{id} FS+{}", length(lag)),
            (LinkOn::Start, lag) => format!("{id} SS+{}", length(lag)),
        })
    });
    words.collect::<Vec<_>>().join("; ")
}

fn flow_word(flow: Flow) -> &'static str {
    match flow {
        Flow::Sequence => "sequence",
        Flow::Parallel => "parallel",
        Flow::Streams => "streams",
    }
}

fn phases(plan: &Runbook) -> impl Iterator<Item = PlanRow> + '_ {
    plan.phases.iter().enumerate().map(|(n, phase)| {
        let mut row = PlanRow {
            number: (n + 1).to_string(),
            id: phase.id.clone(),
            title: phase.title.clone(),
            ..PlanRow::new(RowKind::Phase)
        };
        let mut more = More::default();
        let after = phase.after.iter().filter_map(|&p| plan.phases.get(p));
        more.set("after", after.map(|p| Value::from(p.id.clone())).collect::<Vec<_>>());
        more.set("flow", flow_word(phase.flow));
        finish(&mut row, more);
        row
    })
}

fn rung_row(plan: &Runbook, n: usize, rung: &Rung) -> PlanRow {
    let id = |ix: usize| plan.steps.get(ix).map(|s| s.id.clone());
    let mut row = PlanRow {
        number: format!("R{}", n + 1),
        id: rung.id.clone(),
        title: rung.title.clone(),
        ..PlanRow::new(RowKind::Rollback)
    };
    let mut more = More::default();
    let covers = rung.covers.iter().filter_map(|&ix| id(ix)).map(Value::from);
    more.set("covers", covers.collect::<Vec<_>>());
    more.set_some(
        "available_until",
        match rung.available_until {
            AvailableUntil::PointOfNoReturn => None,
            AvailableUntil::Step(ix) => id(ix),
            AvailableUntil::End => Some("end".to_owned()),
        },
    );
    more.set_some("trigger", rung.trigger.clone());
    if let Then::Resume(ix) = rung.then {
        more.set_some("then", id(ix).map(|id| format!("resume:{id}")));
    }
    let otherwise = rung.otherwise.and_then(|r| plan.rollbacks.get(r));
    more.set_some("otherwise", otherwise.map(|r| r.id.clone()));
    more.set("flow", flow_word(rung.flow));
    finish(&mut row, more);
    row
}

fn release(plan: &Runbook) -> PlanRow {
    let release = &plan.release;
    let exact = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let mut more = More::default();
    more.set_some("version", release.version.clone());
    more.set_some("change", release.change.clone());
    more.set_some("environment", release.environment.clone());
    more.set_some("bridge", release.bridge.clone());
    more.set("timezone", release.timezone.name());
    more.set_some("start", release.start.map(moment));
    more.set_some("zero_hour", release.zero_hour.map(exact));
    let window =
        release.window.map(|w| json!({ "opens": exact(w.opens), "closes": exact(w.closes) }));
    more.set_some("window", window);
    more.set("amber_after", length(release.amber_after));
    more.set("decision_margin", length(release.decision_margin));
    more.set_some("update_every", release.update_every.map(length));
    let mut row = PlanRow {
        id: release.id.clone(),
        title: release.title.clone(),
        ..PlanRow::new(RowKind::Release)
    };
    finish(&mut row, more);
    row
}

fn people(plan: &Runbook) -> impl Iterator<Item = PlanRow> + '_ {
    plan.people.values().map(|person| {
        let mut more = More::default();
        let role = person.role.map(|role| match role {
            Role::Observer => "observer",
            Role::Operator => "operator",
            Role::Lead => "lead",
        });
        more.set_some("role", role);
        more.set_some("contact", person.contact.clone());
        more.set_some("substitute", person.substitute.clone());
        let mut row = PlanRow {
            id: person.id.clone(),
            title: person.name.clone(),
            team: person.team.clone().unwrap_or_default(),
            ..PlanRow::new(RowKind::Person)
        };
        finish(&mut row, more);
        row
    })
}

fn checklists(plan: &Runbook) -> impl Iterator<Item = PlanRow> + '_ {
    plan.checklists.iter().map(|list| {
        let items = list.items.iter().map(|item| {
            let mut value = json!({ "id": item.id, "text": item.text });
            if let Value::Object(map) = &mut value {
                if let Some(owner) = &item.owner {
                    map.insert("owner".to_owned(), owner.clone().into());
                }
                if item.evidence {
                    map.insert("evidence".to_owned(), true.into());
                }
            }
            value
        });
        let mut more = More::default();
        more.set("items", items.collect::<Vec<_>>());
        let mut row = PlanRow {
            id: list.id.clone(),
            title: list.title.clone(),
            ..PlanRow::new(RowKind::Checklist)
        };
        finish(&mut row, more);
        row
    })
}

fn intervals(plan: &Runbook) -> impl Iterator<Item = PlanRow> + '_ {
    let end = |end: IntervalEnd| {
        let on = if end.on == LinkOn::Start { "start" } else { "finish" };
        json!({ "step": plan.steps.get(end.step).map(|s| s.id.as_str()), "on": on })
    };
    plan.intervals.iter().map(move |interval| {
        let mut more = More::default();
        more.set("from", end(interval.from));
        more.set("to", end(interval.to));
        more.set_some("limit", interval.limit.map(length));
        more.set_true("downtime", interval.downtime);
        let mut row = PlanRow {
            id: interval.id.clone(),
            title: interval.title.clone(),
            ..PlanRow::new(RowKind::Interval)
        };
        finish(&mut row, more);
        row
    })
}
