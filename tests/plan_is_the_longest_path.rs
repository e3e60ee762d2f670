//! The schedule of any small plan is what trying every path through it finds.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

use golive::runbook::schedule::{Basis, schedule};
use golive::runbook::{LinkOn, Network, Place, Runbook, Secs, StepIx, read};
use proptest::prelude::*;
use std::fmt::Write;

/// A step: minutes, and links to earlier steps (which, on its start, lag in minutes); none: what the
/// flow gives.
type AnyStep = (u8, Option<Vec<(prop::sample::Index, bool, u8)>>);
/// A phase: flow, the earlier phases it waits for (none: the one before), steps.
type AnyPhase = (u8, Option<Vec<prop::sample::Index>>, Vec<AnyStep>);

fn any_step() -> impl Strategy<Value = AnyStep> {
    let link = (any::<prop::sample::Index>(), any::<bool>(), 0_u8..7);
    (0_u8..12, prop::option::of(prop::collection::vec(link, 0..3)))
}

fn any_phase() -> impl Strategy<Value = AnyPhase> {
    let after = prop::option::of(prop::collection::vec(any::<prop::sample::Index>(), 0..3));
    (0_u8..3, after, prop::collection::vec(any_step(), 1..4))
}

fn text(phases: &[AnyPhase]) -> String {
    let mut text =
        "format = 1\n[release]\ntitle = \"Any\"\nzero_hour = 2026-11-28T22:00:00Z\n".to_owned();
    let mut steps = 0;
    for (p, (flow, after, list)) in phases.iter().enumerate() {
        let flow = ["sequence", "parallel", "streams"][usize::from(*flow)];
        let _ = write!(text, "[[phases]]\nid = \"p{p}\"\ntitle = \"P\"\nflow = \"{flow}\"\n");
        if let Some(after) = after {
            let mut ids: Vec<_> =
                after.iter().filter(|_| p > 0).map(|ix| format!("\"p{}\"", ix.index(p))).collect();
            ids.sort();
            ids.dedup();
            let _ = writeln!(text, "after = [{}]", ids.join(", "));
        }
        for (minutes, needs) in list {
            let stream = steps % 2;
            let _ = write!(
                text,
                "[[phases.steps]]\nid = \"s{steps}\"\ntitle = \"S\"\nduration = \"{minutes}m\"\nstream = \"{stream}\"\n"
            );
            if let Some(needs) = needs {
                let mut to: Vec<_> = needs
                    .iter()
                    .filter(|_| steps > 0)
                    .map(|(ix, start, lag)| {
                        let on = if *start { "start" } else { "finish" };
                        (ix.index(steps), on, *lag)
                    })
                    .collect();
                to.sort();
                to.dedup_by_key(|link| link.0);
                let links: Vec<_> = to
                    .iter()
                    .map(|(ix, on, lag)| {
                        format!("{{ step = \"s{ix}\", on = \"{on}\", lag = \"{lag}m\" }}")
                    })
                    .collect();
                let _ = writeln!(text, "needs = [{}]", links.join(", "));
            }
            steps += 1;
        }
    }
    text
}

/// A point of the plan.
#[derive(Clone, Copy, PartialEq)]
enum Point {
    Start(StepIx),
    Finish(StepIx),
}

/// Every arrow between two points, written out: a barrier is one from each step to each.
fn arrows(plan: &Runbook) -> Vec<(Point, Point, Secs)> {
    let mut arrows = Vec::new();
    for (ix, step) in plan.steps.iter().enumerate() {
        let length = step.duration.map_or(0, |d| d.likely);
        arrows.push((Point::Start(ix), Point::Finish(ix), length));
        for link in &step.needs {
            let from = match link.on {
                LinkOn::Start => Point::Start(link.step),
                LinkOn::Finish => Point::Finish(link.step),
            };
            arrows.push((from, Point::Start(ix), link.lag));
        }
        let Place::Phase(phase) = step.place else { continue };
        for &before in &plan.phases[phase].after {
            for other in plan.phases[before].steps.clone() {
                arrows.push((Point::Finish(other), Point::Start(ix), 0));
            }
        }
    }
    arrows
}

/// The longest of all paths from a point to the end, and to a point from the start, each followed
/// to its end.
fn longest(arrows: &[(Point, Point, Secs)], at: Point, forward: bool) -> Secs {
    let next = arrows.iter().filter_map(|&(from, to, length)| match forward {
        true => (from == at).then_some((to, length)),
        false => (to == at).then_some((from, length)),
    });
    next.map(|(point, length)| length + longest(arrows, point, forward)).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn early_late_and_float_are_those_of_the_longest_paths(
        phases in prop::collection::vec(any_phase(), 1..4)
    ) {
        let text = text(&phases);
        let reading = read(&text);
        let plan = reading.runbook.unwrap_or_else(|| panic!("{text}\n{:#?}", reading.diagnostics));
        let network = Network::of(&plan);
        let basis = Basis::written(&plan.release, "2026-11-28T22:00:00Z".parse().unwrap());
        let found = schedule(&plan, &network, basis);
        let arrows = arrows(&plan);
        let all = plan.forward_steps();
        let finish = all.clone().map(|ix| longest(&arrows, Point::Finish(ix), false)).max().unwrap();
        prop_assert_eq!((found.finish - found.start).num_seconds(), finish);
        for ix in all {
            let times = found.steps[ix];
            let start = longest(&arrows, Point::Start(ix), false);
            let length = plan.steps[ix].duration.map_or(0, |d| d.likely);
            let float = finish - start - longest(&arrows, Point::Start(ix), true);
            let secs = |at: golive::run::Time| (at - found.start).num_seconds();
            prop_assert_eq!(secs(times.early_start), start, "{} {}", ix, text);
            prop_assert_eq!(secs(times.early_finish), start + length);
            prop_assert_eq!(times.float, float, "{} {}", ix, text);
            prop_assert_eq!(secs(times.late_finish), start + length + float);
            prop_assert_eq!(times.critical, float == 0);
        }
        // The chain leads to the finish, without a gap that is not a lag, over critical steps only.
        let path = &found.critical_path;
        let last = found.steps[*path.last().unwrap()];
        prop_assert_eq!(last.early_finish, found.finish);
        prop_assert_eq!(found.steps[path[0]].early_start, found.start);
        for pair in path.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let joined = arrows.iter().any(|&(from, to, lag)| {
                let at = match from {
                    Point::Start(ix) if ix == a => found.steps[a].early_start,
                    Point::Finish(ix) if ix == a => found.steps[a].early_finish,
                    _ => return false,
                };
                to == Point::Start(b)
                    && at + chrono::TimeDelta::seconds(lag) == found.steps[b].early_start
            });
            prop_assert!(joined, "{} to {} in {}", a, b, text);
        }
        prop_assert!(path.iter().all(|&ix| found.steps[ix].critical), "{:?} {}", path, text);
    }
}
