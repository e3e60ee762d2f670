//! The thread that owns a ledger, for a program that must never wait for a disk.

use super::chain::Chain;
use super::copy::{Copier, CopyState};
use super::error::{AppendError, ErrorKind, LedgerError};
use super::joined::{Joined, TakeError};
use super::order::Stretch;
use super::place::Place;
use super::record::Ledger;
use super::sharing::Sharing;
use crate::run::{Entry, EntryId, Intent, Refusal, RunState, Time};
use crate::runbook::Role;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, channel, sync_channel,
};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the ledger is asked whether another process has added something: seldom enough to
/// cost next to nothing, and often enough to show it within a tenth of a second.
const POLL: Duration = Duration::from_millis(70);

/// How many requests may wait. People do not type faster than a disk writes, but a disk may hang.
const QUEUE: usize = 256;

/// Polls to let pass before a jump of the clock that could not be written is tried again: 5 s.
const JUMP_AGAIN: u32 = 70;

/// Acts after which the file is tidied up at the next quiet moment.
const TIDY_AFTER: u32 = 50;

/// Something the thread is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Record an act.
    Append {
        /// Comes back with the answer.
        ticket: u64,
        /// The act.
        intent: Intent,
    },
    /// Keep the text of something half-written; an empty text forgets it.
    SaveDraft {
        /// What it belongs to.
        key: String,
        /// The text.
        text: String,
    },
    /// Keep a second copy in this folder from here on.
    CopyTo {
        /// The folder.
        folder: PathBuf,
    },
    /// Do something about the hub that the ledger is joined to.
    Share(Share),
}

/// What the thread is asked to do about a hub.
#[derive(Debug, Clone, PartialEq)]
pub enum Share {
    /// Join it.
    Join(Joined),
    /// Take in a stretch of its order; answered by [`Notice::TookIn`].
    TakeIn {
        /// The stretch.
        stretch: Stretch,
        /// The hub's epoch.
        epoch: u64,
    },
    /// Find the last place at which the hub's order is this ledger's; answered by
    /// [`Notice::Common`].
    Compare(Vec<(u64, Chain)>),
    /// Keep the reason for which it refused an entry.
    KeepRefusal {
        /// The entry.
        id: EntryId,
        /// The reason.
        reason: String,
    },
    /// Let go of an entry that it refused.
    ForgetRefused(EntryId),
    /// Follow its clock, which is that far ahead, milliseconds.
    FollowClock(i64),
    /// Note who it says acts here, and in which role they began.
    KnownAs {
        /// Who; none: it takes any name.
        person: Option<String>,
        /// In which role.
        role: Option<Role>,
    },
}

/// Something the thread has to say. Entries come in the ledger's order, each once; only a request
/// that is made again after a doubtful failure may be answered with an entry that has come already.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The act is recorded, durably.
    Appended {
        /// Of the request.
        ticket: u64,
        /// What it became.
        entry: Arc<Entry>,
    },
    /// The rule book says no.
    Refused {
        /// Of the request.
        ticket: u64,
        /// Why.
        refusal: Refusal,
    },
    /// The act could not be made durable. It may be requested again, and is recorded once.
    Failed {
        /// Of the request.
        ticket: u64,
        /// When it was tried, on the run clock: when it happened, if it is recorded later.
        at: Time,
        /// Why.
        error: LedgerError,
    },
    /// What others recorded.
    Others(Vec<Arc<Entry>>),
    /// What is being written would not survive a crash at the moment.
    DraftNotKept {
        /// Of the request.
        key: String,
        /// Why.
        error: LedgerError,
    },
    /// What others record cannot be read. Said once until it changes.
    Trouble(LedgerError),
    /// It can be read again.
    Recovered,
    /// How the second copy is doing, whenever that changes.
    Copy(CopyState),
    /// The hub has put entries into another order: this is the whole run now.
    Reordered {
        /// The run.
        state: Box<RunState>,
        /// What of it is new.
        news: Vec<Arc<Entry>>,
    },
    /// How the ledger stands to its hub, whenever that changes.
    Sharing(Box<Sharing>),
    /// A stretch of the hub's order was taken in, or why not. What changed has been told before.
    TookIn(Result<(), TakeError>),
    /// The last place, of those asked for, at which the hub's order is this ledger's.
    Common {
        /// The place; 0 before the first entry.
        seq: u64,
        /// Its chain value.
        chain: Chain,
    },
    /// Something about the hub could not be done.
    SharingTrouble(LedgerError),
}

/// A request that was not taken: too many are waiting, or the thread has ended.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the disk does not keep up: {QUEUE} acts are waiting to be recorded")]
pub struct NotTaken(pub Box<Request>);

/// A handle on the thread. Dropping it ends the thread when all requests are done.
pub struct Keeper {
    requests: SyncSender<Request>,
    thread: JoinHandle<Result<(), LedgerError>>,
}

impl Keeper {
    /// Gives the ledger to a thread of its own. `person` is who sees the system clock jump here;
    /// `sink` is called on that thread with every notice, and must not wait.
    ///
    /// # Errors
    /// The system has no room for another thread.
    pub fn spawn(
        ledger: Ledger,
        person: &str,
        sink: impl FnMut(Notice) + Send + 'static,
    ) -> Result<Self, LedgerError> {
        let path = ledger.path().to_owned();
        let (requests, waiting) = sync_channel(QUEUE);
        let (copy_says, copy_said) = channel();
        let desk = Desk {
            person: person.to_owned(),
            sink,
            version: None,
            trouble: None,
            skip_jumps: 0,
            untidy: 0,
            unsummed: true,
            sharing: None,
            copier: None,
            copy_says,
            copy_said,
            place: Place::of(&path),
            ledger,
        };
        std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || desk.work(&waiting))
            .map(|thread| Self { requests, thread })
            .map_err(|e| LedgerError::io(&path, "start the ledger's thread", &e))
    }

    /// Asks for something; the answer comes as a notice. Never waits.
    ///
    /// # Errors
    /// It was not taken; the request comes back.
    pub fn request(&self, request: Request) -> Result<(), NotTaken> {
        send(&self.requests, request)
    }

    /// A way to ask for something from another thread. The keeper ends only when all of them have
    /// gone.
    pub fn requests(&self) -> Requests {
        Requests(self.requests.clone())
    }

    /// Does all that was requested, and closes the ledger.
    ///
    /// # Errors
    /// Those of [`Ledger::close`].
    pub fn finish(self) -> Result<(), LedgerError> {
        let Self { requests, thread } = self;
        drop(requests);
        // The thread ends in a panic only where the sink did.
        thread.join().unwrap_or(Ok(()))
    }
}

/// A way to ask a [`Keeper`]'s thread for something.
#[derive(Clone)]
pub struct Requests(SyncSender<Request>);

impl Requests {
    /// Asks for something; the answer comes as a notice. Never waits.
    ///
    /// # Errors
    /// It was not taken; the request comes back.
    pub fn request(&self, request: Request) -> Result<(), NotTaken> {
        send(&self.0, request)
    }
}

fn send(requests: &SyncSender<Request>, request: Request) -> Result<(), NotTaken> {
    requests.try_send(request).map_err(|e| match e {
        TrySendError::Full(request) | TrySendError::Disconnected(request) => {
            NotTaken(Box::new(request))
        }
    })
}

/// What the thread has on its desk.
struct Desk<S> {
    ledger: Ledger,
    place: Place,
    person: String,
    sink: S,
    version: Option<i64>,
    trouble: Option<LedgerError>,
    skip_jumps: u32,
    /// Acts recorded since the file was tidied up.
    untidy: u32,
    /// Whether what a list of runs says about this one may have changed here.
    unsummed: bool,
    /// What was told about the hub, see [`Ledger::sharing_version`].
    sharing: Option<(u64, u64, u64)>,
    copier: Option<Copier>,
    copy_says: Sender<CopyState>,
    copy_said: Receiver<CopyState>,
}

impl<S: FnMut(Notice)> Desk<S> {
    fn work(mut self, waiting: &Receiver<Request>) -> Result<(), LedgerError> {
        let ready = self.ledger.get_ready();
        self.note(ready);
        loop {
            match waiting.recv_timeout(POLL) {
                Ok(request) => self.answer(request),
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while let Ok(state) = self.copy_said.try_recv() {
                (self.sink)(Notice::Copy(state));
            }
        }
        // The copy reads from the ledger: it has to be done before the ledger can be one file.
        if let Some(copier) = self.copier {
            copier.finish();
        }
        self.ledger.close()
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Append { ticket, intent } => self.append(ticket, intent),
            Request::SaveDraft { key, text } => {
                if let Err(error) = self.ledger.save_draft(&key, &text) {
                    (self.sink)(Notice::DraftNotKept { key, error });
                }
            }
            Request::CopyTo { folder } => self.copy_to(folder),
            Request::Share(share) => self.share(share),
        }
        self.tell_sharing();
    }

    /// Does something about the hub; what it changes is told before the answer.
    fn share(&mut self, share: Share) {
        let done = match share {
            Share::Join(joined) => self.ledger.join(&joined),
            Share::TakeIn { stretch, epoch } => {
                let taken = self.ledger.take_in(&stretch, epoch);
                self.untidy += 1;
                self.unsummed = true;
                self.tell_news();
                self.tell_sharing();
                (self.sink)(Notice::TookIn(taken));
                return;
            }
            Share::Compare(samples) => match self.ledger.common(&samples) {
                Ok((seq, chain)) => {
                    (self.sink)(Notice::Common { seq, chain });
                    return;
                }
                Err(error) => Err(error),
            },
            Share::KeepRefusal { id, reason } => match self.ledger.keep_refusal(&id, &reason) {
                Ok(()) => Ok(()),
                Err(TakeError::Ledger(error)) => Err(error),
                Err(other) => Err(self.ledger.unfit(&other)),
            },
            Share::ForgetRefused(id) => self.ledger.forget_refused(&id),
            Share::FollowClock(offset_ms) => self.ledger.follow_clock(offset_ms),
            Share::KnownAs { person, role } => self.ledger.known_to_hub_as(person, role),
        };
        self.tell_news();
        if let Err(error) = done {
            (self.sink)(Notice::SharingTrouble(error));
        }
    }

    /// Tells how the ledger stands to its hub, where that has changed.
    fn tell_sharing(&mut self) {
        let version = self.ledger.sharing_version();
        if version == self.sharing {
            return;
        }
        match self.ledger.sharing() {
            Ok(Some(sharing)) => {
                self.sharing = version;
                self.wake_copier();
                (self.sink)(Notice::Sharing(Box::new(sharing)));
            }
            Ok(None) => self.sharing = version,
            Err(error) => (self.sink)(Notice::SharingTrouble(error)),
        }
    }

    fn append(&mut self, ticket: u64, intent: Intent) {
        let at = self.ledger.now();
        if let Err(error) = self.place.check() {
            (self.sink)(Notice::Failed { ticket, at, error });
            return;
        }
        let result = self.ledger.append(intent);
        self.untidy += 1;
        self.unsummed = true;
        // What others wrote before it comes before it. (After it, there is something only where a
        // commit was reported as failed and took hold all the same.)
        let mut before = self.ledger.take_news();
        let own = result.as_ref().map_or(u64::MAX, |entry| entry.seq);
        let after = before.split_off(before.partition_point(|entry| entry.seq < own));
        self.tell(before);
        (self.sink)(match result {
            Ok(entry) => Notice::Appended { ticket, entry },
            Err(AppendError::Refused(refusal)) => Notice::Refused { ticket, refusal },
            Err(AppendError::Failed(error)) => Notice::Failed { ticket, at, error },
        });
        self.tell(after);
        self.wake_copier();
    }

    /// Sees what others have done, and whether the clock has jumped.
    fn look_around(&mut self) {
        let seen = self.place.check().and_then(|()| self.see_others());
        self.note(seen);
        self.see_the_clock();
        if std::mem::take(&mut self.unsummed) {
            // Without it, or with an old one, the list only takes longer.
            let _ = self.ledger.keep_summary();
        }
        if self.untidy >= TIDY_AFTER {
            self.untidy = 0;
            // What cannot be done now will be done by itself, in the course of some append.
            let _ = self.ledger.tidy();
        }
    }

    fn see_others(&mut self) -> Result<(), LedgerError> {
        let version = self.ledger.version()?;
        if self.version != Some(version) {
            let news = self.ledger.catch_up()?;
            self.tell(news);
            self.version = Some(version);
            self.tell_sharing();
        }
        Ok(())
    }

    fn see_the_clock(&mut self) {
        if self.skip_jumps > 0 {
            self.skip_jumps -= 1;
            return;
        }
        match self.ledger.record_jump(&self.person) {
            Ok(true) => self.tell_news(),
            Ok(false) => {}
            // No news for anybody: that the disk takes nothing shows at the next act, and the jump
            // stays to be seen.
            Err(_) => self.skip_jumps = JUMP_AGAIN,
        }
    }

    fn tell_news(&mut self) {
        let news = self.ledger.take_news();
        self.tell(news);
    }

    fn tell(&mut self, news: Vec<Arc<Entry>>) {
        if self.ledger.was_reordered() {
            let state = Box::new(self.ledger.state().clone());
            (self.sink)(Notice::Reordered { state, news });
            self.wake_copier();
        } else if !news.is_empty() {
            (self.sink)(Notice::Others(news));
            self.wake_copier();
        }
    }

    fn wake_copier(&self) {
        if let Some(copier) = &self.copier {
            copier.wake();
        }
    }

    /// Reports a trouble, or its end, once.
    fn note(&mut self, result: Result<(), LedgerError>) {
        let trouble = result.err();
        if trouble == self.trouble {
            return;
        }
        (self.sink)(match trouble.clone() {
            Some(error) => Notice::Trouble(error),
            None => Notice::Recovered,
        });
        self.trouble = trouble;
    }

    fn copy_to(&mut self, folder: PathBuf) {
        let says = self.copy_says.clone();
        let report = move |state| {
            // Nobody listens any more: the program is ending.
            let _ = says.send(state);
        };
        match Copier::spawn(self.ledger.path().to_owned(), folder.clone(), report) {
            Ok(copier) => self.copier = Some(copier),
            Err(e) => {
                let what = format!("cannot start the copy's thread: {e}");
                let error = LedgerError::new(ErrorKind::Io, &folder, what, "name the folder again");
                (self.sink)(Notice::Copy(CopyState::Behind(error)));
            }
        }
    }
}
