//! The hub's side: its core as a pure state machine, behind the network.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use super::shelf::RUN;
use super::world::{Happens, ToClient, ToHub, World, at};
use golive::hub::Who;
use golive::ledger::order::Placed;
use golive::runbook::Role;
use golive::sync::protocol::{Hello, Ordered, Page, PassedOn, Problem, ProblemKind};
use golive::sync::session::{Answer, Millis, Request, Streamed};
use rand::RngExt;

/// A page is no longer than this here, so that several are needed.
const PAGE: usize = 7;

fn wire(placed: &Placed) -> Ordered {
    Ordered::pack(placed.seq, placed.chain.to_string(), &placed.body)
}

impl World {
    pub fn who(&self, client: usize) -> Who {
        let role = if client == 0 { Role::Lead } else { Role::Operator };
        // Some are observers, whose notes are refused for good.
        let role = if client % 7 == 6 { Role::Observer } else { role };
        Who::Proved { person: self.clients[client].person.clone(), role }
    }

    pub fn hub_hears(&mut self, client: usize, what: ToHub) {
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
    pub fn flush(&mut self) {
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
    pub fn feed(&mut self) {
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

    pub fn hub_down(&mut self, for_ms: Millis) {
        if self.hub.core.take().is_none() {
            return;
        }
        self.tally.hub_restarts += 1;
        self.hub.staged.clear();
        for ((client, number), _) in std::mem::take(&mut self.hub.streams) {
            let ended = Streamed::Ended("the hub has gone".to_owned());
            self.send_client(client, ToClient::Stream(number, ended));
        }
        // What was on its way from the old process still arrives: the last words, too.
        self.hub.life += u64::from(self.rng.random_ratio(1, 2));
        self.after(for_ms, Happens::HubUp);
    }
}
