//! Disks of the simulation: what survives a crash, and can be put back to an earlier state.

use golive::hub::store::{Store, StoreError};
use golive::ledger::Chain;
use golive::ledger::order::{Change, Placed, Queued, Shelf};
use golive::run::{Actor, EntryId};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Mutex;

pub const RUN: &str = "demo-1";

/// The agreed entries of somebody.
#[derive(Clone, Default)]
pub struct Order {
    pub entries: Vec<Placed>,
    names: HashMap<EntryId, usize>,
    last: HashMap<String, Vec<u64>>,
}

impl Order {
    pub fn push(&mut self, id: EntryId, placed: Placed) {
        let expected = self.entries.len() as u64 + 1;
        assert_eq!(placed.seq, expected, "an order has no gaps");
        let before = self.entries.last().map_or(Chain::start(RUN), |last| last.chain);
        assert_eq!(before.next(placed.seq, &placed.body), placed.chain, "the chain is whole");
        let indexes = self.last.entry(id.replica.clone()).or_default();
        assert_eq!(id.index, indexes.len() as u64 + 1, "a name's indexes have no gaps");
        indexes.push(placed.seq);
        assert!(self.names.insert(id, self.entries.len()).is_none(), "names are used once");
        self.entries.push(placed);
    }

    fn cut(&mut self, seq: u64) {
        self.entries.truncate(seq as usize);
        self.names.retain(|_, at| *at < seq as usize);
        for indexes in self.last.values_mut() {
            indexes.retain(|at| *at <= seq);
        }
    }

    pub fn head(&self) -> (u64, Chain) {
        self.entries.last().map_or((0, Chain::start(RUN)), |last| (last.seq, last.chain))
    }

    pub fn chain_at(&self, seq: u64) -> Option<Chain> {
        match seq {
            0 => Some(Chain::start(RUN)),
            seq => self.entries.get(seq as usize - 1).map(|placed| placed.chain),
        }
    }

    pub fn after(&self, seq: u64) -> &[Placed] {
        self.entries.get(seq as usize..).unwrap_or_default()
    }
}

/// The disk of a client.
#[derive(Clone)]
pub struct Disk {
    pub order: Order,
    pub outbox: Vec<Queued>,
    pub replica: String,
    own: HashSet<String>,
    person: String,
    pub epoch: u64,
    pub offset_ms: i64,
}

impl Disk {
    pub fn new(replica: String, person: String) -> Self {
        Self {
            person,
            order: Order::default(),
            outbox: Vec::new(),
            own: HashSet::from([replica.clone()]),
            replica,
            epoch: 0,
            offset_ms: 0,
        }
    }

    pub fn next_index(&self) -> u64 {
        let waiting = self.outbox.iter().filter(|q| q.id.replica == self.replica);
        let waiting = waiting.map(|q| q.id.index).max().unwrap_or(0);
        self.last_index(&self.replica, u64::MAX).unwrap().max(waiting) + 1
    }

    pub fn make(&mut self, change: Change) {
        if let Some(seq) = change.back_to {
            self.order.cut(seq);
        }
        self.outbox.retain(|queued| !change.remove.contains(&queued.id));
        for (id, placed) in change.add {
            self.order.push(id, placed);
        }
        for queued in change.queue {
            assert!(self.outbox.iter().all(|q| q.id != queued.id), "once in the outbox");
            self.outbox.push(queued);
        }
        // As a ledger reads it: by name, then by when it was recorded here.
        self.outbox.sort_by_key(|q| (q.id.clone(), 0));
        let mut latest: HashMap<String, i64> = HashMap::new();
        let mut keyed: Vec<_> = std::mem::take(&mut self.outbox)
            .into_iter()
            .map(|queued| {
                let envelope = golive::run::Envelope::read(0, &queued.body).unwrap();
                let here = envelope.at().timestamp_millis() - envelope.offset_ms();
                let latest = latest.entry(queued.id.replica.clone()).or_insert(here);
                *latest = here.max(*latest);
                (*latest, queued)
            })
            .collect();
        keyed.sort_by_key(|(at, _)| *at);
        self.outbox = keyed.into_iter().map(|(_, queued)| queued).collect();
        for (old, new) in change.retired {
            if self.replica == old {
                self.replica = new.clone();
            }
            self.own.extend([old, new]);
        }
        self.own.extend(change.named);
    }
}

impl Shelf for Disk {
    type Error = Infallible;

    fn last(&self) -> Result<(u64, Chain), Infallible> {
        Ok(self.order.head())
    }

    fn chain_at(&self, seq: u64) -> Result<Option<Chain>, Infallible> {
        Ok(self.order.chain_at(seq))
    }

    fn after(&self, seq: u64) -> Result<Vec<Placed>, Infallible> {
        Ok(self.order.after(seq).to_vec())
    }

    fn last_index(&self, replica: &str, up_to: u64) -> Result<u64, Infallible> {
        let indexes = self.order.last.get(replica);
        Ok(indexes.map_or(0, |all| all.iter().filter(|seq| **seq <= up_to).count() as u64))
    }

    fn outbox(&self) -> Result<Vec<Queued>, Infallible> {
        Ok(self.outbox.clone())
    }

    fn is_own(&self, replica: &str, actor: &Actor) -> Result<bool, Infallible> {
        Ok(self.own.contains(replica) || (actor.name == self.person && !actor.claimed))
    }
}

/// What is on the disk of a hub.
#[derive(Clone, Default)]
pub struct Platter {
    pub order: Order,
    pub refusals: Vec<(EntryId, String)>,
    pub epoch: u64,
    /// Flushes to come that fail.
    pub failures: u32,
}

/// The disk of a hub.
#[derive(Default)]
pub struct Drum(pub Mutex<Platter>);

impl Store for Drum {
    fn runs(&self) -> Result<Vec<String>, StoreError> {
        Ok(vec![RUN.to_owned()])
    }

    fn epoch(&self, _: &str) -> Result<Option<u64>, StoreError> {
        Ok(Some(self.0.lock().unwrap().epoch))
    }

    fn head(&self, _: &str) -> Result<(u64, Chain), StoreError> {
        Ok(self.0.lock().unwrap().order.head())
    }

    fn page(&self, _: &str, after: u64, limit: usize, _: usize) -> Result<Vec<Placed>, StoreError> {
        let all = self.0.lock().unwrap();
        Ok(all.order.after(after).iter().take(limit).cloned().collect())
    }

    fn chain_at(&self, _: &str, seq: u64) -> Result<Option<Chain>, StoreError> {
        Ok(self.0.lock().unwrap().order.chain_at(seq))
    }

    fn find(&self, _: &str, id: &EntryId) -> Result<Option<Placed>, StoreError> {
        let all = self.0.lock().unwrap();
        Ok(all.order.names.get(id).map(|at| all.order.entries[*at].clone()))
    }

    fn refusals(&self, _: &str) -> Result<Vec<(EntryId, String)>, StoreError> {
        Ok(self.0.lock().unwrap().refusals.clone())
    }

    fn append(
        &self,
        _: &str,
        entries: &[(EntryId, Placed)],
        refusals: &[(EntryId, String)],
    ) -> Result<(), StoreError> {
        let mut all = self.0.lock().unwrap();
        if all.failures > 0 {
            all.failures -= 1;
            return Err(StoreError("the disk is full".to_owned()));
        }
        for (id, placed) in entries {
            all.order.push(id.clone(), placed.clone());
        }
        all.refusals.extend_from_slice(refusals);
        Ok(())
    }

    fn create(
        &self,
        _: &str,
        _: u64,
        _: &mut dyn FnMut(u64) -> Result<Vec<Placed>, StoreError>,
    ) -> Result<(), StoreError> {
        Err(StoreError("the simulation has one run".to_owned()))
    }
}
