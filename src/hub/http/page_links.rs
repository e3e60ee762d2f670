//! Page links over the API, for leads; and what happens when somebody opens one.

use super::Hub;
use super::answer::{Answer, json, problem, read_json, unhurried};
use super::auth::{COOKIE, Caller};
use super::holder::{self, OverTls};
use crate::hub::core::storage;
use crate::hub::links::PageLink;
use crate::runbook::visible;
use crate::sync::protocol::{
    LinkAnswer, LinkRequest, LinksAnswer, PageOf, ProblemKind, RevokeRequest,
};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Bytes of a request about links, at most.
const BYTES: usize = 4 << 10;
/// Characters of a name, at most.
const NAME: usize = 100;

/// `POST /api/v1/runs/{run}/links`
pub(super) async fn add(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    body: Body,
) -> Answer {
    let LinkRequest { page } = read_json(body, BYTES).await?;
    if let PageOf::Person(person) = &page
        && (person.trim().is_empty() || person.chars().count() > NAME || visible(person) != *person)
    {
        let detail = format!("a page is for a person with a name of up to {NAME} characters");
        return Err(problem(ProblemKind::Malformed, detail));
    }
    let by = caller.you().person;
    let made = unhurried(move || {
        // There is such a run.
        hub.views.of(&run)?;
        hub.links.add(&run, page, by.as_deref(), hub.now()).map_err(|e| storage(&e))
    });
    let (link, path) = made.await?;
    Ok(json(201, &LinkAnswer { path: Some(path), ..told(&link) }))
}

/// `GET /api/v1/runs/{run}/links`
pub(super) async fn list(State(hub): State<Hub>, Path(run): Path<String>) -> Answer {
    let links = hub.links.list();
    let links = links.iter().filter(|link| link.run == run).map(told).collect();
    Ok(json(200, &LinksAnswer { links }))
}

/// `POST /api/v1/runs/{run}/links/revoke`
pub(super) async fn revoke(State(hub): State<Hub>, Path(run): Path<String>, body: Body) -> Answer {
    let RevokeRequest { word } = read_json(body, BYTES).await?;
    let gone = unhurried(move || {
        let gone = hub.links.revoke(Some(&run), &word).map_err(|e| storage(&e))?;
        hub.look_at_secrets();
        Ok(gone)
    });
    Ok(json(200, &LinksAnswer { links: gone.await?.iter().map(told).collect() }))
}

fn told(link: &PageLink) -> LinkAnswer {
    LinkAnswer {
        id: link.id.clone(),
        page: link.page.clone(),
        path: None,
        added_by: link.added_by.clone(),
        added_at: link.added_at,
    }
}

/// `GET /l/{secret}`: gives the cookie that opens the page, and leads there. Nothing is kept of it.
pub(super) async fn open(
    State(hub): State<Hub>,
    Path(secret): Path<String>,
    over_tls: Option<Extension<OverTls>>,
    headers: HeaderMap,
) -> Answer<Response> {
    let Some((link, cookie)) = hub.known(|hub| hub.links.by_secret(&secret)).await else {
        return Err(holder::turned_away());
    };
    let now = hub.now();
    let at_hub = hub.clone();
    let (link, good) = unhurried(move || {
        let good = link.is_good(&at_hub.views.of(&link.run)?.state, now);
        Ok((link, good))
    })
    .await?;
    if !good {
        return Err(holder::turned_away());
    }
    let path = holder::path(&link);
    // *Lax*: a link in a chat is opened from another site, and a cookie that is *Strict* would not be
    // sent along where that first click leads. Forms of other sites do not get it either way.
    let mut given =
        format!("{COOKIE}={cookie}; Path={path}; Max-Age=2592000; HttpOnly; SameSite=Lax");
    if over_tls.is_some() || holder::came_over_tls(&headers) {
        given += "; Secure";
    }
    let text = |text: &str| {
        HeaderValue::from_str(text)
            .map_err(|_| problem(ProblemKind::Storage, "the run of this link has an odd name"))
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, text(&path)?);
    headers.insert(header::SET_COOKIE, text(&given)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    Ok(response)
}
