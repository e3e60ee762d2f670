//! What single steps must have to make sense: keys that fit the kind, people who exist, timeouts.

use super::automation::{no_timeout, timeout_of};
use super::field::{Reader, Word};
use super::keys;
use super::outline::{Outline, Seed};
use super::release::unknown_person;
use super::step::{Refs, at_run};
use crate::runbook::text::visible;
use crate::runbook::{Owner, Probe, Quorum, Runbook, Step, StepKind};
use std::collections::{HashMap, HashSet};

/// Keys that only one kind of step has.
const OF_KIND: &[(&str, StepKind)] = &[
    ("run", StepKind::Command),
    ("check", StepKind::Check),
    ("guard", StepKind::Wait),
    ("message", StepKind::Message),
    ("options", StepKind::Choice),
    ("requires", StepKind::Gate),
    ("voters", StepKind::Gate),
    ("quorum", StepKind::Gate),
    ("decider", StepKind::Gate),
    ("deadline", StepKind::Gate),
    ("on_no_go", StepKind::Gate),
];

fn kind_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Task => "task",
        StepKind::Milestone => "milestone",
        StepKind::Gate => "gate",
        StepKind::Check => "check",
        StepKind::Command => "command",
        StepKind::Wait => "wait",
        StepKind::Message => "message",
        StepKind::Choice => "choice",
    }
}

/// Looks at every step by itself. `owners` are those of checklist items and criteria.
pub(super) fn sense(
    r: &mut Reader<'_>,
    outline: &Outline<'_>,
    runbook: &Runbook,
    refs: &[Refs],
    owners: &[Word],
) {
    let mut strangers = Strangers::new(runbook);
    for owner in owners {
        strangers.owner(&owner.text, owner);
    }
    for ((step, seed), refs) in runbook.steps.iter().zip(&outline.seeds).zip(refs) {
        r.out.turn_to_step(seed.repeat);
        kind_keys(r, step, seed);
        has_what_it_needs(r, step, seed);
        if step.kind == StepKind::Gate {
            gate(r, runbook, step, seed, refs);
        }
        for signer in &refs.signers {
            known(r, runbook, signer);
        }
        match &step.owner {
            Some(Owner::Person(owner)) => {
                let at = seed.at_key("owner");
                strangers.owner(owner, &Word { text: owner.clone(), at });
            }
            Some(Owner::Team(team)) => {
                let at = seed.at_key("team");
                strangers.team(team, &Word { text: team.clone(), at });
            }
            None => {}
        }
        if let Some(message) = &refs.message {
            known_message(r, runbook, message);
        }
    }
    r.out.turn_to_step(false);
    strangers.report(r, runbook);
}

fn kind_keys(r: &mut Reader<'_>, step: &Step, seed: &Seed<'_>) {
    for field in &seed.fields {
        let Some((key, kind)) = OF_KIND.iter().find(|(key, _)| *key == field.key) else { continue };
        if *kind == step.kind {
            continue;
        }
        let wanted = kind_name(*kind);
        let message = format!(
            "`{key}` is for a step of kind {wanted}, and this is a {}",
            kind_name(step.kind)
        );
        let found = r.out.error("wrong-kind", field.key_at, message);
        match seed.field("kind") {
            Some(kind) => found
                .also(kind.at.range(), "its kind")
                .help(format!("remove `{key}`, or make it kind = \"{wanted}\"")),
            None => found.help(format!("add kind = \"{wanted}\"")),
        };
    }
}

/// What a step of a kind cannot do without: key, what lacks it, help.
const REQUIRED: &[(StepKind, &str, &str, &str)] = &[
    (
        StepKind::Command,
        "run",
        "this command step",
        "add run = { argv = [\"./do.sh\"], timeout = \"10m\" }",
    ),
    (
        StepKind::Check,
        "check",
        "this check step",
        "add check = { http = { url = \"https://...\" } }, or { run = { argv = [...], timeout = \"1m\" } }",
    ),
    (StepKind::Wait, "duration", "this wait", "add duration = \"15m\": how long to wait"),
    (
        StepKind::Message,
        "message",
        "this message step",
        "add message = \"the id of one of [[messages]]\"",
    ),
    (
        StepKind::Choice,
        "options",
        "this choice",
        "add options = [{ title = \"...\" }, { title = \"...\" }]",
    ),
];

fn has_what_it_needs(r: &mut Reader<'_>, step: &Step, seed: &Seed<'_>) {
    // A key that is not known may be the missing one, mistyped.
    let mistyped = seed.fields.iter().any(|f| !keys::STEP.contains(&f.key));
    let lacks = |key: &str| seed.field(key).is_none() && !mistyped;
    for (kind, key, what, help) in REQUIRED {
        if *kind == step.kind && lacks(key) {
            r.missing(seed.id.at, what, key, help);
        }
    }
    match step.kind {
        StepKind::Task if lacks("duration") => {
            let message = format!("\"{}\" has no duration", visible(&step.title));
            r.out
                .warning("no-duration", seed.id.at, message)
                .help("add duration = \"10m\"; without one it counts as zero in every forecast");
        }
        StepKind::Milestone if step.duration.is_some_and(|d| d.likely > 0) => {
            let at = seed.at_key("duration");
            r.out
                .error("milestone-duration", at, "a milestone takes no time")
                .help("remove the duration, or make it a task");
        }
        StepKind::Command if step.run.as_ref().is_some_and(|run| run.timeout.is_none()) => {
            no_timeout(r, seed.at_key("run"), &step.title);
        }
        StepKind::Check => check_step(r, step, seed),
        StepKind::Wait => guard(r, step, seed),
        StepKind::Choice if seed.field("options").is_some() && step.options.len() < 2 => {
            let at = seed.at_key("options");
            r.out
                .error("too-few-options", at, "a choice has at least two options")
                .help("add another, or make the step a task");
        }
        _ => {}
    }
}

fn guard(r: &mut Reader<'_>, step: &Step, seed: &Seed<'_>) {
    if let Some(guard) = &step.guard
        && let Probe::Command(_) = guard.probe
        && timeout_of(guard).is_none()
    {
        no_timeout(r, at_run(seed, "guard"), &step.title);
    }
}

fn check_step(r: &mut Reader<'_>, step: &Step, seed: &Seed<'_>) {
    let Some(check) = &step.check else { return };
    if timeout_of(check).is_some() {
        return;
    }
    if let Probe::Command(_) = check.probe {
        no_timeout(r, at_run(seed, "check"), &step.title);
    } else if check.until_pass {
        let message =
            format!("\"{}\" asks until it passes, and never gives up", visible(&step.title));
        r.out
            .warning("no-timeout", seed.at_key("check"), message)
            .help("add timeout = \"5m\" to the check");
    }
}

fn gate(r: &mut Reader<'_>, runbook: &Runbook, step: &Step, seed: &Seed<'_>, refs: &Refs) {
    for word in &refs.requires {
        if runbook.checklist(&word.text).is_none() {
            let near = r.suggest(&word.text, runbook.checklists.iter().map(|c| c.id.as_str()));
            let help = match near {
                Some(near) => format!("did you mean `{}`?", visible(near)),
                None => "define it as [[checklists]]".to_owned(),
            };
            let message = format!("there is no checklist `{}`", visible(&word.text));
            r.out.error("unknown-checklist", word.at, message).help(help);
        }
    }
    for word in refs.voters.iter().chain(&refs.decider) {
        known(r, runbook, word);
    }
    let mut seen = HashSet::new();
    for word in &refs.voters {
        if !seen.insert(&word.text) {
            let message = format!("`{}` is listed twice", visible(&word.text));
            r.out.error("duplicate-id", word.at, message).help("everybody has one vote");
        }
    }
    let Some(spec) = &step.gate else { return };
    match spec.quorum {
        Quorum::Count(n) if n as usize > spec.voters.len() => {
            let message = format!(
                "{n} go votes are needed, but {} can vote, so no run gets past this gate",
                spec.voters.len()
            );
            r.out
                .error("quorum", seed.at_key("quorum"), message)
                .help("name more voters, or lower the quorum");
        }
        Quorum::Majority if spec.voters.is_empty() => {
            r.out
                .warning("quorum", seed.at_key("quorum"), "a quorum without voters says nothing")
                .help("add voters = [\"...\"]");
        }
        _ => {}
    }
}

fn known(r: &mut Reader<'_>, runbook: &Runbook, word: &Word) {
    if !runbook.people.contains_key(&word.text) {
        unknown_person(r, &word.text, word.at, &runbook.people);
    }
}

fn known_message(r: &mut Reader<'_>, runbook: &Runbook, word: &Word) {
    if runbook.message(&word.text).is_some() {
        return;
    }
    let near = r.suggest(&word.text, runbook.messages.iter().map(|m| m.id.as_str()));
    let help = match near {
        Some(near) => format!("did you mean `{}`?", visible(near)),
        None => "define it as [[messages]]".to_owned(),
    };
    let message = format!("there is no message `{}`", visible(&word.text));
    r.out.error("unknown-message", word.at, message).help(help);
}

/// Owners and teams that nobody knows: each is reported once, where it first occurs.
struct Strangers {
    people: HashSet<String>,
    teams: HashSet<String>,
    owners: HashMap<String, (Word, usize)>,
    odd_teams: HashMap<String, (Word, usize)>,
}

impl Strangers {
    fn new(runbook: &Runbook) -> Self {
        Self {
            people: runbook.people.keys().cloned().collect(),
            teams: runbook.people.values().filter_map(|p| p.team.clone()).collect(),
            owners: HashMap::new(),
            odd_teams: HashMap::new(),
        }
    }

    fn owner(&mut self, owner: &str, word: &Word) {
        if !self.people.contains(owner) {
            count(&mut self.owners, owner, word);
        }
    }

    fn team(&mut self, team: &str, word: &Word) {
        if !self.teams.contains(team) {
            count(&mut self.odd_teams, team, word);
        }
    }

    fn report(self, r: &mut Reader<'_>, runbook: &Runbook) {
        for (owner, (word, times)) in self.owners {
            let near = r.suggest(&owner, runbook.people.keys().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{}`?", visible(near)),
                None => "fine for \"DBA on call\"; to be called, they need a contact in [people]"
                    .to_owned(),
            };
            let message =
                format!("the owner `{}` is not in [people]{}", visible(&owner), more(times));
            r.out.warning("unknown-owner", word.at, message).help(help);
        }
        for (team, (word, times)) in self.odd_teams {
            let near = r.suggest(&team, self.teams.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{}`?", visible(near)),
                None => format!("give somebody in [people] team = \"{}\"", visible(&team)),
            };
            let message = format!("nobody is in the team `{}`{}", visible(&team), more(times));
            r.out.warning("unknown-team", word.at, message).help(help);
        }
    }
}

fn count(map: &mut HashMap<String, (Word, usize)>, name: &str, word: &Word) {
    match map.get_mut(name) {
        Some((first, times)) => {
            if word.at.start < first.at.start {
                *first = word.clone();
            }
            *times += 1;
        }
        None => {
            map.insert(name.to_owned(), (word.clone(), 1));
        }
    }
}

fn more(times: usize) -> String {
    if times > 1 { format!(" ({times} times)") } else { String::new() }
}
