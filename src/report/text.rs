//! Times and lengths as a report writes them for people.

use crate::run::{RunStatus, StepStatus, Time};
use crate::runbook::{Role, StepKind, format_duration, visible_lines};
use chrono_tz::Tz;

/// Longest text that a page shows whole, in characters; the data formats have all of it.
pub(super) const LONGEST_SHOWN: usize = 4_000;

/// Writes times in the zone of the run.
#[derive(Clone, Copy)]
pub struct Clock {
    zone: Tz,
}

impl Clock {
    /// Of a zone's name; UTC for one that is not known.
    pub fn new(zone: &str) -> Self {
        Self { zone: zone.parse().unwrap_or(Tz::UTC) }
    }

    /// `29 Nov 02:14`.
    pub fn short(self, at: Time) -> String {
        at.with_timezone(&self.zone).format("%-d %b %H:%M").to_string()
    }

    /// `29 Nov 02:14:09`.
    pub fn second(self, at: Time) -> String {
        at.with_timezone(&self.zone).format("%-d %b %H:%M:%S").to_string()
    }

    /// `2026-11-29 02:14 GMT`.
    pub fn long(self, at: Time) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// `29 Nov 2026`.
    pub fn day(self, at: Time) -> String {
        at.with_timezone(&self.zone).format("%-d %b %Y").to_string()
    }

    /// `02:14`.
    pub fn minute(self, at: Time) -> String {
        at.with_timezone(&self.zone).format("%H:%M").to_string()
    }

    /// The local time without its zone, for cells that have none.
    pub fn naive(self, at: Time) -> chrono::NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// `28 Nov 22:00 to 29 Nov 04:00`, the day once where it is one.
    pub fn range(self, from: Time, until: Time) -> String {
        if self.day(from) == self.day(until) {
            format!("{} to {}", self.short(from), self.minute(until))
        } else {
            format!("{} to {}", self.short(from), self.short(until))
        }
    }
}

/// A difference: `+12m`, `−3m`, `0m`.
pub(super) fn difference(secs: i64) -> String {
    if secs > 0 { format!("+{}", format_duration(secs)) } else { format_duration(secs) }
}

/// `12m later than planned`, `3m earlier than planned`, `as planned`.
pub(super) fn against_plan(secs: i64, more: &str, less: &str) -> String {
    match secs {
        -59..=59 => "as planned".to_owned(),
        60.. => format!("{} {more} than planned", format_duration(secs)),
        _ => format!("{} {less} than planned", format_duration(-secs)),
    }
}

/// `1 step`, `2 steps`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// `76.7 %`.
pub(super) fn percent(rate: f64) -> String {
    format!("{:.1} %", rate * 100.0)
}

/// A text made safe to show, and cut where it is longer than a page should be.
pub(super) fn shown(text: &str) -> String {
    let text = visible_lines(text);
    match text.char_indices().nth(LONGEST_SHOWN) {
        None => text.into_owned(),
        Some((at, _)) => {
            let more = text.get(at..).unwrap_or_default().chars().count();
            let begin = text.get(..at).unwrap_or_default();
            format!("{begin}… ({more} more characters: the JSON report has the whole text)")
        }
    }
}

/// State of a step as a word.
pub fn step_word(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Planned => "planned",
        StepStatus::Running => "running",
        StepStatus::Blocked => "blocked",
        StepStatus::Done => "done",
        StepStatus::Failed => "failed",
        StepStatus::Skipped => "skipped",
        StepStatus::NotApplicable => "not applicable",
        StepStatus::Deferred => "deferred",
        StepStatus::Undone => "undone",
    }
}

/// State of a step as a symbol, beside its word.
pub fn step_symbol(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Planned => "◌",
        StepStatus::Running => "●",
        StepStatus::Blocked => "■",
        StepStatus::Done => "✔",
        StepStatus::Failed => "✘",
        StepStatus::Skipped => "»",
        StepStatus::NotApplicable => "–",
        StepStatus::Deferred => "↷",
        StepStatus::Undone => "↶",
    }
}

/// State of a run as a word.
pub fn run_word(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Planned => "planned",
        RunStatus::Active => "active",
        RunStatus::RollingBack => "rolling back",
        RunStatus::Complete => "complete",
        RunStatus::RolledBack => "rolled back",
        RunStatus::Canceled => "canceled",
    }
}

/// A role as a word.
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Lead => "lead",
        Role::Operator => "operator",
        Role::Observer => "observer",
    }
}

/// Kind of a step as a word.
pub(super) fn kind_word(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Task => "task",
        StepKind::Milestone => "milestone",
        StepKind::Gate => "gate",
        StepKind::Check => "check",
        StepKind::Command => "command",
        StepKind::Wait => "wait",
        StepKind::Message => "message",
        StepKind::Choice => "choice",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_say_which_way() {
        assert_eq!([difference(720), difference(-180), difference(0)], ["+12m", "−3m", "0m"]);
        assert_eq!(against_plan(30, "later", "earlier"), "as planned");
        assert_eq!(against_plan(720, "later", "earlier"), "12m later than planned");
        assert_eq!(against_plan(-60, "later", "earlier"), "1m earlier than planned");
    }

    #[test]
    fn a_text_longer_than_a_page_is_cut_and_says_so() {
        let long = "ä".repeat(LONGEST_SHOWN + 7);
        let cut = shown(&long);
        assert!(cut.ends_with("… (7 more characters: the JSON report has the whole text)"));
        assert_eq!(shown("a\u{1b}b\nc"), "a␛b\nc");
    }

    #[test]
    fn a_range_within_a_day_says_the_day_once() {
        let clock = Clock::new("Europe/London");
        let at = |text: &str| text.parse::<Time>().unwrap();
        let (a, b) = (at("2026-11-28T22:00:00Z"), at("2026-11-28T23:30:00Z"));
        assert_eq!(clock.range(a, b), "28 Nov 22:00 to 23:30");
        assert_eq!(clock.range(a, at("2026-11-29T04:00:00Z")), "28 Nov 22:00 to 29 Nov 04:00");
        assert_eq!(clock.long(at("2026-07-01T00:00:00Z")), "2026-07-01 01:00 BST");
    }
}
