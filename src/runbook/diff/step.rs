//! All that differs in one step.

use super::{section_id, section_steps, section_title};
use crate::runbook::duration::format_duration;
use crate::runbook::{Link, LinkOn, Moment, OnFailure, OnNoGo, Owner, Runbook, Span, Step, StepIx};
use chrono_tz::Tz;
use std::collections::HashMap;

/// What differs between a step and itself in the new plan, in words. `renamed` steps count as
/// the same, `moved` says that it stands elsewhere in the new plan, at `ix`.
pub(super) fn step_words(
    (old, a): (&Runbook, &Step),
    (new, b): (&Runbook, &Step),
    renamed: &HashMap<&str, StepIx>,
    moved: bool,
    ix: StepIx,
) -> Vec<String> {
    let mut words = Vec::new();
    if section_id(old, a.place) != section_id(new, b.place) {
        words.push(format!("moved to {}", section_title(new, b.place)));
    } else if moved {
        let inside = section_steps(new, b.place);
        let before = (inside.start..ix).rev().find_map(|ix| old.step(&new.steps.get(ix)?.id));
        words.push(before.map_or_else(
            || "moved to the beginning".to_owned(),
            |before| format!("moved after {}", before.number),
        ));
    }
    let zone = new.release.timezone;
    let nothing = HashMap::new();
    let pairs = [
        ("title", Some(a.title.clone()), Some(b.title.clone())),
        ("owner", a.owner.as_ref().map(owner_words), b.owner.as_ref().map(owner_words)),
        ("duration", a.duration.map(span_words), b.duration.map(span_words)),
        ("stream", a.stream.clone(), b.stream.clone()),
        ("notice", a.notice.map(format_duration), b.notice.map(format_duration)),
        (
            "not before",
            a.not_before.map(|m| moment_words(m, zone)),
            b.not_before.map(|m| moment_words(m, zone)),
        ),
        (
            "waits for",
            links_words(old, &a.needs, (new, renamed)),
            links_words(new, &b.needs, (new, &nothing)),
        ),
        (
            "when",
            a.when.as_ref().map(|w| format!("{} is {}", id_of(old, w.step), w.is)),
            b.when.as_ref().map(|w| format!("{} is {}", id_of(new, w.step), w.is)),
        ),
    ];
    for (name, before, after) in pairs {
        words.extend(pair_words(name, before, after));
    }
    words.extend(plain_words(old, a, new, b));
    words
}

pub(super) fn pair_words(
    name: &str,
    before: Option<String>,
    after: Option<String>,
) -> Option<String> {
    match (before, after) {
        (a, b) if a == b => None,
        (Some(a), Some(b)) => Some(format!("{name} {a} → {b}")),
        (None, Some(b)) => Some(format!("{name} {b}")),
        (Some(a), None) => Some(format!("no {name} any more (was {a})")),
        (None, None) => None,
    }
}

/// Parts that are only said to have changed.
fn plain_words(old: &Runbook, a: &Step, new: &Runbook, b: &Step) -> Vec<String> {
    let undoes = |book: &Runbook, s: &Step| -> Vec<String> {
        s.undoes.iter().map(|ix| id_of(book, *ix).to_owned()).collect()
    };
    let gate = |s: &Step| {
        s.gate.as_ref().map(|g| {
            (g.requires.clone(), g.voters.clone(), g.quorum, g.decider.clone(), g.deadline)
        })
    };
    let on_failure = |book: &Runbook, s: &Step| format!("{:?}", rung_named(book, s));
    let parts = [
        ("kind", a.kind != b.kind),
        ("instructions", a.instructions != b.instructions),
        ("what to expect", a.expect != b.expect),
        ("links", a.links != b.links),
        ("items", a.items != b.items),
        ("records", a.records != b.records),
        ("evidence", a.evidence != b.evidence),
        ("confirmation", a.confirm != b.confirm),
        ("signers", (a.signers, &a.signer_ids) != (b.signers, &b.signer_ids)),
        ("time to stop it", a.abort != b.abort),
        ("part in a rehearsal", a.in_rehearsal != b.in_rehearsal),
        ("point of no return", a.point_of_no_return != b.point_of_no_return),
        ("what a failure does", on_failure(old, a) != on_failure(new, b)),
        ("command", a.run != b.run),
        ("check", a.check != b.check),
        ("guard", a.guard != b.guard),
        ("message", a.message != b.message),
        ("options", a.options != b.options),
        ("gate", gate(a) != gate(b)),
        ("what it undoes", undoes(old, a) != undoes(new, b)),
    ];
    parts
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| format!("{name} changed"))
        .collect()
}

/// `on_failure` and `on_no_go` with the rung by name, since its place may have changed.
fn rung_named(book: &Runbook, step: &Step) -> (String, String) {
    let id = |ix: usize| book.rollbacks.get(ix).map(|r| r.id.clone()).unwrap_or_default();
    let failure = match step.on_failure {
        OnFailure::Rollback(ix) => id(ix),
        other => format!("{other:?}"),
    };
    let no_go = match step.gate.as_ref().map(|g| g.on_no_go) {
        Some(OnNoGo::Rollback(ix)) => id(ix),
        other => format!("{other:?}"),
    };
    (failure, no_go)
}

pub(super) fn id_of(book: &Runbook, ix: StepIx) -> &str {
    book.steps.get(ix).map(|s| s.id.as_str()).unwrap_or_default()
}

pub(super) fn owner_words(owner: &Owner) -> String {
    match owner {
        Owner::Person(name) => name.clone(),
        Owner::Team(team) => format!("team {team}"),
    }
}

pub(super) fn span_words(span: Span) -> String {
    match span.range {
        None => format_duration(span.likely),
        Some((best, worst)) => {
            format!(
                "{}/{}/{}",
                format_duration(best),
                format_duration(span.likely),
                format_duration(worst)
            )
        }
    }
}

/// A point in time as people read it, datetimes in that zone.
pub fn moment_words(moment: Moment, zone: Tz) -> String {
    match moment {
        Moment::T(0) => "T-0".to_owned(),
        Moment::T(secs) if secs < 0 => format!("T\u{2212}{}", format_duration(-secs)),
        Moment::T(secs) => format!("T+{}", format_duration(secs)),
        Moment::At(time) => time.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string(),
        Moment::Clock(clock) => clock.format("%H:%M").to_string(),
    }
}

/// Predecessors by id, a renamed one by the id it has in the new plan.
fn links_words(
    book: &Runbook,
    links: &[Link],
    (new, renamed): (&Runbook, &HashMap<&str, StepIx>),
) -> Option<String> {
    let one = |link: &Link| {
        let lag =
            if link.lag > 0 { format!("+{}", format_duration(link.lag)) } else { String::new() };
        let start = if link.on == LinkOn::Start { " (start)" } else { "" };
        let id = id_of(book, link.step);
        let id = renamed.get(id).map_or(id, |ix| id_of(new, *ix));
        format!("{id}{start}{lag}")
    };
    let words: Vec<String> = links.iter().map(one).collect();
    Some(if words.is_empty() { "nothing".to_owned() } else { words.join(" + ") })
}
