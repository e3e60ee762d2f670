//! The loop: inputs in, effects out, a frame when something changed.

use super::chance::Draws;
use super::effects::{Hands, Left};
use super::files::{Files, Followed};
use super::notify::Way;
use super::page_links::PageLinks;
use super::reports::{self, Reports};
use super::theme_file::{self, Limits};
use super::{Begins, Ended, Input, QUEUE, Setup, TerminalError, input, link, screen, signals};
use crate::cockpit::model::{Demo, Model};
use crate::cockpit::msg::Msg;
use crate::cockpit::theme::Theme;
use crate::cockpit::view;
use crate::cockpit::{ENTER_WAIT, update};
use crate::ledger::{Chain, CopyState, Keeper, Notice, Request, RunClock};
use crate::run::Entry;
use crate::sync::client::{Client, Link, Mailbox};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use std::collections::VecDeque;
use std::io::{BufWriter, Stdout};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// How many inputs are taken in before a frame is drawn.
const BATCH: usize = 256;
/// How long the end waits for acts that are still being written.
const LAST_WAIT: Duration = Duration::from_secs(3);
/// Between two frames for the sake of a clock that runs faster than people live.
const HURRIED_TICK: Duration = Duration::from_millis(100);
/// How long a demonstration that plays the lead, too, shows the end of its run.
const LAST_LOOK: Duration = Duration::from_secs(4);
/// The theme when none is asked for.
const DEFAULT_THEME: &str = "dark";

/// Runs a cockpit until it is left.
///
/// # Errors
/// The theme, the terminal or the ledger cannot be used. The terminal is whole again in any case.
pub fn run(setup: Setup) -> Result<Ended, TerminalError> {
    let word = setup.theme.as_deref().or(setup.config.theme.as_deref()).unwrap_or(DEFAULT_THEME);
    let (theme, theme_file) = theme_file::find(word, setup.config_dir.as_deref())?;
    let limits =
        Limits { ascii: setup.ascii, no_color: setup.no_color, true_color: setup.true_color };
    let size = crossterm::terminal::size()?;
    let file_name = setup.runbook.as_ref().and_then(|file| file.file_name());
    let file_name = file_name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let ledger = setup.ledger;
    let clock = ledger.clock();
    let chain = ledger.head();
    let path = ledger.path().to_owned();
    let shared = ledger.sharing()?.is_some();
    let mut model = Model::new(
        ledger.state().clone(),
        &setup.person,
        clock.now(),
        size,
        setup.config.keymap,
        file_name,
    );
    model.chain = chain.to_string();
    // In a demonstration nobody else joins.
    model.address = setup.link.as_ref().filter(|_| setup.demo.is_none()).map(Link::address);
    begin_demo(&mut model, setup.demo);
    model.reports_in = reports::shown_folder(&path);
    let drafts = ledger.drafts()?;
    let (to_loop, inputs) = sync_channel(QUEUE);
    let for_keeper = to_loop.clone();
    let mailbox = Arc::new(Mailbox::default());
    let letters = mailbox.clone();
    let sharing = ledger.sharing()?;
    let keeper = Keeper::spawn(ledger, &setup.person, move |notice| {
        link::hear(&letters, &notice);
        let _ = for_keeper.send(Input::Notice(Box::new(notice)));
    })?;
    let links = PageLinks::of(setup.link.clone(), to_loop.clone())?;
    let client = match (setup.link, sharing) {
        (Some(way), Some(sharing)) => {
            let to_screen = to_loop.clone();
            let show = move |msg| {
                let _ = to_screen.send(Input::msg(msg));
            };
            Some(link::begin(
                way,
                &sharing,
                mailbox.clone(),
                clock.clone(),
                keeper.requests(),
                show,
            )?)
        }
        _ => None,
    };
    if let Some(folder) = setup.copy_to {
        let _ = keeper.request(Request::CopyTo { folder });
    }
    let notify = Way::of(&setup.kind, setup.config.notify);
    let followed = Followed { runbook: setup.runbook, theme: theme_file, limits };
    let files = Files::follow(followed, to_loop.clone())?;
    let draws = Draws::begin(to_loop.clone())?;
    let reports = Reports::of(path, clock.clone(), to_loop.clone())?;
    let _taken = screen::Taken;
    screen::take()?;
    let handle = signals::listen(to_loop.clone())?;
    input::listen(to_loop)?;
    let backend = CrosstermBackend::new(BufWriter::with_capacity(64 << 10, std::io::stdout()));
    let mut cockpit = Cockpit {
        model,
        theme: limits.fit(theme),
        hands: Hands { keeper, mailbox, notify, files, draws, reports, links, drafts: Vec::new() },
        screen: Terminal::new(backend)?,
        clock,
        chain: Some(chain),
        client,
        shared,
        signal: None,
        quitting: None,
        calm_at: None,
        over_since: None,
        begins: setup.begins,
    };
    cockpit.take(Msg::Drafts(drafts))?;
    let result = cockpit.work(&inputs);
    screen::give_back();
    handle.close();
    cockpit.end(inputs, result)
}

/// A demonstration begins where something is to be decided; one in which the lead is played needs no
/// key to begin.
fn begin_demo(model: &mut Model, demo: Option<Demo>) {
    let Some(demo) = demo else { return };
    let leads = demo.leads;
    model.demo = Some(demo);
    model.look_at_decision();
    if leads {
        model.end_greeting();
    }
}

type Screen = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

struct Cockpit {
    model: Model,
    theme: Theme,
    hands: Hands,
    screen: Screen,
    clock: RunClock,
    /// Head of the chain; none once an entry could not be followed.
    chain: Option<Chain>,
    /// The client of the hub, where there is one.
    client: Option<Client>,
    /// Whether the ledger is joined to a hub.
    shared: bool,
    signal: Option<i32>,
    /// Since when it has been wanting to end.
    quitting: Option<Instant>,
    /// Until when an Enter is held back.
    calm_at: Option<Instant>,
    /// Since when the run of a demonstration that plays the lead, too, has been over.
    over_since: Option<Instant>,
    /// What begins once the start screen is gone.
    begins: Option<Begins>,
}

impl Cockpit {
    /// The loop.
    fn work(&mut self, inputs: &Receiver<Input>) -> Result<(), TerminalError> {
        loop {
            if screen::panicked() {
                return Err(TerminalError::Defect);
            }
            if let Some(since) = self.quitting
                && (self.model.saving.is_empty() || since.elapsed() > LAST_WAIT)
            {
                return Ok(());
            }
            self.hands.send_drafts();
            if std::mem::take(&mut self.model.dirty) {
                let (model, theme) = (&self.model, &self.theme);
                self.screen.draw(|frame| view::draw(model, theme, frame))?;
            }
            match inputs.recv_timeout(self.until_due()) {
                Ok(input) => {
                    self.input(input)?;
                    // What came meanwhile shares the frame.
                    for input in inputs.try_iter().take(BATCH) {
                        self.input(input)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            self.calm()?;
            self.end_of_demo()?;
            if !self.model.greeting
                && let Some(begins) = self.begins.take()
            {
                begins();
            }
            if !self.model.greeting {
                self.model.change_speed(self.clock.speed());
            }
            let now = self.clock.now();
            if now.timestamp() != self.model.now.timestamp() {
                self.take(Msg::Tick(now))?;
            }
        }
    }

    /// Lets an Enter act that no other key has followed.
    fn calm(&mut self) -> Result<(), TerminalError> {
        if self.model.typing.held_enter.is_none() {
            self.calm_at = None;
            return Ok(());
        }
        let wait = Duration::from_millis(ENTER_WAIT);
        let due = *self.calm_at.get_or_insert_with(|| Instant::now() + wait);
        if Instant::now() < due {
            return Ok(());
        }
        self.calm_at = None;
        self.take(Msg::Calm)
    }

    /// Until something is to be done that nobody sends.
    fn until_due(&self) -> Duration {
        let calm = self.calm_at.map(|at| at.saturating_duration_since(Instant::now()));
        calm.map_or(self.until_tick(), |calm| calm.min(self.until_tick()))
    }

    /// Until the run clock shows another second.
    fn until_tick(&self) -> Duration {
        if self.quitting.is_some() {
            return Duration::from_millis(50);
        }
        let millis = self.clock.now().timestamp_subsec_millis().min(999);
        let second = Duration::from_millis(u64::from(1000 - millis));
        // A hurried clock shows a second every few milliseconds: nobody could read them all.
        let speed = self.clock.speed();
        if speed > 1 { (second / speed).max(HURRIED_TICK) } else { second }
    }

    /// A demonstration that nobody has to decide anything in is over soon after its run.
    fn end_of_demo(&mut self) -> Result<(), TerminalError> {
        let leads = self.model.demo.as_ref().is_some_and(|demo| demo.leads);
        if !leads || !self.model.run.status.is_over() || self.quitting.is_some() {
            self.over_since = None;
            return Ok(());
        }
        let since = *self.over_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= LAST_LOOK { self.take(Msg::Terminate) } else { Ok(()) }
    }

    fn input(&mut self, input: Input) -> Result<(), TerminalError> {
        match input {
            Input::Msg(msg) => {
                // Acts carry the time of the key, not of the last tick.
                if matches!(*msg, Msg::Key(..) | Msg::Paste(_) | Msg::Mouse(_)) {
                    self.model.now = self.clock.now().max(self.model.now);
                }
                self.take(*msg)
            }
            Input::Notice(notice) => self.notice(*notice),
            Input::Theme(theme) => {
                self.theme = *theme;
                self.model.dirty = true;
                Ok(())
            }
            Input::Signal(signal) if signals::ends(signal) => {
                self.signal = Some(signal);
                self.take(Msg::Terminate)
            }
            Input::Signal(signal_hook::consts::SIGTSTP) => self.suspend(),
            Input::Signal(_) => {
                // Somebody else stopped us and the shell has changed the terminal since.
                screen::take()?;
                self.take(Msg::Continued)
            }
            // A cockpit stays with its run.
            Input::OtherRun(_) => Ok(()),
            Input::Gone => self.take(Msg::Terminate),
        }
    }

    fn take(&mut self, msg: Msg) -> Result<(), TerminalError> {
        let mut msgs = VecDeque::from([msg]);
        while let Some(msg) = msgs.pop_front() {
            for effect in update(&mut self.model, msg) {
                let (left, answer) = self.hands.carry_out(effect);
                msgs.extend(answer);
                match left {
                    Left::Nothing => {}
                    Left::Redraw => {
                        self.wipe()?;
                        self.model.dirty = true;
                    }
                    Left::Suspend => {
                        self.suspend()?;
                    }
                    Left::Quit => self.quitting = Some(Instant::now()),
                }
            }
        }
        Ok(())
    }

    /// Ctrl-Z: the terminal is whole while others use it.
    fn suspend(&mut self) -> Result<(), TerminalError> {
        screen::give_back();
        signals::stop();
        screen::take()?;
        self.wipe()?;
        let (width, height) = crossterm::terminal::size()?;
        self.take(Msg::Resize(width, height))?;
        self.take(Msg::Tick(self.clock.now()))
    }

    /// Makes the next frame a whole one. Not by `Terminal::clear`, which asks the terminal where
    /// the cursor is: the answer would go to the thread that reads the keys.
    fn wipe(&mut self) -> Result<(), TerminalError> {
        let size = self.screen.size()?;
        Ok(self.screen.resize(Rect::from((Position::ORIGIN, size)))?)
    }

    fn notice(&mut self, notice: Notice) -> Result<(), TerminalError> {
        match notice {
            Notice::Appended { ticket, entry } => {
                self.follow(&entry);
                self.take(Msg::Appended { ticket, entry })
            }
            Notice::Others(entries) => {
                for entry in &entries {
                    self.follow(entry);
                }
                self.model.go_along(&entries);
                self.take(Msg::Others(entries))
            }
            Notice::Refused { ticket, refusal } => self.take(Msg::Refused { ticket, refusal }),
            Notice::Failed { ticket, at, error } => {
                self.take(Msg::Failed { ticket, at: Some(at), error: error.to_string() })
            }
            Notice::DraftNotKept { error, .. } => self.take(Msg::DraftNotKept(error.to_string())),
            Notice::Trouble(error) => self.take(Msg::LedgerTrouble(Some(error.to_string()))),
            Notice::Recovered => self.take(Msg::LedgerTrouble(None)),
            Notice::Copy(CopyState::UpToDate) => self.take(Msg::CopyTrouble(None)),
            Notice::Copy(CopyState::Behind(error)) => {
                self.take(Msg::CopyTrouble(Some(error.to_string())))
            }
            Notice::Reordered { state, news } => self.take(Msg::Reordered { state, news }),
            Notice::Sharing(sharing) => {
                self.shared = true;
                self.model.chain = sharing.head.to_string();
                self.take(Msg::Outbox(link::outbox(*sharing)))
            }
            Notice::TookIn(_) | Notice::Common { .. } | Notice::SharingTrouble(_) => Ok(()),
        }
    }

    /// Follows the record's chain, for messages that print its head.
    fn follow(&mut self, entry: &Entry) {
        if self.shared {
            // The hub gives the order: the ledger says where its chain ends.
            return;
        }
        let body = entry.to_body().ok();
        self.chain = self.chain.take().zip(body).map(|(chain, body)| chain.next(entry.seq, &body));
        self.model.chain = self.chain.as_ref().map(ToString::to_string).unwrap_or_default();
    }

    /// Closes the ledger. Whatever could not be written is told.
    fn end(
        self,
        inputs: Receiver<Input>,
        result: Result<(), TerminalError>,
    ) -> Result<Ended, TerminalError> {
        // Dropped, it would complain about a terminal that is gone where nobody can read it, and panic
        // for that. The cursor has been given back.
        std::mem::forget(self.screen);
        // The ledger's thread must not wait for a loop that has ended.
        drop(inputs);
        let mut hands = self.hands;
        hands.send_drafts();
        if let Some(client) = self.client {
            client.end();
        }
        let closed = hands.keeper.finish();
        let model = self.model;
        let unsaved = model.unsaved.iter().map(|unsaved| &unsaved.act).chain(&model.saving);
        let ended =
            Ended { unsaved: unsaved.map(|act| act.text.clone()).collect(), signal: self.signal };
        match (result, ended.signal) {
            // A terminal that went away with the signal is no news.
            (_, Some(_)) => Ok(ended),
            (Err(error), None) => Err(error),
            (Ok(()), None) => {
                closed?;
                Ok(ended)
            }
        }
    }
}
