//! Dates and times of the day as spreadsheets have them.

use super::grid::Cell;
use super::length;
use crate::runbook::Secs;
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime};

/// The order of day and month in a date of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// A moment that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// A date with a time.
    Exact(NaiveDateTime),
    /// A date alone.
    Date(NaiveDate),
    /// A time of the day alone.
    Clock(NaiveTime),
    /// Seconds after zero hour: `T-30m`.
    Zero(Secs),
}

/// Why a cell is no moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoTime {
    /// It may be day and month or month and day.
    Ambiguous,
    /// It is none.
    Other(String),
}

/// Reads a cell.
///
/// # Errors
/// It may be read in two ways, or in none.
pub(super) fn of_cell(cell: &Cell, order: Option<DateOrder>) -> Result<Option<When>, NoTime> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Time(at) => Ok(Some(When::Exact(*at))),
        Cell::Days(days) => of_days(*days).map(Some),
        Cell::Number(n) => of_days(*n).map(Some),
        Cell::Text(text) => of_text(text, order),
    }
}

/// A spreadsheet's serial: days since 30 December 1899; below one a part of a day.
fn of_days(days: f64) -> Result<When, NoTime> {
    // 1954 to 2119.
    const DATES: std::ops::Range<f64> = 20_000.0..80_000.0;
    let other = || NoTime::Other(format!("`{days}` is no date or time"));
    let secs = (days * 86_400.0).round();
    if (0.0..1.0).contains(&days) {
        let secs = secs.min(86_399.0) as u32;
        return NaiveTime::from_num_seconds_from_midnight_opt(secs, 0)
            .map(When::Clock)
            .ok_or_else(other);
    }
    if !DATES.contains(&days) {
        return Err(other());
    }
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).and_then(|d| d.and_hms_opt(0, 0, 0));
    let at = epoch.and_then(|e| e.checked_add_signed(Duration::try_seconds(secs as i64)?));
    at.map(When::Exact).ok_or_else(other)
}

/// Reads a text: `2026-11-28 23:00`, `28 Nov 2026, 11 pm`, `28/11/26`, `23:00`, `T-30m`; none where
/// it says that there is none.
///
/// # Errors
/// It may be read in two ways, or in none.
pub(super) fn of_text(text: &str, order: Option<DateOrder>) -> Result<Option<When>, NoTime> {
    let word = text.trim();
    let lower = word.to_lowercase();
    if word.is_empty()
        || matches!(lower.as_str(), "-" | "–" | "n/a" | "na" | "tbd" | "tbc" | "none")
    {
        return Ok(None);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(word) {
        return Ok(Some(When::Exact(at.naive_utc())));
    }
    if let Some(zero) = zero(&lower) {
        return zero.map(|secs| Some(When::Zero(secs))).map_err(NoTime::Other);
    }
    let no_time = || NoTime::Other(format!("`{}` is no date or time", length::short(word)));
    let (mut date, mut clock): (Option<NaiveDate>, Option<NaiveTime>) = (None, None);
    let mut pieces: Vec<&str> = Vec::new();
    for token in lower.split([' ', ',', '\u{a0}', '\n']).filter(|token| !token.is_empty()) {
        // 2026-11-28T23:00
        match token.split_once('t').filter(|(a, b)| a.contains('-') && b.contains(':')) {
            Some((day, time)) => pieces.extend([day, time]),
            None => pieces.push(token),
        }
    }
    let mut words = pieces.into_iter().peekable();
    while let Some(token) = words.next() {
        if is_weekday(token) || matches!(token, "utc" | "gmt" | "at" | "z" | "-" | "–") {
            continue;
        }
        let half = words.next_if(|next| matches!(*next, "am" | "pm" | "a.m." | "p.m."));
        if let Some(time) = clock_of(token, half) {
            if clock.replace(time).is_some() {
                return Err(no_time());
            }
        } else if let Some(found) = numeric(token) {
            if date.replace(day_of(found, order)?.ok_or_else(no_time)?).is_some() {
                return Err(no_time());
            }
        } else {
            // 28 Nov 2026, Nov 28 2026, 28-Nov-2026
            let mut parts: Vec<&str> =
                token.split(['-', '/', '.']).filter(|p| !p.is_empty()).collect();
            while parts.len() < 3
                && let Some(next) = words.next_if(|next| !next.contains(':'))
            {
                parts.push(next);
            }
            let found = named_month(&parts).ok_or_else(no_time)?;
            if date.replace(found).is_some() {
                return Err(no_time());
            }
        }
    }
    match (date, clock) {
        (Some(date), Some(clock)) => Ok(Some(When::Exact(date.and_time(clock)))),
        (Some(date), None) => Ok(Some(When::Date(date))),
        (None, Some(clock)) => Ok(Some(When::Clock(clock))),
        (None, None) => Err(no_time()),
    }
}

/// What a date of numbers says about the order that its file keeps: 31/12 can only be a day first.
pub(super) fn order_said(text: &str) -> Option<DateOrder> {
    text.split([' ', ',', 'T']).filter_map(numeric).find_map(|found| match found {
        Numeric::YearFirst(..) => None,
        Numeric::YearLast(a, b, _) if a > 12 && b <= 12 => Some(DateOrder::DayFirst),
        Numeric::YearLast(a, b, _) if a <= 12 && b > 12 => Some(DateOrder::MonthFirst),
        Numeric::YearLast(..) => None,
    })
}

/// A date of numbers, as it stands.
enum Numeric {
    /// 2026-11-28.
    YearFirst(i32, u32, u32),
    /// 28/11/2026 or 11/28/2026.
    YearLast(u32, u32, i32),
}

fn numeric(token: &str) -> Option<Numeric> {
    let parts: Vec<&str> = token.trim_end_matches('.').split(['-', '/', '.']).collect();
    if !parts.iter().all(|p| (1..=4).contains(&p.len()) && p.bytes().all(|c| c.is_ascii_digit())) {
        return None;
    }
    match parts.as_slice() {
        [y, m, d] if y.len() == 4 => {
            Some(Numeric::YearFirst(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?))
        }
        [a, b, y] if y.len() == 2 || y.len() == 4 => {
            Some(Numeric::YearLast(a.parse().ok()?, b.parse().ok()?, year(y)?))
        }
        _ => None,
    }
}

fn year(word: &str) -> Option<i32> {
    let year: i32 = word.parse().ok()?;
    match word.len() {
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

fn day_of(found: Numeric, order: Option<DateOrder>) -> Result<Option<NaiveDate>, NoTime> {
    Ok(match found {
        Numeric::YearFirst(y, m, d) => NaiveDate::from_ymd_opt(y, m, d),
        Numeric::YearLast(a, b, y) if a == b => NaiveDate::from_ymd_opt(y, a, b),
        Numeric::YearLast(a, b, y) if a > 12 => NaiveDate::from_ymd_opt(y, b, a),
        Numeric::YearLast(a, b, y) if b > 12 => NaiveDate::from_ymd_opt(y, a, b),
        Numeric::YearLast(a, b, y) => match order {
            Some(DateOrder::DayFirst) => NaiveDate::from_ymd_opt(y, b, a),
            Some(DateOrder::MonthFirst) => NaiveDate::from_ymd_opt(y, a, b),
            None => return Err(NoTime::Ambiguous),
        },
    })
}

/// `28 nov 2026`, `nov 28 2026`, `28th november 26`.
fn named_month(parts: &[&str]) -> Option<NaiveDate> {
    let [a, b, y] = parts else { return None };
    let day = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        digits.parse::<u32>().ok()
    };
    let (month, day) = match (month(a), month(b)) {
        (Some(month), None) => (month, day(b)?),
        (None, Some(month)) => (month, day(a)?),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year(y)?, month, day)
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_end_matches('.');
    let is_one = |name: &str| word.len() >= 3 && name.starts_with(word);
    MONTHS.iter().position(|name| is_one(name)).and_then(|n| u32::try_from(n + 1).ok())
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.trim_end_matches('.');
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(word))
}

/// `23:00`, `23:00:30`, `11:30pm`, `11 pm`, `23h`, `23h30`.
fn clock_of(token: &str, half: Option<&str>) -> Option<NaiveTime> {
    let token = token.trim_end_matches('z').replace("a.m.", "am").replace("p.m.", "pm");
    let (digits, half) = match (token.strip_suffix("am"), token.strip_suffix("pm")) {
        (Some(rest), _) => (rest.to_owned(), Some("am")),
        (_, Some(rest)) => (rest.to_owned(), Some("pm")),
        _ => (token, half),
    };
    if !digits.contains([':', 'h']) && half.is_none() {
        return None;
    }
    let mut parts = digits.split([':', 'h']).filter(|part| !part.is_empty());
    let mut number = || match parts.next() {
        Some(part) => part.split('.').next().and_then(|part| part.parse::<u32>().ok()),
        None => Some(0),
    };
    let (h, m, s) = (number()?, number()?, number()?);
    let h = match half.map(|half| half.starts_with('p')) {
        Some(_) if !(1..=12).contains(&h) => return None,
        Some(true) => h % 12 + 12,
        Some(false) => h % 12,
        None => h,
    };
    NaiveTime::from_hms_opt(h, m, s)
}

/// `T-30m`, `T+1:30`, `T0`, `t - 2h`; none: it is nothing of that kind.
fn zero(lower: &str) -> Option<Result<Secs, String>> {
    let rest = lower.strip_prefix('t')?.trim_start().replace(['−', '–'], "-");
    if rest == "0" || rest == "-0" || rest == "+0" {
        return Some(Ok(0));
    }
    let (sign, rest) = match (rest.strip_prefix('-'), rest.strip_prefix('+')) {
        (Some(rest), _) => (-1, rest),
        (_, Some(rest)) => (1, rest),
        _ => return None,
    };
    Some(match length::of_text(rest, None) {
        Ok(Some(length)) => Ok(sign * length.secs),
        Ok(None) => Err("there is no length behind the T".to_owned()),
        Err(why) => Err(why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, order: Option<DateOrder>) -> String {
        match of_text(text, order) {
            Ok(None) => "none".to_owned(),
            Ok(Some(When::Exact(at))) => at.format("%F %T").to_string(),
            Ok(Some(When::Date(day))) => day.to_string(),
            Ok(Some(When::Clock(time))) => time.to_string(),
            Ok(Some(When::Zero(secs))) => format!("T{secs:+}"),
            Err(NoTime::Ambiguous) => "ambiguous".to_owned(),
            Err(NoTime::Other(_)) => "no".to_owned(),
        }
    }

    #[test]
    fn moments_of_all_kinds_are_read() {
        let cases = [
            ("2026-11-28 23:00", "2026-11-28 23:00:00"),
            ("2026-11-28T23:00:05", "2026-11-28 23:00:05"),
            ("2026-11-29T00:00:00+01:00", "2026-11-28 23:00:00"),
            ("Sat 28 Nov 2026, 11:30 PM", "2026-11-28 23:30:00"),
            ("Nov 28, 2026 11pm", "2026-11-28 23:00:00"),
            ("28-Nov-26 9:05", "2026-11-28 09:05:00"),
            ("28.11.2026 23:00", "2026-11-28 23:00:00"),
            ("11/28/2026", "2026-11-28"),
            ("23:00", "23:00:00"),
            ("12:15 am", "00:15:00"),
            ("23h30", "23:30:00"),
            ("T-30m", "T-1800"),
            ("T+1:30", "T+5400"),
            ("T0", "T+0"),
            ("03/04/2026 10:00", "ambiguous"),
            ("04/04/2026", "2026-04-04"),
            ("", "none"),
            ("TBD", "none"),
            ("soon", "no"),
            ("31/31/2026", "no"),
            ("25:00", "no"),
            ("Tuesday", "no"),
            ("13 pm", "no"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text, None), expected, "{text}");
        }
        assert_eq!(shown("03/04/2026", Some(DateOrder::DayFirst)), "2026-04-03");
        assert_eq!(shown("03/04/2026", Some(DateOrder::MonthFirst)), "2026-03-04");
    }

    #[test]
    fn serials_are_dates_and_parts_of_a_day() {
        let at = of_cell(&Cell::Number(46_354.958_333_333), None).unwrap().unwrap();
        assert_eq!(format!("{at:?}"), "Exact(2026-11-28T23:00:00)");
        let clock = of_cell(&Cell::Days(0.5), None).unwrap().unwrap();
        assert_eq!(clock, When::Clock(NaiveTime::from_hms_opt(12, 0, 0).unwrap()));
        assert!(of_cell(&Cell::Number(7.0), None).is_err());
        assert!(of_cell(&Cell::Number(f64::NAN), None).is_err());
    }

    #[test]
    fn a_date_may_say_the_order_of_all() {
        assert_eq!(order_said("28/11/2026 23:00"), Some(DateOrder::DayFirst));
        assert_eq!(order_said("11/28/2026"), Some(DateOrder::MonthFirst));
        assert_eq!(order_said("03/04/2026"), None);
        assert_eq!(order_said("2026-11-28"), None);
    }
}
