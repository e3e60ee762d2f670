//! Gates with what was decided; and in the order of the night, what else was decided and what was
//! noted for everybody. Votes are shown once the gate is decided, and never their comments.

use super::told::lines;
use super::{Told, part};
use crate::report::model::{Ballot, Decision, DecisionKind, Reschedule, Verdict};
use crate::run::{NoteKind, Time, Vote};
use crate::runbook::{StepKind, visible};
use maud::{Markup, html};

/// Happenings that are told; earlier ones are counted.
const MOST: usize = 60;

/// Every gate, decided or not.
pub(super) fn gates(told: &Told<'_>) -> Markup {
    let made = &told.glimpse.decisions.made;
    let decided = made.iter().filter(|d| d.kind == DecisionKind::Gate);
    let gates: Vec<Markup> = decided.map(|decision| gate(told, decision)).collect();
    let body = html! { ul.rows { @for gate in &gates { li { (gate) } } } };
    part("gates", "Go or no-go", (!gates.is_empty()).then_some(body))
}

fn gate(told: &Told<'_>, decision: &Decision) -> Markup {
    let (class, word) = match decision.verdict {
        Verdict::Go => ("is-done", "GO"),
        Verdict::GoWithConditions => ("is-done", "GO WITH CONDITIONS"),
        Verdict::NoGo => ("is-bad", "NO-GO"),
        _ => ("is-quiet", "not decided"),
    };
    let attempt = decision.attempt.filter(|attempt| *attempt > 1);
    html! {
        p {
            span class={ "state " (class) } { (word) } " "
            bdi { (visible(decision.step.as_deref().unwrap_or_default())) }
            @if let Some(attempt) = attempt { span.faint { ", attempt " (attempt) } }
        }
        @if decision.verdict == Verdict::Open { (open(told, decision)) } @else {
            p.faint { "decided" (at(told, decision.at)) (by(decision.by.as_deref())) }
            @if let Some(reason) = &decision.reason { p dir="auto" { (lines(reason)) } }
            @if !decision.conditions.is_empty() {
                p { "On these conditions:" }
                ul { @for condition in &decision.conditions { li dir="auto" { (lines(condition)) } } }
            }
            @if !decision.votes.is_empty() { (votes(&decision.votes)) }
        }
    }
}

/// What is known of a gate that waits: who decides, by when, and how many have voted.
fn open(told: &Told<'_>, decision: &Decision) -> Markup {
    let state = told.state;
    // The gate itself, by its number and title.
    let label = decision.step.as_deref().unwrap_or_default();
    let gate = state.plan.steps.iter().enumerate().find(|(_, step)| {
        step.kind == StepKind::Gate && label == format!("{} {}", step.number, step.title)
    });
    let Some((ix, step)) = gate else { return html! {} };
    let spec = step.gate.as_ref();
    let decider = spec.and_then(|spec| spec.decider.as_deref());
    let deadline = spec.and_then(|spec| spec.deadline).map(|at| state.moment(at, told.now));
    let voters = spec.map_or(0, |spec| spec.voters.len());
    let expected = told.outlook().steps.get(ix).and_then(|step| step.start);
    html! {
        p.faint {
            @match decider {
                Some(decider) => { bdi { (told.name(decider)) } " decides" },
                None => "a lead decides",
            }
            @if let Some(deadline) = deadline {
                ", by " (told.time(deadline))
                @if deadline < told.now { " " strong { "(passed)" } }
            }
            @if !told.state.is_ready(ix, told.now) {
                @if let Some(expected) = expected { ", expected at " (told.time(expected)) }
            }
            @if voters > 0 { ", " (decision.votes.len()) " of " (voters) " votes cast" }
        }
    }
}

fn votes(votes: &[Ballot]) -> Markup {
    html! {
        ul.votes {
            @for ballot in votes {
                li {
                    bdi { (visible(&ballot.voter)) } ": "
                    @match ballot.vote { Vote::Go => "go", Vote::NoGo => strong { "no-go" } }
                }
            }
        }
    }
}

fn at(told: &Told<'_>, at: Option<Time>) -> Markup {
    html! { @if let Some(at) = at { " at " (told.time(at)) } }
}

fn by(person: Option<&str>) -> Markup {
    html! { @if let Some(person) = person { " by " bdi { (visible(person)) } } }
}

/// Something that was decided or noted.
struct Happening {
    at: Time,
    kind: &'static str,
    text: Markup,
    by: String,
}

/// Public notes, holds, choices, changes of the window: the latest first.
pub(super) fn log(told: &Told<'_>) -> Markup {
    let mut happenings = notes(told);
    happenings.extend(holds(told));
    happenings.extend(choices(told));
    happenings.extend(told.glimpse.decisions.reschedules.iter().map(|r| reschedule(told, r)));
    happenings.sort_by_key(|happening| std::cmp::Reverse(happening.at));
    let earlier = happenings.len().saturating_sub(MOST);
    let body = html! {
        ol.rows.log {
            @for happening in happenings.iter().take(MOST) {
                li {
                    p.faint {
                        (told.time(happening.at)) " " strong { (happening.kind) }
                        ", " bdi { (visible(&happening.by)) }
                    }
                    p dir="auto" { (happening.text) }
                }
            }
        }
        @if earlier > 0 { p.faint { (earlier) " earlier ones stand in the report." } }
    };
    part("log", "Decisions and notes", (!happenings.is_empty()).then_some(body))
}

/// Notes that are for everybody, and that nobody took away.
fn notes(told: &Told<'_>) -> Vec<Happening> {
    let public = told.state.notes.iter().filter(|note| note.public && note.removed.is_none());
    public
        .map(|note| Happening {
            at: note.fact.at,
            kind: match note.kind {
                NoteKind::Note => "note",
                NoteKind::Decision => "decision",
                NoteKind::Issue => "issue",
                NoteKind::Risk => "risk",
                NoteKind::Action => "action",
            },
            text: html! {
                (lines(&note.text))
                @if let Some((closed, words)) = &note.closed {
                    " " span.faint {
                        "Closed at " (told.time(closed.at))
                        @if let Some(words) = words { ": " (lines(words)) } @else { "." }
                    }
                }
            },
            by: told.name(&note.fact.person),
        })
        .collect()
}

fn holds<'a>(told: &'a Told<'_>) -> impl Iterator<Item = Happening> + 'a {
    told.state.holds.iter().map(|hold| Happening {
        at: hold.from.at,
        kind: "hold",
        text: html! {
            @match &hold.reason { Some(reason) => (lines(reason)), None => "no reason was given yet" }
            @if let Some(until) = &hold.until {
                " " span.faint { "Resumed at " (told.time(until.at)) "." }
            }
        },
        by: told.name(&hold.from.person),
    })
}

fn choices<'a>(told: &'a Told<'_>) -> impl Iterator<Item = Happening> + 'a {
    let made = told.glimpse.decisions.made.iter();
    made.filter(|decision| decision.kind == DecisionKind::Choice).filter_map(|choice| {
        Some(Happening {
            at: choice.at?,
            kind: "choice",
            text: html! {
                (visible(choice.step.as_deref().unwrap_or_default())) " "
                strong { (visible(choice.text.as_deref().unwrap_or_default())) }
            },
            by: choice.by.clone().unwrap_or_default(),
        })
    })
}

fn reschedule(told: &Told<'_>, change: &Reschedule) -> Happening {
    Happening {
        at: change.at,
        kind: "new times",
        text: html! {
            @if let Some(window) = &change.window {
                "The window is now " (told.time(window.opens)) " to " (told.time(window.closes)) ". "
            }
            @if let Some(zero) = change.zero_hour { "Zero hour is now " (told.time(zero)) ". " }
            @if let Some(reason) = &change.reason { (lines(reason)) }
        },
        by: change.by.clone(),
    }
}
