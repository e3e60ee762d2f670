//! What of one's own acts the hub has not ordered.

use crate::run::{Entry, EntryId};
use std::collections::HashSet;
use std::sync::Arc;

/// What the hub has not ordered yet, or refused.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outbox {
    /// What waits to be shared: the first of it.
    pub waiting: HashSet<EntryId>,
    /// What the hub refused.
    pub refused: Vec<Refused>,
    /// What was agreed, and the hub has no more.
    pub lost: Vec<Arc<Entry>>,
}

/// An entry that the hub refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Its name.
    pub id: EntryId,
    /// What it says; none where it cannot be read.
    pub entry: Option<Arc<Entry>>,
    /// Why.
    pub why: String,
}
