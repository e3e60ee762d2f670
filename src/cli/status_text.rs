//! Where a run stands, as plain text: for `golive status` and `golive watch`.

use crate::ledger::Ledger;
use crate::run::status::StepReport;
use crate::run::{
    Chance, Forecast, Mode, RunState, RunStatus, StepStatus, Time, amiss, approval, chance_text,
    forecast, rag_word, slip_text, status, t_clock_text,
};
use crate::runbook::{Secs, format_duration, format_timer, visible};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Widest an owner is shown, in columns.
const OWNER: usize = 12;
/// Columns that a row needs beside its title.
const BESIDE_TITLE: usize = 60;

/// How much room there is.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Columns.
    pub columns: usize,
    /// Lines; none: as many as wanted.
    pub lines: Option<usize>,
}

/// Room as a file or a pipe has it.
pub const ENDLESS: Room = Room { columns: 104, lines: None };

/// The run of a ledger at its present moment; safe to show. Where there is no room for all steps,
/// the settled ones are left out. The chance is said where one was drawn.
pub fn of(ledger: &Ledger, room: Room, chance: Option<&Chance>) -> String {
    let now = ledger.now();
    let expected = forecast(ledger.state(), now);
    let title = room.columns.saturating_sub(BESIDE_TITLE).clamp(20, 44);
    let needed = ledger.state().plan.forward_steps().len() + 2 * ledger.state().plan.phases.len();
    let open_only = room.lines.is_some_and(|lines| needed + 6 > lines);
    let page = Page { state: ledger.state(), expected: &expected, now, title, open_only };
    let mut out = String::new();
    page.header(&mut out);
    if let Some(chance) = chance {
        let _ = writeln!(out, "{}", chance_text(ledger.state(), chance));
    }
    if room.lines.is_none() {
        out += &super::status_now::lines(ledger.state(), &expected, now);
    }
    page.steps(&ledger.head().to_string(), &mut out);
    page.findings(&mut out);
    out
}

struct Page<'a> {
    state: &'a RunState,
    expected: &'a Forecast,
    now: Time,
    /// Columns of a title.
    title: usize,
    /// Settled steps are left out.
    open_only: bool,
}

impl Page<'_> {
    /// Mode, title, clocks; RAG with its reasons; counts.
    fn header(&self, out: &mut String) {
        let (state, release) = (self.state, &self.state.plan.release);
        let mode = match state.mode {
            Mode::Live => "LIVE",
            Mode::Rehearsal => "REHEARSAL",
        };
        let held = if state.held().is_some() { ", HELD" } else { "" };
        let _ = writeln!(
            out,
            "{mode}  {}  {} ({state_word}{held})",
            visible(&release.title),
            visible(&state.run),
            state_word = run_word(state.status),
        );
        let _ = write!(
            out,
            "{} {}  {}",
            self.clock(self.now),
            release.timezone.name(),
            t_clock_text(state.t_clock(self.now))
        );
        if let Some(window) = state.window(self.now) {
            let left = (window.closes - self.now).num_seconds();
            let _ = match left {
                1.. => write!(
                    out,
                    "  window closes {} (in {})",
                    self.clock(window.closes),
                    format_duration(left - left % 60)
                ),
                _ => write!(out, "  window closed {}", self.clock(window.closes)),
            };
        }
        out.push('\n');
        let _ = write!(out, "{}", rag_word(self.expected.rag));
        if let Some(finish) = self.expected.finish {
            let _ = write!(out, "  finish {}", self.clock(finish));
        }
        if let Some(slip) = slip_text(self.expected) {
            let _ = write!(out, " ({slip})");
        }
        for reason in &self.expected.reasons {
            let _ = write!(out, "  {}", visible(reason));
        }
        out.push('\n');
        if let Some(reason) = state.held().and_then(|hold| hold.reason.as_deref()) {
            let _ = writeln!(out, "held: {}", visible(reason));
        }
        if let Some((who, what)) = state.awaited_words(self.now) {
            let _ = writeln!(out, "waiting for {} {what}", visible(&who));
        }
        if let Some(approval) = approval(state) {
            let _ = writeln!(out, "text: {}", visible(&approval.to_string()));
        }
    }

    /// One line a step, under its phase.
    fn steps(&self, chain: &str, out: &mut String) {
        let status = status(self.state, self.expected, chain, self.now);
        let c = &status.counts;
        let (settled, all) = self.state.progress();
        let _ = write!(out, "{settled}/{all} settled");
        for (n, word) in [
            (c.done, "done"),
            (c.running, "running"),
            (c.ready, "ready"),
            (c.blocked, "blocked"),
            (c.failed, "failed"),
            (c.skipped, "skipped"),
            (c.deferred, "deferred"),
            (c.not_applicable, "not applicable"),
            (c.undone, "undone"),
        ] {
            if n > 0 {
                let _ = write!(out, ", {n} {word}");
            }
        }
        let _ = writeln!(out, "; #{} {}", status.seq, chain.get(..12).unwrap_or(chain));
        let mut phase = None;
        for step in status.steps.iter().filter(|step| !self.open_only || is_open(step)) {
            if phase != Some(&step.phase) {
                let _ = writeln!(out, "\n{}", visible(&step.phase));
                phase = Some(&step.phase);
            }
            self.step(step, out);
        }
    }

    fn step(&self, step: &StepReport, out: &mut String) {
        let mut line = format!(
            "  {} {:<6} {} {} {}",
            symbol(step),
            step.number,
            fitted(&step.title, self.title),
            fitted(step.owner.as_deref().unwrap_or_default(), OWNER),
            step_word(step),
        );
        if let Some(at) = step.started_at.or(step.finished_at) {
            let _ = write!(line, "  {}", self.clock(at));
        }
        match (step.finished_at, step.expected_finish) {
            (Some(at), _) if step.started_at.is_some() => {
                let _ = write!(line, "→{}", self.clock(at));
            }
            (None, Some(at)) if step.started_at.is_some() => {
                let _ = write!(line, "→{}", self.clock(at));
            }
            (None, Some(_)) => {
                if let Some(at) = step.expected_start {
                    let _ = write!(line, "  about {}", self.clock(at));
                }
            }
            _ => {}
        }
        if let (Some(elapsed), true) = (step.elapsed_s, step.started_at.is_some()) {
            let _ = write!(line, "  {}{}", format_timer(elapsed), planned(step.planned_s));
        }
        if step.late {
            line.push_str("  late");
        }
        if step.attempt > 1 {
            let _ = write!(line, "  attempt {}", step.attempt);
        }
        if let Some(reason) = &step.reason {
            let _ = write!(line, "  {}", visible(reason));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }

    fn findings(&self, out: &mut String) {
        for conflict in amiss::conflicts(self.state, self.now) {
            let (by, what) = (visible(&conflict.by), visible(&conflict.what));
            let why = visible(&conflict.why);
            let _ = writeln!(out, "conflict #{}: {by}: {what}: {why}", conflict.seq);
            if !self.open_only {
                let _ = writeln!(out, "  what to do: {}", visible(&conflict.instead));
            }
        }
        for finding in &self.state.deviations {
            let _ = writeln!(out, "deviation #{}: {}", finding.seq, visible(&finding.reason));
        }
    }

    /// Hours and minutes in the runbook's zone.
    fn clock(&self, at: Time) -> String {
        at.with_timezone(&self.state.plan.release.timezone).format("%H:%M").to_string()
    }
}

fn is_open(step: &StepReport) -> bool {
    use StepStatus as S;
    matches!(step.state, S::Planned | S::Running | S::Blocked | S::Failed)
}

fn planned(secs: Option<Secs>) -> String {
    secs.map_or(String::new(), |secs| format!("/{}", format_duration(secs)))
}

fn symbol(step: &StepReport) -> char {
    match step.state {
        StepStatus::Planned if step.ready => '▸',
        StepStatus::Planned => '·',
        StepStatus::Running => '●',
        StepStatus::Blocked => '■',
        StepStatus::Done => '✔',
        StepStatus::Failed => '✘',
        StepStatus::Skipped | StepStatus::NotApplicable => '–',
        StepStatus::Deferred => '…',
        StepStatus::Undone => '↶',
    }
}

fn step_word(step: &StepReport) -> &'static str {
    match step.state {
        StepStatus::Planned if step.ready => "ready",
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

/// State of a run in a word or two.
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

/// Text cut or filled up to a width in columns; safe to show.
pub fn fitted(text: &str, columns: usize) -> String {
    let shown = visible(text);
    let mut cut = String::new();
    let mut width = 0;
    for c in shown.chars() {
        let wide = c.encode_utf8(&mut [0; 4]).width();
        if width + wide > columns.saturating_sub(1) && shown.width() > columns {
            cut.push('…');
            width += 1;
            break;
        }
        cut.push(c);
        width += wide;
    }
    cut.extend(std::iter::repeat_n(' ', columns.saturating_sub(width)));
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_filled_to_columns_not_characters() {
        assert_eq!(fitted("abc", 5), "abc  ");
        assert_eq!(fitted("abcdef", 6), "abcdef");
        assert_eq!(fitted("abcdefg", 6), "abcde…");
        assert_eq!(fitted("日本語テスト", 6), "日本… ");
        assert_eq!(fitted("a\u{1b}[2Jb", 8), "a␛[2Jb  ");
    }
}
