//! What a cockpit knows of being a demonstration: the night is played, and passes faster.

use super::{Cursor, Focus, Model, View};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::run::{Entry, Event};
use crate::runbook::Role;

/// A demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// How many times as fast as people live the night passes now.
    pub speed: u32,
    /// How many times it does while people are at work; it passes slower while it waits for you.
    pub usual: u32,
    /// The address of the stakeholders' page.
    pub page: String,
    /// Whether the lead is played, too: nobody has to decide anything.
    pub leads: bool,
}

impl Demo {
    /// The word for the mode: `DEMO 60×`.
    pub fn word(&self) -> String {
        format!("DEMO {}×", self.speed)
    }

    /// Whether the night passes slower than usual, since nobody else has anything to do.
    pub fn waits(&self) -> bool {
        self.speed < self.usual
    }

    /// How fast the night passes, in words.
    pub fn pace(&self) -> String {
        match self.usual {
            1 => "in real time".to_owned(),
            60 => "a minute passes every second".to_owned(),
            speed => format!("time passes {speed} times as fast"),
        }
    }
}

impl Model {
    /// How many seconds of the night pass in a second of whoever looks: 1, but in a demonstration.
    pub fn speed(&self) -> i64 {
        self.demo.as_ref().map_or(1, |demo| i64::from(demo.speed.max(1)))
    }

    /// The night passes at another speed from here on; what is on screen stays as long as before.
    pub fn change_speed(&mut self, speed: u32) {
        let (now, before) = (self.now, self.speed());
        let Some(demo) = self.demo.as_mut().filter(|demo| demo.speed != speed) else { return };
        demo.speed = speed;
        let after = self.speed();
        for toast in &mut self.toasts {
            let left = (toast.until - now).num_seconds().saturating_mul(after) / before;
            toast.until = now + chrono::TimeDelta::try_seconds(left).unwrap_or_default();
        }
        self.dirty = true;
    }

    /// Takes the start screen away. In a demonstration it is said once more, in short, what one does.
    pub fn end_greeting(&mut self) {
        self.greeting = false;
        self.welcome();
    }

    /// Puts the cursor on what is to be decided, if anything is.
    pub fn look_at_decision(&mut self) {
        let open = self.glance.decide.first().and_then(|open| self.run.plan.steps.get(open.step));
        if let Some(step) = open {
            self.steps.cursor = Cursor::Step(step.id.clone());
            crate::cockpit::panes::refresh_lists(self);
        }
    }

    /// Where the lead is played, too, the cursor goes along with what happens, as long as nobody does
    /// anything else.
    pub fn go_along(&mut self, entries: &[std::sync::Arc<Entry>]) {
        let leads = self.demo.as_ref().is_some_and(|demo| demo.leads);
        if !leads || self.focus() != Focus::Pane(View::Steps) {
            return;
        }
        let last = entries.iter().rev().find_map(|entry| match &entry.act.event {
            Event::StepStarted { step, .. }
            | Event::StepFailed { step, .. }
            | Event::GateDecided { step, .. } => Some(step),
            _ => None,
        });
        if let Some(step) = last {
            self.steps.cursor = Cursor::Step(step.clone());
            crate::cockpit::panes::refresh_lists(self);
            self.dirty = true;
        }
    }

    /// Says who one is in a demonstration, and what to press; elsewhere nothing.
    pub fn welcome(&mut self) {
        let Some(demo) = &self.demo else { return };
        let name = self.run.plan.person_name(&self.me);
        let what = match demo.leads {
            true => format!("{name} is played as well: lean back"),
            false => {
                let leads = self.run.role_of(&self.me) == Role::Lead;
                let role = if leads { "the lead" } else { "not the lead" };
                let enter = self.keymap.shown(Action::UsualNext);
                format!("You are {name}, {role}. {enter} does the usual next thing")
            }
        };
        let (help, quit) = (self.keymap.shown(Action::Help), self.keymap.shown(Action::Quit));
        let said = format!("{what}, {help} help, {quit} leaves. Stakeholders' page: {}", demo.page);
        self.say_long(Tone::Plain, said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_said_in_words() {
        let demo = |speed| Demo { speed, usual: speed, page: String::new(), leads: false };
        assert!(!demo(60).waits() && Demo { speed: 6, ..demo(60) }.waits());
        assert_eq!(
            (demo(60).word(), demo(60).pace()),
            ("DEMO 60×".into(), "a minute passes every second".into())
        );
        assert_eq!(demo(1).pace(), "in real time");
        assert_eq!(demo(30).pace(), "time passes 30 times as fast");
    }
}
