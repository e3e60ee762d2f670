//! How a rung ends well: what is undone, what returns to planned, what does not apply any more.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use StepStatus::{Blocked, Deferred, Done, Failed, NotApplicable, Planned, Skipped, Undone};
use golive::run::{Decision, Event, Intent, Outcome, RefusalKind, RunStatus, StepStatus, Verdict};
use support::ladder::*;
use support::*;

/// What happened to a step before the rung was taken.
type Doing = fn(&mut Night, &str);

const NOTHING: Doing = |_, _| {};
const WORKED: Doing = |n, step| n.works(step);
const TAKEN: Doing = |n, step| {
    n.completes(step);
};
const FAILED: Doing = |n, step| {
    n.starts(step);
    n.fails(step);
};
const SKIPPED: Doing = |n, step| {
    n.skips(step);
};
const STOPPED: Doing = |n, step| {
    n.starts(step);
    n.skips(step);
};
const DEFERRED: Doing = |n, step| {
    n.ok("ana", defer(step));
};
const LEFT: Doing = |n, step| {
    n.starts(step);
    n.ok("ana", defer(step));
};
const BLOCKED: Doing = |n, step| {
    n.ok("ana", block(step));
};

/// Settles every step of the rung that is on.
fn through(n: &mut Night) {
    let rung = n.state.rung_on().expect("a rung is on");
    for ix in n.state.rung_applies(rung) {
        let id = n.state.plan.steps[ix].id.clone();
        if !n.state.is_settled(ix) {
            n.skips(&id);
        }
    }
}

/// A night in which Freeze and Migrate are done and this happened to `step`, and the rung was
/// taken and ended well.
fn ended(rung: &str, step: &str, doing: Doing) -> Night {
    let mut n = Night::open(LADDER);
    n.at("23:00").works("freeze");
    n.works("migrate");
    doing(&mut n, step);
    if n.state.held().is_some() {
        n.ok("ana", Event::RunResumed {});
    }
    n.at("00:10").ok("ana", take(rung));
    through(&mut n);
    n.at("00:40").ok("ana", end_well(rung));
    n
}

/// Rung; step; what had happened to it; what it is afterwards, in which attempt.
const AFTERWARDS: [(&str, &str, Doing, StepStatus, u32); 26] = [
    // Restore covers Verify and goes on from Migrate: all of Verify is to do.
    ("restore", "verify", NOTHING, Planned, 1),
    ("restore", "verify", WORKED, Planned, 2),
    ("restore", "verify", TAKEN, Planned, 2),
    ("restore", "verify", FAILED, Planned, 2),
    ("restore", "verify", SKIPPED, Planned, 2),
    ("restore", "verify", STOPPED, Planned, 2),
    ("restore", "verify", DEFERRED, Planned, 2),
    ("restore", "verify", LEFT, Planned, 2),
    ("restore", "verify", BLOCKED, Blocked, 1),
    // It does not cover Routes, which follows nothing of it.
    ("restore", "routes", NOTHING, Planned, 1),
    ("restore", "routes", WORKED, Done, 1),
    ("restore", "routes", FAILED, Failed, 1),
    ("restore", "routes", DEFERRED, Deferred, 1),
    // Return covers everything and stops.
    ("return", "routes", NOTHING, NotApplicable, 1),
    ("return", "routes", WORKED, Undone, 1),
    ("return", "routes", FAILED, Undone, 1),
    ("return", "routes", SKIPPED, Skipped, 1),
    ("return", "routes", STOPPED, Undone, 1),
    ("return", "routes", DEFERRED, NotApplicable, 1),
    ("return", "routes", LEFT, Undone, 1),
    ("return", "routes", BLOCKED, NotApplicable, 1),
    // The page does not cover Watch, but stops all the same.
    ("page", "watch", NOTHING, NotApplicable, 1),
    ("page", "watch", WORKED, Done, 1),
    ("page", "watch", FAILED, Failed, 1),
    ("page", "watch", DEFERRED, Deferred, 1),
    ("page", "watch", SKIPPED, Skipped, 1),
];

#[test]
fn what_becomes_of_a_step() {
    for (rung, step, doing, status, attempt) in AFTERWARDS {
        let n = ended(rung, step, doing);
        let told = (n.status(step), n.attempt(step));
        assert_eq!(told, (status, attempt), "{step} after {rung}");
        assert_eq!(n.state.steps[n.ix(step)].earlier.len() as u32, attempt - 1);
    }
}

#[test]
fn what_precedes_the_step_it_resumes_stays_undone_and_the_rest_is_done_again() {
    let mut n = Night::open(LADDER);
    n.at("23:00").works("freeze");
    n.at("23:06").starts("migrate");
    n.at("23:30").completes("migrate");
    n.works("verify");
    assert_eq!(n.status("cut"), Done, "the mark was reached");
    for step in ["routes", "names"] {
        n.works(step);
    }
    n.decides("go", Decision::Go);
    n.at("00:10");
    let rung = n.rung("restore");
    let preview = n.state.recycles(rung);
    n.ok("ana", take("restore"));
    assert_eq!(n.status("stop-new"), Planned, "the gate it undoes was decided");
    through(&mut n);
    n.at("00:40");
    let end = n.ok("ana", end_well("restore"));
    assert_eq!(n.run_status(), RunStatus::Active);
    // Freeze precedes Migrate: it stays undone, keeps its times, and counts as settled.
    let freeze = &n.state.steps[n.ix("freeze")];
    assert_eq!((freeze.status(), freeze.attempt), (Undone, 1));
    assert_eq!(freeze.now.ended.as_ref().map(|f| f.at), Some(clock("23:01")));
    assert_eq!(freeze.now.undone.as_ref().map(|f| (f.at, f.seq)), Some((clock("00:40"), end)));
    assert!(n.state.is_settled(n.ix("freeze")));
    // Migrate and what follows is to be done again; the earlier times are kept.
    for (step, attempt) in [("migrate", 2), ("verify", 2), ("cut", 2), ("go", 2), ("route", 1)] {
        assert_eq!((n.status(step), n.attempt(step)), (Planned, attempt), "{step}");
    }
    let first = &n.state.steps[n.ix("migrate")].earlier[0];
    assert_eq!(first.started.as_ref().map(|f| f.at), Some(clock("23:06")));
    assert_eq!(first.ended.as_ref().map(|f| f.at), Some(clock("23:30")));
    assert_eq!(n.statuses(&["routes", "names", "named"]), [Done; 3]);
    // The history says the same as the preview.
    let ids = |steps: &[usize]| -> Vec<String> {
        steps.iter().map(|&ix| n.state.plan.steps[ix].id.clone()).collect()
    };
    let taken = &n.state.rollbacks[0];
    assert_eq!((&taken.undone, &taken.recycled), (&ids(&preview.undone), &ids(&preview.back)));
    assert_eq!(taken.recycled, ["migrate", "verify", "cut", "go"]);
    // The second try goes through the same gates.
    assert!(n.may_start("migrate") && !n.may_start("verify"));
    n.works("migrate");
    n.works("verify");
    assert_eq!(n.status("cut"), Done, "the mark is reached anew");
    assert_eq!(n.state.steps[n.ix("cut")].now.ended.as_ref().map(|f| f.at), Some(n.now));
    n.decides("go", Decision::Go);
    for step in ["route", "warm", "cold", "writes", "watch", "fraud"] {
        if n.status(step) == Planned {
            n.skips(step);
        }
    }
    n.ok("ana", Event::RunCompleted { outcome: Outcome::WithIssues, summary: None });
}

#[test]
fn the_run_ends_rolled_back() {
    let mut n = migrated();
    n.ok("ana", hold("what now?"));
    n.ok("ana", take("return"));
    through(&mut n);
    n.at("00:40").ok("ana", end_well("return"));
    assert_eq!(n.run_status(), RunStatus::RolledBack);
    assert_eq!(n.state.ended.as_ref().map(|f| f.at), Some(clock("00:40")));
    assert!(n.state.held().is_none(), "the hold ended with it");
    assert_eq!(n.state.hold_secs(clock("02:00")), 30 * 60);
    assert_eq!(n.statuses(&["freeze", "migrate", "routes"]), [Undone; 3]);
    assert_eq!(n.statuses(&["verify", "cut", "names", "go", "writes"]), [NotApplicable; 5]);
    for event in [begin("verify"), reopen("freeze", 1), take("page")] {
        assert_eq!(n.refused(event), (RefusalKind::Impossible, "run-over"));
    }
    n.ok("bo", note("nothing was lost"));
}

#[test]
fn a_choice_that_is_made_again_has_its_branches_back() {
    let mut n = migrated();
    for step in ["verify", "names"] {
        n.works(step);
    }
    n.decides("go", Decision::Go);
    n.ok("ana", choose("route", "cold"));
    n.works("cold");
    assert_eq!(n.statuses(&["warm", "cold"]), [NotApplicable, Done]);
    n.at("00:30").ok("ana", take("restore"));
    through(&mut n);
    n.ok("ana", end_well("restore"));
    assert_eq!(n.statuses(&["route", "warm", "cold"]), [Planned; 3]);
    assert_eq!(["route", "warm", "cold"].map(|step| n.attempt(step)), [2, 1, 2]);
    // Another way this time.
    for step in ["migrate", "verify"] {
        n.works(step);
    }
    n.decides("go", Decision::Go);
    let option = "warm".to_owned();
    n.ok("ana", Event::OptionChosen { step: "route".to_owned(), attempt: 2, option });
    assert_eq!(n.statuses(&["warm", "cold"]), [Planned, NotApplicable]);
}

#[test]
fn a_branch_of_a_choice_that_stands_stays_as_it_is() {
    // The choice stands before the step that is resumed.
    let text = r#"
format = 1
[release]
title = "Ways"
[people.ana]
role = "lead"
[[phases]]
title = "All"
steps = [
  { id = "way", title = "Way?", kind = "choice", options = [{ id = "l", title = "L" }, { id = "r", title = "R" }] },
  { id = "left", title = "Left", duration = "1m", needs = ["way"], when = { step = "way", is = "l" } },
  { id = "right", title = "Right", duration = "1m", needs = ["way"], when = { step = "way", is = "r" } },
  { id = "on", title = "On", duration = "1m", needs = ["left", "right"] },
]
[[rollbacks]]
id = "again"
title = "Again"
then = "resume:on"
steps = [{ id = "wipe", title = "Wipe", duration = "1m" }]
"#;
    let mut n = Night::open(text);
    n.ok("ana", choose("way", "l"));
    for step in ["left", "on"] {
        n.works(step);
    }
    n.ok("ana", take("again"));
    n.works("wipe");
    n.ok("ana", end_well("again"));
    assert_eq!(
        n.statuses(&["way", "left", "right", "on"]),
        [Undone, Undone, NotApplicable, Planned]
    );
    n.works("on");
    n.ok("ana", Event::RunCompleted { outcome: Outcome::Successful, summary: None });
}

#[test]
fn a_fresh_poll_and_fresh_values_after_it() {
    let mut n = migrated();
    n.ok("bo", vote("go", golive::run::Vote::Go));
    n.ok("ana", take("restore"));
    through(&mut n);
    n.ok("ana", end_well("restore"));
    assert_eq!((n.attempt("go"), n.state.steps[n.ix("go")].now.votes.len()), (2, 0));
    // That somebody stands by holds for the next attempt, too.
    let mut n = migrated();
    n.ok("bo", stand_by("verify"));
    n.ok("ana", take("restore"));
    through(&mut n);
    n.ok("ana", end_well("restore"));
    assert!(n.attempt("verify") == 1 && n.state.steps[n.ix("verify")].now.stood_by.is_some());
}

#[test]
fn it_does_not_end_well_while_something_is_open() {
    let mut n = taken("restore");
    // The rung itself.
    assert_eq!(n.refused(end_well("restore")), (RefusalKind::NotNow, "rung-unsettled"));
    n.starts("dump");
    assert_eq!(n.refused(end_well("restore")), (RefusalKind::Impossible, "unsettled"));
    n.fails("dump");
    assert_eq!(n.refused(end_well("restore")), (RefusalKind::NotNow, "rung-unsettled"));
    assert!(n.said(end_well("restore")).contains("R1.2 Restore the dump and 1 more"));
    // A lead may say that it ended well all the same: what was not begun does not apply.
    let seq = n.overriding(end_well("restore"));
    assert_eq!(*n.verdict(seq), Verdict::Deviation);
    assert_eq!(n.statuses(&["dump", "compare"]), [Failed, NotApplicable]);
    assert_eq!(n.status("migrate"), Planned);
}

#[test]
fn forward_work_in_the_way_of_the_end_is_settled_first() {
    // With stop: any forward step. With resume: what it covers and what follows.
    let running = |rung: &str, step: &str| {
        let mut n = migrated();
        let offline = n.intent_to_act(Intent::new("bo", begin(step)));
        n.at("00:11").ok("ana", take(rung));
        through(&mut n);
        // Recorded offline, before the rung was taken.
        let at = Some(clock("00:10"));
        n.force(Intent { happened_at: at, ..Intent::new("bo", offline.event) });
        n.check(Intent::new("ana", end_well(rung))).err().map(|refusal| refusal.rule)
    };
    assert_eq!(running("restore", "verify"), Some("unsettled"));
    assert_eq!(running("restore", "names"), None);
    assert_eq!(running("return", "names"), Some("unsettled"));
    assert_eq!(running("page", "watch"), Some("unsettled"));
}

#[test]
fn it_ends_when_it_was_said() {
    let mut n = taken("restore");
    n.at("00:20").starts("dump");
    n.at("00:30").completes("dump");
    n.skips("compare");
    let at = |time: &str| {
        let happened_at = Some(clock(time));
        Intent { happened_at, ..Intent::new("ana", end_well("restore")) }
    };
    n.at("00:40");
    for (time, may) in [("00:05", false), ("00:15", false), ("00:29", false), ("00:30", true)] {
        let told = n.check(at(time)).map_err(|refusal| refusal.rule);
        assert_eq!(told, if may { Ok(()) } else { Err("before-start") }, "{time}");
    }
    n.ok_at("ana", "00:35", end_well("restore"));
    // What is to be done again was not begun before that.
    let migrate = Event::StepStarted { step: "migrate".to_owned(), attempt: 2 };
    let early = Intent { happened_at: Some(clock("00:32")), ..Intent::new("bo", migrate.clone()) };
    assert_eq!(n.check(early).unwrap_err().rule, "too-early");
    n.ok_at("bo", "00:36", migrate);
}

#[test]
fn an_undone_step_may_be_done_again() {
    let mut n = ended("restore", "verify", NOTHING);
    assert_eq!(n.status("freeze"), Undone);
    n.ok("ana", reopen("freeze", 1));
    assert_eq!(
        n.no("ana", Event::StepStarted { step: "migrate".to_owned(), attempt: 2 }).1,
        "predecessor-open"
    );
    n.works("freeze");
    n.works("migrate");
}

#[test]
fn a_point_of_no_return_that_was_taken_back_gives_the_rung_back() {
    let text = LADDER.replace("available_until = \"warm\"", "available_until = \"end\"");
    let mut n = Night::open(&text);
    for step in ["freeze", "migrate", "verify", "routes", "names"] {
        n.works(step);
    }
    n.decides("go", Decision::Go);
    n.ok("ana", choose("route", "warm"));
    for step in ["warm", "writes"] {
        n.works(step);
    }
    assert_eq!(n.state.gone(n.rung("return")), Some(n.ix("writes")));
    n.ok("ana", take("restore"));
    through(&mut n);
    n.ok("ana", end_well("restore"));
    assert_eq!((n.attempt("writes"), n.state.gone(n.rung("return"))), (2, None));
}
