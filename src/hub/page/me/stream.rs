//! Tells an open page that the run has moved on. Nothing of the run itself: the page is loaded again.

use crate::hub::fan::Fan;
use crate::hub::http::{Caller, Hub};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A page that hears nothing else hears this often that the hub is there.
const ALIVE: Duration = Duration::from_secs(15);
/// The shortest time between two pieces of news.
const CALM: Duration = Duration::from_secs(1);

struct Listener {
    hub: Hub,
    caller: Caller,
    run: String,
    /// Kept, so that it goes on telling.
    _fan: Arc<Fan>,
    moved: watch::Receiver<(u64, u64)>,
    secrets: watch::Receiver<u64>,
    ends: watch::Receiver<bool>,
    told: Option<u64>,
}

/// `GET /runs/{run}/me/stream`
pub async fn open(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    caller: Extension<Caller>,
) -> Response {
    let fan = hub.desk.fan(&run);
    let listener = Listener {
        moved: fan.moved(),
        secrets: hub.secrets_changed(),
        ends: hub.ends(),
        caller: caller.0,
        told: None,
        hub,
        run,
        _fan: fan,
    };
    let pieces = futures_util::stream::unfold(Box::new(listener), |mut listener| async move {
        listener.next().await.map(|bytes| (Ok::<_, Infallible>(bytes), listener))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

impl Listener {
    /// What is said next; none: the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if *self.ends.borrow() || !self.hub.is_good(&self.caller) {
                return None;
            }
            self.moved.borrow_and_update();
            let at = self.head().await?;
            if self.told != Some(at) {
                if self.told.is_some() {
                    tokio::time::sleep(CALM).await;
                }
                self.told = Some(at);
                let text = format!("retry: 3000\nevent: moved\ndata: {at}\n\n");
                return Some(Bytes::from(text));
            }
            tokio::select! {
                biased;
                ended = self.ends.changed() => ended.ok()?,
                changed = self.secrets.changed() => changed.ok()?,
                moved = self.moved.changed() => moved.ok()?,
                () = tokio::time::sleep(ALIVE) => {
                    return Some(Bytes::from_static(b"event: alive\ndata: {}\n\n"));
                }
            }
        }
    }

    /// The last entry of the run.
    async fn head(&self) -> Option<u64> {
        let (hub, run) = (self.hub.clone(), self.run.clone());
        let read = tokio::task::spawn_blocking(move || hub.store.head(&run));
        read.await.ok()?.ok().map(|(seq, _)| seq)
    }
}
