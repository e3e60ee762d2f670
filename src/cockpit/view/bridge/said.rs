//! What the eight lines say.

use crate::cockpit::model::WaitingOn;
use crate::cockpit::panes::TimerOf;
use crate::cockpit::view::clock;
use crate::cockpit::view::ink::Ink;
use crate::cockpit::view::strip;
use crate::cockpit::view::text::fit;
use crate::run::forecast::StreamForecast;
use crate::run::{Mode, Rag, RollBack, RunStatus, StepStatus, after_next_text, chance_percent};
use crate::runbook::{StepKind, format_duration, format_timer};
use ratatui::style::Style;
use ratatui::text::Span;

/// A line.
#[derive(Debug, Clone)]
pub struct Said {
    /// What it is about.
    pub label: String,
    pub label_style: Style,
    /// The one thing to read.
    pub word: String,
    pub style: Style,
    /// What hangs on it.
    pub more: String,
    /// In place of `more`, in styles of its own.
    pub chips: Vec<Span<'static>>,
    /// Whether there is nothing to be said.
    pub idle: bool,
}

impl Said {
    fn new(ink: &Ink<'_>, label: &str, word: impl Into<String>, more: impl Into<String>) -> Self {
        let styles = &ink.theme.bridge;
        Self {
            label: label.to_owned(),
            label_style: styles.label,
            word: word.into(),
            style: styles.value,
            more: more.into(),
            chips: Vec::new(),
            idle: false,
        }
    }

    fn nothing(ink: &Ink<'_>, label: &str) -> Self {
        let style = ink.theme.bridge.label;
        Self { idle: true, style, ..Self::new(ink, label, "–", "") }
    }

    fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

/// The eight lines, in order.
pub fn said(ink: &Ink<'_>) -> [Said; 8] {
    [
        time(ink),
        rag(ink),
        roll_back(ink),
        waiting(ink),
        call(ink),
        decide(ink),
        streams(ink),
        update(ink),
    ]
}

/// Names that are longer are cut.
const NAME: usize = 24;
/// Titles that are longer are cut.
const TITLE: usize = 60;

fn time(ink: &Ink<'_>) -> Said {
    let run = &ink.model.run;
    let zone = run.plan.release.timezone;
    let wall = clock::time(ink.now(), zone);
    let word = format!("{wall} {}", clock::t_clock(run.t_clock(ink.now())));
    let (label, label_style) = match (&ink.model.demo, run.mode) {
        (Some(demo), _) => (format!(" {} ", demo.word()), ink.theme.header.rehearsal),
        (None, Mode::Live) => (" LIVE ".to_owned(), ink.theme.header.live),
        (None, Mode::Rehearsal) => (" REHEARSAL ".to_owned(), ink.theme.header.rehearsal),
    };
    let title = fit(&run.plan.release.title, TITLE);
    let state = state(ink).map(|state| format!("{state}: ")).unwrap_or_default();
    let said = Said::new(ink, &label, word, format!("{state}{title}, {}", clock::zone_name(zone)));
    Said { label_style, style: ink.theme.bridge.large, ..said }
}

/// What the run is doing, where that is anything but going.
fn state(ink: &Ink<'_>) -> Option<String> {
    let run = &ink.model.run;
    if let Some(hold) = run.held() {
        let why = hold.reason.as_deref().map(|why| format!(", {}", fit(why, TITLE)));
        return Some(format!(
            "HELD {}{}",
            format_timer(hold.secs(ink.now())),
            why.unwrap_or_default()
        ));
    }
    let word = match run.status {
        RunStatus::Active => return None,
        RunStatus::Planned => "not started",
        RunStatus::RollingBack => "ROLLING BACK",
        RunStatus::Complete => "COMPLETE",
        RunStatus::RolledBack => "ROLLED BACK",
        RunStatus::Canceled => "CANCELED",
    };
    Some(word.to_owned())
}

fn rag(ink: &Ink<'_>) -> Said {
    let model = ink.model;
    let (word, style) = rag_word(ink, model.forecast.rag);
    let reason = model.forecast.reasons.first().map_or("as planned", String::as_str);
    let finish = match (&model.run.ended, model.forecast.finish) {
        (Some(ended), _) => format!("; ended {}", ink.moment(ended.at)),
        (None, Some(finish)) => {
            let slip = model.forecast.plan_finish.map(|plan| (finish - plan).num_seconds());
            let slip = slip.and_then(clock::slip).map(|slip| format!(" ({slip})"));
            format!("; finish {}{}", ink.moment(finish), slip.unwrap_or_default())
        }
        (None, None) => String::new(),
    };
    let chance = model.chance.chance.and_then(|chance| chance.in_window);
    let chance = chance.map(|chance| format!(", {} in the window", chance_percent(chance)));
    let finish = finish + &chance.unwrap_or_default();
    Said::new(ink, "STATUS", word, format!("{}{finish}", fit(reason, 2 * TITLE))).styled(style)
}

fn rag_word(ink: &Ink<'_>, rag: Rag) -> (&'static str, Style) {
    let styles = &ink.theme.screen;
    match rag {
        Rag::Green => ("GREEN", styles.good),
        Rag::Amber => ("AMBER", ink.theme.bridge.due),
        Rag::Red => ("RED", styles.bad),
    }
}

fn roll_back(ink: &Ink<'_>) -> Said {
    let (run, forecast) = (&ink.model.run, &ink.model.forecast);
    let after = after_next_text(run, forecast).unwrap_or_default();
    let words = |word: &str, more: String| Said::new(ink, "ROLL BACK", word, more);
    let title = |rung: usize| {
        let rung = run.plan.rollbacks.get(rung);
        rung.map_or_else(String::new, |rung| fit(&rung.title, TITLE))
    };
    let due = ink.theme.bridge.due;
    match forecast.roll_back {
        RollBack::NoLadder => words("–", "no rollback in this runbook".to_owned()),
        RollBack::NotNeeded => words("–", join("nothing to roll back yet", &after)),
        RollBack::By(way) => {
            let takes = format!("{}, takes {}", title(way.rung), format_duration(way.duration));
            let Some(by) = way.by else { return words("any time", join(&takes, &after)) };
            let left = (by - ink.now()).num_seconds();
            let (left, style) = match left {
                0.. => (format!("{} left", clock::rough(left)), ink.theme.bridge.large),
                _ => (format!("PAST since {}", clock::rough(left)), due),
            };
            let more = join(&join(&left, &after), &takes);
            Said::new(ink, "ROLL BACK BY", ink.moment(by), more).styled(style)
        }
        RollBack::FixForward { since } => {
            words("fix forward", format!("only, since {} began", ink.number(since))).styled(due)
        }
        RollBack::On { rung, finish } => {
            let ends = finish.map(|at| format!("ends {}", ink.moment(at))).unwrap_or_default();
            words("rolling back", join(&title(rung), &ends)).styled(due)
        }
        RollBack::Over => words("–", "the run is over".to_owned()),
    }
}

/// Two things to say, where there are two.
fn join(a: &str, b: &str) -> String {
    let between = if a.is_empty() || b.is_empty() { "" } else { "; " };
    format!("{a}{between}{b}")
}

fn waiting(ink: &Ink<'_>) -> Said {
    const LABEL: &str = "WAITING FOR";
    let glance = &ink.model.glance;
    if let Some((who, what)) = &glance.awaited {
        return Said::new(ink, LABEL, fit(who, NAME), what.clone()).styled(ink.theme.bridge.due);
    }
    let Some((first, others)) = glance.waiting.split_first() else {
        return match glance.ready.as_slice() {
            [] => Said::nothing(ink, LABEL),
            [first, more @ ..] => {
                let owner = ink.model.run.owner_of(*first);
                let who = owner.map(|owner| fit(&ink.name(&owner), NAME)).unwrap_or_default();
                let title = ink.step(*first).map_or("", |step| step.title.as_str());
                let word = format!("{who} {}", ink.number(*first));
                let more = match more.len() {
                    0 => String::new(),
                    n => format!("; {n} more"),
                };
                let title = fit(title, TITLE);
                let kind = ink.step(*first).map(|step| step.kind);
                let what = match kind {
                    Some(StepKind::Gate | StepKind::Choice) => format!("a decision: {title}{more}"),
                    _ => format!("to start {title}{more}"),
                };
                Said::new(ink, LABEL, word.trim(), what)
            }
        };
    };
    let stuck = first.status == StepStatus::Blocked;
    let title = ink.step(first.step).map_or("", |step| step.title.as_str());
    let stuck_word = if stuck { "BLOCKED " } else { "" };
    let mut more = format!("{stuck_word}{}{}", since(ink, first), fit(title, TITLE));
    for other in others.iter().take(2) {
        more.push_str(&format!("; {} {}", fit(&other.person, NAME), ink.number(other.step)));
    }
    if others.len() > 2 {
        more.push_str(&format!("; {} more", others.len() - 2));
    }
    let word = format!("{} {}", fit(&first.person, NAME), ink.number(first.step));
    let said = Said::new(ink, LABEL, word.trim(), more);
    if stuck { said.styled(ink.theme.bridge.due) } else { said }
}

/// `since 22:42 (15m): `.
fn since(ink: &Ink<'_>, on: &WaitingOn) -> String {
    on.since.map_or_else(String::new, |at| {
        format!("since {} ({}): ", ink.moment(at), clock::rough((ink.now() - at).num_seconds()))
    })
}

fn call(ink: &Ink<'_>) -> Said {
    const LABEL: &str = "CALL";
    let Some(next) = ink.model.glance.call.first() else { return Said::nothing(ink, LABEL) };
    let due = next.at <= ink.now();
    let when = if due { "now".to_owned() } else { ink.moment(next.at) };
    let word = format!("{} {when}", fit(&ink.name(&next.person), NAME));
    let title = ink.step(next.step).map_or("", |step| step.title.as_str());
    let contact =
        next.contact.as_deref().map(|c| format!("{}, ", fit(c, NAME))).unwrap_or_default();
    let tried = if next.no_answer { "no answer yet; " } else { "" };
    let more = format!("{tried}{contact}for {} {}", ink.number(next.step), fit(title, TITLE));
    let said = Said::new(ink, LABEL, word, more);
    if due { said.styled(ink.theme.bridge.due) } else { said }
}

fn decide(ink: &Ink<'_>) -> Said {
    const LABEL: &str = "DECIDE";
    let Some(open) = ink.model.glance.decide.first() else { return Said::nothing(ink, LABEL) };
    let who = open.decider.as_deref().map_or_else(|| "the lead".to_owned(), |who| fit(who, NAME));
    let title = ink.step(open.step).map_or("", |step| step.title.as_str());
    let failed = ink.model.run.steps.get(open.step);
    let failed = failed.is_some_and(|state| state.status() == StepStatus::Failed);
    let what = if failed { "failed: " } else { "" };
    let by = open.by.map(|by| {
        let left = (by - ink.now()).num_seconds();
        let how = if left < 0 { "ago" } else { "left" };
        format!(", by {} ({} {how})", ink.moment(by), clock::rough(left))
    });
    let word = format!("{} {who}", ink.number(open.step));
    let more = format!("{what}{}{}", fit(title, TITLE), by.unwrap_or_default());
    let overdue = open.by.is_some_and(|by| by < ink.now());
    let style = if overdue || failed { ink.theme.bridge.due } else { ink.theme.bridge.value };
    Said::new(ink, LABEL, word, more).styled(style)
}

fn streams(ink: &Ink<'_>) -> Said {
    const LABEL: &str = "STREAMS";
    let streams = &ink.model.forecast.streams;
    if streams.is_empty() {
        return Said::nothing(ink, LABEL);
    }
    // The worst first: what does not fit is well.
    let mut sorted: Vec<_> = streams.iter().collect();
    sorted.sort_by_key(|stream| std::cmp::Reverse(stream.rag));
    let chip = |stream: &&StreamForecast| {
        let (word, style) = rag_word(ink, stream.rag);
        let name = fit(&stream.stream, NAME);
        Span::styled(format!("{name} {word} {}/{}", stream.done, stream.total), style)
    };
    let chips = sorted.iter().map(chip).collect();
    Said { chips, ..Said::new(ink, LABEL, "", "") }
}

fn update(ink: &Ink<'_>) -> Said {
    const LABEL: &str = "NEXT UPDATE";
    let Some((timer, (at, left))) = strip::update(ink).and_then(|timer| match timer.of {
        TimerOf::Update(at, left) => Some((timer, (at, left))),
        _ => None,
    }) else {
        return Said::nothing(ink, LABEL);
    };
    let more = format!("for stakeholders, at {}", ink.moment(at));
    Said::new(ink, LABEL, strip::due(left), more).styled(strip::style_of(ink, timer.pressing))
}
