//! Every event that is not about one step, in every state of a run; and every event there is, by
//! somebody of every role.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Event, Intent, RefusalKind, Verdict};
use golive::runbook::Role;
use std::collections::BTreeSet;
use support::rule_plan::*;
use support::table::{Column, Row, assert_table, row};
use support::*;

/// A night in which a note can be edited, closed and corrected.
fn with_issue(n: Night) -> Night {
    let Event::NoteAdded { text, step, public, owner, due, .. } = note("lag") else {
        panic!("a note")
    };
    let kind = golive::run::NoteKind::Issue;
    after(n, [Event::NoteAdded { text, kind, step, public, owner, due }])
}

fn states() -> Vec<Column> {
    let settled = || {
        let ids = ["before", "task", "asking", "signed", "wait", "gate", "choice"];
        let n = after(with_issue(planned()), [Event::RunStarted {}, choose("pick", "this")]);
        after(n, ids.map(skip))
    };
    vec![
        ("planned", with_issue(planned())),
        ("active", after(with_issue(planned()), [Event::RunStarted {}])),
        ("held", after(with_issue(planned()), [Event::RunStarted {}, hold("a call")])),
        ("all settled", settled()),
        ("complete", complete(settled(), "")),
        ("canceled", canceled(with_issue(planned()))),
    ]
}

/// The rows that are the same in every state: the note is the second entry of each night.
fn rows() -> Vec<Row> {
    let events = other_events(&with_issue(planned()));
    events.into_iter().map(|(name, event)| row(name, "ana", event)).collect()
}

#[test]
fn every_event_of_the_run_in_every_state_of_the_run() {
    let table = "
                    planned         active            held              all settled       complete        canceled
run opened          !already-open   !already-open     !already-open     !already-open     !run-over       !run-over
run started         active          !already-started  !already-started  !already-started  !run-over       !run-over
run held            !not-started    active, held      !already-held     active, held      !run-over       !run-over
run resumed         !not-held       !not-held         active            !not-held         !run-over       !run-over
run revised         planned         active            active, held      active            !run-over       !run-over
run rescheduled     planned         active            active, held      active            !run-over       !run-over
run completed       !not-started    !unsettled        !unsettled        complete          !run-over       !run-over
run canceled        canceled        canceled          canceled          canceled          !run-over       !run-over
handed over         planned         active            active, held      active            complete        canceled
role granted        planned         active            active, held      active            complete        canceled
substitute active   planned         active            active, held      active            !run-over       !run-over
person called       planned         active            active, held      active            !run-over       !run-over
roll-call opened    planned         active            active, held      active            !run-over       !run-over
roll-call answered  !no-roll-call   !no-roll-call     !no-roll-call     !no-roll-call     !run-over       !run-over
checklist ticked    planned         active            active, held      active            !run-over       !run-over
checklist waived    planned         active            active, held      active            !run-over       !run-over
correction          planned         active            active, held      active            complete        canceled
note added          planned         active            active, held      active            complete        canceled
note edited         planned         active            active, held      active            complete        canceled
note closed         planned         active            active, held      active            complete        canceled
note removed        planned         active            active, held      active            complete        canceled
message sent        planned         active            active, held      active            complete        canceled
criterion judged    planned         active            active, held      active            complete        canceled
clock jumped        planned         active            active, held      active            complete        canceled
of a newer version  !unknown-event  !unknown-event    !unknown-event    !unknown-event    !unknown-event  !unknown-event
";
    assert_table(table, &states(), &rows(), run_word);
}

/// Role by role; a no for another reason than the role is a yes here.
#[test]
fn who_may_do_what() {
    let granted = |role| {
        let mut n = with_issue(ready());
        // Whom nobody gave a role is an operator.
        if role != Role::Operator {
            n.ok("ana", Event::RoleGranted { person: "dora".to_owned(), role });
        }
        n
    };
    let roles = [("lead", Role::Lead), ("operator", Role::Operator), ("observer", Role::Observer)];
    let events = step_events("gate")
        .into_iter()
        .chain(other_events(&with_issue(ready())))
        .collect::<Vec<_>>();
    let mut lines = vec![format!("{:20}lead   operator  observer", "")];
    for (name, event) in events {
        let may = |role| {
            let night = granted(role);
            match night.check(Intent::new("dora", event.clone())) {
                Err(refusal) if matches!(refusal.rule, "role" | "not-yours" | "not-your-note") => {
                    assert_eq!(refusal.kind, RefusalKind::Impossible);
                    "–"
                }
                _ => "may",
            }
        };
        let [lead, operator, observer] = roles.map(|(_, role)| may(role));
        lines.push(format!("{name:20}{lead:7}{operator:10}{observer}"));
    }
    let table = "
                    lead   operator  observer
stand by            may    may       –
start               may    may       –
estimate            may    may       –
complete            may    may       –
fail                may    may       –
block               may    may       –
unblock             may    may       –
skip                may    may       –
defer               may    may       –
reopen              may    may       –
assign              may    may       –
sign                may    may       –
tick                may    may       –
record              may    may       –
evidence            may    may       –
reason              may    may       –
choose              may    may       –
vote                may    may       –
go                  may    –         –
go, if              may    –         –
no-go               may    –         –
automate            may    may       –
automated           may    may       may
run opened          may    –         –
run started         may    –         –
run held            may    –         –
run resumed         may    –         –
run revised         may    –         –
run rescheduled     may    –         –
run completed       may    –         –
run canceled        may    –         –
handed over         may    –         –
role granted        may    –         –
substitute active   may    may       –
person called       may    may       –
roll-call opened    may    –         –
roll-call answered  may    may       may
checklist ticked    may    may       –
checklist waived    may    –         –
correction          may    –         –
note added          may    may       –
note edited         may    –         –
note closed         may    may       –
note removed        may    –         –
message sent        may    may       –
criterion judged    may    may       –
clock jumped        may    may       may
of a newer version  may    may       –
";
    let wanted: Vec<_> = table.trim_matches('\n').lines().map(str::trim).collect();
    let found: Vec<_> = lines.iter().map(|line| line.trim()).collect();
    assert!(wanted == found, "the rules are\n\n{}\n", lines.join("\n"));
}

/// The tables leave out no event but those of a rollback, which have files of their own.
#[test]
fn the_tables_have_every_event() {
    let named = |event: &Event| -> &'static str {
        match event {
            Event::RunOpened { .. } => "run_opened",
            Event::RunStarted {} => "run_started",
            Event::RunHeld { .. } => "run_held",
            Event::RunResumed {} => "run_resumed",
            Event::RunRevised { .. } => "run_revised",
            Event::RunRescheduled { .. } => "run_rescheduled",
            Event::HandedOver { .. } => "handed_over",
            Event::RunCompleted { .. } => "run_completed",
            Event::RunCanceled { .. } => "run_canceled",
            Event::RoleGranted { .. } => "role_granted",
            Event::SubstituteActive { .. } => "substitute_active",
            Event::PersonCalled { .. } => "person_called",
            Event::RollCallOpened {} => "roll_call_opened",
            Event::RollCallAnswered {} => "roll_call_answered",
            Event::StepStoodBy { .. } => "step_stood_by",
            Event::StepStarted { .. } => "step_started",
            Event::StepEstimated { .. } => "step_estimated",
            Event::StepCompleted { .. } => "step_completed",
            Event::StepFailed { .. } => "step_failed",
            Event::StepBlocked { .. } => "step_blocked",
            Event::StepUnblocked { .. } => "step_unblocked",
            Event::StepSkipped { .. } => "step_skipped",
            Event::StepDeferred { .. } => "step_deferred",
            Event::StepReopened { .. } => "step_reopened",
            Event::StepAssigned { .. } => "step_assigned",
            Event::StepSigned { .. } => "step_signed",
            Event::ItemTicked { .. } => "item_ticked",
            Event::ValueRecorded { .. } => "value_recorded",
            Event::EvidenceGiven { .. } => "evidence_given",
            Event::ReasonGiven { .. } => "reason_given",
            Event::OptionChosen { .. } => "option_chosen",
            Event::ChecklistTicked { .. } => "checklist_ticked",
            Event::ChecklistWaived { .. } => "checklist_waived",
            Event::GateVoted { .. } => "gate_voted",
            Event::GateDecided { .. } => "gate_decided",
            Event::RollbackBegun { .. } => "rollback_begun",
            Event::RollbackEnded { .. } => "rollback_ended",
            Event::Correction { .. } => "correction",
            Event::NoteAdded { .. } => "note_added",
            Event::NoteEdited { .. } => "note_edited",
            Event::NoteClosed { .. } => "note_closed",
            Event::NoteRemoved { .. } => "note_removed",
            Event::MessageSent { .. } => "message_sent",
            Event::AutomationStarted { .. } => "automation_started",
            Event::AutomationFinished { .. } => "automation_finished",
            Event::CriterionJudged { .. } => "criterion_judged",
            Event::ClockJumped { .. } => "clock_jumped",
            Event::Unknown { .. } => "unknown",
        }
    };
    let steps = step_events("task");
    let others = other_events(&planned());
    let tried: BTreeSet<_> = steps.iter().chain(&others).map(|(_, event)| named(event)).collect();
    assert_eq!(tried.len(), 48 - 2, "{tried:?}");
}

/// An event of a newer version is kept and shown, and nothing else.
#[test]
fn what_is_of_a_newer_version_is_kept_as_unknown() {
    let mut n = ready();
    let before = n.state.steps.clone();
    let event = Event::Unknown { kind: "step_beamed".to_owned(), json: "{}".to_owned() };
    let seq = n.force(Intent::new("bo", event));
    assert_eq!(*n.verdict(seq), Verdict::Unknown);
    assert_eq!((n.state.steps, n.state.conflicts.len()), (before, 0));
}
