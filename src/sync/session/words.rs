//! What a session hears, what it answers, and what it says of how it is going: plain data.

use super::{
    super::protocol::{
        Append, Appended, Head, Hello, Ordered, Page, PassedOn, Problem, Progress, Sent, You,
    },
    Millis, Place, Seen,
};
use crate::run::EntryId;

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
    /// Whoever answers cannot show to be the hub: why.
    Distrusted(String),
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
    /// Whoever is there cannot show to be the hub: why.
    Distrusted(String),
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
    /// Why the last try to reach the hub has failed, while it is not reached.
    pub unreachable: Option<String>,
}
