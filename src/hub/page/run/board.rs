//! The page of a run as it is now, made once for all who look: a thousand readers ask for it, and it
//! is rendered when the run has changed, or some seconds have passed.
#![allow(clippy::disallowed_methods, reason = "says how long ago a page was made")]

use super::document::document;
use crate::hub::http::Hub;
use crate::hub::http::answer::{Answer, unhurried};
use crate::hub::page::shell::Rendered;
use crate::hub::views::View;
use crate::run::Time;
use axum::body::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For so many seconds a page is the same, where nothing happens: what it says is said in minutes.
pub(super) const SLOT: i64 = 10;
/// Between two renderings for streams, at least.
const SPACING: Duration = Duration::from_millis(500);
/// Runs whose page is kept.
const KEPT: usize = 32;

/// A page as it was made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// The whole page.
    pub page: Rendered,
    /// Its parts as an event of a stream.
    pub event: Bytes,
    /// Another number for other parts.
    pub version: u64,
    epoch: u64,
    seq: u64,
    slot: i64,
    at: Instant,
}

/// The pages of a hub's runs.
#[derive(Default)]
pub struct Boards(Mutex<HashMap<String, Arc<Board>>>);

/// The page of a run. Whoever finds it too old makes it anew, and the others wait for that.
type Board = tokio::sync::Mutex<Option<Made>>;

/// How new a page has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fresh {
    /// As the store has the run now.
    Now,
    /// With all up to this entry.
    Upto(u64),
}

impl Boards {
    /// The page of a run.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    pub(super) async fn of(&self, hub: &Hub, run: &str, fresh: Fresh) -> Answer<Made> {
        let board = self.board(run);
        loop {
            let mut made = board.lock().await;
            let now = hub.now();
            let slot = now.timestamp().div_euclid(SLOT);
            if let (Fresh::Upto(seq), Some(last)) = (fresh, &*made) {
                if last.slot == slot && last.seq >= seq {
                    return Ok(last.clone());
                }
                // A run in which much happens is shown a little later, not more often.
                let rest = SPACING.saturating_sub(last.at.elapsed());
                if !rest.is_zero() {
                    drop(made);
                    tokio::time::sleep(rest).await;
                    continue;
                }
            }
            let (hub, run, last) = (hub.clone(), run.to_owned(), made.clone());
            let new = unhurried(move || {
                let view = hub.views.of(&run)?;
                let is_that = |last: &Made| {
                    (last.slot, last.epoch, last.seq) == (slot, view.epoch, view.state.last_seq())
                };
                Ok(match last.filter(is_that) {
                    Some(last) => last,
                    None => {
                        hub.metrics.page_made();
                        make(&view, slot, now, hub.is_demo())
                    }
                })
            });
            let new = new.await?;
            *made = Some(new.clone());
            return Ok(new);
        }
    }

    fn board(&self, run: &str) -> Arc<Board> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(run) {
            kept.clear();
        }
        kept.entry(run.to_owned()).or_default().clone()
    }
}

/// Makes the page of a run as of a moment.
fn make(view: &View, slot: i64, now: Time, demo: bool) -> Made {
    let document = document(&view.state, now, demo);
    let json = serde_json::to_string(&document.parts).unwrap_or_default();
    let event = format!("id: {}\nevent: parts\ndata: {json}\n\n", document.version);
    Made {
        page: document.page,
        event: event.into(),
        version: document.version,
        epoch: view.epoch,
        seq: view.state.last_seq(),
        slot,
        at: Instant::now(),
    }
}
