//! A night with a ladder of three rungs: one that goes on from an earlier step, one that ends the
//! run, one that survives the point of no return.

use super::{Night, RefusalKind, StepStatus};
use golive::run::{Decision, Event, Intent, RunStatus, Waiting};
use golive::runbook::RungIx;

/// `freeze → migrate → verify → cut` beside `routes → names`; then a decision, a choice with two
/// branches and the point of no return; `watch` and `fraud` stand aside.
pub const LADDER: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T23:00:00Z
[people.ana]
role = "lead"
[people.bo]
name = "Bo"
[people.eve]
role = "lead"
[people.cy]
role = "observer"
[[phases]]
id = "cutover"
title = "Cutover"
flow = "streams"
steps = [
  { id = "freeze", title = "Freeze", duration = "5m", stream = "db" },
  { id = "migrate", title = "Migrate", duration = "25m", stream = "db", on_failure = "rollback:restore" },
  { id = "verify", title = "Verify", duration = "10m", stream = "db", on_failure = "hold" },
  { id = "cut", title = "Cut", kind = "milestone", needs = ["verify"] },
  { id = "routes", title = "Routes", duration = "5m", stream = "net" },
  { id = "names", title = "Names", duration = "5m", stream = "net" },
  { id = "named", title = "Named", kind = "milestone", needs = ["names"] },
]
[[phases]]
id = "open"
title = "Open"
steps = [
  { id = "go", title = "Go?", kind = "gate", voters = ["ana", "bo"], on_no_go = "rollback:restore" },
  { id = "route", title = "Route", kind = "choice", options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }] },
  { id = "warm", title = "Warm up", duration = "5m", needs = ["route"], when = { step = "route", is = "warm" } },
  { id = "cold", title = "Cool down", duration = "5m", needs = ["route"], when = { step = "route", is = "cold" } },
  { id = "writes", title = "Writes", duration = "5m", needs = ["warm", "cold"], point_of_no_return = true },
]
[[phases]]
id = "aside"
title = "Aside"
after = []
flow = "parallel"
steps = [
  { id = "watch", title = "Watch", duration = "5m" },
  { id = "fraud", title = "Fraud desk", duration = "5m", in_rehearsal = false },
]
[[rollbacks]]
id = "restore"
title = "Restore"
covers = ["freeze", "migrate", "verify", "cut", "open"]
available_until = "warm"
then = "resume:migrate"
steps = [
  { id = "stop-new", title = "Stop the new one", duration = "5m", undoes = "go" },
  { id = "dump", title = "Restore the dump", duration = "20m", undoes = "migrate" },
  { id = "compare", title = "Compare", duration = "5m" },
]
[[rollbacks]]
id = "return"
title = "Return"
then = "stop"
steps = [
  { id = "routes-back", title = "Routes back", duration = "5m", undoes = "routes" },
  { id = "thaw", title = "Thaw", duration = "5m", undoes = "freeze", on_failure = "hold" },
  { id = "safe", title = "Safe?", kind = "gate", voters = ["bo"] },
  { id = "how", title = "How?", kind = "choice", options = [{ id = "call", title = "Call" }, { id = "mail", title = "Mail" }] },
  { id = "call", title = "Call them", duration = "5m", needs = ["how"], when = { step = "how", is = "call" } },
  { id = "mail", title = "Mail them", duration = "5m", needs = ["how"], when = { step = "how", is = "mail" } },
  { id = "told", title = "Told", kind = "milestone", needs = ["call", "mail"] },
]
[[rollbacks]]
id = "page"
title = "Maintenance page"
covers = ["cutover", "open"]
available_until = "end"
steps = [
  { id = "page-up", title = "Page up", duration = "5m", signers = 2 },
  { id = "tell", title = "Tell the regulator", duration = "10m", needs = ["page-up"], evidence = true },
]
"#;

pub fn take(rung: &str) -> Event {
    Event::RollbackBegun { rung: rung.to_owned(), reason: Some("counts differ".to_owned()) }
}

pub fn end_well(rung: &str) -> Event {
    Event::RollbackEnded { rung: rung.to_owned(), succeeded: true, reason: None }
}

pub fn give_up(rung: &str) -> Event {
    let reason = Some("the dump is broken".to_owned());
    Event::RollbackEnded { rung: rung.to_owned(), succeeded: false, reason }
}

/// Acts of `ana`, always on the present attempt of a step.
pub trait Works {
    fn starts(&mut self, step: &str) -> u64;
    fn completes(&mut self, step: &str) -> u64;
    fn fails(&mut self, step: &str) -> u64;
    fn skips(&mut self, step: &str) -> u64;
    fn works(&mut self, step: &str);
    fn decides(&mut self, gate: &str, decision: Decision) -> u64;
    fn overriding(&mut self, event: Event) -> u64;
    fn may_start(&self, step: &str) -> bool;
    fn rung(&self, id: &str) -> RungIx;
    fn waits(&self, step: &str) -> Vec<Waiting>;
    fn statuses(&self, steps: &[&str]) -> Vec<StepStatus>;
    fn run_status(&self) -> RunStatus;
    fn refused(&self, event: Event) -> (RefusalKind, &'static str);
    fn said(&self, event: Event) -> String;
}

impl Works for Night {
    #[track_caller]
    fn starts(&mut self, step: &str) -> u64 {
        let attempt = self.attempt(step);
        self.ok("ana", Event::StepStarted { step: step.to_owned(), attempt })
    }

    #[track_caller]
    fn completes(&mut self, step: &str) -> u64 {
        let attempt = self.attempt(step);
        self.ok("ana", Event::StepCompleted { step: step.to_owned(), attempt })
    }

    #[track_caller]
    fn fails(&mut self, step: &str) -> u64 {
        let (step, attempt, reason) = (step.to_owned(), self.attempt(step), None);
        self.ok("ana", Event::StepFailed { step, attempt, reason })
    }

    #[track_caller]
    fn skips(&mut self, step: &str) -> u64 {
        let (step, attempt, reason) = (step.to_owned(), self.attempt(step), None);
        self.ok("ana", Event::StepSkipped { step, attempt, reason })
    }

    #[track_caller]
    fn works(&mut self, step: &str) {
        self.starts(step);
        self.now += chrono::TimeDelta::minutes(1);
        self.completes(step);
    }

    #[track_caller]
    fn decides(&mut self, gate: &str, decision: Decision) -> u64 {
        let (step, attempt) = (gate.to_owned(), self.attempt(gate));
        let reason = Some("agreed on the call".to_owned());
        let event = Event::GateDecided { step, attempt, decision, reason };
        self.ok("ana", event)
    }

    #[track_caller]
    fn overriding(&mut self, event: Event) -> u64 {
        let override_reason = Some("no other way".to_owned());
        let intent = Intent { override_reason, ..Intent::new("ana", event.clone()) };
        match self.act(intent) {
            Ok(seq) => seq,
            Err(refusal) => panic!("{event:?} was refused: {refusal}"),
        }
    }

    fn may_start(&self, step: &str) -> bool {
        let attempt = self.attempt(step);
        self.check(Intent::new("ana", Event::StepStarted { step: step.to_owned(), attempt }))
            .is_ok()
    }

    #[track_caller]
    fn rung(&self, id: &str) -> RungIx {
        self.state.find_rung(id).expect("a rung")
    }

    fn waits(&self, step: &str) -> Vec<Waiting> {
        self.state.waiting_for(self.ix(step), self.now)
    }

    fn statuses(&self, steps: &[&str]) -> Vec<StepStatus> {
        steps.iter().map(|step| self.status(step)).collect()
    }

    fn run_status(&self) -> RunStatus {
        self.state.status
    }

    #[track_caller]
    fn refused(&self, event: Event) -> (RefusalKind, &'static str) {
        self.no("ana", event)
    }

    #[track_caller]
    fn said(&self, event: Event) -> String {
        match self.check(Intent::new("ana", event.clone())) {
            Ok(()) => panic!("{event:?} was not refused"),
            Err(refusal) => refusal.to_string(),
        }
    }
}

/// A night at 00:10: writes frozen, migration done, routes moved.
pub fn migrated() -> Night {
    let mut night = Night::open(LADDER);
    night.at("23:00").works("freeze");
    night.works("migrate");
    night.works("routes");
    night.at("00:10");
    night
}

/// The same, with the rung on.
pub fn taken(rung: &str) -> Night {
    let mut night = migrated();
    night.ok("ana", take(rung));
    night
}
