//! One run at a hub: what has been taken, and what is staged.

use super::judge::{judge, may_act, name};
use super::{Taken, Who, no_such_run, storage};
use crate::hub::store::{Store, StoreError};
use crate::ledger::Chain;
use crate::ledger::order::Placed;
use crate::run::{self, Entry, EntryId, Envelope, Intent, RunState, Time};
use crate::sync::protocol::{self, Head, Problem, ProblemKind};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Chain values that are remembered without asking the store.
const REMEMBERED: usize = 4_096;
/// Entries read at a time when a run is loaded.
const PAGE: usize = 4_096;
/// Bytes of one entry, at most.
const ENTRY_BYTES: usize = protocol::APPEND_BYTES;

/// Bytes of a replica's name, at most.
const NAME_BYTES: usize = 200;
/// Refusals that are remembered. Whoever is refused more often than that has been told.
const REFUSALS: usize = 10_000;

/// What is known of a replica.
struct Replica {
    /// Who used it first.
    person: String,
    /// Its last index that was taken; 0 where all of it was refused so far.
    last: u64,
}

pub(super) struct Run {
    run: String,
    pub epoch: u64,
    pub state: RunState,
    seq: u64,
    head: Chain,
    replicas: HashMap<String, Replica>,
    refused: HashMap<EntryId, String>,
    /// Chain values of the last entries, up to `seq`.
    recent: VecDeque<Chain>,
    /// The last entry that is durable.
    durable: (u64, Chain),
    staged: Vec<Taken>,
    staged_refusals: Vec<(EntryId, String)>,
    last_received: Option<Time>,
}

impl Run {
    /// Reads a run from the store.
    pub fn load(store: &dyn Store, name: &str) -> Result<Self, Problem> {
        let failed = |e: StoreError| storage(&e);
        let epoch = store.epoch(name).map_err(failed)?.ok_or_else(|| no_such_run(name))?;
        let mut run: Option<Self> = None;
        let mut after = 0;
        loop {
            let page = store.page(name, after, PAGE, usize::MAX).map_err(failed)?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for placed in page {
                match &mut run {
                    Some(run) => run.replay(&placed)?,
                    none => *none = Some(Self::begin(name, epoch, &placed)?),
                }
            }
        }
        let mut run = run.ok_or_else(|| no_such_run(name))?;
        run.durable = (run.seq, run.head);
        run.refused = store.refusals(name).map_err(failed)?.into_iter().collect();
        Ok(run)
    }

    fn begin(name: &str, epoch: u64, placed: &Placed) -> Result<Self, Problem> {
        let entry = read(placed)?;
        let (id, person) = (entry.id.clone(), entry.act.actor.name.clone());
        let state = run::open(entry).map_err(|e| unreadable(name, &e.to_string()))?;
        let mut run = Self {
            run: name.to_owned(),
            epoch,
            state,
            seq: placed.seq,
            head: placed.chain,
            replicas: HashMap::new(),
            refused: HashMap::new(),
            recent: VecDeque::from([placed.chain]),
            durable: (placed.seq, placed.chain),
            staged: Vec::new(),
            staged_refusals: Vec::new(),
            last_received: None,
        };
        run.replicas.insert(id.replica, Replica { person, last: id.index });
        Ok(run)
    }

    fn replay(&mut self, placed: &Placed) -> Result<(), Problem> {
        let entry = read(placed)?;
        self.add(placed, entry);
        Ok(())
    }

    /// Takes an entry into the state.
    fn add(&mut self, placed: &Placed, entry: Entry) {
        self.seq = placed.seq;
        self.head = placed.chain;
        self.recent.push_back(placed.chain);
        if self.recent.len() > REMEMBERED {
            self.recent.pop_front();
        }
        match self.replicas.get_mut(&entry.id.replica) {
            Some(replica) => replica.last = entry.id.index,
            None => {
                let person = entry.act.actor.name.clone();
                let replica = Replica { person, last: entry.id.index };
                self.replicas.insert(entry.id.replica.clone(), replica);
            }
        }
        self.last_received = self.last_received.max(entry.received_at);
        run::apply(&mut self.state, Arc::new(entry));
    }

    /// The last entry that is durable.
    pub fn durable_head(&self) -> Head {
        let (seq, chain) = self.durable;
        Head { seq, chain: chain.to_string() }
    }

    pub fn has_staged(&self) -> bool {
        !self.staged.is_empty() || !self.staged_refusals.is_empty()
    }

    /// Makes what is staged durable.
    pub fn flush(&mut self, store: &dyn Store, name: &str) -> Result<Vec<Arc<Taken>>, StoreError> {
        let staged = std::mem::take(&mut self.staged);
        let refusals = std::mem::take(&mut self.staged_refusals);
        let entries: Vec<_> = staged.iter().map(|t| (t.id.clone(), t.placed.clone())).collect();
        store.append(name, &entries, &refusals)?;
        self.durable = (self.seq, self.head);
        Ok(staged.into_iter().map(Arc::new).collect())
    }

    /// A client of another epoch has to look at what differs.
    pub fn is_of_epoch(&self, store: &dyn Store, epoch: u64) -> Result<(), Problem> {
        if epoch == self.epoch {
            return Ok(());
        }
        let detail = format!("this hub is of epoch {}, and the client of {epoch}", self.epoch);
        Err(self.differs(store, ProblemKind::Epoch, self.seq, detail))
    }

    /// Whether that is the hub's entry at that place.
    pub fn follows(&self, store: &dyn Store, known: &Head) -> Result<(), Problem> {
        let here = self.chain_at(store, known.seq).map_err(|e| storage(&e))?;
        if here.is_some_and(|chain| chain.to_string() == known.chain) {
            return Ok(());
        }
        let detail = format!("entry {} is another here, or is not here", known.seq);
        Err(self.differs(store, ProblemKind::Diverged, known.seq, detail))
    }

    fn chain_at(&self, store: &dyn Store, seq: u64) -> Result<Option<Chain>, StoreError> {
        match self.remembered(seq) {
            Some(chain) => Ok(Some(chain)),
            None if seq == 0 => Ok(Some(Chain::start(&self.run))),
            None if seq > self.seq => Ok(None),
            None => store.chain_at(&self.run, seq),
        }
    }

    fn remembered(&self, seq: u64) -> Option<Chain> {
        let back = usize::try_from(self.seq.checked_sub(seq)?).ok()?;
        let at = self.recent.len().checked_sub(back + 1)?;
        self.recent.get(at).copied()
    }

    /// A problem with places to compare: the last, and back from there in ever larger steps.
    fn differs(&self, store: &dyn Store, kind: ProblemKind, seq: u64, detail: String) -> Problem {
        let mut problem = Problem::new(kind, detail);
        problem.epoch = Some(self.epoch);
        let durable = self.durable_head().seq;
        let (mut at, mut step) = (seq.min(durable), 1);
        loop {
            if let Ok(Some(chain)) = self.chain_at(store, at) {
                problem.samples.push(Head { seq: at, chain: chain.to_string() });
            }
            if at == 0 {
                return problem;
            }
            at = at.saturating_sub(step);
            step *= 2;
        }
    }

    /// Judges one entry as it was sent, and stages it.
    pub fn stage(
        &mut self,
        store: &dyn Store,
        who: &Who,
        body: &[u8],
        now: Time,
    ) -> Result<protocol::Placed, Problem> {
        let envelope = Envelope::read(0, body).map_err(|e| {
            Problem::new(ProblemKind::Malformed, format!("an entry cannot be read: {}", e.cause))
        })?;
        let id = envelope.id().clone();
        if id.replica.is_empty() || id.replica.len() > NAME_BYTES {
            let detail = format!("a replica's name has 1 to {NAME_BYTES} bytes");
            return Err(Problem::new(ProblemKind::Malformed, detail));
        }
        let actor = name(&self.state, who, &envelope.actor().name);
        // Before anything is said or kept about the entry: what somebody sends under another's name
        // leaves no trace, for its owner's own entry of that name is still to come.
        if let Some(owner) = self.another_owner(&id, &actor.name) {
            let reason = format!("its name belongs to {owner}, and {} sent it", actor.name);
            return Err(refused(&id, reason));
        }
        if let Some(reason) = self.refused.get(&id) {
            return Err(refused(&id, reason.clone()));
        }
        let last = self.replicas.get(&id.replica).map_or(0, |replica| replica.last);
        if id.index <= last {
            return self.again(store, &envelope);
        }
        let next = last.saturating_add(1);
        if id.index != next {
            let detail = format!("entry {id} comes before its predecessor, {next}");
            let expected = Some(next);
            return Err(Problem { expected, ..Problem::new(ProblemKind::Gap, detail) });
        }
        if body.len() > ENTRY_BYTES {
            // Not kept: it is as large when it is sent again.
            return Err(refused(&id, "it is too large".to_owned()));
        }
        let received = self.last_received.map_or(now, |last| last.max(now));
        let stamped = envelope.stamped(actor, received).map_err(|e| {
            Problem::new(ProblemKind::Malformed, format!("an entry cannot be stored: {e}"))
        })?;
        let entry = Entry::from_body(self.seq + 1, &stamped).map_err(|e| {
            Problem::new(ProblemKind::Malformed, format!("an entry cannot be read: {}", e.cause))
        })?;
        if let Err(reason) = may_act(&self.state, who, &entry.act) {
            return Err(self.refuse(id, &entry.act.actor.name, reason));
        }
        Ok(self.put(entry, stamped))
    }

    /// Judges an act that is made here, and stages it.
    pub fn act(
        &mut self,
        store: &dyn Store,
        who: &Who,
        once: &str,
        intent: Intent,
        now: Time,
    ) -> Result<protocol::Placed, Problem> {
        let id = EntryId { replica: once.to_owned(), index: 1 };
        let actor = name(&self.state, who, &intent.person);
        if let Some(owner) = self.another_owner(&id, &actor.name) {
            return Err(refused(&id, format!("its name belongs to {owner}")));
        }
        if self.replicas.get(once).is_some_and(|replica| replica.last > 0) {
            let there = self.find(store, &id)?;
            return there.map(|placed| place(&id, &placed)).ok_or_else(|| no_such_run(&self.run));
        }
        let received = self.last_received.map_or(now, |last| last.max(now));
        let act = intent.into_act(actor, now);
        judge(&self.state, &act).map_err(|reason| refused(&id, reason))?;
        let entry = Entry { seq: self.seq + 1, id, act, offset_ms: 0, received_at: Some(received) };
        let body = entry.to_body().map_err(|e| {
            Problem::new(ProblemKind::Malformed, format!("this event cannot be stored: {e}"))
        })?;
        Ok(self.put(entry, body))
    }

    fn put(&mut self, entry: Entry, body: Vec<u8>) -> protocol::Placed {
        let id = entry.id.clone();
        let seq = self.seq + 1;
        let placed = Placed { seq, chain: self.head.next(seq, &body), body };
        self.add(&placed, entry);
        let answer = place(&id, &placed);
        self.staged.push(Taken { id, placed });
        answer
    }

    /// An entry under a name that is known: the same, or another.
    fn again(&self, store: &dyn Store, sent: &Envelope<'_>) -> Result<protocol::Placed, Problem> {
        let id = sent.id();
        if let Some(placed) = self.find(store, id)? {
            let same = Envelope::read(placed.seq, &placed.body);
            if same.is_ok_and(|there| there.is_same_act(sent)) {
                return Ok(place(id, &placed));
            }
        }
        let detail = format!("entry {id} is here with other content");
        let entry = Some(Box::new(id.clone()));
        let expected = self.replicas.get(&id.replica).map(|replica| replica.last.saturating_add(1));
        Err(Problem { entry, expected, ..Problem::new(ProblemKind::Reused, detail) })
    }

    fn find(&self, store: &dyn Store, id: &EntryId) -> Result<Option<Placed>, Problem> {
        match self.staged.iter().find(|taken| taken.id == *id) {
            Some(taken) => Ok(Some(taken.placed.clone())),
            None => store.find(&self.run, id).map_err(|e| storage(&e)),
        }
    }

    /// Who the entry's replica belongs to, where that is somebody else.
    fn another_owner(&self, id: &EntryId, person: &str) -> Option<&str> {
        let owner = self.replicas.get(&id.replica).map(|replica| replica.person.as_str());
        owner.filter(|owner| *owner != person)
    }

    /// Refuses an entry for good: sent again, it is refused again, whatever has changed since. Its
    /// replica is that person's, or nobody's and theirs from here on: nobody refuses for others.
    fn refuse(&mut self, id: EntryId, person: &str, reason: String) -> Problem {
        let problem = refused(&id, reason.clone());
        if self.refused.len() < REFUSALS {
            let theirs = || Replica { person: person.to_owned(), last: 0 };
            self.replicas.entry(id.replica.clone()).or_insert_with(theirs);
            self.staged_refusals.push((id.clone(), reason.clone()));
            self.refused.insert(id, reason);
        }
        problem
    }
}

fn refused(id: &EntryId, reason: String) -> Problem {
    Problem { entry: Some(Box::new(id.clone())), ..Problem::new(ProblemKind::Refused, reason) }
}

fn place(id: &EntryId, placed: &Placed) -> protocol::Placed {
    protocol::Placed {
        replica: id.replica.clone(),
        index: id.index,
        seq: placed.seq,
        chain: placed.chain.to_string(),
    }
}

fn read(placed: &Placed) -> Result<Entry, Problem> {
    Entry::from_body(placed.seq, &placed.body)
        .map_err(|e| Problem::new(ProblemKind::Storage, e.to_string()))
}

fn unreadable(run: &str, why: &str) -> Problem {
    Problem::new(ProblemKind::Storage, format!("the run {run} cannot be read: {why}"))
}
