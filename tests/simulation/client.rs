//! The clients' side: sessions as pure state machines on ledgers of their own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use super::shelf::RUN;
use super::world::{Client, Happens, ToClient, ToHub, World, at};
use golive::ledger::order::{self, Placed, Queued, Stretch};
use golive::run::{Actor, Entry, EntryId, Event, Intent, Mend, NoteKind};
use golive::runbook::Role;
use golive::sync::protocol::{Head, Sent};
use golive::sync::session::{self, Input, Ledger, Millis, Output, Session, Whereabouts};
use rand::RngExt;

impl World {
    pub fn here(&self, client: usize) -> Millis {
        self.now + self.clients[client].skew
    }

    pub fn client_hears(&mut self, client: usize, what: ToClient) {
        let input = match what {
            ToClient::Answer(number, answer) => Input::Answered(number, answer),
            ToClient::Stream(number, streamed) => Input::Streamed(number, streamed),
        };
        self.input(client, input);
    }

    pub fn input(&mut self, client: usize, input: Input) {
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

    pub fn carry_out(&mut self, client: usize, output: Output) {
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
                self.tally.refused += 1;
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

    pub fn take_in(&mut self, client: usize, stretch: &Stretch, epoch: u64) -> Result<(), String> {
        let fresh = format!("x{}", self.rng.random_range(0..u64::MAX));
        let disk = &mut self.clients[client].disk;
        if epoch < disk.epoch {
            return Err("an older epoch".to_owned());
        }
        let change =
            order::take(disk, stretch, &mut || fresh.clone()).map_err(|e| e.to_string())?;
        disk.epoch = epoch;
        self.tally.taken_back += u64::from(change.back_to.is_some());
        disk.make(change);
        Ok(())
    }

    pub fn ledger(&self, client: usize) -> Ledger {
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

    pub fn ledger_changed(&mut self, client: usize) {
        let ledger = self.ledger(client);
        self.input(client, Input::Ledger(ledger));
    }

    pub fn client_up(&mut self, client: usize) {
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
    pub fn see_each_other(&self) -> bool {
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

    pub fn client_down(&mut self, client: usize, for_ms: Millis) {
        if self.clients[client].session.take().is_some() {
            self.tally.client_restarts += 1;
            self.clients[client].life += 1;
            self.hub.streams.retain(|(who, _), _| *who != client);
            self.after(for_ms, Happens::ClientUp(client));
        }
    }

    /// Somebody records something in their own ledger: durable at once, hub or no hub.
    pub fn note(&mut self, client: usize) {
        if self.trouble {
            let wait = self.rng.random_range(100..40_000);
            self.after(wait, Happens::Note(client));
        }
        if self.clients[client].session.is_none() {
            return;
        }
        self.notes += 1;
        let text = format!("{client}:{}", self.notes);
        if client % 7 != 6 {
            self.must.insert(text.clone());
        }
        let event = Event::NoteAdded {
            text,
            kind: NoteKind::Note,
            step: None,
            public: false,
            owner: None,
            due: None,
        };
        let id = self.record(client, event);
        if let Some(event) = self.another_act(&id) {
            self.record(client, event);
        }
        self.ledger_changed(client);
        self.moves(client);
    }

    /// Something that others may do as well: who is first starts the step, the others are conflicts;
    /// and a correction folds everything again.
    fn another_act(&mut self, note: &EntryId) -> Option<Event> {
        let step = || "s1".to_owned();
        match self.rng.random_range(0..12) {
            0 => Some(Event::StepStarted { step: step(), attempt: 1 }),
            1 => Some(Event::StepCompleted { step: step(), attempt: 1 }),
            2 => {
                let reason = Some("a slip".to_owned());
                let mend = Mend::Void {};
                Some(Event::Correction { entry: note.clone(), mend, reason })
            }
            _ => None,
        }
    }

    /// Puts an act into the outbox of somebody's ledger.
    fn record(&mut self, client: usize, event: Event) -> EntryId {
        let here = self.here(client);
        let name = self.clients[client].person.clone();
        let disk = &mut self.clients[client].disk;
        let id = EntryId { replica: disk.replica.clone(), index: disk.next_index() };
        let actor = Actor { name, role: Role::Operator, claimed: true };
        let act = Intent::new("", event).into_act(actor, at(here + disk.offset_ms));
        let offset_ms = disk.offset_ms;
        let entry = Entry { seq: 0, id: id.clone(), act, offset_ms, received_at: None };
        let body = entry.to_body().unwrap();
        disk.outbox.push(Queued { id: id.clone(), body, refused: None });
        id
    }
}
