//! A night: who is there, what happens when, and how it ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use super::shelf::{Disk, Drum, Platter, RUN};
use super::tally::Tally;
use crate::support;
use chrono::{DateTime, Utc};
use golive::hub::Core;
use golive::ledger::order::Placed;
use golive::run::{Actor, Entry, EntryId, Time};
use golive::runbook::Role;
use golive::sync::protocol::{Head, Problem};
use golive::sync::session::{Answer, Condition, Input, Millis, Request, Seen, Session, Streamed};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::sync::Arc;

/// When the night begins.
pub const START: Millis = 1_795_900_000_000;
/// How long trouble lasts, and how long there is for healing.
const TROUBLE: Millis = 240_000;
const HEALING: Millis = 600_000;
/// A hub says that it is there.
const ALIVE: Millis = 15_000;
/// Clocks are wrong by this, at most.
pub const SKEW: Millis = 600_000;

pub enum Happens {
    ToHub(usize, u64, ToHub),
    ToClient(usize, u64, u64, ToClient),
    Flush(u64),
    Alive,
    Wake(usize, u64),
    Note(usize),
    Mischief,
    HubUp,
    ClientUp(usize),
    Heal,
}

#[derive(Clone)]
pub enum ToHub {
    Ask(u64, Request),
    Open(u64, Head),
    Close(u64),
}

#[derive(Clone)]
pub enum ToClient {
    Answer(u64, Answer),
    Stream(u64, Streamed),
}

pub struct Client {
    pub disk: Disk,
    pub copy: Disk,
    pub session: Option<Session>,
    /// Counts restarts: what was sent to an earlier life reaches nobody.
    pub life: u64,
    pub skew: Millis,
    /// The number of its timer.
    pub wake: u64,
    /// What it sends does not arrive; what it is sent does not.
    pub cut_off: (bool, bool),
    pub shown: Condition,
    pub person: String,
    /// The step under the cursor.
    pub step: u64,
    /// Whom the screen shows.
    pub seen: Vec<Seen>,
}

pub struct Hub {
    pub drum: Arc<Drum>,
    pub copy: Platter,
    pub core: Option<Core>,
    pub life: u64,
    /// Answers that wait for the flush.
    pub staged: Vec<(usize, u64, u64, Result<Answer, Problem>)>,
    pub streams: BTreeMap<(usize, u64), (u64, u64)>,
}

pub struct World {
    pub rng: ChaCha8Rng,
    pub now: Millis,
    pub happens: BinaryHeap<Reverse<(Millis, u64)>>,
    pub what: HashMap<u64, Happens>,
    pub count: u64,
    pub hub: Hub,
    pub clients: Vec<Client>,
    /// What must not get lost.
    pub must: BTreeSet<String>,
    pub notes: u64,
    pub trouble: bool,
    pub loss: u32,
    pub restores: bool,
    pub epochs: bool,
    /// Somebody sits at every client, and says where they are.
    pub present: bool,
    /// Whoever has no network from beginning to end, if anybody.
    pub away: Option<usize>,
    /// When the last of what was sent arrives.
    pub last_arrival: Millis,
    /// What there was of everything.
    pub tally: Tally,
}

pub fn at(ms: Millis) -> Time {
    DateTime::<Utc>::from_timestamp_millis(ms).unwrap()
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let drum = Arc::new(Drum::default());
        let opening = support::ledger::opening(RUN, &support::ledger::runbook(2));
        let actor = Actor { name: "ana".to_owned(), role: Role::Lead, claimed: true };
        let id = EntryId { replica: "r0".to_owned(), index: 1 };
        let act = opening.into_act(actor, at(START));
        let first = Entry { seq: 1, id: id.clone(), act, offset_ms: 0, received_at: None };
        let body = first.to_body().unwrap();
        let chain = golive::ledger::Chain::start(RUN).next(1, &body);
        let first = Placed { seq: 1, chain, body };
        {
            let mut platter = drum.0.lock().unwrap();
            platter.order.push(id.clone(), first.clone());
            platter.epoch = 1;
        }
        // Mostly few, for the nights are quicker then, and as instructive.
        let count = if rng.random_ratio(1, 20) {
            rng.random_range(20..=50)
        } else {
            rng.random_range(2..8)
        };
        let clients = (0..count)
            .map(|n| {
                let person = if n == 0 { "ana".to_owned() } else { format!("p{n}") };
                let mut disk = Disk::new(format!("r{n}"), person.clone());
                disk.order.push(id.clone(), first.clone());
                let skew = rng.random_range(-SKEW..=SKEW);
                let copy = disk.clone();
                let shown = Condition::default();
                Client {
                    disk,
                    copy,
                    session: None,
                    life: 0,
                    skew,
                    wake: 0,
                    cut_off: (false, false),
                    shown,
                    person,
                    step: 0,
                    seen: Vec::new(),
                }
            })
            .collect();
        let copy = drum.0.lock().unwrap().clone();
        let core = Some(Core::new(drum.clone()));
        let streams = BTreeMap::new();
        let hub = Hub { drum, copy, core, life: 0, staged: Vec::new(), streams };
        let mut world = Self {
            now: START,
            happens: BinaryHeap::new(),
            what: HashMap::new(),
            count: 0,
            hub,
            clients,
            must: BTreeSet::new(),
            notes: 0,
            trouble: true,
            loss: rng.random_range(0..30),
            restores: rng.random_ratio(1, 2),
            epochs: rng.random_ratio(1, 4),
            // They talk a lot: not in the nights with many.
            present: count < 20 && rng.random_ratio(1, 2),
            away: rng.random_ratio(1, 8).then(|| rng.random_range(0..count)),
            last_arrival: START,
            tally: Tally::default(),
            rng,
        };
        for client in 0..count {
            let wait = world.rng.random_range(0..5_000);
            world.after(wait, Happens::ClientUp(client));
            let wait = world.rng.random_range(0..20_000);
            world.after(wait, Happens::Note(client));
        }
        if let Some(away) = world.away {
            world.clients[away].cut_off = (true, true);
        }
        world.after(1_000, Happens::Mischief);
        world.after(ALIVE, Happens::Alive);
        world.after(TROUBLE, Happens::Heal);
        world
    }

    /// Lives through the night; answers the order that came of it, and what there was of trouble.
    pub fn live(mut self) -> (String, Tally) {
        while let Some(Reverse((at, which))) = self.happens.pop() {
            if at > START + TROUBLE + HEALING {
                break;
            }
            self.now = at;
            if let Some(what) = self.what.remove(&which) {
                self.happen(what);
            }
            if !self.trouble && self.is_calm() {
                break;
            }
        }
        (self.judge(), self.tally)
    }

    pub fn after(&mut self, wait: Millis, what: Happens) {
        self.count += 1;
        self.happens.push(Reverse((self.now + wait, self.count)));
        self.what.insert(self.count, what);
    }

    pub fn happen(&mut self, what: Happens) {
        match what {
            Happens::ToHub(client, life, what) => {
                if life == self.clients[client].life {
                    self.hub_hears(client, what);
                }
            }
            Happens::ToClient(client, life, hub_life, what) => {
                if life == self.clients[client].life && hub_life == self.hub.life {
                    self.client_hears(client, what);
                }
            }
            Happens::Flush(life) if life == self.hub.life => self.flush(),
            Happens::Flush(_) => {}
            Happens::Alive => {
                let open: Vec<_> = self.hub.streams.keys().copied().collect();
                for (client, stream) in open {
                    self.send_client(client, ToClient::Stream(stream, Streamed::Alive));
                }
                self.after(ALIVE, Happens::Alive);
            }
            Happens::Wake(client, wake) => {
                if wake == self.clients[client].wake {
                    self.input(client, Input::Wake);
                }
            }
            Happens::Note(client) => self.note(client),
            Happens::Mischief => self.mischief(),
            Happens::HubUp => {
                if self.hub.core.is_none() {
                    self.hub.core = Some(Core::new(self.hub.drum.clone()));
                }
            }
            Happens::ClientUp(client) => self.client_up(client),
            Happens::Heal => self.heal(),
        }
    }
}
