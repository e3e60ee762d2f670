//! A person's page as a whole: where the run stands, what is theirs now and next, and a note.

use super::fields::{Forms, send};
use super::seen::Seen;
use super::step::OneStep;
use crate::hub::page::list::badge;
use crate::hub::page::shell::{Inline, Rendered, Shell};
use crate::run::{Event, Logged, Mend, RunStatus, StepStatus, Verdict, describe};
use crate::runbook::{StepIx, StepKind, visible, visible_lines};
use maud::{Markup, html};

static STYLE: Inline = Inline::new(include_str!("me.css"));
static SCRIPT: Inline = Inline::new(include_str!("me.js"));

/// Steps to come that are shown whole; of more, how many there are.
const NEXT: usize = 12;

/// What is said first: about what was just sent.
pub enum Said {
    /// Nothing was sent.
    Nothing,
    /// These entries were recorded.
    Recorded(Vec<u64>),
    /// It was not recorded: why, in words.
    Refused(String),
    /// Some of it was recorded, and the rest was not.
    Partly {
        /// Why not, in words.
        why: String,
        /// What was recorded.
        seqs: Vec<u64>,
        /// What was not, as a heading.
        short: Short,
    },
}

/// What is missing of what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// Only the completion.
    Done,
    /// Only the signature.
    Signed,
    /// More than that: what was typed is told again.
    More,
}

/// The page.
pub fn page(seen: &Seen<'_>, forms: &Forms<'_>, said: &Said) -> Rendered {
    let name = visible(seen.state.plan.person_name(seen.me()));
    let title = format!("{name}: {}", visible(&seen.state.plan.release.title));
    Shell {
        title: &title,
        styles: &[&STYLE],
        scripts: &[&SCRIPT],
        has_forms: true,
        body: html! {
            main data-seq=(seen.state.last_seq()) {
                (head(seen, &name))
                (answer(seen, forms, said))
                (steps(seen, forms))
                (note(seen, forms))
                (foot(seen))
            }
        },
    }
    .render()
}

fn head(seen: &Seen<'_>, name: &str) -> Markup {
    let zone = seen.state.plan.release.timezone;
    let now = seen.now.with_timezone(&zone);
    html! {
        header {
            p { (badge(seen.state.mode, seen.demo)) " " span dir="auto" { (visible(&seen.state.plan.release.title)) } }
            h1 dir="auto" { (name) }
            p { (stands(seen)) }
            p.faint {
                "As of " (now.format("%H:%M:%S %Z")) ". "
                a.again href=(path(seen)) { "Look again" }
            }
            // Filled by the script, where there is one.
            p #news role="status" hidden {}
        }
    }
}

fn path(seen: &Seen<'_>) -> String {
    format!("/runs/{}/me", seen.state.run)
}

/// Where the run stands, as far as it matters to whoever works in it.
fn stands(seen: &Seen<'_>) -> Markup {
    let state = seen.state;
    let word = match state.status {
        RunStatus::Planned => "The run has not started.",
        RunStatus::Active => "The run is going.",
        RunStatus::RollingBack => "The run is being rolled back.",
        RunStatus::Complete => "The run is complete.",
        RunStatus::RolledBack => "The run ended rolled back.",
        RunStatus::Canceled => "The run was canceled.",
    };
    let held = state.held_at(seen.now);
    let rung = state.rung_on().and_then(|rung| state.plan.rollbacks.get(rung));
    html! {
        @match held {
            Some(hold) => {
                strong { "The run is held" }
                @if let Some(reason) = &hold.reason { ": " bdi { (visible_lines(reason)) } }
                ". Nothing new starts; what runs goes on."
            },
            None if state.status == RunStatus::Active => (word),
            None => strong { (word) },
        }
        @if let Some(rung) = rung { " Rollback: " bdi { (visible(&rung.title)) } "." }
    }
}

/// What became of what was sent.
fn answer(seen: &Seen<'_>, forms: &Forms<'_>, said: &Said) -> Markup {
    match said {
        Said::Nothing => html! {},
        Said::Recorded(seqs) => html! { (recorded(seen, forms, seqs)) },
        Said::Refused(why) => html! {
            section.answer.bad role="alert" {
                h2 { "NOT RECORDED" }
                p dir="auto" { (visible_lines(why)) }
                @if let Some(sent) = forms.sent { (typed(sent)) }
            }
        },
        Said::Partly { why, seqs, short } => html! {
            section.answer.bad role="alert" {
                h2 {
                    @match short {
                        Short::Done => "NOT DONE YET",
                        Short::Signed => "NOT SIGNED YET",
                        Short::More => "NOT ALL RECORDED",
                    }
                }
                p dir="auto" { (visible_lines(why)) }
                p { strong { "Recorded:" } }
                (entries(seen, forms, &own(seen, seqs)))
                @if let Some(sent) = forms.sent.filter(|_| *short == Short::More) { (typed(sent)) }
            }
        },
    }
}

/// What somebody typed, so that it is not lost where its form has gone.
pub fn typed(sent: &super::fields::Sent) -> Markup {
    let typed: Vec<_> = sent.typed().collect();
    html! {
        @if !typed.is_empty() {
            p { "What you wrote:" }
            @for (_, text) in typed { p.text.quote dir="auto" { (visible_lines(text)) } }
        }
    }
}

/// Entries that were just recorded, as long as they are this person's own.
fn recorded(seen: &Seen<'_>, forms: &Forms<'_>, seqs: &[u64]) -> Markup {
    let own = own(seen, seqs);
    html! {
        @if !own.is_empty() {
            section.answer.good role="status" {
                h2 { "Recorded" }
                (entries(seen, forms, &own))
            }
        }
    }
}

fn own<'a>(seen: &'a Seen<'_>, seqs: &[u64]) -> Vec<&'a Logged> {
    let own = |seq: &u64| {
        let logged = seen.state.log.iter().rev().find(|logged| logged.entry.seq == *seq)?;
        (logged.entry.act.actor.name == seen.me()).then_some(logged)
    };
    seqs.iter().filter_map(own).collect()
}

/// Entries, a line each, and how to take back the last of them.
fn entries(seen: &Seen<'_>, forms: &Forms<'_>, entries: &[&Logged]) -> Markup {
    let zone = seen.state.plan.release.timezone;
    let last = entries.last().filter(|last| {
        let id = &last.entry.id;
        let back = Event::Correction { entry: id.clone(), mend: Mend::Void {}, reason: None };
        // What others have built on is mended on the call.
        last.verdict != Verdict::Voided
            && !matches!(last.entry.act.event, Event::Correction { .. })
            && seen.state.built_on(id).is_empty()
            && seen.may(back).is_ok()
    });
    html! {
        @for logged in entries {
            @let at = logged.entry.act.at.with_timezone(&zone);
            p dir="auto" {
                (at.format("%H:%M:%S")) " as “"
                (visible_lines(&describe(seen.state, &logged.entry.act.event))) "”"
            }
        }
        @if let Some(last) = last {
            @let about = last.entry.seq.to_string();
            (forms.form("back", &about, 0).behind("That was a mistake…", html! {
                p { "The entry stays in the record, struck out." }
                (send("Take it back"))
            }))
        }
    }
}

fn steps(seen: &Seen<'_>, forms: &Forms<'_>) -> Markup {
    let parts = seen.parts();
    let items = seen.items();
    let one = |ix: &StepIx| OneStep::of(seen, forms, *ix);
    let whole = |ix: &StepIx| one(ix).map(|one| one.whole());
    let nothing = parts.next.is_empty() && parts.after.is_empty() && items.is_empty();
    let over = seen.state.status.is_over();
    html! {
        h2 { "Now" }
        @for step in parts.now.iter().filter_map(whole) { (step) }
        @if parts.now.is_empty() {
            p {
                @if over && !parts.next.is_empty() { "The run is over, and what was deferred is still owed." }
                @else if over { "Nothing is left to do." }
                @else if nothing { "No step of this run is yours. What you see and say can be noted below." }
                @else { "Nothing is yours at the moment." }
            }
        }
        @if !items.is_empty() {
            h2 { "To sign off" }
            @for item in items { (checklist_item(seen, forms, item)) }
        }
        @if !parts.next.is_empty() {
            h2 { @if over { "Still owed" } @else { "Next" } }
            @for step in parts.next.iter().take(NEXT).filter_map(whole) { (step) }
            @if let Some(more) = parts.next.len().checked_sub(NEXT).filter(|more| *more > 0) {
                p.faint { "And " (more) " more." }
            }
        }
        @if !parts.after.is_empty() {
            details.past {
                summary { h2 { "Behind you: " (parts.after.len()) } }
                ul.rows { @for line in parts.after.iter().filter_map(one) { (line.line()) } }
            }
        }
    }
}

fn checklist_item(seen: &Seen<'_>, forms: &Forms<'_>, (list, item): (usize, usize)) -> Markup {
    let list = seen.state.plan.checklists.get(list);
    let Some((list, item)) = list.and_then(|list| Some((list, list.items.get(item)?))) else {
        return html! {};
    };
    let about = format!("{}/{}", list.id, item.id);
    let form = forms.form("item", &about, 0);
    html! {
        section.step {
            h3 dir="auto" { (visible(&item.text)) }
            p.faint dir="auto" { (visible(&list.title)) }
            div.acts {
                (form.behind("Sign off…", html! {
                    @if item.evidence {
                        (form.line("evidence", html! { "Evidence" }, "https://…", "url"))
                    }
                    (form.at())
                    (send("Sign it off"))
                }))
            }
        }
    }
}

const KINDS: [(&str, &str); 5] = [
    ("note", "Note"),
    ("issue", "Issue"),
    ("risk", "Risk"),
    ("action", "Action, yours"),
    ("decision", "Decision"),
];

fn note(seen: &Seen<'_>, forms: &Forms<'_>) -> Markup {
    let event = Event::NoteAdded {
        text: "–".to_owned(),
        kind: crate::run::NoteKind::Note,
        step: None,
        public: false,
        owner: None,
        due: None,
    };
    if seen.may(event).is_err() {
        return html! {};
    }
    let form = forms.form("note", "", 0);
    let told = |ix: &StepIx| {
        let step = seen.state.plan.steps.get(*ix)?;
        let status = seen.state.steps.get(*ix)?.status();
        let is_told = step.kind != StepKind::Milestone && status != StepStatus::NotApplicable;
        is_told.then(|| (step.id.as_str(), seen.label(*ix)))
    };
    let parts = seen.parts();
    let steps = parts.now.iter().chain(&parts.next).chain(&parts.after);
    let steps: Vec<_> = steps.filter_map(told).collect();
    html! {
        h2 { "Note" }
        (form.with(html! {
            (form.area("text", "What should everybody know?", true))
            div.pair {
                div {
                    label for="note-kind" { "Kind" }
                    select id="note-kind" name="kind" {
                        @for (value, label) in KINDS {
                            option value=(value) selected[form.was("kind") == Some(value)] { (label) }
                        }
                    }
                }
                div {
                    label for="note-step" { "About" }
                    select id="note-step" name="step" {
                        option value="" { "the run" }
                        @for (id, label) in &steps {
                            option value=(id) selected[form.was("step") == Some(id)] { (label) }
                        }
                    }
                }
            }
            (form.tick("public", "yes", html! { "Public: stakeholders read it, too" }))
            (send("Write the note"))
        }))
    }
}

fn foot(seen: &Seen<'_>) -> Markup {
    let bridge = seen.state.plan.release.bridge.as_deref();
    let bridge = bridge.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    html! {
        footer {
            @if let Some(url) = bridge {
                p { a href=(url) rel="noreferrer noopener" target="_blank" { "Join the bridge call" } }
            }
            p.faint {
                "What you record here is recorded as " strong dir="auto" { (visible(seen.me())) }
                ". Whoever has your link can record in your name: keep it to yourself."
            }
        }
    }
}

/// The page that says that something could not be recorded because of the hub, and keeps all of it
/// to be sent again.
pub fn not_recorded(forms: &Forms<'_>, why: &str, known: bool, tried: &str) -> Rendered {
    let fields = forms.sent.map(|sent| sent.fields()).unwrap_or_default();
    let kept = fields.iter().filter(|(name, _)| !matches!(name.as_str(), "mark" | "tried"));
    Shell {
        title: "NOT RECORDED",
        styles: &[&STYLE],
        scripts: &[&SCRIPT],
        has_forms: true,
        body: html! {
            main {
                section.answer.bad role="alert" {
                    h1 { @if known { "NOT RECORDED" } @else { "NOT KNOWN WHETHER IT IS RECORDED" } }
                    p dir="auto" { (visible_lines(why)) }
                    p {
                        @if known { "Nothing of it was recorded here. " }
                        "Say it on the call, and try again: it will be recorded once, with the time of your first try."
                    }
                    @if let Some(sent) = forms.sent { (typed(sent)) }
                    form method="post" action=(forms.action) {
                        input type="hidden" name="mark" value=(forms.mark);
                        input type="hidden" name="tried" value=(tried);
                        @for (name, value) in kept {
                            // Keeps line ends, which a hidden field of one line may lose.
                            textarea hidden name=(name) { "\n" (value) }
                        }
                        (send("Try again"))
                    }
                }
                p #news role="status" hidden {}
                p { a href=(forms.action.trim_end_matches("/act")) { "Back to my steps" } }
            }
        },
    }
    .render()
}
