//! What a list of runs says about each. It is kept in the ledger, so that nobody has to fold a
//! whole run to name it, and it is never trusted: it is believed only as of an entry that is still
//! there, and only while nothing after that entry could have changed it. Whoever doubts it folds.

use super::error::LedgerError;
use super::replay::Replay;
use super::store::Store;
use crate::run::{Entry, Event, Mode, RULES, RunStatus, Time};
use serde::{Deserialize, Serialize};

/// Key under `meta`.
const SUMMARY: &str = "summary";

/// Entries after which it is kept anew even though nothing of it has changed, so that few have to
/// be read to believe it.
const RENEWED_AFTER: u64 = 64;

/// One run in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The run's id.
    pub run: String,
    /// Release id of its runbook.
    pub release: String,
    /// Title of its runbook.
    pub title: String,
    /// SHA-256 of its present text, lower-case hex.
    pub sha256: String,
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

/// As it lies in the ledger: the run as of the entry `info.seq`, which had this chain value, by
/// this rule book.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    rules: u32,
    chain: String,
    info: RunInfo,
}

impl RunInfo {
    /// Of a run as far as read.
    pub(super) fn of(replay: &Replay) -> Self {
        let state = &replay.state;
        Self {
            run: state.run.clone(),
            release: state.plan.release.id.clone(),
            title: state.plan.release.title.clone(),
            sha256: state.sha256.clone(),
            mode: state.mode,
            status: state.status,
            held: state.held().is_some(),
            opened_at: state.opened.at,
            last_at: replay.last_at,
            seq: replay.seq,
        }
    }

    /// Of the run in a ledger: as kept, where that can be believed; else from its entries.
    pub(super) fn read(store: &Store) -> Result<Self, LedgerError> {
        match believed(store)? {
            Some((info, _)) => Ok(info),
            None => Ok(Self::of(&Replay::open(store)?)),
        }
    }

    /// Keeps what has been read in the ledger, unless what is kept says just that, or more.
    pub(super) fn keep(replay: &Replay, store: &Store) -> Result<(), LedgerError> {
        if replay.waiting() > 0 {
            // What waits for a hub has no place yet that it could be as of.
            return Ok(());
        }
        let info = Self::of(replay);
        match believed(store)? {
            Some((kept, since)) if kept == info && since < RENEWED_AFTER => Ok(()),
            // Somebody else has read further.
            Some((kept, _)) if kept.seq > info.seq => Ok(()),
            _ => {
                let kept = Kept { rules: RULES, chain: replay.head.to_string(), info };
                store.set_meta(SUMMARY, &serde_json::to_string(&kept).unwrap_or_default())
            }
        }
    }

    /// Whether an event leaves all of this as it is (but for `last_at` and `seq`), whatever else
    /// it does. In doubt it does not.
    fn outlasts(&self, event: &Event) -> bool {
        match event {
            // A run starts with its first step.
            Event::StepStarted { .. }
            | Event::StepCompleted { .. }
            | Event::StepSigned { .. }
            | Event::OptionChosen { .. } => self.status != RunStatus::Planned,
            Event::StepStoodBy { .. }
            | Event::StepEstimated { .. }
            | Event::StepBlocked { .. }
            | Event::StepUnblocked { .. }
            | Event::StepSkipped { .. }
            | Event::StepDeferred { .. }
            | Event::StepReopened { .. }
            | Event::StepAssigned { .. }
            | Event::ItemTicked { .. }
            | Event::ValueRecorded { .. }
            | Event::EvidenceGiven { .. }
            | Event::ReasonGiven { .. }
            | Event::GateVoted { .. }
            | Event::AutomationStarted { .. }
            | Event::AutomationFinished { .. }
            | Event::RunRescheduled { .. }
            | Event::HandedOver { .. }
            | Event::RoleGranted { .. }
            | Event::PersonCalled { .. }
            | Event::SubstituteActive { .. }
            | Event::RollCallOpened {}
            | Event::RollCallAnswered {}
            | Event::ChecklistTicked { .. }
            | Event::ChecklistWaived { .. }
            | Event::CriterionJudged { .. }
            | Event::NoteAdded { .. }
            | Event::NoteEdited { .. }
            | Event::NoteClosed { .. }
            | Event::NoteRemoved { .. }
            | Event::MessageSent { .. }
            | Event::ClockJumped { .. } => true,
            // A failure and a no-go may hold the run; a correction may take anything back.
            Event::StepFailed { .. }
            | Event::GateDecided { .. }
            | Event::Correction { .. }
            | Event::RunOpened { .. }
            | Event::RunStarted {}
            | Event::RunHeld { .. }
            | Event::RunResumed {}
            | Event::RunRevised { .. }
            | Event::RunCompleted { .. }
            | Event::RunCanceled { .. }
            | Event::RollbackBegun { .. }
            | Event::RollbackEnded { .. }
            | Event::Unknown { .. } => false,
        }
    }
}

/// What is kept, brought up to the last entry, and how many entries that took; none where there is
/// nothing, or nothing that can be believed.
fn believed(store: &Store) -> Result<Option<(RunInfo, u64)>, LedgerError> {
    let Some(json) = store.meta(SUMMARY)? else { return Ok(None) };
    let Ok(Kept { rules, chain, mut info }) = serde_json::from_str(&json) else { return Ok(None) };
    let is_of_this_record = rules == RULES
        && store.chain_at(info.seq)?.is_some_and(|there| there.to_string() == chain)
        && store.meta("run")?.as_ref() == Some(&info.run);
    if !is_of_this_record || store.queued()? > 0 {
        return Ok(None);
    }
    let mut since = 0;
    let mut holds = true;
    store.read_after(info.seq, |row| {
        let entry = Entry::from_body(row.seq, &row.body).ok();
        let entry = entry.filter(|e| e.seq == info.seq + 1 && info.outlasts(&e.act.event));
        match entry.filter(|_| holds) {
            Some(entry) => {
                since += 1;
                info.seq = entry.seq;
                info.last_at = entry.act.at;
            }
            None => holds = false,
        }
        Ok(())
    })?;
    Ok(holds.then_some((info, since)))
}
