//! Lengths of time as spreadsheets and lists have them.

use super::grid::Cell;
use crate::runbook::Secs;
use crate::runbook::duration::{LONGEST, parse_duration};

/// What a plain number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

impl Unit {
    /// The unit that a word of a header names.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "s" | "sec" | "secs" | "second" | "seconds" | "sek" | "sekunden" | "\"" | "″" => {
                Self::Seconds
            }
            "m" | "min" | "mins" | "minute" | "minutes" | "minuten" | "'" | "′" | "’" => {
                Self::Minutes
            }
            "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" => Self::Hours,
            "d" | "day" | "days" | "tag" | "tage" => Self::Days,
            _ => return None,
        })
    }

    fn secs(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Minutes => 60.0,
            Self::Hours => 3600.0,
            Self::Days => 86_400.0,
        }
    }
}

/// A length that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// Seconds.
    pub secs: Secs,
    /// It is a plain number, and was taken for minutes.
    pub assumed: bool,
    /// It is the longer end of a range such as `20-30 min`.
    pub range: bool,
}

/// Reads a cell.
///
/// # Errors
/// Why it is no length.
pub(super) fn of_cell(cell: &Cell, unit: Option<Unit>) -> Result<Option<Length>, String> {
    let sure = |secs| Ok(Some(Length { secs, assumed: false, range: false }));
    match cell {
        Cell::Empty => Ok(None),
        Cell::Days(days) => sure(whole(days * 86_400.0)?),
        Cell::Number(n) => match unit {
            None if *n > 0.0 && *n < 1.0 => {
                Err(format!("{n} may be minutes, hours or a part of a day"))
            }
            _ => plain(*n, unit).map(Some),
        },
        Cell::Time(_) => Err("it is a date, not a length".to_owned()),
        Cell::Text(text) => of_text(text, unit),
    }
}

/// Reads a text: `25`, `25m`, `1:30`, `1.5 h`, `1 hr 30 mins`, `PT1H30M`; none where it says that
/// there is none.
///
/// # Errors
/// Why it is no length.
pub(super) fn of_text(text: &str, unit: Option<Unit>) -> Result<Option<Length>, String> {
    let lower = text.trim().to_lowercase();
    let word = lower.trim_start_matches(['~', '≈']).trim().trim_end_matches(['.', '?']).trim();
    if word.is_empty() || matches!(word, "-" | "–" | "n/a" | "na" | "none" | "tbd" | "tbc") {
        return Ok(None);
    }
    if let Some(secs) = clock(word) {
        return secs.map(|secs| Some(Length { secs, assumed: false, range: false }));
    }
    if is_grouped(word) && unit != Some(Unit::Hours) && unit != Some(Unit::Days) {
        return Err(unclear(word));
    }
    if let Ok(n) = word.replace(',', ".").parse::<f64>() {
        return plain(n, unit).map(Some);
    }
    if let Some(longer) = longer_end(word) {
        let length = of_text(&longer, unit)?;
        return Ok(length.map(|length| Length { range: true, ..length }));
    }
    let word = match word.strip_prefix("pt") {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => word,
    };
    let secs = parse_duration(word).or_else(|_| parts(word)).map_err(|why| {
        let no_length = || format!("`{}` is no length; write one like 25m or 1h30m", short(text));
        why.unwrap_or_else(no_length)
    })?;
    Ok(Some(Length { secs, assumed: false, range: false }))
}

/// What is said of a range of which the longer end was taken.
pub(super) fn longer(text: &str) -> String {
    format!("`{}` is a range: its longer end became the duration", short(text))
}

fn unclear(word: &str) -> String {
    format!("`{}` may be thousands or decimals: write it without its point", short(word))
}

/// `1.000`: a thousand, where a dot parts thousands, and one, where it parts decimals.
fn is_grouped(word: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    word.split_once(['.', ',']).is_some_and(|(whole, rest)| {
        (1..=3).contains(&whole.len()) && rest.len() == 3 && digits(whole) && digits(rest)
    }) && !word.starts_with('0')
}

/// `30 min` of `20-30 min` and of `20 min to 30 min`.
fn longer_end(word: &str) -> Option<String> {
    let (from, to) =
        ["-", "–", "—", " to ", " bis "].iter().find_map(|sign| word.split_once(sign))?;
    let (from, to) = (from.trim(), to.trim());
    let is_end =
        |end: &str| end.starts_with(|c: char| c.is_ascii_digit()) && !end.contains(['-', '–', '—']);
    let first = |end: &str| {
        let digits = end.find(|c: char| !c.is_ascii_digit()).unwrap_or(end.len());
        end.get(..digits).and_then(|digits| digits.parse::<u64>().ok())
    };
    // Numbers without a unit of their own have that of the end.
    let rises = from.parse::<u64>().is_err() || first(from) <= first(to);
    (is_end(from) && is_end(to) && rises).then(|| to.to_owned())
}

/// `1:30` and `1:30:00`: hours first.
fn clock(word: &str) -> Option<Result<Secs, String>> {
    let parts: Vec<&str> = word.split(':').collect();
    let digits =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(digits) {
        return None;
    }
    let numbers: Vec<Secs> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    Some(match numbers.as_slice() {
        [h, m] if *m < 60 => Ok(h * 3600 + m * 60),
        [h, m, s] if *m < 60 && *s < 60 => Ok(h * 3600 + m * 60 + s),
        _ => Err(format!("`{word}` is no time: an hour has 60 minutes")),
    })
}

/// `1.5 h`, `1,5 hours 10 min`, `1h30` (minutes follow hours), `15'`.
fn parts(word: &str) -> Result<Secs, Option<String>> {
    let mut total = 0.0;
    let mut rest = word;
    let mut before = None;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
        let (number, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let tail = tail.trim_start();
        let is_unit = |c: char| c.is_alphabetic() || matches!(c, '\'' | '′' | '’' | '"' | '″');
        let (word, tail) = tail.split_at(tail.find(|c| !is_unit(c)).unwrap_or(tail.len()));
        let grouped = is_grouped(number);
        let number = number.replace(',', ".").parse::<f64>().map_err(|_| None)?;
        let unit = match (word, before) {
            ("", Some(Unit::Hours)) if tail.is_empty() && number < 60.0 => Unit::Minutes,
            _ => Unit::named(word).ok_or(None)?,
        };
        if grouped && !matches!(unit, Unit::Hours | Unit::Days) {
            return Err(Some(unclear(rest)));
        }
        total += number * unit.secs();
        before = Some(unit);
        let tail = tail.trim_start().trim_start_matches(['.', ',']).trim_start();
        rest = ["and ", "und ", "&"]
            .iter()
            .find_map(|word| tail.strip_prefix(word))
            .unwrap_or(tail)
            .trim_start();
    }
    whole(total).map_err(Some)
}

fn plain(n: f64, unit: Option<Unit>) -> Result<Length, String> {
    let secs = whole(n * unit.unwrap_or(Unit::Minutes).secs())?;
    Ok(Length { secs, assumed: unit.is_none() && secs != 0, range: false })
}

fn whole(secs: f64) -> Result<Secs, String> {
    if !secs.is_finite() || secs < 0.0 {
        return Err("a length cannot be negative".to_owned());
    }
    if secs > LONGEST as f64 {
        return Err("it is longer than ten years".to_owned());
    }
    Ok(secs.round() as Secs)
}

/// A text short enough to be named in a sentence.
pub(super) fn short(text: &str) -> String {
    const SHORT: usize = 60;
    let line = text.lines().next().unwrap_or_default().trim();
    match line.char_indices().nth(SHORT) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_all_kinds_are_read() {
        let cases = [
            ("25", 1500),
            ("25m", 1500),
            ("25 mins.", 1500),
            ("0:45", 2700),
            ("1:30", 5400),
            ("01:30:15", 5415),
            ("1.5h", 5400),
            ("1,5 h", 5400),
            ("2 hrs 30 mins", 9000),
            ("1 hour and 10 minutes", 4200),
            ("PT1H30M", 5400),
            ("~15 min", 900),
            ("90 s", 90),
            ("0", 0),
            ("1h30", 5400),
            ("1 Std.", 3600),
            ("2 Std. 30 Min.", 9000),
            ("1 Stunde und 10 Minuten", 4200),
            ("15'", 900),
            ("1.5", 90),
            ("0.125 h", 450),
        ];
        for (word, secs) in cases {
            assert_eq!(of_text(word, None).unwrap().unwrap().secs, secs, "{word}");
        }
        for word in ["", "-", "n/a", "TBD"] {
            assert_eq!(of_text(word, None), Ok(None), "{word}");
        }
        for word in
            ["soon", "-5", "1:75", "1e300", "m", "5 apples", "1.000", "2,500", "1.000 min", "1h90"]
        {
            assert!(of_text(word, None).is_err(), "{word}");
        }
    }

    #[test]
    fn of_a_range_the_longer_end_counts() {
        for word in ["20-30 min", "20–30min", "20 min - 30 min", "20 to 30 minutes", "20-30"] {
            let length = of_text(word, None).unwrap().unwrap();
            assert_eq!((length.secs, length.range), (1800, true), "{word}");
        }
        for word in ["1-2-3", "-20-30", "2026-01-02", "20-", "30-20 min"] {
            assert!(of_text(word, None).is_err(), "{word}");
        }
    }

    #[test]
    fn what_is_quoted_keeps_its_case() {
        let why = of_text("After Freeze", None).unwrap_err();
        assert!(why.contains("`After Freeze`"), "{why}");
    }

    #[test]
    fn numbers_count_what_the_header_says() {
        let cases = [
            (Cell::Number(2.0), Some(Unit::Hours), 7200, false),
            (Cell::Number(90.0), Some(Unit::Seconds), 90, false),
            (Cell::Number(25.0), None, 1500, true),
            (Cell::Number(0.5), Some(Unit::Hours), 1800, false),
            (Cell::Days(1.0 / 24.0), None, 3600, false),
        ];
        for (cell, unit, secs, assumed) in cases {
            assert_eq!(
                of_cell(&cell, unit),
                Ok(Some(Length { secs, assumed, range: false })),
                "{cell:?}"
            );
        }
        assert!(of_cell(&Cell::Number(0.25), None).is_err());
    }
}
