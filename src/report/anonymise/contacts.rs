//! Phone numbers and e-mail addresses in free text, however they are written.

use std::ops::Range;

/// What stands for a way to reach somebody.
pub(super) const CONTACT: &str = "[contact]";

/// Fewer digits than this are too often something else.
const FEWEST_DIGITS: usize = 6;

/// Numbers are compared by so many last digits: `+44 20 …` and `020 …` are one phone.
const COMPARED: usize = 8;

/// The digits of each phone number in a contact.
pub(super) fn phones(contact: &str) -> Vec<String> {
    numbers(contact).map(|number| digits(contact.get(number).unwrap_or_default())).collect()
}

/// The text without e-mail addresses, without these phone numbers, and without what looks like one;
/// none where none is in it.
pub(super) fn replaced(text: &str, listed: &[String]) -> Option<String> {
    let has = |c: char| c == '@' || c.is_ascii_digit();
    if !text.contains(has) {
        return None;
    }
    let mut found: Vec<_> = emails(text).collect();
    let phones = numbers(text).filter(|number| {
        let written = text.get(number.clone()).unwrap_or_default();
        let digits = digits(written);
        looks_like_a_phone(written, &digits) || listed.iter().any(|known| same(known, &digits))
    });
    found.extend(phones);
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|range| range.start);
    let (mut out, mut done) = (String::new(), 0);
    for range in found.into_iter() {
        if range.start >= done {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            out.push_str(CONTACT);
            done = range.end;
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Some(out)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn same(known: &str, digits: &str) -> bool {
    let tail = |text: &str| text.get(text.len().saturating_sub(COMPARED)..).map(str::to_owned);
    let shorter = known.len().min(digits.len());
    shorter >= FEWEST_DIGITS
        && (known == digits || shorter >= COMPARED)
        && tail(known) == tail(digits)
}

/// `name@host.example`, with the host.
fn emails(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_local = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let is_host = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
    text.match_indices('@').filter_map(move |(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
        let local = before.len() - before.trim_end_matches(is_local).len();
        let host = after.len() - after.trim_start_matches(is_host).len();
        let host = after.get(..host)?.trim_end_matches(['.', '-']);
        (local > 0 && host.contains('.')).then(|| at - local..at + 1 + host.len())
    })
}

/// Digits with at most two signs between them that phone numbers have, not part of a word.
fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let is_start = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'(');
            let start = from + bytes.get(from..)?.iter().position(is_start)?;
            let (mut end, mut signs, mut count, mut at) = (start, 0, 0, start);
            while let Some(&b) = bytes.get(at) {
                if b.is_ascii_digit() {
                    (end, signs, count) = (at + 1, 0, count + 1);
                } else if at > start && b == b'+' || !b"+ -./()".contains(&b) || signs == 2 {
                    break;
                } else {
                    signs += 1;
                }
                at += 1;
            }
            from = end.max(start + 1);
            let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let before = text.get(..start).and_then(|t| t.chars().next_back());
            let after = text.get(end..).and_then(|t| t.chars().next());
            let is_time = after == Some(':') || before == Some(':');
            if count >= FEWEST_DIGITS && !touches(before) && !touches(after) && !is_time {
                return Some(start..end);
            }
        }
    })
}

/// International, with the zero of a trunk call, or as `555-123-4567`; no date, amount or version.
fn looks_like_a_phone(written: &str, digits: &str) -> bool {
    let groups: Vec<_> =
        written.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    let is_date = groups.windows(3).any(|three| {
        let of = |n: usize| three.get(n).map_or(0, |group| group.len());
        let year = |n: usize| {
            three.get(n).is_some_and(|group| group.starts_with("19") || group.starts_with("20"))
        };
        matches!((of(0), of(1), of(2)), (4, 2, 2) if year(0))
            || matches!((of(0), of(1), of(2)), (1..=2, 1..=2, 4) if year(2))
    });
    let is_decimal = written.starts_with("0.") && groups.len() == 2;
    if is_date || is_decimal {
        return false;
    }
    let international = written.starts_with('+') && (8..=15).contains(&digits.len());
    let trunk = digits.starts_with('0') && (9..=15).contains(&digits.len()) && groups.len() > 1;
    international || trunk || matches!(&lengths[..], [3, 3, 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_reach_somebody_are_found_however_written() {
        let listed = phones("+44 20 7946 0018");
        let cases = [
            ("call +44 20 7946 0018 now", "call [contact] now"),
            ("call 020-7946-0018", "call [contact]"),
            ("(020) 79460018.", "[contact]."),
            ("0044 20 79 46 00 18", "[contact]"),
            ("442079460018", "[contact]"),
            ("+49 151 2345678, or 0151/23 45 678", "[contact], or [contact]"),
            ("(555) 123-4567", "[contact]"),
            ("mail bo.l@mail.example.org.", "mail [contact]."),
            // What is none of it.
            ("12000000 rows in 2026-11-24 02:14:55", "12000000 rows in 2026-11-24 02:14:55"),
            ("02.11.2026 02:14", "02.11.2026 02:14"),
            ("CHG0041823333 and v10.20.30.40", "CHG0041823333 and v10.20.30.40"),
            ("0.123456789 of 1 234 567", "0.123456789 of 1 234 567"),
            ("@sre at 22:53:07", "@sre at 22:53:07"),
            ("abc00123456789012def", "abc00123456789012def"),
        ];
        for (text, expected) in cases {
            assert_eq!(replaced(text, &listed).as_deref().unwrap_or(text), expected);
        }
    }
}
