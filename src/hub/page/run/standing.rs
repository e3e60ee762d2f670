//! Where the run stands: its name, red, amber or green with the reasons, the clocks.

use super::document::title;
use super::told::{lines, rough};
use super::{Told, part};
use crate::hub::page::list::badge;
use crate::run::{
    Outcome, Rag, RollBack, RunStatus, Time, after_next_text, rag_word, roll_back_text,
    t_clock_text,
};
use crate::runbook::{format_duration, visible};
use maud::{Markup, html};

/// Reasons that are told; the others are counted.
const REASONS: usize = 8;

/// The name of the run, and whether it is the real night.
pub(super) fn header(told: &Told<'_>) -> Markup {
    let release = &told.state.plan.release;
    let facts = [
        ("Version", &release.version),
        ("Environment", &release.environment),
        ("Change", &release.change),
    ];
    html! {
        header data-part="header" data-title=(title(told)) {
            p.top { (badge(told.state.mode, told.demo)) " " span.faint { "run " bdi { (visible(&told.state.run)) } } }
            h1 dir="auto" { (visible(&release.title)) }
            p.facts.faint {
                @for (label, value) in facts {
                    @if let Some(value) = value { span { (label) " " bdi { (visible(value)) } } " " }
                }
                span { "Times are " (release.timezone.name()) }
            }
        }
    }
}

/// The color of the run in words, what it is doing, and why.
pub(super) fn status(told: &Told<'_>) -> Markup {
    let outlook = told.outlook();
    let (class, symbol, word) = match outlook.rag {
        Rag::Green => ("green", "●", "as it should be"),
        Rag::Amber => ("amber", "▲", "needs watching"),
        Rag::Red => ("red", "■", "needs action"),
    };
    let over = told.state.status.is_over();
    let word = if over { "how it ended" } else { word };
    let reasons = outlook.reasons.iter().take(REASONS);
    let more = outlook.reasons.len().saturating_sub(REASONS);
    html! {
        section.status aria-labelledby="status-heading" {
            h2 id="status-heading" { "Status" }
            // Said aloud when it changes; so it stands still while only minutes pass.
            div role="status" {
                div data-part="status" {
                    p class={ "rag " (class) } {
                        span aria-hidden="true" { (symbol) " " }
                        strong { (rag_word(outlook.rag)) } ": " (word)
                    }
                    (doing(told))
                }
                p.lost.screen-only id="live" hidden {}
            }
            div data-part="reasons" {
                @if !outlook.reasons.is_empty() {
                    ul.reasons {
                        @for reason in reasons { li dir="auto" { (visible(reason)) } }
                        @if more > 0 { li { "and " (more) " more" } }
                    }
                } @else if !over {
                    p.reasons { "Nothing stands against the plan." }
                }
            }
        }
    }
}

/// What the run is doing.
fn doing(told: &Told<'_>) -> Markup {
    let state = told.state;
    let ended = html! { @if let Some(end) = &state.ended { " at " (told.time(end.at)) } };
    let going = match state.status {
        RunStatus::Planned => html! {
            @let start = state.planned_start(told.now);
            "Not started. "
            @if start > told.now { "Planned to start at " (told.time(start)) "." }
            @else if start < told.now { "It was planned to start at " (told.time(start)) "." }
        },
        RunStatus::Active => html! {
            "Under way" @if let Some(start) = &state.started { " since " (told.time(start.at)) } "."
        },
        RunStatus::RollingBack => html! {
            "ROLLING BACK"
            @if let Some(on) = state.rolling_back() { ": " bdi { (visible(&on.title)) } ", since " (told.time(on.begun.at)) }
            "."
        },
        RunStatus::Complete => html! { "Completed" (ended) (outcome(told)) },
        RunStatus::RolledBack => html! { "Rolled back" (ended) "." },
        RunStatus::Canceled => html! {
            "Canceled" (ended)
            @if let Some(reason) = &state.cancel_reason { ": " bdi { (lines(reason)) } } @else { "." }
        },
    };
    html! {
        @if let Some(hold) = state.held() {
            p.doing {
                strong { "HELD" } " since " (told.time(hold.from.at)) ": nothing new starts. "
                @if let Some(reason) = &hold.reason { "Reason: " bdi { (lines(reason)) } }
            }
        }
        p.doing { (going) }
    }
}

fn outcome(told: &Told<'_>) -> Markup {
    let Some((outcome, summary)) = &told.state.outcome else { return html! { "." } };
    let word = match outcome {
        Outcome::Successful => "successful",
        Outcome::WithIssues => "with issues",
        Outcome::Unsuccessful => "unsuccessful",
    };
    html! {
        ", " strong { (word) }
        @if let Some(summary) = summary { ": " bdi { (lines(summary)) } } @else { "." }
    }
}

/// The clocks, and what is expected.
pub(super) fn clocks(told: &Told<'_>) -> Markup {
    let (state, now) = (told.state, told.now);
    let zone = state.plan.release.timezone;
    let local = now.with_timezone(&zone);
    let over = state.status.is_over();
    let (settled, all) = state.progress();
    let body = html! {
        dl.clocks {
            div {
                dt { @if over { "As of" } @else { "Wall clock" } }
                dd {
                    b data-clock=[(!over).then_some("wall")] data-zone=(zone.name()) { (local.format("%H:%M")) }
                    " " span.more { (local.format("%a %-d %b")) ", " (zone.name()) }
                }
            }
            (t_clock(told))
            (window(told))
            (finish(told))
            (roll_back(told))
            div {
                dt { "Progress" }
                dd {
                    b { (settled) " of " (all) }
                    " " span.more { "steps settled" }
                    progress aria-label="Steps settled" value=(settled) max=(all.max(1)) {}
                }
            }
        }
    };
    part("clocks", "Clocks and forecast", Some(body))
}

/// Moving where it moves, and why not where it does not.
fn t_clock(told: &Told<'_>) -> Markup {
    let (state, now) = (told.state, told.now);
    let secs = state.t_clock(now);
    let floats = state.status == RunStatus::Planned && state.plan.release.zero_hour.is_none();
    let stands = if state.status.is_over() {
        Some("stopped when the run ended")
    } else if state.held().is_some() {
        Some("stands still while the run is held")
    } else if floats {
        Some("zero hour is when the run starts")
    } else {
        None
    };
    let zero = now.timestamp_millis() - secs * 1_000;
    html! {
        div {
            dt { "T clock" }
            dd {
                @match stands {
                    Some(why) => { b { (t_clock_text(secs)) } " " span.more { (why) } },
                    None => {
                        b data-clock="t" data-zero=(zero) { (t_clock_text(secs)) }
                        " " span.more { "zero hour " (told.time(state.zero_hour(now))) }
                    },
                }
            }
        }
    }
}

fn window(told: &Told<'_>) -> Markup {
    let Some(window) = told.state.window(told.now) else {
        return html! { div { dt { "Window" } dd { b { "–" } " " span.more { "no change window was agreed" } } } };
    };
    let (word, at) = match () {
        () if told.now < window.opens => ("Window opens", window.opens),
        () if told.now < window.closes => ("Window closes", window.closes),
        () => ("Window closed", window.closes),
    };
    html! {
        div {
            dt { (word) }
            dd {
                b { (told.time(at)) }
                " " @if !told.state.status.is_over() { (until(told, at)) }
            }
        }
    }
}

/// How long it is to a moment, or since: counted on by the script.
fn until(told: &Told<'_>, at: Time) -> Markup {
    let left = (at - told.now).num_seconds();
    html! {
        span.more {
            span data-clock="left" data-at=(at.timestamp_millis()) {
                @if left >= 0 { "in " (rough(left)) } @else { (rough(left)) " ago" }
            }
        }
    }
}

fn finish(told: &Told<'_>) -> Markup {
    let (state, outlook) = (told.state, told.outlook());
    let (word, at) = match &state.ended {
        Some(end) if state.status.is_over() => ("Ended", Some(end.at)),
        _ => ("Finish expected", outlook.finish),
    };
    let plan = outlook.plan_finish.filter(|_| state.status != RunStatus::Canceled);
    html! {
        div {
            dt { (word) }
            dd {
                @if let Some(at) = at {
                    b { (told.time(at)) }
                    @if let Some(plan) = plan { " " span.more { (slip(at, plan)) ", planned " (told.time(plan)) } }
                } @else {
                    b { "–" } " " span.more { "cannot be told yet" }
                }
            }
        }
    }
}

/// `12m later than planned`.
fn slip(at: Time, plan: Time) -> String {
    match (at - plan).num_seconds() {
        -59..=59 => "as planned".to_owned(),
        late @ 60.. => format!("{} later than planned", rough(late)),
        early => format!("{} earlier than planned", rough(early)),
    }
}

/// Until when one can go back.
fn roll_back(told: &Told<'_>) -> Markup {
    let (state, outlook) = (told.state, told.outlook());
    let words = || visible(&roll_back_text(state, &outlook.roll_back)).into_owned();
    let after = after_next_text(state, outlook);
    let more = match outlook.roll_back {
        RollBack::By(way) => {
            let title = state.plan.rollbacks.get(way.rung).map_or("", |rung| rung.title.as_str());
            html! {
                @if let Some(by) = way.by {
                    b { (told.time(by)) } " "
                    @if by < told.now { strong { "has passed " } }
                    (until(told, by)) span.more { "; " }
                } @else { b { "any time" } " " }
                span.more { bdi { (visible(title)) } " takes " (format_duration(way.duration)) }
            }
        }
        RollBack::Over => return html! {},
        _ => html! { b.words { (words()) } },
    };
    html! {
        div {
            dt { "Roll back by" }
            dd { (more) @if let Some(after) = after { span.more { "; " (visible(&after)) } } }
        }
    }
}

/// Of when this is.
pub(super) fn footer(told: &Told<'_>) -> Markup {
    html! {
        footer data-part="footer" {
            p.faint {
                "As of " (told.clock().long(told.now)) ". "
                a.screen-only href={ "/runs/" (told.state.run) } { "Look again" }
            }
            noscript { p.faint.screen-only { "This page does not change by itself in this browser: look again for the latest." } }
        }
    }
}
