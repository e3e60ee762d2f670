//! Every event about a step, in every state of a step that people work on.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Event, Evidence};
use support::rule_plan::{after, open_states, ready, settled_states, step_rows, step_word};
use support::table::assert_table;
use support::*;

#[test]
fn a_task_while_it_is_open() {
    let automate =
        Event::AutomationStarted { step: "task".to_owned(), attempt: 1, what: "true".to_owned() };
    let mut columns = open_states("task");
    columns.push(("automating", after(ready(), [begin("task"), automate])));
    columns.push(("attempt 2", after(ready(), [skip("task"), reopen("task", 1)])));
    let table = "
           waiting          ready            held             running          held, running    blocked          blocked early    automating       attempt 2
stand by   planned          planned          planned          !running         !running         !blocked         !blocked         !running         !other-attempt
start      ?phase-open      running          ?held            !running         !running         !blocked         !blocked         !running         !other-attempt
estimate   !not-running     !not-running     !not-running     running          running          blocked          blocked          running          !other-attempt
complete   ?phase-open      done             ?held            done             done             done             ?phase-open      done             !other-attempt
fail       ?phase-open      failed           ?held            failed           failed           failed           ?phase-open      failed           !other-attempt
block      blocked          blocked          blocked          blocked          blocked          !blocked         !blocked         blocked          !other-attempt
unblock    !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-blocked     running          planned          !not-blocked     !other-attempt
skip       skipped          skipped          skipped          skipped          skipped          skipped          skipped          skipped          !other-attempt
defer      deferred         deferred         deferred         deferred         deferred         deferred         deferred         deferred         !other-attempt
reopen     !planned         !planned         !planned         !running         !running         !blocked         !blocked         !running         !other-attempt
assign     planned          planned          planned          running          running          blocked          blocked          running          planned
sign       !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !other-attempt
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !other-attempt
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !other-attempt
evidence   planned          planned          planned          running          running          blocked          blocked          running          !other-attempt
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !other-attempt
choose     !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !other-attempt
vote       !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !other-attempt
go         !role            !role            !role            !role            !role            !role            !role            !role            !role
go, if     !role            !role            !role            !role            !role            !role            !role            !role            !role
no-go      !role            !role            !role            !role            !role            !role            !role            !role            !role
automate   !not-running     !not-running     !not-running     running          running          blocked          blocked          !automating      !other-attempt
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   running          !other-attempt
";
    assert_table(table, &columns, &step_rows("task"), |n| step_word(n.status("task")));
}

#[test]
fn a_task_that_is_settled_or_whose_run_is_over() {
    let mut columns = settled_states("task", &[begin("task"), done("task")]);
    columns.insert(1, ("taken", after(ready(), [done("task")])));
    let no_reason = Event::StepFailed { step: "task".to_owned(), attempt: 1, reason: None };
    columns.insert(3, ("failed, why?", after(ready(), [no_reason])));
    let table = "
           done             taken            failed           failed, why?     skipped          deferred         not applicable   complete, done   complete, deferred  canceled         canceled, running
stand by   !done            !done            !failed          !failed          !skipped         !deferred        !not-applicable  !run-over        !run-over           !run-over        !run-over
start      !done            !done            !failed          !failed          !skipped         running          !not-applicable  !run-over        running             !run-over        !running
estimate   !done            !done            !failed          !failed          !skipped         !deferred        !not-applicable  !run-over        !deferred           !run-over        running
complete   !done            !done            !failed          !failed          !skipped         done             !not-applicable  !run-over        done                !run-over        done
fail       !done            !done            !failed          !failed          !skipped         !deferred        !not-applicable  !run-over        !deferred           !run-over        failed
block      !done            !done            !failed          !failed          !skipped         !deferred        !not-applicable  !run-over        !deferred           !run-over        blocked
unblock    !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-applicable  !run-over        !not-blocked        !run-over        !not-blocked
skip       !done            !done            skipped          skipped          !skipped         skipped          !not-applicable  !run-over        skipped             !run-over        skipped
defer      !done            !done            deferred         deferred         !skipped         !deferred        !not-applicable  !run-over        !deferred           !run-over        deferred
reopen     planned          planned          planned          planned          planned          planned          !not-applicable  !run-over        planned             !run-over        !running
assign     !done            !done            failed           failed           !skipped         deferred         !not-applicable  !run-over        deferred            !run-over        running
sign       !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !not-applicable  !run-over        !unsigned           !run-over        !unsigned
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !not-applicable  !run-over        !no-such-item       !run-over        !no-such-item
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !not-applicable  !run-over        !no-such-record     !run-over        !no-such-record
evidence   done             done             failed           failed           skipped          deferred         !not-applicable  !run-over        deferred            !run-over        running
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  failed           !no-reason-owed  !no-reason-owed  !not-applicable  !no-reason-owed  !no-reason-owed     !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !not-applicable  !run-over        !run-over           !run-over        !run-over
vote       !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !run-over        !run-over           !run-over        !run-over
go         !role            !role            !role            !role            !role            !role            !role            !run-over        !run-over           !run-over        !run-over
go, if     !role            !role            !role            !role            !role            !role            !role            !run-over        !run-over           !run-over        !run-over
no-go      !role            !role            !role            !role            !role            !role            !role            !run-over        !run-over           !run-over        !run-over
automate   !done            !done            !failed          !failed          !skipped         !deferred        !not-applicable  !run-over        !deferred           !run-over        running
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !not-applicable  !no-automation   !no-automation      !no-automation   !no-automation
";
    assert_table(table, &columns, &step_rows("task"), |n| step_word(n.status("task")));
}

#[test]
fn a_step_that_asks_for_items_values_and_evidence() {
    let mut columns = open_states("asking");
    let evidence = Evidence::Link { url: "https://x.example".to_owned() };
    let given = [
        tick("asking", "Lag"),
        value("asking", "lag", "3"),
        Event::EvidenceGiven { step: "asking".to_owned(), attempt: 1, evidence },
    ];
    columns.push(("all given", after(ready(), given.clone())));
    let failing = [value("asking", "lag", "9")];
    columns.push(("lag 9", after(ready(), given.into_iter().chain(failing))));
    let table = "
           waiting          ready            held             running          held, running    blocked          blocked early    all given        lag 9
stand by   planned          planned          planned          !running         !running         !blocked         !blocked         planned          planned
start      ?phase-open      running          ?held            !running         !running         !blocked         !blocked         running          running
estimate   !not-running     !not-running     !not-running     running          running          blocked          blocked          !not-running     !not-running
complete   ?phase-open      ?owed            ?held            ?owed            ?owed            ?owed            ?phase-open      done             ?owed
fail       ?phase-open      failed           ?held            failed           failed           failed           ?phase-open      failed           failed
block      blocked          blocked          blocked          blocked          blocked          !blocked         !blocked         blocked          blocked
unblock    !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-blocked     running          planned          !not-blocked     !not-blocked
skip       skipped          skipped          skipped          skipped          skipped          skipped          skipped          skipped          skipped
defer      deferred         deferred         deferred         deferred         deferred         deferred         deferred         deferred         deferred
reopen     !planned         !planned         !planned         !running         !running         !blocked         !blocked         !planned         !planned
assign     planned          planned          planned          running          running          blocked          blocked          planned          planned
sign       !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned
tick       planned          planned          planned          running          running          blocked          blocked          !ticked          !ticked
record     planned          planned          planned          running          running          blocked          blocked          planned          planned
evidence   planned          planned          planned          running          running          blocked          blocked          planned          planned
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice
vote       !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate
go         !role            !role            !role            !role            !role            !role            !role            !role            !role
go, if     !role            !role            !role            !role            !role            !role            !role            !role            !role
no-go      !role            !role            !role            !role            !role            !role            !role            !role            !role
automate   !not-running     !not-running     !not-running     running          running          blocked          blocked          !not-running     !not-running
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation
";
    assert_table(table, &columns, &step_rows("asking"), |n| step_word(n.status("asking")));
}

#[test]
fn a_step_that_is_signed() {
    let mut columns = open_states("signed");
    for (name, person) in [("signed by bo", "bo"), ("signed by qa", "qa")] {
        let mut night = after(ready(), [begin("signed")]);
        night.ok(person, sign("signed"));
        columns.push((name, night));
    }
    let table = "
           waiting          ready            held             running          held, running    blocked          blocked early    signed by bo     signed by qa
stand by   planned          planned          planned          !running         !running         !blocked         !blocked         !running         !running
start      ?phase-open      running          ?held            !running         !running         !blocked         !blocked         !running         !running
estimate   !not-running     !not-running     !not-running     running          running          blocked          blocked          running          running
complete   ?phase-open      ?owed            ?held            ?owed            ?owed            ?owed            ?phase-open      ?owed            ?owed
fail       ?phase-open      failed           ?held            failed           failed           failed           ?phase-open      failed           failed
block      blocked          blocked          blocked          blocked          blocked          !blocked         !blocked         blocked          blocked
unblock    !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-blocked     running          planned          !not-blocked     !not-blocked
skip       skipped          skipped          skipped          skipped          skipped          skipped          skipped          skipped          skipped
defer      deferred         deferred         deferred         deferred         deferred         deferred         deferred         deferred         deferred
reopen     !planned         !planned         !planned         !running         !running         !blocked         !blocked         !running         !running
assign     planned          planned          planned          running          running          blocked          blocked          running          running
sign       ?phase-open      planned          ?held            running          running          blocked          ?phase-open      !signed          done
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record
evidence   planned          planned          planned          running          running          blocked          blocked          running          running
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice
vote       !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate
go         !role            !role            !role            !role            !role            !role            !role            !role            !role
go, if     !role            !role            !role            !role            !role            !role            !role            !role            !role
no-go      !role            !role            !role            !role            !role            !role            !role            !role            !role
automate   !not-running     !not-running     !not-running     running          running          blocked          blocked          running          running
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation
";
    assert_table(table, &columns, &step_rows("signed"), |n| step_word(n.status("signed")));
}

#[test]
fn a_wait() {
    let mut columns = open_states("wait");
    let mut elapsed = after(ready(), [begin("wait")]);
    elapsed.at("22:15");
    columns.push(("elapsed", elapsed));
    let table = "
           waiting          ready            held             running          held, running    blocked          blocked early    elapsed
stand by   planned          planned          planned          !running         !running         !blocked         !blocked         !running
start      ?phase-open      running          ?held            !running         !running         !blocked         !blocked         !running
estimate   !not-running     !not-running     !not-running     running          running          blocked          blocked          running
complete   ?phase-open      ?owed            ?held            ?owed            ?owed            ?owed            ?phase-open      done
fail       ?phase-open      failed           ?held            failed           failed           failed           ?phase-open      failed
block      blocked          blocked          blocked          blocked          blocked          !blocked         !blocked         blocked
unblock    !not-blocked     !not-blocked     !not-blocked     !not-blocked     !not-blocked     running          planned          !not-blocked
skip       skipped          skipped          skipped          skipped          skipped          skipped          skipped          skipped
defer      deferred         deferred         deferred         deferred         deferred         deferred         deferred         deferred
reopen     !planned         !planned         !planned         !running         !running         !blocked         !blocked         !running
assign     planned          planned          planned          running          running          blocked          blocked          running
sign       !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned        !unsigned
tick       !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item    !no-such-item
record     !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record  !no-such-record
evidence   planned          planned          planned          running          running          blocked          blocked          running
reason     !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed  !no-reason-owed
choose     !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice       !no-choice
vote       !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate         !no-gate
go         !role            !role            !role            !role            !role            !role            !role            !role
go, if     !role            !role            !role            !role            !role            !role            !role            !role
no-go      !role            !role            !role            !role            !role            !role            !role            !role
automate   !not-running     !not-running     !not-running     running          running          blocked          blocked          running
automated  !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation   !no-automation
";
    assert_table(table, &columns, &step_rows("wait"), |n| step_word(n.status("wait")));
}
