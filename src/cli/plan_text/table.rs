//! The table: a line a step, under its phase.

use super::Page;
use crate::cli::status_text::fitted;
use crate::runbook::schedule::Planned;
use crate::runbook::{StepIx, format_duration, visible};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Widest an owner or a stream is shown, in columns.
const NAME: usize = 14;
/// Narrowest a title is shown.
const TITLE: usize = 16;

/// Widths of the columns.
struct Widths {
    number: usize,
    title: usize,
    owner: usize,
    stream: usize,
    times: usize,
    float: usize,
}

/// Writes the table and what its marks mean.
pub fn write(page: &Page<'_>, out: &mut String) {
    let widths = widths(page);
    let Widths { number, title, owner, stream, times, float } = widths;
    let mut head =
        format!("\n  {:<number$} {} {} ", "No", fitted("Step", title), fitted("Owner", owner),);
    if stream > 0 {
        let _ = write!(head, "{} ", fitted("Stream", stream));
    }
    let _ = writeln!(out, "{head}{} {:>float$}", fitted("Early", times), "Float");
    for phase in &page.plan.phases {
        let _ = writeln!(out, "  {}", fitted(&phase.title, page.look.columns - 3).trim_end());
        for ix in phase.steps.clone() {
            step(page, ix, &widths, out);
        }
    }
    legend(page, out);
}

fn step(page: &Page<'_>, ix: StepIx, widths: &Widths, out: &mut String) {
    let (plan, times) = (&page.plan.steps[ix], &page.schedule.steps[ix]);
    let Widths { number, title, owner, stream, times: span, float } = *widths;
    let mut line = format!(
        "{} {:<number$} {} {} ",
        mark(times),
        plan.number,
        page.title(ix, title),
        fitted(&page.owner(ix), owner),
    );
    if stream > 0 {
        let _ = write!(line, "{} ", fitted(plan.stream.as_deref().unwrap_or_default(), stream));
    }
    let _ = write!(line, "{} {:>float$}", fitted(&early(page, times), span), slack(times));
    let _ = writeln!(out, "{}", line.trim_end());
}

/// `*` critical, `?` only for an option that the plan does not count with.
fn mark(times: &Planned) -> char {
    match times {
        Planned { assumed: false, .. } => '?',
        Planned { critical: true, .. } => '*',
        _ => ' ',
    }
}

fn early(page: &Page<'_>, times: &Planned) -> String {
    if times.early_start == times.early_finish {
        return page.clock(times.early_start);
    }
    format!("{}–{}", page.clock(times.early_start), page.clock(times.early_finish))
}

/// The float, rounded down to minutes where it is longer than an hour.
fn slack(times: &Planned) -> String {
    match times.float {
        ..=0 => "0".to_owned(),
        secs @ 3600.. => format_duration(secs - secs % 60),
        secs => format_duration(secs),
    }
}

fn widths(page: &Page<'_>) -> Widths {
    let plan = page.plan;
    let steps = plan.forward_steps();
    let widest = |of: &dyn Fn(StepIx) -> usize| steps.clone().map(of).max().unwrap_or(0);
    let number = widest(&|ix| plan.steps[ix].number.width()).max(2);
    let times = widest(&|ix| early(page, &page.schedule.steps[ix]).width()).max(5);
    let float = widest(&|ix| slack(&page.schedule.steps[ix]).width()).max(5);
    let mut owner = widest(&|ix| visible(&page.owner(ix)).width()).clamp(5, NAME);
    let stream =
        widest(&|ix| plan.steps[ix].stream.as_deref().map_or(0, |s| visible(s).width())).min(NAME);
    let mut stream = if stream > 0 { stream.max(6) } else { 0 };
    let rest = |owner: usize, stream: usize| {
        let gaps = if stream > 0 { 7 } else { 6 };
        let taken = number + owner + stream + times + float + gaps;
        page.look.columns.saturating_sub(taken)
    };
    if rest(owner, stream) < TITLE + 8 {
        (owner, stream) = (owner.min(9), stream.min(8));
    }
    let longest = widest(&|ix| visible(&plan.steps[ix].title).width());
    let title = rest(owner, stream).min(longest).max(TITLE);
    Widths { number, title, owner, stream, times, float }
}

/// What the marks mean, where they occur.
fn legend(page: &Page<'_>, out: &mut String) {
    let mut said = vec!["* critical: it has no float".to_owned()];
    if page.schedule.steps.iter().any(|step| !step.assumed) {
        said.push("? only if its option is chosen, at these times".to_owned());
    }
    let _ = writeln!(out, "  {}", said.join("   "));
}
