//! A joined ledger: what is recorded waits in the outbox, comes back in the hub's order, and gives
//! way where the hub knows another order. Nothing own is ever lost or doubled, whatever crashes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod ledger;
}

use golive::ledger::order::{Placed, Stretch};
use golive::ledger::{
    Access, Chain, Clock, Joined, Ledger, LedgerError, TakeError, read_copy, receive, verify,
};
use golive::run::{Actor, Entry, EntryId, Envelope, Event, Intent, Mend};
use golive::runbook::Role;
use std::path::Path;
use support::ledger::{complete, new_run, note, notes, reopen, start, time};

/// What a hub does, as plainly as it can be said.
#[derive(Clone)]
struct Hub {
    entries: Vec<Placed>,
    head: Chain,
}

impl Hub {
    fn of(ledger: &Ledger) -> Self {
        Self { entries: ledger.entries_after(0, usize::MAX).unwrap(), head: ledger.head() }
    }

    fn take(&mut self, sent: &[u8]) {
        let envelope = Envelope::read(0, sent).unwrap();
        let actor = Actor { claimed: false, ..envelope.actor().clone() };
        let body = envelope.stamped(actor, time("2026-11-28T23:59:00Z")).unwrap();
        let seq = self.entries.len() as u64 + 1;
        self.head = self.head.next(seq, &body);
        self.entries.push(Placed { seq, chain: self.head, body });
    }

    /// Takes all that waits in a ledger.
    fn take_all(&mut self, ledger: &Ledger) {
        for queued in ledger.sharing().unwrap().unwrap().waiting {
            self.take(&queued.body);
        }
    }

    fn after(&self, seq: u64, rejoin: bool) -> Stretch {
        let entries = self.entries.iter().filter(|e| e.seq > seq).cloned().collect();
        Stretch { entries, rejoin: rejoin.then_some(self.entries.len() as u64) }
    }

    /// A hub whose disk was put back to an earlier state.
    fn cut(&self, entries: usize) -> Self {
        let entries: Vec<_> = self.entries[..entries].to_vec();
        Self { head: entries.last().unwrap().chain, entries }
    }
}

fn joined_run(folder: &Path) -> (Ledger, Hub) {
    let mut ledger = new_run(folder);
    let hub = Hub::of(&ledger);
    ledger.join(&Joined::to("https://hub.example")).unwrap();
    (ledger, hub)
}

/// Somebody else's ledger of the same run.
fn follower(folder: &Path, hub: &Hub) -> Ledger {
    let joined = Joined::to("https://hub.example");
    let path = receive(folder, "demo-1", &joined, &mut |seq| Ok(hub.after(seq, false).entries));
    reopen(&path.unwrap())
}

fn waiting(ledger: &Ledger) -> usize {
    ledger.sharing().unwrap().unwrap().unshared
}

/// Every entry of a ledger's state is in the hub's order.
fn agree(ledger: &Ledger, hub: &Hub) {
    assert_eq!(waiting(ledger), 0);
    assert_eq!(ledger.head(), hub.head);
    assert_eq!(ledger.entries_after(0, usize::MAX).unwrap(), hub.entries);
    assert_eq!(*ledger.state(), *reopen(ledger.path()).state(), "as folded from the start");
    verify(ledger.path()).unwrap();
}

#[test]
fn what_is_recorded_waits_is_shown_at_once_and_is_confirmed_by_the_hubs_order() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, mut hub) = joined_run(folder.path());
    let entry = ledger.append(note("mine")).unwrap();
    assert_eq!((entry.seq, waiting(&ledger), ledger.head()), (2, 1, hub.head));
    assert_eq!(notes(&ledger), ["mine"]);
    hub.take_all(&ledger);
    ledger.take_in(&hub.after(1, false), 0).unwrap();
    assert!(ledger.was_reordered());
    agree(&ledger, &hub);
    assert!(!ledger.state().log[1].entry.act.actor.claimed, "as the hub named them");
    assert!(ledger.catch_up().unwrap().is_empty(), "one's own is no news");
}

#[test]
fn others_who_were_first_come_first_and_the_fold_keeps_the_conflict() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut ana, mut hub) = joined_run(here.path());
    let mut bo = follower(there.path(), &hub);
    bo.append(start("bo", "s1")).unwrap();
    ana.append(start("ana", "s1")).unwrap();
    ana.append(complete("ana", "s1")).unwrap();
    hub.take_all(&bo);
    hub.take_all(&ana);
    for ledger in [&mut ana, &mut bo] {
        ledger.take_in(&hub.after(1, false), 0).unwrap();
        agree(ledger, &hub);
        assert_eq!(ledger.state().conflicts.len(), 1, "two started it");
    }
    let news: Vec<_> = ana.catch_up().unwrap().iter().map(|e| e.act.actor.name.clone()).collect();
    assert_eq!(news, ["bo"]);
}

#[test]
fn all_of_it_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, mut hub) = joined_run(folder.path());
    ledger.append(note("one")).unwrap();
    ledger.append(note("two")).unwrap();
    let path = ledger.path().to_owned();
    drop(ledger);
    let mut again = reopen(&path);
    assert_eq!((notes(&again), waiting(&again)), (vec!["one".to_owned(), "two".to_owned()], 2));
    hub.take_all(&again);
    again.take_in(&hub.after(1, false), 0).unwrap();
    again.close().unwrap();
    agree(&reopen(&path), &hub);
}

#[test]
fn another_process_sees_what_waits_and_what_was_reordered() {
    let folder = tempfile::tempdir().unwrap();
    let (mut cockpit, mut hub) = joined_run(folder.path());
    let mut shell = reopen(cockpit.path());
    shell.append(note("from a shell")).unwrap();
    let news = cockpit.catch_up().unwrap();
    assert_eq!(news.iter().map(|e| e.seq).collect::<Vec<_>>(), [2]);
    assert!(!cockpit.was_reordered());
    hub.take_all(&cockpit);
    cockpit.take_in(&hub.after(1, false), 0).unwrap();
    shell.catch_up().unwrap();
    assert!(shell.was_reordered());
    agree(&shell, &hub);
    assert_eq!(shell.append(note("next")).unwrap().id.index, 3, "its names go on");
}

#[test]
fn a_hub_that_lost_entries_gets_them_again_under_the_same_names() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut ana, mut hub) = joined_run(here.path());
    let mut bo = follower(there.path(), &hub);
    for n in 0..3 {
        ana.append(note(&format!("a{n}"))).unwrap();
        bo.append(support::ledger::note_by("bo", &format!("b{n}"))).unwrap();
        hub.take_all(&ana);
        hub.take_all(&bo);
        for ledger in [&mut ana, &mut bo] {
            let last = ledger.entries_after(0, 99).unwrap().len() as u64;
            ledger.take_in(&hub.after(last, false), 0).unwrap();
        }
    }
    let before: Vec<_> = ana.state().log.iter().map(|l| l.entry.id.clone()).collect();
    let mut hub = hub.cut(3);
    // The hub says that the orders differ; the last common place is its own end.
    assert_eq!(ana.common(&[(3, hub.head), (1, hub.entries[0].chain)]).unwrap(), (3, hub.head));
    ana.take_in(&hub.after(3, true), 0).unwrap();
    assert_eq!(waiting(&ana), 2, "its own, not bo's");
    hub.take_all(&ana);
    bo.take_in(&hub.after(3, true), 0).unwrap();
    hub.take_all(&bo);
    for ledger in [&mut ana, &mut bo] {
        let last = ledger.sharing().unwrap().unwrap().seq;
        ledger.take_in(&hub.after(last, false), 0).unwrap();
        agree(ledger, &hub);
    }
    let mut after: Vec<_> = ana.state().log.iter().map(|l| l.entry.id.clone()).collect();
    after.sort();
    let mut before = before;
    before.sort();
    assert_eq!(before, after);
}

#[test]
fn after_going_back_the_record_is_as_well_guarded_as_before_and_the_tail_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, mut hub) = joined_run(folder.path());
    ledger.append(note("lost")).unwrap();
    hub.take_all(&ledger);
    ledger.take_in(&hub.after(1, false), 0).unwrap();
    let path = ledger.path().to_owned();
    let schema = |path: &Path| {
        let db = rusqlite::Connection::open(path).unwrap();
        let mut all = db
            .prepare("SELECT sql FROM sqlite_schema WHERE name LIKE 'entries%' AND sql NOT NULL ORDER BY name")
            .unwrap();
        let all = all.query_map([], |row| row.get::<_, String>(0)).unwrap();
        all.map(Result::unwrap).collect::<Vec<_>>()
    };
    let before = schema(&path);
    ledger.take_in(&hub.cut(1).after(1, true), 0).unwrap();
    assert_eq!(waiting(&ledger), 1);
    ledger.close().unwrap();
    assert_eq!(schema(&path), before);
    let db = rusqlite::Connection::open(&path).unwrap();
    assert!(db.execute("DELETE FROM entries", []).is_err());
    let aside: i64 = db.query_row("SELECT count(*) FROM aside", [], |row| row.get(0)).unwrap();
    assert_eq!(aside, 1);
}

#[test]
fn a_ledger_put_back_to_an_earlier_state_gets_a_new_name_for_what_it_wrote_since() {
    let (here, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut first, mut hub) = joined_run(here.path());
    let old = copies.path().join("demo-1.golive");
    golive::ledger::export_file(first.path(), &old).unwrap();
    first.append(note("one")).unwrap();
    hub.take_all(&first);
    let mut second = reopen(&old);
    let added = second.append(note("two")).unwrap();
    let wrong = Event::Correction { entry: added.id.clone(), mend: Mend::Void {}, reason: None };
    second.append(Intent::new("ana", wrong)).unwrap();
    assert_eq!(added.id.index, 2, "the name that the hub knows for another entry");
    second.take_in(&hub.after(1, false), 0).unwrap();
    assert_eq!((notes(&second), waiting(&second)), (vec!["one".to_owned()], 2));
    hub.take_all(&second);
    second.take_in(&hub.after(2, false), 0).unwrap();
    agree(&second, &hub);
    assert!(second.state().conflicts.is_empty(), "the correction still finds what it corrects");
}

#[test]
fn what_the_hub_refuses_stays_with_the_reason_and_holds_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, mut hub) = joined_run(folder.path());
    let refused = ledger.append(note("refused")).unwrap().id.clone();
    ledger.append(note("fine")).unwrap();
    ledger.keep_refusal(&refused, "an observer may not do that").unwrap();
    let sharing = ledger.sharing().unwrap().unwrap();
    assert_eq!(sharing.refused[0].refused.as_deref(), Some("an observer may not do that"));
    assert_eq!((sharing.unshared, notes(&ledger)), (1, vec!["fine".to_owned()]));
    hub.take_all(&ledger);
    ledger.take_in(&hub.after(1, false), 0).unwrap();
    assert_eq!(ledger.head(), hub.head);
    ledger.forget_refused(&refused).unwrap();
    assert!(ledger.sharing().unwrap().unwrap().refused.is_empty());
    agree(&ledger, &hub);
}

#[test]
fn what_does_not_follow_is_not_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, mut hub) = joined_run(folder.path());
    for n in 0..3 {
        ledger.append(note(&format!("{n}"))).unwrap();
    }
    hub.take_all(&ledger);
    let order = |stretch: &Stretch, ledger: &mut Ledger| ledger.take_in(stretch, 0).unwrap_err();
    assert!(matches!(order(&hub.after(2, false), &mut ledger), TakeError::Order(_)), "a gap");
    let mut forged = hub.after(1, false);
    forged.entries[1].body = forged.entries[0].body.clone();
    assert!(matches!(order(&forged, &mut ledger), TakeError::Order(_)), "another body");
    assert_eq!(waiting(&ledger), 3, "nothing of it was taken in");
    ledger.take_in(&hub.after(1, false), 4).unwrap();
    let older = ledger.take_in(&hub.after(4, false), 3).unwrap_err();
    assert_eq!(older, TakeError::OlderEpoch { hub: 3, here: 4 });
    let told: LedgerError = Ledger::open(&folder.path().join("none"), Access::Read).err().unwrap();
    assert!(told.to_string().contains("none"));
}

#[test]
fn a_token_says_whose_acts_are_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, _) = joined_run(folder.path());
    ledger.known_to_hub_as(Some("ana".to_owned()), None).unwrap();
    assert!(!ledger.append(note("mine")).unwrap().act.actor.claimed);
    let refused = ledger.append(support::ledger::note_by("bo", "not mine")).unwrap_err();
    assert!(refused.to_string().contains("--for bo"), "{refused}");
}

#[test]
fn the_hubs_clock_is_followed_and_noted_and_somebody_elses_wrong_clock_moves_nobody() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clock = |at: &str| {
        let at = time(at);
        Clock::fake(Some("boot"), move || at, || 1_000)
    };
    let mut ana = support::ledger::new_run_with(here.path(), 3, clock("2026-11-28T22:00:00Z"));
    let mut hub = Hub::of(&ana);
    ana.join(&Joined::to("h")).unwrap();
    let path = receive(there.path(), "demo-1", &Joined::to("h"), &mut |seq| {
        Ok(hub.after(seq, false).entries)
    })
    .unwrap();
    // Ten minutes slow, with a hub that says so.
    let mut bo = Ledger::open_with(&path, Access::Write, clock("2026-11-28T21:50:00Z")).unwrap();
    bo.follow_clock(600_000).unwrap();
    let entry = bo.append(support::ledger::note_by("bo", "b")).unwrap();
    assert_eq!((entry.act.at, entry.offset_ms), (time("2026-11-28T22:00:00Z"), 600_000));
    // Ten minutes fast, before it has heard from the hub.
    ana.follow_clock(-600_000).unwrap();
    ana.append(note("a")).unwrap();
    hub.take_all(&ana);
    hub.take_all(&bo);
    bo.take_in(&hub.after(1, false), 0).unwrap();
    assert_eq!(bo.now(), time("2026-11-28T22:00:00Z"));
    let next = bo.append(support::ledger::note_by("bo", "c")).unwrap();
    assert_eq!(next.act.at, time("2026-11-28T22:00:00Z"));
}

/// What bo recorded on a page: the hub has it under a name of its own, and no ledger sends it again.
fn on_a_page(hub: &mut Hub, text: &str) {
    let actor = Actor { name: "bo".to_owned(), role: Role::Operator, claimed: false };
    let act = support::ledger::note_by("bo", text).into_act(actor, time("2026-11-28T23:00:00Z"));
    let id = EntryId { replica: format!("page-{text}"), index: 1 };
    let entry = Entry { seq: 0, id, act, offset_ms: 0, received_at: None };
    hub.take(&entry.to_body().unwrap());
}

/// Ana's ledger and the whole order, once a copy of the hub from before two acts on bo's page and
/// one of hers was put back.
fn put_back(folder: &Path) -> (Ledger, Hub, Hub) {
    let (mut ana, mut hub) = joined_run(folder);
    on_a_page(&mut hub, "one");
    ana.append(note("mine")).unwrap();
    hub.take_all(&ana);
    on_a_page(&mut hub, "two");
    ana.take_in(&hub.after(1, false), 1).unwrap();
    assert!(ana.sharing().unwrap().unwrap().lost.is_empty());
    let old = hub.cut(1);
    ana.take_in(&old.after(1, true), 1).unwrap();
    (ana, hub, old)
}

#[test]
fn what_was_agreed_and_nobody_sends_again_is_said_to_be_lost_until_it_is_let_go_of() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ana, _, mut old) = put_back(folder.path());
    old.take_all(&ana);
    ana.take_in(&old.after(1, false), 1).unwrap();
    let sharing = ana.sharing().unwrap().unwrap();
    assert_eq!((sharing.unshared, sharing.seq), (0, 2), "her own came back by itself");
    let lost = |ledger: &Ledger| {
        let lost = ledger.sharing().unwrap().unwrap().lost;
        lost.iter().map(|l| Entry::from_body(l.seq, &l.body).unwrap().id).collect::<Vec<_>>()
    };
    let names: Vec<_> = lost(&ana).into_iter().map(|id| id.replica).collect();
    assert_eq!(names, ["page-one", "page-two"]);
    assert_eq!(lost(&reopen(ana.path())), lost(&ana), "it outlives the process");
    for id in lost(&ana) {
        ana.forget_refused(&id).unwrap();
    }
    assert!(lost(&ana).is_empty());
    agree(&ana, &old);
}

#[test]
fn a_restored_hub_has_what_an_older_copy_of_it_had_dropped_and_the_ledger_follows() {
    let (folder, hubs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut ana, hub, _) = put_back(folder.path());
    let directory = golive::hub::Directory::open(hubs.path()).unwrap();
    let copies = [ana.path().to_owned()];
    let rebuilt = golive::hub::restore::restore(&directory, &copies).unwrap();
    assert_eq!((rebuilt[0].entries, rebuilt[0].epoch), (4, 2));
    let copy = read_copy(&hubs.path().join("demo-1.golive")).unwrap();
    assert_eq!(copy.entries, hub.entries, "with the chain unchanged");
    ana.take_in(&hub.after(1, true), 2).unwrap();
    assert!(ana.sharing().unwrap().unwrap().lost.is_empty());
    agree(&ana, &hub);
    // What was put aside before the restore does not come back by another one.
    assert!(read_copy(ana.path()).unwrap().before.is_empty());
}
