//! An entry's body read only as far as a hub has to: who, when, which name. What happened stays the
//! bytes that were sent, so that a hub also hands on events it does not know.

use super::Time;
use super::act::{Actor, BadEntry, Body};
use super::words::EntryId;
use serde_json::value::RawValue;

/// The circumstances of an entry, with its event unread.
pub struct Envelope<'a>(Body<&'a RawValue>);

impl<'a> Envelope<'a> {
    /// Reads a body; `seq` is for the error.
    ///
    /// # Errors
    /// The bytes are no JSON object with the fields of an entry.
    pub fn read(seq: u64, bytes: &'a [u8]) -> Result<Self, BadEntry> {
        serde_json::from_slice(bytes).map(Self).map_err(|cause| BadEntry { seq, cause })
    }

    /// The entry's name.
    pub fn id(&self) -> &EntryId {
        &self.0.id
    }

    /// Who it says recorded it.
    pub fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// When it says it was recorded.
    pub fn at(&self) -> Time {
        self.0.at
    }

    /// Measured offset of the writer's clock to the hub's, milliseconds.
    pub fn offset_ms(&self) -> i64 {
        self.0.offset_ms
    }

    /// When a hub took it in.
    pub fn received_at(&self) -> Option<Time> {
        self.0.received_at
    }

    /// The body with what a hub says about it: who recorded it, and when it came in.
    ///
    /// # Errors
    /// It cannot be written as JSON, which does not happen with what was read from JSON.
    pub fn stamped(
        mut self,
        actor: Actor,
        received_at: Time,
    ) -> Result<Vec<u8>, serde_json::Error> {
        self.0.actor = actor;
        self.0.received_at = Some(received_at);
        serde_json::to_vec(&self.0)
    }

    /// What an act says, in a text of its own: when, for whom, what. The same for the same act.
    pub fn act_text(&self) -> String {
        let body = &self.0;
        let said = [&body.on_behalf_of, &body.override_reason].map(|s| s.as_deref().unwrap_or(""));
        format!("{} {:?} {said:?} {}", body.at, body.happened_at, body.event.get())
    }

    /// Whether both are the same act under the same name, whatever a hub has said about either.
    pub fn is_same_act(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        (&a.id, a.at, a.happened_at, a.offset_ms) == (&b.id, b.at, b.happened_at, b.offset_ms)
            && (&a.on_behalf_of, &a.override_reason) == (&b.on_behalf_of, &b.override_reason)
            && a.event.get() == b.event.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::Role;

    const SENT: &str = r#"{"id":{"replica":"r","index":1},"actor":{"name":"bo","role":"operator","claimed":true},"at":"2026-11-28T23:00:00Z","event":{"from_the_future":{"x": 1.0e2}}}"#;

    fn stamped() -> Vec<u8> {
        let actor = Actor { name: "bo".to_owned(), role: Role::Lead, claimed: false };
        let at = "2026-11-28T23:00:01Z".parse().unwrap();
        Envelope::read(1, SENT.as_bytes()).unwrap().stamped(actor, at).unwrap()
    }

    #[test]
    fn the_hub_names_the_actor_and_leaves_the_event_as_it_was_sent() {
        let text = String::from_utf8(stamped()).unwrap();
        assert!(text.contains(r#""role":"lead","claimed":false"#), "{text}");
        assert!(text.contains(r#""received_at":"2026-11-28T23:00:01Z""#), "{text}");
        assert!(text.ends_with(r#""event":{"from_the_future":{"x": 1.0e2}}}"#), "{text}");
    }

    #[test]
    fn an_act_stays_the_same_under_the_hubs_stamp_and_no_other_change() {
        let stamped = stamped();
        let sent = Envelope::read(1, SENT.as_bytes()).unwrap();
        assert!(sent.is_same_act(&Envelope::read(1, &stamped).unwrap()));
        for (from, to) in
            [("1.0e2", "1.0e3"), ("23:00:00", "23:00:02"), ("\"index\":1", "\"index\":2")]
        {
            let other = SENT.replace(from, to);
            assert!(!sent.is_same_act(&Envelope::read(1, other.as_bytes()).unwrap()), "{to}");
        }
    }
}
