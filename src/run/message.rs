//! Message texts with live values in the place of their `{{ names }}`.

use super::Time;
use super::forecast::{Forecast, Rag, roll_back_text};
use super::state::RunState;
use crate::runbook::{Place, StepIx, format_duration};

/// The live names that a message may use; whatever else stands in braces was replaced when the
/// runbook was read.
pub const LIVE_NAMES: [&str; 9] =
    ["title", "rag", "done", "total", "eta", "roll_back_by", "t_clock", "phase", "chain"];

/// Replaces the live names in `text`. Names that nothing is known about yet become `–`; unknown
/// names stay as they are. `chain` is the head of the record, printed so that a copy kept elsewhere
/// proves the rest.
pub fn fill(state: &RunState, forecast: &Forecast, chain: &str, text: &str, now: Time) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let (before, after) = rest.split_at(open);
        filled.push_str(before);
        let Some(close) = after.find("}}") else {
            rest = after;
            break;
        };
        let (braces, behind) = after.split_at(close + 2);
        let name = braces.trim_matches(|c| matches!(c, '{' | '}' | ' '));
        match value(state, forecast, chain, name, now) {
            Some(value) => filled.push_str(&value),
            None => filled.push_str(braces),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

fn value(
    state: &RunState,
    forecast: &Forecast,
    chain: &str,
    name: &str,
    now: Time,
) -> Option<String> {
    let zone = state.plan.release.timezone;
    let clock = |at: Time| at.with_timezone(&zone).format("%H:%M").to_string();
    Some(match name {
        "title" => state.plan.release.title.clone(),
        "rag" => rag_word(forecast.rag).to_owned(),
        "done" => state.progress().0.to_string(),
        "total" => state.progress().1.to_string(),
        "eta" => forecast.finish.map_or_else(|| "–".to_owned(), clock),
        "roll_back_by" => roll_back_text(state, &forecast.roll_back),
        "t_clock" => t_clock_text(state.t_clock(now)),
        "phase" => present_phase(state).unwrap_or_else(|| "–".to_owned()),
        "chain" => chain.to_owned(),
        _ => return None,
    })
}

/// RAG as a word.
pub fn rag_word(rag: Rag) -> &'static str {
    match rag {
        Rag::Green => "GREEN",
        Rag::Amber => "AMBER",
        Rag::Red => "RED",
    }
}

/// The T clock as it is spoken: `T−00:12`, `T+03:28`, `T+26:05`.
pub fn t_clock_text(secs: i64) -> String {
    let minutes = secs.abs() / 60;
    let sign = if secs < 0 { '−' } else { '+' };
    format!("T{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The title of the phase in which something was started last that still goes on, has failed, or
/// was finished last; before anything has, of the first phase that is not settled.
fn present_phase(state: &RunState) -> Option<String> {
    let open = |ix: &StepIx| !state.is_settled(*ix);
    let begun = |ix: &StepIx| state.steps[*ix].now.started.as_ref().map(|f| (open(ix), f.at));
    let latest = state.plan.forward_steps().filter(|ix| begun(ix).is_some()).max_by_key(begun);
    let phase = latest.and_then(|ix| match state.plan.steps[ix].place {
        Place::Phase(phase) => Some(phase),
        Place::Rung(_) => None,
    });
    let phase = phase.or_else(|| state.unsettled.iter().position(|&open| open > 0))?;
    state.plan.phases.get(phase).map(|p| p.title.clone())
}

/// How much later than planned the finish is expected: `+12m`, `−3m`; none within half a minute.
pub fn slip_text(forecast: &Forecast) -> Option<String> {
    let slip = (forecast.finish? - forecast.plan_finish?).num_seconds();
    if slip.abs() < 30 {
        return None;
    }
    let sign = if slip < 0 { '−' } else { '+' };
    Some(format!("{sign}{}", format_duration(slip.abs())))
}
