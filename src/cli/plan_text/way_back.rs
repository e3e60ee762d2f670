//! The way back: the rollback needed after each step, and where it first comes too late.

use super::{Page, sentence};
use crate::cli::status_text::fitted;
use crate::runbook::schedule::{NoWayBack, WayBack};
use crate::runbook::{StepIx, format_duration, visible};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Widest a rung's id is shown, in columns.
const RUNG: usize = 22;

/// Writes the section.
pub fn write(page: &Page<'_>, out: &mut String) {
    if page.plan.rollbacks.is_empty() {
        let _ = writeln!(out, "\nRollback: this runbook has none");
        return;
    }
    let _ = writeln!(
        out,
        "\nRollback needed after each step, once all that is due by then has started"
    );
    let mut steps: Vec<StepIx> = page.plan.forward_steps().collect();
    steps.retain(|&ix| page.ladder.after.get(ix).is_some_and(Option::is_some));
    steps.sort_by_key(|&ix| (page.schedule.steps[ix].early_finish, ix));
    let number = steps.iter().map(|&ix| page.plan.steps[ix].number.width()).max().unwrap_or(5);
    let clock = steps.iter().map(|&ix| page.clock(page.schedule.steps[ix].early_finish).width());
    let clock = clock.max().unwrap_or(5).max(5);
    let ids = page.plan.rollbacks.iter().map(|rung| visible(&rung.id).width());
    let rung = ids.max().unwrap_or(4).clamp(4, RUNG);
    // Marks, gaps and the three columns of times.
    let taken = number + 2 * clock + rung + 25;
    let title = page.look.columns.saturating_sub(taken).clamp(12, 44);
    let _ = writeln!(
        out,
        "  {:<number$} {} {:<clock$} {} {:>7} {:<clock$} {:>7}",
        "After",
        fitted("", title - (5_usize).saturating_sub(number)),
        "at",
        fitted("Rung", rung),
        "takes",
        "by",
        "spare",
    );
    let mut rows = steps.into_iter().peekable();
    while let Some(ix) = rows.next() {
        let Some(way) = page.ladder.after[ix] else { continue };
        let at = page.schedule.steps[ix].early_finish;
        let head = |number_text: &str, title_text: &str| {
            format!(
                "{number_text:<number$} {} {:<clock$}",
                fitted(title_text, title),
                page.clock(at)
            )
        };
        match way {
            Ok(way) => {
                let step = &page.plan.steps[ix];
                let head = head(&step.number, &step.title);
                row(page, &head, &way, at, (rung, clock), out);
            }
            // Many steps after which nothing changes are one line.
            Err(why) => {
                let mut same = vec![ix];
                while let Some(next) = rows.next_if(|&ix| page.ladder.after[ix] == Some(Err(why))) {
                    same.push(next);
                }
                let text = match why {
                    NoWayBack::NotNeeded => "nothing to take back yet".to_owned(),
                    NoWayBack::FixForward(since) => {
                        let since = &page.plan.steps[since];
                        format!("fix forward only, since {} has started", since.number)
                    }
                };
                let number = |ix: StepIx| page.plan.steps[ix].number.as_str();
                let steps = match same.as_slice() {
                    [.., last] if same.len() > 1 => {
                        format!("{} to {} ({} steps)", number(ix), number(*last), same.len())
                    }
                    _ => number(ix).to_owned(),
                };
                let _ = writeln!(out, "  {steps}: {text}");
            }
        }
    }
    verdict(page, out);
}

fn row(
    page: &Page<'_>,
    head: &str,
    way: &WayBack,
    at: chrono::DateTime<chrono::Utc>,
    (rung, clock): (usize, usize),
    out: &mut String,
) {
    let id = &page.plan.rollbacks[way.rung].id;
    let takes = format_duration(way.duration);
    let (by, spare) = match way.by {
        None => (String::new(), String::new()),
        Some(by) => {
            let spare = (by - at).num_seconds();
            let short =
                format_duration(if spare.abs() >= 3600 { spare - spare % 60 } else { spare });
            (page.clock(by), short)
        }
    };
    let late = way.by.is_some_and(|by| by < at);
    let mark = if late { "!" } else { " " };
    let text = format!("{mark} {head} {} {takes:>7} {by:<clock$} {spare:>7}", fitted(id, rung));
    let _ = writeln!(out, "{}", text.trim_end());
}

/// Where the plan first cannot be turned back any more.
fn verdict(page: &Page<'_>, out: &mut String) {
    let ladder = page.ladder;
    let mut say = |text: String| sentence(&text, page.look.columns, out);
    if let Some((at, way)) = &ladder.too_late {
        let rung = visible(&page.plan.rollbacks[way.rung].id);
        let by = way.by.map_or_else(String::new, |by| page.clock(by));
        let margin = match page.plan.release.decision_margin {
            0 => String::new(),
            margin => format!(" and {} to decide", format_duration(margin)),
        };
        let (at, takes) = (page.clock(*at), format_duration(way.duration));
        say(format!(
            "! From {at} a rollback would not end inside the window: {rung} takes {takes}{margin}, \
             roll back by {by}"
        ));
    }
    if let Some((at, ix)) = &ladder.fix_forward {
        let (at, step) = (page.clock(*at), &page.plan.steps[*ix]);
        let name = format!("{} {}", step.number, visible(&step.title));
        say(format!("From {at} fix forward only: {name} takes the last rung away"));
    }
    let needed = ladder.timeline.iter().any(|(_, way)| way.is_ok());
    if page.plan.release.window.is_none() && needed {
        say("Without a window there is no moment to roll back by".to_owned());
    } else if ladder.too_late.is_none() && needed {
        let until = if ladder.fix_forward.is_some() { "Until then every" } else { "Every" };
        say(format!("{until} rollback would end inside the window"));
    }
}
