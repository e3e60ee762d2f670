//! Every event about a step, in every state of a gate, a choice and a milestone.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Decision, Event, Vote};
use support::rule_plan::*;
use support::table::{Column, assert_table};
use support::*;

fn open(step: &str) -> Vec<Column> {
    vec![
        ("waiting", waiting()),
        ("ready", ready()),
        ("held", held()),
        ("blocked", after(ready(), [block(step)])),
        ("canceled", canceled(ready())),
    ]
}

fn settled(step: &str, finish: &[Event]) -> Vec<Column> {
    let finished = after(ready(), finish.iter().cloned());
    vec![
        ("done", finished.clone()),
        ("skipped", after(ready(), [skip(step)])),
        ("deferred", after(ready(), [defer(step)])),
        ("not applicable", not_applicable()),
        ("complete, done", complete(finished, step)),
        ("complete, deferred", complete(after(ready(), [defer(step)]), step)),
    ]
}

#[test]
fn a_gate_before_its_decision() {
    let mut columns = open("gate");
    let mut polled = ready();
    polled.ok("ana", vote("gate", Vote::Go));
    polled.ok("qa", vote("gate", Vote::Go));
    columns.insert(2, ("polled", polled));
    let table = "
           waiting          ready            polled           held             blocked          canceled
stand by   planned          planned          planned          planned          !blocked         !run-over
start      !gate            !gate            !gate            !gate            !gate            !run-over
estimate   !gate            !gate            !gate            !gate            !gate            !run-over
complete   !gate            !gate            !gate            !gate            !gate            !run-over
fail       !gate            !gate            !gate            !gate            !gate            !run-over
block      blocked          blocked          blocked          blocked          !blocked         !run-over
unblock    !not-blocked     !not-blocked     !not-blocked     !not-blocked     planned          !run-over
skip       skipped          skipped          skipped          skipped          skipped          !run-over
defer      deferred         deferred         deferred         deferred         deferred         !run-over
reopen     !planned         !planned         !planned         !planned         !blocked         !run-over
assign     planned          planned          planned          planned          blocked          !run-over
sign       !gate            !gate            !gate            !gate            !gate            !run-over
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !run-over
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !run-over
evidence   planned          planned          planned          planned          blocked          !run-over
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !run-over
vote       planned          planned          planned          planned          !blocked         !run-over
go         ?phase-open      ?quorum          done             ?held            !blocked         !run-over
go, if     ?phase-open      ?quorum          done             ?held            !blocked         !run-over
no-go      ?phase-open      failed           failed           ?held            !blocked         !run-over
automate   !not-running     !not-running     !not-running     !not-running     blocked          !run-over
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation
";
    assert_table(table, &columns, &step_rows_of_lead("gate"), |n| step_word(n.status("gate")));
}

#[test]
fn a_gate_after_its_decision() {
    let mut polled = ready();
    polled.ok("ana", vote("gate", Vote::Go));
    polled.ok("qa", vote("gate", Vote::Go));
    let done = after(polled, [decide("gate", Decision::Go)]);
    let failed = after(ready(), [decide("gate", Decision::NoGo)]);
    let mut columns = settled("gate", &[skip("gate")]);
    columns[0] = ("go", done.clone());
    columns[4] = ("complete, go", complete(done, "gate"));
    columns.insert(1, ("no-go", failed));
    let table = "
           go               no-go            skipped          deferred         not applicable   complete, go     complete, deferred
stand by   !done            !failed          !skipped         !deferred        !not-applicable  !run-over        !run-over
start      !gate            !gate            !gate            !gate            !not-applicable  !run-over        !gate
estimate   !gate            !gate            !gate            !gate            !not-applicable  !run-over        !gate
complete   !gate            !gate            !gate            !gate            !not-applicable  !run-over        !gate
fail       !gate            !gate            !gate            !gate            !not-applicable  !run-over        !gate
block      !done            !failed          !skipped         !deferred        !not-applicable  !run-over        !deferred
unblock    !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-applicable  !run-over        !not-blocked
skip       !done            skipped          !skipped         skipped          !not-applicable  !run-over        skipped
defer      !done            deferred         !skipped         !deferred        !not-applicable  !run-over        !deferred
reopen     planned          planned          planned          planned          !not-applicable  !run-over        planned
assign     !done            failed           !skipped         deferred         !not-applicable  !run-over        deferred
sign       !gate            !gate            !gate            !gate            !not-applicable  !run-over        !gate
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !not-applicable  !run-over        !no-such-item
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !not-applicable  !run-over        !no-such-record
evidence   done             failed           skipped          deferred         !not-applicable  !run-over        deferred
reason     !no-reason-owed  failed           !no-reason-owed  !no-reason-owed  !not-applicable  !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice       !no-choice       !no-choice       !not-applicable  !run-over        !run-over
vote       !decided         !decided         !settled         !settled         !settled         !run-over        !run-over
go         !decided         !decided         !settled         !settled         !settled         !run-over        !run-over
go, if     !decided         !decided         !settled         !settled         !settled         !run-over        !run-over
no-go      !decided         !decided         !settled         !settled         !settled         !run-over        !run-over
automate   !done            !failed          !skipped         !deferred        !not-applicable  !run-over        !deferred
automated  !no-automation   !no-automation   !no-automation   !no-automation   !not-applicable  !no-automation   !no-automation
";
    assert_table(table, &columns, &step_rows_of_lead("gate"), |n| step_word(n.status("gate")));
}

#[test]
fn a_gate_and_an_operator() {
    let columns = open("gate");
    let table = "
           waiting          ready            held             blocked          canceled
stand by   planned          planned          planned          !blocked         !run-over
start      !gate            !gate            !gate            !gate            !run-over
estimate   !gate            !gate            !gate            !gate            !run-over
complete   !gate            !gate            !gate            !gate            !run-over
fail       !gate            !gate            !gate            !gate            !run-over
block      blocked          blocked          blocked          !blocked         !run-over
unblock    !not-blocked     !not-blocked     !not-blocked     planned          !run-over
skip       !gate            !gate            !gate            !gate            !run-over
defer      !gate            !gate            !gate            !gate            !run-over
reopen     !planned         !planned         !planned         !blocked         !run-over
assign     planned          planned          planned          blocked          !run-over
sign       !gate            !gate            !gate            !gate            !run-over
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !run-over
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !run-over
evidence   planned          planned          planned          blocked          !run-over
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice       !no-choice       !no-choice       !run-over
vote       !not-a-voter     !not-a-voter     !not-a-voter     !blocked         !run-over
go         !role            !role            !role            !role            !run-over
go, if     !role            !role            !role            !role            !run-over
no-go      !role            !role            !role            !role            !run-over
automate   !not-running     !not-running     !not-running     blocked          !run-over
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation
";
    assert_table(table, &columns, &step_rows("gate"), |n| step_word(n.status("gate")));
}

#[test]
fn a_choice() {
    let table = "
           waiting          ready            held             blocked          canceled         done             skipped          deferred         not applicable   complete, done   complete, deferred
stand by   planned          planned          planned          !blocked         !run-over        !done            !skipped         !deferred        !not-applicable  !run-over        !run-over
start      !choice          !choice          !choice          !choice          !run-over        !choice          !choice          !choice          !not-applicable  !run-over        !choice
estimate   !choice          !choice          !choice          !choice          !run-over        !choice          !choice          !choice          !not-applicable  !run-over        !choice
complete   !choice          !choice          !choice          !choice          !run-over        !choice          !choice          !choice          !not-applicable  !run-over        !choice
fail       !choice          !choice          !choice          !choice          !run-over        !choice          !choice          !choice          !not-applicable  !run-over        !choice
block      blocked          blocked          blocked          !blocked         !run-over        !done            !skipped         !deferred        !not-applicable  !run-over        !deferred
unblock    !not-blocked     !not-blocked     !not-blocked     planned          !run-over        !not-blocked     !not-blocked     !not-blocked     !not-applicable  !run-over        !not-blocked
skip       skipped          skipped          skipped          skipped          !run-over        !done            !skipped         skipped          !not-applicable  !run-over        skipped
defer      deferred         deferred         deferred         deferred         !run-over        !done            !skipped         !deferred        !not-applicable  !run-over        !deferred
reopen     !planned         !planned         !planned         !blocked         !run-over        planned          planned          planned          !not-applicable  !run-over        planned
assign     planned          planned          planned          blocked          !run-over        !done            !skipped         deferred         !not-applicable  !run-over        deferred
sign       !choice          !choice          !choice          !choice          !run-over        !choice          !choice          !choice          !not-applicable  !run-over        !choice
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !run-over        !no-such-item    !no-such-item    !no-such-item    !not-applicable  !run-over        !no-such-item
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !run-over        !no-such-record  !no-such-record  !no-such-record  !not-applicable  !run-over        !no-such-record
evidence   planned          planned          planned          blocked          !run-over        done             skipped          deferred         !not-applicable  !run-over        deferred
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !not-applicable  !no-reason-owed  !no-reason-owed
choose     ?phase-open      done             ?held            !blocked         !run-over        !done            !skipped         done             !not-applicable  !run-over        !run-over
vote       !no-gate         !no-gate         !no-gate         !no-gate         !run-over        !no-gate         !no-gate         !no-gate         !no-gate         !run-over        !run-over
go         !role            !role            !role            !role            !run-over        !role            !role            !role            !role            !run-over        !run-over
go, if     !role            !role            !role            !role            !run-over        !role            !role            !role            !role            !run-over        !run-over
no-go      !role            !role            !role            !role            !run-over        !role            !role            !role            !role            !run-over        !run-over
automate   !not-running     !not-running     !not-running     blocked          !run-over        !done            !skipped         !deferred        !not-applicable  !run-over        !deferred
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !not-applicable  !no-automation   !no-automation
";
    let mut columns = open("choice");
    columns.extend(settled("choice", &[choose("choice", "cold")]));
    assert_table(table, &columns, &step_rows("choice"), |n| step_word(n.status("choice")));
}

#[test]
fn a_milestone() {
    let table = "
           waiting          task open          held             blocked            canceled         done             skipped          deferred           not applicable   complete, done   complete, deferred
stand by   planned          planned            planned          !blocked           !run-over        !done            !skipped         !deferred          !not-applicable  !run-over        !run-over
start      !milestone       !milestone         !milestone       !milestone         !run-over        !milestone       !milestone       !milestone         !not-applicable  !run-over        !milestone
estimate   !milestone       !milestone         !milestone       !milestone         !run-over        !milestone       !milestone       !milestone         !not-applicable  !run-over        !milestone
complete   ?phase-open      ?predecessor-open  ?held            ?predecessor-open  !run-over        !done            !skipped         ?predecessor-open  !not-applicable  !run-over        done
fail       !milestone       !milestone         !milestone       !milestone         !run-over        !milestone       !milestone       !milestone         !not-applicable  !run-over        !milestone
block      blocked          blocked            blocked          !blocked           !run-over        !done            !skipped         !deferred          !not-applicable  !run-over        !deferred
unblock    !not-blocked     !not-blocked       !not-blocked     planned            !run-over        !not-blocked     !not-blocked     !not-blocked       !not-applicable  !run-over        !not-blocked
skip       skipped          skipped            skipped          skipped            !run-over        !done            !skipped         skipped            !not-applicable  !run-over        skipped
defer      deferred         deferred           deferred         deferred           !run-over        !done            !skipped         !deferred          !not-applicable  !run-over        !deferred
reopen     !milestone       !milestone         !milestone       !milestone         !run-over        !milestone       !milestone       !milestone         !not-applicable  !run-over        !milestone
assign     planned          planned            planned          blocked            !run-over        !done            !skipped         deferred           !not-applicable  !run-over        deferred
sign       !milestone       !milestone         !milestone       !milestone         !run-over        !milestone       !milestone       !milestone         !not-applicable  !run-over        !milestone
tick       !no-such-item    !no-such-item      !no-such-item    !no-such-item      !run-over        !no-such-item    !no-such-item    !no-such-item      !not-applicable  !run-over        !no-such-item
record     !no-such-record  !no-such-record    !no-such-record  !no-such-record    !run-over        !no-such-record  !no-such-record  !no-such-record    !not-applicable  !run-over        !no-such-record
evidence   planned          planned            planned          blocked            !run-over        done             skipped          deferred           !not-applicable  !run-over        deferred
reason     !no-reason-owed  !no-reason-owed    !no-reason-owed  !no-reason-owed    !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed    !not-applicable  !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice         !no-choice       !no-choice         !run-over        !no-choice       !no-choice       !no-choice         !not-applicable  !run-over        !run-over
vote       !no-gate         !no-gate           !no-gate         !no-gate           !run-over        !no-gate         !no-gate         !no-gate           !no-gate         !run-over        !run-over
go         !role            !role              !role            !role              !run-over        !role            !role            !role              !role            !run-over        !run-over
go, if     !role            !role              !role            !role              !run-over        !role            !role            !role              !role            !run-over        !run-over
no-go      !role            !role              !role            !role              !run-over        !role            !role            !role              !role            !run-over        !run-over
automate   !not-running     !not-running       !not-running     blocked            !run-over        !done            !skipped         !deferred          !not-applicable  !run-over        !deferred
automated  !no-automation   !no-automation     !no-automation   !no-automation     !no-automation   !no-automation   !no-automation   !no-automation     !not-applicable  !no-automation   !no-automation
";
    let mut columns = open("milestone");
    columns[1].0 = "task open";
    columns.extend(settled("milestone", &[begin("task"), done("task")]));
    assert_table(table, &columns, &step_rows("milestone"), |n| step_word(n.status("milestone")));
}
