//! A night in a test: a runbook, a clock that is set by hand, people who act.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on stops"
)]

pub mod any_night;
pub mod any_plan;
pub mod cutover;
pub mod ladder;
pub mod rule_plan;
pub mod table;
pub mod worked;

use chrono::{DateTime, TimeDelta, Utc};
use golive::run::{
    self, Act, Actor, Entry, EntryId, Event, Intent, Logged, Mode, Refusal, RefusalKind, RunState,
    StepStatus, Time, Verdict,
};
use golive::runbook::Role;
use std::sync::Arc;

/// The night's first moment: 22:00 UTC.
pub fn start() -> Time {
    "2026-11-28T22:00:00Z".parse::<DateTime<Utc>>().expect("a time")
}

/// `HH:MM[:SS]` of that night; hours before noon are the next day's.
pub fn clock(word: &str) -> Time {
    let mut parts = word.split(':').map(|p| p.parse::<i64>().expect("a number"));
    let (h, m, s) =
        (parts.next().expect("hours"), parts.next().expect("minutes"), parts.next().unwrap_or(0));
    let midnight = "2026-11-28T00:00:00Z".parse::<DateTime<Utc>>().expect("a time");
    let day = i64::from(h < 12) * 86_400;
    midnight + TimeDelta::seconds(day + h * 3600 + m * 60 + s)
}

/// An opened run and its clock.
#[derive(Clone)]
pub struct Night {
    pub state: RunState,
    pub now: Time,
    pub entries: Vec<Entry>,
}

impl Night {
    /// Opens a live run as `ana`.
    pub fn open(text: &str) -> Self {
        Self::open_as(text, Mode::Live, "ana")
    }

    pub fn open_as(text: &str, mode: Mode, person: &str) -> Self {
        Self::open_by(run::RULES, text, mode, person)
    }

    /// Opens a run on another night.
    pub fn open_at(text: &str, mode: Mode, person: &str, at: Time) -> Self {
        Self::open_by_at(run::RULES, text, mode, person, at)
    }

    /// Opens a run that keeps another rule book than the present one.
    pub fn open_by(rules: u32, text: &str, mode: Mode, person: &str) -> Self {
        Self::open_by_at(rules, text, mode, person, start())
    }

    fn open_by_at(rules: u32, text: &str, mode: Mode, person: &str, at: Time) -> Self {
        let event = Event::RunOpened {
            rules,
            run: "test-run".to_owned(),
            mode,
            runbook: text.to_owned(),
            sha256: run::sha256_hex(text.as_bytes()),
            approved: None,
            keep_times: false,
        };
        let actor = Actor { name: person.to_owned(), role: Role::Lead, claimed: true };
        let act = Intent::new(person, event).into_act(actor, at);
        let entry = Entry { seq: 1, id: id(1), act, offset_ms: 0, received_at: None };
        let state = match run::open(entry.clone()) {
            Ok(state) => state,
            Err(problem) => panic!("{problem}"),
        };
        Self { state, now: at, entries: vec![entry] }
    }

    /// Sets the clock.
    pub fn at(&mut self, word: &str) -> &mut Self {
        self.now = clock(word);
        self
    }

    pub fn intent_to_act(&self, intent: Intent) -> Act {
        let actor = self.state.actor(&intent.person);
        intent.into_act(actor, self.now)
    }

    /// Checks an act without recording it.
    pub fn check(&self, intent: Intent) -> Result<(), Refusal> {
        run::check(&self.state, &self.intent_to_act(intent))
    }

    /// Records an act the way a ledger does: checked first.
    pub fn act(&mut self, intent: Intent) -> Result<u64, Refusal> {
        self.check(intent.clone())?;
        Ok(self.force(intent))
    }

    /// Appends an act unchecked, as an entry made offline arrives.
    pub fn force(&mut self, intent: Intent) -> u64 {
        let act = self.intent_to_act(intent);
        let seq = self.entries.len() as u64 + 1;
        let entry = Entry { seq, id: id(seq), act, offset_ms: 0, received_at: None };
        self.entries.push(entry.clone());
        run::apply(&mut self.state, Arc::new(entry));
        seq
    }

    /// Records an event that must be taken.
    #[track_caller]
    pub fn ok(&mut self, person: &str, event: Event) -> u64 {
        match self.act(Intent::new(person, event.clone())) {
            Ok(seq) => seq,
            Err(refusal) => panic!("{event:?} was refused: {refusal}"),
        }
    }

    /// Records an event that must be taken, and happened earlier.
    #[track_caller]
    pub fn ok_at(&mut self, person: &str, happened: &str, event: Event) -> u64 {
        let intent =
            Intent { happened_at: Some(clock(happened)), ..Intent::new(person, event.clone()) };
        match self.act(intent) {
            Ok(seq) => seq,
            Err(refusal) => panic!("{event:?} was refused: {refusal}"),
        }
    }

    /// The rule and kind by which an event is refused.
    #[track_caller]
    pub fn no(&self, person: &str, event: Event) -> (RefusalKind, &'static str) {
        match self.check(Intent::new(person, event.clone())) {
            Ok(()) => panic!("{event:?} was not refused"),
            Err(refusal) => {
                assert!(!refusal.reason.is_empty() && !refusal.instead.is_empty(), "{refusal:?}");
                (refusal.kind, refusal.rule)
            }
        }
    }

    pub fn status(&self, id: &str) -> StepStatus {
        self.state.steps[self.ix(id)].status()
    }

    pub fn ix(&self, id: &str) -> usize {
        self.state.step_ix(id).unwrap_or_else(|| panic!("no step {id}"))
    }

    pub fn logged(&self, seq: u64) -> &Logged {
        &self.state.log[seq as usize - 1]
    }

    pub fn verdict(&self, seq: u64) -> &Verdict {
        &self.logged(seq).verdict
    }

    pub fn id_of(&self, seq: u64) -> EntryId {
        self.logged(seq).entry.id.clone()
    }

    pub fn attempt(&self, id: &str) -> u32 {
        self.state.steps[self.ix(id)].attempt
    }
}

pub fn id(seq: u64) -> EntryId {
    EntryId { replica: "r1".to_owned(), index: seq }
}

macro_rules! step_event {
    ($($name:ident => $variant:ident),* $(,)?) => {
        $(pub fn $name(step: &str) -> Event {
            Event::$variant { step: step.to_owned(), attempt: 1 }
        })*
    };
}
step_event!(stand_by => StepStoodBy, begin => StepStarted, done => StepCompleted, sign => StepSigned,
    unblock => StepUnblocked);

pub fn fail(step: &str) -> Event {
    Event::StepFailed { step: step.to_owned(), attempt: 1, reason: Some("broke".to_owned()) }
}
pub fn block(step: &str) -> Event {
    Event::StepBlocked { step: step.to_owned(), attempt: 1, reason: Some("waits".to_owned()) }
}
pub fn skip(step: &str) -> Event {
    Event::StepSkipped { step: step.to_owned(), attempt: 1, reason: Some("not wanted".to_owned()) }
}
pub fn defer(step: &str) -> Event {
    Event::StepDeferred { step: step.to_owned(), attempt: 1, reason: Some("tomorrow".to_owned()) }
}
pub fn reopen(step: &str, attempt: u32) -> Event {
    Event::StepReopened { step: step.to_owned(), attempt, reason: None }
}
pub fn estimate(step: &str, minutes: i64) -> Event {
    Event::StepEstimated { step: step.to_owned(), attempt: 1, remaining_s: minutes * 60 }
}
pub fn tick(step: &str, item: &str) -> Event {
    Event::ItemTicked { step: step.to_owned(), attempt: 1, item: item.to_owned() }
}
pub fn value(step: &str, record: &str, value: &str) -> Event {
    Event::ValueRecorded {
        step: step.to_owned(),
        attempt: 1,
        record: record.to_owned(),
        value: value.to_owned(),
    }
}
pub fn choose(step: &str, option: &str) -> Event {
    Event::OptionChosen { step: step.to_owned(), attempt: 1, option: option.to_owned() }
}
pub fn vote(step: &str, vote: run::Vote) -> Event {
    Event::GateVoted { step: step.to_owned(), attempt: 1, vote, comment: None }
}
pub fn decide(step: &str, decision: run::Decision) -> Event {
    Event::GateDecided { step: step.to_owned(), attempt: 1, decision, reason: None }
}
pub fn void(entry: EntryId) -> Event {
    Event::Correction { entry, mend: run::Mend::Void {}, reason: None }
}
pub fn note(text: &str) -> Event {
    Event::NoteAdded {
        text: text.to_owned(),
        kind: run::NoteKind::Note,
        step: None,
        public: false,
        owner: None,
        due: None,
    }
}
pub fn hold(reason: &str) -> Event {
    Event::RunHeld { reason: Some(reason.to_owned()) }
}
