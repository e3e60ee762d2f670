//! Signals become inputs of the loop. Should the loop not answer, the terminal is restored here.

use super::{Input, screen};
use signal_hook::consts::{SIGABRT, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::{Handle, Signals};
use std::io;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

/// How long the loop may take to end before it is ended from here.
const PATIENCE: Duration = Duration::from_secs(5);

/// Signals that end the cockpit.
pub fn ends(signal: i32) -> bool {
    matches!(signal, SIGTERM | SIGHUP | SIGINT | SIGQUIT | SIGABRT)
}

/// Listens until the handle is closed.
///
/// # Errors
/// The system takes no handler or thread.
pub fn listen(loop_: SyncSender<Input>) -> io::Result<Handle> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGTSTP, SIGCONT])?;
    let handle = signals.handle();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            // A full queue is a loop that does not answer; the watchdog below sees to that.
            let _ = loop_.try_send(Input::Signal(signal));
            if ends(signal) {
                watch_the_end(signal);
            }
        }
    })?;
    Ok(handle)
}

/// Ends the process all the same when the loop hangs, the terminal restored first.
fn watch_the_end(signal: i32) {
    let watchdog = move || {
        std::thread::sleep(PATIENCE);
        screen::give_back();
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    };
    let _ = std::thread::Builder::new().name("watchdog".to_owned()).spawn(watchdog);
}

/// Stops the process as Ctrl-Z does, and returns when it goes on.
pub fn stop() {
    let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
}
