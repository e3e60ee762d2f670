//! A real hub on a port of its own, and plain HTTP to talk to it.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]

use golive::hub::http::{Hub, Serving, Tls};
use golive::run::{Actor, Entry, EntryId, Event, Intent, NoteKind};
use golive::runbook::Role;
use golive::sync::protocol::{Append, Head, Ordered, Page, Problem, Sent};
use serde_json::Value;
use std::net::SocketAddr;

/// A hub in a folder of its own; gone with it.
pub struct TestHub {
    pub folder: tempfile::TempDir,
    pub hub: Hub,
    pub address: SocketAddr,
    serving: Option<Serving>,
    runtime: tokio::runtime::Runtime,
}

impl TestHub {
    pub fn new() -> Self {
        Self::with(|_| None)
    }

    /// With what is prepared in its folder before it starts.
    pub fn with(prepare: impl FnOnce(&std::path::Path) -> Option<Tls>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tls = prepare(folder.path());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let hub = Hub::open(folder.path()).unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let serving = runtime.block_on(Serving::begin(hub.clone(), any, tls, false)).unwrap();
        Self { folder, hub, address: serving.address, serving: Some(serving), runtime }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn token(&self, name: &str, role: Role, run: Option<&str>) -> String {
        self.hub.tokens.add(name, role, run).unwrap()
    }

    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub fn get(&self, path: &str, token: Option<&str>) -> (u16, String) {
        self.ask(reqwest::Method::GET, path, token, None, &[])
    }

    /// The status of an answer that may have no end.
    pub fn status(&self, path: &str, token: Option<&str>) -> u16 {
        let mut request = client().get(self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        self.block_on(async { request.send().await.unwrap().status().as_u16() })
    }

    pub fn post(&self, path: &str, token: Option<&str>, body: impl Into<String>) -> (u16, String) {
        self.ask(reqwest::Method::POST, path, token, Some(body.into()), &[])
    }

    pub fn ask(
        &self,
        method: reqwest::Method,
        path: &str,
        token: Option<&str>,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> (u16, String) {
        let mut request = client().request(method, self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        self.block_on(async {
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        })
    }

    /// The run `demo-1`, opened by ana, put on the hub.
    pub fn open_run(&self, token: Option<&str>) -> Head {
        let (status, body) = self.post("/api/v1/runs", token, opening_lines("demo-1"));
        assert_eq!(status, 201, "{body}");
        let answer: Value = serde_json::from_str(&body).unwrap();
        serde_json::from_value(answer["head"].clone()).unwrap()
    }

    pub fn page(&self, after: u64, token: Option<&str>) -> Page {
        let (status, body) = self.get(&format!("/api/v1/runs/demo-1/entries?after={after}"), token);
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Another hub in the same folder and at the same address, after this one's end.
    pub fn begin_again(&mut self) {
        self.hub = Hub::open(self.folder.path()).unwrap();
        let begun = Serving::begin(self.hub.clone(), self.address, None, false);
        self.serving = Some(self.runtime.block_on(begun).unwrap());
    }

    /// Ends the hub in good order.
    pub fn end(&mut self) {
        if let Some(serving) = self.serving.take() {
            self.runtime.block_on(serving.end());
        }
    }
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.end();
    }
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().tls_certs_only(Vec::<reqwest::Certificate>::new());
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub fn problem(body: &str) -> Problem {
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}"))
}

/// A run with one entry, as `golive export` writes it.
pub fn opening_lines(run: &str) -> String {
    let opening = super::ledger::opening(run, &super::ledger::runbook(3));
    let actor = Actor { name: "ana".to_owned(), role: Role::Lead, claimed: true };
    let act = opening.into_act(actor, super::ledger::time("2026-11-28T22:00:00Z"));
    let id = EntryId { replica: "opener".to_owned(), index: 1 };
    let body = Entry { seq: 1, id, act, offset_ms: 0, received_at: None }.to_body().unwrap();
    let chain = golive::ledger::Chain::start(run).next(1, &body).to_string();
    serde_json::to_string(&Ordered::pack(1, chain, &body)).unwrap() + "\n"
}

/// Bytes of an entry as a client sends it.
pub fn entry(replica: &str, index: u64, person: &str, event: Event) -> Sent {
    let actor = Actor { name: person.to_owned(), role: Role::Operator, claimed: true };
    let act = Intent::new("", event).into_act(actor, super::ledger::time("2026-11-28T23:00:00Z"));
    let id = EntryId { replica: replica.to_owned(), index };
    let entry = Entry { seq: 0, id, act, offset_ms: 0, received_at: None };
    Sent::pack(&entry.to_body().unwrap())
}

pub fn note(text: &str) -> Event {
    Event::NoteAdded {
        text: text.to_owned(),
        kind: NoteKind::Note,
        step: None,
        public: false,
        owner: None,
        due: None,
    }
}

pub fn append(after: &Head, entries: Vec<Sent>) -> String {
    let append = Append { epoch: 1, after: after.clone(), entries };
    serde_json::to_string(&append).unwrap()
}
