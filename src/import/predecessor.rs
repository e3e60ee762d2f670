//! Predecessors as planning tools write them: `3;4`, `12FS+5m`, `freeze; dump SS+5m`.

use super::length;
use crate::runbook::{LinkOn, Secs};

/// One predecessor, by whatever name the file gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Its number or id, as written.
    pub name: String,
    /// Which end of it.
    pub on: LinkOn,
    /// Time between, in seconds; not negative.
    pub lag: Secs,
}

/// Reads a cell: each predecessor, or why it is none.
pub(super) fn of_text(text: &str) -> Vec<Result<Named, String>> {
    let text = text.trim();
    if matches!(
        text.to_lowercase().as_str(),
        "" | "-" | "–" | "n/a" | "na" | "none" | "nil" | "keine" | "keiner" | "entfällt"
    ) {
        return Vec::new();
    }
    let words = text.split([';', ',', '\n', '&']).map(str::trim).filter(|word| !word.is_empty());
    words.flat_map(numbers).map(one).collect()
}

/// `2 and 3` is two numbers; `Freeze and dump` is one title.
fn numbers(word: &str) -> Vec<&str> {
    for and in [" and ", " und "] {
        let parts: Vec<&str> = word.split(and).map(str::trim).collect();
        let is_number =
            |part: &&str| part.trim_start_matches('#').starts_with(|c: char| c.is_ascii_digit());
        if parts.len() > 1 && parts.iter().all(is_number) {
            return parts;
        }
    }
    vec![word]
}

fn one(word: &str) -> Result<Named, String> {
    let (head, lag) = cut_lag(word)?;
    let (name, on) = cut_type(head)?;
    if name.is_empty() {
        return Err(format!("`{}` names no predecessor", length::short(word)));
    }
    Ok(Named { name: name.to_owned(), on, lag })
}

/// `12FS+5m` is `12FS` and five minutes. A minus or plus inside an id (`go-live`, `c++`) is no lag.
fn cut_lag(word: &str) -> Result<(&str, Secs), String> {
    let sign = word.char_indices().rev().find(|(at, c)| {
        let behind = word.get(at + c.len_utf8()..).unwrap_or_default().trim_start();
        matches!(c, '+' | '-' | '−') && behind.starts_with(|c: char| c.is_ascii_digit())
    });
    let Some((at, sign)) = sign else { return Ok((word, 0)) };
    let head = word.get(..at).unwrap_or_default().trim_end();
    let lag = word.get(at + sign.len_utf8()..).unwrap_or_default().trim();
    let typed = ends_with_type(head);
    // Without a type a minus belongs to the id: `step-4`.
    if sign != '+' && !typed {
        return Ok((word, 0));
    }
    match length::of_text(lag, None) {
        Ok(Some(length)) if sign == '+' => Ok((head, length.secs)),
        Ok(Some(length)) if length.secs == 0 => Ok((head, 0)),
        Ok(Some(_)) => Err(format!(
            "`{}` begins before its predecessor ends, which a runbook cannot say",
            length::short(word)
        )),
        _ => Err(format!("`{}` has a lag that is no length", length::short(word))),
    }
}

fn ends_with_type(head: &str) -> bool {
    cut_type(head).map_or(true, |(name, _)| name.len() < head.len())
}

/// `12FS` is `12`, finish to start. A type stands behind a number or a space.
fn cut_type(head: &str) -> Result<(&str, LinkOn), String> {
    let whole = Ok((head, LinkOn::Finish));
    let Some(at) = head.len().checked_sub(2).filter(|at| head.is_char_boundary(*at)) else {
        return whole;
    };
    let (before, kind) = head.split_at(at);
    let is_apart = before.ends_with(|c: char| c.is_ascii_digit() || c == ' ');
    if !is_apart {
        return whole;
    }
    let name = before.trim_end();
    match kind.to_ascii_uppercase().as_str() {
        // Also as German tools write them: Ende–Anfang, Anfang–Anfang.
        "FS" | "EA" => Ok((name, LinkOn::Finish)),
        "SS" | "AA" => Ok((name, LinkOn::Start)),
        "FF" | "SF" | "EE" | "AE" => Err(format!(
            "`{}` links to the end of the step, which a runbook cannot say",
            length::short(head)
        )),
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let words = of_text(text).into_iter().map(|found| match found {
            Ok(Named { name, on: LinkOn::Finish, lag }) => format!("{name} FS{lag}"),
            Ok(Named { name, on: LinkOn::Start, lag }) => format!("{name} SS{lag}"),
            Err(_) => "no".to_owned(),
        });
        words.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn predecessors_of_all_kinds_are_read() {
        let cases = [
            ("3", "3 FS0"),
            ("3;4", "3 FS0 | 4 FS0"),
            ("3, 4 , 5", "3 FS0 | 4 FS0 | 5 FS0"),
            ("12FS+5m", "12 FS300"),
            ("12FS + 5 mins", "12 FS300"),
            ("12SS", "12 SS0"),
            ("12ss+1:30", "12 SS5400"),
            ("4+10", "4 FS600"),
            ("freeze; dump SS+5m", "freeze FS0 | dump SS300"),
            ("go-live", "go-live FS0"),
            ("step-4", "step-4 FS0"),
            ("pass", "pass FS0"),
            ("c++", "c++ FS0"),
            ("1.2.3", "1.2.3 FS0"),
            ("12FF", "no"),
            ("5EA+5min", "5 FS300"),
            ("5 AA", "5 SS0"),
            ("5EE", "no"),
            ("2 and 3", "2 FS0 | 3 FS0"),
            ("2 und 3FS+5m", "2 FS0 | 3 FS300"),
            ("#2 and #3", "#2 FS0 | #3 FS0"),
            ("Freeze and dump", "Freeze and dump FS0"),
            ("2EA+1 Tag", "2 FS86400"),
            ("12FS-5m", "no"),
            ("12FS+50%", "no"),
            ("FS+5m", "FS FS300"),
            ("", ""),
            ("n/a", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
