//! What a step asks of whoever does it: items, values, evidence, signatures; links; and what an
//! automated step does.

use super::Page;
use crate::run::{Attempt, AutomationResult, Evidence};
use crate::runbook::{CheckSpec, CommandSpec, Probe, Step, StepIx, format_duration};

impl Page<'_> {
    /// Everything that completion asks, and what is there of it.
    pub(super) fn work(&mut self, ix: StepIx, plan: &Step) {
        let ink = self.ink;
        let Some(state) = ink.model.run.steps.get(ix) else { return };
        self.items(plan, &state.now);
        self.records(plan, &state.now);
        self.proofs(plan, &state.now);
        if !plan.links.is_empty() {
            self.heading("Links");
            for link in &plan.links {
                let style = if crate::cockpit::markdown::is_link(&link.url) {
                    ink.theme.markdown.link
                } else {
                    ink.theme.detail.value
                };
                let title = (format!("{} ", link.title).into(), ink.theme.detail.value);
                let pieces = if link.title == link.url {
                    vec![(link.url.as_str().into(), style)]
                } else {
                    vec![title, (link.url.as_str().into(), style)]
                };
                self.bullet("•", &pieces, ink.theme.markdown.marker);
            }
        }
    }

    fn items(&mut self, plan: &Step, now: &Attempt) {
        if plan.items.is_empty() {
            return;
        }
        let ink = self.ink;
        let ticked = plan.items.iter().filter(|item| now.items.contains_key(*item)).count();
        self.heading(&format!("Items {ticked}/{}", plan.items.len()));
        for item in &plan.items {
            match now.items.get(item) {
                Some(fact) => {
                    let style = ink.theme.detail.ticked;
                    let by = format!("  {} {}", ink.name(&fact.person), ink.moment(fact.at));
                    let pieces = [(item.into(), style), (by.into(), ink.theme.detail.label)];
                    self.bullet("☑", &pieces, style);
                }
                None => {
                    let style = ink.theme.detail.open;
                    self.bullet("☐", &[(item.into(), style)], style);
                }
            }
        }
    }

    fn records(&mut self, plan: &Step, now: &Attempt) {
        if plan.records.is_empty() {
            return;
        }
        let ink = self.ink;
        let detail = &ink.theme.detail;
        self.heading("Values");
        for record in &plan.records {
            let unit = record.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
            let pass = record.pass.as_ref();
            let wanted = pass.map(|pass| format!(" (must be {pass}{unit})")).unwrap_or_default();
            let title = (format!("{}: ", record.title).into(), detail.value);
            let wanted = (wanted.into(), detail.label);
            match now.values.get(&record.id) {
                None => self.bullet("☐", &[title, ("–".into(), detail.open), wanted], detail.open),
                Some((value, fact)) => {
                    let good = pass.is_none_or(|pass| pass.met_by(value));
                    let (symbol, word, style) = if good {
                        ("☑", "", detail.ticked)
                    } else {
                        ("✖", " FAILS", detail.bad)
                    };
                    let by = format!("  {} {}", ink.name(&fact.person), ink.moment(fact.at));
                    let value = (format!("{value}{unit}{word}").into(), style);
                    self.bullet(symbol, &[title, value, wanted, (by.into(), detail.label)], style);
                }
            }
        }
    }

    fn proofs(&mut self, plan: &Step, now: &Attempt) {
        let ink = self.ink;
        let detail = &ink.theme.detail;
        if plan.evidence || !now.evidence.is_empty() {
            self.heading("Evidence");
            if now.evidence.is_empty() {
                let text = "a link, or a file's name and hash";
                self.bullet("☐", &[(text.into(), detail.open)], detail.open);
            }
            for (evidence, fact) in &now.evidence {
                let text = match evidence {
                    Evidence::Link { url } => url.clone(),
                    Evidence::File { name, sha256 } => format!("{name} sha256 {sha256}"),
                };
                let by = format!("  {} {}", ink.name(&fact.person), ink.moment(fact.at));
                let pieces = [(text.into(), detail.value), (by.into(), detail.label)];
                self.bullet("☑", &pieces, detail.ticked);
            }
        }
        if plan.signers > 0 {
            self.heading(&format!("Signatures {}/{}", now.signatures.len(), plan.signers));
            for fact in &now.signatures {
                let text = format!("{} {}", ink.name(&fact.person), ink.moment(fact.at));
                self.bullet("☑", &[(text.into(), detail.value)], detail.ticked);
            }
            let missing = plan
                .signer_ids
                .iter()
                .filter(|id| !now.signatures.iter().any(|fact| *fact.person == ***id));
            for id in missing {
                self.bullet("☐", &[(ink.name(id).into(), detail.open)], detail.open);
            }
        }
    }

    /// What an automated step would do, and what it did.
    pub(super) fn automation(&mut self, ix: StepIx, plan: &Step) {
        let ink = self.ink;
        let mut asked = Vec::new();
        asked.extend(plan.run.as_ref().map(|run| ("runs", command(run))));
        asked.extend(plan.check.as_ref().map(|check| ("checks", probe(check))));
        asked.extend(plan.guard.as_ref().map(|guard| ("guarded by", probe(guard))));
        if let Some(message) = plan.message.as_deref().and_then(|id| ink.model.run.plan.message(id))
        {
            let to = message.audience.as_deref().unwrap_or("whom it concerns");
            asked.push(("message", format!("to {to}: {}", message.text)));
        }
        if !asked.is_empty() {
            self.heading("Automation");
        }
        for (label, text) in asked {
            self.styled_field(label, &text, ink.theme.markdown.code);
        }
        let Some(done) = ink.model.run.steps.get(ix).and_then(|s| s.now.automation.as_ref()) else {
            return;
        };
        let began =
            format!("{} at {}", ink.name(&done.started.person), ink.moment(done.started.at));
        self.field("began", &began);
        match &done.finished {
            None => {
                self.styled_field("result", "running, outcome unknown", ink.theme.screen.warning)
            }
            Some((result, code, output, fact)) => {
                let (word, style) = match result {
                    AutomationResult::Pass => ("pass", ink.theme.screen.good),
                    AutomationResult::Fail => ("FAIL", ink.theme.screen.bad),
                    AutomationResult::NotTested => ("not tested", ink.theme.screen.warning),
                };
                let code = code.map(|code| format!(", code {code}")).unwrap_or_default();
                self.styled_field(
                    "result",
                    &format!("{word}{code} at {}", ink.moment(fact.at)),
                    style,
                );
                let tail: Vec<_> = output.lines().rev().take(200).collect();
                for line in tail.into_iter().rev() {
                    self.say(line, ink.theme.markdown.code);
                }
            }
        }
    }
}

fn command(run: &CommandSpec) -> String {
    let timeout = run.timeout.map(|t| format!(" (at most {})", format_duration(t)));
    format!("{}{}", run.argv.join(" "), timeout.unwrap_or_default())
}

fn probe(check: &CheckSpec) -> String {
    let mut text = match &check.probe {
        Probe::Http { url, .. } => url.clone(),
        Probe::Command(run) => command(run),
    };
    if let Some(every) = check.every {
        text.push_str(&format!(", every {}", format_duration(every)));
    }
    if check.until_pass {
        text.push_str(", until it passes");
    }
    if let Some(timeout) = check.timeout {
        text.push_str(&format!(", at most {}", format_duration(timeout)));
    }
    text
}
