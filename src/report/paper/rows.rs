//! A step on paper.

use super::super::text::{Clock, shown};
use crate::runbook::schedule::Schedule;
use crate::runbook::{
    LinkOn, Moment, Owner, Place, Probe, Runbook, Step, StepKind, format_duration,
};

/// One step.
pub(super) struct Row {
    /// Spoken number.
    pub number: String,
    /// Title.
    pub title: String,
    /// What must not be overlooked.
    pub marks: Vec<&'static str>,
    /// Who, with the contact.
    pub owner: String,
    /// Planned start; empty in a rung.
    pub start: String,
    /// How long it takes.
    pub length: String,
    /// What must come first.
    pub needs: String,
    /// Ticked on the way, or one of them.
    pub boxes: Vec<String>,
    /// Written down.
    pub blanks: Vec<String>,
    /// Under a label, what to do at length.
    pub more: Vec<(&'static str, String)>,
}

/// A step on paper; none where there is no such step.
pub(super) fn row(plan: &Runbook, schedule: &Schedule, clock: Clock, ix: usize) -> Option<Row> {
    let step = plan.steps.get(ix)?;
    let times = schedule.steps.get(ix).filter(|_| matches!(step.place, Place::Phase(_)));
    let mut marks = Vec::new();
    if times.is_some_and(|times| times.critical) {
        marks.push("critical");
    }
    if step.point_of_no_return {
        marks.push("POINT OF NO RETURN");
    }
    if step.confirm {
        marks.push("dangerous: say its number aloud first");
    }
    if !step.in_rehearsal {
        marks.push("not in a rehearsal");
    }
    Some(Row {
        number: step.number.clone(),
        title: shown(&step.title),
        marks,
        owner: owner_words(plan, step),
        start: times.map(|times| clock.short(times.early_start)).unwrap_or_default(),
        length: length(step),
        needs: needs(plan, step),
        boxes: boxes(plan, step),
        blanks: blanks(step),
        more: more(plan, step, clock),
    })
}

/// Who does a step, with the contact.
fn owner_words(plan: &Runbook, step: &Step) -> String {
    match &step.owner {
        Some(Owner::Person(id)) => {
            let name = shown(plan.person_name(id));
            match plan.people.get(id).and_then(|person| person.contact.as_deref()) {
                Some(contact) => format!("{name}, {}", shown(contact)),
                None => name,
            }
        }
        Some(Owner::Team(team)) => format!("team {}", shown(team)),
        None => String::new(),
    }
}

/// A moment of the plan as it is written, in the runbook's zone.
pub(super) fn moment(plan: &Runbook, moment: Moment, clock: Clock) -> String {
    let zero = plan.release.zero_hour;
    match moment {
        Moment::At(at) => clock.short(at),
        Moment::Clock(time) => time.format("%H:%M").to_string(),
        Moment::T(secs) => {
            let at = zero
                .and_then(|zero| zero.checked_add_signed(chrono::TimeDelta::try_seconds(secs)?));
            let sign = if secs < 0 { '-' } else { '+' };
            let length = format_duration(i64::try_from(secs.unsigned_abs()).unwrap_or(i64::MAX));
            match at {
                Some(at) => format!("{} (T{sign}{length})", clock.short(at)),
                None => format!("T{sign}{length}"),
            }
        }
    }
}

fn length(step: &Step) -> String {
    match step.duration {
        Some(span) => match span.range {
            Some((best, worst)) => format!(
                "{} ({}–{})",
                format_duration(span.likely),
                format_duration(best),
                format_duration(worst)
            ),
            None => format_duration(span.likely),
        },
        None => String::new(),
    }
}

/// `after 1.2, 1.3 started + 5m`.
fn needs(plan: &Runbook, step: &Step) -> String {
    let words = step.needs.iter().filter_map(|link| {
        let number = &plan.steps.get(link.step)?.number;
        let on = if link.on == LinkOn::Start { " started" } else { "" };
        let lag =
            if link.lag > 0 { format!(" + {}", format_duration(link.lag)) } else { String::new() };
        Some(format!("{number}{on}{lag}"))
    });
    words.collect::<Vec<_>>().join(", ")
}

fn boxes(plan: &Runbook, step: &Step) -> Vec<String> {
    let mut boxes: Vec<String> = step.items.iter().map(|item| shown(item)).collect();
    if let Some(gate) = &step.gate {
        for voter in &gate.voters {
            boxes.push(format!("{} says go", shown(plan.person_name(voter))));
        }
        boxes.extend(["GO".to_owned(), "NO-GO".to_owned()]);
    } else if step.kind == StepKind::Gate {
        boxes.extend(["GO".to_owned(), "NO-GO".to_owned()]);
    }
    boxes.extend(step.options.iter().map(|option| shown(&option.title)));
    boxes
}

fn blanks(step: &Step) -> Vec<String> {
    let mut blanks = Vec::new();
    for record in &step.records {
        let unit =
            record.unit.as_ref().map_or_else(String::new, |unit| format!(" in {}", shown(unit)));
        let pass = record
            .pass
            .as_ref()
            .map_or_else(String::new, |pass| format!(" (must be {})", shown(&pass.to_string())));
        blanks.push(format!("{}{unit}{pass}", shown(&record.title)));
    }
    if step.evidence {
        blanks.push("Evidence".to_owned());
    }
    let signers = usize::try_from(step.signers).unwrap_or(usize::MAX).max(step.signer_ids.len());
    blanks.extend((0..signers.min(20)).map(|n| format!("Signature {}", n + 1)));
    blanks
}

fn more(plan: &Runbook, step: &Step, clock: Clock) -> Vec<(&'static str, String)> {
    let mut more = Vec::new();
    if let Some(at) = step.not_before {
        more.push(("Not before", moment(plan, at, clock)));
    }
    if let Some(when) = &step.when
        && let Some(choice) = plan.steps.get(when.step)
    {
        more.push(("Only if", format!("{} is {}", choice.number, shown(&when.is))));
    }
    if let Some(at) = step.gate.as_ref().and_then(|gate| gate.deadline) {
        more.push(("Decide by", moment(plan, at, clock)));
    }
    let undone: Vec<&str> =
        step.undoes.iter().filter_map(|ix| Some(plan.steps.get(*ix)?.number.as_str())).collect();
    if !undone.is_empty() {
        more.push(("Only if begun", undone.join(", ")));
    }
    if let Some(text) = &step.instructions {
        more.push(("Do", shown(text.trim())));
    }
    if let Some(run) = &step.run {
        more.push(("Run", shown(&run.argv.join(" "))));
    }
    for check in step.check.iter().chain(&step.guard) {
        match &check.probe {
            Probe::Http { url, .. } => more.push(("Check", shown(url))),
            Probe::Command(command) => more.push(("Check", shown(&command.argv.join(" ")))),
        }
    }
    if let Some(message) = step.message.as_deref().and_then(|id| plan.message(id)) {
        more.push(("Say", shown(&message.text)));
    }
    if let Some(text) = &step.expect {
        more.push(("Expect", shown(text)));
    }
    for link in &step.links {
        more.push(("See", shown(&link.url)));
    }
    more
}
