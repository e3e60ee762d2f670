//! The desk, where entries are taken in. Each run in use has a thread of its own, so that a long fold
//! or a slow flush of one holds up no other; whatever is asked of a run while its disk is busy shares
//! the next flush, and nobody is answered before it. What is durable goes to the readers of its run.
#![allow(
    clippy::disallowed_methods,
    reason = "what is not of a run is dated by the clock of this machine"
)]

mod lane;

use super::core::{Who, no_such_run, storage};
use super::fan::{Fan, Frame};
use super::store::Store;
use crate::ledger::Clock;
use crate::run::{Intent, Time};
use crate::sync::protocol::{Append, Appended, Head, Ordered, Problem, ProblemKind};
use lane::{Answer, Job, Lane};
use std::collections::HashMap;
use std::sync::mpsc::TrySendError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Runs in use at a time, at most.
const RUNS: usize = 256;

/// A handle on the threads; they end when the last handle is gone.
#[derive(Clone)]
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Clock,
    lanes: Arc<Lanes>,
    fans: Arc<Fans>,
}

/// The threads of the runs in use.
type Lanes = Mutex<HashMap<String, Lane>>;
/// The readers of the runs that have any.
type Fans = Mutex<HashMap<String, Arc<Fan>>>;

impl Desk {
    /// A desk on a store; entries come in by that clock. Nothing runs before something is asked.
    pub fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { store, clock, lanes: Arc::default(), fans: Arc::default() }
    }

    /// Takes entries that somebody recorded elsewhere. Answered when they are durable.
    ///
    /// # Errors
    /// Why not.
    pub async fn append(&self, run: &str, who: Who, append: Append) -> Result<Appended, Problem> {
        self.ask(run, |answer| Job::Append { who, append, answer }).await
    }

    /// Records an act that is made here, by the whole rule book. `once` names it: asked for again
    /// under that name, it is recorded once. Answered when it is durable.
    ///
    /// # Errors
    /// Why not.
    pub async fn act(
        &self,
        run: &str,
        who: Who,
        once: &str,
        intent: Intent,
    ) -> Result<Appended, Problem> {
        let (once, intent) = (once.to_owned(), Box::new(intent));
        self.ask(run, |answer| Job::Act { who, once, intent, answer }).await
    }

    /// Whether that is the hub's entry at that place; then its epoch and its last durable entry.
    ///
    /// # Errors
    /// It is not, with places to compare; or there is no such run.
    pub async fn agrees(&self, run: &str, known: Head) -> Result<(u64, Head), Problem> {
        self.ask(run, |answer| Job::Agrees { known, answer }).await
    }

    /// Reads a run anew from the store.
    ///
    /// # Errors
    /// There is no such run, or the hub is going down.
    pub async fn forget(&self, run: &str) -> Result<(), Problem> {
        self.ask(run, |answer| Job::Forget { answer }).await
    }

    /// What is handed on to the readers of a run, from here on.
    pub fn fan(&self, run: &str) -> Arc<Fan> {
        let mut fans = lock(&self.fans);
        // Nobody reads them any more, and nothing is lost: readers are caught up from the store.
        fans.retain(|name, fan| Arc::strong_count(fan) > 1 || name == run);
        fans.entry(run.to_owned()).or_default().clone()
    }

    /// How many streams are open.
    pub fn readers(&self) -> usize {
        lock(&self.fans).values().map(|fan| fan.readers()).sum()
    }

    /// How many runs are in use.
    pub fn runs_in_use(&self) -> usize {
        lock(&self.lanes).len()
    }

    async fn ask<T>(&self, run: &str, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, Problem> {
        if !lock(&self.lanes).contains_key(run) {
            self.look_for(run).await?;
        }
        let (answer, answered) = oneshot::channel();
        self.hand_over(run, job(answer))?;
        answered.await.map_err(|_| busy("the hub is going down"))?
    }

    /// Whether there is such a run, before a thread is made for it.
    async fn look_for(&self, run: &str) -> Result<(), Problem> {
        let (store, name) = (self.store.clone(), run.to_owned());
        match tokio::task::spawn_blocking(move || store.epoch(&name)).await {
            Ok(Ok(Some(_))) => Ok(()),
            Ok(Ok(None)) => Err(no_such_run(run)),
            Ok(Err(error)) => Err(storage(&error)),
            Err(_) => Err(busy("the hub is going down")),
        }
    }

    /// Gives a job to the run's thread. Under the lock, so that a thread that ends for want of work
    /// has either got it or is not there any more.
    fn hand_over(&self, run: &str, mut job: Job) -> Result<(), Problem> {
        let mut lanes = lock(&self.lanes);
        if let Some(lane) = lanes.get(run) {
            job = match lane.try_send(job) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(_)) => return Err(busy("too many are waiting; try again")),
                // It has died: another takes its place, and reads the run from the store.
                Err(TrySendError::Disconnected(job)) => job,
            };
        } else if lanes.len() >= RUNS {
            return Err(busy("too many runs are in use at once; try again in some minutes"));
        }
        let lane = lane::begin(run, self);
        let lane = lane.map_err(|_| busy("the system has no room for another thread"))?;
        lane.try_send(job).map_err(|_| busy("the hub is going down"))?;
        lanes.insert(run.to_owned(), lane);
        Ok(())
    }
}

fn busy(why: &str) -> Problem {
    Problem::new(ProblemKind::Busy, why)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An entry as it goes over a stream.
pub(super) fn frame(placed: &crate::ledger::order::Placed) -> Frame {
    let ordered = Ordered::pack(placed.seq, placed.chain.to_string(), &placed.body);
    let json = serde_json::to_string(&ordered).unwrap_or_default();
    let text = format!("id: {}\nevent: entry\ndata: {json}\n\n", placed.seq);
    Frame { seq: placed.seq, text: text.into() }
}

/// The clock of this machine, whole milliseconds: what is not of a run is dated by it.
pub(super) fn now() -> Time {
    use chrono::SubsecRound;
    chrono::Utc::now().trunc_subsecs(3)
}

/// What comes before the first entry of a run, as a place to begin reading.
///
/// # Errors
/// There is no such run, or it cannot be read.
pub fn beginning(store: &dyn Store, run: &str) -> Result<Head, Problem> {
    let chain = store.chain_at(run, 0).map_err(|_| no_such_run(run))?;
    let chain = chain.ok_or_else(|| no_such_run(run))?;
    Ok(Head { seq: 0, chain: chain.to_string() })
}
