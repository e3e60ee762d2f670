//! What a page shows of a run while it goes on: the parts of a report that are for everybody.

use super::{Desk, Provenance, decisions, gantt, rollbacks, second};
use crate::report::model::{Bar, Decisions, Gantt, Rollback, Row, Verified};
use crate::run::{Forecast, RunState, StepStatus, Time};
use crate::runbook::StepIx;
use std::collections::HashMap;

/// More steps than these are drawn as their phases.
const MOST_ROWS: usize = 400;

/// Parts of a report, and the forecast they were made with.
#[derive(Debug, Clone, PartialEq)]
pub struct Glimpse {
    /// Where the run is heading.
    pub outlook: Forecast,
    /// Gates, choices, noted decisions, changes of the window.
    pub decisions: Decisions,
    /// Rungs that were taken.
    pub rollbacks: Vec<Rollback>,
    /// Plan against actual: a row a step, or a row a phase where there are very many.
    pub gantt: Gantt,
}

/// The parts of a run's report that a page shows, as of a moment.
pub fn glimpse(state: &RunState, as_of: Time) -> Glimpse {
    let from = Provenance {
        as_of,
        head: String::new(),
        verified: Verified::NotChecked,
        problem: None,
        golive: String::new(),
    };
    let desk = Desk::new(state, &from);
    let mut gantt = gantt::gantt(&desk);
    if gantt.rows.len() > MOST_ROWS {
        gantt.rows = by_phase(&gantt.rows);
    } else if !state.status.is_over() {
        expect(&desk, &mut gantt.rows);
    }
    Glimpse {
        decisions: decisions::decisions(&desk),
        rollbacks: rollbacks::rollbacks(&desk),
        gantt,
        outlook: desk.outlook,
    }
}

/// Adds to each step that is not settled a bar for when it is expected to be worked on: of state
/// `planned`, which no attempt is drawn with.
fn expect(desk: &Desk<'_>, rows: &mut [Row]) {
    let steps = desk.state.plan.steps.iter().enumerate();
    let by_number: HashMap<&str, StepIx> = steps.map(|(ix, s)| (s.number.as_str(), ix)).collect();
    for row in rows {
        let Some(&ix) = by_number.get(row.number.as_str()) else { continue };
        let open = row.state == StepStatus::Planned || row.state.is_open_work();
        let expected = desk.outlook.steps.get(ix).copied().filter(|_| open).unwrap_or_default();
        if let (Some(from), Some(until)) = (expected.start, expected.finish)
            && until > desk.now
        {
            let (from, until) = (second(from.max(desk.now)), second(until));
            row.bars.push(Bar { from, until, state: StepStatus::Planned });
        }
    }
}

/// A row for each phase or rung: from the first of its steps to the last.
fn by_phase(rows: &[Row]) -> Vec<Row> {
    let mut phases: Vec<Row> = Vec::new();
    for row in rows {
        match phases.last_mut() {
            Some(phase) if phase.title == row.phase => add(phase, row),
            _ => {
                let number = row.number.split('.').next().unwrap_or_default().to_owned();
                let mut phase = Row {
                    number,
                    title: row.phase.clone(),
                    phase: "Phases".to_owned(),
                    state: row.state,
                    planned_start: row.planned_start,
                    planned_finish: row.planned_finish,
                    bars: Vec::new(),
                };
                add(&mut phase, row);
                phases.push(phase);
            }
        }
    }
    phases
}

fn add(phase: &mut Row, row: &Row) {
    phase.planned_start = phase.planned_start.into_iter().chain(row.planned_start).min();
    phase.planned_finish = phase.planned_finish.into_iter().chain(row.planned_finish).max();
    phase.state = weightier(phase.state, row.state);
    for bar in &row.bars {
        match phase.bars.first_mut() {
            Some(whole) => {
                whole.from = whole.from.min(bar.from);
                whole.until = whole.until.max(bar.until);
                whole.state = weightier(whole.state, bar.state);
            }
            None => phase.bars.push(Bar { from: bar.from, until: bar.until, state: bar.state }),
        }
    }
}

/// What is to be said of two steps together: what wants attention before what goes on, and that
/// before what is over.
fn weightier(one: StepStatus, other: StepStatus) -> StepStatus {
    let weight = |status: StepStatus| match status {
        StepStatus::Failed => 8,
        StepStatus::Blocked => 7,
        StepStatus::Running => 6,
        StepStatus::Planned => 5,
        StepStatus::Deferred => 4,
        StepStatus::Undone => 3,
        StepStatus::Done => 2,
        StepStatus::Skipped => 1,
        StepStatus::NotApplicable => 0,
    };
    if weight(other) > weight(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_phase_reaches_from_its_first_step_to_its_last() {
        let at = |minute| Time::UNIX_EPOCH + TimeDelta::minutes(minute);
        let row = |number: &str, phase: &str, from, until, state| Row {
            number: number.to_owned(),
            title: "x".to_owned(),
            phase: phase.to_owned(),
            state,
            planned_start: Some(at(from)),
            planned_finish: Some(at(until)),
            bars: vec![Bar { from: at(from + 1), until: at(until + 1), state }],
        };
        let rows = by_phase(&[
            row("1.1", "A", 5, 9, StepStatus::Done),
            row("1.2", "A", 0, 7, StepStatus::Running),
            row("2.1", "B", 9, 12, StepStatus::Done),
        ]);
        let told: Vec<_> = rows
            .iter()
            .map(|r| (r.number.as_str(), r.planned_start, r.planned_finish, r.bars.clone()))
            .collect();
        let bar = |from, until, state| vec![Bar { from: at(from), until: at(until), state }];
        assert_eq!(
            told,
            [
                ("1", Some(at(0)), Some(at(9)), bar(1, 10, StepStatus::Running)),
                ("2", Some(at(9)), Some(at(12)), bar(10, 13, StepStatus::Done)),
            ]
        );
    }
}
