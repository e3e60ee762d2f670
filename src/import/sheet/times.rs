//! When the steps of a table start, and how long they take by their starts and ends.

use super::Reader;
use crate::import::draft::Zero;
use crate::import::grid::{Cell, Grid};
use crate::import::header::{Column, Field, Header};
use crate::import::moment::{self, DateOrder, When};
use crate::import::remark::Remarks;
use crate::runbook::Secs;
use chrono::{NaiveDateTime, TimeDelta};

/// A step whose clock times say that it ends before it starts is taken to go over midnight if it
/// is not longer than this.
const LONGEST_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(12);

impl Reader<'_> {
    /// Starts in seconds after zero hour, and durations from start to end.
    pub(super) fn starts(&mut self, remarks: &mut Remarks) -> Vec<Option<Secs>> {
        let zero = self.starts.iter().any(|(start, _)| matches!(start, Some(When::Zero(_))));
        let dated = self.starts.iter().any(|(start, day)| {
            matches!(start, Some(When::Exact(_))) || (day.is_some() && start.is_some())
        });
        let mut last: Option<NaiveDateTime> = None;
        let mut at: Vec<Option<NaiveDateTime>> = Vec::with_capacity(self.starts.len());
        for (n, (start, day)) in self.starts.iter().enumerate() {
            let found = match start {
                Some(When::Exact(exact)) => Some(*exact),
                Some(When::Clock(clock)) => Some(match (day, last) {
                    (Some(day), _) => day.and_time(*clock),
                    (None, last) => after(last.unwrap_or_default(), *clock),
                }),
                Some(When::Date(_)) => {
                    if let Some(step) = self.draft.steps.get(n) {
                        remarks.at(step.line, "has a date without a time: that sets no start");
                    }
                    None
                }
                Some(When::Zero(_)) | None => None,
            };
            last = found.or(last);
            at.push(found);
        }
        let base = at.iter().flatten().min().copied();
        self.lengths(&at, remarks);
        if zero {
            if base.is_some() {
                remarks.general("some starts count from T and some are times of the day: only those from T are kept");
            }
            let starts: Vec<Option<Secs>> = self
                .starts
                .iter()
                .map(
                    |(start, _)| {
                        if let Some(When::Zero(secs)) = start { Some(*secs) } else { None }
                    },
                )
                .collect();
            self.draft.start = starts.iter().flatten().min().copied();
            return starts;
        }
        let Some(base) = base else { return vec![None; at.len()] };
        self.draft.zero = if dated { Zero::At(base) } else { Zero::Clock(base.time()) };
        remarks.general(format!(
            "zero hour is the earliest start, {}; starts count from it",
            base.format(if dated { "%Y-%m-%d %H:%M" } else { "%H:%M" })
        ));
        at.into_iter().map(|at| at.map(|at| (at - base).num_seconds())).collect()
    }

    fn lengths(&mut self, starts: &[Option<NaiveDateTime>], remarks: &mut Remarks) {
        for ((step, end), start) in self.draft.steps.iter_mut().zip(&self.ends).zip(starts) {
            let (Some(start), Some(end)) = (start, end) else { continue };
            let end = match end {
                When::Exact(end) => *end,
                When::Clock(clock) => {
                    let same = start.date().and_time(*clock);
                    let late = same < *start;
                    let next = same.checked_add_signed(TimeDelta::days(1)).unwrap_or(same);
                    if late && next - *start > LONGEST_OVER_MIDNIGHT {
                        // Rather mistyped than nearly a whole day long.
                        remarks.at(step.line, "ends before it starts; over midnight it would take more than 12 hours: its end was left out");
                        step.to_do.push(format!(
                            "the file has it end at {} and start at {}, before it starts: which is wrong? Over midnight?",
                            clock.format("%H:%M"),
                            start.format("%H:%M")
                        ));
                        continue;
                    }
                    if late {
                        remarks.at(
                            step.line,
                            "ends over midnight: its end is on the day after its start",
                        );
                    }
                    if late { next } else { same }
                }
                When::Date(_) | When::Zero(_) => continue,
            };
            let between = (end - *start).num_seconds();
            match step.duration {
                None if between < 0 => {
                    remarks.at(step.line, "ends before it starts: its end was left out");
                    step.to_do.push("the file has an end before the start".to_owned());
                }
                None => {
                    step.duration = Some(between);
                    remarks.at(step.line, "has its duration from start and end");
                }
                Some(said) if said != between => remarks.at(
                    step.line,
                    "has a duration that is not the time from start to end: the duration counts",
                ),
                Some(_) => {}
            }
        }
    }
}

/// The next time that a clock shows so, within half a day before and half a day after.
fn after(last: NaiveDateTime, clock: chrono::NaiveTime) -> NaiveDateTime {
    let same = last.date().and_time(clock);
    let late = same < last && last - same > TimeDelta::hours(12);
    if late { same.checked_add_signed(TimeDelta::days(1)).unwrap_or(same) } else { same }
}

/// The order of day and month: what was said, else what the dates themselves say.
pub(super) fn date_order(
    grid: &Grid,
    header: &Header,
    data: usize,
    said: Option<DateOrder>,
    remarks: &mut Remarks,
) -> Option<DateOrder> {
    if said.is_some() {
        return said;
    }
    let times = |c: &&Column| matches!(c.field, Some(Field::Start | Field::End | Field::Date));
    let columns: Vec<usize> = header
        .columns
        .iter()
        .filter(times)
        .flat_map(|c| [Some(c.at), c.day.as_ref().map(|(at, _)| *at)])
        .flatten()
        .collect();
    let mut found: Option<(DateOrder, u64)> = None;
    for row in grid.rows.get(data..).unwrap_or_default() {
        for at in &columns {
            let Cell::Text(text) = row.cell(*at) else { continue };
            match (moment::order_said(text), found) {
                (Some(order), None) => found = Some((order, row.line)),
                // Both ways in one file: nothing is said about the others.
                (Some(order), Some((before, _))) if order != before => return None,
                _ => {}
            }
        }
    }
    let (order, line) = found?;
    let word = if order == DateOrder::DayFirst { "day before month" } else { "month before day" };
    remarks.general(format!(
        "dates have the {word}, as {} {line} shows; --dates says otherwise",
        remarks.place
    ));
    Some(order)
}
