//! What did not go as planned. Corrections are none: a mistake in the record is mended, and its
//! voided entries are out of every figure.
//!
//! - *Overrun*: a step done that took over a minute longer than planned; people say times to the
//!   minute.
//! - *Outside the window*: the run began before it opened, or went on after it closed.

use super::{Desk, second};
use crate::report::model::{Deviation, DeviationKind};
use crate::run::{
    Approval, Decision, Event, Finding, StepStatus, Time, Verdict, approval, describe,
};
use crate::runbook::format_duration;
use std::collections::HashMap;

/// How much longer than planned is an overrun, in seconds.
pub(super) const GRACE: i64 = 60;

pub(super) fn deviations(desk: &Desk<'_>) -> Vec<Deviation> {
    let mut found = recorded(desk);
    found.extend(overruns(desk));
    found.extend(undone(desk));
    found.extend(limits(desk));
    found.extend(findings(desk));
    if let Some(differs @ Approval::Differs { .. }) = approval(desk.state) {
        found.push(Deviation {
            what: differs.to_string(),
            ..at(desk, DeviationKind::NotApproved, None, None, None)
        });
    }
    found.sort_by_key(|deviation| (deviation.at, deviation.entry));
    found
}

/// A deviation to be filled in.
fn at(
    desk: &Desk<'_>,
    kind: DeviationKind,
    when: Option<Time>,
    by: Option<&str>,
    entry: Option<u64>,
) -> Deviation {
    Deviation {
        kind,
        step: None,
        what: String::new(),
        reason: None,
        reason_owed: false,
        at: when.map(second),
        by: by.map(|by| desk.who(by)),
        entry,
        seconds: None,
        still_owed: false,
        after_end: entry.is_some_and(|seq| desk.after_end(seq)),
    }
}

/// What was recorded as such: failed, skipped, deferred, waived, rescheduled, revised.
fn recorded(desk: &Desk<'_>) -> Vec<Deviation> {
    let mut found: Vec<Deviation> = Vec::new();
    // Where the reason of an attempt that owes one belongs.
    let mut owing = HashMap::<(&str, u32), usize>::new();
    for logged in &desk.state.log {
        match logged.verdict {
            Verdict::Applied | Verdict::Deviation => {}
            Verdict::Unknown => {
                let entry = &logged.entry;
                found.push(Deviation {
                    what: describe(desk.state, &entry.act.event),
                    ..at(
                        desk,
                        DeviationKind::Unknown,
                        Some(entry.act.effective_at()),
                        Some(entry.act.person()),
                        Some(entry.seq),
                    )
                });
                continue;
            }
            Verdict::Conflict | Verdict::Voided => continue,
        }
        let event = &logged.entry.act.event;
        if !may_deviate(event) {
            continue;
        }
        let act = desk.state.mended_act(logged);
        if let Event::ReasonGiven { reason, .. } = &act.event {
            let attempt = event.step().zip(event.attempt());
            let place = attempt.and_then(|attempt| owing.get(&attempt));
            if let Some(deviation) = place.and_then(|&n| found.get_mut(n)) {
                deviation.reason = Some(reason.clone());
                deviation.reason_owed = false;
            }
            continue;
        }
        let entry = Some(logged.entry.seq);
        let here = |kind| at(desk, kind, Some(act.effective_at()), Some(act.person()), entry);
        let Some(deviation) = of_event(desk, &act.event, here) else { continue };
        if let Some(attempt) = event.step().zip(event.attempt()) {
            owing.insert(attempt, found.len());
        }
        found.push(deviation);
    }
    found
}

fn may_deviate(event: &Event) -> bool {
    matches!(
        event,
        Event::StepFailed { .. }
            | Event::StepSkipped { .. }
            | Event::StepDeferred { .. }
            | Event::GateDecided { .. }
            | Event::ReasonGiven { .. }
            | Event::ChecklistWaived { .. }
            | Event::RunRescheduled { .. }
            | Event::RunRevised { .. }
            | Event::ClockJumped { .. }
    )
}

fn of_event(
    desk: &Desk<'_>,
    event: &Event,
    here: impl Fn(DeviationKind) -> Deviation,
) -> Option<Deviation> {
    let step = event.step().map(|id| desk.label_of(id));
    let attempt = |n: u32| if n > 1 { format!(", attempt {n}") } else { String::new() };
    let of_step = |kind: DeviationKind, word: &str, n: u32, reason: &Option<String>| Deviation {
        step: step.clone(),
        what: format!("{word}{}", attempt(n)),
        reason: reason.clone(),
        reason_owed: reason.is_none(),
        ..here(kind)
    };
    Some(match event {
        Event::StepFailed { attempt, reason, .. } => {
            of_step(DeviationKind::Failed, "failed", *attempt, reason)
        }
        Event::StepSkipped { attempt, reason, .. } => {
            of_step(DeviationKind::Skipped, "skipped", *attempt, reason)
        }
        Event::StepDeferred { step, attempt, reason } => {
            let still_owed = is_owed(desk, step);
            let word = if still_owed { "deferred, still owed" } else { "deferred, settled since" };
            Deviation { still_owed, ..of_step(DeviationKind::Deferred, word, *attempt, reason) }
        }
        Event::GateDecided { attempt, decision: Decision::NoGo, reason, .. } => {
            of_step(DeviationKind::NoGo, "decided no-go", *attempt, reason)
        }
        Event::ChecklistWaived { reason, .. } => {
            let what = describe(desk.state, event);
            let what = what.strip_suffix(&format!(": {reason}")).unwrap_or(&what).to_owned();
            Deviation { what, reason: Some(reason.clone()), ..here(DeviationKind::Waived) }
        }
        Event::RunRescheduled { reason, .. } => Deviation {
            what: without_reason(describe(desk.state, event), reason.as_deref()),
            reason: reason.clone(),
            ..here(DeviationKind::Rescheduled)
        },
        Event::RunRevised { summary, reason, .. } => Deviation {
            what: summary.clone(),
            reason: reason.clone(),
            ..here(DeviationKind::Revised)
        },
        Event::ClockJumped { by_ms } => Deviation {
            what: describe(desk.state, event),
            seconds: Some(by_ms / 1000),
            ..here(DeviationKind::ClockJumped)
        },
        _ => return None,
    })
}

fn without_reason(line: String, reason: Option<&str>) -> String {
    let tail = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    line.strip_suffix(&tail).map_or(line.clone(), str::to_owned)
}

/// Whether a deferred step is not settled otherwise by now.
fn is_owed(desk: &Desk<'_>, id: &str) -> bool {
    let Some(ix) = desk.state.step_ix(id) else { return false };
    !matches!(
        desk.state.steps[ix].status(),
        StepStatus::Done | StepStatus::Skipped | StepStatus::NotApplicable | StepStatus::Undone
    )
}

fn overruns<'a>(desk: &'a Desk<'a>) -> impl Iterator<Item = Deviation> + 'a {
    desk.state.steps.iter().enumerate().filter_map(move |(ix, step)| {
        let planned = desk.lengths[ix]?;
        let ended = step.now.ended.as_ref().filter(|_| step.status() == StepStatus::Done)?;
        let took = step.now.elapsed(desk.now)?;
        let over = took - planned;
        (over > GRACE).then(|| Deviation {
            step: Some(desk.label(ix)),
            what: format!(
                "took {}, {} longer than planned",
                format_duration(took),
                format_duration(over)
            ),
            seconds: Some(over),
            ..at(desk, DeviationKind::Overrun, Some(ended.at), Some(&ended.person), Some(ended.seq))
        })
    })
}

fn undone<'a>(desk: &'a Desk<'a>) -> impl Iterator<Item = Deviation> + 'a {
    let all = desk.state.steps.iter().enumerate();
    all.filter(|(_, step)| step.status() == StepStatus::Undone).map(move |(ix, step)| {
        let fact = step.now.undone.as_ref();
        let (when, by, entry) = match fact {
            Some(fact) => (Some(fact.at), Some(&*fact.person), Some(fact.seq)),
            None => (None, None, None),
        };
        Deviation {
            step: Some(desk.label(ix)),
            what: "taken back by a rollback".to_owned(),
            ..at(desk, DeviationKind::Undone, when, by, entry)
        }
    })
}

/// Intervals past their limit, and the run past its window.
fn limits(desk: &Desk<'_>) -> Vec<Deviation> {
    let state = desk.state;
    let mut found = Vec::new();
    for interval in &state.plan.intervals {
        let (Some(took), Some(limit)) = (state.interval_secs(interval, desk.now), interval.limit)
        else {
            continue;
        };
        if took > limit {
            let until = state.interval_stretches(interval).last().and_then(|last| last.until);
            found.push(Deviation {
                what: format!(
                    "{}: {}, {} over the limit of {}",
                    interval.title,
                    format_duration(took),
                    format_duration(took - limit),
                    format_duration(limit)
                ),
                seconds: Some(took - limit),
                ..at(desk, DeviationKind::OverLimit, until, None, None)
            });
        }
    }
    let (Some(window), Some(started)) = (state.window(desk.now), &state.started) else {
        return found;
    };
    let early = (window.opens - started.at).num_seconds();
    if early > 0 {
        found.push(Deviation {
            what: format!("began {} before the window opened", format_duration(early)),
            seconds: Some(early),
            ..at(desk, DeviationKind::OutsideWindow, Some(started.at), None, None)
        });
    }
    let end = state.ended.as_ref().map_or(desk.now, |f| f.at);
    let late = (end - window.closes).num_seconds();
    if late > 0 {
        let how = if state.ended.is_some() { "ended" } else { "goes on" };
        found.push(Deviation {
            what: format!("{how} {} after the window closed", format_duration(late)),
            seconds: Some(late),
            ..at(desk, DeviationKind::OutsideWindow, Some(end), None, None)
        });
    }
    found
}

/// What the rules marked: done before its time, overridden, without effect.
fn findings<'a>(desk: &'a Desk<'a>) -> impl Iterator<Item = Deviation> + 'a {
    let marked = desk.state.deviations.iter().map(|finding| {
        let overridden = finding.override_reason.is_some();
        (if overridden { DeviationKind::Overridden } else { DeviationKind::OutOfOrder }, finding)
    });
    let without = desk.state.conflicts.iter().map(|finding| (DeviationKind::Conflict, finding));
    marked.chain(without).map(move |(kind, finding)| of_finding(desk, kind, finding))
}

fn of_finding(desk: &Desk<'_>, kind: DeviationKind, finding: &Finding) -> Deviation {
    let Some(logged) = desk.logged(finding.seq) else {
        let what = finding.reason.clone();
        return Deviation { what, ..at(desk, kind, None, None, Some(finding.seq)) };
    };
    let act = desk.state.mended_act(logged);
    let step = act.event.step().map(|id| desk.label_of(id));
    // A conflict's reason says also what to do instead: that was for the night.
    let why = match kind {
        DeviationKind::Conflict => finding.reason.rsplit_once("; ").map(|(why, _)| why),
        _ => None,
    };
    let why = why.unwrap_or(&finding.reason);
    let done = without_reason(describe(desk.state, &act.event), finding.override_reason.as_deref());
    let what = match &step {
        Some(step) => format!("{}, although {}", without_step(&done, step), about_it(why, step)),
        None => format!("{done}, although {why}"),
    };
    Deviation {
        step,
        what,
        reason: finding.override_reason.clone(),
        ..at(desk, kind, Some(act.effective_at()), Some(act.person()), Some(finding.seq))
    }
}

/// An act without the step it is about, which is said beside it: `started` of
/// `started 2.3 Verify counts`.
fn without_step(done: &str, step: &str) -> String {
    let before = [" at ", " of ", " on ", " for ", " "];
    let named =
        before.iter().map(|word| format!("{word}{step}")).find(|named| done.contains(named));
    named.map_or_else(|| done.to_owned(), |named| done.replacen(&named, "", 1))
}

/// A reason that begins with the step, with a word for it.
fn about_it(why: &str, step: &str) -> String {
    match why.strip_prefix(step) {
        Some(rest) if rest.starts_with([' ', ',', ':']) => format!("it{rest}"),
        _ => why.to_owned(),
    }
}
