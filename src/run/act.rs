//! An act, and the entry it becomes once it has its place in the order. The JSON body of an entry
//! is what ledgers store and hash.

use super::Time;
use super::event::Event;
use super::words::EntryId;
use crate::runbook::Role;
use serde::{Deserialize, Serialize};

/// Who recorded something, as granted then.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// A person's id in the runbook, or any name.
    pub name: String,
    /// The role held at that moment.
    pub role: Role,
    /// True: a name somebody gave; false: proved by a token.
    pub claimed: bool,
}

/// What somebody wants to record: an event with its circumstances, not yet in any order.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Who records it.
    pub actor: Actor,
    /// Whose act it is, where that is another person.
    pub on_behalf_of: Option<String>,
    /// When it is recorded.
    pub at: Time,
    /// When it happened, where that was earlier.
    pub happened_at: Option<Time>,
    /// Reason with which a lead overrides a *not now*.
    pub override_reason: Option<String>,
    /// What happened.
    pub event: Event,
}

impl Act {
    /// When it happened: `happened_at` where given, else `at`.
    pub fn effective_at(&self) -> Time {
        self.happened_at.unwrap_or(self.at)
    }

    /// Whose act it is: `for` where given, else who recorded it.
    pub fn person(&self) -> &str {
        self.on_behalf_of.as_deref().unwrap_or(&self.actor.name)
    }
}

/// One fact in the agreed order.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Place in the order, from 1.
    pub seq: u64,
    /// Its name.
    pub id: EntryId,
    /// The act itself.
    pub act: Act,
    /// Measured offset of the writer's clock to the hub's, milliseconds; 0 alone.
    pub offset_ms: i64,
    /// When the hub took it in.
    pub received_at: Option<Time>,
}

/// The stored form of an entry, without its `seq` and `chain`.
#[derive(Serialize, Deserialize)]
pub(super) struct Body<E> {
    pub id: EntryId,
    pub actor: Actor,
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    pub at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<Time>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Time>,
    #[serde(rename = "override", default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
    pub event: E,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// The bytes stored for an entry cannot be read as one, not even as one of a newer kind.
#[derive(Debug, thiserror::Error)]
#[error("entry {seq} cannot be read: {cause}")]
pub struct BadEntry {
    /// Its place in the order.
    pub seq: u64,
    /// What the JSON reader says.
    #[source]
    pub cause: serde_json::Error,
}

impl Entry {
    /// The JSON that is stored and hashed: all fields but `seq` and `chain`.
    ///
    /// # Errors
    /// Only for an [`Event::Unknown`], which is never written by this program.
    pub fn to_body(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Body {
            id: self.id.clone(),
            actor: self.act.actor.clone(),
            on_behalf_of: self.act.on_behalf_of.clone(),
            at: self.act.at,
            happened_at: self.act.happened_at,
            offset_ms: self.offset_ms,
            received_at: self.received_at,
            override_reason: self.act.override_reason.clone(),
            event: &self.act.event,
        })
    }

    /// Reads what [`Entry::to_body`] wrote. An event of a newer version becomes
    /// [`Event::Unknown`].
    ///
    /// # Errors
    /// The bytes are no JSON object with the fields of an entry.
    pub fn from_body(seq: u64, bytes: &[u8]) -> Result<Self, BadEntry> {
        match serde_json::from_slice::<Body<Event>>(bytes) {
            Ok(body) => Ok(body.into_entry(seq, |event| event)),
            Err(_) => serde_json::from_slice::<Body<serde_json::Value>>(bytes)
                .map(|body| body.into_entry(seq, Event::unknown))
                .map_err(|cause| BadEntry { seq, cause }),
        }
    }
}

impl<E> Body<E> {
    fn into_entry(self, seq: u64, event: impl FnOnce(E) -> Event) -> Entry {
        Entry {
            seq,
            id: self.id,
            offset_ms: self.offset_ms,
            received_at: self.received_at,
            act: Act {
                actor: self.actor,
                on_behalf_of: self.on_behalf_of,
                at: self.at,
                happened_at: self.happened_at,
                override_reason: self.override_reason,
                event: event(self.event),
            },
        }
    }
}

/// An act before it has a time and before its actor has a role: what a key press or a command
/// line means. The ledger turns it into an [`Act`].
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// Who records it: an id in the runbook, or any name.
    pub person: String,
    /// Whose act it is, where that is another person.
    pub on_behalf_of: Option<String>,
    /// When it happened, where that was earlier.
    pub happened_at: Option<Time>,
    /// Reason with which a lead overrides a *not now*.
    pub override_reason: Option<String>,
    /// What happened.
    pub event: Event,
}

impl Intent {
    /// An act of this person, now.
    pub fn new(person: impl Into<String>, event: Event) -> Self {
        Self {
            person: person.into(),
            on_behalf_of: None,
            happened_at: None,
            override_reason: None,
            event,
        }
    }

    /// The act that it becomes when it is recorded at `at` by somebody of that role.
    pub fn into_act(self, actor: Actor, at: Time) -> Act {
        Act {
            actor,
            on_behalf_of: self.on_behalf_of,
            at,
            happened_at: self.happened_at,
            override_reason: self.override_reason,
            event: self.event,
        }
    }
}
