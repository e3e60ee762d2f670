//! Moments and lengths of time in columns that do not move when digits change.

use crate::run::Time;
use crate::runbook::Secs;
use chrono::NaiveDate;
use chrono_tz::Tz;

/// From this distance on, a clock time alone would mislead.
const NEAR_HOURS: i64 = 18;

/// A moment on the wall, always five columns: `02:14`.
pub fn time(at: Time, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// The same with its day, always eleven columns: `28Nov 02:14`.
pub fn day_and_time(at: Time, zone: Tz) -> String {
    at.with_timezone(&zone).format("%d%b %H:%M").to_string()
}

/// The day of a moment.
pub fn day(at: Time, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// A moment, always five columns: `02:14`, or `28Nov` where that is another day.
pub fn short(at: Time, zone: Tz, now: Time) -> String {
    let local = at.with_timezone(&zone);
    local.format(if is_near(at, now) { "%H:%M" } else { "%d%b" }).to_string()
}

/// A moment, with its date where a clock time alone would mislead: `02:14`, `28 Nov 02:14`.
pub fn long(at: Time, zone: Tz, now: Time) -> String {
    let local = at.with_timezone(&zone);
    local.format(if is_near(at, now) { "%H:%M" } else { "%-d %b %H:%M" }).to_string()
}

/// Whether a clock time alone tells which moment is meant.
pub fn is_near(at: Time, now: Time) -> bool {
    (at - now).num_hours().abs() < NEAR_HOURS
}

/// The same with seconds, for the log: always eight columns of time.
pub fn seconds(at: Time, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M:%S").to_string()
}

/// The last word of a zone's name, as people say it: `London`, `UTC`.
pub fn zone_name(zone: Tz) -> String {
    zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
}

/// The T clock: `T−00:32`, and to the second in the ten minutes around zero hour.
pub fn t_clock(secs: Secs) -> String {
    let sign = if secs < 0 { '−' } else { '+' };
    let all = secs.unsigned_abs();
    let (days, hours, minutes) = (all / 86_400, all / 3600, all / 60 % 60);
    if all < 600 {
        format!("T{sign}{hours:02}:{minutes:02}:{:02}", all % 60)
    } else if days >= 4 {
        format!("T{sign}{days}d{:02}:{minutes:02}", hours % 24)
    } else {
        format!("T{sign}{hours:02}:{minutes:02}")
    }
}

/// A length to the minute, in words of steady width: `1h05m`, `32m`, `under 1m`.
pub fn rough(secs: Secs) -> String {
    let all = secs.unsigned_abs();
    match (all / 86_400, all / 3600 % 24, all / 60 % 60) {
        (0, 0, 0) => "under 1m".to_owned(),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, minutes) => format!("{hours}h{minutes:02}m"),
        (days, hours, _) => format!("{days}d{hours:02}h"),
    }
}

/// How much later (or earlier) than planned: `+12m`, `−4m`; nothing under a minute.
pub fn slip(secs: Secs) -> Option<String> {
    let sign = if secs < 0 { '−' } else { '+' };
    (secs.abs() >= 60).then(|| format!("{sign}{}", rough(secs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_keeps_five_columns_and_tells_another_day() {
        let now = at("2026-11-29T02:28:00Z");
        let zone = chrono_tz::Europe::Berlin;
        assert_eq!(short(at("2026-11-29T01:14:00Z"), zone, now), "02:14");
        assert_eq!(short(at("2026-11-28T23:30:00Z"), zone, now), "00:30");
        assert_eq!(short(at("2026-12-06T23:00:00Z"), zone, now), "07Dec");
        assert_eq!(long(at("2026-11-28T04:30:00Z"), zone, now), "28 Nov 05:30");
        assert_eq!(long(at("2026-11-29T01:14:00Z"), zone, now), "02:14");
        assert_eq!(zone_name(chrono_tz::America::New_York), "New York");
    }

    #[test]
    fn the_t_clock_is_read_at_a_glance() {
        let cases = [
            (12_480, "T+03:28"),
            (-1920, "T−00:32"),
            (-599, "T−00:09:59"),
            (0, "T+00:00:00"),
            (-5 * 86_400, "T−5d00:00"),
            (-40 * 3600, "T−40:00"),
        ];
        for (secs, shown) in cases {
            assert_eq!(t_clock(secs), shown);
        }
    }

    #[test]
    fn lengths_are_to_the_minute() {
        for (secs, shown) in
            [(5520, "1h32m"), (3900, "1h05m"), (1920, "32m"), (59, "under 1m"), (90_000, "1d01h")]
        {
            assert_eq!(rough(secs), shown);
        }
        assert_eq!(slip(725).as_deref(), Some("+12m"));
        assert_eq!(slip(-240).as_deref(), Some("−4m"));
        assert_eq!(slip(30), None);
    }
}
