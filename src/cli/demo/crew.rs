#![allow(
    clippy::disallowed_methods,
    reason = "a thread plays the crew, and rests between two looks"
)]
//! The thread that plays the crew: looks at the run, and does at the hub what somebody does next.

use super::night::who;
use crate::cockpit::terminal::Begins;
use crate::crew::Crew;
use crate::hub::http::Hub;
use crate::ledger::PacedClock;
use crate::run::RunState;
use crate::sync::protocol::{PassedOn, Problem, Progress};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::Handle;

/// Between two looks.
const REST: Duration = Duration::from_millis(60);
/// So many times slower the night passes while all it waits for is the person at the cockpit.
const SLOWER: u32 = 10;
/// Rests between two words of everybody that they are here: about 5 s.
const HERE_EVERY: u32 = 80;
/// The same at the beginning: about half a second.
const HERE_FIRST: u32 = 8;
/// Acts at one look, at most: the others wait for the next.
const AT_ONCE: usize = 32;

/// Plays at a hub, on one run.
pub struct Player {
    hub: Hub,
    run: String,
    lead: String,
    runtime: Handle,
}

impl Player {
    pub fn new(hub: Hub, run: String, lead: String, runtime: Handle) -> Self {
        Self { hub, run, lead, runtime }
    }

    /// The run as it is.
    ///
    /// # Errors
    /// The hub cannot read it.
    pub fn state(&self) -> Result<Arc<RunState>, Problem> {
        self.hub.views.of(&self.run).map(|view| view.state)
    }

    /// Lets everybody do what is due.
    ///
    /// # Errors
    /// The hub cannot be read, or is going down. What the rules refuse is left: somebody else was
    /// faster.
    pub fn play(&mut self, crew: &mut Crew, state: Arc<RunState>) -> Result<(), Problem> {
        let mut state = state;
        for _ in 0..AT_ONCE {
            let Some(intent) = crew.next(&state, self.hub.now()) else { return Ok(()) };
            let who = who(&state, &self.lead, &intent.person);
            // The name of an act: there is at most one for each place in the order.
            let once = format!("demo-{}-{}", intent.person, state.last_seq() + 1);
            // Let go of, or the hub's own copy would have to be copied to be changed.
            drop(state);
            let act = self.hub.desk.act(&self.run, who, &once, intent);
            if let Err(problem) = self.runtime.block_on(act) {
                tracing::debug!(problem = %problem.detail, "an act of the crew was not taken");
            }
            state = self.state()?;
        }
        Ok(())
    }

    /// Says of everybody that they are here, and on which step, as their cockpits would.
    fn are_here(&self, crew: &Crew, state: &RunState) {
        let fan = self.hub.desk.fan(&self.run);
        for (person, step) in crew.places(state) {
            let role = state.role_of(&person);
            let progress = Progress::Presence { step, view: None, cockpit: Some(person.clone()) };
            let passed = PassedOn { person, role, at: self.hub.now(), progress };
            let json = serde_json::to_string(&passed).unwrap_or_default();
            fan.pass_on(format!("event: progress\ndata: {json}\n\n").into());
        }
    }

    /// Plays on, on a thread of its own, once it is told to begin, and lets that clock run so fast;
    /// slower while it waits.
    ///
    /// # Errors
    /// The system has no room for another thread.
    pub fn at_work(
        mut self,
        mut crew: Crew,
        (clock, speed): (PacedClock, u32),
    ) -> std::io::Result<AtWork> {
        let over = Arc::new(AtomicBool::new(false));
        let ends = over.clone();
        let begun = Arc::new(AtomicBool::new(false));
        let begins = begun.clone();
        let thread = std::thread::Builder::new().name("crew".to_owned()).spawn(move || {
            let mut runs = 0;
            let mut rests: u32 = 0;
            while !ends.load(Ordering::SeqCst) {
                let played = self.state().and_then(|state| {
                    // At first more often: the cockpit may not listen yet.
                    let every = if rests < HERE_EVERY { HERE_FIRST } else { HERE_EVERY };
                    if rests.is_multiple_of(every) {
                        self.are_here(&crew, &state);
                    }
                    if !begins.load(Ordering::SeqCst) {
                        return Ok(());
                    }
                    // Nobody has to hurry for a decision: the night waits for it.
                    let waits = crew.waits(&state, self.hub.now());
                    let wanted = if waits { (speed / SLOWER).max(1) } else { speed };
                    if wanted != runs {
                        runs = wanted;
                        clock.go(wanted);
                    }
                    self.play(&mut crew, state)
                });
                rests = rests.wrapping_add(1);
                if let Err(problem) = played {
                    tracing::debug!(problem = %problem.detail, "the crew cannot go on");
                }
                std::thread::park_timeout(REST);
            }
        })?;
        Ok(AtWork { over, begun, thread })
    }
}

/// A crew at work.
pub struct AtWork {
    over: Arc<AtomicBool>,
    begun: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl AtWork {
    /// What lets the night begin.
    pub fn begins(&self) -> Begins {
        let begun = self.begun.clone();
        Box::new(move || begun.store(true, Ordering::SeqCst))
    }

    /// Ends it.
    pub fn end(self) {
        self.over.store(true, Ordering::SeqCst);
        self.thread.thread().unpark();
        // It ends in a panic only by a defect, which the cockpit has told by then.
        let _ = self.thread.join();
    }
}
