//! A plan on its way to text: what is known of it, and what a person must still fill in.

use super::Imported;
use super::remark::Remarks;
use super::toml_text::{Meant, braced, key, long, quoted};
use crate::runbook::{LinkOn, Secs, Severity, format_duration, is_id, read, slug, visible};
use chrono::{NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// Longest title, in characters; the whole of a longer one goes to the instructions.
const LONGEST_TITLE: usize = 160;
/// Longest id made of a title, in characters.
const LONGEST_ID: usize = 40;
/// So many findings of the runbook's own reader are repeated at the top of the text.
const FINDINGS: usize = 20;

/// A plan that is being made.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Title of the release.
    pub title: String,
    /// Comments at the top.
    pub head: Vec<String>,
    /// When the first step starts, as far as the file says.
    pub zero: Zero,
    /// The time zone of the file's times, where somebody has said it.
    pub zone: Option<Tz>,
    /// Planned start, in seconds after zero hour.
    pub start: Option<Secs>,
    /// Who owns steps: name and team, in order.
    pub people: Vec<(String, Option<String>)>,
    /// Sections.
    pub phases: Vec<Phase>,
    /// Steps of the phases, in order.
    pub steps: Vec<Step>,
    /// Ways back.
    pub rungs: Vec<Rung>,
}

/// What the file says about zero hour.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zero {
    /// Nothing.
    #[default]
    Unknown,
    /// A date and time of no zone.
    At(NaiveDateTime),
    /// A time of the day.
    Clock(NaiveTime),
}

/// A section.
#[derive(Debug, Default)]
pub(super) struct Phase {
    /// Title.
    pub title: String,
    /// It may begin at once: links lead backwards through it.
    pub at_once: bool,
}

/// A way back.
#[derive(Debug, Default)]
pub(super) struct Rung {
    /// Title.
    pub title: String,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Where it stands in the file.
    pub line: u64,
    /// Its section.
    pub phase: usize,
    /// Its id, where the file has one that can be kept.
    pub id: Option<String>,
    /// Title.
    pub title: String,
    /// Who does it.
    pub owner: Option<String>,
    /// Whose people do it, where nobody is named.
    pub team: Option<String>,
    /// Stream.
    pub stream: Option<String>,
    /// Length in seconds.
    pub duration: Option<Secs>,
    /// Predecessors; none: the usual one.
    pub needs: Option<Vec<(usize, LinkOn, Secs)>>,
    /// Not before so many seconds after zero hour.
    pub not_before: Option<Secs>,
    /// What to do.
    pub instructions: String,
    /// Kind, as the runbook format writes it.
    pub kind: Option<&'static str>,
    /// Ticked on the way.
    pub items: Vec<String>,
    /// In a rung: the step that it takes back, by its place.
    pub undoes: Option<usize>,
    /// Once it starts, the way back is gone.
    pub point_of_no_return: bool,
    /// What a person must see to, as comments.
    pub to_do: Vec<String>,
}

impl Step {
    /// Gives it a title that fits on a line; what does not fit is kept in the instructions.
    pub fn entitle(&mut self, text: &str, remarks: &mut Remarks) {
        let mut lines = text.trim().lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        let more = lines.next().is_some();
        self.title = match first.char_indices().nth(LONGEST_TITLE) {
            Some((at, _)) => format!("{}…", first.get(..at).unwrap_or_default().trim_end()),
            None => first.to_owned(),
        };
        if self.title != first || more {
            self.instruct(text.trim());
            let what =
                if more { "a title of several lines" } else { "a title too long for a line" };
            remarks.at(self.line, format!("{what}: the whole text is in the instructions"));
        }
    }

    /// Adds to the instructions.
    pub fn instruct(&mut self, text: &str) {
        if !self.instructions.is_empty() {
            self.instructions.push_str("\n\n");
        }
        self.instructions.push_str(text);
    }
}

/// The ids of everything.
struct Ids {
    people: HashMap<String, String>,
    phases: Vec<String>,
    steps: Vec<String>,
    rungs: Vec<(String, Vec<String>)>,
}

/// Hands out ids that nobody else has.
#[derive(Default)]
struct Taken(HashSet<String>, HashMap<String, usize>);

impl Taken {
    fn id(&mut self, wanted: &str, instead: &str) -> String {
        let wanted = if is_id(wanted) { wanted.to_owned() } else { format!("{instead}-{wanted}") };
        let base = wanted.trim_end_matches('-').to_owned();
        if self.0.insert(base.clone()) {
            return base;
        }
        let count = self.1.entry(base.clone()).or_insert(1);
        loop {
            *count += 1;
            let id = format!("{base}-{count}");
            if self.0.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// The beginning of a title's id, cut between words.
fn short_slug(title: &str) -> String {
    let id = slug(title);
    let Some((at, _)) = id.char_indices().nth(LONGEST_ID) else { return id };
    let cut = id.get(..at).unwrap_or_default();
    cut.rsplit_once('-').map_or(cut, |(head, _)| head).to_owned()
}

impl Draft {
    /// The text.
    pub fn finish(self, remarks: Remarks) -> Imported {
        let ids = self.ids();
        let mut out = String::with_capacity(256 * self.steps.len() + 1024);
        self.release(&mut out);
        for (name, team) in &self.people {
            let id = ids.people.get(name).map_or(name.as_str(), String::as_str);
            let _ = writeln!(out, "\n[people.{}]\nname = {}", key(id), text(name));
            if let Some(team) = team {
                let _ = writeln!(out, "team = {}", text(team));
            }
        }
        if !self.people.is_empty() {
            out.push_str("# TO DO: contact = \"…\" for each of them, and role = \"lead\" for who leads the night\n");
        }
        let mut n = 0;
        for (p, phase) in self.phases.iter().enumerate() {
            let id = ids.phases.get(p).map_or("", String::as_str);
            let _ =
                writeln!(out, "\n[[phases]]\nid = {}\ntitle = {}", quoted(id), text(&phase.title));
            if phase.at_once {
                out.push_str("after = []\n");
            }
            while let Some(step) = self.steps.get(n).filter(|step| step.phase == p) {
                let id = ids.steps.get(n).map_or("", String::as_str);
                out.push_str("\n  [[phases.steps]]\n");
                write_step(&mut out, step, id, &ids);
                n += 1;
            }
        }
        for (rung, (id, steps)) in self.rungs.iter().zip(&ids.rungs) {
            let _ = writeln!(
                out,
                "\n[[rollbacks]]\nid = {}\ntitle = {}",
                quoted(id),
                text(&rung.title)
            );
            out.push_str("# TO DO: trigger = \"…\", the condition on which it is taken\n");
            for (step, id) in rung.steps.iter().zip(steps) {
                out.push_str("\n  [[rollbacks.steps]]\n");
                write_step(&mut out, step, id, &ids);
            }
        }
        let steps =
            self.steps.len() + self.rungs.iter().map(|rung| rung.steps.len()).sum::<usize>();
        let zone_open = self.zone.is_none() && matches!(self.zero, Zero::At(_));
        Imported { zone_open, ..checked(out, steps, remarks) }
    }

    fn release(&self, out: &mut String) {
        for line in self.head.iter().flat_map(|text| text.lines()) {
            let _ = writeln!(out, "# {}", visible(line));
        }
        let _ = writeln!(out, "format = 1\n\n[release]\ntitle = {}", text(&self.title));
        if !is_id(&slug(&self.title)) {
            let id = format!("release-{}", short_slug(&self.title));
            let _ = writeln!(out, "id = {}", quoted(id.trim_end_matches('-')));
        }
        match self.zone {
            Some(zone) => {
                let _ = writeln!(out, "# The times of the file are of this zone, as was said when it was imported\ntimezone = {}", quoted(zone.name()));
            }
            None if matches!(self.zero, Zero::At(_)) => out.push_str("# TO DO: the file names no time zone, so its times are read as UTC; import it with --zone, or write the zone here\ntimezone = \"UTC\"\n"),
            None => {}
        }
        match self.zero {
            Zero::At(at) => {
                let _ = writeln!(out, "zero_hour = {}", at.format("%Y-%m-%dT%H:%M:%S"));
            }
            Zero::Clock(at) => {
                let _ = writeln!(out, "# TO DO: zero_hour = …: the file has no dates; its first step starts at {}", at.format("%H:%M"));
            }
            Zero::Unknown => out.push_str("# TO DO: zero_hour = …, a date and time; without it the plan counts from the start\n"),
        }
        if let Some(start) = self.start.filter(|start| *start != 0) {
            let _ = writeln!(out, "start = {}", quoted(&zero_word(start)));
        }
        out.push_str("# TO DO: window = { opens = …, closes = … }: with it golive tells until when one can roll back\n");
    }

    fn ids(&self) -> Ids {
        let mut taken = Taken::default();
        let mut people = HashMap::new();
        let mut names = Taken::default();
        for (name, _) in &self.people {
            let id = names.id(&short_slug(name), "person");
            people.insert(name.clone(), id);
        }
        // Ids that the file has come first: they are what people know.
        let own: Vec<Option<String>> = self
            .steps
            .iter()
            .map(|step| step.id.clone().filter(|id| is_id(id) && taken.0.insert(id.clone())))
            .collect();
        let steps = self.steps.iter().zip(own);
        let steps = steps
            .map(|(step, own)| own.unwrap_or_else(|| taken.id(&short_slug(&step.title), "step")))
            .collect();
        let phases = self.phases.iter().map(|p| taken.id(&short_slug(&p.title), "phase")).collect();
        let rungs = self.rungs.iter().map(|rung| {
            let id = taken.id(&short_slug(&rung.title), "rollback");
            let steps = rung.steps.iter().map(|step| {
                let own = step.id.clone().filter(|id| is_id(id) && taken.0.insert(id.clone()));
                own.unwrap_or_else(|| taken.id(&short_slug(&step.title), "undo"))
            });
            (id, steps.collect())
        });
        let rungs = rungs.collect();
        Ids { people, phases, steps, rungs }
    }
}

fn text(words: &str) -> String {
    quoted(&braced(words, Meant::Text))
}

/// `T-30m`.
fn zero_word(secs: Secs) -> String {
    let sign = if secs < 0 { '-' } else { '+' };
    let length = i64::try_from(secs.unsigned_abs()).unwrap_or(i64::MAX);
    format!("T{sign}{}", format_duration(length))
}

fn write_step(out: &mut String, step: &Step, id: &str, ids: &Ids) {
    for to_do in &step.to_do {
        let _ = writeln!(out, "  # TO DO: {}", visible(to_do));
    }
    let _ = writeln!(out, "  id = {}\n  title = {}", quoted(id), text(&step.title));
    if let Some(kind) = step.kind.filter(|kind| *kind != "task") {
        let _ = writeln!(out, "  kind = {}", quoted(kind));
    }
    if let Some(owner) = &step.owner {
        match ids.people.get(owner) {
            Some(id) => {
                let _ = writeln!(out, "  owner = {}", quoted(id));
            }
            None => {
                let _ = writeln!(out, "  owner = {}", text(owner));
            }
        }
    } else if let Some(team) = &step.team {
        let _ = writeln!(out, "  team = {}", text(team));
    }
    if let Some(stream) = &step.stream {
        let _ = writeln!(out, "  stream = {}", text(stream));
    }
    if let Some(secs) = step.duration {
        let _ = writeln!(out, "  duration = {}", quoted(&format_duration(secs)));
    }
    if let Some(needs) = &step.needs {
        let words: Vec<String> = needs.iter().filter_map(|link| need(*link, ids)).collect();
        let _ = writeln!(out, "  needs = [{}]", words.join(", "));
    }
    if let Some(secs) = step.not_before {
        let _ = writeln!(out, "  not_before = {}", quoted(&zero_word(secs)));
    }
    if step.point_of_no_return {
        out.push_str("  point_of_no_return = true\n");
    }
    if let Some(id) = step.undoes.and_then(|ix| ids.steps.get(ix)) {
        let _ = writeln!(out, "  undoes = {}", quoted(id));
    }
    if !step.items.is_empty() {
        let items: Vec<String> = step.items.iter().map(|item| text(item)).collect();
        let _ = writeln!(out, "  items = [{}]", items.join(", "));
    }
    if !step.instructions.is_empty() {
        let _ =
            writeln!(out, "  instructions = {}", long(&braced(&step.instructions, Meant::Text)));
    }
}

fn need((ix, on, lag): (usize, LinkOn, Secs), ids: &Ids) -> Option<String> {
    let id = quoted(ids.steps.get(ix)?);
    let on = if on == LinkOn::Start { ", on = \"start\"" } else { "" };
    let lag =
        if lag == 0 { String::new() } else { format!(", lag = {}", quoted(&format_duration(lag))) };
    Some(if on.is_empty() && lag.is_empty() { id } else { format!("{{ step = {id}{on}{lag} }}") })
}

/// The text, with what its own reader finds wrong said at its top: a person must mend that.
pub(super) fn checked(text: String, steps: usize, remarks: Remarks) -> Imported {
    let reading = read(&text);
    let errors: Vec<_> =
        reading.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    let mut head = String::new();
    for error in errors.iter().take(FINDINGS) {
        let _ = writeln!(head, "# TO DO: {} (`golive check` shows where)", visible(&error.message));
    }
    if errors.len() > FINDINGS {
        let _ = writeln!(
            head,
            "# TO DO: {} problems more; `golive check` shows them",
            errors.len() - FINDINGS
        );
    }
    let is_to_do = |line: &&str| line.trim_start().starts_with("# TO DO: ");
    let to_do = text.lines().chain(head.lines()).filter(is_to_do).count();
    Imported { text: head + &text, remarks: remarks.finish(), steps, to_do, zone_open: false }
}
