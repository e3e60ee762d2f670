//! Between the ledger's thread and the client of a hub: carries what one says to the other. Decides
//! nothing, and neither waits for the other.

use crate::cockpit::model::{Outbox, Refused};
use crate::cockpit::msg::Msg;
use crate::ledger::order::{Placed, Stretch};
use crate::ledger::{Notice, Request, Requests, RunClock, Share, Sharing};
use crate::run::Entry;
use crate::sync::client::{Client, Link, Mailbox};
use crate::sync::protocol::{Head, Ordered, Sent};
use crate::sync::session::{Condition, Input, Ledger, Output};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Begins to share a ledger over that link. `show` is told how it goes, its times on the run clock,
/// and who is here, on another thread, and must not wait for the ledger's.
///
/// # Errors
/// The system has no room for another thread.
pub fn begin(
    link: Link,
    sharing: &Sharing,
    mailbox: Arc<Mailbox>,
    clock: RunClock,
    requests: Requests,
    mut show: impl FnMut(Msg) + Send + 'static,
) -> std::io::Result<Client> {
    let seed = RandomState::new().hash_one(0);
    let letters = mailbox.clone();
    let waits = clock.clone();
    let now = move || waits.for_waits();
    Client::spawn(link, stands(sharing), seed, mailbox, now, move |output| {
        let share = match output {
            Output::Show(condition) => {
                return show(Msg::Sharing(on_the_run_clock(condition, &clock)));
            }
            // Measured against a clock that runs otherwise it would say nothing: the hub, in the same
            // process, has this very clock.
            Output::FollowClock(_) if clock.is_hurried() => return,
            Output::Present(seen) => return show(Msg::Present(seen)),
            other => ask(other),
        };
        let failed = match share {
            Ok(Some(share)) => requests.request(Request::Share(share)).err().map(|e| e.to_string()),
            Ok(None) => None,
            Err(why) => Some(why),
        };
        if let Some(why) = failed {
            letters.answer(Input::TookIn(Err(why)));
        }
    })
}

/// The session counts by a clock of this machine that is never hurried; the screen shows the run's,
/// which is the hub's.
fn on_the_run_clock(condition: Condition, clock: &RunClock) -> Condition {
    let since = condition.offline_since.and_then(|since| clock.at_wait(since));
    let to_hub = clock.now() - clock.now_here();
    let since = since.map(|since| (since + to_hub).timestamp_millis());
    Condition { offline_since: since, ..condition }
}

/// Tells the client what the ledger's thread says, as far as it is about the hub.
pub fn hear(mailbox: &Mailbox, notice: &Notice) {
    match notice {
        Notice::Sharing(sharing) => mailbox.ledger(stands(sharing)),
        Notice::TookIn(done) => {
            let done = done.clone().map_err(|error| error.to_string());
            mailbox.answer(Input::TookIn(done));
        }
        Notice::Common { seq, chain } => {
            mailbox.answer(Input::Common(Head { seq: *seq, chain: chain.to_string() }));
        }
        Notice::SharingTrouble(error) => mailbox.answer(Input::TookIn(Err(error.to_string()))),
        _ => {}
    }
}

/// What of the ledger's acts the hub has not ordered, for the screen.
pub fn outbox(sharing: Sharing) -> Outbox {
    let refused = sharing.refused.into_iter().map(|queued| Refused {
        entry: Entry::from_body(0, &queued.body).ok().map(Arc::new),
        why: queued.refused.unwrap_or_default(),
        id: queued.id,
    });
    let refused = refused.collect();
    let waiting = sharing.waiting.into_iter().map(|queued| queued.id).collect();
    let lost = sharing.lost.iter().filter_map(|lost| Entry::from_body(lost.seq, &lost.body).ok());
    Outbox { waiting, refused, lost: lost.map(Arc::new).collect() }
}

/// How the ledger stands, in the words of the wire.
fn stands(sharing: &Sharing) -> Ledger {
    let waiting = sharing.waiting.iter().map(|q| (q.id.clone(), Sent::pack(&q.body)));
    Ledger {
        epoch: sharing.joined.epoch,
        head: Some(Head { seq: sharing.seq, chain: sharing.head.to_string() }),
        unshared: sharing.unshared,
        waiting: waiting.collect(),
        refused: sharing.refused.len(),
        offset_ms: sharing.joined.offset_ms,
    }
}

/// What the ledger's thread is asked for; none where it is nothing of its.
fn ask(output: Output) -> Result<Option<Share>, String> {
    Ok(Some(match output {
        Output::TakeIn { entries, rejoin, epoch } => {
            let entries = entries.iter().map(placed).collect::<Result<_, _>>()?;
            Share::TakeIn { stretch: Stretch { entries, rejoin }, epoch }
        }
        Output::Compare(samples) => {
            let read = |head: &Head| Ok::<_, String>((head.seq, head.chain.parse()?));
            Share::Compare(samples.iter().map(read).collect::<Result<_, _>>()?)
        }
        Output::KeepRefusal(id, reason) => Share::KeepRefusal { id, reason },
        Output::FollowClock(ahead) => Share::FollowClock(ahead),
        Output::KnownAs(you) => Share::KnownAs { person: you.person, role: you.role },
        _ => return Ok(None),
    }))
}

/// An entry as the hub sent it.
///
/// # Errors
/// It cannot be read.
pub fn placed(ordered: &Ordered) -> Result<Placed, String> {
    let unreadable = || format!("the hub sent an entry {} that cannot be read", ordered.seq);
    let body = ordered.unpack().ok_or_else(unreadable)?;
    Ok(Placed { seq: ordered.seq, chain: ordered.chain.parse()?, body })
}
