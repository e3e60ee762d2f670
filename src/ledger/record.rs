//! The ledger of one run, as one connection with the state that its entries fold to.

mod doubt;

use super::chain::Chain;
use super::clock::{Anchor, Clock, RunClock};
use super::connection::Access;
use super::create::create;
use super::error::{AppendError, ErrorKind, LedgerError};
use super::info::RunInfo;
use super::kept::EPOCH;
use super::order::Queued;
use super::random::random_word;
use super::replay::Replay;
use super::store::{Row, Store};
use crate::run::{self, Actor, Entry, EntryId, Event, Intent, Refusal, RunState, Time};
use crate::runbook::Runbook;
use chrono::TimeDelta;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Key under `meta` of the run clock's anchor.
const ANCHOR: &str = "anchor";

/// How long closing may wait for somebody else's lock.
const CLOSING_PATIENCE: Duration = Duration::from_millis(200);

/// One open ledger. Every call may wait for the disk, and for other processes: a program that must
/// not wait gives it to a [`super::Keeper`].
pub struct Ledger {
    pub(super) store: Store,
    pub(super) replay: Replay,
    clock: RunClock,
    /// The last append whose commit failed, if it is in doubt.
    unsure: Option<doubt::Unsure>,
    /// A jump that the rule book would not have on record.
    unrecorded_jump: Option<i64>,
}

impl Ledger {
    /// Opens a run: makes `<run>.golive` in `folder` (which is made too, if need be) with
    /// `opening`, a [`Event::RunOpened`], as its first entry. Appears complete or not at all.
    ///
    /// # Errors
    /// The folder cannot be written, lies on a network filesystem, or has such a run already; the
    /// intent opens no run.
    pub fn create(folder: &Path, opening: Intent, clock: Clock) -> Result<Self, LedgerError> {
        Self::create_of(folder, opening, None, clock)
    }

    /// Like [`Ledger::create`], with the plan of the opening's text, where it has been read
    /// already.
    ///
    /// # Errors
    /// Those of [`Ledger::create`].
    pub fn create_of(
        folder: &Path,
        opening: Intent,
        plan: Option<Arc<Runbook>>,
        clock: Clock,
    ) -> Result<Self, LedgerError> {
        let (path, replay) = create(folder, opening, plan, &clock)?;
        Self::of(Store::open(&path, Access::Write)?, replay, clock)
    }

    /// Opens an existing ledger with the clocks of this machine.
    ///
    /// # Errors
    /// See [`LedgerError`]; a ledger that cannot be opened is left as it is.
    pub fn open(path: &Path, access: Access) -> Result<Self, LedgerError> {
        Self::open_with(path, access, Clock::system())
    }

    /// Like [`Ledger::open`], with these clocks.
    ///
    /// # Errors
    /// Those of [`Ledger::open`].
    pub fn open_with(path: &Path, access: Access, clock: Clock) -> Result<Self, LedgerError> {
        let store = Store::open(path, access)?;
        let replay = Replay::open(&store)?;
        Self::of(store, replay, clock)
    }

    fn of(store: Store, replay: Replay, clock: Clock) -> Result<Self, LedgerError> {
        let anchor = match read_anchor(&store)? {
            Some(anchor) if anchor.holds(&clock, replay.floor()) => anchor,
            other => clock.anchor(replay.floor(), other.as_ref()),
        };
        let clock = RunClock::new(clock, anchor);
        clock.set_to_hub(replay.joined.as_ref().map_or(0, |joined| joined.offset_ms));
        let ledger = Self { store, replay, clock, unsure: None, unrecorded_jump: None };
        if ledger.access() == Access::Write {
            ledger.agree_on_the_clock()?;
        }
        Ok(ledger)
    }

    /// Where everything stands, as far as read.
    pub fn state(&self) -> &RunState {
        &self.replay.state
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// What it was opened for.
    pub fn access(&self) -> Access {
        self.store.access()
    }

    /// Now, on the run clock.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// The run clock itself, for another thread.
    pub fn clock(&self) -> RunClock {
        self.clock.clone()
    }

    /// Chain value of the last entry read.
    pub fn head(&self) -> Chain {
        self.replay.head
    }

    /// Reads what has been added since, and answers every entry that neither this nor
    /// [`Ledger::append`] has answered yet, in order.
    ///
    /// # Errors
    /// The file cannot be read, or what was added does not follow from what was there.
    pub fn catch_up(&mut self) -> Result<Vec<Arc<Entry>>, LedgerError> {
        let result = self.read_on();
        // What could be read is in the state: it must not be lost to who folds along.
        let news = self.take_news();
        match result {
            Err(e) if news.is_empty() => Err(e),
            Err(_) | Ok(()) => Ok(news),
        }
    }

    /// What was read in passing and is not answered yet, without reading anything.
    pub(super) fn take_news(&mut self) -> Vec<Arc<Entry>> {
        std::mem::take(&mut self.replay.news)
    }

    /// Records an act: reads what others wrote, checks it against the rule book, and makes it
    /// durable before it answers. Entries that came before it are answered by the next
    /// [`Ledger::catch_up`].
    ///
    /// The same intent may be given again after a failure: it is recorded once.
    ///
    /// # Errors
    /// Refused, with the reason; or failed, and then nothing was recorded.
    pub fn append(&mut self, intent: Intent) -> Result<Arc<Entry>, AppendError> {
        self.may_write()?;
        if let Some(entry) = self.recorded_after_all(&intent)? {
            return Ok(entry);
        }
        self.record_jump(&intent.person)?;
        self.write(intent)
    }

    /// Records that the system clock has jumped, if it has and nobody else has recorded it, as
    /// seen by `person`. Answers whether there was a jump to record.
    ///
    /// # Errors
    /// It could not be made durable.
    pub fn record_jump(&mut self, person: &str) -> Result<bool, LedgerError> {
        let Some(by_ms) = self.clock.jump() else {
            self.unrecorded_jump = None;
            return Ok(false);
        };
        if self.unrecorded_jump.is_some_and(|seen| seen.abs_diff(by_ms) < 1_000) {
            return Ok(false);
        }
        match self.write(Intent::new(person, Event::ClockJumped { by_ms })) {
            Ok(entry) => {
                self.replay.news.push(entry);
                Ok(true)
            }
            // Somebody else was first, or the rules have no place for it (the run is over).
            Err(AppendError::Refused(_)) => {
                self.unrecorded_jump = self.clock.jump();
                Ok(false)
            }
            Err(AppendError::Failed(e)) => Err(e),
        }
    }

    /// A number that changes whenever somebody else has changed the ledger.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn version(&self) -> Result<i64, LedgerError> {
        self.store.data_version()
    }

    /// Keeps the file short and quick to write, at a moment when nobody waits.
    pub(super) fn tidy(&self) -> Result<(), LedgerError> {
        self.store.tidy()
    }

    /// Makes ready for acts, so that the first does not take longer than the others.
    pub(super) fn get_ready(&self) -> Result<(), LedgerError> {
        match self.access() {
            Access::Write => self.store.share(),
            Access::Read => Ok(()),
        }
    }

    /// Keeps what a list of runs says about this one, unless it is kept already; at a moment when
    /// nobody waits.
    pub(super) fn keep_summary(&self) -> Result<(), LedgerError> {
        RunInfo::keep(&self.replay, &self.store)
    }

    /// Keeps the text of something half-written under a key; an empty text forgets it.
    ///
    /// # Errors
    /// It could not be made durable.
    pub fn save_draft(&mut self, key: &str, text: &str) -> Result<(), LedgerError> {
        self.may_write()?;
        self.store.set_draft(key, text)
    }

    /// What was half-written, as key and text.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn drafts(&self) -> Result<Vec<(String, String)>, LedgerError> {
        self.store.drafts()
    }

    /// Lets go of the ledger. Where nobody else uses it, all of it is then in the one file.
    ///
    /// # Errors
    /// The file could not be tidied up; everything recorded is safe, but partly in the `-wal` file
    /// beside it.
    pub fn close(self) -> Result<(), LedgerError> {
        if self.access() == Access::Write {
            // A summary only makes `golive runs` faster: without it the ledger is read.
            self.store.set_patience(CLOSING_PATIENCE);
            let _ = self.keep_summary();
            self.replay.keep_plans(&self.store);
        }
        self.store.close()
    }

    fn may_write(&self) -> Result<(), LedgerError> {
        if self.access() == Access::Write {
            return Ok(());
        }
        Err(LedgerError::new(
            ErrorKind::Permission,
            self.path(),
            "the ledger was opened for reading only",
            "open it for acting",
        ))
    }

    /// Checks and writes one entry.
    fn write(&mut self, intent: Intent) -> Result<Arc<Entry>, AppendError> {
        let lock = self.store.lock()?;
        read_on(&mut self.replay, &self.store, &self.clock)?;
        let mut anchor = self.under_lock_agree_on_the_clock()?;
        let is_jump = matches!(intent.event, Event::ClockJumped { .. });
        let wanted = intent.clone();
        if self.store.meta(EPOCH)?.is_some() {
            return Err(kept_by_a_hub(self.path()).into());
        }
        let (actor, at, offset_ms) = self.circumstances(&intent.person)?;
        let mut act = intent.into_act(actor, at);
        if let (true, Event::ClockJumped { by_ms }) = (is_jump, &mut act.event) {
            let Some(jump) = self.clock.jump() else { return Err(already_recorded().into()) };
            *by_ms = jump;
            anchor.offset_ms = jump;
            save_anchor(&self.store, &anchor)?;
        }
        if let Some(seq) = self.replay.unknown {
            return Err(newer_entry(seq).into());
        }
        run::check(&self.replay.state, &act)?;
        let replica = replica(&self.store, &act.actor.name)?;
        let id = EntryId { index: self.store.last_index(&replica)? + 1, replica };
        let seq = self.replay.next_seq();
        let entry = Entry { seq, id, act, offset_ms, received_at: None };
        let row = row(&entry, self.replay.head, self.path())?;
        let waits = self.replay.joined.is_some();
        if waits {
            let (id, body) = (entry.id.clone(), row.body.clone());
            self.store.queue(&Queued { id, body, refused: None })?;
        } else {
            self.store.insert(&row)?;
        }
        if let Err(e) = self.store.commit(lock) {
            self.unsure = Some(doubt::Unsure::of(wanted, entry.id, row.body));
            return Err(e.into());
        }
        self.unsure = None;
        self.clock.set_anchor(anchor);
        let entry = Arc::new(entry);
        if waits {
            self.replay.has_queued();
            self.replay.wait(entry.clone());
        } else {
            self.replay.add(entry.clone(), row.chain.unwrap_or(self.replay.head));
        }
        Ok(entry)
    }

    /// Who that person is here and now, when it is for what they record, and how far that is from
    /// this machine's own clock.
    fn circumstances(&self, person: &str) -> Result<(Actor, Time, i64), Refusal> {
        let mut actor = self.replay.state.actor(person);
        let Some(joined) = &self.replay.joined else {
            return Ok((actor, self.clock.now().max(self.replay.last_at), 0));
        };
        if let Some(proved) = &joined.person {
            if proved != person {
                return Err(joined_as(proved, person));
            }
            actor.claimed = false;
            let granted = self.replay.state.people.get(person).and_then(|p| p.role);
            actor.role = granted.or(joined.role).unwrap_or(actor.role);
        }
        let now = self.clock.now_here();
        // Later than what was recorded here before, so that the order in which it waits is clear.
        let after = self.replay.floor().map(|at| at + TimeDelta::milliseconds(1));
        let here = after.map_or(now, |at| at.max(now));
        let at = here + TimeDelta::milliseconds(joined.offset_ms);
        Ok((actor, at, joined.offset_ms))
    }

    /// Reads what others have added, and what the hub's clock says.
    pub(super) fn read_on(&mut self) -> Result<(), LedgerError> {
        read_on(&mut self.replay, &self.store, &self.clock)
    }

    /// Makes sure that the ledger has an anchor for this boot, and that this is the one used here.
    fn agree_on_the_clock(&self) -> Result<(), LedgerError> {
        if read_anchor(&self.store)?.as_ref() == Some(&self.clock.anchor()) {
            return Ok(());
        }
        let lock = self.store.lock()?;
        self.under_lock_agree_on_the_clock()?;
        self.store.commit(lock)
    }

    fn under_lock_agree_on_the_clock(&self) -> Result<Anchor, LedgerError> {
        let kept = read_anchor(&self.store)?;
        let last_at = self.replay.floor();
        let anchor = match kept {
            Some(anchor) if anchor.holds(self.clock.clock(), last_at) => anchor,
            other => {
                let anchor = self.clock.clock().anchor(last_at, other.as_ref());
                save_anchor(&self.store, &anchor)?;
                anchor
            }
        };
        self.clock.set_anchor(anchor.clone());
        Ok(anchor)
    }
}

/// The row that an entry becomes as the one after `previous`.
pub(super) fn row(entry: &Entry, previous: Chain, path: &Path) -> Result<Row, LedgerError> {
    let body = entry.to_body().map_err(|e| {
        let next = "act on the run with the version of golive that knows the event";
        LedgerError::new(
            ErrorKind::Invalid,
            path,
            format!("this event cannot be stored: {e}"),
            next,
        )
    })?;
    let chain = Some(previous.next(entry.seq, &body));
    let (replica, index) = (entry.id.replica.clone(), entry.id.index);
    Ok(Row { seq: entry.seq, replica, index, body, chain })
}

/// The id under which this person's entries in this ledger are counted; made at the first of them.
pub(super) fn replica(store: &Store, person: &str) -> Result<String, LedgerError> {
    let key = format!("replica:{person}");
    if let Some(id) = store.meta(&key)? {
        return Ok(id);
    }
    let id = random_word(16);
    store.set_meta(&key, &id)?;
    Ok(id)
}

/// The anchor kept in the ledger. One that cannot be read is as good as none: a new one is made.
fn read_anchor(store: &Store) -> Result<Option<Anchor>, LedgerError> {
    Ok(store.meta(ANCHOR)?.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Keeps the anchor; within the transaction that goes with it.
pub(super) fn save_anchor(store: &Store, anchor: &Anchor) -> Result<(), LedgerError> {
    let json = serde_json::to_string(anchor).unwrap_or_default();
    store.set_meta(ANCHOR, &json)
}

/// Reads what others have added, and how far the hub's clock is from this one.
fn read_on(replay: &mut Replay, store: &Store, clock: &RunClock) -> Result<(), LedgerError> {
    let read = replay.catch_up(store);
    clock.set_to_hub(replay.joined.as_ref().map_or(0, |joined| joined.offset_ms));
    read
}

/// Whose token is used here decides whose acts are recorded here.
fn joined_as(proved: &str, person: &str) -> Refusal {
    Refusal::impossible(
        "joined-as",
        format!("this run is joined as {proved}, and what is recorded here is theirs"),
        format!("record it as {proved} for {person} (--for {person}), or let {person} join"),
    )
}

/// Whoever does not understand what has happened must not act on it.
fn newer_entry(seq: u64) -> Refusal {
    Refusal::impossible(
        "unknown-event",
        format!(
            "entry {seq} of this run is of a newer golive, which this one can show but not understand"
        ),
        "act on the run with the newer golive",
    )
}

fn kept_by_a_hub(path: &Path) -> LedgerError {
    let what = "this is a hub's own record: only the hub adds to it";
    let next = "join the run with `golive join URL`, and act there";
    LedgerError::new(ErrorKind::Invalid, path, what, next)
}

fn already_recorded() -> Refusal {
    Refusal::impossible("clock-recorded", "this jump of the clock is on record", "go on")
}
