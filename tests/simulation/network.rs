//! The network: loses, repeats, delays and so reorders what is sent.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use super::world::{Happens, ToClient, ToHub, World};
use golive::sync::session::Millis;
use rand::RngExt;

impl World {
    /// How many copies of a message arrive, each after how long.
    pub fn delays(&mut self, cut_off: bool) -> Vec<Millis> {
        let lost = self.trouble && (cut_off || self.rng.random_range(0..100) < self.loss);
        if lost {
            self.tally.lost += 1;
            return Vec::new();
        }
        let copies = if self.trouble && self.rng.random_ratio(1, 12) { 2 } else { 1 };
        let slowest = if self.trouble && self.rng.random_ratio(1, 10) { 9_000 } else { 80 };
        self.tally.repeated += copies - 1;
        (0..copies).map(|_| self.rng.random_range(1..=slowest)).collect()
    }

    pub fn send_hub(&mut self, client: usize, what: ToHub) {
        let life = self.clients[client].life;
        for wait in self.delays(self.clients[client].cut_off.0) {
            self.sent(wait);
            self.after(wait, Happens::ToHub(client, life, what.clone()));
        }
    }

    pub fn send_client(&mut self, client: usize, what: ToClient) {
        let (life, hub_life) = (self.clients[client].life, self.hub.life);
        for wait in self.delays(self.clients[client].cut_off.1) {
            self.sent(wait);
            self.after(wait, Happens::ToClient(client, life, hub_life, what.clone()));
        }
    }

    /// Counts what overtakes something that was sent before it.
    fn sent(&mut self, wait: Millis) {
        let arrives = self.now + wait;
        self.tally.overtook += u64::from(arrives < self.last_arrival);
        self.last_arrival = self.last_arrival.max(arrives);
    }
}
