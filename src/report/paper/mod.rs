//! The plan on paper: the checklist to carry on with when every screen is dark. Numbers, boxes to
//! tick, owners, times, contacts, the rollback ladder.

mod html;
mod markdown;
mod rows;

use crate::runbook::schedule::{Ladder, NoWayBack, Schedule};
use crate::runbook::{AvailableUntil, Runbook, Then, format_duration};
use chrono::{DateTime, Utc};
use rows::Row;

use super::text::{Clock, role_word, shown};

/// The plan as one page, for a browser and a printer.
pub fn html(plan: &Runbook, schedule: &Schedule, ladder: &Ladder) -> String {
    html::render(&paper(plan, schedule, ladder))
}

/// The plan as Markdown.
pub fn markdown(plan: &Runbook, schedule: &Schedule, ladder: &Ladder) -> String {
    markdown::render(&paper(plan, schedule, ladder))
}

/// What stands on the paper; texts are safe to show.
struct Paper {
    title: String,
    facts: Vec<(&'static str, String)>,
    /// Name, role, team, contact, who stands in.
    people: Vec<[String; 5]>,
    /// Titles with their items: text and owner.
    checklists: Vec<(String, Vec<(String, String)>)>,
    phases: Vec<Section>,
    ladder: Vec<Section>,
    /// Until when one can roll back, a sentence each.
    ways_back: Vec<String>,
    /// Text, who judges, by when.
    criteria: Vec<[String; 3]>,
}

/// A phase or a rung.
struct Section {
    heading: String,
    /// Sentences below the heading.
    said: Vec<String>,
    rows: Vec<Row>,
}

fn paper(plan: &Runbook, schedule: &Schedule, ladder: &Ladder) -> Paper {
    let clock = Clock::new(plan.release.timezone.name());
    let phases = plan.phases.iter().enumerate().map(|(n, phase)| {
        let rows = phase.steps.clone();
        let before: Vec<String> = phase
            .after
            .iter()
            .filter_map(|p| Some(format!("{} {}", p + 1, shown(&plan.phases.get(*p)?.title))))
            .collect();
        let said = match before.as_slice() {
            [] if n == 0 => Vec::new(),
            [] => vec!["Begins at once.".to_owned()],
            list => vec![format!("Begins when all is settled of: {}.", list.join("; "))],
        };
        Section {
            heading: format!("{} {}", n + 1, shown(&phase.title)),
            said,
            rows: rows.filter_map(|ix| rows::row(plan, schedule, clock, ix)).collect(),
        }
    });
    Paper {
        title: shown(&plan.release.title),
        facts: facts(plan, schedule, clock),
        people: people(plan),
        checklists: checklists(plan),
        phases: phases.collect(),
        ladder: rungs(plan, schedule, clock),
        ways_back: ways_back(plan, ladder, clock),
        criteria: plan
            .criteria
            .iter()
            .map(|c| {
                let owner = c.owner.as_deref().map_or("", |id| plan.person_name(id));
                let by = c.judge_by.map(|m| rows::moment(plan, m, clock)).unwrap_or_default();
                [shown(&c.text), shown(owner), by]
            })
            .collect(),
    }
}

fn facts(plan: &Runbook, schedule: &Schedule, clock: Clock) -> Vec<(&'static str, String)> {
    let release = &plan.release;
    let mut facts = Vec::new();
    let mut fact = |label, value: Option<String>| {
        if let Some(value) = value {
            facts.push((label, value));
        }
    };
    let text = |text: &Option<String>| text.as_deref().map(shown);
    fact("Version", text(&release.version));
    fact("Change", text(&release.change));
    fact("Environment", text(&release.environment));
    fact("Bridge", text(&release.bridge));
    fact("Window", release.window.map(|w| clock.range(w.opens, w.closes)));
    fact("Zero hour (T-0)", release.zero_hour.map(|at| clock.long(at)));
    let length = format_duration((schedule.finish - schedule.start).num_seconds());
    let span = clock.range(schedule.start, schedule.finish);
    fact("Planned", Some(format!("{span}, {length}")));
    fact("Times are", Some(release.timezone.name().to_owned()));
    facts
}

fn people(plan: &Runbook) -> Vec<[String; 5]> {
    let row = |person: &crate::runbook::Person| {
        let instead = person.substitute.as_ref().map(|id| {
            let contact = plan.people.get(id).and_then(|p| p.contact.clone());
            match contact {
                Some(contact) => format!("{}, {contact}", plan.person_name(id)),
                None => plan.person_name(id).to_owned(),
            }
        });
        [
            shown(&person.name),
            person.role.map_or("", role_word).to_owned(),
            shown(person.team.as_deref().unwrap_or_default()),
            shown(person.contact.as_deref().unwrap_or_default()),
            shown(&instead.unwrap_or_default()),
        ]
    };
    plan.people.values().map(row).collect()
}

fn checklists(plan: &Runbook) -> Vec<(String, Vec<(String, String)>)> {
    let item = |item: &crate::runbook::ChecklistItem| {
        let owner = item.owner.as_deref().map_or("", |id| plan.person_name(id));
        (shown(&item.text), shown(owner))
    };
    let list = |list: &crate::runbook::Checklist| {
        (shown(&list.title), list.items.iter().map(item).collect())
    };
    plan.checklists.iter().map(list).collect()
}

fn rungs(plan: &Runbook, schedule: &Schedule, clock: Clock) -> Vec<Section> {
    let title = |ix: usize| {
        plan.steps.get(ix).map_or_else(String::new, |s| format!("{} {}", s.number, shown(&s.title)))
    };
    let rung = |(n, rung): (usize, &crate::runbook::Rung)| {
        let mut said = Vec::new();
        if let Some(trigger) = &rung.trigger {
            said.push(format!("Take it when: {}", shown(trigger)));
        }
        said.push(match rung.available_until {
            AvailableUntil::PointOfNoReturn => {
                "Gone once a point of no return has started.".to_owned()
            }
            AvailableUntil::Step(ix) => format!("Gone once {} has started.", title(ix)),
            AvailableUntil::End => "Stays available to the end.".to_owned(),
        });
        said.push(match rung.then {
            Then::Stop => "Afterwards: the night is over, rolled back.".to_owned(),
            Then::Resume(ix) => format!("Afterwards: go on from {}.", title(ix)),
        });
        if let Some(next) = rung.otherwise.and_then(|r| Some((r, plan.rollbacks.get(r)?))) {
            said.push(format!("If it fails: R{} {}.", next.0 + 1, shown(&next.1.title)));
        }
        Section {
            heading: format!("R{} {}", n + 1, shown(&rung.title)),
            said,
            rows: rung
                .steps
                .clone()
                .filter_map(|ix| rows::row(plan, schedule, clock, ix))
                .collect(),
        }
    };
    plan.rollbacks.iter().enumerate().map(rung).collect()
}

/// The way back along the plan: what changes, when, and until when it has to be decided.
fn ways_back(plan: &Runbook, ladder: &Ladder, clock: Clock) -> Vec<String> {
    let rung = |ix: usize| {
        plan.rollbacks
            .get(ix)
            .map_or_else(String::new, |r| format!("R{} {}", ix + 1, shown(&r.title)))
    };
    let step = |ix: usize| plan.steps.get(ix).map_or("", |s| s.number.as_str());
    let line = |at: &DateTime<Utc>, what: &str| format!("From {}: {what}", clock.short(*at));
    let mut said: Vec<String> = Vec::new();
    let mut last = None;
    for (at, way) in &ladder.timeline {
        let what = match way {
            Ok(way) => {
                let by = way
                    .by
                    .map_or_else(String::new, |by| format!(", roll back by {}", clock.short(by)));
                format!("{} takes {}{by}.", rung(way.rung), format_duration(way.duration))
            }
            Err(NoWayBack::NotNeeded) => "nothing to take back yet.".to_owned(),
            Err(NoWayBack::FixForward(ix)) => {
                format!("fix forward only, since {} has started.", step(*ix))
            }
        };
        if last.as_ref() != Some(&what) {
            said.push(line(at, &what));
        }
        last = Some(what);
    }
    if let Some((at, _)) = &ladder.too_late {
        said.push(format!(
            "From {} on a rollback would end after the window has closed.",
            clock.short(*at)
        ));
    }
    said
}
