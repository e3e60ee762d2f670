//! What a hub takes, and in which order. It knows no socket, no clock and no thread; what is durable
//! is the store's.
//!
//! Entries are *staged* one request after the other, each judged as of what was staged before it,
//! and *flushed* together: nobody is answered before that. Where a flush fails nothing of it has
//! happened, and the run is read again from the store.

mod judge;
mod run;

use super::store::{Store, StoreError};
use crate::ledger::order::Placed;
use crate::run::{EntryId, Intent, RunState, Time};
use crate::runbook::Role;
use crate::sync::protocol::{Append, Appended, Head, Problem, ProblemKind};
use run::Run;
use std::collections::HashMap;
use std::sync::Arc;

/// Who sends something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Whoever they say they are: the hub listens to this machine only.
    Claimed,
    /// Proved by a token, which gives this role at the start.
    Proved {
        /// The person.
        person: String,
        /// The role.
        role: Role,
    },
}

/// An entry that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its name.
    pub id: EntryId,
    /// Its place and bytes.
    pub placed: Placed,
}

/// What a flush has made of a run: these entries are durable, or nothing of what was staged is.
pub type Flushed = Result<Vec<Arc<Taken>>, StoreError>;

/// The core of a hub.
pub struct Core {
    store: Arc<dyn Store>,
    runs: HashMap<String, Run>,
}

impl Core {
    /// The core of a hub that keeps its runs there.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, runs: HashMap::new() }
    }

    /// Judges an append and stages what is taken of it. The answer holds once [`Core::flush`] has
    /// succeeded. Where it is a problem, what came before it in the append is taken all the same.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn stage(
        &mut self,
        run: &str,
        who: &Who,
        append: &Append,
        now: Time,
    ) -> Result<Appended, Problem> {
        let store = self.store.clone();
        let run = self.run(run)?;
        run.is_of_epoch(&*store, append.epoch)?;
        run.follows(&*store, &append.after)?;
        let mut entries = Vec::with_capacity(append.entries.len());
        for sent in &append.entries {
            let body = sent.unpack().ok_or_else(|| {
                Problem::new(ProblemKind::Malformed, "an entry is neither JSON nor base64")
            })?;
            entries.push(run.stage(&*store, who, &body, now)?);
        }
        Ok(Appended { epoch: run.epoch, entries })
    }

    /// Judges an act that is made here (on a page) and stages it: by the whole rule book, like a
    /// ledger. `once` names it: the same act asked for again is recorded once.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn act(
        &mut self,
        run: &str,
        who: &Who,
        once: &str,
        intent: Intent,
        now: Time,
    ) -> Result<Appended, Problem> {
        let store = self.store.clone();
        let run = self.run(run)?;
        let placed = run.act(&*store, who, once, intent, now)?;
        Ok(Appended { epoch: run.epoch, entries: vec![placed] })
    }

    /// Whether the hub's order agrees with what a client knows: its last entry is the hub's entry at
    /// that place. Answers epoch and end of the hub's order, as far as it is durable.
    ///
    /// # Errors
    /// It does not agree, or there is no such run.
    pub fn agrees(&mut self, run: &str, known: &Head) -> Result<(u64, Head), Problem> {
        let store = self.store.clone();
        let run = self.run(run)?;
        run.follows(&*store, known)?;
        Ok((run.epoch, run.durable_head()))
    }

    /// Makes all that was staged durable, and answers it, run by run. Where that fails for a run,
    /// nothing that was staged of it has happened, and no answer about it holds.
    pub fn flush(&mut self) -> Vec<(String, Flushed)> {
        let store = self.store.clone();
        let mut flushed = Vec::new();
        for (name, run) in &mut self.runs {
            if run.has_staged() {
                flushed.push((name.clone(), run.flush(&*store, name)));
            }
        }
        for (name, done) in &flushed {
            if done.is_err() {
                self.runs.remove(name);
            }
        }
        flushed
    }

    /// The state of a run, with what is staged.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    pub fn state(&mut self, run: &str) -> Result<&RunState, Problem> {
        Ok(&self.run(run)?.state)
    }

    /// Forgets what it knows of a run, to read it again from the store.
    pub fn forget(&mut self, run: &str) {
        self.runs.remove(run);
    }

    fn run(&mut self, name: &str) -> Result<&mut Run, Problem> {
        if !self.runs.contains_key(name) {
            let run = Run::load(&*self.store, name)?;
            self.runs.insert(name.to_owned(), run);
        }
        self.runs.get_mut(name).ok_or_else(|| no_such_run(name))
    }
}

/// There is no such run.
pub fn no_such_run(run: &str) -> Problem {
    // A token that went astray is not repeated: answers are kept in other people's logs.
    let detail = match run.contains(super::tokens::PREFIX) {
        true => "there is no such run at this hub; that looks like a token".to_owned(),
        false => format!("there is no run “{run}” at this hub"),
    };
    Problem::new(ProblemKind::NotFound, detail)
}

/// What a store that fails is to whoever asked.
pub fn storage(error: &StoreError) -> Problem {
    Problem::new(ProblemKind::Storage, error.to_string())
}
