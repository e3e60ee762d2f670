//! Mistakes inside and about a rollback are mended like any other, and leave no trace.

mod support;

use RefusalKind::Impossible;
use golive::run::{Event, Mend, RefusalKind, RunStatus, StepStatus, Verdict};
use support::ladder::*;
use support::*;

fn mend_time(n: &Night, seq: u64, time: &str) -> Event {
    let mend = Mend::Time { happened_at: clock(time) };
    Event::Correction { entry: n.id_of(seq), mend, reason: None }
}

#[test]
fn a_rollback_begun_by_mistake() {
    let mut n = migrated();
    let before = n.state.clone();
    let seq = n.ok("ana", take("return"));
    n.ok("ana", void(n.id_of(seq)));
    assert_eq!((&n.state.steps, n.state.status), (&before.steps, before.status));
    assert!(n.state.rollbacks.is_empty() && n.state.deviations.is_empty());
    assert_eq!(*n.verdict(seq), Verdict::Voided);
    assert_eq!(n.state.counts(n.now), before.counts(n.now));
    n.works("verify");
}

#[test]
fn only_a_lead_mends_it() {
    let mut n = migrated();
    let seq = n.ok("ana", take("return"));
    assert_eq!(n.no("bo", void(n.id_of(seq))), (Impossible, "not-yours"));
    n.ok("eve", void(n.id_of(seq)));
}

#[test]
fn a_wrong_ended_well_is_taken_back_after_the_end_of_the_run() {
    let mut n = taken("page");
    for who in ["ana", "bo"] {
        n.ok(who, sign("page-up"));
    }
    n.skips("tell");
    let seq = n.ok("ana", end_well("page"));
    assert_eq!(n.run_status(), RunStatus::RolledBack);
    n.ok("bo", note("it is not up at all"));
    n.ok("ana", void(n.id_of(seq)));
    assert_eq!(n.run_status(), RunStatus::RollingBack);
    assert_eq!(n.statuses(&["freeze", "verify"]), [StepStatus::Done, StepStatus::Planned]);
    assert_eq!(n.state.notes.len(), 1);
    n.ok("ana", give_up("page"));
}

#[test]
fn a_start_that_never_was_changes_what_applies() {
    let mut n = Night::open(LADDER);
    n.at("23:00").works("routes");
    let mistaken = n.starts("freeze");
    let finish = n.completes("freeze");
    let taken = n.at("00:10").ok("ana", take("return"));
    assert_eq!(n.status("thaw"), StepStatus::Planned);
    // Whoever takes it back is told what rests on it.
    let rests = n.state.built_on(&n.id_of(mistaken));
    assert_eq!(rests, [finish, taken]);
    n.ok("bo", note("that was staging"));
    n.ok("ana", void(n.id_of(finish)));
    n.ok("ana", void(n.id_of(mistaken)));
    assert_eq!(
        n.statuses(&["routes-back", "thaw"]),
        [StepStatus::Planned, StepStatus::NotApplicable]
    );
    // The last of it taken back, the rollback itself had nothing to undo, and the record says so.
    let mut n = Night::open(LADDER);
    n.ok("ana", Event::RunStarted {});
    let mistaken = n.starts("freeze");
    let finish = n.completes("freeze");
    let taken = n.ok("ana", take("return"));
    n.ok("ana", void(n.id_of(finish)));
    assert_eq!(*n.verdict(taken), Verdict::Conflict, "for now it was taken while Freeze ran");
    n.ok("ana", void(n.id_of(mistaken)));
    assert_eq!(*n.verdict(taken), Verdict::Deviation);
    assert_eq!(n.state.deviations[0].rule, "nothing-to-undo");
}

#[test]
fn what_rests_on_begin_and_end() {
    let mut n = migrated();
    let begun = n.ok("ana", take("restore"));
    let dump = n.starts("dump");
    let dumped = n.completes("dump");
    let names = n.starts("names");
    let skipped = n.skips("compare");
    let ended = n.ok("ana", end_well("restore"));
    let again = n.starts("migrate");
    let named = n.completes("names");
    assert_eq!(n.state.built_on(&n.id_of(begun)), [dump, dumped, skipped, ended, again]);
    assert_eq!(n.state.built_on(&n.id_of(dumped)), [skipped, ended]);
    assert_eq!(n.state.built_on(&n.id_of(ended)), [again]);
    assert_eq!(n.state.built_on(&n.id_of(names)), [named]);
    // Of a rung that failed: the hold's end, and the next rung.
    let mut n = taken("restore");
    let gave_up = n.ok("ana", give_up("restore"));
    let next = n.ok("ana", take("return"));
    n.ok("ana", give_up("return"));
    let resumed = n.ok("ana", Event::RunResumed {});
    assert_eq!(n.state.built_on(&n.id_of(gave_up)), [next, resumed]);
    // A begin that is taken back leaves what was done in it as conflicts, kept in the record.
    let mut n = taken("restore");
    let begun = n.state.rollbacks[0].begun.seq;
    let dump = n.starts("dump");
    n.ok("ana", void(n.id_of(begun)));
    assert_eq!(*n.verdict(dump), Verdict::Conflict);
    assert_eq!(n.run_status(), RunStatus::Active);
}

#[test]
fn the_time_of_begin_and_end() {
    let mut n = taken("restore");
    let begun = n.state.rollbacks[0].begun.seq;
    n.at("00:20").starts("dump");
    n.at("00:30").completes("dump");
    n.skips("compare");
    let ended = n.at("00:40").ok("ana", end_well("restore"));
    n.at("00:50").starts("migrate");
    // The begin lies between the start of the run and the first act in it, the end behind the last.
    for (seq, time, may) in [
        (begun, "22:50", false),
        (begun, "00:09", true),
        (begun, "00:25", false),
        (ended, "00:20", false),
        (ended, "00:31", true),
    ] {
        let told = n.check(golive::run::Intent::new("ana", mend_time(&n, seq, time)));
        let told = told.map_err(|refusal| refusal.rule);
        let rule = if seq == begun && time == "00:25" { "in-the-future" } else { "out-of-order" };
        assert_eq!(told, if may { Ok(()) } else { Err(rule) }, "{seq} {time}");
    }
    n.ok("ana", mend_time(&n.clone(), begun, "00:09"));
    n.ok("ana", mend_time(&n.clone(), ended, "00:31"));
    let taken = &n.state.rollbacks[0];
    assert_eq!(taken.begun.at, clock("00:09"));
    assert_eq!(taken.ended.as_ref().map(|f| f.at), Some(clock("00:31")));
    let freeze = &n.state.steps[n.ix("freeze")];
    assert_eq!(freeze.now.undone.as_ref().map(|f| f.at), Some(clock("00:31")));
    assert!(n.state.deviations.is_empty() && n.state.conflicts.is_empty());
}

#[test]
fn the_words_of_begin_and_end() {
    let mut n = taken("restore");
    let begun = n.state.rollbacks[0].begun.seq;
    let ended = n.ok("ana", give_up("restore"));
    for seq in [begun, ended] {
        let mend = Mend::Text { text: "balances differ".to_owned() };
        n.ok("ana", Event::Correction { entry: n.id_of(seq), mend, reason: None });
    }
    let taken = &n.state.rollbacks[0];
    assert_eq!(taken.reason.as_deref(), Some("balances differ"));
    assert_eq!(taken.end_reason.as_deref(), Some("balances differ"));
    assert!(n.state.held().unwrap().reason.as_deref().unwrap().contains("balances differ"));
}

#[test]
fn acts_inside_a_rollback() {
    let mut n = taken("restore");
    n.starts("dump");
    let wrong = n.fails("dump");
    n.ok("bo", note("it had only paused"));
    n.ok("ana", void(n.id_of(wrong)));
    assert_eq!(n.status("dump"), StepStatus::Running);
    let finish = n.at("00:30").completes("dump");
    let mend = mend_time(&n, finish, "00:25");
    n.at("00:31").ok("ana", mend);
    assert_eq!(n.state.elapsed(n.ix("dump"), n.now), Some(15 * 60));
}

#[test]
fn the_report_counts_the_times_as_corrected() {
    let mut n = taken("page");
    let begun = n.state.log.last().unwrap().entry.clone();
    assert!(matches!(begun.act.event, Event::RollbackBegun { .. }));
    for who in ["ana", "bo"] {
        n.ok(who, sign("page-up"));
    }
    n.skips("tell");
    n.now += chrono::TimeDelta::minutes(30);
    let seq = n.ok("ana", end_well("page"));
    let ended = n.state.log.last().unwrap().entry.act.effective_at();
    for (seq, happened_at) in [
        (begun.seq, begun.act.effective_at() - chrono::TimeDelta::seconds(7)),
        (seq, ended - chrono::TimeDelta::minutes(20)),
    ] {
        let mend = Mend::Time { happened_at };
        n.ok("ana", Event::Correction { entry: n.id_of(seq), mend, reason: None });
    }
    let from = golive::report::Provenance {
        as_of: n.now,
        head: String::new(),
        verified: golive::report::model::Verified::NotChecked,
        problem: None,
        golive: String::new(),
    };
    let report = golive::report::report(&n.state, &from);
    let took = (ended - begun.act.effective_at()).num_seconds() - 20 * 60 + 7;
    assert_eq!(report.metrics.unwrap().decision_to_rolled_back.median_s, Some(took));
}
