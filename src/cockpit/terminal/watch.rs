//! The bridge view on a screen of its own: read-only, live, and nothing to press but the way out.

use super::chance::Draws;
use super::theme_file::{self, Limits};
use super::{Ended, Input, QUEUE, TerminalError, input, screen, signals};
use crate::cockpit::effect::Effect;
use crate::cockpit::key::{Key, KeyCode};
use crate::cockpit::keymap::Keymap;
use crate::cockpit::model::Model;
use crate::cockpit::msg::Msg;
use crate::cockpit::theme::Theme;
use crate::cockpit::{update, view};
use crate::ledger::{Ledger, LedgerError, Notice, RunClock};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use std::io::{BufWriter, Stdout};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// How often the ledger is asked whether somebody has added something.
const POLL: Duration = Duration::from_millis(60);
/// Polls between two looks for another run, once this one is over: 2 s.
const LOOK: u32 = 33;

/// Finds the run to go on with once the one in this file is over; none: stay.
pub type NextRun = Box<dyn FnMut(&Path) -> Option<Ledger> + Send>;

/// What watching needs.
pub struct Watching {
    /// The run, opened for reading.
    pub ledger: Ledger,
    /// Where to go on when it is over; none: nowhere.
    pub next: Option<NextRun>,
    /// Who watches: an id of `[people]` or any name.
    pub person: String,
    /// A theme by name or path; none: the default.
    pub theme: Option<String>,
    /// Folder of the config, whose `themes` folder may hold themes.
    pub config_dir: Option<PathBuf>,
    /// Letters in place of symbols, for poor fonts.
    pub ascii: bool,
    /// No colours: `NO_COLOR`.
    pub no_color: bool,
    /// The terminal knows all colours, not only 256.
    pub true_color: bool,
}

/// Shows the bridge view until somebody leaves.
///
/// # Errors
/// The theme or the terminal cannot be used. The terminal is whole again in any case.
pub fn watch(setup: Watching) -> Result<Ended, TerminalError> {
    let word = setup.theme.as_deref().unwrap_or("dark");
    let (theme, _) = theme_file::find(word, setup.config_dir.as_deref())?;
    let limits =
        Limits { ascii: setup.ascii, no_color: setup.no_color, true_color: setup.true_color };
    let size = crossterm::terminal::size()?;
    let clock = setup.ledger.clock();
    let model = opened(setup.ledger.state().clone(), (&setup.person, size), &clock);
    let (to_loop, inputs) = sync_channel(QUEUE);
    let reader = Reader { ledger: setup.ledger, next: setup.next, trouble: None, version: None };
    let for_reader = to_loop.clone();
    std::thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || reader.work(&for_reader))?;
    let _taken = screen::Taken;
    screen::take()?;
    let handle = signals::listen(to_loop.clone())?;
    let draws = Draws::begin(to_loop.clone())?;
    input::listen(to_loop)?;
    let backend = CrosstermBackend::new(BufWriter::with_capacity(64 << 10, std::io::stdout()));
    let mut watch = Watch {
        model,
        theme: limits.fit(theme),
        screen: Terminal::new(backend)?,
        clock,
        draws,
        person: setup.person,
        signal: None,
        leaving: false,
    };
    let result = watch.work(&inputs);
    screen::give_back();
    handle.close();
    let signal = watch.signal;
    // As in the cockpit: dropped, it would panic where the terminal is gone.
    std::mem::forget(watch.screen);
    match (result, signal) {
        // A terminal that went away with the signal is no news.
        (_, signal @ Some(_)) => Ok(Ended { signal, ..Ended::default() }),
        (result, None) => result.map(|()| Ended::default()),
    }
}

fn opened(
    run: crate::run::RunState,
    (person, size): (&str, (u16, u16)),
    clock: &RunClock,
) -> Model {
    Model::new(run, person, clock.now(), size, Keymap::default(), "")
}

struct Watch {
    model: Model,
    theme: Theme,
    screen: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    clock: RunClock,
    draws: Draws,
    person: String,
    signal: Option<i32>,
    leaving: bool,
}

impl Watch {
    fn work(&mut self, inputs: &Receiver<Input>) -> Result<(), TerminalError> {
        while !self.leaving {
            if screen::panicked() {
                return Err(TerminalError::Defect);
            }
            if std::mem::take(&mut self.model.dirty) {
                let (model, theme) = (&self.model, &self.theme);
                self.screen.draw(|frame| view::draw_bridge(model, theme, frame.buffer_mut()))?;
            }
            let millis = self.clock.now().timestamp_subsec_millis().min(999);
            match inputs.recv_timeout(Duration::from_millis(u64::from(1000 - millis))) {
                Ok(input) => {
                    self.input(input)?;
                    while let Ok(input) = inputs.try_recv() {
                        self.input(input)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            let now = self.clock.now();
            if now.timestamp() != self.model.now.timestamp() {
                self.take(Msg::Tick(now));
            }
        }
        Ok(())
    }

    fn input(&mut self, input: Input) -> Result<(), TerminalError> {
        match input {
            Input::Msg(msg) => match *msg {
                Msg::Key(key, _) => return self.key(key),
                msg @ (Msg::Resize(..) | Msg::Chance(_)) => self.take(msg),
                _ => {}
            },
            Input::Notice(notice) => match *notice {
                Notice::Others(entries) => self.take(Msg::Others(entries)),
                Notice::Trouble(error) => self.take(Msg::LedgerTrouble(Some(error.to_string()))),
                Notice::Recovered => self.take(Msg::LedgerTrouble(None)),
                _ => {}
            },
            Input::OtherRun(other) => {
                let (run, clock) = *other;
                self.model = opened(run, (&self.person, self.model.size), &clock);
                self.clock = clock;
            }
            Input::Theme(_) => {}
            Input::Signal(signal) if signals::ends(signal) => {
                self.signal = Some(signal);
                self.leaving = true;
            }
            Input::Signal(signal_hook::consts::SIGTSTP) => self.suspend()?,
            Input::Signal(_) => {
                screen::take()?;
                self.wipe()?;
            }
            Input::Gone => self.leaving = true,
        }
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<(), TerminalError> {
        match key.code {
            KeyCode::Char('c') if key.ctrl => self.leaving = true,
            KeyCode::Char('q') | KeyCode::Esc if !key.ctrl && !key.alt => self.leaving = true,
            KeyCode::Char('l') if key.ctrl => self.wipe()?,
            KeyCode::Char('z') if key.ctrl => self.suspend()?,
            _ => {}
        }
        Ok(())
    }

    /// What a message would have done beyond the model (bells) is not for a shared screen.
    fn take(&mut self, msg: Msg) {
        for effect in update(&mut self.model, msg) {
            if let Effect::Chance(odds) = effect {
                let _ = self.draws.draw(odds);
            }
        }
    }

    fn suspend(&mut self) -> Result<(), TerminalError> {
        screen::give_back();
        signals::stop();
        screen::take()?;
        self.wipe()?;
        let (width, height) = crossterm::terminal::size()?;
        self.take(Msg::Resize(width, height));
        Ok(())
    }

    /// Makes the next frame a whole one.
    fn wipe(&mut self) -> Result<(), TerminalError> {
        self.model.dirty = true;
        let size = self.screen.size()?;
        Ok(self.screen.resize(Rect::from((Position::ORIGIN, size)))?)
    }
}

/// Reads what others record, away from the thread that draws.
struct Reader {
    ledger: Ledger,
    next: Option<NextRun>,
    trouble: Option<LedgerError>,
    version: Option<i64>,
}

impl Reader {
    /// Until nobody listens any more.
    fn work(mut self, to_loop: &SyncSender<Input>) {
        let mut polls: u32 = 0;
        loop {
            std::thread::sleep(POLL);
            polls = polls.wrapping_add(1);
            let mut said: Vec<Input> = self.look().into_iter().collect();
            if polls.is_multiple_of(LOOK) && self.ledger.state().status.is_over() {
                said.extend(self.look_further());
            }
            for input in said {
                if to_loop.send(input).is_err() {
                    return;
                }
            }
        }
    }

    fn look(&mut self) -> Option<Input> {
        let seen = self.ledger.version().and_then(|version| {
            if self.version == Some(version) {
                return Ok(Vec::new());
            }
            let news = self.ledger.catch_up()?;
            self.version = Some(version);
            Ok(news)
        });
        let notice = match seen {
            Ok(news) if !news.is_empty() => {
                self.trouble = None;
                Notice::Others(news)
            }
            Ok(_) => {
                self.trouble.take()?;
                Notice::Recovered
            }
            Err(error) if self.trouble.as_ref() == Some(&error) => return None,
            Err(error) => {
                self.trouble = Some(error.clone());
                Notice::Trouble(error)
            }
        };
        Some(Input::Notice(Box::new(notice)))
    }

    fn look_further(&mut self) -> Option<Input> {
        let path = self.ledger.path().to_owned();
        let ledger = self.next.as_mut()?(&path)?;
        let other = (ledger.state().clone(), ledger.clock());
        self.ledger = ledger;
        (self.version, self.trouble) = (None, None);
        Some(Input::OtherRun(Box::new(other)))
    }
}
