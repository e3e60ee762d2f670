//! How a joined ledger takes in the hub's order: pure, so that thousands of replicas can be run in a
//! test. What is durable is asked of a [`Shelf`]; what has to change is answered as one [`Change`],
//! which is made in one transaction.
//!
//! The agreed entries are the hub's, always: where they differ from what is here, the ledger goes
//! back to the last common entry. Own entries that are lost that way wait in the outbox again,
//! under the same names. What waits there continues the own entries in the agreed order without a
//! gap; where it cannot (the hub knows other entries under these names, because a copy of this
//! ledger has been in use), each of it goes under a name of its own, made from what it says, so that
//! the same act is one entry however often that happens.

use super::chain::Chain;
use crate::run::{Actor, EntryId, Envelope, sha256_hex};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};

/// An entry at its place in the agreed order, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Place, from 1.
    pub seq: u64,
    /// Chain value.
    pub chain: Chain,
    /// Body as hashed.
    pub body: Vec<u8>,
}

/// An own entry that the hub has not ordered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its name.
    pub id: EntryId,
    /// Body as it is sent.
    pub body: Vec<u8>,
    /// Why the hub refused it, where it did: it is not sent again.
    pub refused: Option<String>,
}

/// A stretch of the hub's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The entries, without gaps.
    pub entries: Vec<Placed>,
    /// Where the hub has said that the two orders differ: its last place. Only then is anything
    /// taken back.
    pub rejoin: Option<u64>,
}

/// What of a ledger has to be known.
pub trait Shelf {
    /// How it fails.
    type Error;
    /// The last agreed entry: place and chain value.
    ///
    /// # Errors
    /// It cannot be read.
    fn last(&self) -> Result<(u64, Chain), Self::Error>;
    /// Chain value of the agreed entry at that place; at 0, what comes before the first.
    ///
    /// # Errors
    /// It cannot be read.
    fn chain_at(&self, seq: u64) -> Result<Option<Chain>, Self::Error>;
    /// All agreed entries after that place.
    ///
    /// # Errors
    /// They cannot be read.
    fn after(&self, seq: u64) -> Result<Vec<Placed>, Self::Error>;
    /// The highest index of that replica among the agreed entries up to a place; 0 for none.
    ///
    /// # Errors
    /// It cannot be read.
    fn last_index(&self, replica: &str, up_to: u64) -> Result<u64, Self::Error>;
    /// Everything in the outbox, in the order in which it was recorded.
    ///
    /// # Errors
    /// It cannot be read.
    fn outbox(&self) -> Result<Vec<Queued>, Self::Error>;
    /// Whether an entry of that name, by that actor, is this ledger's to send: it was written here,
    /// or by the same person elsewhere.
    ///
    /// # Errors
    /// It cannot be read.
    fn is_own(&self, replica: &str, actor: &Actor) -> Result<bool, Self::Error>;
}

/// What has to change, all at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Agreed entries after this place are no longer agreed, and are kept aside.
    pub back_to: Option<u64>,
    /// New agreed entries, under their names.
    pub add: Vec<(EntryId, Placed)>,
    /// What leaves the outbox.
    pub remove: Vec<EntryId>,
    /// What comes into the outbox, after that.
    pub queue: Vec<Queued>,
    /// Replicas that are not written under any more, each with the one that takes its place.
    pub retired: Vec<(String, String)>,
    /// Names that own entries have been given.
    pub named: Vec<String>,
}

impl Change {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a stretch cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError<E> {
    /// Entries between what is here and what came are missing.
    #[error("entry {expected} should come next, and {found} came")]
    Gap {
        /// What should have come.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// It follows from something else than what is here.
    #[error("entry {seq} does not follow from what is here")]
    Diverged {
        /// Its place.
        seq: u64,
    },
    /// It cannot be read.
    #[error("entry {seq} cannot be read: {cause}")]
    Unreadable {
        /// Its place; 0 in the outbox.
        seq: u64,
        /// Why.
        cause: String,
    },
    /// The shelf failed.
    #[error("{0}")]
    Shelf(E),
}

impl<E> From<E> for OrderError<E> {
    fn from(error: E) -> Self {
        Self::Shelf(error)
    }
}

/// What taking in a stretch of the hub's order changes. `fresh` makes new names of replicas.
///
/// # Errors
/// The stretch does not follow from what is here, or something cannot be read: nothing changes.
pub fn take<S: Shelf>(
    shelf: &S,
    stretch: &Stretch,
    fresh: &mut dyn FnMut() -> String,
) -> Result<Change, OrderError<S::Error>> {
    let (back_to, new) = compare(shelf, stretch)?;
    let (last, _) = shelf.last()?;
    let kept = back_to.unwrap_or(last);
    let before = shelf.outbox()?;
    let mut outbox = before.clone();
    if back_to.is_some() {
        outbox.splice(0..0, lost(shelf, kept)?);
    }
    let mut change = Change { back_to, ..Change::default() };
    let waiting: HashMap<EntryId, Vec<u8>> =
        outbox.iter().map(|queued| (queued.id.clone(), queued.body.clone())).collect();
    let mut arrived = HashSet::new();
    for placed in new {
        let envelope = read(placed.seq, &placed.body)?;
        let id = envelope.id().clone();
        let own = waiting.get(&id).and_then(|body| Envelope::read(0, body).ok());
        if own.is_some_and(|own| own.is_same_act(&envelope)) {
            arrived.insert(id.clone());
        }
        change.add.push((id, placed));
    }
    outbox.retain(|queued| !arrived.contains(&queued.id));
    rename_what_cannot_follow(shelf, kept, &mut change, &mut outbox, fresh)?;
    settle(&mut change, &before, outbox);
    Ok(change)
}

/// What a refusal changes: the entry stays, with the reason, and what was to follow it under the
/// same name goes under a new one, for the hub takes no name with a gap.
///
/// # Errors
/// The shelf cannot be read.
pub fn refuse<S: Shelf>(
    shelf: &S,
    id: &EntryId,
    reason: &str,
    fresh: &mut dyn FnMut() -> String,
) -> Result<Change, OrderError<S::Error>> {
    let before = shelf.outbox()?;
    let mut outbox = before.clone();
    let mut change = Change::default();
    let Some(refused) = outbox.iter_mut().find(|q| q.id == *id && q.refused.is_none()) else {
        return Ok(change);
    };
    refused.refused = Some(reason.to_owned());
    let (last, _) = shelf.last()?;
    rename(shelf, last, &id.replica, &mut outbox, &mut change, fresh)?;
    settle(&mut change, &before, outbox);
    Ok(change)
}

/// A place to go back to, and what is new after it.
type Compared = (Option<u64>, Vec<Placed>);

/// Where the stretch differs from what is here, and what of it is new.
fn compare<S: Shelf>(shelf: &S, stretch: &Stretch) -> Result<Compared, OrderError<S::Error>> {
    let (last, _) = shelf.last()?;
    let mut back_to = None;
    let mut new: Vec<Placed> = Vec::new();
    let mut at = None;
    for placed in &stretch.entries {
        let before = placed.seq.saturating_sub(1);
        let previous = match &at {
            None => shelf.chain_at(before)?,
            Some((seq, chain)) if *seq == before => Some(*chain),
            Some(_) => None,
        };
        let expected = at.map_or(last, |(seq, _)| seq) + 1;
        let Some(previous) = previous else {
            return Err(OrderError::Gap { expected, found: placed.seq });
        };
        if previous.next(placed.seq, &placed.body) != placed.chain {
            return Err(OrderError::Diverged { seq: placed.seq });
        }
        at = Some((placed.seq, placed.chain));
        if back_to.is_none() && placed.seq <= last {
            if shelf.chain_at(placed.seq)? == Some(placed.chain) {
                continue;
            }
            if stretch.rejoin.is_none() {
                return Err(OrderError::Diverged { seq: placed.seq });
            }
            back_to = Some(before);
        }
        new.push(placed.clone());
    }
    let end = stretch
        .rejoin
        .filter(|end| back_to.is_none() && *end < last && at.is_none_or(|(seq, _)| seq >= *end));
    Ok((back_to.or(end), new))
}

/// Own entries after that place, as they wait to be sent again.
fn lost<S: Shelf>(shelf: &S, kept: u64) -> Result<Vec<Queued>, OrderError<S::Error>> {
    let mut lost = Vec::new();
    for placed in shelf.after(kept)? {
        let envelope = read(placed.seq, &placed.body)?;
        let (id, actor) = (envelope.id().clone(), envelope.actor().clone());
        if shelf.is_own(&id.replica, &actor)? {
            lost.push(Queued { id, body: placed.body, refused: None });
        }
    }
    Ok(lost)
}

/// Gives new names to what waits where it does not continue the agreed entries of its name.
fn rename_what_cannot_follow<S: Shelf>(
    shelf: &S,
    kept: u64,
    change: &mut Change,
    outbox: &mut Vec<Queued>,
    fresh: &mut dyn FnMut() -> String,
) -> Result<(), OrderError<S::Error>> {
    let waiting = outbox.iter().filter(|queued| queued.refused.is_none());
    let replicas: BTreeSet<String> = waiting.map(|queued| queued.id.replica.clone()).collect();
    for replica in replicas {
        let added = change.add.iter().filter(|(id, _)| id.replica == replica);
        let added = added.map(|(id, _)| id.index).max().unwrap_or(0);
        let last = shelf.last_index(&replica, kept)?.max(added);
        if !follows(outbox, &replica, last) {
            rename(shelf, kept, &replica, outbox, change, fresh)?;
        }
    }
    Ok(())
}

/// Whether what waits under that name goes on from `last` without a gap.
fn follows(outbox: &[Queued], replica: &str, last: u64) -> bool {
    let waiting = outbox.iter().filter(|q| q.refused.is_none() && q.id.replica == replica);
    waiting.map(|queued| queued.id.index).zip(last + 1..).all(|(index, next)| index == next)
}

/// Gives everything that waits under a name names of its own, and says so wherever one of these
/// entries speaks of another. What is agreed under its new name already, waits no more.
fn rename<S: Shelf>(
    shelf: &S,
    kept: u64,
    replica: &str,
    outbox: &mut Vec<Queued>,
    change: &mut Change,
    fresh: &mut dyn FnMut() -> String,
) -> Result<(), OrderError<S::Error>> {
    let mut names: HashMap<EntryId, EntryId> = HashMap::new();
    let waits = |q: &Queued| q.refused.is_none();
    for queued in outbox.iter_mut().filter(|q| waits(q) && q.id.replica == replica) {
        let id = EntryId { replica: own_name(&queued.id, &queued.body)?, index: 1 };
        change.named.push(id.replica.clone());
        names.insert(std::mem::replace(&mut queued.id, id.clone()), id);
    }
    let added: HashSet<&EntryId> = change.add.iter().map(|(id, _)| id).collect();
    let mut there = HashSet::new();
    for name in names.values() {
        if added.contains(name) || shelf.last_index(&name.replica, kept)? > 0 {
            there.insert(name.clone());
        }
    }
    outbox.retain(|queued| !there.contains(&queued.id));
    for queued in outbox.iter_mut().filter(|q| waits(q)) {
        queued.body = spoken_of_by(&queued.body, &names)
            .map_err(|e| OrderError::Unreadable { seq: 0, cause: e.to_string() })?;
    }
    change.retired.push((replica.to_owned(), fresh()));
    Ok(())
}

/// A name made from an entry's old one and from what it says, whatever a hub has said about it.
pub(super) fn own_name<E>(id: &EntryId, body: &[u8]) -> Result<String, OrderError<E>> {
    let act = read(0, body)?.act_text();
    let bytes = format!("{id}\n{act}");
    Ok(sha256_hex(bytes.as_bytes()).chars().take(24).collect())
}

/// A body in which every name of an entry is the new one. Left as it is where there is none.
fn spoken_of_by(
    body: &[u8],
    names: &HashMap<EntryId, EntryId>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut value: Value = serde_json::from_slice(body)?;
    if replace_names(&mut value, names) { serde_json::to_vec(&value) } else { Ok(body.to_vec()) }
}

fn replace_names(value: &mut Value, names: &HashMap<EntryId, EntryId>) -> bool {
    match value {
        Value::Object(fields) => {
            let id = fields.get("replica").and_then(Value::as_str).zip(fields.get("index"));
            let id = id.and_then(|(replica, index)| {
                let id = EntryId { replica: replica.to_owned(), index: index.as_u64()? };
                names.get(&id).filter(|_| fields.len() == 2)
            });
            if let Some(new) = id {
                fields.insert("replica".to_owned(), new.replica.clone().into());
                fields.insert("index".to_owned(), new.index.into());
                return true;
            }
            replace_all(fields.values_mut(), names)
        }
        Value::Array(list) => replace_all(list.iter_mut(), names),
        _ => false,
    }
}

/// In all of them, not only up to the first.
fn replace_all<'a>(
    values: impl Iterator<Item = &'a mut Value>,
    names: &HashMap<EntryId, EntryId>,
) -> bool {
    let mut any = false;
    for value in values {
        any |= replace_names(value, names);
    }
    any
}

/// What takes the outbox from one to the other.
fn settle(change: &mut Change, before: &[Queued], after: Vec<Queued>) {
    let known: HashMap<&EntryId, &Queued> = before.iter().map(|q| (&q.id, q)).collect();
    let (stays, comes): (Vec<_>, Vec<_>) =
        after.into_iter().partition(|queued| known.get(&queued.id) == Some(&queued));
    let stays: HashSet<EntryId> = stays.into_iter().map(|queued| queued.id).collect();
    let gone = before.iter().map(|queued| &queued.id).filter(|id| !stays.contains(id));
    change.remove = gone.cloned().collect();
    change.queue = comes;
}

fn read<E>(seq: u64, body: &[u8]) -> Result<Envelope<'_>, OrderError<E>> {
    Envelope::read(seq, body)
        .map_err(|e| OrderError::Unreadable { seq, cause: e.cause.to_string() })
}
