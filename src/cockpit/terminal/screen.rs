//! The terminal as it was found, and as the cockpit needs it. Restored on every way out.

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// The screen is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// A thread of ours panicked.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// Takes the screen: raw mode, alternate screen, bracketed paste, mouse.
///
/// # Errors
/// Standard output is no terminal.
pub fn take() -> io::Result<()> {
    static HOOK: Once = Once::new();
    HOOK.call_once(restore_on_panic);
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableMouseCapture)
}

/// Gives the screen back as it was found. Does nothing when it was not taken.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Each on its own: where one fails the others still matter, and nobody can be told.
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste);
    let _ = execute!(out, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Whether a thread of ours panicked: the loop ends then.
pub fn panicked() -> bool {
    PANICKED.load(Ordering::SeqCst)
}

/// A panic is printed on a terminal that is whole again.
fn restore_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICKED.store(true, Ordering::SeqCst);
        give_back();
        before(info);
    }));
}

/// The screen while it is taken; given back when dropped, also by a panic that unwinds.
pub struct Taken;

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}
