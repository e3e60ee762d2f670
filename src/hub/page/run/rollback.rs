//! The way back: whether one is proposed, is being taken, or was.

use super::told::lines;
use super::{Told, phases};
use crate::run::RollBack;
use crate::runbook::visible;
use maud::{Markup, html};

/// The way back. Nothing where the runbook has none.
pub(super) fn part(told: &Told<'_>) -> Markup {
    let state = told.state;
    let body = (!state.plan.rollbacks.is_empty()).then(|| {
        html! {
            (standing(told))
            @for taken in &told.glimpse.rollbacks {
                div.taken {
                    p {
                        strong { bdi { (visible(&taken.title)) } }
                        ": begun at " (told.time(taken.begun_at)) " by " bdi { (visible(&taken.begun_by)) }
                        @if let Some(ended) = taken.ended_at { ", ended at " (told.time(ended)) }
                        @match (taken.succeeded, taken.ended_at) {
                            (Some(true), _) => ", well.",
                            (Some(false), _) => { ", " strong { "failed" } "." },
                            (None, Some(_)) => ", cut short.",
                            (None, None) => ".",
                        }
                    }
                    @if let Some(reason) = &taken.reason { p dir="auto" { "Reason: " (lines(reason)) } }
                    @if let Some(words) = &taken.end_reason { p dir="auto" { (lines(words)) } }
                }
            }
            @if let Some(on) = state.rung_on() { (phases::steps(told, state.applying(on))) }
        }
    });
    super::part("rollback", "Rollback", body)
}

fn standing(told: &Told<'_>) -> Markup {
    let state = told.state;
    let title = |rung: usize| {
        let title = state.plan.rollbacks.get(rung).map_or("", |rung| rung.title.as_str());
        visible(title).into_owned()
    };
    let word = match told.outlook().roll_back {
        RollBack::By(way) => html! {
            "One can still go back: " bdi { (title(way.rung)) } "."
        },
        RollBack::NotNeeded => html! { "Nothing that would have to be taken back has begun." },
        RollBack::FixForward { since } => html! {
            "There is no way back any more since " (told.step(since)) " began: what goes wrong is mended \
             going forward."
        },
        RollBack::On { finish, .. } => html! {
            strong { "The run is being rolled back" }
            @if let Some(finish) = finish { ", expected to end at " (told.time(finish)) }
            "."
        },
        RollBack::Over if told.glimpse.rollbacks.is_empty() => html! { "Nothing was rolled back." },
        RollBack::NoLadder | RollBack::Over => html! {},
    };
    html! {
        p { (word) }
        @if let Some(rung) = state.proposed_rung() {
            p { strong { "Proposed: " } bdi { (title(rung)) } ". Nothing is decided yet." }
        }
    }
}
