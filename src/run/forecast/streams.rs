//! The streams: lanes that cross phases, each with a colour of its own.

use super::rag::{Found, View, worst_first};
use super::{Rag, time};
use crate::run::state::StepStatus;
use crate::runbook::network::{Ms, length_ms};
use crate::runbook::{Runbook, StepIx, format_duration};

/// One stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamForecast {
    /// Its name.
    pub stream: String,
    /// Its colour.
    pub rag: Rag,
    /// Why, the worst first.
    pub reasons: Vec<String>,
    /// Steps done.
    pub done: usize,
    /// Steps in all, those left out that do not apply.
    pub total: usize,
}

/// The streams of a plan, and the forward steps of each.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams {
    lanes: Vec<(String, Vec<StepIx>)>,
}

impl Streams {
    pub fn of(plan: &Runbook) -> Self {
        let mut lanes = indexmap::IndexMap::<&str, Vec<StepIx>>::new();
        for ix in plan.forward_steps() {
            if let Some(stream) = &plan.steps[ix].stream {
                lanes.entry(stream).or_default().push(ix);
            }
        }
        Self { lanes: lanes.into_iter().map(|(name, steps)| (name.to_owned(), steps)).collect() }
    }

    /// Judges every stream by its own steps.
    pub fn judge(&self, view: &View<'_>) -> Vec<StreamForecast> {
        self.lanes.iter().map(|(name, steps)| stream(view, name, steps)).collect()
    }
}

fn stream(view: &View<'_>, name: &str, steps: &[StepIx]) -> StreamForecast {
    let source = view.source;
    let (mut done, mut total) = (0, 0);
    let (mut finish, mut planned): (Option<Ms>, Option<Ms>) = (None, None);
    let mut late = None;
    let grace = length_ms(view.state.plan.release.amber_after);
    for &ix in steps {
        let mark = source.marks.get(ix).copied().unwrap_or_default();
        done += usize::from(mark.status == StepStatus::Done);
        total += usize::from(mark.status != StepStatus::NotApplicable);
        let plan = source.plan.counted(&source.network, ix);
        planned = planned.max(plan.map(|(_, finish)| finish));
        if source.is_absent(ix) || mark.out {
            continue;
        }
        finish = finish.max(source.span(ix).1);
        let begins_late = mark.status == StepStatus::Planned && !mark.settled;
        if late.is_none()
            && begins_late
            && source.going
            && plan.is_some_and(|(start, _)| start + grace < source.now)
        {
            late = Some(ix);
        }
    }
    let mut found = Found::new();
    if !view.state.status.is_over() {
        view.late_finish(finish.and_then(time), planned.and_then(time), &mut found);
        for ix in steps.iter().copied().filter(|ix| view.open.contains(ix)) {
            open_step(view, ix, &mut found);
        }
        if let Some(ix) = late {
            found.push((Rag::Amber, format!("{} begins late", view.state.plan.steps[ix].number)));
        }
    }
    let (rag, reasons) = worst_first(found);
    StreamForecast { stream: name.to_owned(), rag, reasons, done, total }
}

/// A step of a stream that has failed, is blocked, or takes much longer than planned.
fn open_step(view: &View<'_>, ix: StepIx, found: &mut Found) {
    let step = &view.state.plan.steps[ix];
    let critical = view.source.float(ix).is_some_and(|float| float <= 0);
    let worse = if critical { Rag::Red } else { Rag::Amber };
    match view.state.steps[ix].status() {
        StepStatus::Failed => found.push((worse, format!("{} failed", step.number))),
        StepStatus::Blocked => found.push((worse, format!("{} blocked", step.number))),
        StepStatus::Running if view.source.is_overrunning(ix) => {
            let over = view.over(ix);
            if critical || over > view.state.plan.release.amber_after {
                let over = format_duration(over);
                found.push((Rag::Amber, format!("{} overruns by {over}", step.number)));
            }
        }
        _ => {}
    }
}
