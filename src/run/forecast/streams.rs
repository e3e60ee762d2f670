//! The streams: lanes that cross phases, each with a colour of its own.

use super::rag::{Found, View, worst_first};
use super::steps::Source;
use super::{Rag, time};
use crate::run::state::StepStatus;
use crate::runbook::network::{Ms, NEVER};
use crate::runbook::{Network, Runbook, StepIx, format_duration};

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

/// The streams of a plan, and what is known of each.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams {
    lanes: Vec<Lane>,
    /// By position of the forward steps: the stream; [`NONE`]: none.
    of: Vec<u16>,
}

/// A step that is of no stream.
const NONE: u16 = u16::MAX;

/// One stream while it is judged.
#[derive(Debug, Clone, Default)]
struct Lane {
    name: String,
    done: usize,
    total: usize,
    planned: Option<Ms>,
}

/// What a look over all steps found.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    /// The step that starts next.
    pub next: Option<StepIx>,
    /// By stream: the last expected finish, and the position of the first step that begins late.
    streams: Vec<(Ms, Option<usize>)>,
}

impl Streams {
    pub fn of(plan: &Runbook, network: &Network) -> Self {
        let mut names = indexmap::IndexSet::<&str>::new();
        for ix in plan.forward_steps() {
            names.extend(plan.steps[ix].stream.as_deref());
        }
        let lane_of = |ix: &StepIx| {
            let name = plan.steps[*ix].stream.as_deref();
            let lane = name.and_then(|name| names.get_index_of(name));
            lane.and_then(|lane| u16::try_from(lane).ok()).unwrap_or(NONE)
        };
        let of: Vec<u16> = network.forward().steps().iter().map(lane_of).collect();
        let lane = |name: &&str| Lane { name: (*name).to_owned(), ..Lane::default() };
        let mut lanes: Vec<Lane> = names.iter().take(usize::from(NONE)).map(lane).collect();
        // As planned, every step applies, and none is done.
        for lane in &of {
            if let Some(lane) = lanes.get_mut(usize::from(*lane)) {
                lane.total += 1;
            }
        }
        Self { lanes, of }
    }

    /// Takes note of what became of the step at a position.
    pub fn step_changed(&mut self, position: usize, before: StepStatus, after: StepStatus) {
        let lane = self.of.get(position).copied().unwrap_or(NONE);
        let Some(lane) = self.lanes.get_mut(usize::from(lane)) else { return };
        let is_done = |status| usize::from(status == StepStatus::Done);
        let applies = |status| usize::from(status != StepStatus::NotApplicable);
        lane.done = lane.done + is_done(after) - is_done(before);
        lane.total = lane.total + applies(after) - applies(before);
    }

    /// Takes note of when the plan has each stream finish.
    pub fn plan_changed(&mut self, source: &Source) {
        self.lanes.iter_mut().for_each(|lane| lane.planned = None);
        for (&ix, &lane) in source.network.forward().steps().iter().zip(&self.of) {
            if let Some(lane) = self.lanes.get_mut(usize::from(lane)) {
                let planned = source.plan.counted(&source.network, ix);
                lane.planned = lane.planned.max(planned.map(|(_, finish)| finish));
            }
        }
    }

    /// Looks over all forward steps once.
    pub fn survey(&self, source: &Source, grace: Ms) -> Survey {
        let mut survey = Survey { next: None, streams: vec![(NEVER, None); self.lanes.len()] };
        let late_before = if source.going { source.now - grace } else { NEVER };
        let mut next: Option<(Ms, StepIx)> = None;
        let spans = source.times.spans().zip(source.plan.starts());
        let each = spans.zip(&source.roles).zip(&self.of).enumerate();
        for (position, ((((start, finish), planned), role), &lane)) in each {
            if role.begins && start != NEVER && next.is_none_or(|(soonest, _)| start <= soonest) {
                let ix = source.network.forward().steps()[position];
                next = next.filter(|next| *next < (start, ix)).or(Some((start, ix)));
            }
            let Some((last, late)) = survey.streams.get_mut(usize::from(lane)) else { continue };
            if role.counts && finish > *last && !source.times.is_absent(position) {
                *last = finish;
            }
            if role.planned && planned != NEVER && planned < late_before && late.is_none() {
                *late = Some(position).filter(|_| !source.times.is_absent(position));
            }
        }
        survey.next = next.map(|(_, ix)| ix);
        survey
    }

    /// Judges every stream by its own steps.
    pub fn judge(&self, view: &View<'_>, survey: &Survey) -> Vec<StreamForecast> {
        let mut found = vec![Found::new(); self.lanes.len()];
        if !view.state.status.is_over() {
            for ((lane, found), (last, _)) in self.lanes.iter().zip(&mut found).zip(&survey.streams)
            {
                view.late_finish(time(*last), lane.planned.and_then(time), found);
            }
            for &ix in view.open {
                let position = view.source.network.forward().position(ix);
                let lane = position.and_then(|position| self.of.get(position)).copied();
                if let Some(found) = found.get_mut(usize::from(lane.unwrap_or(NONE))) {
                    open_step(view, ix, found);
                }
            }
            for (found, (_, late)) in found.iter_mut().zip(&survey.streams) {
                if let Some(position) = late {
                    let ix = view.source.network.forward().steps()[*position];
                    let number = &view.state.plan.steps[ix].number;
                    found.push((Rag::Amber, format!("{number} begins late")));
                }
            }
        }
        let judged = self.lanes.iter().zip(found).map(|(lane, found)| {
            let (rag, reasons) = worst_first(found);
            let Lane { name, done, total, .. } = lane.clone();
            StreamForecast { stream: name, rag, reasons, done, total }
        });
        judged.collect()
    }
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
