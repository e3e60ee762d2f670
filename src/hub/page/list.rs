//! The page that lists the runs, for who may see them: the latest first.

use super::shell::{Rendered, Shell};
use crate::hub::core::storage;
use crate::hub::http::answer::{Answer, unhurried};
use crate::hub::http::{Caller, Hub};
use crate::report::run_word;
use crate::run::{Mode, RunState};
use crate::runbook::visible;
use axum::Extension;
use axum::extract::State;
use maud::{Markup, html};
use std::sync::Arc;

pub(super) async fn page(State(hub): State<Hub>, caller: Extension<Caller>) -> Answer<Rendered> {
    let demo = hub.is_demo();
    let runs = unhurried(move || {
        let names = hub.store.runs().map_err(|e| storage(&e))?;
        let mut runs = Vec::new();
        for name in names.into_iter().filter(|name| caller.may_see(name)) {
            runs.push(hub.views.of(&name)?.state);
        }
        Ok(runs)
    });
    let mut runs = runs.await?;
    // What goes on stands first.
    runs.sort_by_key(|run| (run.status.is_over(), std::cmp::Reverse(run.opened.at)));
    let shell = Shell {
        title: "Runs",
        styles: &[],
        scripts: &[],
        has_forms: false,
        body: html! {
            main {
                h1 { "Runs" }
                @if runs.is_empty() { p { "There is no run on this hub yet." } }
                ul.rows { @for run in &runs { (row(run, demo)) } }
            }
        },
    };
    Ok(shell.render())
}

fn row(run: &Arc<RunState>, demo: bool) -> Markup {
    let zone = run.plan.release.timezone;
    let opened = run.opened.at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z");
    html! {
        li {
            (badge(run.mode, demo)) " "
            a href={ "/runs/" (run.run) } dir="auto" { (visible(&run.plan.release.title)) }
            p.faint {
                (run_word(run.status)) @if run.held().is_some() { ", held" }
                ", opened " (opened) ", " bdi { (visible(&run.run)) }
            }
        }
    }
}

/// The mode of a run: nobody should take a rehearsal for the real night, or a demonstration for either.
pub(super) fn badge(mode: Mode, demo: bool) -> Markup {
    match mode {
        _ if demo => html! { span.badge { "DEMO" } },
        Mode::Live => html! { span.badge.live { "LIVE" } },
        Mode::Rehearsal => html! { span.badge { "REHEARSAL" } },
    }
}
