//! The stream of a run: Server-Sent Events, resumed from any place. What is recent is shared by all
//! readers; a reader who is further behind is caught up from the store, at its own pace.

use super::Hub;
use super::answer::Answer;
use super::auth::Caller;
use super::entries::{From, agreed, understood};
use crate::hub::desk::frame;
use crate::hub::fan::{After, Fan};
use crate::sync::protocol::Hello;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// A reader who hears nothing else hears this often that the hub is there.
const ALIVE: Duration = Duration::from_secs(15);
/// Bytes handed over at a time.
const PIECE: usize = 64 << 10;
/// Entries read from the store at a time.
const PAGE: usize = 256;

pub(super) async fn open(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
    headers: HeaderMap,
    query: Result<Query<From>, QueryRejection>,
) -> Answer {
    let mut from = understood(query)?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    if let Some(last) = last.and_then(|id| id.trim().parse().ok()) {
        // A browser that comes back: it knows the place, and no chain value.
        from = From { after: Some(last), ..From::default() };
    }
    // First, so that nothing that becomes durable meanwhile is missed.
    let fan = hub.desk.fan(&run);
    let moved = fan.moved();
    let (after, epoch, head) = agreed(&hub, &run, from).await?;
    let hello = Hello { epoch, head, you: caller.you() };
    let again = moved.borrow().1;
    let json = serde_json::to_string(&hello).unwrap_or_default();
    let hello_text = Bytes::from(format!("retry: 1000\nevent: hello\ndata: {json}\n\n"));
    let reader = Reader {
        progress: fan.progress(),
        secrets: hub.secrets_changed(),
        ends: hub.ends(),
        again,
        known: hello.head.seq,
        ready: VecDeque::from([hello_text]),
        at: after,
        caller: caller.0,
        hub,
        run,
        fan,
        moved,
    };
    let pieces = futures_util::stream::unfold(Box::new(reader), |mut reader| async move {
        reader.next().await.map(|bytes| (Ok::<_, Infallible>(bytes), reader))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that collects answers would hold the stream back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Somebody who reads.
struct Reader {
    hub: Hub,
    run: String,
    caller: Caller,
    fan: Arc<Fan>,
    moved: watch::Receiver<(u64, u64)>,
    progress: broadcast::Receiver<Bytes>,
    secrets: watch::Receiver<u64>,
    ends: watch::Receiver<bool>,
    /// How often the run had begun again.
    again: u64,
    /// The last place known to be durable when it was opened.
    known: u64,
    /// The last place handed over.
    at: u64,
    ready: VecDeque<Bytes>,
}

impl Reader {
    /// What goes over the wire next; none: the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if *self.ends.borrow() || self.moved.borrow_and_update().1 != self.again {
                return None;
            }
            // Also in the midst of a long way to catch up.
            if self.secrets.has_changed().ok()? && !self.is_good() {
                return None;
            }
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            match self.fan.after(self.at, PIECE) {
                After::Frames(texts, last) => {
                    self.ready.extend(texts);
                    self.at = last;
                }
                After::InStore => self.catch_up().await?,
                After::Nothing if self.at < self.known => self.catch_up().await?,
                After::Nothing => {
                    if let Some(said) = self.wait().await? {
                        return Some(said);
                    }
                }
            }
        }
    }

    /// Whether the token that the stream was opened with is still good.
    fn is_good(&mut self) -> bool {
        self.secrets.mark_unchanged();
        self.hub.is_good(&self.caller)
    }

    /// Reads on from the store.
    async fn catch_up(&mut self) -> Option<()> {
        let (hub, run, at) = (self.hub.clone(), self.run.clone(), self.at);
        let read = tokio::task::spawn_blocking(move || hub.store.page(&run, at, PAGE, PIECE));
        let page = match read.await.ok()? {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(run = %self.run, %error, "a stream cannot be read on");
                return None;
            }
        };
        match page.last() {
            Some(last) => {
                self.at = last.seq;
                self.ready.extend(page.iter().map(|placed| frame(placed).text));
            }
            None => self.known = self.at,
        }
        Some(())
    }

    /// Waits until there is something to say. None: the stream is over.
    async fn wait(&mut self) -> Option<Option<Bytes>> {
        tokio::select! {
            biased;
            moved = self.moved.changed() => moved.ok().map(|()| None),
            ended = self.ends.changed() => ended.ok().map(|()| None),
            changed = self.secrets.changed() => {
                changed.ok()?;
                self.is_good().then_some(None)
            }
            said = self.progress.recv() => match said {
                Ok(text) => Some(Some(text)),
                // Progress that was missed is of no interest any more.
                Err(broadcast::error::RecvError::Lagged(_)) => Some(None),
                Err(broadcast::error::RecvError::Closed) => None,
            },
            () = tokio::time::sleep(ALIVE) => Some(Some(Bytes::from_static(b"event: alive\ndata: {}\n\n"))),
        }
    }
}
