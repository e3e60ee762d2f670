//! Asks the hub for page links, where it holds up nothing: each request on a thread of its own, one
//! at a time.

use super::Input;
use crate::cockpit::msg::Msg;
use crate::sync::client::Link;
use crate::sync::protocol::PageOf;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// A handle on the thread; without a hub there is none.
pub struct PageLinks(Option<SyncSender<PageOf>>);

impl PageLinks {
    /// Page links of the run that this link leads to.
    ///
    /// # Errors
    /// The system has no room for a thread.
    pub fn of(link: Option<Link>, loop_: SyncSender<Input>) -> io::Result<Self> {
        let Some(link) = link else { return Ok(Self(None)) };
        let (wanted, waiting) = sync_channel(1);
        std::thread::Builder::new()
            .name("page links".to_owned())
            .spawn(move || work(link, &loop_, &waiting))?;
        Ok(Self(Some(wanted)))
    }

    /// Asks for a link.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn ask(&self, page: PageOf) -> Result<(), String> {
        let Some(wanted) = &self.0 else { return Err("this cockpit has no hub".to_owned()) };
        wanted.try_send(page).map_err(|_| "one is being made already".to_owned())
    }
}

fn work(link: Link, loop_: &SyncSender<Input>, waiting: &Receiver<PageOf>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let link = link.afresh();
    while let Ok(page) = waiting.recv() {
        let made = match (&runtime, &link) {
            (Ok(runtime), Ok(link)) => {
                runtime.block_on(link.page_link(&page)).map_err(|e| e.to_string())
            }
            (Err(error), _) => Err(error.to_string()),
            (_, Err(error)) => Err(error.to_string()),
        };
        if loop_.send(Input::msg(Msg::PageLink(made.map(|url| (page, url))))).is_err() {
            return;
        }
    }
}
