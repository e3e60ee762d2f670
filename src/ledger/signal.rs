//! The one signal that a full disk can raise.

use signal_hook::consts::SIGXFSZ;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};

/// Lets a write beyond a file-size limit (`RLIMIT_FSIZE`) fail like one to a full disk, instead of
/// ending the process. Every ledger that is opened does this; a program that may write elsewhere
/// before, does it itself.
pub fn outlive_size_limits() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // That the signal has a handler is all it takes. Without one, the write would end the
        // process, which loses nothing that was recorded: no reason to refuse to go on.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    });
}
