//! The forms of one step: what the rule book lets this person do about it now. A lead's decisions are
//! none of them.

use super::fields::send;
use super::step::OneStep;
use crate::run::{Event, Owed, StepStatus, Vote};
use crate::runbook::{StepKind, visible};
use maud::{Markup, html};

/// All of them.
pub fn of(one: &OneStep<'_>) -> Markup {
    let of_kind = match one.step.kind {
        StepKind::Gate => vec![vote(one)],
        StepKind::Choice => vec![choose(one)],
        _ => vec![start(one), sign(one), done(one), unblock(one), estimate(one), stand_by(one)],
    };
    html! {
        @for act in of_kind.into_iter().chain([problem(one), reason(one)]).flatten() { (act) }
    }
}

/// Whether somebody else has to do it: whoever only votes or signs does not work on it.
fn is_mine(one: &OneStep<'_>) -> bool {
    one.seen.state.is_mine(one.ix, one.seen.me())
}

fn start(one: &OneStep<'_>) -> Option<Markup> {
    let (step, attempt) = one.named();
    if !is_mine(one) || one.seen.may(Event::StepStarted { step, attempt }).is_err() {
        return None;
    }
    let form = one.form("start");
    let automated = matches!(one.step.kind, StepKind::Command | StepKind::Check);
    Some(form.behind(
        "Start…",
        html! {
            (one.before(&form))
            @if automated {
                p.faint { "Nothing is run from here: this records that you start it yourself." }
            }
            (form.at())
            (send(&format!("Start {}", one.step.number)))
        },
    ))
}

/// Done; or, before that, only the items, values and evidence.
fn done(one: &OneStep<'_>) -> Option<Markup> {
    if !is_mine(one) || one.step.kind == StepKind::Milestone {
        return None;
    }
    let form = one.form("done");
    let status = one.state.status();
    let fields = one.owed_fields(&form).filter(|_| {
        !matches!(status, StepStatus::Skipped | StepStatus::NotApplicable | StepStatus::Undone)
            && may_keep(one)
    });
    let (step, attempt) = one.named();
    let completes = match one.seen.may(Event::StepCompleted { step, attempt }) {
        Ok(()) => true,
        // The form asks for what is owed; signatures and time it cannot give.
        Err(refusal) => {
            let given = |owed: &Owed| !matches!(owed, Owed::Signatures(_) | Owed::Time(_));
            refusal.rule == "owed" && one.owed().iter().all(given)
        }
    };
    let left = one.owed().into_iter().find_map(|owed| match owed {
        Owed::Time(left) if status.is_open_work() => Some(left),
        _ => None,
    });
    if !completes && fields.is_none() {
        let left = left.map(|left| one.seen.length(left))?;
        return Some(html! { p { (left) " of the wait are left." } });
    }
    let line = if completes { "Done…" } else { "Items and values…" };
    // Enter in a field sends the first button: that one must not complete anything.
    Some(form.behind(
        line,
        html! {
            @if let Some(fields) = &fields {
                (fields)
                button.second type="submit" name="keep" value="yes" { "Record this, not done yet" }
            }
            @if completes {
                @if begins(one) { (one.before(&form)) }
                (form.at())
                (send(&format!("Done: {}", one.step.number)))
            }
        },
    ))
}

/// Whether its completion takes it as begun.
fn begins(one: &OneStep<'_>) -> bool {
    matches!(one.state.status(), StepStatus::Planned | StepStatus::Deferred)
}

/// Whether items, values and evidence would be taken.
fn may_keep(one: &OneStep<'_>) -> bool {
    let (step, attempt) = one.named();
    let owed = one.owed();
    let event = owed.iter().find_map(|owed| match owed {
        Owed::Item(item) => {
            Some(Event::ItemTicked { step: step.clone(), attempt, item: item.clone() })
        }
        Owed::Record(id) | Owed::FailingRecord(id, ..) => {
            // Any value: whether it is a number is for whoever types it.
            let (step, record, value) = (step.clone(), id.clone(), "0".to_owned());
            Some(Event::ValueRecorded { step, attempt, record, value })
        }
        Owed::Evidence => {
            let url = "https://example".to_owned();
            let evidence = crate::run::Evidence::Link { url };
            Some(Event::EvidenceGiven { step: step.clone(), attempt, evidence })
        }
        _ => None,
    });
    event.is_some_and(|event| one.seen.may(event).is_ok())
}

fn sign(one: &OneStep<'_>) -> Option<Markup> {
    if one.step.signers == 0 {
        return None;
    }
    let signed = one.state.now.signatures.iter().any(|fact| *fact.person == *one.seen.me());
    if signed && one.state.status().is_open_work() {
        return Some(html! { p { "You have signed; other signatures are missing." } });
    }
    if !one.seen.may_sign(one.ix) {
        return None;
    }
    let form = one.form("sign");
    Some(form.behind(
        "Sign…",
        html! {
            @if let Some(fields) = one.owed_fields(&form) { (fields) }
            p { "You sign that " (one.seen.label(one.ix)) " is done." }
            (form.at())
            (send(&format!("Sign {}", one.step.number)))
        },
    ))
}

fn unblock(one: &OneStep<'_>) -> Option<Markup> {
    let (step, attempt) = one.named();
    let may = is_mine(one) && one.seen.may(Event::StepUnblocked { step, attempt }).is_ok();
    may.then(|| one.timed("unblock", "Goes on…", &format!("{} goes on", one.step.number)))
}

fn estimate(one: &OneStep<'_>) -> Option<Markup> {
    let (step, attempt) = one.named();
    let event = Event::StepEstimated { step, attempt, remaining_s: 60 };
    if !is_mine(one) || one.seen.may(event).is_err() {
        return None;
    }
    let form = one.form("estimate");
    let label = html! { "How long will it still take?" span.faint { " (minutes, or 1h30m)" } };
    Some(form.behind(
        "New estimate…",
        html! {
            (form.line("remaining", label, "10", "text"))
            (send("Record the estimate"))
        },
    ))
}

/// One tap: it does no harm, and comes first when somebody is called.
fn stand_by(one: &OneStep<'_>) -> Option<Markup> {
    let (step, attempt) = one.named();
    let may = is_mine(one)
        && !one.seen.state.is_ready(one.ix, one.seen.now)
        && one.seen.may(Event::StepStoodBy { step, attempt }).is_ok();
    may.then(|| one.form("standby").with(send("I am standing by")))
}

fn problem(one: &OneStep<'_>) -> Option<Markup> {
    if !is_mine(one) {
        return None;
    }
    let (step, attempt) = one.named();
    let blocks =
        one.seen.may(Event::StepBlocked { step: step.clone(), attempt, reason: None }).is_ok();
    // What has not begun cannot have gone wrong yet.
    let fails = one.state.now.started.is_some()
        && one.seen.may(Event::StepFailed { step, attempt, reason: None }).is_ok();
    if !blocks && !fails {
        return None;
    }
    let form = one.form("problem");
    Some(form.behind(
        "Problem…",
        html! {
            (form.area("reason", "What is the problem?", true))
            @if blocks && fails {
                (form.pick("how", "blocked", html! { "Blocked: it cannot go on for now" }))
                (form.pick("how", "failed", html! { "Failed: it did not work" }))
            } @else {
                // There is nothing to choose.
                input type="hidden" name="how" value=(if blocks { "blocked" } else { "failed" });
            }
            (form.at())
            (send(if fails { "Record the problem" } else { "Record: blocked" }))
        },
    ))
}

fn reason(one: &OneStep<'_>) -> Option<Markup> {
    if !one.state.owes_reason() || !is_mine(one) {
        return None;
    }
    let (step, attempt) = one.named();
    let event = Event::ReasonGiven { step, attempt, reason: "–".to_owned() };
    one.seen.may(event).ok()?;
    let form = one.form("reason");
    let label = "The reason is still owed";
    Some(form.with(html! { (form.area("reason", label, true)) (send("Give the reason")) }))
}

fn vote(one: &OneStep<'_>) -> Option<Markup> {
    let (step, attempt) = one.named();
    let event = Event::GateVoted { step, attempt, vote: Vote::Go, comment: None };
    let theirs = one.seen.is_voter(one.ix) || is_mine(one);
    let may = theirs && one.seen.may(event).is_ok();
    let form = one.form("vote");
    Some(html! {
        (one.poll())
        @if may {
            (form.behind("Vote…", html! {
                (form.pick("vote", "go", html! { strong { "Go" } }))
                (form.pick("vote", "no_go", html! { strong { "No-go" } }))
                (form.area("comment", "Comment (if any)", false))
                (send(&format!("Vote on {}", one.step.number)))
            }))
        }
    })
}

fn choose(one: &OneStep<'_>) -> Option<Markup> {
    let (step, attempt) = one.named();
    let option = one.step.options.first()?.id.clone();
    if !is_mine(one) || one.seen.may(Event::OptionChosen { step, attempt, option }).is_err() {
        return None;
    }
    let form = one.form("choose");
    Some(form.behind(
        "Choose…",
        html! {
            @for option in &one.step.options {
                (form.pick("option", &option.id, html! { (visible(&option.title)) }))
            }
            (one.before(&form))
            (send("Choose"))
        },
    ))
}
