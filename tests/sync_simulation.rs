//! A hub and up to fifty clients as pure state machines, in a world that loses, repeats, reorders and
//! delays messages, cuts people off, restarts machines (also from an older copy of a disk), fills
//! disks and sets clocks wrong. Once all is well again, everybody has the same order, nothing waits,
//! nothing that was acknowledged is missing, and nothing is there twice.
//!
//! The same seed makes the same night. `GOLIVE_SIM_SEED=N` replays one, `GOLIVE_SIM_SEEDS=N` runs so
//! many (300 unless said), from `GOLIVE_SIM_FROM` on.
#![allow(clippy::disallowed_methods, reason = "reads which seeds to run")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests say so by panicking"
)]

mod simulation {
    pub mod shelf;
}
mod support {
    pub mod ledger;
}

use chrono::{DateTime, Utc};
use golive::hub::{Core, Who};
use golive::ledger::order::{self, Placed, Queued, Stretch};
use golive::run::{Actor, Entry, EntryId, Envelope, Event, NoteKind, Time};
use golive::runbook::Role;
use golive::sync::protocol::{
    Append, Head, Hello, Ordered, Page, PassedOn, Problem, ProblemKind, Sent,
};
use golive::sync::session::{
    self, Answer, Condition, Input, Ledger, Millis, Output, Request, Seen, Session, Streamed,
    Whereabouts,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulation::shelf::{Disk, Drum, Platter, RUN};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::sync::Arc;

/// When the night begins.
const START: Millis = 1_795_900_000_000;
/// How long trouble lasts, and how long there is for healing.
const TROUBLE: Millis = 240_000;
const HEALING: Millis = 600_000;
/// A hub says that it is there.
const ALIVE: Millis = 15_000;
/// A page is no longer than this here, so that several are needed.
const PAGE: usize = 7;

enum Happens {
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
enum ToHub {
    Ask(u64, Request),
    Open(u64, Head),
    Close(u64),
}

#[derive(Clone)]
enum ToClient {
    Answer(u64, Answer),
    Stream(u64, Streamed),
}

struct Client {
    disk: Disk,
    copy: Disk,
    session: Option<Session>,
    /// Counts restarts: what was sent to an earlier life reaches nobody.
    life: u64,
    skew: Millis,
    /// The number of its timer.
    wake: u64,
    cut_off: bool,
    shown: Condition,
    person: String,
    /// The step under the cursor.
    step: u64,
    /// Whom the screen shows.
    seen: Vec<Seen>,
}

struct Hub {
    drum: Arc<Drum>,
    copy: Platter,
    core: Option<Core>,
    life: u64,
    /// Answers that wait for the flush.
    staged: Vec<(usize, u64, u64, Result<Answer, Problem>)>,
    streams: BTreeMap<(usize, u64), (u64, u64)>,
}

struct World {
    rng: ChaCha8Rng,
    now: Millis,
    happens: BinaryHeap<Reverse<(Millis, u64)>>,
    what: HashMap<u64, Happens>,
    count: u64,
    hub: Hub,
    clients: Vec<Client>,
    /// What must not get lost.
    must: BTreeSet<String>,
    notes: u64,
    trouble: bool,
    loss: u32,
    restores: bool,
    epochs: bool,
    /// Somebody sits at every client, and says where they are.
    present: bool,
}

#[test]
fn everybody_agrees_in_the_end_whatever_the_night_was_like() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("GOLIVE_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => {
            let from = number("GOLIVE_SIM_FROM").unwrap_or(0);
            from..from + number("GOLIVE_SIM_SEEDS").unwrap_or(300)
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let mine = seeds.clone().filter(move |seed| seed % threads == thread);
            scope.spawn(move || mine.for_each(lives_well));
        }
    });
}

fn lives_well(seed: u64) {
    let night = std::panic::catch_unwind(|| World::new(seed).live());
    assert!(night.is_ok(), "seed {seed} failed: replay it with GOLIVE_SIM_SEED={seed}");
}

#[test]
fn the_same_seed_makes_the_same_night() {
    let once = World::new(42).live();
    assert_eq!(once, World::new(42).live());
    assert_ne!(once, World::new(43).live());
}

fn at(ms: Millis) -> Time {
    DateTime::<Utc>::from_timestamp_millis(ms).unwrap()
}

fn wire(placed: &Placed) -> Ordered {
    Ordered::pack(placed.seq, placed.chain.to_string(), &placed.body)
}

fn tag(body: &[u8]) -> Option<String> {
    let entry = Entry::from_body(1, body).unwrap();
    match entry.act.event {
        Event::NoteAdded { text, .. } => Some(text),
        _ => None,
    }
}

impl World {
    fn new(seed: u64) -> Self {
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
                let skew = rng.random_range(-600_000..=600_000);
                let copy = disk.clone();
                let shown = Condition::default();
                Client {
                    disk,
                    copy,
                    session: None,
                    life: 0,
                    skew,
                    wake: 0,
                    cut_off: false,
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
            rng,
        };
        for client in 0..count {
            let wait = world.rng.random_range(0..5_000);
            world.after(wait, Happens::ClientUp(client));
            let wait = world.rng.random_range(0..20_000);
            world.after(wait, Happens::Note(client));
        }
        world.after(1_000, Happens::Mischief);
        world.after(ALIVE, Happens::Alive);
        world.after(TROUBLE, Happens::Heal);
        world
    }

    /// Lives through the night; answers the order that came of it.
    fn live(mut self) -> String {
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
        self.judge()
    }

    fn after(&mut self, wait: Millis, what: Happens) {
        self.count += 1;
        self.happens.push(Reverse((self.now + wait, self.count)));
        self.what.insert(self.count, what);
    }

    fn happen(&mut self, what: Happens) {
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

    // ---- the network --------------------------------------------------------------------------

    /// How many copies of a message arrive, each after how long.
    fn delays(&mut self, client: usize) -> Vec<Millis> {
        let lost = self.trouble
            && (self.clients[client].cut_off || self.rng.random_range(0..100) < self.loss);
        if lost {
            return Vec::new();
        }
        let copies = if self.trouble && self.rng.random_ratio(1, 12) { 2 } else { 1 };
        let slowest = if self.trouble && self.rng.random_ratio(1, 10) { 9_000 } else { 80 };
        (0..copies).map(|_| self.rng.random_range(1..=slowest)).collect()
    }

    fn send_hub(&mut self, client: usize, what: ToHub) {
        let life = self.clients[client].life;
        for wait in self.delays(client) {
            self.after(wait, Happens::ToHub(client, life, what.clone()));
        }
    }

    fn send_client(&mut self, client: usize, what: ToClient) {
        let (life, hub_life) = (self.clients[client].life, self.hub.life);
        for wait in self.delays(client) {
            self.after(wait, Happens::ToClient(client, life, hub_life, what.clone()));
        }
    }

    // ---- the hub ------------------------------------------------------------------------------

    fn who(&self, client: usize) -> Who {
        let role = if client == 0 { Role::Lead } else { Role::Operator };
        // Some are observers, whose notes are refused for good.
        let role = if client % 7 == 6 { Role::Observer } else { role };
        Who::Proved { person: self.clients[client].person.clone(), role }
    }

    fn hub_hears(&mut self, client: usize, what: ToHub) {
        let who = self.who(client);
        let now = at(self.now);
        let Some(core) = &mut self.hub.core else {
            // Nobody listens at that address.
            if let ToHub::Ask(number, _) = what {
                let failed = Answer::Failed("no hub".to_owned());
                self.send_client(client, ToClient::Answer(number, failed));
            }
            return;
        };
        match what {
            ToHub::Ask(number, Request::Time) => {
                let answer = Answer::Time(self.now);
                self.send_client(client, ToClient::Answer(number, answer));
            }
            ToHub::Ask(number, Request::Page { after, limit }) => {
                let answer = match core.agrees(RUN, &after) {
                    Ok((epoch, head)) => {
                        let entries = golive::hub::Store::page(
                            &*self.hub.drum,
                            RUN,
                            after.seq,
                            limit.min(PAGE),
                            usize::MAX,
                        );
                        let entries = entries.unwrap().iter().map(wire).collect();
                        let you = golive::sync::protocol::You::default();
                        Answer::Page(Box::new(Page { epoch, entries, head, you }))
                    }
                    Err(problem) => Answer::Problem(Box::new(problem)),
                };
                self.send_client(client, ToClient::Answer(number, answer));
            }
            ToHub::Ask(number, Request::Append(append)) => {
                let staged = core.stage(RUN, &who, &append, now);
                let answer = staged.map(|appended| Answer::Appended(Box::new(appended)));
                if self.hub.staged.is_empty() {
                    let wait = self.rng.random_range(0..5);
                    self.after(wait, Happens::Flush(self.hub.life));
                }
                let life = self.clients[client].life;
                self.hub.staged.push((client, life, number, answer));
            }
            ToHub::Ask(_, Request::Progress(progress)) => {
                let Who::Proved { person, role } = who else { return };
                let passed = PassedOn { person, role, at: now, progress };
                let open: Vec<_> = self.hub.streams.keys().copied().collect();
                for (reader, stream) in open {
                    let said = Streamed::Progress(passed.clone());
                    self.send_client(reader, ToClient::Stream(stream, said));
                }
            }
            ToHub::Open(number, after) => match core.agrees(RUN, &after) {
                Ok((epoch, head)) => {
                    let you = golive::sync::protocol::You::default();
                    let hello = Streamed::Hello(Hello { epoch, head, you });
                    self.hub
                        .streams
                        .insert((client, number), (self.clients[client].life, after.seq));
                    self.send_client(client, ToClient::Stream(number, hello));
                    self.feed();
                }
                Err(problem) => {
                    let problem = Streamed::Problem(Box::new(problem));
                    self.send_client(client, ToClient::Stream(number, problem));
                }
            },
            ToHub::Close(number) => {
                self.hub.streams.remove(&(client, number));
            }
        }
    }

    /// Makes what is staged durable, and answers only then.
    fn flush(&mut self) {
        let Some(core) = &mut self.hub.core else { return };
        let failed = core.flush().into_iter().any(|(_, done)| done.is_err());
        for (client, life, number, answer) in std::mem::take(&mut self.hub.staged) {
            if life != self.clients[client].life {
                continue;
            }
            let answer = match answer {
                _ if failed => {
                    let full = Problem::new(ProblemKind::Storage, "the disk is full");
                    Answer::Problem(Box::new(full))
                }
                Ok(answer) => answer,
                Err(problem) => Answer::Problem(Box::new(problem)),
            };
            self.send_client(client, ToClient::Answer(number, answer));
        }
        self.feed();
    }

    /// Hands what is durable to every stream.
    fn feed(&mut self) {
        let streams: Vec<_> = self.hub.streams.iter().map(|(k, v)| (*k, *v)).collect();
        for ((client, number), (life, seen)) in streams {
            let entries: Vec<_> =
                self.hub.drum.0.lock().unwrap().order.after(seen).iter().map(wire).collect();
            let Some(last) = entries.last().map(|entry| entry.seq) else { continue };
            self.hub.streams.insert((client, number), (life, last));
            for entry in entries {
                let entry = Streamed::Entry(Box::new(entry));
                self.send_client(client, ToClient::Stream(number, entry));
            }
        }
    }

    fn hub_down(&mut self, for_ms: Millis) {
        if self.hub.core.take().is_none() {
            return;
        }
        self.hub.staged.clear();
        for ((client, number), _) in std::mem::take(&mut self.hub.streams) {
            let ended = Streamed::Ended("the hub has gone".to_owned());
            self.send_client(client, ToClient::Stream(number, ended));
        }
        // What was on its way from the old process still arrives: the last words, too.
        self.hub.life += u64::from(self.rng.random_ratio(1, 2));
        self.after(for_ms, Happens::HubUp);
    }

    // ---- the clients --------------------------------------------------------------------------

    fn here(&self, client: usize) -> Millis {
        self.now + self.clients[client].skew
    }

    fn client_hears(&mut self, client: usize, what: ToClient) {
        let input = match what {
            ToClient::Answer(number, answer) => Input::Answered(number, answer),
            ToClient::Stream(number, streamed) => Input::Streamed(number, streamed),
        };
        self.input(client, input);
    }

    fn input(&mut self, client: usize, input: Input) {
        let here = self.here(client);
        let Some(session) = &mut self.clients[client].session else { return };
        let outputs = session.take(input, here);
        let wake = session.wake_at();
        for output in outputs {
            self.carry_out(client, output);
        }
        if let Some(wake) = wake {
            self.clients[client].wake += 1;
            let number = self.clients[client].wake;
            self.after((wake - here).max(1), Happens::Wake(client, number));
        }
    }

    fn carry_out(&mut self, client: usize, output: Output) {
        match output {
            Output::Ask(number, request) => self.send_hub(client, ToHub::Ask(number, request)),
            Output::OpenStream(number, after) => self.send_hub(client, ToHub::Open(number, after)),
            Output::CloseStream(number) => self.send_hub(client, ToHub::Close(number)),
            Output::TakeIn { entries, rejoin, epoch } => {
                let entries = entries.iter().map(|entry| Placed {
                    seq: entry.seq,
                    chain: entry.chain.parse().unwrap(),
                    body: entry.unpack().unwrap(),
                });
                let stretch = Stretch { entries: entries.collect(), rejoin };
                let taken = self.take_in(client, &stretch, epoch);
                self.ledger_changed(client);
                self.input(client, Input::TookIn(taken));
            }
            Output::Compare(samples) => {
                let disk = &self.clients[client].disk;
                let same = |head: &&Head| {
                    disk.order.chain_at(head.seq).is_some_and(|c| c.to_string() == head.chain)
                };
                let common = samples.iter().filter(same).max_by_key(|head| head.seq).cloned();
                let start = golive::ledger::Chain::start(RUN).to_string();
                let common = common.unwrap_or(Head { seq: 0, chain: start });
                self.input(client, Input::Common(common));
            }
            Output::KeepRefusal(id, reason) => {
                let fresh = format!("x{}", self.rng.random_range(0..u64::MAX));
                let disk = &mut self.clients[client].disk;
                let change = order::refuse(disk, &id, &reason, &mut || fresh.clone()).unwrap();
                disk.make(change);
                self.ledger_changed(client);
            }
            Output::FollowClock(ahead) => {
                self.clients[client].disk.offset_ms = ahead;
                self.ledger_changed(client);
            }
            Output::Show(condition) => self.clients[client].shown = condition,
            Output::Present(seen) => self.clients[client].seen = seen,
            Output::KnownAs(_) | Output::PassOn(_) => {}
        }
    }

    fn take_in(&mut self, client: usize, stretch: &Stretch, epoch: u64) -> Result<(), String> {
        let fresh = format!("x{}", self.rng.random_range(0..u64::MAX));
        let disk = &mut self.clients[client].disk;
        if epoch < disk.epoch {
            return Err("an older epoch".to_owned());
        }
        let change =
            order::take(disk, stretch, &mut || fresh.clone()).map_err(|e| e.to_string())?;
        disk.epoch = epoch;
        disk.make(change);
        Ok(())
    }

    fn ledger(&self, client: usize) -> Ledger {
        let disk = &self.clients[client].disk;
        let (seq, chain) = disk.order.head();
        let waiting: Vec<_> = disk.outbox.iter().filter(|q| q.refused.is_none()).collect();
        Ledger {
            epoch: disk.epoch,
            head: Some(Head { seq, chain: chain.to_string() }),
            unshared: waiting.len(),
            waiting: waiting.iter().take(5).map(|q| (q.id.clone(), Sent::pack(&q.body))).collect(),
            refused: disk.outbox.len() - waiting.len(),
            offset_ms: disk.offset_ms,
        }
    }

    fn ledger_changed(&mut self, client: usize) {
        let ledger = self.ledger(client);
        self.input(client, Input::Ledger(ledger));
    }

    fn client_up(&mut self, client: usize) {
        if self.clients[client].session.is_some() {
            return;
        }
        let seed = self.rng.random_range(0..u64::MAX);
        let session = Session::new(self.ledger(client), seed, self.here(client));
        self.clients[client].session = Some(session);
        self.input(client, Input::Wake);
        self.moves(client);
    }

    /// Somebody goes to another step.
    fn moves(&mut self, client: usize) {
        if self.present {
            self.clients[client].step += 1;
            let step = Some(format!("s{}", self.clients[client].step));
            self.input(client, Input::Here(session::Place { step, view: None }));
        }
    }

    /// Whether everybody sees everybody, each where they are.
    fn see_each_other(&self) -> bool {
        let sees = |client: &Client, other: &Client| {
            client.seen.iter().any(|seen| {
                seen.person == other.person
                    && seen.whereabouts == Whereabouts::Here
                    && seen.place.step == Some(format!("s{}", other.step))
            })
        };
        let others = |client: &Client| {
            let all = self.clients.iter().filter(|other| other.person != client.person);
            all.filter(|other| !sees(client, other)).count() == 0
        };
        !self.present || self.clients.iter().all(others)
    }

    fn client_down(&mut self, client: usize, for_ms: Millis) {
        if self.clients[client].session.take().is_some() {
            self.clients[client].life += 1;
            self.hub.streams.retain(|(who, _), _| *who != client);
            self.after(for_ms, Happens::ClientUp(client));
        }
    }

    /// Somebody records something in their own ledger: durable at once, hub or no hub.
    fn note(&mut self, client: usize) {
        if self.trouble {
            let wait = self.rng.random_range(100..40_000);
            self.after(wait, Happens::Note(client));
        }
        if self.clients[client].session.is_none() {
            return;
        }
        self.notes += 1;
        let text = format!("{client}:{}", self.notes);
        let here = self.here(client);
        let disk = &mut self.clients[client].disk;
        let id = EntryId { replica: disk.replica.clone(), index: disk.next_index() };
        let actor = Actor {
            name: self.clients[client].person.clone(),
            role: Role::Operator,
            claimed: true,
        };
        let disk = &mut self.clients[client].disk;
        let event = Event::NoteAdded {
            text: text.clone(),
            kind: NoteKind::Note,
            step: None,
            public: false,
            owner: None,
            due: None,
        };
        let act = golive::run::Intent::new("", event).into_act(actor, at(here + disk.offset_ms));
        let entry = Entry { seq: 0, id, act, offset_ms: disk.offset_ms, received_at: None };
        let body = entry.to_body().unwrap();
        disk.outbox.push(Queued { id: entry.id, body, refused: None });
        if client % 7 != 6 {
            self.must.insert(text);
        }
        self.ledger_changed(client);
        self.moves(client);
    }

    // ---- trouble ------------------------------------------------------------------------------

    fn mischief(&mut self) {
        if !self.trouble {
            return;
        }
        let wait = self.rng.random_range(500..12_000);
        self.after(wait, Happens::Mischief);
        let client = self.rng.random_range(0..self.clients.len());
        let a_while = self.rng.random_range(100..30_000);
        match self.rng.random_range(0..13) {
            0 => self.hub_down(a_while),
            1 => self.client_down(client, a_while),
            2 | 3 => self.clients[client].cut_off = true,
            4..=6 => self.clients.iter_mut().for_each(|client| client.cut_off = false),
            // A machine that is started again may have another idea of the time.
            7 => {
                self.client_down(client, a_while);
                self.clients[client].skew = self.rng.random_range(-600_000..=600_000);
            }
            8 => self.hub.drum.0.lock().unwrap().failures = 1,
            9 => self.hub.copy = self.hub.drum.0.lock().unwrap().clone(),
            10 => self.clients[client].copy = self.clients[client].disk.clone(),
            11 if self.restores => {
                self.client_down(client, a_while);
                self.clients[client].disk = self.clients[client].copy.clone();
                self.forgive();
            }
            12 if self.restores => {
                self.hub_down(a_while);
                self.hub.life += 1;
                // What was on its way to a machine that was put back does not reach it.
                for client in &mut self.clients {
                    client.life += u64::from(client.session.is_none());
                }
                self.drop_what_is_on_its_way();
                let mut platter = self.hub.copy.clone();
                if self.epochs {
                    platter.epoch = self.hub.drum.0.lock().unwrap().epoch + 1;
                }
                *self.hub.drum.0.lock().unwrap() = platter;
                self.forgive();
            }
            _ => {}
        }
    }

    fn drop_what_is_on_its_way(&mut self) {
        self.what.retain(|_, what| !matches!(what, Happens::ToHub(..)));
    }

    /// After a disk was put back: only what the hub or its author still has can be asked for.
    fn forgive(&mut self) {
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

    fn heal(&mut self) {
        self.trouble = false;
        self.hub.drum.0.lock().unwrap().failures = 0;
        self.clients.iter_mut().for_each(|client| client.cut_off = false);
        self.after(1, Happens::HubUp);
        for client in 0..self.clients.len() {
            self.after(1, Happens::ClientUp(client));
        }
    }

    fn is_calm(&self) -> bool {
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

    fn judge(&self) -> String {
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
        let (seq, chain) = hub.order.head();
        format!("{seq} {chain}")
    }
}

/// The sizes that make a night cost little enough for thousands of them.
#[test]
fn an_append_can_carry_what_a_session_sends() {
    let head = Head { seq: 1, chain: "0".repeat(64) };
    let append = Append { epoch: 1, after: head, entries: vec![Sent::pack(b"{}")] };
    let text = serde_json::to_string(&append).unwrap();
    assert_eq!(serde_json::from_str::<Append>(&text).unwrap(), append);
}
