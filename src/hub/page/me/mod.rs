//! The page of a step's owner: what is theirs, on a phone, without JavaScript. It acts by forms, each
//! through the rule book, each recorded once.
//!
//! ```text
//! seen     what concerns one person, and what they may do
//! view     the page; step: one step of it; acts: what may be done about a step
//! fields   the pieces of a form, and a form as it was sent
//! read     from a form to acts
//! stream   that something has changed
//! ```

mod acts;
mod fields;
mod read;
mod seen;
mod step;
mod stream;
mod view;

use crate::hub::Who;
use crate::hub::core::storage;
use crate::hub::http::answer::{Answer, problem, read as read_body, unhurried};
use crate::hub::http::holder::Holder;
use crate::hub::http::routes::Body as Media;
use crate::hub::http::{Caller, Hub, Need, Route};
use crate::hub::links::{form_mark, is_marked};
use crate::hub::secret::{hash, random};
use crate::run::{self, Actor, Event, Intent, RunState, Time};
use crate::runbook::Role;
use crate::sync::protocol::{Problem, ProblemKind};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use fields::{BYTES, Forms, Sent};
use seen::Seen;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use view::{Said, Short};

/// The routes of the page.
pub const OWNER: &[Route] = &[
    Route {
        method: "GET",
        path: "/runs/{run}/me",
        need: Need::Owner,
        about: "What one person has to do, as a page",
        query: &[],
        takes: Media::None,
        answers: Media::Text("text/html"),
        handler: || get(page),
    },
    Route {
        method: "POST",
        path: "/runs/{run}/me/act",
        need: Need::Owner,
        about: "Record what a form of that page says",
        query: &[],
        takes: Media::Text("application/x-www-form-urlencoded"),
        answers: Media::Text("text/html"),
        handler: || post(act),
    },
    Route {
        method: "GET",
        path: "/runs/{run}/me/stream",
        need: Need::Owner,
        about: "Server-Sent Events: that the run has moved on, for that page",
        query: &[],
        takes: Media::None,
        answers: Media::Text("text/event-stream"),
        handler: || get(stream::open),
    },
];

/// How long the hub may take to record something before the page says that it has not.
const PATIENCE: Duration = Duration::from_secs(10);
/// Entries of which the page tells that they were recorded, at most.
const TOLD: usize = 64;

/// Somebody at their page.
struct At {
    hub: Hub,
    run: String,
    who: Who,
    cookie: String,
}

impl At {
    fn new(hub: Hub, run: String, caller: &Caller, holder: &Holder) -> Self {
        Self { hub, run, who: caller.who.clone(), cookie: holder.cookie.clone() }
    }

    fn forms<'a>(&self, sent: Option<&'a Sent>) -> Answer<Forms<'a>> {
        let once = hash(&format!("{:?}", random::<16>().map_err(|e| storage(&e))?));
        Ok(Forms {
            action: format!("/runs/{}/me/act", self.run),
            mark: form_mark(&self.cookie),
            once: format!("{ONCE}{}", once.get(..32).unwrap_or_default()),
            sent,
        })
    }

    fn actor(&self) -> Actor {
        match &self.who {
            Who::Proved { person, role } => {
                Actor { name: person.clone(), role: *role, claimed: false }
            }
            Who::Claimed => Actor { name: String::new(), role: Role::Observer, claimed: true },
        }
    }

    async fn state(&self) -> Answer<Arc<RunState>> {
        let (hub, run) = (self.hub.clone(), self.run.clone());
        Ok(unhurried(move || hub.views.of(&run)).await?.state)
    }

    /// The page as it is now, with what is said about what was sent.
    async fn show(&self, status: u16, said: Said, sent: Option<Sent>) -> Answer<Response> {
        let state = self.state().await?;
        let forms = self.forms(None)?;
        let (actor, now, demo) = (self.actor(), self.hub.now(), self.hub.is_demo());
        let rendered = unhurried(move || {
            let forecast = run::forecast(&state, now);
            let seen = Seen { state: &state, forecast: &forecast, actor, now, demo };
            let forms = Forms { sent: sent.as_ref(), ..forms };
            Ok(view::page(&seen, &forms, &said))
        });
        Ok(rendered.await?.answer(status))
    }
}

/// What was just recorded: numbers with commas between them.
#[derive(Debug, Deserialize)]
struct Asked {
    recorded: Option<String>,
}

async fn page(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    holder: Extension<Holder>,
    asked: Query<Asked>,
) -> Answer<Response> {
    let said = match &asked.recorded {
        Some(seqs) => {
            Said::Recorded(seqs.split(',').filter_map(|seq| seq.parse().ok()).take(TOLD).collect())
        }
        None => Said::Nothing,
    };
    At::new(hub, run, &caller, &holder).show(200, said, None).await
}

async fn act(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    holder: Extension<Holder>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let at = At::new(hub, run, &caller, &holder);
    let elsewhere = || problem(ProblemKind::Origin, "the form is none of this page");
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin") {
        return Err(elsewhere());
    }
    let sent = Sent::read(&read_body(body, BYTES).await?);
    if !is_marked(&at.cookie, sent.text("mark").unwrap_or_default()) {
        return Err(elsewhere());
    }
    let Some(once) = sent.text("once").filter(|once| is_once(once)).map(str::to_owned) else {
        return Err(elsewhere());
    };
    let now = at.hub.now();
    let state = match at.state().await {
        Ok(state) => state,
        Err(failed) => return not_recorded(&at, &sent, &failed.0, now),
    };
    let read = {
        // Reading a form asks the rule book about nothing that is to come.
        let forecast = run::Forecast::default();
        let seen = Seen { state: &state, forecast: &forecast, actor: at.actor(), now, demo: false };
        read::acts(&seen, &sent)
    };
    let acts = match read {
        Ok(acts) => acts,
        Err(why) => return at.show(422, Said::Refused(why), Some(sent)).await,
    };
    let (mut seqs, mut left) = (Vec::new(), acts.len());
    for intent in acts {
        let short = match &intent.event {
            Event::StepCompleted { .. } if left == 1 => Short::Done,
            Event::StepSigned { .. } if left == 1 => Short::Signed,
            _ => Short::More,
        };
        left -= 1;
        match record(&at, &once, &sent, intent).await {
            Ok(seq) => seqs.push(seq),
            Err(refused) if refused.kind == ProblemKind::Refused => {
                let why = refused.detail;
                let said = match seqs.is_empty() {
                    true => Said::Refused(why),
                    false => Said::Partly { why, seqs, short },
                };
                return at.show(422, said, Some(sent)).await;
            }
            Err(problem) => return not_recorded(&at, &sent, &problem, now),
        }
    }
    Ok(done(&at.run, &seqs))
}

/// Records one act; the same, sent again from the same page, once.
async fn record(at: &At, once: &str, sent: &Sent, intent: Intent) -> Result<u64, Problem> {
    let event = serde_json::to_string(&intent.event).unwrap_or_default();
    let content = hash(&format!("{event} {}", sent.text("at").unwrap_or_default()));
    let name = format!("{once}-{}", content.get(..16).unwrap_or_default());
    let act = at.hub.desk.act(&at.run, at.who.clone(), &name, intent);
    match tokio::time::timeout(PATIENCE, act).await {
        Ok(answer) => {
            let appended = answer?;
            let placed = appended.entries.first();
            placed.map(|placed| placed.seq).ok_or_else(|| unsure("the hub names no entry"))
        }
        Err(_) => Err(unsure("the hub has not answered in time")),
    }
}

/// Whether it was recorded is not known: [`not_recorded`] says so.
fn unsure(why: &str) -> Problem {
    Problem::new(ProblemKind::Gap, why)
}

/// Back to the page, by an address of its own: loading that again sends nothing.
fn done(run: &str, seqs: &[u64]) -> Response {
    let seqs: Vec<_> = seqs.iter().take(TOLD).map(u64::to_string).collect();
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(&format!("/runs/{run}/me?recorded={}", seqs.join(",")));
    if let Ok(to) = to {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Says plainly that it is not recorded, and keeps what was sent to be tried again under its name.
fn not_recorded(at: &At, sent: &Sent, problem: &Problem, now: Time) -> Answer<Response> {
    let tried = match sent.text("tried") {
        Some(tried) => tried.to_owned(),
        None => now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
    };
    let known = problem.kind != ProblemKind::Gap;
    let status = if known { problem.status } else { ProblemKind::Busy.status() };
    let forms = at.forms(Some(sent))?;
    Ok(view::not_recorded(&forms, &problem.detail, known, &tried).answer(status))
}

/// How the name of a page begins, so that it is never that of somebody's ledger.
const ONCE: &str = "page-";

fn is_once(once: &str) -> bool {
    let random = once.strip_prefix(ONCE).unwrap_or_default();
    random.len() == 32 && random.bytes().all(|byte| byte.is_ascii_hexdigit())
}
