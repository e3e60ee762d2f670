//! Clock times under a line of cells: those of a wall clock, right also where the clocks change,
//! and those of the T clock.

use super::super::Time;
use super::super::clock::delta;
use super::super::message::t_clock_text;
use super::super::state::RunState;
use super::Scale;
use crate::runbook::{Moment, Secs};
use chrono::{Offset, TimeZone};
use chrono_tz::{OffsetName, Tz};

/// A moment that is named on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The moment.
    pub at: Time,
    /// Its cell.
    pub cell: usize,
    /// Its name: `22:30`; `29Nov` for midnight; `01:00 GMT` for the first after the clocks have
    /// changed, where there is room.
    pub label: String,
}

/// Lengths between two ticks, in seconds. All up to a day divide it; longer ones double.
const STEPS: [Secs; 15] = [
    60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    1_209_600,
];

/// A day, in seconds.
const DAY: Secs = 86_400;

/// The shortest length between ticks that leaves a label of `wide` cells two cells of air.
fn step_for(scale: &Scale, wide: Secs) -> Secs {
    let least = scale.cell.saturating_mul(wide + 2);
    let mut longest = STEPS[STEPS.len() - 1];
    STEPS.into_iter().find(|&step| step >= least).unwrap_or_else(|| {
        while longest < least {
            longest = longest.saturating_mul(2);
        }
        longest
    })
}

/// Clock times of a zone along a scale, with labels that never lie on each other. Where the clocks
/// go back an hour is named twice; where they go forward one is not named.
pub fn wall_ticks(scale: &Scale, zone: Tz) -> Vec<Tick> {
    let step = step_for(scale, 5);
    let mut ticks: Vec<(Tick, Option<String>)> = Vec::new();
    let mut offset = offset_secs(zone, scale.from);
    let mut next = aligned(zone, scale.from, step);
    while let Some(cell) = next.and_then(|at| scale.visible(at)) {
        let Some(at) = next else { break };
        let local = at.with_timezone(&zone);
        let now = offset_secs(zone, at);
        let midnight = step >= DAY || (at.timestamp() + now).rem_euclid(DAY) == 0;
        let label = local.format(if midnight { "%d%b" } else { "%H:%M" }).to_string();
        let changed = (now != offset).then(|| local.offset().abbreviation().map(str::to_owned));
        ticks.push((Tick { at, cell, label }, changed.flatten()));
        offset = now;
        next = aligned(zone, at + delta(1), step);
    }
    let ends: Vec<_> = ticks.iter().skip(1).map(|(tick, _)| tick.cell).collect();
    let named = ticks.into_iter().enumerate().map(|(ix, (mut tick, zone_name))| {
        let room = ends.get(ix).map_or(scale.cells, |next| next - 1).saturating_sub(tick.cell);
        if let Some(name) = zone_name {
            let long = format!("{} {name}", tick.label);
            if long.len() <= room {
                tick.label = long;
            }
        }
        (tick, room)
    });
    named.filter(|(tick, room)| tick.label.len() <= *room).map(|(tick, _)| tick).collect()
}

/// The first moment at or after `at` at which clocks of the zone show a multiple of `step`.
fn aligned(zone: Tz, at: Time, step: Secs) -> Option<Time> {
    /// A step of days may lie across this many changes of the clocks.
    const CHANGES: usize = 4;
    let begun = i64::from(at.timestamp_subsec_nanos() > 0);
    let mut from = Time::from_timestamp(at.timestamp() + begun, 0)?;
    for _ in 0..CHANGES {
        let offset = offset_secs(zone, from);
        let missing = (-(from.timestamp() + offset)).rem_euclid(step);
        let found = from + delta(missing);
        if offset_secs(zone, found) == offset {
            return Some(found);
        }
        // The clocks change in between: look on from the moment they do.
        let (mut before, mut after) = (0, missing);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            let same = offset_secs(zone, from + delta(middle)) == offset;
            (before, after) = if same { (middle, after) } else { (before, middle) };
        }
        from += delta(after);
    }
    Some(from)
}

fn offset_secs(zone: Tz, at: Time) -> Secs {
    Secs::from(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
}

/// Times of the T clock along a scale. In a hold it stands still: no time is named there but the
/// one at which it goes on. None behind the end of the run.
pub fn t_ticks(scale: &Scale, state: &RunState, now: Time) -> Vec<Tick> {
    /// `T+00:30`.
    const WIDE: Secs = 7;
    let step = step_for(scale, WIDE);
    let ended = state.ended.as_ref().map(|fact| fact.at);
    if ended.is_some_and(|at| at < scale.from) {
        return Vec::new();
    }
    // What the clock reads at the left edge: from now on it goes on as if nothing held it.
    let ahead = (scale.from - now).num_seconds().max(0);
    let first = (state.t_clock(scale.from.min(now)) + ahead).div_euclid(step);
    let mut ticks: Vec<Tick> = Vec::new();
    for n in (first..).take(scale.cells + 2) {
        let at = state.moment(Moment::T(n.saturating_mul(step)), now);
        let Some(cell) = scale.visible(at) else {
            if at < scale.from {
                continue;
            }
            break;
        };
        if ended.is_some_and(|ended| at > ended) {
            break;
        }
        let label = t_clock_text(n.saturating_mul(step));
        let wide = label.chars().count();
        let free = ticks.last().is_none_or(|last| last.cell + last.label.chars().count() < cell);
        if free && cell + wide <= scale.cells {
            ticks.push(Tick { at, cell, label });
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn line(ticks: &[Tick], cells: usize) -> String {
        let mut line = vec![' '; cells];
        for tick in ticks {
            for (ix, c) in tick.label.chars().enumerate() {
                line[tick.cell + ix] = c;
            }
        }
        line.into_iter().collect::<String>().trim_end().to_owned()
    }

    fn shown(from: &str, cell: Secs, cells: usize, zone: Tz) -> String {
        line(&wall_ticks(&Scale::new(at(from), cell, cells), zone), cells)
    }

    #[test]
    fn whole_times_of_the_zone_are_named_and_midnight_by_its_day() {
        let berlin = chrono_tz::Europe::Berlin;
        assert_eq!(
            shown("2026-11-28T22:10:00Z", 120, 60, berlin),
            "  23:15   23:30  23:45   29Nov  00:15   00:30  00:45   01:00"
        );
        assert_eq!(
            shown("2026-11-28T22:00:00Z", 60, 20, chrono_tz::Asia::Kolkata),
            "03:30     03:40"
        );
        assert_eq!(
            shown("2026-11-28T22:00:00Z", 43_200, 30, chrono_tz::UTC),
            "        03Dec         10Dec"
        );
    }

    #[test]
    fn where_the_clocks_go_back_an_hour_is_named_twice() {
        // 2026-10-25: 02:00 BST is 01:00 GMT.
        let london = chrono_tz::Europe::London;
        assert_eq!(
            shown("2026-10-24T23:00:00Z", 300, 60, london),
            "25Oct       01:00       01:00 GMT   02:00       03:00"
        );
        assert_eq!(
            shown("2026-10-24T23:00:00Z", 900, 40, london),
            "25Oct       02:00   04:00   06:00"
        );
    }

    #[test]
    fn where_the_clocks_go_forward_an_hour_is_not_named() {
        // 2026-03-29: 01:00 GMT is 02:00 BST.
        let london = chrono_tz::Europe::London;
        assert_eq!(
            shown("2026-03-28T23:00:00Z", 300, 60, london),
            "23:00       29Mar       02:00 BST   03:00       04:00"
        );
    }

    #[test]
    fn half_an_hour_of_clock_change_is_right_too() {
        // Lord Howe Island goes back half an hour at 02:00 on 2026-04-05.
        let howe = chrono_tz::Australia::Lord_Howe;
        let ticks = wall_ticks(&Scale::new(at("2026-04-04T14:00:00Z"), 150, 48), howe);
        let named: Vec<_> = ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(named, ["01:00", "01:30", "01:30", "02:00"]);
    }

    fn zones() -> impl Strategy<Value = Tz> {
        prop::sample::select(vec![
            chrono_tz::UTC,
            chrono_tz::Europe::London,
            chrono_tz::America::New_York,
            chrono_tz::America::St_Johns,
            chrono_tz::Asia::Kathmandu,
            chrono_tz::Australia::Lord_Howe,
            chrono_tz::Pacific::Apia,
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn labels_never_overlap_and_time_goes_on(
            secs in 1_700_000_000..1_900_000_000_i64,
            cell in 1..2_000_000_i64,
            cells in 0..300_usize,
            zone in zones(),
        ) {
            let from = Time::from_timestamp(secs, 0).unwrap();
            let ticks = wall_ticks(&Scale::new(from, cell, cells), zone);
            for tick in &ticks {
                prop_assert!(tick.cell + tick.label.len() <= cells);
            }
            for pair in ticks.windows(2) {
                prop_assert!(pair[0].at < pair[1].at);
                prop_assert!(pair[0].cell + pair[0].label.len() < pair[1].cell);
            }
        }
    }
}
