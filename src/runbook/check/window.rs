//! Times that cannot be kept: a plan longer than its window, a rollback that ends after it.

use super::graph::{Graph, Node};
use crate::runbook::duration::format_duration;
use crate::runbook::read::collect::{At, Collector};
use crate::runbook::read::outline::Outline;
use crate::runbook::read::release::planned_start;
use crate::runbook::text::visible;
use crate::runbook::{
    Interval, IntervalEnd, LinkOn, Moment, Place, Runbook, Rung, Secs, Step, StepIx, Window,
};
use chrono::{DateTime, Utc};

/// Reports what cannot fit.
pub(super) fn report(
    out: &mut Collector,
    runbook: &Runbook,
    outline: &Outline<'_>,
    graph: &Graph,
    order: &[usize],
) {
    let likely = Times::of(runbook, graph, order, |step| step.duration.map_or(0, |d| d.likely));
    intervals(out, runbook, outline, graph, &likely);
    let (Some(window), Some(start)) = (runbook.release.window, planned_start(&runbook.release))
    else {
        return;
    };
    // On the happy path every step takes its best time, and no conditional step applies.
    let best = Times::of(runbook, graph, order, |step| match (&step.when, step.duration) {
        (Some(_), _) | (_, None) => 0,
        (None, Some(d)) => d.range.map_or(d.likely, |(best, _)| best),
    });
    let zone = runbook.release.timezone;
    let show = |time: DateTime<Utc>| time.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    let at = outline.window_at;
    if start >= window.closes {
        let message =
            format!("the first step is planned for {}, after the window closes", show(start));
        out.error("overruns-window", at, message).help("move `start`, `zero_hour` or the window");
        return;
    }
    let room = (window.closes - start).num_seconds();
    let (ends_best, ends_likely) = (best.end(runbook), likely.end(runbook));
    if ends_best > room {
        let last = best.last(runbook);
        let message = format!(
            "even when all goes well the plan takes {} and ends {} after the window closes at {}",
            format_duration(ends_best),
            format_duration(ends_best - room),
            show(window.closes)
        );
        let found = out.error("overruns-window", at, message);
        if let Some(seed) = last.and_then(|ix| outline.seeds.get(ix)) {
            found.also(seed.id.at.range(), "the last step to end");
        }
        found.help(
            "shorten it, let steps go side by side, start earlier, or ask for a longer window",
        );
    } else if ends_likely > room {
        let message = format!(
            "with likely durations the plan ends {} after the window closes at {}",
            format_duration(ends_likely - room),
            show(window.closes)
        );
        out.warning("tight-window", at, message)
            .help("it fits only if steps take their best times or conditional steps fall away");
    }
    late_starts(out, runbook, outline, window);
    for (ix, rung) in runbook.rollbacks.iter().enumerate() {
        let at = outline.rungs.get(ix).map_or(at, |s| s.id.at);
        ladder(out, runbook, rung, at, &best, &Plan { window, start, room });
    }
}

/// When the window closes, for a plan that starts then.
struct Plan {
    window: Window,
    start: DateTime<Utc>,
    /// Seconds from the start to the window's close.
    room: Secs,
}

/// Steps that may not start before the window has closed.
fn late_starts(out: &mut Collector, runbook: &Runbook, outline: &Outline<'_>, window: Window) {
    for (step, seed) in runbook.steps.iter().zip(&outline.seeds) {
        let Some(time) = step.not_before.and_then(|m| absolute(runbook, m)) else { continue };
        if time >= window.closes {
            let message =
                format!("`{}` may not start before the window has closed", visible(&step.id));
            out.warning("late-start", seed.at_key("not_before"), message)
                .help("check the date; work after the window is usually hypercare, and not a step");
        }
    }
}

fn absolute(runbook: &Runbook, moment: Moment) -> Option<DateTime<Utc>> {
    match moment {
        Moment::At(time) => Some(time),
        Moment::T(secs) => {
            let zero = runbook.release.zero_hour?;
            zero.checked_add_signed(chrono::Duration::try_seconds(secs)?)
        }
        Moment::Clock(_) => None,
    }
}

/// Whether a rung, taken at the first moment at which it can be needed, ends inside the window.
fn ladder(out: &mut Collector, runbook: &Runbook, rung: &Rung, at: At, best: &Times, plan: &Plan) {
    let first = rung.covers.iter().copied().min_by_key(|ix| best.start(*ix));
    let Some(first) = first else { return };
    let began = best.start(first);
    let length = rung_length(runbook, rung, first);
    let needed = length + runbook.release.decision_margin;
    if began > plan.room || began + needed <= plan.room {
        return;
    }
    let zone = runbook.release.timezone;
    let show = |secs: Secs| {
        let time =
            chrono::Duration::try_seconds(secs).and_then(|d| plan.start.checked_add_signed(d));
        time.map_or_else(String::new, |t| t.with_timezone(&zone).format("%H:%M").to_string())
    };
    let message = format!(
        "the rollback `{}` cannot end inside the window: begun at {}, as soon as `{}` has started, it takes {} and ends at {}, after the close at {}",
        visible(&rung.id),
        show(began),
        visible(&runbook.steps[first].id),
        format_duration(needed),
        show(began + needed),
        plan.window.closes.with_timezone(&zone).format("%H:%M"),
    );
    out.error("rollback-overruns", at, message)
        .help("shorten the rollback, start earlier, or ask for a longer window");
}

/// How long a rung takes at best when only its first covered step has started.
fn rung_length(runbook: &Runbook, rung: &Rung, first: StepIx) -> Secs {
    let mut finish = vec![0; rung.steps.len()];
    // Links inside a rung mostly point back; a few rounds settle those that do not.
    for _ in 0..=rung.steps.len().min(50) {
        let mut changed = false;
        for (slot, ix) in rung.steps.clone().enumerate() {
            let step = &runbook.steps[ix];
            let applies = step.undoes.is_empty() || step.undoes.contains(&first);
            let length = match step.duration {
                Some(d) if applies && step.when.is_none() => {
                    d.range.map_or(d.likely, |(best, _)| best)
                }
                _ => 0,
            };
            let ready = step
                .needs
                .iter()
                .filter_map(|link| finish.get(link.step.checked_sub(rung.steps.start)?).copied())
                .max()
                .unwrap_or(0);
            changed |= finish[slot] != ready + length;
            finish[slot] = ready + length;
        }
        if !changed {
            break;
        }
    }
    finish.into_iter().max().unwrap_or(0)
}

/// Intervals that the plan itself exceeds, or that end before they begin.
fn intervals(
    out: &mut Collector,
    runbook: &Runbook,
    outline: &Outline<'_>,
    graph: &Graph,
    likely: &Times,
) {
    for interval in &runbook.intervals {
        let at = outline.intervals_at.get(&interval.id).copied().unwrap_or_default();
        let planned = likely.at(interval.to) - likely.at(interval.from);
        if planned <= 0 && ends_first(graph, interval) {
            let message = format!("\"{}\" ends before it begins", visible(&interval.title));
            out.error("interval-backwards", at, message)
                .help("swap `from` and `to`, or mend their `on`");
        } else if let Some(limit) = interval.limit.filter(|limit| planned > *limit) {
            let message = format!(
                "the plan itself takes {} for \"{}\", over its limit of {}",
                format_duration(planned),
                visible(&interval.title),
                format_duration(limit)
            );
            out.warning("interval-over-limit", at, message)
                .help("raise the limit, or shorten what lies between");
        }
    }
}

/// Whether what ends an interval always comes before what begins it.
fn ends_first(graph: &Graph, interval: &Interval) -> bool {
    let node = |end: IntervalEnd| {
        graph.index(match end.on {
            LinkOn::Start => Node::Start(end.step),
            LinkOn::Finish => Node::Finish(end.step),
        })
    };
    let (from, to) = (node(interval.from), node(interval.to));
    from == to || graph.after(&[to]).get(from).copied().unwrap_or(false)
}

/// The earliest times of all nodes, in seconds after the start of the plan.
struct Times {
    early: Vec<Secs>,
}

impl Times {
    fn of(
        runbook: &Runbook,
        graph: &Graph,
        order: &[usize],
        length: impl Fn(&Step) -> Secs,
    ) -> Self {
        let start = planned_start(&runbook.release);
        let mut early: Vec<Secs> = vec![0; graph.len()];
        for &index in order {
            let mut time = early[index];
            let mut takes = 0;
            if let Node::Start(ix) = graph.node(index) {
                let step = &runbook.steps[ix];
                if let (Some(limit), Some(start)) =
                    (step.not_before.and_then(|m| absolute(runbook, m)), start)
                {
                    time = time.max((limit - start).num_seconds());
                }
                takes = length(step);
                early[index] = time;
            }
            for (to, lag) in graph.following(index) {
                let own_finish = matches!(graph.node(index), Node::Start(_)) && *to == index + 1;
                let arrives = time + lag + if own_finish { takes } else { 0 };
                early[*to] = early[*to].max(arrives);
            }
        }
        Self { early }
    }

    fn start(&self, ix: StepIx) -> Secs {
        self.early.get(2 * ix).copied().unwrap_or(0)
    }

    fn finish(&self, ix: StepIx) -> Secs {
        self.early.get(2 * ix + 1).copied().unwrap_or(0)
    }

    fn at(&self, end: IntervalEnd) -> Secs {
        match end.on {
            LinkOn::Start => self.start(end.step),
            LinkOn::Finish => self.finish(end.step),
        }
    }

    /// The forward step that ends last.
    fn last(&self, runbook: &Runbook) -> Option<StepIx> {
        let forward = |ix: &StepIx| matches!(runbook.steps[*ix].place, Place::Phase(_));
        runbook.forward_steps().filter(forward).max_by_key(|ix| self.finish(*ix))
    }

    /// When the last forward step ends.
    fn end(&self, runbook: &Runbook) -> Secs {
        self.last(runbook).map_or(0, |ix| self.finish(ix))
    }
}
