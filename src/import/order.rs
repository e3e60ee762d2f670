//! What the times of a table say about its order: predecessors where steps lie side by side, and
//! the moments before which a step may not begin.

use super::draft::Draft;
use super::remark::Remarks;
use crate::runbook::{LinkOn, Secs};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Sets predecessors and fixed starts. `starts` are seconds after zero hour; `linked` says that the
/// table names predecessors, so that its times only add to them.
pub(super) fn settle(
    draft: &mut Draft,
    starts: &[Option<Secs>],
    linked: bool,
    remarks: &mut Remarks,
) {
    if linked {
        free_phases(draft, remarks);
    } else {
        for phase in 0..draft.phases.len() {
            side_by_side(draft, starts, phase, remarks);
        }
    }
    fixed_starts(draft, starts, remarks);
}

/// A link into a later phase contradicts the barrier between phases: then links alone give the order.
fn free_phases(draft: &mut Draft, remarks: &mut Remarks) {
    let phase_of: Vec<usize> = draft.steps.iter().map(|step| step.phase).collect();
    let mut forward = false;
    for step in &draft.steps {
        for (ix, ..) in step.needs.iter().flatten() {
            if phase_of.get(*ix).is_some_and(|phase| *phase > step.phase) {
                forward = true;
                remarks.at(step.line, "has a predecessor in a later phase");
            }
        }
    }
    if forward {
        remarks.general("predecessors lead through the phases both ways: no phase waits for the one before (`after = []`)");
        draft.phases.iter_mut().for_each(|phase| phase.at_once = true);
    }
}

/// Where a step starts before the row above ends, the phase is no sequence: each step then needs
/// those that have ended by its start and that nothing else has followed yet.
fn side_by_side(draft: &mut Draft, starts: &[Option<Secs>], phase: usize, remarks: &mut Remarks) {
    let first = draft.steps.partition_point(|step| step.phase < phase);
    let end = draft.steps.partition_point(|step| step.phase <= phase);
    let length =
        |draft: &Draft, ix: usize| draft.steps.get(ix).and_then(|s| s.duration).unwrap_or(0);
    let start = |ix: usize| starts.get(ix).copied().flatten();
    let overlaps = |draft: &Draft, ix: usize| {
        let before = ix.checked_sub(1).filter(|before| *before >= first);
        let ended = before.and_then(|b| Some(start(b)?.saturating_add(length(draft, b))));
        matches!((start(ix), ended), (Some(start), Some(ended)) if start < ended)
    };
    let beside: Vec<usize> = (first..end).filter(|ix| overlaps(draft, *ix)).collect();
    if beside.is_empty() {
        return;
    }
    for ix in &beside {
        if let Some(step) = draft.steps.get(*ix) {
            remarks.at(
                step.line,
                "starts before the row above ends: set beside it, after what has ended by then",
            );
        }
    }
    let mut open: BinaryHeap<Reverse<(Secs, usize)>> = BinaryHeap::new();
    let (mut last, mut last_end): (Vec<usize>, Secs) = (Vec::new(), Secs::MIN);
    let mut finish = 0;
    for ix in first..end {
        let Some(at) = start(ix) else {
            finish += length(draft, ix);
            open.push(Reverse((finish, ix)));
            continue;
        };
        let mut needs = Vec::new();
        let mut ended = Secs::MIN;
        while let Some(Reverse((end, before))) =
            open.peek().copied().filter(|Reverse((end, _))| *end <= at)
        {
            open.pop();
            needs.push(before);
            ended = end;
        }
        if needs.is_empty() && last_end <= at {
            needs.clone_from(&last);
        } else if !needs.is_empty() {
            last.clone_from(&needs);
            last_end = ended;
        }
        needs.sort_unstable();
        if let Some(step) = draft.steps.get_mut(ix) {
            step.needs = Some(needs.into_iter().map(|ix| (ix, LinkOn::Finish, 0)).collect());
        }
        finish = at.saturating_add(length(draft, ix));
        open.push(Reverse((finish, ix)));
    }
}

/// A start later than the predecessors give is a fixed one; an earlier one contradicts them.
fn fixed_starts(draft: &mut Draft, starts: &[Option<Secs>], remarks: &mut Remarks) {
    let Some(begin) = starts.iter().flatten().min().copied() else { return };
    let count = draft.steps.len();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waits = vec![0_usize; count];
    let needs_of = |draft: &Draft, ix: usize| -> Vec<(usize, LinkOn, Secs)> {
        let Some(step) = draft.steps.get(ix) else { return Vec::new() };
        if let Some(needs) = &step.needs {
            return needs.clone();
        }
        let before = ix
            .checked_sub(1)
            .filter(|b| draft.steps.get(*b).is_some_and(|s| s.phase == step.phase));
        before.map(|ix| (ix, LinkOn::Finish, 0)).into_iter().collect()
    };
    let links: Vec<Vec<_>> = (0..count).map(|ix| needs_of(draft, ix)).collect();
    for (ix, needs) in links.iter().enumerate() {
        for (before, ..) in needs {
            if let Some(list) = followers.get_mut(*before) {
                list.push(ix);
                if let Some(n) = waits.get_mut(ix) {
                    *n += 1;
                }
            }
        }
    }
    let mut times: Vec<(Secs, Secs)> = vec![(begin, begin); count];
    let mut barrier = begin;
    let mut from = 0;
    while from < count {
        let phase = draft.steps.get(from).map_or(0, |s| s.phase);
        let at_once = draft.phases.get(phase).is_some_and(|p| p.at_once);
        // Without barriers all steps are one stretch.
        let end = if at_once { count } else { draft.steps.partition_point(|s| s.phase <= phase) };
        let mut ready: VecDeque<usize> =
            (from..end).filter(|ix| waits.get(*ix) == Some(&0)).collect();
        let mut latest = barrier;
        while let Some(ix) = ready.pop_front() {
            let by_needs = links.get(ix).into_iter().flatten().map(|(before, on, lag)| {
                let (start, finish) = times.get(*before).copied().unwrap_or((begin, begin));
                (if *on == LinkOn::Start { start } else { finish }).saturating_add(*lag)
            });
            let earliest = by_needs.max().unwrap_or(barrier).max(barrier);
            let start = settle_one(draft, ix, earliest, starts.get(ix).copied().flatten(), remarks);
            let length = draft.steps.get(ix).and_then(|s| s.duration).unwrap_or(0);
            let finish = start.saturating_add(length);
            if let Some(slot) = times.get_mut(ix) {
                *slot = (start, finish);
            }
            latest = latest.max(finish);
            for next in followers.get(ix).into_iter().flatten() {
                if let Some(n) = waits.get_mut(*next) {
                    *n = n.saturating_sub(1);
                    if *n == 0 && (from..end).contains(next) {
                        ready.push_back(*next);
                    }
                }
            }
        }
        barrier = latest;
        from = end;
    }
}

fn settle_one(
    draft: &mut Draft,
    ix: usize,
    earliest: Secs,
    said: Option<Secs>,
    remarks: &mut Remarks,
) -> Secs {
    let (Some(step), Some(said)) = (draft.steps.get_mut(ix), said) else { return earliest };
    if said > earliest {
        step.not_before = Some(said);
        remarks.at(
            step.line,
            "starts later than what comes before it ends: not_before keeps that start",
        );
        return said;
    }
    if said < earliest {
        remarks.at(step.line, "starts earlier than what comes before it ends: the runbook follows the order, not the time");
    }
    earliest
}
