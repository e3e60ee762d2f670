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
            "s" | "sec" | "secs" | "second" | "seconds" => Self::Seconds,
            "m" | "min" | "mins" | "minute" | "minutes" | "minuten" => Self::Minutes,
            "h" | "hr" | "hrs" | "hour" | "hours" | "stunden" => Self::Hours,
            "d" | "day" | "days" | "tage" => Self::Days,
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
}

/// Reads a cell.
///
/// # Errors
/// Why it is no length.
pub(super) fn of_cell(cell: &Cell, unit: Option<Unit>) -> Result<Option<Length>, String> {
    let sure = |secs| Ok(Some(Length { secs, assumed: false }));
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
    let word = text.trim().to_lowercase();
    let word = word.trim_start_matches(['~', '≈']).trim().trim_end_matches(['.', '?']).trim();
    if word.is_empty() || matches!(word, "-" | "–" | "n/a" | "na" | "none" | "tbd" | "tbc") {
        return Ok(None);
    }
    if let Some(secs) = clock(word) {
        return secs.map(|secs| Some(Length { secs, assumed: false }));
    }
    if let Ok(n) = word.replace(',', ".").parse::<f64>() {
        return plain(n, unit).map(Some);
    }
    let word = match word.strip_prefix("pt") {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => word,
    };
    let secs = parse_duration(word).or_else(|_| parts(word))?;
    Ok(Some(Length { secs, assumed: false }))
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

/// `1.5 h`, `1,5 hours 10 min`.
fn parts(word: &str) -> Result<Secs, String> {
    let no_length = || format!("`{}` is no length; write one like 25m or 1h30m", short(word));
    let mut total = 0.0;
    let mut rest = word;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
        let (number, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let tail = tail.trim_start();
        let (unit, tail) =
            tail.split_at(tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len()));
        let number = number.replace(',', ".").parse::<f64>().map_err(|_| no_length())?;
        let unit = Unit::named(unit).ok_or_else(no_length)?;
        total += number * unit.secs();
        let tail = tail.trim_start().trim_start_matches(['.', ',']).trim_start();
        rest = tail
            .strip_prefix("and ")
            .or_else(|| tail.strip_prefix('&'))
            .unwrap_or(tail)
            .trim_start();
    }
    whole(total)
}

fn plain(n: f64, unit: Option<Unit>) -> Result<Length, String> {
    let secs = whole(n * unit.unwrap_or(Unit::Minutes).secs())?;
    Ok(Length { secs, assumed: unit.is_none() && secs != 0 })
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
        ];
        for (word, secs) in cases {
            assert_eq!(of_text(word, None).unwrap().unwrap().secs, secs, "{word}");
        }
        for word in ["", "-", "n/a", "TBD"] {
            assert_eq!(of_text(word, None), Ok(None), "{word}");
        }
        for word in ["soon", "15-20 min", "-5", "1:75", "1e300", "m", "5 apples"] {
            assert!(of_text(word, None).is_err(), "{word}");
        }
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
            assert_eq!(of_cell(&cell, unit), Ok(Some(Length { secs, assumed })), "{cell:?}");
        }
        assert!(of_cell(&Cell::Number(0.25), None).is_err());
    }
}
