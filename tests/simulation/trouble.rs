//! What goes wrong, and how all is well again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use super::judge::tag;
use super::shelf::Platter;
use super::world::{Happens, SKEW, World};
use golive::sync::session::{Input, Millis};
use rand::RngExt;
use std::collections::BTreeSet;

impl World {
    pub fn mischief(&mut self) {
        if !self.trouble {
            return;
        }
        let wait = self.rng.random_range(500..12_000);
        self.after(wait, Happens::Mischief);
        let client = self.rng.random_range(0..self.clients.len());
        let a_while = self.rng.random_range(100..30_000);
        match self.rng.random_range(0..17) {
            0 => self.hub_down(a_while),
            1 => self.client_down(client, a_while),
            2 | 3 => {
                // Both ways, or only one of them.
                let ways = [(true, true), (true, false), (false, true)];
                let which = ways[self.rng.random_range(0..3)];
                self.cut_off(client, which);
            }
            4 => self.partition(),
            5..=7 => self.connect_again(),
            // A machine that is started again may have another idea of the time.
            8 => {
                self.client_down(client, a_while);
                self.clients[client].skew = self.rng.random_range(-SKEW..=SKEW);
            }
            9 => self.set_clock(client),
            10 => self.hub.drum.0.lock().unwrap().failures = 1,
            11 => self.hub.copy = self.hub.drum.0.lock().unwrap().clone(),
            12 => self.clients[client].copy = self.clients[client].disk.clone(),
            13 if self.restores => {
                self.client_down(client, a_while);
                self.clients[client].disk = self.clients[client].copy.clone();
                self.tally.older_disks += 1;
                self.forgive();
            }
            14 if self.restores => self.put_back(a_while),
            15 if self.restores && self.epochs => self.rebuild(a_while),
            _ => {}
        }
    }

    fn cut_off(&mut self, client: usize, ways: (bool, bool)) {
        self.tally.partitions += 1;
        self.clients[client].cut_off = ways;
    }

    /// Half of all are on the wrong side of something.
    fn partition(&mut self) {
        for client in 0..self.clients.len() {
            if self.rng.random_ratio(1, 2) {
                self.cut_off(client, (true, true));
            }
        }
    }

    fn connect_again(&mut self) {
        for (n, client) in self.clients.iter_mut().enumerate() {
            client.cut_off = (self.away == Some(n), self.away == Some(n));
        }
    }

    /// Somebody sets the clock of a machine, in the midst of it all.
    fn set_clock(&mut self, client: usize) {
        self.tally.clocks_set += 1;
        self.clients[client].skew = self.rng.random_range(-SKEW..=SKEW);
        self.input(client, Input::Wake);
    }

    /// The hub's machine is put back to an older copy of its disk, with a new epoch or without.
    fn put_back(&mut self, a_while: Millis) {
        let mut platter = self.hub.copy.clone();
        if self.epochs {
            platter.epoch = self.hub.drum.0.lock().unwrap().epoch + 1;
        }
        self.tally.older_disks += 1;
        self.begin_anew(a_while, platter);
    }

    /// The hub's disk is lost, and rebuilt from the participants' ledgers: `golive hub restore`.
    fn rebuild(&mut self, a_while: Millis) {
        let disks = || self.clients.iter().map(|client| &client.disk);
        let Some(best) = disks().max_by_key(|disk| (disk.epoch, disk.order.entries.len())) else {
            return;
        };
        let lost = self.hub.drum.0.lock().unwrap().epoch;
        let epoch = disks().map(|disk| disk.epoch).max().unwrap_or(0).max(lost) + 1;
        let platter = Platter { order: best.order.clone(), epoch, ..Platter::default() };
        self.tally.rebuilt += 1;
        self.begin_anew(a_while, platter);
    }

    fn begin_anew(&mut self, a_while: Millis, platter: Platter) {
        self.hub_down(a_while);
        self.hub.life += 1;
        // What was on its way to a machine that was put back does not reach it.
        for client in &mut self.clients {
            client.life += u64::from(client.session.is_none());
        }
        self.drop_what_is_on_its_way();
        *self.hub.drum.0.lock().unwrap() = platter;
        self.forgive();
    }

    pub fn drop_what_is_on_its_way(&mut self) {
        self.what.retain(|_, what| !matches!(what, Happens::ToHub(..)));
    }

    /// After a disk was put back: only what the hub or its author still has can be asked for.
    pub fn forgive(&mut self) {
        let mut there: BTreeSet<String> = BTreeSet::new();
        let hub = self.hub.drum.0.lock().unwrap().clone();
        there.extend(hub.order.entries.iter().filter_map(|placed| tag(&placed.body)));
        for (n, client) in self.clients.iter().enumerate() {
            let own = format!("{n}:");
            let entries = client.disk.order.entries.iter().map(|placed| &placed.body);
            let outbox = client.disk.outbox.iter().filter(|q| q.refused.is_none()).map(|q| &q.body);
            there.extend(
                entries.chain(outbox).filter_map(|b| tag(b)).filter(|t| t.starts_with(&own)),
            );
        }
        self.must.retain(|text| there.contains(text));
    }

    pub fn heal(&mut self) {
        self.trouble = false;
        self.hub.drum.0.lock().unwrap().failures = 0;
        self.clients.iter_mut().for_each(|client| client.cut_off = (false, false));
        self.after(1, Happens::HubUp);
        for client in 0..self.clients.len() {
            self.after(1, Happens::ClientUp(client));
        }
    }

    pub fn is_calm(&self) -> bool {
        let head = self.hub.drum.0.lock().unwrap().order.head();
        self.hub.core.is_some()
            && self.hub.staged.is_empty()
            && self.clients.iter().all(|client| {
                client.disk.order.head() == head
                    && (client.skew + client.disk.offset_ms).abs() < 5_000
                    && client.shown.unshared == 0
                    && client.shown.offline_since.is_none()
            })
            && !self.what.values().any(|what| matches!(what, Happens::ToHub(..)))
            && self.see_each_other()
    }
}
