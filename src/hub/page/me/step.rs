//! One step on a person's page: how it stands, what there is to know, and what may be done.

use super::fields::{Form, Forms, send};
use super::read::item_mark;
use super::seen::Seen;
use crate::run::{Event, Owed, StepState, StepStatus, Vote};
use crate::runbook::{Condition, Owner, Place, Step, StepIx, StepKind, visible, visible_lines};
use maud::{Markup, html};

/// A step, where it is drawn.
pub struct OneStep<'a> {
    /// Whose page it is on.
    pub seen: &'a Seen<'a>,
    /// Its forms.
    pub forms: &'a Forms<'a>,
    /// Which.
    pub ix: StepIx,
    /// As planned.
    pub step: &'a Step,
    /// As it stands.
    pub state: &'a StepState,
}

impl<'a> OneStep<'a> {
    /// That step; none where there is no such step.
    pub fn of(seen: &'a Seen<'a>, forms: &'a Forms<'a>, ix: StepIx) -> Option<Self> {
        let step = seen.state.plan.steps.get(ix)?;
        let state = seen.state.steps.get(ix)?;
        Some(Self { seen, forms, ix, step, state })
    }

    /// Everything about it.
    pub fn whole(&self) -> Markup {
        let (word, class) = self.word();
        html! {
            section.step.(class) aria-label=(self.seen.label(self.ix)) {
                h3 {
                    span.number { (self.step.number) } " "
                    span dir="auto" { (visible(&self.step.title)) } " "
                    span.state { (word) }
                }
                p.faint { (self.place()) }
                @for line in self.facts() { p dir="auto" { (line) } }
                (self.what_to_do())
                div.acts { (super::acts::of(self)) }
            }
        }
    }

    /// A line, for a step about which nothing is left to do.
    pub fn line(&self) -> Markup {
        let (word, class) = self.word();
        let ended = self.state.now.ended.as_ref().map(|fact| self.seen.clock(fact.at));
        html! {
            li.(class) {
                span.number { (self.step.number) } " "
                span dir="auto" { (visible(&self.step.title)) } " "
                span.state { (word) } @if let Some(ended) = ended { " " span.faint { (ended) } }
            }
        }
    }

    /// Begins a form about this step.
    pub fn form(&self, kind: &'a str) -> Form<'a> {
        self.forms.form(kind, &self.step.id, self.state.attempt)
    }

    /// The step's id and attempt, as events name them.
    pub fn named(&self) -> (String, u32) {
        (self.step.id.clone(), self.state.attempt)
    }

    /// Symbol and word for how it stands, and the class of both.
    fn word(&self) -> (&'static str, &'static str) {
        match self.state.status() {
            StepStatus::Planned if self.seen.state.is_ready(self.ix, self.seen.now) => {
                ("○ may start now", "ready")
            }
            StepStatus::Planned => ("◌ waits", "waits"),
            StepStatus::Running => ("● running", "running"),
            StepStatus::Blocked => ("■ blocked", "bad"),
            StepStatus::Done => ("✔ done", "done"),
            StepStatus::Failed => ("✘ failed", "bad"),
            StepStatus::Skipped => ("– skipped", "done"),
            StepStatus::NotApplicable => ("– not applicable", "done"),
            StepStatus::Deferred => ("» deferred", "waits"),
            StepStatus::Undone => ("↶ taken back", "done"),
        }
    }

    /// Where it is in the plan, and whose it is where that is not simply theirs.
    fn place(&self) -> Markup {
        let plan = &self.seen.state.plan;
        let title = match self.step.place {
            Place::Phase(phase) => plan.phases.get(phase).map(|phase| phase.title.clone()),
            Place::Rung(rung) => {
                plan.rollbacks.get(rung).map(|rung| format!("Rollback: {}", rung.title))
            }
        };
        let owner = match (&self.state.assigned, &self.step.owner) {
            (Some(other), _) | (None, Some(Owner::Person(other))) if other != self.seen.me() => {
                Some(format!("of {}", plan.person_name(other)))
            }
            (None, Some(Owner::Team(team))) => Some(format!("of team {team}")),
            _ => None,
        };
        let kind = match self.step.kind {
            StepKind::Gate => Some("go/no-go".to_owned()),
            StepKind::Choice => Some("a choice".to_owned()),
            StepKind::Wait => Some("a wait".to_owned()),
            _ => None,
        };
        let attempt = (self.state.attempt > 1).then(|| format!("attempt {}", self.state.attempt));
        let parts = [title, self.step.stream.clone(), kind, owner, attempt];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        html! { span dir="auto" { (visible(&parts.join(" · "))) } }
    }

    /// Times and reasons, a line each.
    fn facts(&self) -> Vec<Markup> {
        let (seen, now) = (self.seen, &self.state.now);
        let expected = seen.expected(self.ix);
        let planned = self.step.duration.map(|span| seen.length(span.likely));
        let mut lines = Vec::new();
        let status = self.state.status();
        if let (StepStatus::Running | StepStatus::Blocked, Some(started)) = (status, &now.started) {
            lines.push(html! {
                "Since " (seen.clock(started.at)) ", " (seen.away(started.at))
                @if let Some(planned) = &planned { "; planned " (planned) }
                "." @if let Some(finish) = expected.finish {
                    " Expected to finish " strong { (seen.clock(finish)) } ", " (seen.away(finish)) "."
                }
            });
        }
        if let (StepStatus::Planned | StepStatus::Deferred, Some(start)) = (status, expected.start)
        {
            let ready = seen.state.is_ready(self.ix, seen.now);
            lines.push(html! {
                // When what was deferred will be done, nobody has said.
                @if status == StepStatus::Deferred { "Deferred: it is still to be done." }
                @else if !ready { "Expected to start " strong { (seen.clock(start)) } ", " (seen.away(start)) "." }
                @if let Some(planned) = &planned { " Planned " (planned) "." }
                @if expected.late && status != StepStatus::Deferred { strong { " Late." } }
            });
        }
        if let Some(stood) = now.stood_by.as_ref().filter(|_| status == StepStatus::Planned) {
            let who = visible(seen.state.plan.person_name(&stood.person)).into_owned();
            lines.push(html! { (who) " is standing by since " (seen.clock(stood.at)) "." });
        }
        if let Some(estimate) = now.estimates.last().filter(|_| status.is_open_work()) {
            let remaining = seen.length(estimate.remaining);
            lines.push(
                html! { "Estimate of " (seen.clock(estimate.fact.at)) ": " (remaining) " more." },
            );
        }
        let reason = match status {
            StepStatus::Blocked => now.blocked.last().and_then(|pause| pause.reason.as_ref()),
            _ => now.reason.as_ref(),
        };
        if let Some(reason) = reason {
            lines.push(html! { "Reason: " (visible_lines(reason)) });
        }
        if status == StepStatus::Failed && !seen.state.is_settled(self.ix) {
            lines.push(html! { "The lead decides what follows." });
        }
        lines.extend(self.waits_for());
        lines
    }

    /// What stands in the way, in the words of the rule book.
    fn waits_for(&self) -> Option<Markup> {
        let (step, attempt) = self.named();
        let event = match (self.state.status(), self.step.kind) {
            (StepStatus::Planned | StepStatus::Deferred, StepKind::Choice) => {
                let option = self.step.options.first()?.id.clone();
                Event::OptionChosen { step, attempt, option }
            }
            (StepStatus::Planned | StepStatus::Deferred, StepKind::Gate) => return None,
            (StepStatus::Planned | StepStatus::Deferred, _) => Event::StepStarted { step, attempt },
            _ => return None,
        };
        let refusal = self.seen.may(event).err()?;
        Some(html! { "Not yet: " (visible(&refusal.reason)) "." })
    }

    /// Instructions, what should be seen, links.
    fn what_to_do(&self) -> Markup {
        let step = self.step;
        let links = step.links.iter().filter(|link| is_web(&link.url));
        let nothing = step.instructions.is_none() && step.expect.is_none() && step.links.is_empty();
        html! {
            @if !nothing {
                details.what {
                    summary { "What to do" }
                    @if let Some(text) = &step.instructions {
                        p.text dir="auto" { (visible_lines(text.trim())) }
                    }
                    @if let Some(text) = &step.expect {
                        p.text dir="auto" { strong { "Expect: " } (visible_lines(text.trim())) }
                    }
                    @for link in links {
                        p { a href=(link.url) rel="noreferrer noopener" target="_blank" dir="auto" { (visible(&link.title)) } }
                    }
                }
            }
        }
    }

    /// What its completion still asks.
    pub fn owed(&self) -> Vec<Owed> {
        self.seen.state.owed(self.ix, self.seen.now)
    }

    /// Boxes and fields for what is still owed: items, values, evidence.
    pub fn owed_fields(&self, form: &Form<'_>) -> Option<Markup> {
        let owed = self.owed();
        let mut fields = Vec::new();
        for item in &owed {
            if let Owed::Item(item) = item {
                fields.push(form.tick("item", &item_mark(item), html! { (visible(item)) }));
            }
        }
        for record in &self.step.records {
            let missing = owed.iter().any(|owed| {
                matches!(owed, Owed::Record(id) | Owed::FailingRecord(id, ..) if *id == record.id)
            });
            if !missing {
                continue;
            }
            let numeric = record.pass.as_ref().is_some_and(Condition::is_numeric);
            let was = self.state.now.values.get(&record.id).map(|(value, _)| value);
            let label = html! {
                span dir="auto" { (visible(&record.title)) }
                @if let Some(unit) = &record.unit { " in " (visible(unit)) }
                @if let Some(pass) = &record.pass { ", should be " (visible(&pass.to_string())) }
                @if let Some(was) = was { span.faint { " (recorded: " (visible(was)) ")" } }
            };
            let mode = if numeric { "decimal" } else { "text" };
            fields.push(form.line(&format!("value.{}", record.id), label, "", mode));
        }
        if owed.contains(&Owed::Evidence) {
            fields.push(form.line("evidence", html! { "Evidence" }, "https://…", "url"));
        }
        (!fields.is_empty()).then(|| html! { @for field in fields { (field) } })
    }

    /// The poll of a gate: one's own vote; those of others once it is cast.
    pub fn poll(&self) -> Markup {
        let votes = &self.state.now.votes;
        let Some(own) = self.seen.state.voter_for(self.ix, self.seen.me()) else { return html! {} };
        let said = |vote: Vote| if vote == Vote::Go { "go" } else { "no-go" };
        let Some(ballot) = votes.get(own) else { return html! {} };
        let name = |id: &str| visible(self.seen.state.plan.person_name(id)).into_owned();
        html! {
            p {
                "Your vote" @if own != self.seen.me() { " for " (name(own)) } ": "
                strong { (said(ballot.vote)) } ", " (self.seen.clock(ballot.fact.at)) "."
            }
            @for (who, ballot) in votes.iter().filter(|(who, _)| *who != own) {
                p.faint dir="auto" {
                    (name(who)) ": " (said(ballot.vote))
                    @if let Some(comment) = &ballot.comment { ", " (visible_lines(comment)) }
                }
            }
        }
    }

    /// What to know before it begins, with the box that says it is meant, and the field for a step
    /// that is dangerous.
    pub fn before(&self, form: &Form<'_>) -> Markup {
        let warnings = self.seen.warnings(self.ix);
        let confirm = format!("Type {} or {} to confirm", self.step.number, self.step.id);
        html! {
            @if !warnings.is_empty() {
                @for warning in &warnings { p.warn { (warning) } }
                (form.tick("sure", "yes", html! { "Yes, that is meant" }))
            }
            @if self.step.confirm { (form.line("confirm", html! { (confirm) }, "", "text")) }
        }
    }

    /// A form whose only content is a time.
    pub fn timed(&self, kind: &'a str, line: &str, button: &str) -> Markup {
        let form = self.form(kind);
        form.behind(line, html! { (form.at()) (send(button)) })
    }
}

/// Whether an address may be offered as a link.
fn is_web(url: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}
