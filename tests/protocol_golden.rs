//! The wire is frozen: what these texts say today, every later version reads and writes the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

use golive::run::EntryId;
use golive::runbook::Role;
use golive::sync::protocol::{
    Append, Appended, Head, Hello, LinkAnswer, LinkRequest, LinksAnswer, OpenedAnswer, Ordered,
    Page, PageOf, PassedOn, Placed, Problem, ProblemKind, Progress, ProgressRequest, RevokeRequest,
    RunsAnswer, Sent, TimeAnswer, You,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

fn frozen<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, text: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), text, "written");
    assert_eq!(serde_json::from_str::<T>(text).unwrap(), *value, "read");
    // A later version may say more: who does not know it passes it over.
    let more = text.replacen('{', r#"{"a_field_of_later":[1,{"x":null}],"#, 1);
    assert_eq!(serde_json::from_str::<T>(&more).unwrap(), *value, "with more");
}

fn head() -> Head {
    Head { seq: 7, chain: "ab12".to_owned() }
}

const HEAD: &str = r#"{"seq":7,"chain":"ab12"}"#;

#[test]
fn bodies_go_byte_for_byte() {
    let json = br#"{"b" : 1.0e2, "a":"\u00e9"}"#;
    frozen(&Sent::pack(json), r#"{"body":{"b" : 1.0e2, "a":"\u00e9"}}"#);
    frozen(&Sent::pack(b"{\n}"), r#"{"body64":"ewp9"}"#);
    frozen(&Sent::pack(b"\xff"), r#"{"body64":"/w=="}"#);
    let ordered = Ordered::pack(7, "ab12".to_owned(), br#"{"x":1}"#);
    frozen(&ordered, r#"{"seq":7,"chain":"ab12","body":{"x":1}}"#);
    for bad in [r"{}", r#"{"body":{},"body64":"e30="}"#, r#"{"body64":"*"}"#] {
        assert_eq!(serde_json::from_str::<Sent>(bad).unwrap().unpack(), None, "{bad}");
    }
}

#[test]
fn requests_and_answers() {
    let append = Append { epoch: 2, after: head(), entries: vec![Sent::pack(b"{}")] };
    frozen(&append, &format!(r#"{{"epoch":2,"after":{HEAD},"entries":[{{"body":{{}}}}]}}"#));
    let placed = Placed { replica: "r".to_owned(), index: 3, seq: 8, chain: "cd".to_owned() };
    let appended = Appended { epoch: 2, entries: vec![placed] };
    frozen(&appended, r#"{"epoch":2,"entries":[{"replica":"r","index":3,"seq":8,"chain":"cd"}]}"#);
    let you = You { person: Some("bo".to_owned()), role: Some(Role::Operator) };
    let page = Page { epoch: 2, entries: Vec::new(), head: head(), you: you.clone() };
    let said = r#"{"person":"bo","role":"operator"}"#;
    frozen(&page, &format!(r#"{{"epoch":2,"entries":[],"head":{HEAD},"you":{said}}}"#));
    let hello = Hello { epoch: 2, head: head(), you: You::default() };
    frozen(&hello, &format!(r#"{{"epoch":2,"head":{HEAD},"you":{{}}}}"#));
    let opened = OpenedAnswer { run: "demo-1".to_owned(), epoch: 1, head: head() };
    frozen(&opened, &format!(r#"{{"run":"demo-1","epoch":1,"head":{HEAD}}}"#));
    let now = "2026-11-28T23:00:00.250Z".parse().unwrap();
    frozen(&TimeAnswer { now, demo: false }, r#"{"now":"2026-11-28T23:00:00.250Z"}"#);
    frozen(&TimeAnswer { now, demo: true }, r#"{"now":"2026-11-28T23:00:00.250Z","demo":true}"#);
    let runs = r#"{"runs":[{"run":"demo-1","title":"Demo","mode":"live","state":"active","held":true,"seq":9,"opened_at":"2026-11-28T22:00:00Z"}]}"#;
    let read: RunsAnswer = serde_json::from_str(runs).unwrap();
    frozen(&read, runs);
}

#[test]
fn page_links() {
    let bo = PageOf::Person("bo".to_owned());
    frozen(&LinkRequest { page: bo.clone() }, r#"{"page":{"person":"bo"}}"#);
    frozen(&LinkRequest { page: PageOf::Stakeholders }, r#"{"page":"stakeholders"}"#);
    let made = LinkAnswer {
        id: "ab12".to_owned(),
        page: bo,
        path: Some("/l/secret".to_owned()),
        added_by: Some("ana".to_owned()),
        added_at: "2026-11-28T23:00:00Z".parse().unwrap(),
    };
    let told = LinkAnswer { path: None, added_by: None, ..made.clone() };
    frozen(
        &made,
        r#"{"id":"ab12","page":{"person":"bo"},"path":"/l/secret","added_by":"ana","added_at":"2026-11-28T23:00:00Z"}"#,
    );
    frozen(
        &LinksAnswer { links: vec![told] },
        r#"{"links":[{"id":"ab12","page":{"person":"bo"},"added_at":"2026-11-28T23:00:00Z"}]}"#,
    );
    frozen(&RevokeRequest { word: "bo".to_owned() }, r#"{"word":"bo"}"#);
}

#[test]
fn progress() {
    let here = Progress::Presence { step: Some("s1".to_owned()), view: None, cockpit: None };
    frozen(
        &ProgressRequest { person: Some("bo".to_owned()), progress: here },
        r#"{"person":"bo","progress":{"presence":{"step":"s1"}}}"#,
    );
    let at = "2026-11-28T23:00:00Z".parse().unwrap();
    let passed = PassedOn {
        person: "bo".to_owned(),
        role: Role::Observer,
        at,
        progress: Progress::Left { cockpit: None },
    };
    frozen(
        &passed,
        r#"{"person":"bo","role":"observer","at":"2026-11-28T23:00:00Z","progress":{"left":{}}}"#,
    );
    let output = Progress::Output { step: "s1".to_owned(), text: "50 %\n".to_owned() };
    frozen(
        &ProgressRequest { person: None, progress: output },
        r#"{"progress":{"output":{"step":"s1","text":"50 %\n"}}}"#,
    );
}

#[test]
fn problems_name_their_kind_and_keep_their_status() {
    let mut problem = Problem::new(ProblemKind::Diverged, "entry 9 is another here");
    problem.epoch = Some(2);
    problem.samples = vec![head()];
    frozen(
        &problem,
        &format!(
            r#"{{"type":"/problems/diverged","title":"the orders differ","status":409,"detail":"entry 9 is another here","epoch":2,"samples":[{HEAD}]}}"#
        ),
    );
    let mut problem = Problem::new(ProblemKind::TooLarge, "");
    problem.expected = Some(4);
    problem.entry = Some(Box::new(EntryId { replica: "r".to_owned(), index: 4 }));
    frozen(
        &problem,
        r#"{"type":"/problems/too-large","title":"that is too much at once","status":413,"detail":"","expected":4,"entry":{"replica":"r","index":4}}"#,
    );
    let kinds = [
        (ProblemKind::Diverged, "diverged", 409),
        (ProblemKind::Epoch, "epoch", 409),
        (ProblemKind::Gap, "gap", 409),
        (ProblemKind::Reused, "reused", 409),
        (ProblemKind::Refused, "refused", 422),
        (ProblemKind::Unauthorized, "unauthorized", 401),
        (ProblemKind::Forbidden, "forbidden", 403),
        (ProblemKind::NotFound, "not-found", 404),
        (ProblemKind::Exists, "exists", 409),
        (ProblemKind::TooLarge, "too-large", 413),
        (ProblemKind::Malformed, "malformed", 400),
        (ProblemKind::Method, "method", 405),
        (ProblemKind::Origin, "origin", 403),
        (ProblemKind::Busy, "busy", 503),
        (ProblemKind::Storage, "storage", 507),
    ];
    for (kind, name, status) in kinds {
        let text = serde_json::to_string(&Problem::new(kind, "")).unwrap();
        assert!(text.starts_with(&format!(r#"{{"type":"/problems/{name}","#)), "{text}");
        assert_eq!(kind.status(), status);
    }
}
