//! The thread of one run.

use super::{Desk, Fans, Lanes, frame, lock};
use crate::hub::core::{Core, Who, storage};
use crate::hub::fan::Fan;
use crate::ledger::Clock;
use crate::run::Intent;
use crate::sync::protocol::{Append, Appended, Head, Problem};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::oneshot;

/// Requests that may wait.
const QUEUE: usize = 8_192;
/// Requests that share a flush, at most.
const BATCH: usize = 2_048;
/// A run that is not asked for so long is forgotten: it is read again when it is needed.
const IDLE: Duration = Duration::from_secs(300);

/// Something for the thread to do.
pub(super) enum Job {
    Append { who: Who, append: Append, answer: Answer<Appended> },
    Act { who: Who, once: String, intent: Box<Intent>, answer: Answer<Appended> },
    Agrees { known: Head, answer: Answer<(u64, Head)> },
    Forget { answer: Answer<()> },
}

pub(super) type Answer<T> = oneshot::Sender<Result<T, Problem>>;

/// The way to the thread.
pub(super) type Lane = SyncSender<Job>;

/// Begins the thread of a run. It ends when all that hands it work has gone, or when there has been
/// none for a while.
pub(super) fn begin(run: &str, desk: &Desk) -> std::io::Result<Lane> {
    let (lane, waiting) = sync_channel(QUEUE);
    let lanes = Arc::downgrade(&desk.lanes);
    let work = Work {
        run: run.to_owned(),
        core: Core::new(desk.store.clone()),
        clock: desk.clock.clone(),
        fans: desk.fans.clone(),
        staged: Vec::new(),
    };
    std::thread::Builder::new()
        .name("desk".to_owned())
        .spawn(move || work.go_on(&waiting, &lanes))?;
    Ok(lane)
}

/// What the thread works on.
struct Work {
    run: String,
    core: Core,
    clock: Clock,
    fans: Arc<Fans>,
    /// Answers that hold once the flush has succeeded.
    staged: Vec<(Answer<Appended>, Result<Appended, Problem>)>,
}

impl Work {
    fn go_on(mut self, waiting: &Receiver<Job>, lanes: &Weak<Lanes>) {
        loop {
            let job = match waiting.recv_timeout(IDLE) {
                Ok(job) => job,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => match self.last_look(waiting, lanes) {
                    Some(job) => job,
                    None => return,
                },
            };
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

    /// Goes, unless something has just come: nobody can hand over anything meanwhile.
    fn last_look(&self, waiting: &Receiver<Job>, lanes: &Weak<Lanes>) -> Option<Job> {
        let lanes = lanes.upgrade()?;
        let mut lanes = lock(&lanes);
        let job = waiting.try_recv().ok();
        if job.is_none() {
            lanes.remove(&self.run);
        }
        job
    }

    fn take(&mut self, job: Job) {
        // Whoever does not wait for the answer any more has gone.
        match job {
            Job::Append { who, append, answer } => {
                let staged = self.core.stage(&self.run, &who, &append, self.clock.now());
                self.staged.push((answer, staged));
            }
            Job::Act { who, once, intent, answer } => {
                let staged = self.core.act(&self.run, &who, &once, *intent, self.clock.now());
                self.staged.push((answer, staged));
            }
            Job::Agrees { known, answer } => {
                let _ = answer.send(self.core.agrees(&self.run, &known));
            }
            Job::Forget { answer } => {
                self.flush();
                self.core.forget(&self.run);
                if let Some(fan) = self.fan() {
                    fan.begin_again();
                }
                let _ = answer.send(Ok(()));
            }
        }
    }

    fn flush(&mut self) {
        let (mut failed, mut durable) = (None, Vec::new());
        for (run, done) in self.core.flush() {
            match done {
                Ok(taken) => durable.extend(taken),
                Err(error) => {
                    tracing::error!(%run, %error, "entries could not be made durable");
                    failed = Some(storage(&error));
                }
            }
        }
        for (answer, staged) in self.staged.drain(..) {
            let _ = answer.send(failed.clone().map_or(staged, Err));
        }
        if let (false, Some(fan)) = (durable.is_empty(), self.fan()) {
            fan.hand_on(durable.iter().map(|taken| frame(&taken.placed)));
        }
    }

    fn fan(&self) -> Option<Arc<Fan>> {
        lock(&self.fans).get(&self.run).cloned()
    }
}
