//! Somebody with a page link and a browser that runs no scripts.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]

use super::hub::{TestHub, client};
use golive::run::{Actor, Entry, EntryId, Event};
use golive::runbook::Role;
use golive::sync::protocol::{Ordered, PageOf};

/// A night with people of every kind.
pub const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
[people.ana]
name = "Ana Ruiz"
role = "lead"
[people.bo]
name = "Bo"
team = "Database"
[people.qa]
name = "Quentin"
substitute = "bo"
[people.eve]
name = "Eve"
role = "observer"
[[checklists]]
id = "readiness"
title = "Readiness"
items = [{ id = "backup", text = "Backup", owner = "bo", evidence = true }]
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze", owner = "bo", duration = "5m" },
  { id = "migrate", title = "Migrate", duration = "25m" },
  { id = "verify", title = "Verify", owner = "qa", duration = "10m", signers = 2 },
  { id = "gate", title = "Open?", kind = "gate", voters = ["ana", "eve", "qa"], requires = ["readiness"] },
  { id = "route", title = "Route", owner = "bo", kind = "choice", options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }] },
]
[steps.migrate]
team = "Database"
confirm = true
point_of_no_return = true
items = ["Lag", "Muted"]
records = [{ id = "lag", title = "Replica lag", unit = "s", pass = "< 5" }]
evidence = true
[[rollbacks]]
id = "restore"
title = "Restore"
steps = [{ id = "dump", title = "Restore the dump", owner = "bo", duration = "20m" }]
"#;

/// A run of that plan, opened by ana, put on the hub.
pub fn open(hub: &TestHub, plan: &str) {
    let opening = super::ledger::opening("demo-1", plan);
    let actor = Actor { name: "ana".to_owned(), role: Role::Lead, claimed: true };
    let act = opening.into_act(actor, super::ledger::time("2026-11-20T22:00:00Z"));
    let id = EntryId { replica: "opener".to_owned(), index: 1 };
    let body = Entry { seq: 1, id, act, offset_ms: 0, received_at: None }.to_body().unwrap();
    let chain = golive::ledger::Chain::start("demo-1").next(1, &body).to_string();
    let lines = serde_json::to_string(&Ordered::pack(1, chain, &body)).unwrap() + "\n";
    let (status, body) = hub.post("/api/v1/runs", None, lines);
    assert_eq!(status, 201, "{body}");
}

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub body: String,
    pub location: String,
    pub cookie: String,
    pub headers: String,
}

/// Somebody who holds a link.
pub struct Owner<'a> {
    pub hub: &'a TestHub,
    pub cookie: String,
    pub path: String,
}

impl<'a> Owner<'a> {
    /// Opens a link that was just made for that person.
    pub fn of(hub: &'a TestHub, person: &str) -> Self {
        let page = PageOf::Person(person.to_owned());
        Self::with(hub, &hub.hub.links.add("demo-1", page, None, hub.hub.now()).unwrap().1)
    }

    /// Opens that link.
    pub fn with(hub: &'a TestHub, link: &str) -> Self {
        let got = fetch(hub, "GET", link, "", None, &[]);
        assert_eq!(got.status, 303, "{got:?}");
        let cookie = got.cookie.split(';').next().unwrap().to_owned();
        Self { hub, cookie, path: got.location }
    }

    pub fn get(&self, path: &str) -> Got {
        fetch(self.hub, "GET", path, &self.cookie, None, &[])
    }

    /// The page as it is now.
    pub fn page(&self) -> String {
        let got = self.get(&self.path);
        assert_eq!(got.status, 200, "{got:?}");
        got.body
    }

    /// Sends a form as the page of just now has it: its marks, and these fields.
    pub fn send(&self, fields: &[(&str, &str)]) -> Got {
        self.send_from(&self.page(), fields)
    }

    /// Sends a form of a page that was read before.
    pub fn send_from(&self, page: &str, fields: &[(&str, &str)]) -> Got {
        let marks = [("mark", hidden(page, "mark")), ("once", hidden(page, "once"))];
        let marks = marks.iter().map(|(name, value)| (*name, value.as_str()));
        let body = encode(marks.chain(fields.iter().copied()));
        let act = format!("{}/act", self.path);
        fetch(self.hub, "POST", &act, &self.cookie, Some(body), &[])
    }

    /// Sends a form, and follows to the page that says that it was recorded.
    pub fn records(&self, fields: &[(&str, &str)]) -> String {
        let got = self.send(fields);
        assert_eq!(got.status, 303, "{}", got.body);
        assert!(got.location.starts_with("/runs/demo-1/me?recorded="), "{}", got.location);
        let page = self.get(&got.location).body;
        assert!(page.contains("<h2>Recorded</h2>"), "{page}");
        page
    }
}

/// Asks as a browser without scripts does.
pub fn fetch(
    hub: &TestHub,
    method: &str,
    path: &str,
    cookie: &str,
    body: Option<String>,
    headers: &[(&str, &str)],
) -> Got {
    let mut request = client().request(method.parse().unwrap(), hub.url(path));
    request = request.header("Accept", "text/html");
    if !cookie.is_empty() {
        request = request.header("Cookie", cookie);
    }
    if let Some(body) = body {
        request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    hub.block_on(async {
        let response = request.send().await.unwrap();
        let header = |name: &str| {
            response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        let (location, cookie) = (header("location"), header("set-cookie"));
        let (status, headers) = (response.status().as_u16(), format!("{:?}", response.headers()));
        Got { status, location, cookie, headers, body: response.text().await.unwrap() }
    })
}

/// What a hidden field of a page holds.
pub fn hidden(page: &str, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let rest = page.split(&at).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Fields as a form sends them.
pub fn encode<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// What was recorded, oldest first, with who recorded it.
pub fn events(hub: &TestHub) -> Vec<(String, Event)> {
    let view = hub.hub.views.of("demo-1").unwrap();
    let entries = view.state.log.iter().map(|logged| &logged.entry.act);
    entries.map(|act| (act.actor.name.clone(), act.event.clone())).collect()
}
