//! Which rung may be begun when, and what that does: the two events in every state of a run, rungs
//! that are gone or not needed, covered work that goes on, two people at once, a second taking.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use RefusalKind::{Impossible, NotNow};
use golive::run::{Event, Intent, Mode, Outcome, RefusalKind, RunStatus, StepStatus, Verdict};
use support::ladder::*;
use support::*;

/// Brings a run into a state.
fn run_in(state: &str) -> Night {
    match state {
        "planned" => Night::open(LADDER),
        "started, nothing done" => {
            let mut n = Night::open(LADDER);
            n.ok("ana", Event::RunStarted {});
            n
        }
        "active" => migrated(),
        "held" => {
            let mut n = migrated();
            n.ok("ana", hold("wait"));
            n
        }
        "rolling back" => {
            let mut n = taken("restore");
            for step in ["dump", "compare"] {
                n.works(step);
            }
            n
        }
        "rolling back, held" => {
            let mut n = run_in("rolling back");
            n.ok("ana", hold("wait"));
            n
        }
        "resumed" => {
            let mut n = run_in("rolling back");
            n.ok("ana", end_well("restore"));
            n
        }
        "given up" => {
            let mut n = taken("restore");
            n.ok("ana", give_up("restore"));
            n
        }
        "complete" => {
            let mut n = migrated();
            for step in
                ["verify", "names", "go", "route", "warm", "cold", "writes", "watch", "fraud"]
            {
                if n.status(step) == StepStatus::Planned {
                    n.skips(step);
                }
            }
            n.ok("ana", Event::RunCompleted { outcome: Outcome::Successful, summary: None });
            n
        }
        "canceled" => {
            let mut n = migrated();
            n.ok("ana", Event::RunCanceled { reason: None });
            n
        }
        "rolled back" => {
            let mut n = taken("page");
            for (who, step) in [("ana", "page-up"), ("bo", "page-up")] {
                n.ok(who, sign(step));
            }
            n.skips("tell");
            n.ok("ana", end_well("page"));
            n
        }
        _ => panic!("no such state: {state}"),
    }
}

type Answer = Option<(RefusalKind, &'static str)>;

/// State; begin `return`; end `restore` well; give `restore` up.
const RUN_STATES: [(&str, Answer, Answer, Answer); 11] = [
    ("planned", no("not-started"), no("no-rollback"), no("no-rollback")),
    ("started, nothing done", later("nothing-to-undo"), no("no-rollback"), no("no-rollback")),
    ("active", None, no("no-rollback"), no("no-rollback")),
    ("held", None, no("no-rollback"), no("no-rollback")),
    ("rolling back", no("rolling-back"), None, None),
    ("rolling back, held", no("rolling-back"), None, None),
    ("resumed", None, no("no-rollback"), no("no-rollback")),
    ("given up", None, no("no-rollback"), no("no-rollback")),
    ("complete", no("run-over"), no("run-over"), no("run-over")),
    ("canceled", no("run-over"), no("run-over"), no("run-over")),
    ("rolled back", no("run-over"), no("run-over"), no("run-over")),
];

const fn no(rule: &'static str) -> Answer {
    Some((Impossible, rule))
}

const fn later(rule: &'static str) -> Answer {
    Some((NotNow, rule))
}

fn answer(n: &Night, who: &str, event: Event) -> Answer {
    n.check(Intent::new(who, event)).err().map(|refusal| (refusal.kind, refusal.rule))
}

#[test]
fn begin_and_end_in_every_state_of_a_run() {
    for (state, begin, well, failed) in RUN_STATES {
        let n = run_in(state);
        assert_eq!(answer(&n, "ana", take("return")), begin, "begin, {state}");
        assert_eq!(answer(&n, "ana", end_well("restore")), well, "end well, {state}");
        assert_eq!(answer(&n, "ana", give_up("restore")), failed, "give up, {state}");
        // What the fold makes of it is what the rules say.
        for event in [take("return"), end_well("restore"), give_up("restore")] {
            let expected = match answer(&n, "ana", event.clone()) {
                None => Verdict::Applied,
                Some((NotNow, _)) => Verdict::Deviation,
                Some((Impossible, _)) => Verdict::Conflict,
            };
            let mut n = n.clone();
            let before = n.state.clone();
            let seq = n.force(Intent::new("ana", event.clone()));
            assert_eq!(*n.verdict(seq), expected, "{event:?}, {state}");
            if expected == Verdict::Conflict {
                assert_eq!((n.state.steps, n.state.status), (before.steps, before.status));
                assert_eq!(n.state.rollbacks, before.rollbacks);
            }
        }
    }
}

/// What else is possible in the run while a rung is on: event; answer.
#[test]
fn the_other_events_of_a_run_while_a_rung_is_on() {
    let outcome = Outcome::Successful;
    let table: [(Event, Answer); 7] = [
        (Event::RunStarted {}, no("already-started")),
        (hold("wait"), None),
        (Event::RunResumed {}, no("not-held")),
        (Event::RunCompleted { outcome, summary: None }, no("rolling-back")),
        (Event::RunCanceled { reason: None }, later("rolling-back")),
        (Event::HandedOver { to: "bo".to_owned() }, None),
        (note("the vendor listens"), None),
    ];
    let n = taken("restore");
    for (event, expected) in table {
        assert_eq!(answer(&n, "ana", event.clone()), expected, "{event:?}");
    }
    let mut n = n;
    n.overriding(Event::RunCanceled { reason: None });
    let cut_short = &n.state.rollbacks[0];
    assert_eq!((cut_short.succeeded, cut_short.ended.is_some()), (None, true));
    assert!(n.state.rolling_back().is_none());
    assert_eq!(n.run_status(), RunStatus::Canceled);
}

#[test]
fn only_a_lead_begins_and_ends() {
    for who in ["bo", "cy", "nobody"] {
        assert_eq!(answer(&migrated(), who, take("return")), no("role"), "{who}");
        assert_eq!(answer(&taken("return"), who, give_up("return")), no("role"), "{who}");
    }
    assert_eq!(answer(&migrated(), "eve", take("return")), None);
}

#[test]
fn a_rung_that_there_is_not_and_one_that_is_not_on() {
    let n = migrated();
    assert_eq!(n.refused(take("nowhere")), (Impossible, "no-such-rung"));
    assert!(n.said(take("nowhere")).contains("restore, return, page"));
    let n = taken("restore");
    assert_eq!(n.refused(end_well("nowhere")), (Impossible, "no-such-rung"));
    assert_eq!(n.refused(end_well("page")), (Impossible, "other-rung"));
}

#[test]
fn of_two_people_who_begin_at_once_the_second_is_a_conflict() {
    let mut n = migrated();
    let first = n.ok("ana", take("restore"));
    let said = n.said(take("return"));
    assert!(said.contains("rollback R1 Restore is on, since 00:10, by ana"), "{said}");
    for rung in ["return", "restore"] {
        let second = n.force(Intent::new("eve", take(rung)));
        assert_eq!(*n.verdict(second), Verdict::Conflict);
    }
    assert_eq!(*n.verdict(first), Verdict::Applied);
    assert_eq!(n.state.rollbacks.len(), 1);
    assert_eq!(n.state.conflicts.len(), 2);
    assert!(n.state.conflicts[0].reason.contains("R1 Restore is on"));
}

#[test]
fn covered_work_that_goes_on_is_settled_first() {
    type Doing = fn(&mut Night);
    // What is done to Verify, whether Restore may begin then.
    let table: [(&str, Doing, bool); 8] = [
        (
            "running",
            |n| {
                n.starts("verify");
            },
            false,
        ),
        (
            "blocked",
            |n| {
                n.starts("verify");
                n.ok("ana", block("verify"));
            },
            false,
        ),
        (
            "blocked before it began",
            |n| {
                n.ok("ana", block("verify"));
            },
            true,
        ),
        ("done", |n| n.works("verify"), true),
        (
            "failed",
            |n| {
                n.starts("verify");
                n.fails("verify");
            },
            true,
        ),
        (
            "skipped",
            |n| {
                n.starts("verify");
                n.skips("verify");
            },
            true,
        ),
        (
            "deferred",
            |n| {
                n.starts("verify");
                n.ok("ana", defer("verify"));
            },
            true,
        ),
        ("planned", |_| {}, true),
    ];
    for (what, doing, may) in table {
        let mut n = migrated();
        doing(&mut n);
        let rung = n.rung("restore");
        let open: Vec<_> = (!may).then(|| n.ix("verify")).into_iter().collect();
        assert_eq!(n.state.to_settle(rung), open, "{what}");
        let expected = if may { None } else { no("unsettled") };
        assert_eq!(answer(&n, "ana", take("restore")), expected, "{what}");
        if !may {
            let said = n.said(take("restore"));
            assert!(said.contains("settle 1.3 first: finish, fail or skip it"), "{said}");
        }
    }
    // Work that it does not cover goes on.
    let mut n = migrated();
    n.starts("names");
    n.ok("ana", take("restore"));
}

#[test]
fn nothing_to_undo() {
    let mut n = Night::open(LADDER);
    n.at("23:00").works("routes");
    let rung = n.rung("restore");
    assert!(!n.state.is_needed(rung));
    assert_eq!(n.refused(take("restore")), (NotNow, "nothing-to-undo"));
    // What has been decided or reached is no work.
    n.works("names");
    assert_eq!(n.status("named"), StepStatus::Done);
    assert!(!n.state.is_needed(rung));
    // A lead may all the same, and it is marked.
    let seq = n.overriding(take("restore"));
    assert_eq!(*n.verdict(seq), Verdict::Deviation);
    assert_eq!(n.state.deviations[0].rule, "nothing-to-undo");
    assert_eq!(n.statuses(&["stop-new", "dump", "compare"])[..2], [StepStatus::NotApplicable; 2]);
    n.works("compare");
    n.ok("ana", end_well("restore"));
    assert_eq!(n.run_status(), RunStatus::Active);
}

/// What has been done; the rungs that are available then; the step that took the others away.
#[test]
fn rungs_that_are_gone() {
    let mut n = migrated();
    let available = |n: &Night| -> Vec<&'static str> {
        let ids = ["restore", "return", "page"];
        n.state.available_rungs().into_iter().map(|ix| ids[ix]).collect()
    };
    for step in ["verify", "names"] {
        n.works(step);
    }
    n.decides("go", golive::run::Decision::Go);
    n.ok("ana", choose("route", "warm"));
    let away = |n: &Night, step: &str| n.state.takes_away(n.ix(step));
    assert_eq!(available(&n), ["restore", "return", "page"]);
    assert_eq!(
        (away(&n, "warm"), away(&n, "writes"), away(&n, "watch")),
        (vec![0], vec![1], vec![])
    );
    n.works("warm");
    assert_eq!(available(&n), ["return", "page"]);
    assert_eq!(n.state.gone(n.rung("restore")), Some(n.ix("warm")));
    let said = n.said(take("restore"));
    assert!(said.contains("R1 Restore is not available any more: 2.3 Warm up has begun"), "{said}");
    assert!(said.contains("take one that is available (R2 Return, R3 Maintenance page)"), "{said}");
    let mistaken = n.starts("writes");
    assert_eq!(available(&n), ["page"]);
    assert_eq!(n.state.gone(n.rung("return")), Some(n.ix("writes")));
    assert_eq!(n.state.first_rung(), Some(n.rung("page")));
    assert!(away(&n, "writes").is_empty(), "it has begun");
    // A start that never was gives the rung back.
    let mut mended = n.clone();
    mended.ok("ana", void(n.id_of(mistaken)));
    assert_eq!(available(&mended), ["return", "page"]);
    // Nobody may take one that is gone, but a lead who says why.
    n.completes("writes");
    assert_eq!(n.refused(take("return")), (NotNow, "rung-gone"));
    let seq = n.overriding(take("return"));
    assert_eq!(*n.verdict(seq), Verdict::Deviation);
    let marked = n.state.deviations.last().unwrap();
    assert_eq!(
        (marked.rule, marked.override_reason.as_deref()),
        ("rung-gone", Some("no other way"))
    );
}

#[test]
fn what_applies_is_what_has_begun() {
    // What is done before; the steps of Return that apply then.
    let table: [(&[&str], &[&str]); 3] = [
        (&["freeze"], &["thaw", "safe", "how", "call", "mail", "told"]),
        (&["routes"], &["routes-back", "safe", "how", "call", "mail", "told"]),
        (&["freeze", "routes"], &["routes-back", "thaw", "safe", "how", "call", "mail", "told"]),
    ];
    for (done, applies) in table {
        let mut n = Night::open(LADDER);
        done.iter().for_each(|step| n.works(step));
        let rung = n.rung("return");
        let ids = |n: &Night| -> Vec<String> {
            let steps = n.state.rung_applies(rung);
            steps.into_iter().map(|ix| n.state.plan.steps[ix].id.clone()).collect()
        };
        assert_eq!(ids(&n), applies, "before");
        n.ok("ana", take("return"));
        assert_eq!(ids(&n), applies, "while it is on");
        let status = |id: &str| n.status(id);
        let all = ["routes-back", "thaw", "safe", "how", "call", "mail", "told"];
        for id in all {
            let expected = match applies.contains(&id) {
                true => StepStatus::Planned,
                false => StepStatus::NotApplicable,
            };
            assert_eq!(status(id), expected, "{id} after {done:?}");
        }
    }
}

#[test]
fn a_rehearsal_leaves_out_what_it_leaves_out() {
    let text = LADDER.replace(
        "title = \"Compare\", duration = \"5m\"",
        "title = \"Compare\", duration = \"5m\", in_rehearsal = false",
    );
    let mut n = Night::open_as(&text, Mode::Rehearsal, "ana");
    n.works("freeze");
    n.works("migrate");
    n.ok("ana", take("restore"));
    assert_eq!(
        n.statuses(&["stop-new", "dump", "compare"]),
        [StepStatus::NotApplicable, StepStatus::Planned, StepStatus::NotApplicable]
    );
}

#[test]
fn a_rung_taken_again_begins_afresh() {
    let mut n = taken("restore");
    n.works("dump");
    n.ok("ana", give_up("restore"));
    assert_eq!(n.statuses(&["dump", "compare"]), [StepStatus::Done, StepStatus::NotApplicable]);
    let first = n.state.steps[n.ix("dump")].now.clone();
    n.ok("ana", take("restore"));
    let dump = &n.state.steps[n.ix("dump")];
    assert_eq!(
        (dump.attempt, dump.status(), &dump.earlier[..]),
        (2, StepStatus::Planned, &[first][..])
    );
    assert_eq!((n.attempt("compare"), n.status("compare")), (1, StepStatus::Planned));
    assert_eq!(n.no("ana", done("dump")), (Impossible, "other-attempt"));
    for step in ["dump", "compare"] {
        n.works(step);
    }
    n.ok("ana", end_well("restore"));
    assert_eq!(
        n.state.rollbacks.iter().map(|r| r.succeeded).collect::<Vec<_>>(),
        [Some(false), Some(true)]
    );
}

#[test]
fn it_is_begun_when_it_was_said() {
    let mut n = migrated();
    // Nobody has rolled back before the run began, or in the future.
    let at = |time: &str| Intent {
        happened_at: Some(clock(time)),
        ..Intent::new("ana", take("return"))
    };
    assert_eq!(n.check(at("22:58")).unwrap_err().rule, "before-start");
    assert_eq!(n.check(at("00:11")).unwrap_err().rule, "in-the-future");
    n.ok_at("ana", "00:07", take("return"));
    assert_eq!(n.state.rollbacks[0].begun.at, clock("00:07"));
    n.ok_at("ana", "00:08", begin("routes-back"));
    let early = Intent { happened_at: Some(clock("00:05")), ..Intent::new("ana", begin("thaw")) };
    assert_eq!(n.check(early).unwrap_err().kind, NotNow);
}

#[test]
fn a_rung_is_found_by_id_number_or_beginning() {
    let n = migrated();
    let found = [
        ("restore", Some(0)),
        ("R2", Some(1)),
        ("r3", Some(2)),
        ("pa", Some(2)),
        ("re", None),
        ("", None),
        ("x", None),
    ];
    for (word, rung) in found {
        assert_eq!(n.state.find_rung(word).ok(), rung, "{word}");
    }
    assert_eq!(n.state.find_rung("re"), Err(vec!["restore", "return"]));
}

#[test]
fn the_log_says_it_in_words() {
    let mut n = taken("restore");
    let said = |event: &Event| golive::run::describe(&n.state, event);
    assert_eq!(said(&take("restore")), "began rollback R1 Restore: counts differ");
    assert_eq!(said(&end_well("restore")), "ended rollback R1 Restore: well");
    assert_eq!(said(&give_up("restore")), "ended rollback R1 Restore: failed: the dump is broken");
    n.ok("ana", give_up("restore"));
    assert_eq!(n.state.rollbacks[0].end_reason.as_deref(), Some("the dump is broken"));
}
