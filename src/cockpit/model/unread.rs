//! What a person has not read of the notes: told by the names of entries, which stay the same
//! whatever order a hub gives them.

use crate::run::{EntryId, RunState};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Which entries have been read. Kept as text in the ledger's own store of drafts: for this person
/// and this machine alone, and no part of the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// By replica: read up to that index,
    upto: BTreeMap<String, u64>,
    /// but for these.
    but: BTreeSet<EntryId>,
}

impl Seen {
    /// Whether an entry has been read.
    pub fn has(&self, id: &EntryId) -> bool {
        self.upto.get(&id.replica).is_some_and(|upto| id.index <= *upto) && !self.but.contains(id)
    }

    /// Everything there is now has been read, but for these entries.
    pub fn all_but(run: &RunState, but: BTreeSet<EntryId>) -> Self {
        let mut upto: BTreeMap<String, u64> = BTreeMap::new();
        for logged in &run.log {
            let id = &logged.entry.id;
            match upto.get_mut(&id.replica) {
                Some(last) => *last = id.index.max(*last),
                None => {
                    upto.insert(id.replica.clone(), id.index);
                }
            }
        }
        Self { upto, but }
    }

    /// As it is kept.
    pub fn to_text(&self) -> String {
        let upto = self.upto.iter().map(|(replica, index)| format!("{replica} {index}\n"));
        let but = self.but.iter().map(|id| format!("{} {} unread\n", id.replica, id.index));
        upto.chain(but).collect()
    }

    /// What was kept. Lines that make no sense are left out: what they told counts as not read.
    pub fn from_text(text: &str) -> Self {
        let mut seen = Self::default();
        for line in text.lines() {
            let mut words = line.split(' ');
            let (Some(replica), Some(index)) = (words.next(), words.next()) else { continue };
            let Ok(index) = index.parse() else { continue };
            let replica = replica.to_owned();
            match words.next() {
                None => {
                    seen.upto.insert(replica, index);
                }
                Some(_) => {
                    seen.but.insert(EntryId { replica, index });
                }
            }
        }
        seen
    }
}

/// What is new to the person in the notes.
#[derive(Debug, Clone, Default)]
pub struct Unread {
    /// What they have read.
    pub seen: Seen,
    /// Notes in which others wrote something they have not read; kept by `update`.
    pub notes: HashSet<EntryId>,
    /// Of these, how many call them by `@name`; kept by `update`.
    pub calls: usize,
    /// Notes that were new when the pane was opened: marked until it is left.
    pub marked: HashSet<EntryId>,
}
