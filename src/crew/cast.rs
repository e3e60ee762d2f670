//! Who does what: the people of the runbook, and who of them is played.

use super::Leading;
use super::dice::Dice;
use crate::run::RunState;
use crate::runbook::{Owner, Role, StepIx};

/// Who is there, for a runbook that names nobody who could.
const SOMEBODY: &str = "crew";

pub(super) struct Cast<'a> {
    pub state: &'a RunState,
    pub dice: Dice,
    pub lead: &'a str,
    pub follower: Option<&'a str>,
    pub leading: Leading,
}

impl Cast<'_> {
    /// Whether this person is played, in what is no decision.
    pub fn plays(&self, person: &str) -> bool {
        if self.follower == Some(person) {
            return self.leading == Leading::Chores;
        }
        person != self.lead || self.leading != Leading::Nothing
    }

    /// Whether this person is not of the crew, whatever is played of their part.
    fn is_apart(&self, person: &str) -> bool {
        person == self.lead || self.follower == Some(person)
    }

    /// Who sits at the cockpit.
    pub fn at_the_cockpit(&self) -> &str {
        self.follower.unwrap_or(self.lead)
    }

    /// Everybody of the runbook but the lead, and whoever sits at the cockpit.
    pub fn crew(&self) -> impl Iterator<Item = &str> {
        let people = self.state.plan.people.keys().map(String::as_str);
        people.filter(|person| !self.is_apart(person))
    }

    /// Those of the crew who may work steps.
    pub fn workers(&self) -> Vec<&str> {
        self.crew().filter(|person| self.works(person)).collect()
    }

    fn works(&self, person: &str) -> bool {
        self.state.role_of(person) >= Role::Operator
    }

    /// Somebody of the crew, the same for the same matter.
    pub fn somebody(&self, matter: &str) -> String {
        let workers = self.workers();
        self.dice.one_of(matter, &workers).map_or(SOMEBODY, |person| person).to_owned()
    }

    /// Who does a step; none: the person at the cockpit.
    pub fn doer(&self, ix: StepIx) -> Option<String> {
        let step = self.state.plan.steps.get(ix)?;
        let matter = format!("doer {}", step.id);
        let assigned = self.state.steps.get(ix).and_then(|state| state.assigned.as_deref());
        let owner = match (assigned, &step.owner) {
            (Some(person), _) => person,
            (None, Some(Owner::Person(person))) => person,
            (None, Some(Owner::Team(team))) => return self.of_team(team, &matter),
            (None, None) => return Some(self.somebody(&matter)),
        };
        if self.is_apart(owner) {
            return self.plays(owner).then(|| owner.to_owned());
        }
        // An observer's step is somebody else's to do.
        if self.works(owner) { Some(owner.to_owned()) } else { Some(self.somebody(&matter)) }
    }

    /// Anyone of a team; where nobody of the crew is, whoever else is.
    fn of_team(&self, team: &str, matter: &str) -> Option<String> {
        let of_team = |person: &&str| {
            let person = self.state.plan.people.get(*person);
            person.is_some_and(|person| person.team.as_deref() == Some(team))
        };
        let members: Vec<&str> = self.workers().into_iter().filter(of_team).collect();
        if let Some(member) = self.dice.one_of(matter, &members) {
            return Some((*member).to_owned());
        }
        let mut apart = [Some(self.lead), self.follower].into_iter().flatten();
        match apart.find(|person| of_team(person)) {
            Some(person) => self.plays(person).then(|| person.to_owned()),
            None => Some(self.somebody(matter)),
        }
    }
}
