//! The cutover that several tests of the rules play: a night with people of every role.

use super::*;
use golive::run::Evidence;

/// The plan.
pub const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T23:00:00Z
start = "T-1h"
[people.ana]
name = "Ana Ruiz"
role = "lead"
[people.bo]
name = "Bo"
[people.cy]
name = "Cy"
role = "observer"
[people.qa]
name = "Q"
substitute = "bo"
[[checklists]]
id = "readiness"
title = "Readiness"
items = [{ id = "backup", text = "Backup", evidence = true }, { id = "mail", text = "Mail out" }]
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze", owner = "bo", duration = "5m" },
  { id = "migrate", title = "Migrate", owner = "bo", duration = "25m", items = ["Lag", "Muted"] },
  { id = "verify", title = "Verify", owner = "qa", duration = "10m", signers = 2 },
  { id = "gate", title = "Open?", kind = "gate", voters = ["ana", "qa"], requires = ["readiness"], decider = "ana" },
]
[[phases]]
title = "Open"
steps = [
  { id = "route", title = "Route", kind = "choice", options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }] },
  { id = "prewarm", title = "Prewarm", duration = "5m", when = { step = "route", is = "cold" } },
  { id = "live", title = "Live", kind = "milestone" },
  { id = "soak", title = "Soak", kind = "wait", duration = "15m" },
  { id = "late", title = "Late", duration = "5m", not_before = "T+5h" },
]
[steps.migrate]
records = [{ id = "lag", title = "Lag", unit = "s", pass = "< 5" }]
evidence = true
"#;

pub const NOW: RefusalKind = RefusalKind::NotNow;
pub const NEVER: RefusalKind = RefusalKind::Impossible;

pub fn night() -> Night {
    Night::open(PLAN)
}

/// A night in which `migrate` is in the given state.
pub fn with_migrate(status: StepStatus) -> Night {
    let mut n = night();
    n.ok("bo", begin("freeze"));
    n.ok("bo", done("freeze"));
    match status {
        StepStatus::Planned => {}
        StepStatus::Running => drop(n.ok("bo", begin("migrate"))),
        StepStatus::Blocked => {
            n.ok("bo", begin("migrate"));
            n.ok("bo", block("migrate"));
        }
        StepStatus::Failed => {
            n.ok("bo", begin("migrate"));
            n.ok("bo", fail("migrate"));
        }
        StepStatus::Skipped => drop(n.ok("bo", skip("migrate"))),
        StepStatus::Deferred => drop(n.ok("bo", defer("migrate"))),
        StepStatus::Done => {
            n.ok("bo", begin("migrate"));
            complete_migrate(&mut n);
        }
        other => panic!("no way to {other:?}"),
    }
    assert_eq!(n.status("migrate"), status);
    n
}

pub fn complete_migrate(n: &mut Night) {
    for event in [
        tick("migrate", "Lag"),
        tick("migrate", "Muted"),
        value("migrate", "lag", "3"),
        evidence("migrate"),
        done("migrate"),
    ] {
        n.ok("bo", event);
    }
}

pub fn evidence(step: &str) -> Event {
    let evidence = Evidence::Link { url: "https://x.example".to_owned() };
    Event::EvidenceGiven { step: step.to_owned(), attempt: 1, evidence }
}

pub fn give_reason(step: &str) -> Event {
    Event::ReasonGiven { step: step.to_owned(), attempt: 1, reason: "because".to_owned() }
}

/// Everything before the gate is settled.
pub fn for_gate(n: &mut Night) {
    for step in ["freeze", "migrate", "verify"] {
        n.ok("bo", skip(step));
    }
}
