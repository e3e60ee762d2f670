//! Points in time as people write and say them, in a zone whose clocks may skip or repeat an hour.

use super::Secs;
use super::duration::parse_duration;
use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

/// A local time that is no single point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddLocal {
    /// True: the clock shows it twice; false: never.
    pub repeated: bool,
    /// The two points in time it may mean, earlier one first.
    pub readings: [DateTime<Utc>; 2],
}

impl OddLocal {
    /// What is wrong, with both readings; no full stop.
    pub fn explain(&self, local: NaiveDateTime, zone: Tz) -> String {
        let [a, b] = self.readings;
        let happens = if self.repeated { "happens twice" } else { "does not happen" };
        format!(
            "{} {happens} in {zone}, where the clocks change: it can be read as {} ({}Z) or as {} ({}Z)",
            local.format("%Y-%m-%d %H:%M"),
            named(a, zone),
            a.format("%H:%M"),
            named(b, zone),
            b.format("%H:%M"),
        )
    }

    /// How to write the two readings so that they are one point in time each.
    pub fn spellings(&self, zone: Tz) -> [String; 2] {
        self.readings.map(|t| t.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }
}

fn named(time: DateTime<Utc>, zone: Tz) -> String {
    let local = time.with_timezone(&zone);
    match local.offset().abbreviation() {
        Some(name) => format!("{} {name}", local.format("%H:%M")),
        None => local.format("%H:%M %:z").to_string(),
    }
}

/// The point in time that a local time of that zone is.
///
/// # Errors
/// The clock change skips or repeats it.
pub fn from_local(local: NaiveDateTime, zone: Tz) -> Result<DateTime<Utc>, OddLocal> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) => Ok(time.to_utc()),
        LocalResult::Ambiguous(a, b) => Err(OddLocal {
            repeated: true,
            readings: [a.to_utc().min(b.to_utc()), b.to_utc().max(a.to_utc())],
        }),
        LocalResult::None => {
            let at_offset_of = |day: i64| {
                let near = Duration::try_days(day)
                    .and_then(|d| local.checked_add_signed(d))
                    .unwrap_or(local);
                let offset = zone.offset_from_utc_datetime(&near);
                let shift = offset.base_utc_offset() + offset.dst_offset();
                local.checked_sub_signed(shift).unwrap_or(local).and_utc()
            };
            let (a, b) = (at_offset_of(-1), at_offset_of(1));
            Err(OddLocal { repeated: false, readings: [a.min(b), a.max(b)] })
        }
    }
}

/// The first time at or after `base` at which clocks of that zone show `clock`.
///
/// # Errors
/// The clock change skips or repeats it on that day; with the local time in question.
pub fn next_clock(
    clock: NaiveTime,
    zone: Tz,
    base: DateTime<Utc>,
) -> Result<DateTime<Utc>, (NaiveDateTime, OddLocal)> {
    let day = base.with_timezone(&zone).date_naive();
    let today = day.and_time(clock);
    match from_local(today, zone) {
        Ok(time) if time >= base => return Ok(time),
        Err(odd) if odd.readings[1] >= base => return Err((today, odd)),
        _ => {}
    }
    let tomorrow = day.succ_opt().unwrap_or(day).and_time(clock);
    from_local(tomorrow, zone).map_err(|odd| (tomorrow, odd))
}

/// The moment nearest to `near` at which clocks of that zone show `clock`: seen from 22:00, 02:30 is
/// of the next day, and 18:50 has passed at 19:10. Of an hour that clocks repeat it is the first; a
/// time that they skip on one day is that of a day before or after.
pub fn nearest_clock(clock: NaiveTime, zone: Tz, near: DateTime<Utc>) -> DateTime<Utc> {
    let today = near.with_timezone(&zone).date_naive();
    [today.pred_opt(), Some(today), today.succ_opt()]
        .into_iter()
        .flatten()
        .filter_map(|day| zone.from_local_datetime(&day.and_time(clock)).earliest())
        .map(|at| at.to_utc())
        .min_by_key(|at| (*at - near).abs())
        .unwrap_or(near)
}

/// Reads a time that somebody types about a moment close to `near`: `02:14`, `02:14:30`, `5m ago`,
/// `-5m`, `now`, RFC 3339, `2026-11-28 23:00` (local). A clock time is the most recent such moment
/// at or before `near`.
///
/// # Errors
/// Why it is no such time, and how to write it.
pub fn parse_time(word: &str, zone: Tz, near: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    let word = word.trim();
    if word.eq_ignore_ascii_case("now") {
        return Ok(near);
    }
    let ago = word
        .strip_suffix("ago")
        .or_else(|| word.strip_prefix('-'))
        .or_else(|| word.strip_prefix('\u{2212}'));
    if let Some(length) = ago {
        let secs = parse_duration(length)?;
        return Duration::try_seconds(secs)
            .and_then(|d| near.checked_sub_signed(d))
            .ok_or_else(|| format!("`{word}` is too long ago"));
    }
    if let Some(clock) = parse_clock(word) {
        return recent_clock(clock, zone, near);
    }
    match parse_datetime(word) {
        Some(Written::Exact(time)) => Ok(time),
        Some(Written::Local(local)) => from_local(local, zone).map_err(|odd| {
            let [a, b] = odd.spellings(zone);
            format!("{}; write {a} or {b}", odd.explain(local, zone))
        }),
        None => Err(format!(
            "`{word}` is no time; write 02:14, \"5m ago\", \"2026-11-28 23:00\" or 2026-11-28T23:00:00Z"
        )),
    }
}

/// A clock time that lies further back than this was more likely meant to be ahead.
const LONGEST_AGO: Secs = 12 * 3600;

fn recent_clock(clock: NaiveTime, zone: Tz, near: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    let today = near.with_timezone(&zone).date_naive();
    let mut latest: Option<DateTime<Utc>> = None;
    for day in [today.pred_opt(), Some(today)].into_iter().flatten() {
        match from_local(day.and_time(clock), zone) {
            Ok(time) if time <= near => latest = latest.max(Some(time)),
            Err(odd) if odd.repeated && odd.readings[1] <= near => {
                let [a, b] = odd.spellings(zone);
                return Err(format!(
                    "{}; write {a} or {b}",
                    odd.explain(day.and_time(clock), zone)
                ));
            }
            // Of a repeated hour only the first has been yet.
            Err(odd) if odd.repeated && odd.readings[0] <= near => {
                latest = latest.max(Some(odd.readings[0]));
            }
            _ => {}
        }
    }
    match latest {
        Some(time) if (near - time).num_seconds() <= LONGEST_AGO => Ok(time),
        _ => Err(format!(
            "{} is still to come: it is {} now; write the date too (\"{} {}\") for the one before",
            clock.format("%H:%M"),
            near.with_timezone(&zone).format("%H:%M"),
            latest.map_or(today, |t| t.with_timezone(&zone).date_naive()),
            clock.format("%H:%M"),
        )),
    }
}

/// A datetime, with or without an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// With an offset.
    Exact(DateTime<Utc>),
    /// Without.
    Local(NaiveDateTime),
}

/// Reads `02:14` or `02:14:30`.
pub(super) fn parse_clock(word: &str) -> Option<NaiveTime> {
    let shaped = word.len() <= 8 && word.chars().all(|c| c.is_ascii_digit() || c == ':');
    if !shaped {
        return None;
    }
    NaiveTime::parse_from_str(word, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(word, "%H:%M:%S"))
        .ok()
}

/// Reads RFC 3339 and the same without an offset, with a space for the `T`, seconds optional.
pub(super) fn parse_datetime(word: &str) -> Option<Written> {
    if let Ok(time) = DateTime::parse_from_rfc3339(&word.replacen(' ', "T", 1)) {
        return Some(Written::Exact(time.to_utc()));
    }
    let (date, time) = word.split_once(['T', 't', ' '])?;
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let time = time.trim_start();
    let (clock, offset) = match time.find(['+', '-', 'Z', 'z']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let local = date.and_time(parse_clock(clock)?);
    match offset {
        "" => Some(Written::Local(local)),
        "Z" | "z" => Some(Written::Exact(local.and_utc())),
        _ => {
            let text = format!("{}{offset}", local.format("%Y-%m-%dT%H:%M:%S"));
            DateTime::parse_from_rfc3339(&text).ok().map(|t| Written::Exact(t.to_utc()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn a_typed_time_is_the_most_recent_such_moment() {
        let near = utc("2026-11-29T02:20:00Z");
        let cases = [
            ("02:14", "2026-11-29T02:14:00Z"),
            ("02:14:30", "2026-11-29T02:14:30Z"),
            ("02:20", "2026-11-29T02:20:00Z"),
            ("23:50", "2026-11-28T23:50:00Z"),
            ("5m ago", "2026-11-29T02:15:00Z"),
            ("-5m", "2026-11-29T02:15:00Z"),
            ("\u{2212}1h5m", "2026-11-29T01:15:00Z"),
            ("now", "2026-11-29T02:20:00Z"),
            ("2026-11-28 23:00", "2026-11-28T23:00:00Z"),
            ("2026-11-28T23:00:00+01:00", "2026-11-28T22:00:00Z"),
            ("2026-11-28 23:00Z", "2026-11-28T23:00:00Z"),
        ];
        for (word, time) in cases {
            assert_eq!(parse_time(word, Tz::Europe__London, near), Ok(utc(time)), "{word}");
        }
    }

    #[test]
    fn a_clock_time_slightly_ahead_is_asked_about() {
        let error = parse_time("02:30", Tz::UTC, utc("2026-11-29T02:20:00Z")).expect_err("ahead");
        assert!(error.contains("still to come"), "{error}");
        assert!(error.contains("2026-11-28 02:30"), "{error}");
    }

    #[test]
    fn nonsense_is_refused_with_the_ways_to_write_a_time() {
        for word in [
            "",
            "soon",
            "25:00",
            "02:61",
            "2026-13-01 00:00",
            "ago",
            "-",
            "99999d ago",
            "2026-11-28",
        ] {
            assert!(parse_time(word, Tz::UTC, utc("2026-11-29T02:20:00Z")).is_err(), "{word}");
        }
    }

    #[test]
    fn skipped_and_repeated_local_times_show_both_readings() {
        let cases = [
            (
                "2026-10-25T01:30:00",
                "happens twice",
                ["2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00"],
            ),
            (
                "2026-03-29T01:30:00",
                "does not happen",
                ["2026-03-29T00:30:00+00:00", "2026-03-29T02:30:00+01:00"],
            ),
        ];
        for (local, words, spellings) in cases {
            let local: NaiveDateTime = local.parse().expect("a local time");
            let odd = from_local(local, Tz::Europe__London).expect_err("odd");
            assert!(odd.explain(local, Tz::Europe__London).contains(words));
            assert_eq!(odd.spellings(Tz::Europe__London), spellings);
        }
        let odd = from_local("2026-10-25T01:30:00".parse().expect("local"), Tz::Europe__London)
            .expect_err("odd");
        let words = odd.explain("2026-10-25T01:30:00".parse().expect("local"), Tz::Europe__London);
        assert!(words.contains("01:30 BST (00:30Z) or as 01:30 GMT (01:30Z)"), "{words}");
    }

    #[test]
    fn a_typed_time_in_the_repeated_hour_is_the_one_that_has_been() {
        let zone = Tz::Europe__London;
        let in_first = utc("2026-10-25T00:45:00Z");
        assert_eq!(parse_time("01:30", zone, in_first), Ok(utc("2026-10-25T00:30:00Z")));
        let after_both = utc("2026-10-25T02:10:00Z");
        assert!(parse_time("01:30", zone, after_both).expect_err("two").contains("twice"));
    }

    #[test]
    fn the_next_clock_time_crosses_midnight() {
        let base = utc("2026-11-28T22:00:00Z");
        let at = |h, m| NaiveTime::from_hms_opt(h, m, 0).expect("a clock time");
        let zone = Tz::Europe__London;
        assert_eq!(next_clock(at(1, 30), zone, base), Ok(utc("2026-11-29T01:30:00Z")));
        assert_eq!(next_clock(at(23, 0), zone, base), Ok(utc("2026-11-28T23:00:00Z")));
        assert_eq!(next_clock(at(22, 0), zone, base), Ok(base));
        assert!(next_clock(at(1, 30), zone, utc("2026-10-24T22:00:00Z")).is_err());
    }
}
