//! What a cockpit knows of being a demonstration: the night is played, and passes faster.

use super::Model;
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::runbook::Role;

/// A demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// How many times as fast as people live the night passes.
    pub speed: u32,
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

    /// How fast the night passes, in words.
    pub fn pace(&self) -> String {
        match self.speed {
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

    /// Takes the start screen away. In a demonstration it is said once more, in short, what one does.
    pub fn end_greeting(&mut self) {
        self.greeting = false;
        self.welcome();
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
        let demo = |speed| Demo { speed, page: String::new(), leads: false };
        assert_eq!(
            (demo(60).word(), demo(60).pace()),
            ("DEMO 60×".into(), "a minute passes every second".into())
        );
        assert_eq!(demo(1).pace(), "in real time");
        assert_eq!(demo(30).pace(), "time passes 30 times as fast");
    }
}
