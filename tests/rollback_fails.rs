//! A rung that fails: the run is held for the next one down the ladder, and after the last for a
//! decision.

mod support;

use StepStatus::{Done, Failed, NotApplicable, Planned};
use golive::run::{Decision, Event, ProposedBy, RefusalKind, RunState, RunStatus, StepStatus};
use support::ladder::*;
use support::*;

fn proposed(state: &RunState) -> Option<&str> {
    state.proposed_rung().map(|ix| state.plan.rollbacks[ix].id.as_str())
}

fn held_for(n: &Night) -> &str {
    n.state.held().and_then(|h| h.reason.as_deref()).unwrap_or("not held")
}

#[test]
fn what_of_it_runs_has_failed_and_the_rest_does_not_apply() {
    let mut n = taken("restore");
    n.starts("dump");
    n.at("00:20").ok("ana", give_up("restore"));
    assert_eq!(
        n.statuses(&["stop-new", "dump", "compare"]),
        [NotApplicable, Failed, NotApplicable]
    );
    let dump = &n.state.steps[n.ix("dump")];
    assert_eq!(dump.now.reason.as_deref(), Some("the dump is broken"));
    assert_eq!(dump.now.ended.as_ref().map(|f| f.at), Some(clock("00:20")));
    assert_eq!(n.run_status(), RunStatus::Active);
    assert_eq!(held_for(&n), "rollback R1 Restore failed: the dump is broken; proposed: R2 Return");
    let taken = &n.state.rollbacks[0];
    assert_eq!((taken.succeeded, taken.undone.len(), taken.recycled.len()), (Some(false), 0, 0));
    assert_eq!(n.statuses(&["freeze", "migrate"]), [Done; 2], "nothing was taken back");
}

#[test]
fn down_the_ladder_to_its_end() {
    let mut n = taken("restore");
    n.ok("ana", give_up("restore"));
    assert_eq!(proposed(&n.state), Some("return"));
    n.ok("ana", take("return"));
    assert_eq!(n.state.rollbacks[1].proposed_by, Some(ProposedBy::Rung("restore".to_owned())));
    assert_eq!(proposed(&n.state), None, "it is on");
    assert!(n.state.held().is_some(), "the hold goes on, and does not keep it back");
    n.works("routes-back");
    n.ok("ana", give_up("return"));
    assert_eq!(proposed(&n.state), Some("page"));
    n.ok("ana", take("page"));
    n.ok("ana", give_up("page"));
    assert_eq!(proposed(&n.state), None);
    assert_eq!(
        held_for(&n),
        "rollback R3 Maintenance page failed: the dump is broken; no rung left: decide: fix forward or cancel"
    );
    // Each hold says its own reason, and no moment is counted twice.
    assert_eq!(n.state.holds.len(), 3);
    let held: i64 = n.state.holds.iter().map(|h| h.secs(n.now)).sum();
    let first = n.state.holds[0].from.at;
    assert_eq!(held, (n.now - first).num_seconds());
    // Any available rung may be begun, also an earlier one; or the run goes on.
    n.ok("ana", take("return"));
    n.ok("ana", give_up("return"));
    n.ok("ana", Event::RunResumed {});
    n.works("verify");
}

#[test]
fn a_rung_that_is_gone_is_not_proposed() {
    let mut n = migrated();
    n.ok("ana", take("restore"));
    n.overriding(begin("writes"));
    n.completes("writes");
    n.ok("ana", give_up("restore"));
    assert_eq!(proposed(&n.state), Some("page"), "Return is gone past the point of no return");
    assert!(held_for(&n).ends_with("proposed: R3 Maintenance page"));
}

#[test]
fn otherwise_names_the_next_one() {
    let text = LADDER.replace(
        "id = \"restore\"\ntitle = \"Restore\"",
        "id = \"restore\"\ntitle = \"Restore\"\notherwise = \"page\"",
    );
    let mut n = Night::open(&text);
    n.works("freeze");
    n.works("migrate");
    n.ok("ana", take("restore"));
    n.ok("ana", give_up("restore"));
    assert_eq!(proposed(&n.state), Some("page"));
}

/// What proposes a rung, and the words of the hold.
#[test]
fn a_step_or_gate_proposes_a_rung_and_begins_none() {
    let mut n = Night::open(LADDER);
    n.works("freeze");
    n.starts("migrate");
    let failed = n.fails("migrate");
    assert_eq!((n.run_status(), proposed(&n.state)), (RunStatus::Active, Some("restore")));
    assert_eq!(held_for(&n), "1.2 Migrate failed; proposed: Restore");
    // The proposal is gone with the failure, with the hold, with a new try.
    let mut mended = n.clone();
    mended.ok("ana", void(n.id_of(failed)));
    assert_eq!(proposed(&mended.state), None);
    let mut resumed = n.clone();
    resumed.ok("ana", Event::RunResumed {});
    assert_eq!(proposed(&resumed.state), None);
    let mut again = n.clone();
    again.ok("ana", reopen("migrate", 1));
    assert_eq!(proposed(&again.state), None);
    // Taken, it is known who proposed it.
    n.ok("ana", take("restore"));
    assert_eq!(n.state.rollbacks[0].proposed_by, Some(ProposedBy::Step("migrate".to_owned())));
    // A no-go does the same.
    let mut n = migrated();
    for step in ["verify", "names"] {
        n.works(step);
    }
    n.decides("go", Decision::NoGo);
    assert_eq!(proposed(&n.state), Some("restore"));
    assert_eq!(held_for(&n), "no-go at 2.1 Go?; proposed: Restore");
    // While the run is held for something else, the proposal is made all the same.
    let mut n = Night::open(LADDER);
    n.works("freeze");
    n.starts("migrate");
    n.ok("ana", hold("wait for the vendor"));
    n.fails("migrate");
    assert_eq!((held_for(&n), proposed(&n.state)), ("wait for the vendor", Some("restore")));
    // A proposal of a rung that is gone goes down the ladder.
    let mut n = Night::open(LADDER);
    n.works("freeze");
    n.starts("migrate");
    n.overriding(begin("warm"));
    n.fails("migrate");
    assert_eq!(
        (held_for(&n), proposed(&n.state)),
        ("1.2 Migrate failed; proposed: Return", Some("return"))
    );
}

#[test]
fn streams_go_on_after_it_once_the_run_is_resumed() {
    let mut n = taken("return");
    assert_eq!(n.no("ana", begin("names")), (RefusalKind::NotNow, "rolling-back"));
    n.ok("ana", give_up("return"));
    assert_eq!(n.no("ana", begin("names")), (RefusalKind::NotNow, "held"));
    n.ok("ana", Event::RunResumed {});
    n.works("names");
    assert_eq!(n.status("named"), Done);
    assert_eq!(n.status("verify"), Planned);
}
