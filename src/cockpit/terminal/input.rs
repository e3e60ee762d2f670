//! Keys, mouse, pastes and sizes of the terminal, as messages.

use super::Input;
use crate::cockpit::key::Key;
use crate::cockpit::msg::{Mouse, MouseDid, Msg};
use crossterm::event::{
    Event, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind, read,
};
use std::io;
use std::sync::mpsc::SyncSender;
use std::time::Instant;

/// Reads the terminal until it, or the loop, is gone.
///
/// # Errors
/// The system has no room for a thread.
pub fn listen(loop_: SyncSender<Input>) -> io::Result<()> {
    let started = Instant::now();
    let listen = move || {
        loop {
            let input = match read() {
                Ok(event) => match msg(event, started) {
                    Some(msg) => Input::msg(msg),
                    None => continue,
                },
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => Input::Gone,
            };
            let gone = matches!(input, Input::Gone);
            if loop_.send(input).is_err() || gone {
                return;
            }
        }
    };
    std::thread::Builder::new().name("input".to_owned()).spawn(listen).map(|_| ())
}

fn msg(event: Event, started: Instant) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let at = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            Some(Msg::Key(plain(key), at))
        }
        Event::Mouse(mouse) => did(mouse).map(Msg::Mouse),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        _ => None,
    }
}

fn plain(key: KeyEvent) -> Key {
    let held = |modifier| key.modifiers.contains(modifier);
    let is_char = matches!(key.code, crossterm::event::KeyCode::Char(_));
    let is_backtab = key.code == crossterm::event::KeyCode::BackTab;
    Key {
        code: key.code,
        ctrl: held(KeyModifiers::CONTROL),
        alt: held(KeyModifiers::ALT),
        shift: held(KeyModifiers::SHIFT) && !is_char && !is_backtab,
    }
}

fn did(mouse: MouseEvent) -> Option<Mouse> {
    let what = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseDid::Click,
        MouseEventKind::ScrollUp => MouseDid::ScrollUp,
        MouseEventKind::ScrollDown => MouseDid::ScrollDown,
        _ => return None,
    };
    Some(Mouse { what, x: mouse.column, y: mouse.row })
}
