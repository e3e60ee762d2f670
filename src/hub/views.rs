//! Where each run stands, for whoever looks without keeping a ledger: pages, `status`, the list of
//! runs. Folded when asked for, from what is durable, and never on the thread that takes entries in.

use super::core::{no_such_run, storage};
use super::store::Store;
use crate::ledger::Chain;
use crate::run::{self, Entry, RunState};
use crate::sync::protocol::{Problem, ProblemKind};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Entries read at a time.
const PAGE: usize = 4_096;
/// Runs that are kept folded.
const KEPT: usize = 32;

/// A run as far as it is durable.
#[derive(Debug, Clone)]
pub struct View {
    /// Its state.
    pub state: Arc<RunState>,
    /// Chain value of its last entry.
    pub chain: Chain,
    /// The hub's epoch of it.
    pub epoch: u64,
}

/// The runs of a hub as folded last.
pub struct Views {
    store: Arc<dyn Store>,
    kept: Mutex<HashMap<String, Arc<Mutex<Option<View>>>>>,
}

impl Views {
    /// Views of the runs in that store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, kept: Mutex::default() }
    }

    /// Where a run stands now. May wait for the disk.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    pub fn of(&self, run: &str) -> Result<View, Problem> {
        let epoch = self.store.epoch(run).map_err(|e| storage(&e))?;
        let epoch = epoch.ok_or_else(|| no_such_run(run))?;
        let slot = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT && !kept.contains_key(run) {
                kept.clear();
            }
            kept.entry(run.to_owned()).or_default().clone()
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let view = slot.take().filter(|view| view.epoch == epoch);
        let view = self.catch_up(run, epoch, view)?;
        *slot = Some(view.clone());
        Ok(view)
    }

    fn catch_up(&self, run: &str, epoch: u64, view: Option<View>) -> Result<View, Problem> {
        let mut view = view;
        loop {
            let after = view.as_ref().map_or(0, |view| view.state.last_seq());
            let page = self.store.page(run, after, PAGE, usize::MAX).map_err(|e| storage(&e))?;
            if page.is_empty() {
                return view.ok_or_else(|| no_such_run(run));
            }
            for placed in page {
                let unreadable = |why: String| Problem::new(ProblemKind::Storage, why);
                let entry = Entry::from_body(placed.seq, &placed.body)
                    .map_err(|e| unreadable(e.to_string()))?;
                match &mut view {
                    Some(view) => {
                        run::apply(Arc::make_mut(&mut view.state), Arc::new(entry));
                        view.chain = placed.chain;
                    }
                    none => {
                        let state = run::open(entry).map_err(|e| unreadable(e.to_string()))?;
                        let state = Arc::new(state);
                        *none = Some(View { state, chain: placed.chain, epoch });
                    }
                }
            }
        }
    }
}
