//! An append in doubt: its commit was reported as failed, and may have taken hold all the same. The
//! same act asked for again is recorded once.

use super::Ledger;
use crate::ledger::error::LedgerError;
use crate::run::{Entry, EntryId, Envelope, Intent};
use std::sync::Arc;

/// What was to be recorded: whether it was shows only later.
pub(super) struct Unsure {
    wanted: Intent,
    id: EntryId,
    body: Vec<u8>,
}

impl Unsure {
    pub(super) fn of(wanted: Intent, id: EntryId, body: Vec<u8>) -> Self {
        Self { wanted, id, body }
    }
}

impl Ledger {
    /// The entry of an append that was reported as failed, if it is the one asked again and turns
    /// out to be in the ledger.
    pub(super) fn recorded_after_all(
        &mut self,
        intent: &Intent,
    ) -> Result<Option<Arc<Entry>>, LedgerError> {
        let Some(Unsure { wanted, id, body }) = &self.unsure else { return Ok(None) };
        // Asked again, it may say that it happened when it was tried first.
        let same = (&wanted.person, &wanted.on_behalf_of, &wanted.event)
            == (&intent.person, &intent.on_behalf_of, &intent.event);
        if !same {
            return Ok(None);
        }
        let id = id.clone();
        let ordered = self.store.find(&id.replica, id.index)?.map(|row| row.body);
        let queued = self.store.find_queued(&id.replica, id.index)?;
        // A hub names the actor anew: what is the same but for that is the same.
        let same = |found: &Vec<u8>| *found == *body || is_same_act(found, body);
        if !ordered.into_iter().chain(queued).any(|found| same(&found)) {
            return Ok(None);
        }
        self.read_on()?;
        self.unsure = None;
        self.replay.news.retain(|entry| entry.id != id);
        let mut log = self.replay.state.log.iter().rev();
        Ok(log.find(|logged| logged.entry.id == id).map(|logged| logged.entry.clone()))
    }
}

fn is_same_act(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (Envelope::read(0, one), Envelope::read(0, other));
    one.ok().zip(other.ok()).is_some_and(|(one, other)| one.is_same_act(&other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Access, Clock};
    use crate::run::{self, Event, Mode, NoteKind};
    use std::path::Path;

    fn note(text: &str) -> Intent {
        let event = Event::NoteAdded {
            text: text.to_owned(),
            kind: NoteKind::Note,
            step: None,
            public: false,
            owner: None,
            due: None,
        };
        Intent::new("ana", event)
    }

    fn new_run(folder: &Path) -> Ledger {
        let runbook = "format = 1\n[release]\ntitle = \"Demo\"\n[[phases]]\ntitle = \"Work\"\n\
            steps = [\n{ id = \"s1\", title = \"One\", duration = \"5m\" },\n]\n";
        let opening = Event::RunOpened {
            rules: run::RULES,
            run: "demo-1".to_owned(),
            mode: Mode::Live,
            runbook: runbook.to_owned(),
            sha256: run::sha256_hex(runbook.as_bytes()),
            approved: None,
            keep_times: false,
        };
        Ledger::create(folder, Intent::new("ana", opening), Clock::system()).unwrap()
    }

    /// A commit can fail and have taken hold all the same (the disk answered too late). Two
    /// connections stand for before and after: what the first is unsure of, the second wrote.
    #[test]
    fn the_same_act_again_after_a_doubtful_commit_is_recorded_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut before = new_run(folder.path());
        let mut after = Ledger::open(before.path(), Access::Write).unwrap();
        let taken = after.append(note("once")).unwrap();
        let body = taken.to_body().unwrap();
        after.append(note("later")).unwrap();
        let again = Intent { happened_at: Some(taken.act.at), ..note("once") };
        before.unsure = Some(Unsure::of(note("once"), taken.id.clone(), body.clone()));
        assert_eq!(before.append(again.clone()).unwrap(), taken);
        let news: Vec<u64> = before.catch_up().unwrap().iter().map(|entry| entry.seq).collect();
        assert_eq!(news, [3], "it is not news as well");
        // The same where it has been news already.
        before.unsure = Some(Unsure::of(note("once"), taken.id.clone(), body));
        assert_eq!(before.append(again).unwrap(), taken);
        assert_eq!(before.state().log.len(), 3);
        // From here on it is a second note that reads the same.
        assert_ne!(before.append(note("once")).unwrap().id, taken.id);
    }

    #[test]
    fn the_same_act_again_after_a_commit_that_did_fail_is_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = new_run(folder.path());
        let mut other = Ledger::open(ledger.path(), Access::Write).unwrap();
        let lost = EntryId { index: 2, ..ledger.state().log[0].entry.id.clone() };
        ledger.unsure = Some(Unsure::of(note("mine"), lost.clone(), b"what was lost".to_vec()));
        // Its name has gone to another entry meanwhile.
        assert_eq!(other.append(note("other")).unwrap().id, lost);
        assert_eq!(ledger.append(note("mine")).unwrap().id.index, 3);
        assert_eq!(ledger.state().notes.len(), 2);
    }
}
