//! The thread that takes entries in. Whatever is asked while the disk is busy shares the next flush,
//! and nobody is answered before it. What is durable goes to the readers of its run.
#![allow(
    clippy::disallowed_methods,
    reason = "what is not of a run is dated by the clock of this machine"
)]

use super::core::{Core, Who, no_such_run, storage};
use super::fan::{Fan, Frame};
use super::store::Store;
use crate::ledger::Clock;
use crate::run::{Intent, Time};
use crate::sync::protocol::{Append, Appended, Head, Ordered, Problem, ProblemKind};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Requests that may wait.
const QUEUE: usize = 8_192;
/// Requests that share a flush, at most.
const BATCH: usize = 2_048;

/// Something for the thread to do.
enum Job {
    Append { run: String, who: Who, append: Append, answer: Answer<Appended> },
    Act { run: String, who: Who, once: String, intent: Box<Intent>, answer: Answer<Appended> },
    Agrees { run: String, known: Head, answer: Answer<(u64, Head)> },
    Forget { run: String, answer: Answer<()> },
}

type Answer<T> = oneshot::Sender<Result<T, Problem>>;

/// A handle on the thread; it ends when the last handle is gone.
#[derive(Clone)]
pub struct Desk {
    jobs: mpsc::Sender<Job>,
    fans: Arc<Mutex<HashMap<String, Arc<Fan>>>>,
}

impl Desk {
    /// Starts the thread on a store; entries come in by that clock.
    ///
    /// # Errors
    /// The system has no room for another thread.
    pub fn spawn(store: Arc<dyn Store>, clock: Clock) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let desk = Self { jobs, fans: Arc::default() };
        let fans = desk.fans.clone();
        std::thread::Builder::new().name("desk".to_owned()).spawn(move || {
            Work { core: Core::new(store), fans, clock, staged: Vec::new() }.go_on(waiting);
        })?;
        Ok(desk)
    }

    /// Takes entries that somebody recorded elsewhere. Answered when they are durable.
    ///
    /// # Errors
    /// Why not.
    pub async fn append(&self, run: &str, who: Who, append: Append) -> Result<Appended, Problem> {
        let run = run.to_owned();
        self.ask(|answer| Job::Append { run, who, append, answer }).await
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
        let (run, once, intent) = (run.to_owned(), once.to_owned(), Box::new(intent));
        self.ask(|answer| Job::Act { run, who, once, intent, answer }).await
    }

    /// Whether that is the hub's entry at that place; then its epoch and its last durable entry.
    ///
    /// # Errors
    /// It is not, with places to compare; or there is no such run.
    pub async fn agrees(&self, run: &str, known: Head) -> Result<(u64, Head), Problem> {
        let run = run.to_owned();
        self.ask(|answer| Job::Agrees { run, known, answer }).await
    }

    /// Reads a run anew from the store.
    ///
    /// # Errors
    /// The hub is going down.
    pub async fn forget(&self, run: &str) -> Result<(), Problem> {
        let run = run.to_owned();
        self.ask(|answer| Job::Forget { run, answer }).await
    }

    /// What is handed on to the readers of a run, from here on.
    pub fn fan(&self, run: &str) -> Arc<Fan> {
        let mut fans = self.fans.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody reads them any more, and nothing is lost: readers are caught up from the store.
        fans.retain(|name, fan| Arc::strong_count(fan) > 1 || name == run);
        fans.entry(run.to_owned()).or_default().clone()
    }

    /// How many streams are open.
    pub fn readers(&self) -> usize {
        let fans = self.fans.lock().unwrap_or_else(PoisonError::into_inner);
        fans.values().map(|fan| fan.readers()).sum()
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, Problem> {
        let busy = |why: &str| Problem::new(ProblemKind::Busy, why);
        let (answer, answered) = oneshot::channel();
        self.jobs.try_send(job(answer)).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => busy("too many are waiting; try again"),
            mpsc::error::TrySendError::Closed(_) => busy("the hub is going down"),
        })?;
        answered.await.map_err(|_| busy("the hub is going down"))?
    }
}

/// What the thread works on.
struct Work {
    core: Core,
    fans: Arc<Mutex<HashMap<String, Arc<Fan>>>>,
    clock: Clock,
    /// Answers that hold once the flush has succeeded.
    staged: Vec<(String, Answer<Appended>, Result<Appended, Problem>)>,
}

impl Work {
    fn go_on(mut self, mut waiting: mpsc::Receiver<Job>) {
        while let Some(job) = waiting.blocking_recv() {
            self.take(job);
            let mut taken = 1;
            while taken < BATCH
                && let Ok(job) = waiting.try_recv()
            {
                self.take(job);
                taken += 1;
            }
            self.flush();
        }
    }

    fn take(&mut self, job: Job) {
        // Whoever does not wait for the answer any more has gone.
        match job {
            Job::Append { run, who, append, answer } => {
                let staged = self.core.stage(&run, &who, &append, self.clock.now());
                self.staged.push((run, answer, staged));
            }
            Job::Act { run, who, once, intent, answer } => {
                let staged = self.core.act(&run, &who, &once, *intent, self.clock.now());
                self.staged.push((run, answer, staged));
            }
            Job::Agrees { run, known, answer } => {
                let _ = answer.send(self.core.agrees(&run, &known));
            }
            Job::Forget { run, answer } => {
                self.flush();
                self.core.forget(&run);
                if let Some(fan) = self.fan(&run) {
                    fan.begin_again();
                }
                let _ = answer.send(Ok(()));
            }
        }
    }

    fn flush(&mut self) {
        let mut failed: HashMap<String, Problem> = HashMap::new();
        let mut durable = Vec::new();
        for (run, done) in self.core.flush() {
            match done {
                Ok(taken) => durable.push((run, taken)),
                Err(error) => {
                    tracing::error!(%run, %error, "entries could not be made durable");
                    failed.insert(run, storage(&error));
                }
            }
        }
        for (run, answer, staged) in self.staged.drain(..) {
            let staged = match failed.get(&run) {
                Some(problem) => Err(problem.clone()),
                None => staged,
            };
            let _ = answer.send(staged);
        }
        for (run, taken) in durable {
            if let Some(fan) = self.fan(&run) {
                fan.hand_on(taken.iter().map(|taken| frame(&taken.placed)));
            }
        }
    }

    fn fan(&self, run: &str) -> Option<Arc<Fan>> {
        self.fans.lock().unwrap_or_else(PoisonError::into_inner).get(run).cloned()
    }
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
