//! Who holds a page link: the cookie that was given for it, good for its page and nothing else.

use super::Hub;
use super::answer::{Answer, Failed, problem, unhurried};
use super::auth::{COOKIE, Caller};
use crate::hub::Who;
use crate::hub::links::PageLink;
use crate::runbook::Role;
use crate::sync::protocol::{PageOf, ProblemKind};
use axum::http::{HeaderMap, header};

/// Cookies that are looked at.
const COOKIES: usize = 4;

/// Marks a request that came over the hub's own TLS.
#[derive(Debug, Clone, Copy)]
pub struct OverTls;

/// Somebody who holds a page link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The link.
    pub link: PageLink,
    /// The cookie that was given for it.
    pub cookie: String,
}

/// Which page is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// What one person has to do.
    Person,
    /// The run as stakeholders see it.
    Stakeholders,
}

/// The path of the page that a link opens, and of the cookie that is given for it.
pub fn path(link: &PageLink) -> String {
    match link.page {
        PageOf::Person(_) => format!("/runs/{}/me", link.run),
        PageOf::Stakeholders => format!("/runs/{}", link.run),
    }
}

/// Whether a proxy says that it was asked over TLS. Who lies about it has a cookie that they do not
/// send themselves.
pub fn came_over_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes() == b"https")
}

/// The answer to whoever has no link that is good.
pub fn turned_away() -> Failed {
    problem(ProblemKind::Unauthorized, "this link is not known here, or was taken back")
}

impl Hub {
    /// Who holds a link to that page of that run, by the cookie in the headers; none: no such cookie
    /// was sent.
    ///
    /// # Errors
    /// One was sent, and is good for nothing here. The answer waits a little.
    pub async fn holder(
        &self,
        headers: &HeaderMap,
        run: &str,
        wanted: Wanted,
    ) -> Answer<Option<(Caller, Holder)>> {
        let sent = sent(headers);
        if sent.is_empty() {
            return Ok(None);
        }
        let fits = |link: &PageLink| {
            link.run == run && matches!(link.page, PageOf::Person(_)) == (wanted == Wanted::Person)
        };
        let held = |hub: &Self| {
            sent.iter().find_map(|cookie| {
                let link = hub.links.by_cookie(cookie).filter(fits)?;
                Some(Holder { link, cookie: cookie.clone() })
            })
        };
        let Some(holder) = self.known(held).await else { return Err(turned_away()) };
        let (hub, now, run) = (self.clone(), self.now(), run.to_owned());
        let view = unhurried(move || hub.views.of(&run)).await?;
        if !holder.link.is_good(&view.state, now) {
            return Err(turned_away());
        }
        let role = match &holder.link.page {
            PageOf::Person(person) => view.state.role_of(person),
            PageOf::Stakeholders => Role::Observer,
        };
        let person = holder.link.page.name().to_owned();
        let caller = Caller {
            who: Who::Proved { person, role },
            token: Some(format!("{LINK}{}", holder.link.id)),
            run: Some(holder.link.run.clone()),
        };
        Ok(Some((caller, holder)))
    }

    /// Whether a caller's link is still there; none: the caller holds none.
    pub(super) fn has_link(&self, caller: &Caller) -> Option<bool> {
        let id = caller.token.as_deref()?.strip_prefix(LINK)?;
        Some(self.links.has(id))
    }
}

/// How the name of a link begins where it stands for a token.
const LINK: &str = "link ";

/// The cookies of page links; a page below another's path is sent that one's, too.
fn sent(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let values = pairs.filter(|(key, _)| key.trim() == COOKIE).map(|(_, value)| value.trim());
    values.filter(|value| !value.is_empty()).take(COOKIES).map(str::to_owned).collect()
}
