//! The page of a run, and the stream that keeps it live: the newest parts, whenever there are other
//! ones. A slow reader misses what came between and gets the newest next.

use super::board::{Fresh, SLOT};
use crate::hub::fan::Fan;
use crate::hub::http::answer::{Answer, problem};
use crate::hub::http::{Caller, Hub};
use crate::hub::page::shell::Rendered;
use crate::sync::protocol::ProblemKind;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Nobody can follow a clock that is shown more often.
const SOONEST: Duration = Duration::from_secs(1);

pub(in crate::hub::page) async fn page(
    State(hub): State<Hub>,
    Path(run): Path<String>,
) -> Answer<Rendered> {
    Ok(hub.boards.of(&hub, &run, Fresh::Now).await?.page)
}

/// What the reader has.
#[derive(Debug, Default, Deserialize)]
pub(in crate::hub::page) struct Has {
    version: Option<u64>,
}

pub(in crate::hub::page) async fn stream(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    headers: HeaderMap,
    query: Result<Query<Has>, QueryRejection>,
) -> Answer {
    let Query(has) = query.map_err(|e| problem(ProblemKind::Malformed, e.body_text()))?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.trim().parse().ok());
    // First, so that nothing that becomes durable meanwhile is missed.
    let fan = hub.desk.fan(&run);
    let moved = fan.moved();
    let again = moved.borrow().1;
    let made = hub.boards.of(&hub, &run, Fresh::Now).await?;
    let has = last.or(has.version);
    let reader = Reader {
        ready: (has != Some(made.version)).then_some(made.event),
        has: made.version,
        secrets: hub.secrets_changed(),
        ends: hub.ends(),
        greeted: false,
        caller: caller.0,
        again,
        hub,
        run,
        _fan: fan,
        moved,
    };
    let pieces = futures_util::stream::unfold(Box::new(reader), |mut reader| async move {
        reader.next().await.map(|bytes| (Ok::<_, Infallible>(bytes), reader))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A proxy that collects answers would hold the stream back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Somebody who has the page open.
struct Reader {
    hub: Hub,
    run: String,
    caller: Caller,
    /// Kept, so that it goes on telling.
    _fan: Arc<Fan>,
    moved: watch::Receiver<(u64, u64)>,
    secrets: watch::Receiver<u64>,
    ends: watch::Receiver<bool>,
    /// How often the run had begun again.
    again: u64,
    /// The version that was sent last.
    has: u64,
    greeted: bool,
    ready: Option<Bytes>,
}

impl Reader {
    /// What goes over the wire next; none: the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if *self.ends.borrow() || self.moved.borrow().1 != self.again {
                return None;
            }
            if !self.greeted {
                self.greeted = true;
                return Some(self.clock(true));
            }
            if let Some(ready) = self.ready.take() {
                return Some(ready);
            }
            let waited = self.wait().await?;
            let seq = self.moved.borrow().0;
            let Ok(made) = self.hub.boards.of(&self.hub, &self.run, Fresh::Upto(seq)).await else {
                tracing::error!(run = %self.run, "a page cannot be read on");
                return None;
            };
            if made.version != self.has {
                self.has = made.version;
                self.ready = Some(made.event);
            } else if waited {
                return Some(self.clock(false));
            }
        }
    }

    /// The hub's clock and how fast it runs, which also says that the hub is there.
    fn clock(&self, greeting: bool) -> Bytes {
        let (now, speed) = (self.hub.now().timestamp_millis(), self.hub.speed());
        let retry = if greeting { "retry: 2000\n" } else { "" };
        format!("{retry}event: clock\ndata: {{\"now\":{now},\"speed\":{speed}}}\n\n").into()
    }

    /// Waits until there may be other parts: something happened, or so much time has passed that
    /// something else is to be said (true). None: the stream is over.
    async fn wait(&mut self) -> Option<bool> {
        let slot = SLOT * 1_000;
        let left = slot - self.hub.now().timestamp_millis().rem_euclid(slot);
        let left = left / i64::from(self.hub.speed().max(1));
        let next = Duration::from_millis(u64::try_from(left).unwrap_or_default()).max(SOONEST);
        tokio::select! {
            biased;
            ended = self.ends.changed() => ended.ok().map(|()| false),
            changed = self.secrets.changed() => {
                changed.ok()?;
                self.hub.is_good(&self.caller).then_some(false)
            }
            moved = self.moved.changed() => moved.ok().map(|()| false),
            () = tokio::time::sleep(next) => Some(true),
        }
    }
}
