//! What a list of runs says about each: kept in the ledger when it is closed, and folded anew
//! where that is missing or behind.

use super::error::LedgerError;
use super::replay::Replay;
use super::store::Store;
use crate::run::{Mode, RunStatus, Time};
use serde::{Deserialize, Serialize};

/// Key under `meta`.
const INFO: &str = "info";

/// One run in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The run's id.
    pub run: String,
    /// Release id of its runbook.
    pub release: String,
    /// Title of its runbook.
    pub title: String,
    /// Live or rehearsal.
    pub mode: Mode,
    /// State of the run.
    pub status: RunStatus,
    /// Whether it is held.
    pub held: bool,
    /// When it was opened.
    pub opened_at: Time,
    /// When its last entry was recorded.
    pub last_at: Time,
    /// Place of its last entry.
    pub seq: u64,
}

impl RunInfo {
    /// Of a run as far as read.
    pub(super) fn of(replay: &Replay) -> Self {
        let state = &replay.state;
        Self {
            run: state.run.clone(),
            release: state.plan.release.id.clone(),
            title: state.plan.release.title.clone(),
            mode: state.mode,
            status: state.status,
            held: state.held().is_some(),
            opened_at: state.opened.at,
            last_at: replay.last_at,
            seq: replay.seq,
        }
    }

    /// Of the run in a ledger: as kept, if nothing was added since; else from its entries.
    pub(super) fn read(store: &Store) -> Result<Self, LedgerError> {
        let last = store.last()?.map_or(0, |row| row.seq);
        match Self::kept(store)? {
            Some(info) if info.seq == last => Ok(info),
            _ => Ok(Self::of(&Replay::open(store)?)),
        }
    }

    /// Keeps it in the ledger, unless it is there.
    pub(super) fn save(&self, store: &Store) -> Result<(), LedgerError> {
        if Self::kept(store)?.as_ref() == Some(self) {
            return Ok(());
        }
        store.set_meta(INFO, &serde_json::to_string(self).unwrap_or_default())
    }

    fn kept(store: &Store) -> Result<Option<Self>, LedgerError> {
        Ok(store.meta(INFO)?.and_then(|json| serde_json::from_str(&json).ok()))
    }
}
