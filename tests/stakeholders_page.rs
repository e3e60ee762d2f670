//! The pages that people see with a browser: kept to themselves, well formed, and in plain words also
//! where something is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod hub;
    pub mod ledger;
}
#[path = "support/html.rs"]
mod html_parser;

use golive::runbook::Role;
use html_parser::html_errors;
use reqwest::header::HeaderMap;
use support::hub::{TestHub, client};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// What a browser gets: status, headers, body.
fn look(hub: &TestHub, path: &str, token: Option<&str>) -> (u16, HeaderMap, String) {
    let mut request = client().get(hub.url(path)).header("Accept", BROWSER);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    hub.block_on(async {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.text().await.unwrap())
    })
}

#[test]
fn a_page_keeps_to_itself() {
    let hub = TestHub::new();
    hub.open_run(None);
    for path in ["/", "/nothing"] {
        let (_, headers, body) = look(&hub, path, None);
        let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        let (errors, elements) = html_errors(&body);
        assert!(errors.is_empty(), "{path}: {errors:?}");
        let outside = elements.iter().find(|e| e.contains("http:") || e.contains("https:"));
        assert_eq!(outside, None, "{path}");
    }
}

#[test]
fn what_goes_wrong_is_a_page_for_a_browser_and_json_for_a_program() {
    let hub = TestHub::new();
    let (status, headers, body) = look(&hub, "/nothing", None);
    assert_eq!(status, 404);
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert!(body.contains("<h1>There is nothing here</h1>"), "{body}");
    assert!(hub.get("/nothing", None).1.starts_with('{'));
    let token = hub.token("ana", Role::Observer, Some("other"));
    let (status, _, body) = look(&hub, "/", None);
    assert_eq!(status, 401);
    assert!(body.contains("This page opens with a link") && !body.contains("Bearer"), "{body}");
    let (status, _, body) = look(&hub, "/api/v1/runs/demo-1", Some(&token));
    assert_eq!(status, 403);
    assert!(body.contains("This is not yours to see"), "{body}");
}
