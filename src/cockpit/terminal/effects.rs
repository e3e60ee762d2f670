//! Carries out what the model asks for. Nothing here waits: the disk belongs to other threads.

use super::chance::Draws;
use super::files::Files;
use super::notify::Way;
use super::page_links::PageLinks;
use super::reports::{Reports, Wanted};
use crate::cockpit::effect::Effect;
use crate::cockpit::msg::Msg;
use crate::ledger::{Keeper, Request, Share};
use crate::sync::client::Mailbox;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Write};
use std::sync::Arc;

/// Clipboards take no more than this, in bytes.
const CLIPBOARD: usize = 74_000;

/// Hands for the model's effects.
pub struct Hands {
    /// The ledger's thread.
    pub keeper: Keeper,
    /// What the client of the hub is told.
    pub mailbox: Arc<Mailbox>,
    /// How attention is called for.
    pub notify: Way,
    /// The thread for files.
    pub files: Files,
    /// The thread that draws.
    pub draws: Draws,
    /// The thread for reports.
    pub reports: Reports,
    /// The thread for page links.
    pub links: PageLinks,
    /// Half-written texts that are not on their way to the disk yet, the latest of each key.
    pub drafts: Vec<(String, String)>,
}

/// What is left for the loop itself to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// Draw everything anew.
    Redraw,
    /// Stop the process.
    Suspend,
    /// End.
    Quit,
}

impl Hands {
    /// Carries out one effect. What cannot be done comes back as a message.
    pub fn carry_out(&mut self, effect: Effect) -> (Left, Option<Msg>) {
        match effect {
            Effect::Append { ticket, intent } => {
                self.send_drafts();
                let request = Request::Append { ticket, intent: *intent };
                let refused = self.keeper.request(request).err();
                let msg =
                    refused.map(|error| Msg::Failed { ticket, at: None, error: error.to_string() });
                (Left::Nothing, msg)
            }
            Effect::SaveDraft { key, text } => {
                self.drafts.retain(|(known, _)| *known != key);
                self.drafts.push((key, text));
                (Left::Nothing, None)
            }
            Effect::Copy(text) => {
                let msg = copy(&text)
                    .err()
                    .map(|error| Msg::FileWritten(Err(format!("nothing was copied: {error}"))));
                (Left::Nothing, msg)
            }
            Effect::WriteFile(text) => {
                let busy = || Msg::FileWritten(Err("the disk is busy; try again".to_owned()));
                (Left::Nothing, (!self.files.write(text)).then(busy))
            }
            Effect::Chance(odds) => {
                let busy = || Msg::Chance(None);
                (Left::Nothing, (!self.draws.draw(odds)).then(busy))
            }
            Effect::WriteReport { name, format, anonymised } => {
                let busy =
                    || Msg::ReportWritten(Err("a report is being written already".to_owned()));
                (
                    Left::Nothing,
                    (!self.reports.write(Wanted { name, format, anonymised })).then(busy),
                )
            }
            Effect::PageLink(page) => {
                let failed = self.links.ask(page).err();
                (Left::Nothing, failed.map(|why| Msg::PageLink(Err(why))))
            }
            Effect::Notify(text) => {
                self.notify.notify(&text);
                (Left::Nothing, None)
            }
            Effect::Here(place) => {
                self.mailbox.here(place);
                (Left::Nothing, None)
            }
            Effect::ForgetRefused(id) => {
                // Where it is not taken it stays, and can be let go of again.
                let _ = self.keeper.request(Request::Share(Share::ForgetRefused(id)));
                (Left::Nothing, None)
            }
            Effect::Redraw => (Left::Redraw, None),
            Effect::Suspend => (Left::Suspend, None),
            Effect::Quit => (Left::Quit, None),
        }
    }
}

impl Hands {
    /// Sends drafts to the disk: once for all keys that came together, and before anything is
    /// drawn, so that what is seen is on its way.
    pub fn send_drafts(&mut self) {
        for (key, text) in self.drafts.drain(..) {
            // A draft that was not taken is followed by a longer one with the next key.
            let _ = self.keeper.request(Request::SaveDraft { key, text });
        }
    }
}

/// OSC 52: the terminal puts it on the clipboard, also over SSH.
fn copy(text: &str) -> io::Result<()> {
    if text.len() > CLIPBOARD {
        return Err(io::Error::other("the text is too long for a clipboard"));
    }
    let mut out = io::stdout();
    write!(out, "\u{1b}]52;c;{}\u{7}", STANDARD.encode(text))?;
    out.flush()
}
