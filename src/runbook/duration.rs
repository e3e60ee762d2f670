//! Lengths of time as people write and read them.

use super::Secs;

/// Longest length that is read: ten years, in seconds. Keeps every later sum far from overflow.
pub const LONGEST: Secs = 3660 * 24 * 3600;

/// Reads a length such as `1h30m`, `25m`, `90s`, `2h`, `1d`, also `1 h 30 min`.
///
/// # Errors
/// Why it is no length, in words that fit behind a colon.
pub fn parse_duration(word: &str) -> Result<Secs, String> {
    let mut rest = word.trim();
    if rest.is_empty() {
        return Err("a length such as \"25m\" or \"1h30m\" is missing".to_owned());
    }
    let mut total: Secs = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        if number.is_empty() {
            return Err(format!("`{word}` is no length; write one like \"25m\" or \"1h30m\""));
        }
        if unit.is_empty() && tail.is_empty() {
            return Err(format!("`{word}` has no unit; write \"{number}m\" for minutes"));
        }
        let unit = unit_secs(unit).ok_or_else(|| {
            format!("`{word}` is no length; write one like \"25m\" or \"1h30m\" (units d, h, m, s)")
        })?;
        let part = number.parse::<Secs>().ok().and_then(|n| n.checked_mul(unit));
        total = part
            .and_then(|p| total.checked_add(p))
            .filter(|t| *t <= LONGEST)
            .ok_or_else(|| format!("`{word}` is longer than ten years"))?;
        rest = tail.trim_start();
    }
    Ok(total)
}

fn unit_secs(unit: &str) -> Option<Secs> {
    match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3600),
        "d" | "day" | "days" => Some(24 * 3600),
        "w" | "week" | "weeks" => Some(7 * 24 * 3600),
        _ => None,
    }
}

/// Writes a length as [`parse_duration`] reads it: `25m`, `1h32m`, `1m30s`, `2d4h`; `0m` for none,
/// a minus sign (U+2212) before a negative one.
pub fn format_duration(secs: Secs) -> String {
    if secs == 0 {
        return "0m".to_owned();
    }
    let mut text = if secs < 0 { "\u{2212}".to_owned() } else { String::new() };
    let mut rest = secs.unsigned_abs();
    for (unit, name) in [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')] {
        if rest >= unit {
            text.push_str(&(rest / unit).to_string());
            text.push(name);
            rest %= unit;
        }
    }
    text
}

/// Writes a running time: `15:48`, `1:02:03`; a minus sign (U+2212) before a negative one.
pub fn format_timer(secs: Secs) -> String {
    let sign = if secs < 0 { "\u{2212}" } else { "" };
    let all = secs.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    if hours > 0 {
        format!("{sign}{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{sign}{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        let cases = [
            ("25m", 1500),
            ("1h30m", 5400),
            ("90s", 90),
            ("2h", 7200),
            ("1d", 86_400),
            ("1w", 604_800),
            ("0m", 0),
            (" 1 h 30 min ", 5400),
            ("1h 30m", 5400),
            ("2 hours", 7200),
        ];
        for (word, secs) in cases {
            assert_eq!(parse_duration(word), Ok(secs), "{word}");
        }
    }

    #[test]
    fn what_is_no_length_says_why() {
        let cases = [
            ("", "missing"),
            ("25", "no unit; write \"25m\""),
            ("m", "no length"),
            ("1.5h", "no length"),
            ("-5m", "no length"),
            ("5x", "no length"),
            ("99999999999999999999d", "ten years"),
            ("9999999d", "ten years"),
        ];
        for (word, part) in cases {
            let error = parse_duration(word).expect_err(word);
            assert!(error.contains(part), "{word}: {error}");
        }
    }

    #[test]
    fn a_length_written_is_read_back() {
        for secs in [0, 1, 59, 60, 90, 1500, 5520, 86_400, 93_784] {
            assert_eq!(parse_duration(&format_duration(secs)), Ok(secs));
        }
        assert_eq!(format_duration(5520), "1h32m");
        assert_eq!(format_duration(-90), "\u{2212}1m30s");
        assert_eq!(format_duration(Secs::MIN).chars().next(), Some('\u{2212}'));
    }

    #[test]
    fn timers_look_like_a_stopwatch() {
        let cases = [(948, "15:48"), (3723, "1:02:03"), (0, "0:00"), (-65, "\u{2212}1:05")];
        for (secs, shown) in cases {
            assert_eq!(format_timer(secs), shown);
        }
    }
}
