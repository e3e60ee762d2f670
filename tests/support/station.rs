//! Somebody at a ledger that is joined to a hub: the ledger's thread and the client, no screen.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::disallowed_methods, reason = "gives up after a while")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]

use golive::cockpit::msg::Msg;
use golive::cockpit::terminal::link;
use golive::ledger::{Access, Joined, Keeper, Ledger, Notice, Request, receive};
use golive::run::{Intent, RunState, apply};
use golive::sync::client::{Client, Link, Mailbox};
use golive::sync::session::{Condition, Place, Seen};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

pub enum Heard {
    Notice(Box<Notice>),
    Msg(Box<Msg>),
}

pub struct Station {
    pub path: PathBuf,
    pub person: String,
    pub state: RunState,
    pub condition: Condition,
    pub seen: Vec<Seen>,
    mailbox: Arc<Mailbox>,
    pub refusals: Vec<String>,
    pub reordered: usize,
    keeper: Option<Keeper>,
    client: Option<Client>,
    heard: Receiver<Heard>,
    tickets: u64,
}

impl Station {
    /// Joins the run `demo-1` of the hub at that address, with a ledger of their own in `folder`.
    pub fn join(folder: &Path, hub: &str, person: &str, token: Option<&str>) -> Self {
        Self::join_by(folder, hub, person, &|run| {
            Link::new(hub, run, token.map(str::to_owned), person, None).unwrap()
        })
    }

    /// The same, over a way of one's own.
    pub fn join_by(folder: &Path, hub: &str, person: &str, link: &dyn Fn(&str) -> Link) -> Self {
        let way = link("demo-1");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let path = receive(folder, "demo-1", &Joined::to(hub), &mut |after| {
            let page = runtime.block_on(way.entries(after)).unwrap();
            Ok(page.entries.iter().map(|entry| link::placed(entry).unwrap()).collect())
        });
        Self::open(&path.unwrap(), link("demo-1"), person)
    }

    /// Goes on with a ledger that is joined.
    pub fn open(path: &Path, way: Link, person: &str) -> Self {
        let ledger = Ledger::open(path, Access::Write).unwrap();
        let sharing = ledger.sharing().unwrap().expect("the ledger is joined");
        let (state, clock) = (ledger.state().clone(), ledger.clock());
        let (says, heard) = channel();
        let mailbox = Arc::new(Mailbox::default());
        let (letters, to_test) = (mailbox.clone(), says.clone());
        let keeper = Keeper::spawn(ledger, person, move |notice| {
            link::hear(&letters, &notice);
            let _ = to_test.send(Heard::Notice(Box::new(notice)));
        })
        .unwrap();
        let letters = mailbox.clone();
        let client = link::begin(way, &sharing, mailbox, clock, keeper.requests(), move |shown| {
            let _ = says.send(Heard::Msg(Box::new(shown)));
        });
        Self {
            path: path.to_owned(),
            person: person.to_owned(),
            state,
            condition: Condition::default(),
            seen: Vec::new(),
            mailbox: letters,
            refusals: Vec::new(),
            reordered: 0,
            keeper: Some(keeper),
            client: Some(client.unwrap()),
            heard,
            tickets: 0,
        }
    }

    /// Records an act; it is durable here when this returns.
    pub fn act(&mut self, intent: Intent) {
        self.tickets += 1;
        let ticket = self.tickets;
        let request = Request::Append { ticket, intent };
        self.keeper.as_ref().unwrap().request(request).unwrap();
        self.until("the act is recorded", |heard| {
            matches!(heard, Heard::Notice(n) if matches!(**n, Notice::Appended { ticket: t, .. } if t == ticket))
        });
    }

    /// Says that somebody sits here, with the cursor on that step.
    pub fn is_at(&self, step: &str) {
        self.mailbox.here(Place { step: Some(step.to_owned()), view: Some("steps".to_owned()) });
    }

    /// Where this station sees somebody.
    pub fn sees(&self, person: &str) -> Option<&Seen> {
        self.seen.iter().find(|seen| seen.person == person)
    }

    /// Waits until the state is as wanted.
    pub fn until_state(&mut self, what: &str, wanted: impl Fn(&Self) -> bool) {
        let started = std::time::Instant::now();
        while !wanted(self) {
            assert!(started.elapsed() < Duration::from_secs(60), "{}: {what}", self.person);
            if let Ok(heard) = self.heard.recv_timeout(Duration::from_millis(200)) {
                self.hear(heard);
            }
        }
    }

    /// Waits until everything is shared.
    pub fn until_shared(&mut self) {
        self.until_state("all shared", |s| {
            s.condition.unshared == 0 && s.condition.offline_since.is_none()
        });
    }

    fn until(&mut self, what: &str, wanted: impl Fn(&Heard) -> bool) {
        let started = std::time::Instant::now();
        loop {
            assert!(started.elapsed() < Duration::from_secs(60), "{}: {what}", self.person);
            let Ok(heard) = self.heard.recv_timeout(Duration::from_millis(200)) else { continue };
            let is_it = wanted(&heard);
            self.hear(heard);
            if is_it {
                return;
            }
        }
    }

    fn hear(&mut self, heard: Heard) {
        let notice = match heard {
            Heard::Msg(msg) => {
                match *msg {
                    Msg::Sharing(condition) => self.condition = condition,
                    Msg::Present(seen) => self.seen = seen,
                    _ => {}
                }
                return;
            }
            Heard::Notice(notice) => *notice,
        };
        let mut take = |entry: std::sync::Arc<golive::run::Entry>| {
            if entry.seq > self.state.last_seq() {
                apply(&mut self.state, entry);
            }
        };
        match notice {
            Notice::Appended { entry, .. } => take(entry),
            Notice::Others(entries) => entries.into_iter().for_each(take),
            Notice::Reordered { state, .. } => {
                self.state = *state;
                self.reordered += 1;
            }
            Notice::Sharing(sharing) => {
                let reasons = sharing.refused.into_iter().filter_map(|q| q.refused);
                self.refusals = reasons.collect();
            }
            Notice::Failed { error, .. } => panic!("{error}"),
            Notice::Refused { refusal, .. } => panic!("{refusal}"),
            _ => {}
        }
    }

    pub fn notes(&self) -> Vec<String> {
        self.state.notes.iter().map(|note| note.text.clone()).collect()
    }

    /// Leaves, as when a cockpit is left.
    pub fn leave(mut self) -> PathBuf {
        self.stop();
        self.path.clone()
    }

    fn stop(&mut self) {
        if let Some(client) = self.client.take() {
            client.end();
        }
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.finish();
        }
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        self.stop();
    }
}
