//! A schedule as plain text: the table, the Gantt, the critical path, who is wanted twice, and the
//! way back.

mod gantt;
mod table;
mod way_back;

use super::status_text::fitted;
use crate::cockpit::view::letters;
use crate::runbook::schedule::{Ladder, Schedule, Wanted, Who, wanted_twice};
use crate::runbook::{Owner, Runbook, StepIx, format_duration, visible};
use chrono::{DateTime, NaiveDate, Offset, TimeZone, Utc};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// More steps than this are not listed in one line.
const LISTED: usize = 12;

/// How the text looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns of a line.
    pub columns: usize,
    /// Letters instead of symbols.
    pub ascii: bool,
}

/// What the sections of the text are written from.
pub struct Page<'a> {
    /// The plan.
    pub plan: &'a Runbook,
    /// Its times.
    pub schedule: &'a Schedule,
    /// Its way back.
    pub ladder: &'a Ladder,
    /// How it looks.
    pub look: Look,
    /// The day of the start, for marking times of later ones.
    day: NaiveDate,
    /// Clocks change on the way: times carry the name of their offset.
    changes: bool,
}

/// The whole text; safe to show.
pub fn of(plan: &Runbook, schedule: &Schedule, ladder: &Ladder, look: Look) -> String {
    let page = Page::new(plan, schedule, ladder, look);
    let mut out = String::new();
    page.heading(&mut out);
    table::write(&page, &mut out);
    gantt::write(&page, &mut out);
    page.critical_path(&mut out);
    page.wanted(&mut out);
    way_back::write(&page, &mut out);
    look.letters(out)
}

impl Look {
    /// A text as it is shown: with letters in place of symbols where that is wanted.
    pub fn letters(self, text: String) -> String {
        if self.ascii { letters(&text) } else { text }
    }
}

impl<'a> Page<'a> {
    /// A page about one plan.
    pub fn new(plan: &'a Runbook, schedule: &'a Schedule, ladder: &'a Ladder, look: Look) -> Self {
        let zone = plan.release.timezone;
        let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        let last = plan.release.window.map_or(schedule.finish, |w| w.closes.max(schedule.finish));
        Self {
            plan,
            schedule,
            ladder,
            look,
            day: schedule.start.with_timezone(&zone).date_naive(),
            changes: offset(schedule.start) != offset(last),
        }
    }

    /// A clock time in the runbook's zone: `23:50`, `00:10+1` on the day after the start's, with the
    /// name of the offset where clocks change on the way.
    pub fn clock(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.plan.release.timezone);
        let mut text = local.format("%H:%M").to_string();
        // A plan that counts from now does not show the seconds of now at every step.
        let odd = |secs: i64| secs % 60 != 0;
        if odd(at.timestamp()) && odd((at - self.schedule.start).num_seconds()) {
            text = local.format("%H:%M:%S").to_string();
        }
        let days = (local.date_naive() - self.day).num_days();
        if days != 0 {
            let _ = write!(text, "{days:+}");
        }
        if self.changes {
            let _ = write!(text, " {}", local.format("%Z"));
        }
        text
    }

    fn date(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.plan.release.timezone).format("%a %-d %b %Y %H:%M").to_string()
    }

    /// What it is, from when to when, and how that stands to the window.
    fn heading(&self, out: &mut String) {
        let (release, schedule) = (&self.plan.release, self.schedule);
        let _ = writeln!(out, "{}", visible(&release.title));
        let length = (schedule.finish - schedule.start).num_seconds();
        let _ = writeln!(
            out,
            "{} to {} {}: {}",
            self.date(schedule.start),
            self.clock(schedule.finish),
            release.timezone.name(),
            format_duration(length)
        );
        if let Some(window) = release.window {
            let left = (window.closes - schedule.finish).num_seconds();
            let spare = match left {
                0.. => format!("{} to spare at its close", format_duration(left)),
                _ => format!("the plan ends {} AFTER ITS CLOSE", format_duration(-left)),
            };
            let early = (window.opens - schedule.start).num_seconds();
            let before = match early {
                1.. => format!("; the plan starts {} before it opens", format_duration(early)),
                _ => String::new(),
            };
            let (opens, closes) = (self.date(window.opens), self.clock(window.closes));
            let text = format!("window {opens} to {closes}: {spare}{before}");
            broken(&text, self.look.columns, ("", "  "), out);
        }
        for (choice, option) in &schedule.assumed {
            let step = &self.plan.steps[*choice];
            let Some(option) = step.options.get(*option) else { continue };
            let (title, option) = (visible(&step.title), visible(&option.title));
            let text =
                format!("{} {title}: counted with \"{option}\", which ends latest", step.number);
            broken(&text, self.look.columns, ("", "  "), out);
        }
    }

    /// Numbers of steps in a line.
    pub fn numbers(&self, steps: &[StepIx]) -> String {
        let listed = &steps[..steps.len().min(LISTED)];
        let mut text: Vec<&str> =
            listed.iter().map(|&ix| self.plan.steps[ix].number.as_str()).collect();
        let more = format!("{} more", steps.len() - listed.len());
        if listed.len() < steps.len() {
            text.push(&more);
        }
        text.join(", ")
    }

    fn critical_path(&self, out: &mut String) {
        let _ = writeln!(out, "\nCritical path");
        let numbers = self.schedule.critical_path.iter().map(|&ix| {
            let step = &self.plan.steps[ix];
            let length = self
                .schedule
                .steps
                .get(ix)
                .map_or(0, |s| (s.early_finish - s.early_start).num_seconds());
            match length {
                0 => step.number.clone(),
                _ => format!("{} ({})", step.number, format_duration(length)),
            }
        });
        wrapped(numbers, " → ", self.look.columns, out);
    }

    fn wanted(&self, out: &mut String) {
        let wanted = wanted_twice(self.plan, self.schedule);
        if wanted.is_empty() {
            return;
        }
        let _ = writeln!(out, "\nWanted in two places at once, if all starts as early as it can");
        for found in wanted {
            let Wanted { who, from, until, steps, at_once } = &found;
            let what = match who {
                Who::Person(person) => visible(self.plan.person_name(person)).into_owned(),
                Who::Team(team, 1) => format!("team {} (1 person)", visible(team)),
                Who::Team(team, people) => format!("team {} ({people} people)", visible(team)),
            };
            let (from, until) = (self.clock(*from), self.clock(*until));
            let numbers = self.numbers(steps);
            let text = format!("{from}–{until}  {what}: {at_once} at once of {numbers}");
            sentence(&text, self.look.columns, out);
        }
    }

    /// Who is expected to do a step, as short as it can be said.
    pub fn owner(&self, ix: StepIx) -> String {
        match &self.plan.steps[ix].owner {
            Some(Owner::Person(person)) => person.clone(),
            Some(Owner::Team(team)) => format!("team {team}"),
            None => String::new(),
        }
    }

    /// The title of a step in so many columns.
    pub fn title(&self, ix: StepIx, columns: usize) -> String {
        fitted(&self.plan.steps[ix].title, columns)
    }
}

/// Writes a sentence in indented lines that are not wider than they may be.
pub fn sentence(text: &str, columns: usize, out: &mut String) {
    broken(text, columns, ("  ", "    "), out);
}

/// Writes a text in lines that are not wider than they may be, after what the first and the others
/// begin with.
fn broken(text: &str, columns: usize, (first, others): (&str, &str), out: &mut String) {
    let mut line = first.to_owned();
    let mut begun = false;
    for word in text.split(' ') {
        if begun && line.width() + 1 + word.width() > columns {
            let _ = writeln!(out, "{}", line.trim_end());
            line = others.to_owned();
            begun = false;
        }
        if begun {
            line.push(' ');
        }
        line.push_str(word);
        begun = true;
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

/// Writes words joined by a sign, in indented lines that are not wider than they may be.
pub fn wrapped(words: impl Iterator<Item = String>, join: &str, columns: usize, out: &mut String) {
    let mut line = String::new();
    for word in words {
        let needed = line.width() + join.width() + word.width() + join.trim_end().width();
        if !line.is_empty() && needed + 2 > columns {
            let _ = writeln!(out, "  {}{}", line, join.trim_end());
            line.clear();
        } else if !line.is_empty() {
            line.push_str(join);
        }
        line.push_str(&word);
    }
    let _ = writeln!(out, "  {line}");
}
