//! Entries: read page by page, appended; and progress, which is only passed on.

use super::Hub;
use super::answer::{Answer, json, problem, read_json, unhurried};
use super::auth::Caller;
use crate::hub::Who;
use crate::hub::core::storage;
use crate::hub::desk::beginning;
use crate::runbook::Role;
use crate::sync::protocol::{
    APPEND_BYTES, APPEND_ENTRIES, Append, Head, Ordered, PAGE_BYTES, PAGE_ENTRIES, PROGRESS_BYTES,
    Page, PassedOn, ProblemKind, Progress, ProgressRequest,
};
use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// Where to begin.
#[derive(Debug, Default, Deserialize)]
pub(super) struct From {
    pub after: Option<u64>,
    pub chain: Option<String>,
    pub limit: Option<usize>,
}

/// A query that can be understood.
pub(super) fn understood(query: Result<Query<From>, QueryRejection>) -> Answer<From> {
    query.map(|Query(from)| from).map_err(|e| problem(ProblemKind::Malformed, e.body_text()))
}

/// The place to begin at, held against the hub's order. Whoever names no chain value is believed to
/// know the hub's.
pub(super) async fn agreed(hub: &Hub, run: &str, from: From) -> Answer<(u64, u64, Head)> {
    let after = from.after.unwrap_or(0);
    let known = match from.chain {
        Some(chain) => Head { seq: after, chain },
        None => {
            let (store, run) = (hub.store.clone(), run.to_owned());
            unhurried(move || {
                let there = beginning(&*store, &run)?;
                if after == 0 {
                    return Ok(there);
                }
                let chain = store.chain_at(&run, after).map_err(|e| storage(&e))?;
                let chain = chain.map(|chain| chain.to_string()).unwrap_or_default();
                Ok(Head { seq: after, chain })
            })
            .await?
        }
    };
    let (epoch, head) = hub.desk.agrees(run, known).await?;
    Ok((after, epoch, head))
}

pub(super) async fn page(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    query: Result<Query<From>, QueryRejection>,
) -> Answer {
    let from = understood(query)?;
    let limit = from.limit.unwrap_or(PAGE_ENTRIES).clamp(1, PAGE_ENTRIES);
    let (after, epoch, head) = agreed(&hub, &run, from).await?;
    let entries = unhurried(move || {
        let page = hub.store.page(&run, after, limit, PAGE_BYTES).map_err(|e| storage(&e))?;
        let pack = |placed: &crate::ledger::order::Placed| {
            Ordered::pack(placed.seq, placed.chain.to_string(), &placed.body)
        };
        Ok(page.iter().map(pack).collect::<Vec<_>>())
    });
    let entries = entries.await?;
    // More may have come since the head was looked at.
    let head = match entries.last() {
        Some(last) if last.seq > head.seq => Head { seq: last.seq, chain: last.chain.clone() },
        _ => head,
    };
    Ok(json(200, &Page { epoch, entries, head, you: caller.you() }))
}

pub(super) async fn append(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    body: Body,
) -> Answer {
    let append: Append = read_json(body, APPEND_BYTES + (APPEND_BYTES >> 1)).await?;
    if append.entries.len() > APPEND_ENTRIES {
        let detail = format!("an append may have {APPEND_ENTRIES} entries");
        return Err(problem(ProblemKind::TooLarge, detail));
    }
    let count = append.entries.len() as u64;
    let appended = hub.desk.append(&run, caller.who.clone(), append).await?;
    hub.metrics.appended(count);
    Ok(json(200, &appended))
}

pub(super) async fn progress(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    body: Body,
) -> Answer<Response> {
    let request: ProgressRequest = read_json(body, PROGRESS_BYTES).await?;
    let (person, role) = match &caller.who {
        Who::Proved { person, role } => (person.clone(), *role),
        Who::Claimed => match request.person {
            Some(person) => (person, Role::Operator),
            None => return Err(problem(ProblemKind::Malformed, "the body names no person")),
        },
    };
    let (at_hub, of) = (hub.clone(), run.clone());
    let view = unhurried(move || at_hub.views.of(&of)).await?;
    // What the run has granted replaces what the token gave at the start.
    let granted = view.state.people.get(&person).and_then(|known| known.role);
    let role = granted.unwrap_or(role);
    if role == Role::Observer && matches!(request.progress, Progress::Output { .. }) {
        let detail = format!("{person} is an observer, who runs no steps");
        return Err(problem(ProblemKind::Forbidden, detail));
    }
    let (at, fan) = (hub.now(), hub.desk.fan(&run));
    if !fan.pace.allows(&person, at.timestamp_millis()) {
        let detail = "that was said too often; say it again a little later";
        return Err(problem(ProblemKind::Busy, detail));
    }
    let passed = PassedOn { person, role, at, progress: request.progress };
    let json = serde_json::to_string(&passed).unwrap_or_default();
    fan.pass_on(format!("event: progress\ndata: {json}\n\n").into());
    Ok(StatusCode::NO_CONTENT.into_response())
}
