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
mod presence;
#[cfg(test)]
mod presence_tests;
#[cfg(test)]
mod tests;

use super::protocol::{
    APPEND_ENTRIES, Append, Appended, Head, Hello, Ordered, PAGE_ENTRIES, Page, PassedOn, Problem,
    ProblemKind, Progress, Sent, You,
};
use crate::run::EntryId;
use backoff::Backoff;
use clock::Offset;
use presence::Roster;
pub use presence::{Place, Seen, Whereabouts};
use std::collections::HashSet;

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

/// How the ledger stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// The epoch it knows.
    pub epoch: u64,
    /// Its last agreed entry.
    pub head: Option<Head>,
    /// How many own entries wait to be shared.
    pub unshared: usize,
    /// The first of them, in order.
    pub waiting: Vec<(EntryId, Sent)>,
    /// How many the hub refused.
    pub refused: usize,
    /// The hub's clock minus this one, as it is followed, milliseconds.
    pub offset_ms: i64,
}

/// What a session hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The ledger stands like this now.
    Ledger(Ledger),
    /// The ledger has taken in what it was given, or could not (reason).
    TookIn(Result<(), String>),
    /// The last place at which the ledger agrees with the samples.
    Common(Head),
    /// The answer to a request.
    Answered(u64, Answer),
    /// Something came from a stream.
    Streamed(u64, Streamed),
    /// Somebody sits here, at this place: the others are told.
    Here(Place),
    /// Time went on.
    Wake,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The hub's clock, milliseconds since 1970.
    Time(Millis),
    /// Entries.
    Page(Box<Page>),
    /// The entries are durable at the hub.
    Appended(Box<Appended>),
    /// The hub says no.
    Problem(Box<Problem>),
    /// No answer: why.
    Failed(String),
}

/// What comes from a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Streamed {
    /// It is open.
    Hello(Hello),
    /// The next entry.
    Entry(Box<Ordered>),
    /// Somebody's progress.
    Progress(PassedOn),
    /// The hub is still there.
    Alive,
    /// The hub would not open it.
    Problem(Box<Problem>),
    /// It is over: why.
    Ended(String),
}

/// What has to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Ask the hub; the answer names the number.
    Ask(u64, Request),
    /// Open a stream of what comes after a place.
    OpenStream(u64, Head),
    /// Close it.
    CloseStream(u64),
    /// Give the ledger a stretch of the hub's order; answered by [`Input::TookIn`].
    TakeIn {
        /// The entries.
        entries: Vec<Ordered>,
        /// The hub's last place, where the orders differ.
        rejoin: Option<u64>,
        /// The hub's epoch.
        epoch: u64,
    },
    /// Ask the ledger which of these places it has too; answered by [`Input::Common`].
    Compare(Vec<Head>),
    /// Let the ledger keep the reason for which the hub refused an entry. A changed
    /// [`Input::Ledger`] follows.
    KeepRefusal(EntryId, String),
    /// Let the ledger follow the hub's clock, which is that far ahead, milliseconds.
    FollowClock(i64),
    /// Let the ledger note who acts here.
    KnownAs(You),
    /// Show how it is going.
    Show(Condition),
    /// Show who is here, and who has been: everybody that was heard of, by name.
    Present(Vec<Seen>),
    /// Pass on somebody's progress.
    PassOn(PassedOn),
}

/// Something to ask.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// What time it is there.
    Time,
    /// What comes after a place.
    Page {
        /// The place, with the chain value it has here.
        after: Head,
        /// How many, at most.
        limit: usize,
    },
    /// Take these entries.
    Append(Append),
    /// Pass this on; the answer does not matter.
    Progress(Progress),
}

/// How it is going.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// How many own entries are not shared yet.
    pub unshared: usize,
    /// How many the hub refused.
    pub refused: usize,
    /// Since when the hub has not been reached, on this machine's run clock.
    pub offline_since: Option<Millis>,
    /// Why, where there is something to do about it.
    pub trouble: Option<String>,
}

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

    fn ledger_is(&mut self, ledger: Ledger) {
        self.epoch = self.epoch.max(ledger.epoch);
        let first = |ledger: &Ledger| ledger.waiting.first().map(|(id, _)| id.clone());
        if first(&ledger) != first(&self.ledger) {
            self.puzzled = 0;
        }
        self.ledger = ledger;
        if self.busy == Some(Busy::Refusing) {
            self.busy = None;
        }
        let waiting: HashSet<&EntryId> = self.ledger.waiting.iter().map(|(id, _)| id).collect();
        self.known_there.retain(|id| waiting.contains(id));
        if self.known_there.is_empty() {
            self.comes_back_by = None;
        }
    }

    fn took_in(&mut self, done: Result<(), String>, now: Millis, out: &mut Vec<Output>) {
        if let Err(reason) = done {
            // The stream is opened anew where the ledger stands, and the hub says what differs.
            self.busy = None;
            self.give_up(Some(reason), now, out);
            return;
        }
        match &self.busy {
            Some(Busy::Rejoining(next)) => {
                self.rejoin = next.clone().filter(|_| self.rejoin.is_some());
                self.busy = None;
            }
            Some(Busy::Taking) => self.busy = None,
            // What was given before these.
            Some(Busy::Comparing | Busy::Refusing) | None => {}
        }
    }

    fn answered(&mut self, number: u64, answer: Answer, now: Millis, out: &mut Vec<Output>) {
        if let Answer::Time(there) = answer {
            if let Some(ahead) = self.offset.answered(number, there, now) {
                out.push(Output::FollowClock(ahead));
            }
            return;
        }
        let is = |asked: &Option<Asked>| asked.as_ref().is_some_and(|a| a.number == number);
        if is(&self.page) {
            self.page = None;
        } else if is(&self.append) {
            self.append = None;
        } else {
            if self.offset.is_asked(number) {
                self.offset.failed(now);
            }
            return;
        }
        match answer {
            Answer::Page(page) => self.paged(*page, now, out),
            Answer::Appended(appended) => {
                self.epoch = self.epoch.max(appended.epoch);
                let names = appended.entries.into_iter();
                self.known_there
                    .extend(names.map(|p| EntryId { replica: p.replica, index: p.index }));
                let waiting: HashSet<&EntryId> =
                    self.ledger.waiting.iter().map(|(id, _)| id).collect();
                self.known_there.retain(|id| waiting.contains(id));
                if !self.known_there.is_empty() {
                    self.comes_back_by = Some(now + COMES_BACK);
                }
            }
            Answer::Problem(problem) => self.problem(*problem, now, out),
            Answer::Failed(reason) => self.give_up_quietly(&reason, now, out),
            Answer::Time(_) => {}
        }
    }

    fn paged(&mut self, page: Page, now: Millis, out: &mut Vec<Output>) {
        if !self.is_of_an_epoch(page.epoch, now, out) {
            return;
        }
        self.known_as(page.you, out);
        let Some(from) = self.rejoin.clone() else {
            self.behind = false;
            if page.entries.is_empty() {
                self.pending.clear();
            }
            self.pending.splice(0..0, page.entries);
            return;
        };
        let last = page.entries.last().map(|e| Head { seq: e.seq, chain: e.chain.clone() });
        let reached = last.as_ref().map_or(from.seq, |last| last.seq);
        let next = last.filter(|_| reached < page.head.seq);
        self.busy = Some(Busy::Rejoining(next));
        let rejoin = Some(page.head.seq);
        out.push(Output::TakeIn { entries: page.entries, rejoin, epoch: page.epoch });
    }

    fn streamed(&mut self, number: u64, what: Streamed, now: Millis, out: &mut Vec<Output>) {
        let Some(stream) = self.stream.as_mut().filter(|stream| stream.number == number) else {
            return;
        };
        // A stream that has not said hello is not open, whatever it says.
        if stream.open {
            stream.by = now + SILENCE;
        }
        match what {
            Streamed::Hello(hello) => {
                if self.is_of_an_epoch(hello.epoch, now, out) {
                    self.opened(hello, now, out);
                }
            }
            Streamed::Entry(entry) if self.pending.len() < PENDING => self.pending.push(*entry),
            Streamed::Entry(_) => self.behind = true,
            Streamed::Progress(progress) => {
                if self.stream.as_ref().is_some_and(|stream| stream.open) {
                    self.roster.heard(&progress, now);
                }
                out.push(Output::PassOn(progress));
            }
            Streamed::Alive => {}
            Streamed::Problem(problem) => {
                self.stream = None;
                self.problem(*problem, now, out);
            }
            Streamed::Ended(reason) => {
                self.stream = None;
                self.give_up_quietly(&reason, now, out);
            }
        }
    }

    fn opened(&mut self, hello: Hello, now: Millis, out: &mut Vec<Output>) {
        if let Some(stream) = &mut self.stream {
            stream.open = true;
            stream.by = now + SILENCE;
        }
        self.offline_since = None;
        self.trouble = None;
        self.backoff.succeeded();
        self.offset.connected(now);
        self.known_as(hello.you, out);
    }

    fn known_as(&mut self, you: You, out: &mut Vec<Output>) {
        if you != You::default() {
            out.push(Output::KnownAs(you));
        }
    }

    /// Whether the hub may be listened to: not where it is of an older epoch than we are.
    fn is_of_an_epoch(&mut self, epoch: u64, now: Millis, out: &mut Vec<Output>) -> bool {
        if epoch >= self.epoch {
            self.epoch = epoch;
            return true;
        }
        let trouble = format!(
            "the hub is of epoch {epoch}, and this run has been of epoch {}: it has been restored \
             since; join the hub that has the run now",
            self.epoch
        );
        self.give_up(Some(trouble), now, out);
        self.backoff.stay_away(now, STUBBORN);
        false
    }

    fn problem(&mut self, problem: Problem, now: Millis, out: &mut Vec<Output>) {
        match problem.kind {
            ProblemKind::Diverged | ProblemKind::Epoch => {
                if !self.is_of_an_epoch(problem.epoch.unwrap_or(self.epoch), now, out) {
                    return;
                }
                self.let_go(out);
                self.busy = Some(Busy::Comparing);
                out.push(Output::Compare(problem.samples));
            }
            // The stream, or a page, brings what is missing here.
            ProblemKind::Gap | ProblemKind::Reused if self.puzzled < PUZZLED => {
                self.puzzled += 1;
                self.known_there.clear();
                self.behind = true;
            }
            ProblemKind::Refused => match problem.entry {
                Some(id) => {
                    self.busy = Some(Busy::Refusing);
                    out.push(Output::KeepRefusal(*id, problem.detail));
                }
                None => self.give_up(Some(problem.detail), now, out),
            },
            ProblemKind::Busy => self.give_up_quietly(&problem.detail, now, out),
            ProblemKind::Storage => self.give_up(Some(problem.detail), now, out),
            _ => {
                self.give_up(Some(format!("{}: {}", problem.title, problem.detail)), now, out);
                self.backoff.stay_away(now, STUBBORN);
            }
        }
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
    fn give_up_quietly(&mut self, _reason: &str, now: Millis, out: &mut Vec<Output>) {
        self.give_up(None, now, out);
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

    /// Gives up what takes too long.
    fn overdue(&mut self, now: Millis, out: &mut Vec<Output>) {
        let late = |asked: &Option<Asked>| asked.as_ref().is_some_and(|asked| asked.by <= now);
        let silent = self.stream.as_ref().is_some_and(|stream| stream.by <= now);
        if late(&self.page) || late(&self.append) || silent {
            self.give_up_quietly("no answer", now, out);
        }
        self.offset.overdue(now);
        if self.comes_back_by.is_some_and(|by| by <= now) {
            self.comes_back_by = None;
            self.known_there.clear();
            self.behind = true;
        }
    }

    /// Does what can be done next.
    fn go_on(&mut self, now: Millis, out: &mut Vec<Output>) {
        if self.backoff.until().is_some_and(|until| until > now) {
            return;
        }
        self.backoff.waited();
        if self.busy.is_some() || self.ledger.head.is_none() {
            return;
        }
        if self.rejoin.is_some() {
            self.ask_for_page(now, out);
            return;
        }
        self.take_pending(out);
        if self.busy.is_some() {
            return;
        }
        match &self.stream {
            None => self.open_stream(now, out),
            Some(stream) if stream.open => {
                if self.behind {
                    self.ask_for_page(now, out);
                } else {
                    self.append(now, out);
                }
                let number = self.numbers + 1;
                if self.offset.ask(number, now) {
                    self.numbers = number;
                    out.push(Output::Ask(number, Request::Time));
                }
            }
            Some(_) => {}
        }
    }

    fn open_stream(&mut self, now: Millis, out: &mut Vec<Output>) {
        let Some(head) = self.ledger.head.clone() else { return };
        let number = self.number();
        self.stream = Some(Stream { number, open: false, by: now + ANSWER });
        out.push(Output::OpenStream(number, head));
    }

    fn ask_for_page(&mut self, now: Millis, out: &mut Vec<Output>) {
        let after = self.rejoin.clone().or_else(|| self.ledger.head.clone());
        let (None, Some(after)) = (&self.page, after) else { return };
        let number = self.number();
        self.page = Some(Asked { number, by: now + ANSWER });
        out.push(Output::Ask(number, Request::Page { after, limit: PAGE_ENTRIES }));
    }

    /// Gives the ledger what came and follows from where it is.
    fn take_pending(&mut self, out: &mut Vec<Output>) {
        let seq = self.seq();
        self.pending.retain(|entry| entry.seq > seq);
        self.pending.sort_by_key(|entry| entry.seq);
        self.pending.dedup_by_key(|entry| entry.seq);
        let follows = self.pending.iter().zip(seq + 1..).take_while(|(e, next)| e.seq == *next);
        let count = follows.count();
        if count == 0 {
            self.behind |= !self.pending.is_empty();
            return;
        }
        let entries = self.pending.drain(..count).collect();
        self.busy = Some(Busy::Taking);
        out.push(Output::TakeIn { entries, rejoin: None, epoch: self.epoch });
    }

    fn append(&mut self, now: Millis, out: &mut Vec<Output>) {
        let (None, Some(after)) = (&self.append, self.ledger.head.clone()) else { return };
        let mut bytes = 0;
        let fresh = self.ledger.waiting.iter().filter(|(id, _)| !self.known_there.contains(id));
        let entries: Vec<Sent> = fresh
            .take(APPEND_ENTRIES)
            .take_while(|(_, sent)| {
                let first = bytes == 0;
                bytes += sent.unpack().map_or(0, |body| body.len());
                first || bytes <= BATCH_BYTES
            })
            .map(|(_, sent)| sent.clone())
            .collect();
        if entries.is_empty() {
            return;
        }
        let number = self.number();
        self.append = Some(Asked { number, by: now + ANSWER });
        let append = Append { epoch: self.epoch, after, entries };
        out.push(Output::Ask(number, Request::Append(append)));
    }
}
