//! Page links: asked for, shown on the bridge view for a while, copied, taken away.

use crate::cockpit::card::{Card, Tone};
use crate::cockpit::cards;
use crate::cockpit::effect::Effect;
use crate::cockpit::key::{Key, KeyCode};
use crate::cockpit::model::{LINK_SECS, LinkShown, Model, View};
use crate::sync::protocol::PageOf;
use chrono::TimeDelta;

/// Asks the hub for the link that a card describes.
pub(super) fn ask(model: &mut Model, card: &Card) -> Vec<Effect> {
    let Some(page) = cards::page_of(card) else { return Vec::new() };
    model.say(Tone::Plain, "asking the hub for a link");
    vec![Effect::PageLink(page)]
}

/// The hub has made it, or has not.
pub(super) fn made(model: &mut Model, made: Result<(PageOf, String), String>) -> Vec<Effect> {
    match made {
        Ok((page, url)) => {
            let until = model.now + TimeDelta::try_seconds(LINK_SECS).unwrap_or_default();
            super::show(model, View::Bridge);
            model.page_link = Some(LinkShown { page, url, until });
        }
        Err(reason) => model.say_long(Tone::Bad, format!("there is no link: {reason}")),
    }
    Vec::new()
}

/// A key while a link is shown; none: it is not about the link.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    if model.view != View::Bridge {
        // Whoever goes elsewhere is done with it.
        model.page_link = None;
    }
    let url = model.page_link.as_ref()?.url.clone();
    match key.code {
        KeyCode::Enter => {
            model.say(Tone::Good, "the page link is on the clipboard");
            Some(vec![Effect::Copy(url)])
        }
        KeyCode::Esc => {
            model.page_link = None;
            Some(Vec::new())
        }
        // It is a secret: nothing else happens behind it.
        _ => Some(Vec::new()),
    }
}

/// It has been shown for long enough.
pub(super) fn expire(model: &mut Model) {
    let now = model.now;
    if model.page_link.as_ref().is_some_and(|link| now >= link.until) {
        model.page_link = None;
        model.dirty = true;
    }
}
