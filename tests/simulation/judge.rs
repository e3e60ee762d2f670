//! What has to be true once all is well again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use super::shelf::RUN;
use super::world::World;
use golive::run::{self, Entry, Envelope, Event};
use std::collections::BTreeSet;

/// The text of a note.
pub fn tag(body: &[u8]) -> Option<String> {
    let entry = Entry::from_body(1, body).unwrap();
    match entry.act.event {
        Event::NoteAdded { text, .. } => Some(text),
        _ => None,
    }
}

impl World {
    pub fn judge(&mut self) -> String {
        let hub = self.hub.drum.0.lock().unwrap().clone();
        for (n, client) in self.clients.iter().enumerate() {
            assert_eq!(
                client.disk.order.head(),
                hub.order.head(),
                "client {n} has the hub's order"
            );
            assert_eq!(client.disk.order.entries, hub.order.entries, "client {n}");
            let waiting = client.disk.outbox.iter().filter(|q| q.refused.is_none()).count();
            assert_eq!(waiting, 0, "client {n} has shared everything");
            assert_eq!(client.shown.offline_since, None, "client {n}: {:?}", client.shown);
            let wrong = client.skew + client.disk.offset_ms;
            assert!(wrong.abs() < 5_000, "client {n} is {wrong} ms off");
        }
        assert!(self.see_each_other(), "everybody is seen where they are");
        let mut seen = BTreeSet::new();
        for placed in &hub.order.entries {
            assert!(Envelope::read(placed.seq, &placed.body).is_ok());
            if let Some(text) = tag(&placed.body) {
                assert!(seen.insert(text.clone()), "{text} is there twice");
                let author: usize = text.split(':').next().unwrap().parse().unwrap();
                assert_ne!(author % 7, 6, "{text}: an observer wrote");
            }
        }
        let lost: Vec<_> = self.must.difference(&seen).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        self.hub_knows_what_happened();
        let (seq, chain) = hub.order.head();
        format!("{seq} {chain}")
    }

    /// The state by which the hub judges is the fold of its entries, whatever came in between.
    fn hub_knows_what_happened(&mut self) {
        let entries = self.hub.drum.0.lock().unwrap().order.entries.clone();
        let entries = entries.iter().map(|p| Entry::from_body(p.seq, &p.body).unwrap());
        let folded = run::fold(entries).unwrap();
        let known = self.hub.core.as_mut().unwrap().state(RUN).unwrap();
        assert_eq!(*known, folded, "the hub judges by what has happened");
        self.tally.clients += self.clients.len() as u64;
        self.tally.conflicts += folded.conflicts.len() as u64;
        let is_correction = |event: &Event| matches!(event, Event::Correction { .. });
        let log = folded.log.iter().filter(|logged| is_correction(&logged.entry.act.event));
        self.tally.corrections += log.count() as u64;
    }
}
