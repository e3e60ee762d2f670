//! A rung of the ladder at length: what it is for, what it would do now, how long it takes and until
//! when, and what is left of it while it is on.

use super::Page;
use crate::cockpit::model::RungView;
use crate::cockpit::panes::words;
use crate::cockpit::view::ink::Ink;
use crate::run::RunState;
use crate::runbook::{AvailableUntil, Rung, RungIx, StepIx, Then, format_duration, format_timer};
use ratatui::text::Line;

/// Every line about a rung in so many columns.
pub fn content(ink: &Ink<'_>, ix: RungIx, columns: usize) -> Vec<Line<'static>> {
    let run = &ink.model.run;
    let Some(rung) = run.plan.rollbacks.get(ix) else { return Vec::new() };
    let view = ink.model.ladder.rungs.iter().find(|view| view.rung == ix);
    let mut page = Page { ink: *ink, columns, lines: Vec::new() };
    page.say(&format!("{} {}", run.rung_number(ix), rung.title), ink.theme.screen.strong);
    if let Some(view) = view {
        page.standing(view);
    }
    page.field("rung", &rung.id);
    if let Some(trigger) = &rung.trigger {
        page.field("take it", &format!("if {trigger}"));
    }
    page.reach(run, rung);
    if let Some(view) = view {
        page.cost(view);
    }
    page.rung_steps(run, rung, view);
    page.takings(run, rung);
    page.lines
}

impl Page<'_> {
    /// Available, gone, needed, proposed, on: in a word first.
    fn standing(&mut self, view: &RungView) {
        let ink = self.ink;
        let (screen, run) = (&ink.theme.screen, &ink.model.run);
        if view.on {
            return self.say("BEING TAKEN", screen.bad);
        }
        if run.status.is_over() {
            return self.say("the run is over", screen.muted);
        }
        if view.proposed {
            self.say("PROPOSED: the lead decides", screen.warning);
        }
        if let Some(step) = view.gone {
            let text = format!("GONE since {} has started", words::number(run, step));
            return self.say(&text, screen.bad);
        }
        match view.needed {
            true => self.say("available", screen.good),
            false => self.say("available; nothing it takes back has begun", screen.muted),
        }
    }

    /// What it covers, until when it can be had, and what follows.
    fn reach(&mut self, run: &RunState, rung: &Rung) {
        let plan = &run.plan;
        let all = rung.covers.len() == plan.forward_steps().len();
        let covers = if all { "everything".to_owned() } else { words::numbers(run, &rung.covers) };
        self.field("takes back", &covers);
        let number = |ix: StepIx| words::number(run, ix);
        let until = match rung.available_until {
            AvailableUntil::PointOfNoReturn => {
                let returns = plan.forward_steps().filter(|ix| plan.steps[*ix].point_of_no_return);
                match returns.collect::<Vec<_>>()[..] {
                    [] => "the end: there is no point of no return".to_owned(),
                    ref some => {
                        let some = words::numbers(run, some);
                        format!("until the point of no return: {some} starts")
                    }
                }
            }
            AvailableUntil::Step(ix) => format!("until {} starts", number(ix)),
            AvailableUntil::End => "to the end, past any point of no return".to_owned(),
        };
        self.field("available", &until);
        let then = match rung.then {
            Then::Stop => "the run ends rolled back".to_owned(),
            Then::Resume(ix) => format!("go on from {}", number(ix)),
        };
        self.field("then", &then);
        if let Some(next) = rung.otherwise.and_then(|ix| plan.rollbacks.get(ix)) {
            self.field("otherwise", &next.title);
        }
    }

    /// How long it takes, until when it may be decided, and what has to be settled first.
    fn cost(&mut self, view: &RungView) {
        let ink = self.ink;
        let run = &ink.model.run;
        let long = format_duration(view.duration);
        let chain = match view.critical[..] {
            [] => String::new(),
            ref chain => format!(", longest chain {}", words::numbers(run, chain)),
        };
        let abort = match view.abort {
            0 => String::new(),
            abort => format!(", of that {} to stop what runs", format_duration(abort)),
        };
        self.field("takes", &format!("{long}{chain}{abort}"));
        if let Some(end) = words::ends(view) {
            let after = words::afterwards(ink.model, view);
            let text = format!("{} if begun now; {after}", ink.moment(end));
            self.field("would end", &text);
        }
        if let Some(by) = view.by.filter(|_| view.gone.is_none() && view.needed && !view.on) {
            let left = (by - ink.now()).num_seconds();
            let at = ink.moment(by);
            let (text, style) = match left {
                0.. => (format!("{at} ({} left)", format_timer(left)), ink.theme.detail.value),
                _ => (format!("{at}: HAS PASSED"), ink.theme.screen.bad),
            };
            self.styled_field("decide by", &text, style);
        }
        if !view.settle.is_empty() {
            let text = format!("{}: finish, fail or skip", words::numbers(run, &view.settle));
            self.styled_field("settle", &text, ink.theme.screen.warning);
        }
    }

    fn rung_steps(&mut self, run: &RunState, rung: &Rung, view: Option<&RungView>) {
        let ink = self.ink;
        self.heading("Steps");
        for ix in rung.steps.clone() {
            let Some(step) = ink.step(ix) else { continue };
            let applies = view.is_none_or(|view| view.applies.contains(&ix));
            let look = ink.look(ix);
            let mut text = format!("{} {}", step.number, step.title);
            if let Some(owner) = run.owner_of(ix) {
                text.push_str(&format!(", {}", ink.name(&owner)));
            }
            if let Some(span) = step.duration {
                text.push_str(&format!(", {}", format_duration(span.likely)));
            }
            if view.is_some_and(|view| view.on) {
                text.push_str(&format!(": {}", look.word));
            } else if !applies {
                let undoes = words::numbers(run, &step.undoes);
                text.push_str(&match step.undoes.is_empty() {
                    true => " (does not apply now)".to_owned(),
                    false => format!(" (not now: {undoes} has not begun)"),
                });
            }
            let (symbol, style) = match (view.is_some_and(|view| view.on), applies) {
                (true, _) => (look.symbol, look.style),
                (false, true) => ("•", ink.theme.detail.value),
                (false, false) => ("·", ink.theme.screen.muted),
            };
            self.bullet(symbol, &[(text.into(), style)], style);
        }
    }

    /// Every time it was taken.
    fn takings(&mut self, run: &RunState, rung: &Rung) {
        let ink = self.ink;
        let taken: Vec<_> = run.rollbacks.iter().filter(|taken| taken.rung == rung.id).collect();
        if taken.is_empty() {
            return;
        }
        self.heading("Taken");
        for taken in taken {
            let mut text = format!(
                "{}→{}, {}",
                ink.moment(taken.begun.at),
                taken.ended.as_ref().map_or_else(|| "now".to_owned(), |end| ink.moment(end.at)),
                ink.name(&taken.begun.person)
            );
            if let Some(reason) = &taken.reason {
                text.push_str(&format!(": {reason}"));
            }
            text.push_str(match taken.succeeded {
                Some(true) => "; ended well",
                Some(false) => "; FAILED",
                None if taken.ended.is_some() => "; cut short",
                None => "",
            });
            if let Some(reason) = &taken.end_reason {
                text.push_str(&format!(": {reason}"));
            }
            self.bullet("•", &[(text.into(), ink.theme.detail.value)], ink.theme.markdown.marker);
        }
    }
}
