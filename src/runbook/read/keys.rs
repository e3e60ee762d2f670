//! The keys of every table of the format. The published schema is held against these.

/// Keys of the document itself.
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
/// Keys of `[release]`.
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
/// Keys of `window`.
pub(in crate::runbook) const WINDOW: &[&str] = &["opens", "closes"];
/// Keys of `[people.ID]`.
pub(in crate::runbook) const PERSON: &[&str] = &["name", "team", "role", "contact", "substitute"];
/// Keys of `[[checklists]]`.
pub(in crate::runbook) const CHECKLIST: &[&str] = &["id", "title", "items"];
/// Keys of an item of a checklist.
pub(in crate::runbook) const CHECKLIST_ITEM: &[&str] = &["id", "text", "owner", "evidence"];
/// Keys of `[[phases]]`.
pub(in crate::runbook) const PHASE: &[&str] = &["id", "title", "after", "flow", "steps"];
/// Keys of `[[rollbacks]]`.
pub(in crate::runbook) const ROLLBACK: &[&str] =
    &["id", "title", "covers", "available_until", "trigger", "then", "otherwise", "flow", "steps"];
/// Keys of a step, in all ways of writing it.
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
/// Keys of a predecessor in `needs`.
pub(in crate::runbook) const LINK: &[&str] = &["step", "on", "lag"];
/// Keys of `when`.
pub(in crate::runbook) const WHEN: &[&str] = &["step", "is"];
/// Keys of an entry of `links`.
pub(in crate::runbook) const WEB_LINK: &[&str] = &["title", "url"];
/// Keys of an entry of `records`.
pub(in crate::runbook) const RECORD: &[&str] = &["id", "title", "unit", "pass"];
/// Keys of an entry of `options`.
pub(in crate::runbook) const OPTION: &[&str] = &["id", "title"];
/// Keys of `run`.
pub(in crate::runbook) const COMMAND: &[&str] = &["argv", "timeout"];
/// Keys of `check` and `guard`.
pub(in crate::runbook) const CHECK: &[&str] = &["http", "run", "until", "every", "timeout"];
/// Keys of `http`.
pub(in crate::runbook) const HTTP: &[&str] = &["url", "expect"];
/// Keys of `expect` of an http check.
pub(in crate::runbook) const EXPECT: &[&str] = &["status", "json", "is", "contains"];
/// Keys of `[[intervals]]`.
pub(in crate::runbook) const INTERVAL: &[&str] =
    &["id", "title", "from", "to", "limit", "downtime"];
/// Keys of `from` and `to` of an interval.
pub(in crate::runbook) const INTERVAL_END: &[&str] = &["step", "on"];
/// Keys of `[[criteria]]`.
pub(in crate::runbook) const CRITERION: &[&str] = &["id", "text", "owner", "judge_by"];
/// Keys of `[[messages]]`.
pub(in crate::runbook) const MESSAGE: &[&str] = &["id", "audience", "text", "post"];
/// Keys of `post` of a message.
pub(in crate::runbook) const POST: &[&str] = &["url", "json"];
