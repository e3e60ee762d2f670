//! The logic of a client: what to ask of a hub and what to take in, as a pure state machine. What it
//! knows comes in ([`Input`], with the time), what has to be done goes out ([`Output`]); sockets,
//! clocks and the ledger are somebody else's.
//!
//! The ledger is the only memory: a session that is lost is begun anew. It keeps one stream open,
//! which hands it the hub's order, and one append under way. Whatever goes wrong ends in the same
//! way: it lets go of everything, waits a little, and begins again. Where the hub says that the
//! orders differ, it looks for the last common entry, and lets the ledger take the hub's order from
//! there.

mod backoff;
mod clock;
mod heard;
mod next;
mod presence;
#[cfg(test)]
mod presence_tests;
#[cfg(test)]
mod tests;
mod words;

use super::protocol::{Head, Ordered, Progress};
use crate::run::EntryId;
use backoff::Backoff;
use clock::Offset;
use presence::Roster;
pub use presence::{Place, Seen, Whereabouts};
use std::collections::HashSet;
pub use words::{Answer, Condition, Input, Ledger, Output, Request, Streamed};

/// A moment on this machine's run clock, milliseconds since 1970.
pub type Millis = i64;

/// How long an answer may take.
const ANSWER: Millis = 15_000;
/// How long a stream may be silent: a hub says something every 15 s.
pub const SILENCE: Millis = 40_000;
/// How long what was appended may take to come back, before it is asked for.
const COMES_BACK: Millis = 2_000;
/// Between two tries at a hub that will not have us.
const STUBBORN: Millis = 30_000;
/// How often what is missing is looked for, before it is a trouble.
const PUZZLED: u32 = 3;
/// Entries that may wait for the ledger.
const PENDING: usize = 2_048;
/// From here on a clock has been set back.
const SET_BACK: Millis = 1_000;
/// Bytes of entries in one append, about.
const BATCH_BYTES: usize = 1 << 20;

/// What the ledger is doing for us.
#[derive(Debug, Clone, PartialEq)]
enum Busy {
    /// Taking in what the stream brought.
    Taking,
    /// Taking in a page of a rejoin; then goes on after that place, or is done.
    Rejoining(Option<Head>),
    /// Looking for the last common place.
    Comparing,
    /// Keeping a refusal.
    Refusing,
}

#[derive(Debug, Clone, PartialEq)]
struct Asked {
    number: u64,
    by: Millis,
}

#[derive(Debug, Clone, PartialEq)]
struct Stream {
    number: u64,
    open: bool,
    by: Millis,
}

/// A client's logic. See the module.
#[derive(Debug)]
pub struct Session {
    ledger: Ledger,
    busy: Option<Busy>,
    page: Option<Asked>,
    append: Option<Asked>,
    stream: Option<Stream>,
    /// From where the hub's order is taken, where it differs from ours.
    rejoin: Option<Head>,
    /// What came and waits for the ledger.
    pending: Vec<Ordered>,
    /// Entries are missing before the next that comes.
    behind: bool,
    /// How often the hub has not liked the names of what waits first.
    puzzled: u32,
    /// The hub's epoch as last heard.
    epoch: u64,
    /// Entries that the hub has, but that have not come back yet.
    known_there: HashSet<EntryId>,
    /// By when they should have.
    comes_back_by: Option<Millis>,
    offset: Offset,
    roster: Roster,
    backoff: Backoff,
    offline_since: Option<Millis>,
    trouble: Option<String>,
    unreachable: Option<String>,
    shown: Option<Condition>,
    numbers: u64,
    /// When the last input came.
    latest: Millis,
}

impl Session {
    /// A session on a ledger that stands like this, begun at that moment. The seed makes its waits
    /// its own.
    pub fn new(ledger: Ledger, seed: u64, now: Millis) -> Self {
        Self {
            epoch: ledger.epoch,
            offset: Offset::new(ledger.offset_ms),
            ledger,
            busy: None,
            page: None,
            append: None,
            stream: None,
            rejoin: None,
            pending: Vec::new(),
            behind: false,
            puzzled: 0,
            known_there: HashSet::new(),
            comes_back_by: None,
            roster: Roster::new(seed),
            backoff: Backoff::new(seed),
            offline_since: Some(now),
            trouble: None,
            unreachable: None,
            shown: None,
            numbers: 0,
            latest: now,
        }
    }

    /// How it is going.
    pub fn condition(&self) -> Condition {
        Condition {
            unshared: self.ledger.unshared,
            refused: self.ledger.refused,
            offline_since: self.offline_since,
            trouble: self.trouble.clone(),
            unreachable: self.unreachable.clone(),
        }
    }

    /// Takes one input in and answers what has to be done.
    pub fn take(&mut self, input: Input, now: Millis) -> Vec<Output> {
        let mut out = Vec::new();
        self.was_set_back(now, &mut out);
        match input {
            Input::Ledger(ledger) => self.ledger_is(ledger),
            Input::TookIn(done) => self.took_in(done, now, &mut out),
            Input::Common(head) => {
                if self.busy == Some(Busy::Comparing) {
                    self.busy = None;
                    self.rejoin = Some(head);
                }
            }
            Input::Answered(number, answer) => self.answered(number, answer, now, &mut out),
            Input::Streamed(number, streamed) => self.streamed(number, streamed, now, &mut out),
            Input::Here(place) => self.roster.here(place),
            Input::Wake => {}
        }
        self.overdue(now, &mut out);
        self.go_on(now, &mut out);
        self.presence(now, &mut out);
        let condition = self.condition();
        if self.shown.as_ref() != Some(&condition) {
            self.shown = Some(condition.clone());
            out.push(Output::Show(condition));
        }
        out
    }

    /// Sends somebody's progress, if there is anybody to hear it.
    pub fn progress(&mut self, progress: Progress) -> Option<Output> {
        self.stream.as_ref().filter(|stream| stream.open)?;
        Some(Output::Ask(self.number(), Request::Progress(progress)))
    }

    /// Says that nobody sits here any more, if there is anybody to hear it.
    pub fn leave(&mut self) -> Option<Output> {
        let left = self.roster.leaves()?;
        self.progress(left)
    }

    /// Says where we are, and shows who else is.
    fn presence(&mut self, now: Millis, out: &mut Vec<Output>) {
        let open = self.stream.as_ref().is_some_and(|stream| stream.open);
        self.roster.connected(open, now);
        if let Some(here) = self.roster.says(now) {
            out.push(Output::Ask(self.number(), Request::Progress(here)));
        }
        out.extend(self.roster.shows(now).map(Output::Present));
    }

    /// When it wants to be woken, at the latest.
    pub fn wake_at(&self) -> Option<Millis> {
        let asked = [&self.page, &self.append].into_iter().flatten().map(|asked| asked.by);
        let stream = self.stream.iter().map(|stream| stream.by);
        let presence = self.roster.wake_at(self.latest);
        let others = [self.backoff.until(), self.comes_back_by, self.offset.wake_at(), presence];
        asked.chain(stream).chain(others.into_iter().flatten()).min()
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn seq(&self) -> u64 {
        self.ledger.head.as_ref().map_or(0, |head| head.seq)
    }

    /// Lets go of everything that is under way.
    fn let_go(&mut self, out: &mut Vec<Output>) {
        if let Some(stream) = self.stream.take() {
            out.push(Output::CloseStream(stream.number));
        }
        self.page = None;
        self.append = None;
        self.rejoin = None;
        self.behind = false;
        self.pending.clear();
        self.known_there.clear();
        self.comes_back_by = None;
        self.offset.disconnected();
    }

    /// Lets go of everything, to begin again after a while; nothing is wrong but the way to the hub.
    fn give_up_quietly(&mut self, reason: &str, now: Millis, out: &mut Vec<Output>) {
        self.give_up(None, now, out);
        self.unreachable = Some(reason.to_owned());
    }

    /// Gives up for longer: nothing is different until a person has done something about it.
    fn stay_away(&mut self, trouble: String, now: Millis, out: &mut Vec<Output>) {
        self.give_up(Some(trouble), now, out);
        self.backoff.stay_away(now, STUBBORN);
    }

    fn give_up(&mut self, trouble: Option<String>, now: Millis, out: &mut Vec<Output>) {
        self.let_go(out);
        if self.busy == Some(Busy::Comparing) {
            self.busy = None;
        }
        self.trouble = trouble;
        self.offline_since.get_or_insert(now);
        self.backoff.failed(now);
    }

    /// A clock that goes backwards would make every wait a long one: all begins anew.
    fn was_set_back(&mut self, now: Millis, out: &mut Vec<Output>) {
        if now < self.latest - SET_BACK {
            self.give_up(None, now, out);
            self.backoff.succeeded();
            self.roster.set_back();
            self.offline_since = self.offline_since.map(|since| since.min(now));
        }
        self.latest = now;
    }
}
