//! Words about a way out: what it would do to the expected finish and to *roll back by*.

use crate::cockpit::model::{Model, RungView};
use crate::run::{Outlook, RollBack, RunState, Time};
use crate::runbook::{Secs, StepIx, Then, format_duration};

/// How many steps are named one by one.
const NAMED: usize = 6;

/// When a rung would end, if it is the one that would be on.
pub(in crate::cockpit) fn ends(view: &RungView) -> Option<Time> {
    match view.outlook.as_ref()?.roll_back {
        RollBack::On { rung, finish } if rung == view.rung => finish,
        _ => None,
    }
}

/// A clock time in the runbook's zone, with its day where that alone would mislead.
pub(in crate::cockpit) fn moment(model: &Model, at: Time) -> String {
    crate::cockpit::view::moment(at, model.run.plan.release.timezone, model.now)
}

/// A step's number.
pub(in crate::cockpit) fn number(run: &RunState, ix: StepIx) -> &str {
    run.plan.steps.get(ix).map_or("", |step| step.number.as_str())
}

/// The numbers of some steps, the first few one by one, runs of neighbors together.
pub(in crate::cockpit) fn numbers(run: &RunState, steps: &[StepIx]) -> String {
    let mut spans: Vec<(StepIx, StepIx)> = Vec::new();
    for &ix in steps {
        let place = |ix: StepIx| run.plan.steps.get(ix).map(|step| step.place);
        match spans.last_mut() {
            Some((_, to)) if *to + 1 == ix && place(*to) == place(ix) => *to = ix,
            _ => spans.push((ix, ix)),
        }
    }
    let mut said: Vec<String> = Vec::new();
    for &(from, to) in spans.iter().take(NAMED) {
        said.push(match to - from {
            0 => number(run, from).to_owned(),
            1 => format!("{}, {}", number(run, from), number(run, to)),
            _ => format!("{}–{}", number(run, from), number(run, to)),
        });
    }
    let more: usize = spans.iter().skip(NAMED).map(|(from, to)| to - from + 1).sum();
    if more > 0 {
        said.push(format!("{more} more"));
    }
    said.join(", ")
}

/// Expected finish and *roll back by* as they would be, in so far as they would differ.
pub(in crate::cockpit) fn outlook(model: &Model, outlook: &Outlook) -> String {
    let mut said = Vec::new();
    match (outlook.finish, model.forecast.finish) {
        (Some(then), Some(now)) if same_minute(then, now) => {
            said.push(format!("finish stays {}", moment(model, then)));
        }
        (Some(then), _) => said.push(finish(model, then)),
        (None, _) => {}
    }
    if outlook.roll_back != model.forecast.roll_back {
        said.extend(roll_back(model, &outlook.roll_back));
    }
    said.join(", ")
}

/// An expected finish, with how far it lies from what is expected now, and whether that is past
/// the window.
pub(in crate::cockpit) fn finish(model: &Model, at: Time) -> String {
    let moved = model.forecast.finish.map(|now| (at - now).num_seconds());
    let moved = moved.filter(|secs| secs.abs() >= 60).map(|secs| {
        let sign = if secs < 0 { '−' } else { '+' };
        format!(" ({sign}{})", whole_minutes(secs.abs()))
    });
    let window = model.run.window(model.now).filter(|window| at > window.closes);
    let past = window.map(|window| {
        format!(", {} PAST THE WINDOW", whole_minutes((at - window.closes).num_seconds()))
    });
    let (moved, past) = (moved.unwrap_or_default(), past.unwrap_or_default());
    format!("finish {}{moved}{past}", moment(model, at))
}

fn roll_back(model: &Model, then: &RollBack) -> Option<String> {
    match then {
        RollBack::By(way) => {
            let number = model.run.rung_number(way.rung);
            let by = way.by.map(|by| format!("roll back by {} ({number})", moment(model, by)));
            Some(by.unwrap_or_else(|| format!("rolling back would be {number}")))
        }
        RollBack::FixForward { .. } => Some("fix forward only".to_owned()),
        RollBack::NotNeeded => Some("nothing to roll back".to_owned()),
        RollBack::NoLadder | RollBack::On { .. } | RollBack::Over => None,
    }
}

fn same_minute(a: Time, b: Time) -> bool {
    (a - b).num_seconds().abs() < 60
}

/// A length to the minute; under a minute, to the second.
pub(in crate::cockpit) fn whole_minutes(secs: Secs) -> String {
    format_duration(if secs >= 60 { secs - secs % 60 } else { secs })
}

/// What follows a rung that ended well, with the finish expected then.
pub(in crate::cockpit) fn afterwards(model: &Model, view: &RungView) -> String {
    let run = &model.run;
    let Some(rung) = run.plan.rollbacks.get(view.rung) else { return String::new() };
    match rung.then {
        Then::Stop => "then the run ends rolled back".to_owned(),
        Then::Resume(from) => {
            let then = view.outlook.as_ref().and_then(|outlook| outlook.finish);
            let then = then.map(|at| format!(", {}", finish(model, at))).unwrap_or_default();
            format!("then again from {}{then}", number(run, from))
        }
    }
}

/// The rung that would be proposed if the one that is on failed.
pub(in crate::cockpit) fn next_rung(run: &RunState) -> Option<String> {
    let on = run.rung_on()?;
    let next = run.rung_after(on)?;
    let rung = run.plan.rollbacks.get(next)?;
    Some(format!("{} {}", run.rung_number(next), rung.title))
}
