//! The night of a demonstration: a hub in this process, a run on it, and the first part of the evening
//! played before anybody looks, so that something is to be decided at once.

use super::crew::Player;
use crate::cli::error::CommandError;
use crate::cli::share;
use crate::crew::{Crew, Leading};
use crate::hub::Who;
use crate::hub::http::{Hub, Serving};
use crate::ledger::{self, Access, Ledger, PacedClock, new_run_id};
use crate::run::{Event, Intent, Mode, RULES, RunState, StepStatus, Time, sha256_hex};
use crate::runbook::{Moment, Role, Runbook, StepKind};
use crate::sync::client::Link;
use chrono::{DurationRound, TimeDelta};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// How long before its planned start the run is opened.
const OPENED_BEFORE: TimeDelta = TimeDelta::minutes(5);
/// Between two looks of those who play the evening before.
const LOOK: TimeDelta = TimeDelta::seconds(5);
/// The cockpit opens so long before zero hour, where there is a decision to take until then.
const BEFORE_ZERO: TimeDelta = TimeDelta::minutes(32);
/// The cockpit opens at the latest so long after the start.
const LATEST: TimeDelta = TimeDelta::minutes(45);

/// What is played.
pub struct Script {
    /// The runbook's text.
    pub text: String,
    /// What it says.
    pub plan: Runbook,
    /// Who leads.
    pub lead: String,
    /// Who sits at the cockpit.
    pub you: String,
    /// Which night.
    pub seed: u64,
    /// Whether the lead is played, too.
    pub auto: bool,
    /// What time it is, for a runbook that does not say when it begins.
    pub now: Time,
}

/// A night that is under way.
pub struct Night {
    runtime: Runtime,
    hub: Hub,
    serving: Serving,
    clock: PacedClock,
    run: String,
    script: Script,
    crew: Crew,
}

impl Night {
    /// Opens the run on a hub of its own, in that folder, and plays its first part.
    ///
    /// # Errors
    /// The folder or the network of this machine cannot be used.
    pub fn begin(folder: &Path, script: Script) -> Result<Self, CommandError> {
        let begins = begins(&script.plan, script.now);
        let clock = PacedClock::standing_at(begins - OPENED_BEFORE);
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(CommandError::failed)?;
        let hub = Hub::open_with(&folder.join("hub"), clock.clock());
        let hub = hub.map_err(CommandError::failed)?;
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let serving = runtime.block_on(Serving::begin(hub.clone(), any, None, false));
        let serving = serving.map_err(CommandError::failed)?;
        let lead = script.lead.clone();
        let crew = Crew::new(script.seed, lead, Leading::Chores).without(script.you.clone());
        let run = new_run_id(&script.plan.release.id, begins.date_naive());
        let mut night = Self { runtime, hub, serving, clock, run, script, crew };
        night.open(&folder.join("opened"))?;
        night.clock.put_forward(begins);
        night.play_the_evening(begins)?;
        Ok(night)
    }

    /// Puts the run on the hub.
    fn open(&self, folder: &Path) -> Result<(), CommandError> {
        let (text, plan) = (&self.script.text, &self.script.plan);
        let opening = Event::RunOpened {
            rules: RULES,
            run: self.run.clone(),
            mode: Mode::Rehearsal,
            sha256: sha256_hex(text.as_bytes()),
            runbook: text.clone(),
            approved: None,
            keep_times: false,
        };
        let intent = Intent::new(self.script.lead.clone(), opening);
        let plan = Some(Arc::new(plan.clone()));
        let ledger = Ledger::create_of(folder, intent, plan, self.clock.clock());
        let ledger = ledger.map_err(CommandError::failed)?;
        let mut lines = Vec::new();
        ledger::export_jsonl(ledger.path(), &mut lines).map_err(CommandError::failed)?;
        ledger.close().map_err(CommandError::failed)?;
        let link = self.link()?;
        self.runtime.block_on(link.open(lines)).map(|_| ()).map_err(CommandError::failed)
    }

    /// Plays until something is to be decided, with the clock put forward by hand.
    fn play_the_evening(&mut self, begins: Time) -> Result<(), CommandError> {
        let mut player = self.player();
        loop {
            let state = player.state().map_err(|problem| CommandError::failed(problem.detail))?;
            let now = self.clock.now();
            if is_enough(&state, begins, now) {
                return Ok(());
            }
            let played = player.play(&mut self.crew, state);
            played.map_err(|problem| CommandError::failed(problem.detail))?;
            self.clock.put_forward(now + LOOK);
        }
    }

    fn player(&self) -> Player {
        let (hub, run) = (self.hub.clone(), self.run.clone());
        Player::new(hub, run, self.script.lead.clone(), self.runtime.handle().clone())
    }

    /// The way of the cockpit to the hub.
    pub fn link(&self) -> Result<Link, CommandError> {
        Link::new(&self.address(), &self.run, None, &self.script.you, None)
            .map_err(CommandError::failed)
    }

    fn address(&self) -> String {
        format!("http://{}", self.serving.address)
    }

    /// Where the stakeholders' page is.
    pub fn page(&self) -> String {
        format!("{}/runs/{}", self.address(), self.run)
    }

    /// The ledger of whoever sits at the cockpit, joined to the hub.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn ledger(&self, folder: &Path) -> Result<Ledger, CommandError> {
        let (runtime, link) = (share::runtime()?, self.link()?);
        let path = share::fetch(&runtime, &link, folder, &self.run, &self.address())?;
        let ledger = Ledger::open_with(&path, Access::Write, self.clock.clock());
        ledger.map_err(CommandError::failed)
    }

    /// Puts the crew to work. Once it is told to begin, the night goes on that many times as fast as
    /// people live: until then it stands still, for somebody reads what this is.
    ///
    /// # Errors
    /// The system has no room for another thread.
    pub fn go(&mut self, speed: u32) -> Result<super::crew::AtWork, CommandError> {
        let follows = self.script.you != self.script.lead;
        let leads = self.script.auto || follows;
        let (seed, lead) = (self.script.seed, self.script.lead.clone());
        let idle = Crew::new(seed, lead, Leading::Nothing);
        let mut crew = std::mem::replace(&mut self.crew, idle);
        crew.lead(if leads { Leading::Everything } else { Leading::Nothing });
        if self.script.auto {
            crew = crew.with_everybody();
        }
        self.player().at_work(crew, (self.clock.clone(), speed)).map_err(CommandError::failed)
    }

    /// The run as the hub has it, and its clock.
    pub fn state(&self) -> Option<(Arc<RunState>, Time)> {
        Some((self.player().state().ok()?, self.clock.now()))
    }

    /// Ends the hub in good order.
    pub fn end(self) {
        self.runtime.block_on(self.serving.end());
    }
}

/// When the plan begins, as it is written: clock times in it then mean what they say. A plan that
/// does not say begins now.
fn begins(plan: &Runbook, now: Time) -> Time {
    let release = &plan.release;
    let begins = match (release.start, release.zero_hour) {
        (Some(Moment::At(at)), _) => Some(at),
        (Some(Moment::T(secs)), Some(zero)) => {
            TimeDelta::try_seconds(secs).and_then(|secs| zero.checked_add_signed(secs))
        }
        (_, zero) => zero.or(release.window.map(|window| window.opens)),
    };
    begins.unwrap_or_else(|| now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now))
}

/// Whether somebody may look now: something is to be decided, or it has been long enough.
fn is_enough(state: &RunState, begins: Time, now: Time) -> bool {
    let failed = |ix: &usize| state.steps[*ix].status() == StepStatus::Failed;
    let open = |ix: &usize| {
        let decides = matches!(state.plan.steps[*ix].kind, StepKind::Gate | StepKind::Choice);
        decides && state.is_ready(*ix, now)
    };
    if state.held().is_some() || state.plan.forward_steps().any(|ix| failed(&ix)) {
        return true;
    }
    let zero = state.plan.release.zero_hour.map_or(now, |zero| zero - BEFORE_ZERO);
    let decides = state.plan.forward_steps().any(|ix| open(&ix));
    (decides && now >= zero) || now >= begins + LATEST
}

/// Who leads a plan: the first whom it calls its lead.
pub fn lead_of(plan: &Runbook) -> Option<&str> {
    let leads = plan.people.values().filter(|person| person.role == Some(Role::Lead));
    leads.map(|person| person.id.as_str()).next()
}

/// Who an act of the crew is by: whoever sits at the cockpit says who they are; the others would have
/// been let in by a token or a link.
pub fn who(state: &RunState, lead: &str, person: &str) -> Who {
    match person == lead {
        true => Who::Claimed,
        false => Who::Proved { person: person.to_owned(), role: state.role_of(person) },
    }
}
