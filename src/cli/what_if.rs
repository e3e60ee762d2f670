//! `golive plan --what-if`: what moves when steps take longer.

use super::error::CommandError;
use super::plan_text::Page;
use super::status_text::fitted;
use crate::runbook::schedule::{MovedStep, moved};
use crate::runbook::{Runbook, Secs, StepIx, format_duration, parse_duration, visible};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// A step, and the seconds by which it takes longer.
pub type Longer = (StepIx, Secs);

/// Reads `STEP=+30m` or `STEP=-10m`.
pub fn read(plan: &Runbook, word: &str) -> Result<Longer, CommandError> {
    let usage = |reason: String| {
        CommandError::usage(reason).hint("write --what-if migrate=+30m, with a step's id or number")
    };
    let Some((step, length)) = word.split_once('=') else {
        return Err(usage(format!("`{word}` names no length")));
    };
    let (sign, length) = match length.trim().strip_prefix(['-', '\u{2212}']) {
        Some(length) => (-1, length),
        None => (1, length.trim().trim_start_matches('+')),
    };
    let secs = parse_duration(length).map_err(usage)?;
    let ix = plan.find_step(step.trim()).map_err(|candidates| match candidates.len() {
        0 => CommandError::refused(format!("this plan has no step `{step}`"))
            .hint("`golive plan` lists the steps with their numbers; its --json has the ids"),
        _ => CommandError::refused(format!("`{step}` may mean several steps"))
            .hint(format!("say which: {}", candidates.join(", "))),
    })?;
    Ok((ix, sign * secs))
}

/// Which steps take how much longer, in a line: `If 2.2 Migrate takes 30m longer (25m → 55m)`.
pub fn heading(plan: &Runbook, longer: &[Longer]) -> String {
    let one = |&(ix, secs): &Longer| {
        let step = &plan.steps[ix];
        let before = step.duration.map_or(0, |d| d.likely);
        let word = if secs < 0 { "shorter" } else { "longer" };
        format!(
            "{} {} takes {} {word} ({} → {})",
            step.number,
            visible(&step.title),
            format_duration(secs.abs()),
            format_duration(before),
            format_duration((before + secs).max(0))
        )
    };
    format!("If {}", longer.iter().map(one).collect::<Vec<_>>().join(" and "))
}

/// What moves between the schedules of two pages about one plan; safe to show.
pub fn text(before: &Page<'_>, after: &Page<'_>) -> String {
    let mut out = String::new();
    finish(before, after, &mut out);
    back(before, after, &mut out);
    let moved = moved(before.plan, before.schedule, after.schedule);
    steps(before, &moved, &mut out);
    out
}

fn finish(before: &Page<'_>, after: &Page<'_>, out: &mut String) {
    let (from, to) = (before.schedule.finish, after.schedule.finish);
    if from == to {
        let _ = writeln!(out, "  The finish stays at {}", before.clock(from));
    } else {
        let later = (to - from).num_seconds();
        let _ = writeln!(
            out,
            "  The finish moves from {} to {} ({})",
            before.clock(from),
            before.clock(to),
            signed(later)
        );
    }
    if let Some(window) = before.plan.release.window
        && to > window.closes
    {
        let past = format_duration((to - window.closes).num_seconds());
        let _ = writeln!(out, "  ! That is {past} after the window closes");
    }
}

/// The least time to spare for a rollback, and where it comes too late.
fn back(before: &Page<'_>, after: &Page<'_>, out: &mut String) {
    let least = |page: &Page<'_>| {
        let steps = page.ladder.after.iter().enumerate().filter_map(|(ix, way)| {
            let by = (*way)?.ok()?.by?;
            Some(((by - page.schedule.steps.get(ix)?.early_finish).num_seconds(), ix))
        });
        steps.min()
    };
    if let (Some((was, _)), Some((is, ix))) = (least(before), least(after)) {
        let text = match was == is {
            true => format!("stays at {}", format_duration(is)),
            false => format!("goes from {} to {}", format_duration(was), format_duration(is)),
        };
        let number = &after.plan.steps[ix].number;
        let _ = writeln!(out, "  The least time to spare for a rollback {text} (after {number})");
    }
    match (&before.ladder.too_late, &after.ladder.too_late) {
        (_, Some((at, _))) => {
            let at = after.clock(*at);
            let _ = writeln!(out, "  ! From {at} a rollback would not end inside the window");
        }
        (Some(_), None) => {
            let _ = writeln!(out, "  Every rollback would end inside the window then");
        }
        (None, None) => {}
    }
}

fn steps(page: &Page<'_>, moved: &[MovedStep], out: &mut String) {
    if moved.is_empty() {
        let _ = writeln!(out, "  No step moves");
        return;
    }
    let of = page.schedule.steps.len();
    let _ = writeln!(out, "\n  {} of {of} steps move, gates and milestones first", moved.len());
    let number = moved.iter().map(|m| page.plan.steps[m.step].number.width()).max().unwrap_or(0);
    let title = page.look.columns.saturating_sub(number + 30).clamp(16, 60);
    for m in moved {
        let _ = writeln!(
            out,
            "  {:<number$} {} {} → {}  {}",
            page.plan.steps[m.step].number,
            fitted(&page.plan.steps[m.step].title, title),
            page.clock(m.from),
            page.clock(m.to),
            signed(m.later())
        );
    }
}

/// A length with its sign.
pub fn signed(secs: Secs) -> String {
    if secs < 0 { format_duration(secs) } else { format!("+{}", format_duration(secs)) }
}
