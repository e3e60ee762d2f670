//! The keys of every table of the format. The published schema is held against these.

pub(in crate::runbook) const TOP: &[&str] = &[
    "format",
    "release",
    "vars",
    "people",
    "checklists",
    "phases",
    "steps",
    "rollbacks",
    "intervals",
    "criteria",
    "messages",
];
pub(in crate::runbook) const RELEASE: &[&str] = &[
    "title",
    "id",
    "version",
    "change",
    "environment",
    "bridge",
    "timezone",
    "start",
    "zero_hour",
    "window",
    "amber_after",
    "decision_margin",
    "update_every",
];
pub(in crate::runbook) const WINDOW: &[&str] = &["opens", "closes"];
pub(in crate::runbook) const PERSON: &[&str] = &["name", "team", "role", "contact", "substitute"];
pub(in crate::runbook) const CHECKLIST: &[&str] = &["id", "title", "items"];
pub(in crate::runbook) const CHECKLIST_ITEM: &[&str] = &["id", "text", "owner", "evidence"];
pub(in crate::runbook) const PHASE: &[&str] = &["id", "title", "after", "flow", "steps"];
pub(in crate::runbook) const ROLLBACK: &[&str] =
    &["id", "title", "covers", "available_until", "trigger", "then", "otherwise", "flow", "steps"];
pub(in crate::runbook) const STEP: &[&str] = &[
    "id",
    "title",
    "kind",
    "owner",
    "team",
    "stream",
    "notice",
    "duration",
    "needs",
    "not_before",
    "for_each",
    "in_turn",
    "when",
    "instructions",
    "expect",
    "links",
    "items",
    "records",
    "evidence",
    "confirm",
    "signers",
    "abort",
    "in_rehearsal",
    "point_of_no_return",
    "on_failure",
    "run",
    "check",
    "guard",
    "message",
    "options",
    "requires",
    "voters",
    "quorum",
    "decider",
    "deadline",
    "on_no_go",
    "undoes",
];
pub(in crate::runbook) const LINK: &[&str] = &["step", "on", "lag"];
pub(in crate::runbook) const WHEN: &[&str] = &["step", "is"];
pub(in crate::runbook) const WEB_LINK: &[&str] = &["title", "url"];
pub(in crate::runbook) const RECORD: &[&str] = &["id", "title", "unit", "pass"];
pub(in crate::runbook) const OPTION: &[&str] = &["id", "title"];
pub(in crate::runbook) const COMMAND: &[&str] = &["argv", "timeout"];
pub(in crate::runbook) const CHECK: &[&str] = &["http", "run", "until", "every", "timeout"];
pub(in crate::runbook) const HTTP: &[&str] = &["url", "expect"];
pub(in crate::runbook) const EXPECT: &[&str] = &["status", "json", "is", "contains"];
pub(in crate::runbook) const INTERVAL: &[&str] =
    &["id", "title", "from", "to", "limit", "downtime"];
pub(in crate::runbook) const INTERVAL_END: &[&str] = &["step", "on"];
pub(in crate::runbook) const CRITERION: &[&str] = &["id", "text", "owner", "judge_by"];
pub(in crate::runbook) const MESSAGE: &[&str] = &["id", "audience", "text", "post"];
pub(in crate::runbook) const POST: &[&str] = &["url", "json"];
