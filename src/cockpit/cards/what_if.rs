//! The card that asks what a longer step would move. It records nothing.

use super::label;
use crate::cockpit::card::{Card, CardAct, Fact, Field, FieldName, Tone};
use crate::cockpit::model::Model;
use crate::run::{Moved, RollBack, Time, chance_text, roll_back_text, what_if};
use crate::runbook::{Secs, StepIx, format_duration, parse_duration};

/// How long it is asked about at first.
const AT_FIRST: &str = "30m";
/// No more steps than this are listed.
const LISTED: usize = 6;

/// The card of a step.
///
/// # Errors
/// Nothing can move any more.
pub fn card(model: &Model, ix: StepIx) -> Result<Card, String> {
    let run = &model.run;
    let name = label(run, ix);
    if run.status.is_over() {
        return Err("the run is over: nothing moves any more".to_owned());
    }
    if run.is_settled(ix) {
        return Err(format!("{name} is settled: it takes no longer"));
    }
    let Some(step) = run.plan.steps.get(ix) else { return Err("there is no such step".to_owned()) };
    let field = Field::line(FieldName::Longer, "Longer by", "30m, 1h; -10m: shorter");
    let act = CardAct::WhatIf(step.id.clone());
    let mut card = Card::new(act, format!("What if {name} takes longer?"), "Close")
        .with(field.filled(AT_FIRST));
    card.facts = facts(model, ix, &card);
    Ok(card)
}

/// Says anew what would move, for what is typed now.
pub fn again(model: &mut Model) {
    let Some(card) = model.card.as_ref() else { return };
    let CardAct::WhatIf(step) = &card.act else { return };
    let Some(ix) = model.run.step_ix(step) else { return };
    let facts = facts(model, ix, card);
    if let Some(card) = model.card.as_mut() {
        card.facts = facts;
    }
}

/// Hours and minutes in the runbook's zone.
fn clock(model: &Model, at: Time) -> String {
    at.with_timezone(&model.run.plan.release.timezone).format("%H:%M").to_string()
}

fn fact(tone: Tone, text: impl Into<String>) -> Fact {
    Fact { tone, text: text.into() }
}

fn facts(model: &Model, ix: StepIx, card: &Card) -> Vec<Fact> {
    let Some(word) = card.text(&FieldName::Longer) else {
        return vec![fact(Tone::Plain, "How much longer?")];
    };
    let secs = match seconds(&word) {
        Ok(secs) => secs,
        Err(problem) => return vec![fact(Tone::Warn, problem)],
    };
    let moved = what_if(&model.run, &model.forecast, ix, secs);
    let mut facts = vec![finish(model, &moved)];
    facts.extend(past_window(model, &moved));
    facts.extend(way_back(model, "Roll back", (moved.roll_back.0, Some(moved.roll_back.1))));
    if let Some((next, before)) =
        moved.after_next.0.zip(model.forecast.after_next).map(|(b, n)| (n.0, b))
    {
        let what = format!("After {}", model.run.plan.steps.get(next).map_or("", |s| &s.number));
        facts.extend(way_back(model, &what, (before, moved.after_next.1)));
    }
    facts.extend(steps(model, &moved));
    if let Some(chance) = &model.chance.chance {
        let text = format!("As it is: {}", chance_text(&model.run, chance));
        facts.push(fact(Tone::Plain, text));
    }
    facts
}

/// Reads `30m`, `+30m`, `-10m`.
fn seconds(word: &str) -> Result<Secs, String> {
    match word.strip_prefix(['-', '\u{2212}']) {
        Some(shorter) => parse_duration(shorter).map(|secs| -secs),
        None => parse_duration(word.trim_start_matches('+')),
    }
}

fn signed(secs: Secs) -> String {
    if secs < 0 { format_duration(secs) } else { format!("+{}", format_duration(secs)) }
}

fn finish(model: &Model, moved: &Moved) -> Fact {
    match moved.finish {
        (Some(from), Some(to)) if from != to => {
            let text = format!(
                "The finish moves from {} to {} ({})",
                clock(model, from),
                clock(model, to),
                signed(moved.later())
            );
            fact(if to > from { Tone::Warn } else { Tone::Good }, text)
        }
        (_, Some(to)) => fact(Tone::Good, format!("The finish stays at {}", clock(model, to))),
        _ => fact(Tone::Plain, "No finish is expected"),
    }
}

fn past_window(model: &Model, moved: &Moved) -> Option<Fact> {
    let (window, finish) = (model.run.window(model.now)?, moved.finish.1?);
    let past = (finish - window.closes).num_seconds();
    let text = format!("That is {} after the window closes", format_duration(past));
    (past > 0).then(|| fact(Tone::Bad, text))
}

/// What becomes of the way back, if it is told of one.
fn way_back(model: &Model, what: &str, of: (RollBack, Option<RollBack>)) -> Option<Fact> {
    if matches!(of.0, RollBack::NoLadder | RollBack::Over) {
        return None;
    }
    let words = |way: &RollBack| match way {
        RollBack::By(back) if back.by.is_some() => {
            format!("roll back by {}", roll_back_text(&model.run, way))
        }
        _ => roll_back_text(&model.run, way),
    };
    let was = words(&of.0);
    Some(match of.1 {
        Some(now) if now != of.0 => {
            fact(Tone::Warn, format!("{what}: {} instead of {was}", words(&now)))
        }
        _ => fact(Tone::Plain, format!("{what}: {was}, as before")),
    })
}

fn steps(model: &Model, moved: &Moved) -> Vec<Fact> {
    let line = |of: &crate::runbook::schedule::MovedStep| {
        let times = format!("{} → {}", clock(model, of.from), clock(model, of.to));
        let text = format!("{}  {times} ({})", label(&model.run, of.step), signed(of.later()));
        fact(Tone::Plain, text)
    };
    let mut facts: Vec<Fact> = moved.steps.iter().take(LISTED).map(line).collect();
    let more = moved.steps.len().saturating_sub(LISTED);
    if more > 0 {
        facts.push(fact(Tone::Plain, format!("and {more} steps more")));
    }
    if moved.steps.is_empty() {
        facts.push(fact(Tone::Good, "No step moves"));
    }
    facts
}
