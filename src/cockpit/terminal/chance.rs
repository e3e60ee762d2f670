//! The thread that draws: a Monte Carlo over a large plan takes longer than a frame may.

use super::Input;
use crate::cockpit::msg::Msg;
use crate::run::Odds;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// A handle on the thread. It ends when the handle is dropped.
pub struct Draws {
    jobs: SyncSender<Box<Odds>>,
}

impl Draws {
    /// Begins it.
    ///
    /// # Errors
    /// The system has no room for a thread.
    pub fn begin(loop_: SyncSender<Input>) -> io::Result<Self> {
        // The model asks for the next only when it has the answer to the last.
        let (jobs, waiting): (_, Receiver<Box<Odds>>) = sync_channel(1);
        std::thread::Builder::new().name("chance".to_owned()).spawn(move || {
            for odds in waiting {
                if loop_.send(Input::msg(Msg::Chance(odds.chance()))).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { jobs })
    }

    /// Hands one over; false when another is waiting.
    pub fn draw(&self, odds: Box<Odds>) -> bool {
        self.jobs.try_send(odds).is_ok()
    }
}
