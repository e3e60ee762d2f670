//! Whatever goes wrong, as a page in plain words, for whoever looks with a browser.

use super::shell::Shell;
use crate::runbook::visible;
use crate::sync::protocol::{Problem, ProblemKind};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use maud::html;

/// Answers a browser's request with pages also where it fails; programs get the problem as JSON.
pub async fn in_plain_words(request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.headers());
    let response = next.run(request).await;
    if !wants_page {
        return response;
    }
    let Some(problem) = response.extensions().get::<Problem>() else { return response };
    let mut page = page(problem);
    for kept in [header::RETRY_AFTER, header::ALLOW, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&kept) {
            page.headers_mut().insert(kept, value.clone());
        }
    }
    *page.extensions_mut() = response.extensions().clone();
    page
}

/// Whether whoever asks would rather read a page: browsers name HTML, programs do not.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// A problem as a page.
pub fn page(problem: &Problem) -> Response {
    let (heading, advice) = words(problem.kind);
    let detail = visible(&problem.detail);
    let shell = Shell {
        title: heading,
        styles: &[],
        scripts: &[],
        has_forms: false,
        body: html! {
            main.problem {
                h1 { (heading) }
                p { (advice) }
                @if problem.kind != ProblemKind::Unauthorized && !detail.is_empty() {
                    p.faint dir="auto" { "The hub says: " (detail) }
                }
            }
        },
    };
    shell.render().answer(problem.status)
}

/// What happened, and what to do next.
fn words(kind: ProblemKind) -> (&'static str, &'static str) {
    match kind {
        ProblemKind::Unauthorized => (
            "This page opens with a link",
            "Open it with the link that was sent to you. If you did, the link was replaced or taken \
             back: ask whoever leads the release for a new one.",
        ),
        ProblemKind::Forbidden => (
            "This is not yours to see",
            "Your link or token is for another run or another page: ask whoever leads the release.",
        ),
        ProblemKind::NotFound => (
            "There is nothing here",
            "Look at the address again; perhaps it was cut short when it was copied.",
        ),
        ProblemKind::Method => (
            "This address only takes what a form sends",
            "Nothing was recorded. Go back to the page and use its buttons.",
        ),
        ProblemKind::Origin => (
            "This request came from elsewhere",
            "Nothing was recorded. Open the page by its own address.",
        ),
        ProblemKind::Busy => (
            "The hub is busy or going down",
            "Nothing was recorded by this request. Wait a moment, and load the page again.",
        ),
        ProblemKind::Storage => (
            "The hub cannot read or write its record",
            "Nothing was recorded by this request. Tell whoever runs the hub; on the call, say what \
             you wanted to record.",
        ),
        _ => (
            "That did not work",
            "Nothing was recorded by this request. Load the page again and look where things stand.",
        ),
    }
}
