//! Points in time: T times, clock times, datetimes with and without an offset.

use super::collect::At;
use super::field::{Field, Reader};
use super::names::Use;
use crate::runbook::clock::{Written, from_local, next_clock, parse_clock, parse_datetime};
use crate::runbook::duration::parse_duration;
use crate::runbook::text::visible;
use crate::runbook::{Moment, Span};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use toml::de::DeValue;

const FORMS: &str = "write \"T-30m\", \"T+2h\", \"02:30\", 2026-11-28T23:00:00Z, or a datetime without offset for local time";

impl<'a> Reader<'a> {
    /// A point in time in any of its forms.
    pub fn moment(&mut self, field: &Field<'a>) -> Option<Moment> {
        match field.value {
            DeValue::Datetime(written) => self.toml_moment(written, field.at),
            DeValue::String(raw) => {
                let filled = self.fill(raw, field.at, Use::Text).into_owned();
                self.text_moment(filled.trim(), field.at)
            }
            _ => {
                self.wrong_type(field, "text such as \"T-30m\" or \"02:30\", or a datetime");
                None
            }
        }
    }

    /// A point in time that must be known without the run: a datetime, or a T time or clock time
    /// where zero hour is known.
    pub fn instant(&mut self, field: &Field<'a>) -> Option<DateTime<Utc>> {
        let moment = self.moment(field)?;
        let known = match moment {
            Moment::At(time) => Some(time),
            Moment::T(secs) => self.zero_hour.and_then(|zero| shifted(zero, secs)),
            Moment::Clock(_) => None,
        };
        if known.is_none() {
            let message = format!("`{}` needs a date", visible(field.key));
            self.out
                .error("bad-time", field.at, message)
                .help("write a datetime such as 2026-11-28T23:00:00Z, or without Z for local time");
        }
        known
    }

    fn toml_moment(&mut self, written: &toml::value::Datetime, at: At) -> Option<Moment> {
        let date = written
            .date
            .map(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()));
        let time = written.time.map(|t| {
            NaiveTime::from_hms_opt(t.hour.into(), t.minute.into(), t.second.unwrap_or(0).into())
        });
        match (date, time, written.offset) {
            (Some(Some(date)), Some(Some(time)), None) => {
                self.local(date.and_time(time), at).map(Moment::At)
            }
            (Some(Some(date)), Some(Some(time)), Some(offset)) => {
                let minutes = match offset {
                    toml::value::Offset::Z => 0,
                    toml::value::Offset::Custom { minutes } => i64::from(minutes),
                };
                let time = Duration::try_minutes(minutes)
                    .and_then(|shift| date.and_time(time).checked_sub_signed(shift));
                time.map(|t| Moment::At(t.and_utc()))
            }
            (None, Some(Some(clock)), _) => self.clock(clock, at),
            _ => {
                let message = format!("`{written}` is no point in time");
                self.out.error("bad-time", at, message).help(FORMS);
                None
            }
        }
    }

    fn text_moment(&mut self, word: &str, at: At) -> Option<Moment> {
        if let Some(rest) = word.strip_prefix(['T', 't']) {
            let rest = rest.trim();
            let (sign, length) = match rest.strip_prefix('+') {
                Some(length) => (1, length),
                None => match rest.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
                    Some(length) => (-1, length),
                    None if rest.is_empty() => return Some(Moment::T(0)),
                    None => (0, rest),
                },
            };
            if sign == 0 {
                return self.bad_time(word, at);
            }
            if matches!(length.trim(), "0") {
                return Some(Moment::T(0));
            }
            return match parse_duration(length) {
                Ok(secs) => Some(Moment::T(sign * secs)),
                Err(_) => self.bad_time(word, at),
            };
        }
        if let Some(clock) = parse_clock(word) {
            return self.clock(clock, at);
        }
        match parse_datetime(word) {
            Some(Written::Exact(time)) => Some(Moment::At(time)),
            Some(Written::Local(local)) => self.local(local, at).map(Moment::At),
            None => self.bad_time(word, at),
        }
    }

    fn bad_time(&mut self, word: &str, at: At) -> Option<Moment> {
        let message = format!("`{}` is no point in time", visible(word));
        self.out.error("bad-time", at, message).help(FORMS);
        None
    }

    fn clock(&mut self, clock: NaiveTime, at: At) -> Option<Moment> {
        let Some(base) = self.clock_base else { return Some(Moment::Clock(clock)) };
        match next_clock(clock, self.zone, base) {
            Ok(time) => Some(Moment::At(time)),
            Err((local, odd)) => {
                self.odd_local(local, &odd, at);
                None
            }
        }
    }

    fn local(&mut self, local: NaiveDateTime, at: At) -> Option<DateTime<Utc>> {
        from_local(local, self.zone).map_err(|odd| self.odd_local(local, &odd, at)).ok()
    }

    fn odd_local(&mut self, local: NaiveDateTime, odd: &crate::runbook::clock::OddLocal, at: At) {
        let code = if odd.repeated { "repeated-time" } else { "skipped-time" };
        let [a, b] = odd.spellings(self.zone);
        self.out
            .error(code, at, odd.explain(local, self.zone))
            .help(format!("write the one you mean with its offset: {a} or {b}"));
    }

    /// A planned length: one, or three points.
    pub fn span(&mut self, field: &Field<'a>) -> Option<Span> {
        if !matches!(field.value, DeValue::Array(_)) {
            return self.duration(field).map(|likely| Span { likely, range: None });
        }
        let list = self.list(field, "a length or three of them");
        let points: Vec<_> = list.iter().filter_map(|f| self.duration(f)).collect();
        if points.len() < list.len() {
            return None;
        }
        match points[..] {
            [best, likely, worst] if best <= likely && likely <= worst => {
                Some(Span { likely, range: Some((best, worst)) })
            }
            [_, _, _] => {
                self.out
                    .error(
                        "bad-duration",
                        field.at,
                        "three lengths should rise: best, likely, worst",
                    )
                    .help("for example [\"15m\", \"25m\", \"1h\"]");
                None
            }
            _ => {
                let message = format!("a duration is one length or three, not {}", points.len());
                self.out
                    .error("bad-duration", field.at, message)
                    .help("write \"25m\", or best, likely, worst: [\"15m\", \"25m\", \"1h\"]");
                None
            }
        }
    }
}

/// A time moved by so many seconds, where that can be represented.
pub(in crate::runbook) fn shifted(time: DateTime<Utc>, secs: i64) -> Option<DateTime<Utc>> {
    Duration::try_seconds(secs).and_then(|d| time.checked_add_signed(d))
}
