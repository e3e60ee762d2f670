//! The hub as others see it: routes and who may use them, streams, limits.
//!
//! To add a route, add a [`Route`] to a table and the table to [`tables`]: the router, the document
//! at `/api/v1/openapi.json` and the test of every route by every role are made from these.

pub mod answer;
pub mod auth;
mod door;
mod entries;
pub mod holder;
mod metrics;
mod openapi;
mod page_links;
mod patience;
mod report;
pub mod routes;
mod runs;
pub mod server;
pub mod stream;

pub use auth::{Caller, Need};
pub use door::open_wide;
pub use routes::Route;
pub use server::{Serving, Tls};

use super::Desk;
use super::directory::Directory;
use super::links::Links;
use super::page::run::Boards;
use super::store::{Store, StoreError};
use super::tokens::Tokens;
use super::views::Views;
use crate::ledger::Clock;
use crate::run::Time;
use metrics::Metrics;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

/// Reports made at a time; who asks for another waits.
const REPORTS: usize = 2;
/// Whoever guesses makes the hub look at its files no more often than this.
const LOOKS: Duration = Duration::from_millis(50);
/// How long what is not known here waits for its answer; longer than the hub goes without a look at
/// its files.
const WRONG: Duration = Duration::from_millis(700);

/// A hub with all its parts; cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Parts>);

/// The parts of a hub.
pub struct Parts {
    /// Where the runs are.
    pub store: Arc<dyn Store>,
    /// Where entries are taken in.
    pub desk: Desk,
    /// Where each run stands.
    pub views: Views,
    /// The page of each run, made once for all who look.
    pub boards: Boards,
    /// Who may use it.
    pub tokens: Tokens,
    clock: Clock,
    /// Who may open one of its pages.
    pub links: Links,
    /// What is counted.
    pub(in crate::hub) metrics: Metrics,
    /// Reports that may be made at a time: each takes a processor and some memory for a while.
    reports: Arc<Semaphore>,
    directory: Arc<Directory>,
    /// When their files were last looked at because of something unknown.
    looked: Mutex<Option<Instant>>,
    /// Another number whenever tokens or links change; streams look whether theirs is still good.
    secrets_changed: watch::Sender<u64>,
    /// True once the hub is going down.
    ends: watch::Sender<bool>,
}

impl std::ops::Deref for Hub {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Hub {
    /// A hub that keeps its runs and tokens in that folder.
    ///
    /// # Errors
    /// The folder or its tokens cannot be used.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, Clock::system())
    }

    /// Like [`Hub::open`], with this clock in place of the machine's.
    ///
    /// # Errors
    /// Those of [`Hub::open`].
    pub fn open_with(folder: &Path, clock: Clock) -> Result<Self, StoreError> {
        let directory = Arc::new(Directory::open(folder)?);
        let store: Arc<dyn Store> = directory.clone();
        let desk = Desk::new(store.clone(), clock.clone());
        Ok(Self(Arc::new(Parts {
            views: Views::new(store.clone()),
            boards: Boards::default(),
            tokens: Tokens::open(folder)?,
            clock,
            reports: Arc::new(Semaphore::new(REPORTS)),
            links: Links::open(folder)?,
            metrics: Metrics::default(),
            looked: Mutex::default(),
            secrets_changed: watch::Sender::new(0),
            ends: watch::Sender::new(false),
            store,
            desk,
            directory,
        })))
    }

    /// How many times as fast as people live its clock runs: 1, but in a demonstration.
    pub fn speed(&self) -> u32 {
        self.clock.speed()
    }

    /// Whether it is the hub of a demonstration, whose clock runs at a pace of its own.
    pub fn is_demo(&self) -> bool {
        self.clock.is_hurried()
    }

    /// The hub's clock.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Tells streams and connections to end.
    pub fn end(&self) {
        self.ends.send_replace(true);
    }

    /// True once the hub is going down.
    pub fn ends(&self) -> watch::Receiver<bool> {
        self.ends.subscribe()
    }

    /// Changes whenever tokens or page links do.
    pub fn secrets_changed(&self) -> watch::Receiver<u64> {
        self.secrets_changed.subscribe()
    }

    /// Looks whether tokens or page links were added or revoked, and tells the streams.
    pub(super) fn look_at_secrets(&self) {
        if let Err(error) = self.tokens.look() {
            tracing::error!(%error, "the tokens cannot be read: nobody is let in");
        }
        if let Err(error) = self.links.look() {
            tracing::error!(%error, "the page links cannot be read; the old ones hold");
        }
        let version = self.tokens.version() + self.links.version();
        self.secrets_changed.send_if_modified(|told| {
            let changed = *told != version;
            *told = version;
            changed
        });
    }

    /// What was presented, if it is known; else the answer waits a little. Somebody may have made it
    /// a moment ago, beside this process: the files are looked at before anybody is turned away.
    pub(super) async fn known<T>(&self, find: impl Fn(&Self) -> Option<T>) -> Option<T> {
        if let Some(found) = find(self) {
            return Some(found);
        }
        if self.may_look() {
            let hub = self.clone();
            let _ = tokio::task::spawn_blocking(move || hub.look_at_secrets()).await;
            if let Some(found) = find(self) {
                return Some(found);
            }
        }
        tokio::time::sleep(WRONG).await;
        find(self)
    }

    fn may_look(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let may = looked.is_none_or(|last| now - last >= LOOKS);
        if may {
            *looked = Some(now);
        }
        may
    }

    /// Brings every ledger into its one file.
    pub(super) fn close(&self) {
        self.directory.close();
    }
}

/// Every table of routes.
pub fn tables() -> Vec<&'static [Route]> {
    vec![routes::API, routes::LINKS, super::page::PAGES, super::page::OWNER]
}
