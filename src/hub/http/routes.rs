//! The routes, as a table.

use super::auth::{self, Caller, Need};
use super::{Hub, answer, entries, metrics, openapi, page_links, report, runs, stream, tables};
use crate::hub::page::error::in_plain_words;
use crate::report::Format;
use crate::sync::protocol::{
    self, Append, Appended, LinkAnswer, LinkRequest, LinksAnswer, OpenedAnswer, Page, ProblemKind,
    ProgressRequest, RevokeRequest, RunsAnswer, TimeAnswer,
};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use schemars::{Schema, SchemaGenerator};
use std::collections::BTreeMap;

/// A route: what the router, the document and the tests are made from.
pub struct Route {
    /// GET or POST.
    pub method: &'static str,
    /// Its path, with `{run}` where a run's id goes.
    pub path: &'static str,
    /// What it asks of whoever uses it.
    pub need: Need,
    /// What it is for.
    pub about: &'static str,
    /// What may be asked in the query, each with what it means.
    pub query: &'static [(&'static str, &'static str)],
    /// The body it takes.
    pub takes: Body,
    /// The body it answers.
    pub answers: Body,
    /// What answers.
    pub handler: fn() -> MethodRouter<Hub>,
}

/// What a body is.
pub enum Body {
    /// There is none.
    None,
    /// Of that media type.
    Text(&'static str),
    /// Of one of those media types.
    OneOf(fn() -> Vec<&'static str>),
    /// JSON of that schema.
    Json(fn(&mut SchemaGenerator) -> Schema),
}

macro_rules! json {
    ($type:ty) => {
        Body::Json(|generator| generator.subschema_for::<$type>())
    };
}

/// The API.
pub const API: &[Route] = &[
    Route {
        method: "GET",
        path: "/healthz",
        need: Need::Nothing,
        about: "Whether the hub is up",
        query: &[],
        takes: Body::None,
        answers: Body::Text("text/plain"),
        handler: || get(|| async { "ok\n" }),
    },
    Route {
        method: "GET",
        path: "/api/v1/time",
        need: Need::Token,
        about: "The hub's clock, for measuring offsets",
        query: &[],
        takes: Body::None,
        answers: json!(TimeAnswer),
        handler: || get(runs::time),
    },
    Route {
        method: "GET",
        path: "/api/v1/runs",
        need: Need::Token,
        about: "The runs, a summary each",
        query: &[],
        takes: Body::None,
        answers: json!(RunsAnswer),
        handler: || get(runs::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/runs",
        need: Need::Lead,
        about: "Open a run from its entries: JSON Lines as `golive export` writes them",
        query: &[],
        takes: Body::Text("application/jsonl"),
        answers: json!(OpenedAnswer),
        handler: || post(runs::open),
    },
    Route {
        method: "GET",
        path: "/api/v1/runs/{run}",
        need: Need::Token,
        about: "Where a run stands: what `golive status --json` prints",
        query: &[],
        takes: Body::None,
        answers: Body::Text("application/json"),
        handler: || get(runs::status),
    },
    Route {
        method: "GET",
        path: "/api/v1/runs/{run}/entries",
        need: Need::Token,
        about: "Entries in their order",
        query: &[
            ("after", "The place after which to begin; 0 unless said"),
            ("chain", "The chain value that the client knows for that place: 409 where it differs"),
            ("limit", "How many, at most"),
        ],
        takes: Body::None,
        answers: json!(Page),
        handler: || get(entries::page),
    },
    Route {
        method: "POST",
        path: "/api/v1/runs/{run}/entries",
        need: Need::Token,
        about: "Append entries; each exactly once, by its replica and index; durable when answered",
        query: &[],
        takes: json!(Append),
        answers: json!(Appended),
        handler: || post(entries::append),
    },
    Route {
        method: "POST",
        path: "/api/v1/runs/{run}/progress",
        need: Need::Token,
        about: "Pass on presence or live output; never stored",
        query: &[],
        takes: json!(ProgressRequest),
        answers: Body::None,
        handler: || post(entries::progress),
    },
    Route {
        method: "GET",
        path: "/api/v1/runs/{run}/stream",
        need: Need::Token,
        about: "Server-Sent Events: `hello`, then `entry` with its place as id, and `progress`",
        query: &[
            ("after", "The place after which to begin; a Last-Event-ID header goes before it"),
            ("chain", "The chain value that the client knows for that place: 409 where it differs"),
        ],
        takes: Body::None,
        answers: Body::Text("text/event-stream"),
        handler: || get(stream::open),
    },
    Route {
        method: "GET",
        path: "/api/v1/runs/{run}/report",
        need: Need::Token,
        about: "The report of a run: what `golive report` writes",
        query: &[
            ("format", "md, html, json, csv or xlsx; md unless said"),
            ("sections", "Only these, with commas between them; all unless said"),
            ("anonymise", "true: name people by role and number, free text included"),
        ],
        takes: Body::None,
        answers: Body::OneOf(|| Format::ALL.map(Format::media_type).to_vec()),
        handler: || get(report::written),
    },
    Route {
        method: "GET",
        path: "/api/v1/openapi.json",
        need: Need::Nothing,
        about: "This document",
        query: &[],
        takes: Body::None,
        answers: Body::Text("application/json"),
        handler: || get(openapi::document),
    },
    Route {
        method: "GET",
        path: "/metrics",
        need: Need::Token,
        about: "Figures for Prometheus",
        query: &[],
        takes: Body::None,
        answers: Body::Text("text/plain; version=0.0.4"),
        handler: || get(metrics::text),
    },
];

/// Page links.
pub const LINKS: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/runs/{run}/links",
        need: Need::LeadOfRun,
        about: "The page links of a run, without their secrets",
        query: &[],
        takes: Body::None,
        answers: json!(LinksAnswer),
        handler: || get(page_links::list),
    },
    Route {
        method: "POST",
        path: "/api/v1/runs/{run}/links",
        need: Need::LeadOfRun,
        about: "Make a link that opens the page of a person, or of stakeholders: it is told once",
        query: &[],
        takes: json!(LinkRequest),
        answers: json!(LinkAnswer),
        handler: || post(page_links::add),
    },
    Route {
        method: "POST",
        path: "/api/v1/runs/{run}/links/revoke",
        need: Need::LeadOfRun,
        about: "Revoke a page link, or all of a person; their pages end within a second",
        query: &[],
        takes: json!(RevokeRequest),
        answers: json!(LinksAnswer),
        handler: || post(page_links::revoke),
    },
    Route {
        method: "GET",
        path: "/l/{secret}",
        need: Need::Nothing,
        about: "Open a page link: answers a cookie that is good for its page, and leads there",
        query: &[],
        takes: Body::None,
        answers: Body::None,
        handler: || get(page_links::open),
    },
];

/// The router of a hub, from all tables.
pub fn router(hub: &Hub) -> Router {
    let mut paths: BTreeMap<&str, MethodRouter<Hub>> = BTreeMap::new();
    for route in tables().into_iter().flatten() {
        let guarded = (route.handler)()
            .layer(middleware::from_fn_with_state((hub.clone(), route.need), auth::guard));
        let there = paths.remove(route.path).unwrap_or_default();
        paths.insert(route.path, there.merge(guarded));
    }
    let mut router = Router::new();
    for (path, methods) in paths {
        router = router.route(path, methods);
    }
    router
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_here)
        .layer(middleware::from_fn_with_state(hub.clone(), auth::comes_from_here))
        .layer(middleware::from_fn(in_plain_words))
        .layer(middleware::from_fn_with_state(hub.clone(), count))
        .with_state(hub.clone())
}

/// The method, where it is one.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

async fn wrong_method() -> Response {
    answer::problem(ProblemKind::Method, "this address takes another method").into_response()
}

async fn nothing_here() -> Response {
    let detail = format!("nothing is here; {}/openapi.json says what is where", protocol::API);
    answer::problem(ProblemKind::NotFound, detail).into_response()
}

/// Counts and logs a request: by its route and not by its address, which may be a secret, as may be
/// whatever else is of the caller's own making.
async fn count(
    State(hub): State<Hub>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let method = known(request.method());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    hub.metrics.count(status);
    let route = path.as_ref().map_or("", MatchedPath::as_str);
    let person = response.extensions().get::<Caller>().and_then(|caller| caller.you().person);
    tracing::info!(method, route, status, ?person, "request");
    response
}
