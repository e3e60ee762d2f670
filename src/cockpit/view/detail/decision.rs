//! Gates and choices: the poll, what is required, the decision; the ways to choose from.

use super::super::clock;
use super::Page;
use crate::run::{Decision, Vote};
use crate::runbook::{GateSpec, OnNoGo, Quorum, Role, Step, StepIx, StepKind};

impl Page<'_> {
    /// The part of a step that only gates and choices have.
    pub(super) fn decision(&mut self, ix: StepIx, plan: &Step) {
        if let Some(gate) = &plan.gate {
            self.gate(ix, gate);
        }
        if plan.kind == StepKind::Choice {
            self.choice(ix, plan);
        }
        if let Some(when) = &plan.when {
            let ink = self.ink;
            let text = format!("only if {} is “{}”", ink.number(when.step), when.is);
            self.field("applies", &text);
        }
    }

    fn gate(&mut self, ix: StepIx, gate: &GateSpec) {
        let ink = self.ink;
        let Some(state) = ink.model.run.steps.get(ix) else { return };
        self.heading("Go or no-go");
        if let Some((decision, reason, fact)) = &state.now.decision {
            let (word, style) = match decision {
                Decision::Go => ("GO", ink.theme.screen.good),
                Decision::GoWithConditions { .. } => {
                    ("GO WITH CONDITIONS", ink.theme.screen.warning)
                }
                Decision::NoGo => ("NO-GO", ink.theme.screen.bad),
            };
            let reason = reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
            let by = format!("{word} by {} at {}", ink.name(&fact.person), ink.moment(fact.at));
            self.styled_field("decided", &format!("{by}{reason}"), style);
            if let Decision::GoWithConditions { conditions } = decision {
                for condition in conditions {
                    self.bullet("•", &[(condition.into(), ink.theme.detail.value)], style);
                }
            }
        } else {
            let decider =
                gate.decider.as_deref().map_or_else(|| "a lead".to_owned(), |d| ink.name(d));
            self.field("decides", &decider);
        }
        if let Some(deadline) = gate.deadline {
            let at = ink.model.run.moment(deadline, ink.now());
            let passed = at < ink.now() && state.now.decision.is_none();
            let style = if passed { ink.theme.steps.late } else { ink.theme.detail.value };
            let left = (at - ink.now()).num_seconds();
            let how = match left {
                _ if state.now.decision.is_some() => String::new(),
                0.. => format!(", {} left", clock::rough(left)),
                _ => format!(", passed {} ago", clock::rough(left)),
            };
            let text = format!("{}{how}", ink.moment(at));
            self.styled_field("deadline", &text, style);
        }
        self.required(gate);
        self.poll(ix, gate);
        let otherwise = match gate.on_no_go {
            OnNoGo::Hold => "the run is held".to_owned(),
            OnNoGo::Cancel => "the run is held, and canceling is proposed".to_owned(),
            OnNoGo::Rollback(rung) => {
                let rungs = &ink.model.run.plan.rollbacks;
                let title = rungs.get(rung).map_or("a rung", |r| r.title.as_str());
                format!("the run is held, and “{title}” is proposed")
            }
        };
        self.field("on no-go", &otherwise);
    }

    fn required(&mut self, gate: &GateSpec) {
        let ink = self.ink;
        let plan = &ink.model.run.plan;
        for id in &gate.requires {
            let Some(checklist) = plan.checklist(id) else { continue };
            let open = ink.model.run.open_items(checklist).count();
            let all = checklist.items.len();
            let (text, style) = if open == 0 {
                (format!("✔ {}, all {all} items", checklist.title), ink.theme.screen.good)
            } else {
                (
                    format!("{}, {open} of {all} items open", checklist.title),
                    ink.theme.screen.warning,
                )
            };
            self.styled_field("requires", &text, style);
        }
    }

    /// The votes. Nobody but a lead sees others' before their own is cast.
    fn poll(&mut self, ix: StepIx, gate: &GateSpec) {
        let ink = self.ink;
        let run = &ink.model.run;
        let Some(state) = run.steps.get(ix) else { return };
        let votes = &state.now.votes;
        let needed = gate.go_votes_needed();
        let quorum = match gate.quorum {
            Quorum::All => "all",
            Quorum::Majority => "a majority",
            Quorum::Count(_) => "that many",
        };
        let me = ink.model.me.as_str();
        let own = run.voter_for(ix, me).unwrap_or(me);
        let sees_all = run.role_of(me) == Role::Lead
            || votes.contains_key(own)
            || state.now.decision.is_some();
        let go = if sees_all { run.go_votes(ix).to_string() } else { "?".to_owned() };
        self.field("go votes", &format!("{go}, {needed} needed ({quorum})"));
        let strangers = votes.keys().filter(|v| !gate.voters.contains(v));
        for voter in gate.voters.iter().chain(strangers) {
            let name = ink.name(voter);
            let detail = &ink.theme.detail;
            match votes.get(voter) {
                None => self.bullet(
                    "○",
                    &[(format!("{name}: no vote yet").into(), detail.open)],
                    detail.open,
                ),
                Some(_) if !sees_all => {
                    let text = format!("{name}: has voted (shown once you have)");
                    self.bullet("●", &[(text.into(), detail.open)], detail.open);
                }
                Some(ballot) => {
                    let (symbol, word, style) = match ballot.vote {
                        Vote::Go => ("✔", "go", detail.ticked),
                        Vote::NoGo => ("✖", "no-go", detail.bad),
                    };
                    let comment =
                        ballot.comment.as_deref().map(|c| format!(": {c}")).unwrap_or_default();
                    let text = format!("{name}: {word} at {}{comment}", ink.moment(ballot.fact.at));
                    self.bullet(symbol, &[(text.into(), style)], style);
                }
            }
        }
    }

    fn choice(&mut self, ix: StepIx, plan: &Step) {
        let ink = self.ink;
        let chosen = ink.model.run.steps.get(ix).and_then(|s| s.now.option.as_deref());
        self.heading("Ways on");
        for option in &plan.options {
            let detail = &ink.theme.detail;
            let (symbol, style) = if chosen == Some(option.id.as_str()) {
                ("✔", detail.ticked)
            } else {
                ("○", detail.open)
            };
            let word = if chosen == Some(option.id.as_str()) { " (chosen)" } else { "" };
            let leads = ink.model.run.plan.steps.iter().filter(|step| {
                step.when.as_ref().is_some_and(|w| w.step == ix && w.is == option.id)
            });
            let leads: Vec<_> = leads.take(6).map(|step| step.number.as_str()).collect();
            let leads =
                if leads.is_empty() { String::new() } else { format!(" → {}", leads.join(", ")) };
            self.bullet(symbol, &[(format!("{}{word}{leads}", option.title).into(), style)], style);
        }
    }
}
