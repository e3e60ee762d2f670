//! What one run of a hub waits for, a slow disk or a long fold, holds up no other run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod hub;
    pub mod ledger;
}

use golive::hub::{Desk, Directory, Store, StoreError, Who};
use golive::ledger::order::Placed;
use golive::ledger::{Chain, Clock};
use golive::run::EntryId;
use golive::sync::protocol::{Append, Head, Ordered, ProblemKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use support::hub::{entry, note, opening_lines};

/// A store whose disk stops for one run until it is let go, and can die once.
struct Stopping {
    inside: Directory,
    stopped: &'static str,
    /// Told when the disk stops.
    stops: Mutex<Sender<()>>,
    let_go: Mutex<Receiver<()>>,
    dies: AtomicBool,
}

impl Store for Stopping {
    fn runs(&self) -> Result<Vec<String>, StoreError> {
        self.inside.runs()
    }
    fn epoch(&self, run: &str) -> Result<Option<u64>, StoreError> {
        self.inside.epoch(run)
    }
    fn head(&self, run: &str) -> Result<(u64, Chain), StoreError> {
        self.inside.head(run)
    }
    fn page(&self, run: &str, a: u64, n: usize, b: usize) -> Result<Vec<Placed>, StoreError> {
        self.inside.page(run, a, n, b)
    }
    fn chain_at(&self, run: &str, seq: u64) -> Result<Option<Chain>, StoreError> {
        self.inside.chain_at(run, seq)
    }
    fn find(&self, run: &str, id: &EntryId) -> Result<Option<Placed>, StoreError> {
        self.inside.find(run, id)
    }
    fn refusals(&self, run: &str) -> Result<Vec<(EntryId, String)>, StoreError> {
        self.inside.refusals(run)
    }
    fn append(
        &self,
        run: &str,
        entries: &[(EntryId, Placed)],
        refusals: &[(EntryId, String)],
    ) -> Result<(), StoreError> {
        assert!(!self.dies.swap(false, Ordering::SeqCst), "the run's thread dies here, as wanted");
        if run == self.stopped {
            self.stops.lock().unwrap().send(()).unwrap();
            self.let_go.lock().unwrap().recv().unwrap();
        }
        self.inside.append(run, entries, refusals)
    }
    fn create(
        &self,
        run: &str,
        epoch: u64,
        pages: &mut dyn FnMut(u64) -> Result<Vec<Placed>, StoreError>,
    ) -> Result<(), StoreError> {
        self.inside.create(run, epoch, pages)
    }
}

struct Night {
    desk: Desk,
    store: Arc<Stopping>,
    stopped: Receiver<()>,
    let_go: Sender<()>,
    _folder: tempfile::TempDir,
}

/// Two runs, `slow` and `quick`; the disk stops for the first.
fn night() -> Night {
    let folder = tempfile::tempdir().unwrap();
    let (stops, stopped) = channel();
    let (let_go, goes_on) = channel();
    let store = Arc::new(Stopping {
        inside: Directory::open(folder.path()).unwrap(),
        stopped: "slow",
        stops: Mutex::new(stops),
        let_go: Mutex::new(goes_on),
        dies: AtomicBool::new(false),
    });
    for run in ["slow", "quick"] {
        let first: Ordered = serde_json::from_str(opening_lines(run).trim()).unwrap();
        let (chain, body) = (first.chain.parse().unwrap(), first.unpack().unwrap());
        let mut first = Some(Placed { seq: 1, chain, body });
        store.create(run, 1, &mut |_| Ok(first.take().into_iter().collect())).unwrap();
    }
    Night {
        desk: Desk::new(store.clone(), Clock::system()),
        store,
        stopped,
        let_go,
        _folder: folder,
    }
}

fn one(store: &dyn Store, run: &str, index: u64) -> Append {
    let (seq, chain) = store.head(run).unwrap();
    let after = Head { seq, chain: chain.to_string() };
    Append { epoch: 1, after, entries: vec![entry("r", index, "bo", note("x"))] }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap()
}

#[test]
fn a_run_whose_disk_has_stopped_holds_up_only_itself() {
    let night = night();
    let runtime = runtime();
    let (desk, first) = (night.desk.clone(), one(&*night.store, "slow", 1));
    let slow = runtime.spawn(async move { desk.append("slow", Who::Claimed, first).await });
    night.stopped.recv().unwrap();
    for index in 1..=20 {
        let append = one(&*night.store, "quick", index);
        let answer = runtime.block_on(night.desk.append("quick", Who::Claimed, append)).unwrap();
        assert_eq!(answer.entries[0].seq, index + 1);
    }
    assert!(!slow.is_finished(), "nobody is answered before it is durable");
    night.let_go.send(()).unwrap();
    assert_eq!(runtime.block_on(slow).unwrap().unwrap().entries[0].seq, 2);
    assert_eq!(night.desk.runs_in_use(), 2);
}

#[test]
fn a_run_that_is_not_there_gets_no_thread() {
    let night = night();
    for run in ["none", "..", "", "quick/../quick"] {
        let append = one(&*night.store, "quick", 1);
        let answer = runtime().block_on(night.desk.append(run, Who::Claimed, append));
        assert_eq!(answer.unwrap_err().kind, ProblemKind::NotFound, "{run}");
    }
    assert_eq!(night.desk.runs_in_use(), 0);
}

#[test]
fn a_thread_that_has_died_takes_nothing_with_it_and_another_goes_on() {
    let night = night();
    let runtime = runtime();
    let mut index = 1;
    let mut append = || {
        let append = one(&*night.store, "quick", index);
        let answer = runtime.block_on(night.desk.append("quick", Who::Claimed, append));
        index += u64::from(answer.is_ok());
        answer
    };
    append().unwrap();
    night.store.dies.store(true, Ordering::SeqCst);
    assert_eq!(append().unwrap_err().kind, ProblemKind::Busy);
    // The thread may still be on its way out.
    let again = loop {
        match append() {
            Ok(answer) => break answer,
            Err(problem) => assert_eq!(problem.kind, ProblemKind::Busy, "{problem:?}"),
        }
    };
    assert_eq!(again.entries[0].seq, 3, "what was not acknowledged has not happened");
}
