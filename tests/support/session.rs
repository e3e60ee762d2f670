//! A cockpit without a terminal: keys as a text, an in-memory ledger that answers at once (or when
//! told), and the screen as text.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]
#![allow(dead_code, reason = "each test file uses its own part")]

use super::Night;
use chrono::TimeDelta;
use golive::cockpit::effect::Effect;
use golive::cockpit::key::{Key, KeyCode};
use golive::cockpit::keymap::Keymap;
use golive::cockpit::model::Model;
use golive::cockpit::msg::{Millis, Msg};
use golive::cockpit::theme::Theme;
use golive::cockpit::{ENTER_WAIT, update, view};
use golive::run::{Intent, check};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Somebody at a cockpit.
pub struct Session {
    pub model: Model,
    pub night: Night,
    /// Every effect so far, in order.
    pub effects: Vec<Effect>,
    /// Every draw of the chance that was asked for; none of them is carried out.
    pub draws: Vec<golive::run::Odds>,
    /// Every message so far, in order.
    pub msgs: Vec<Msg>,
    /// Milliseconds between two keys.
    pub pace: Millis,
    /// The disk is full.
    pub full: bool,
    millis: Millis,
}

impl Session {
    /// `ana`'s cockpit on this night, 80×24, past the greeting.
    pub fn on(night: Night) -> Self {
        Self::of(night, "ana", (80, 24))
    }

    pub fn of(night: Night, me: &str, size: (u16, u16)) -> Self {
        let keymap = Keymap::default();
        let mut model = Model::new(night.state.clone(), me, night.now, size, keymap, "ledger.toml");
        model.greeting = false;
        let (effects, msgs) = (Vec::new(), Vec::new());
        let draws = Vec::new();
        Self { model, night, effects, draws, msgs, pace: 1_200, full: false, millis: 10_000 }
    }

    /// Presses keys: characters as they are, others as `<Enter>`, `<Ctrl-s>`; at the session's pace.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in parse(keys) {
            self.key(key, self.pace);
        }
        self.calm()
    }

    /// Presses one key so many milliseconds after the last. An Enter acts once it is [`calm`].
    ///
    /// [`calm`]: Self::calm
    pub fn key(&mut self, key: Key, after: Millis) -> &mut Self {
        if after >= ENTER_WAIT {
            self.calm();
        }
        self.millis += after;
        self.send(Msg::Key(key, self.millis))
    }

    /// Lets the moment pass for which an Enter waits for what may follow it.
    pub fn calm(&mut self) -> &mut Self {
        if self.model.typing.held_enter.is_some() {
            self.send(Msg::Calm);
        }
        self
    }

    /// Sends a message and carries out its effects; the ledger answers at once.
    pub fn send(&mut self, msg: Msg) -> &mut Self {
        self.msgs.push(msg.clone());
        for effect in update(&mut self.model, msg) {
            if let Effect::Chance(odds) = effect {
                self.draws.push(*odds);
                continue;
            }
            self.effects.push(effect.clone());
            if let Effect::Append { ticket, intent } = effect {
                let answer = self.answer(ticket, *intent);
                self.send(answer);
            }
        }
        self
    }

    fn answer(&mut self, ticket: u64, intent: Intent) -> Msg {
        if self.full {
            let error = "the disk is full; make room".to_owned();
            return Msg::Failed { ticket, at: Some(self.night.now), error };
        }
        match check(&self.night.state, &self.night.intent_to_act(intent.clone())) {
            Err(refusal) => Msg::Refused { ticket, refusal },
            Ok(()) => {
                let seq = self.night.force(intent);
                Msg::Appended { ticket, entry: self.night.logged(seq).entry.clone() }
            }
        }
    }

    /// Lets time pass.
    pub fn wait(&mut self, secs: i64) -> &mut Self {
        self.night.now += TimeDelta::seconds(secs);
        self.send(Msg::Tick(self.night.now))
    }

    /// What was asked to be recorded.
    pub fn appends(&self) -> Vec<&Intent> {
        let intents = self.effects.iter().filter_map(|effect| match effect {
            Effect::Append { intent, .. } => Some(&**intent),
            _ => None,
        });
        intents.collect()
    }

    /// The last toast.
    pub fn said(&self) -> &str {
        self.model.toasts.last().map_or("", |toast| toast.text.as_str())
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        screen(&self.model)
    }
}

/// A screen as text, without trailing blanks.
pub fn screen(model: &Model) -> String {
    let theme = Theme::shipped("dark").expect("a theme");
    let mut buffer = Buffer::empty(Rect::new(0, 0, model.size.0, model.size.1));
    view::draw_on(model, &theme, &mut buffer);
    let width = usize::from(buffer.area.width.max(1));
    let row = |cells: &[ratatui::buffer::Cell]| {
        let line: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        format!("{}\n", line.trim_end())
    };
    buffer.content.chunks(width).map(row).collect()
}

/// Keys written as a text.
pub fn parse(keys: &str) -> Vec<Key> {
    let mut parsed = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        if let Some((Ok(key), behind)) = named.map(|(name, behind)| (name.parse(), behind)) {
            parsed.push(key);
            rest = behind;
        } else {
            parsed.push(match c {
                '\n' => Key::plain(KeyCode::Enter),
                c => Key::char(c),
            });
            rest = &rest[c.len_utf8()..];
        }
    }
    parsed
}
