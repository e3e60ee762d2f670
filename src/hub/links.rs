//! Page links: a secret address that opens one page of one run, for those who have no terminal. The
//! hub keeps only hashes. Whoever opens the link is given a cookie that follows from its secret, so
//! that opening it changes nothing here, however often a chat fetches it for a preview.

use super::secret::{Shelf, hash, is_equal, random};
use super::store::StoreError;
use crate::run::{RunState, Time};
use crate::sync::protocol::PageOf;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// Name of the file in the hub's folder.
const FILE: &str = "links.json";
/// Where links begin: `/l/SECRET`. Short, for QR codes.
pub const OPENS: &str = "/l/";
/// How long a link is good after the end of its run: while success is watched and what was deferred
/// is finished.
const AFTER_END: TimeDelta = TimeDelta::days(14);
/// How long a link is good in all: of a run that never ends.
const LONGEST: TimeDelta = TimeDelta::days(90);

/// One link, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLink {
    /// Names the link, not secret.
    pub id: String,
    /// The run.
    pub run: String,
    /// Whose page it opens.
    pub page: PageOf,
    /// SHA-256 of the secret in its address, lower-case hex.
    pub sha256: String,
    /// SHA-256 of the cookie that is given for it, lower-case hex.
    pub cookie_sha256: String,
    /// Who made it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_by: Option<String>,
    /// When it was made.
    pub added_at: Time,
}

impl PageLink {
    /// Whether it is good at `now`: until 14 days after the end of its run, and for 90 days in all.
    pub fn is_good(&self, run: &RunState, now: Time) -> bool {
        let ended = run.ended.as_ref().is_some_and(|end| now > end.at + AFTER_END);
        !ended && now <= self.added_at + LONGEST
    }
}

/// The page links of a hub.
pub struct Links(Shelf<PageLink>);

impl Links {
    /// The links kept in a hub's folder.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self(Shelf::open(folder.join(FILE), "mend the file, or take it away: its links end")?))
    }

    /// Every link there is.
    pub fn list(&self) -> Arc<Vec<PageLink>> {
        self.0.list()
    }

    /// Looks at the file again. Answers a number that changes whenever the links do.
    ///
    /// # Errors
    /// It cannot be read: what was known before holds.
    pub fn look(&self) -> Result<u64, StoreError> {
        self.0.look()
    }

    /// Another number whenever the links have changed.
    pub fn version(&self) -> u64 {
        self.0.version()
    }

    /// Makes a link at `now`. Answers it, and the path that opens it: that is not kept, and cannot be shown
    /// again.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(
        &self,
        run: &str,
        page: PageOf,
        by: Option<&str>,
        now: Time,
    ) -> Result<(PageLink, String), StoreError> {
        // 128 bits cannot be guessed, and a QR code of them fits on a small screen.
        let secret = URL_SAFE_NO_PAD.encode(random::<16>()?);
        let sha256 = hash(&secret);
        let link = PageLink {
            id: sha256.chars().take(8).collect(),
            run: run.to_owned(),
            page,
            cookie_sha256: hash(&cookie_of(&secret)),
            sha256,
            added_by: by.map(str::to_owned),
            added_at: now,
        };
        self.0.change(|all| all.push(link.clone()))?;
        Ok((link, format!("{OPENS}{secret}")))
    }

    /// Takes away the link of that id, or all of that person (`stakeholders`: of theirs), in one run
    /// or in all. Answers those that are gone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn revoke(&self, run: Option<&str>, word: &str) -> Result<Vec<PageLink>, StoreError> {
        let is_meant = |link: &mut PageLink| {
            let named = link.id == word || link.page.name() == word;
            named && run.is_none_or(|run| link.run == run)
        };
        self.0.change(|all| all.extract_if(.., is_meant).collect())
    }

    /// The link of that secret, and the cookie to give for it. Takes as long for each.
    pub fn by_secret(&self, secret: &str) -> Option<(PageLink, String)> {
        let link = self.find(&hash(secret), |link| &link.sha256)?;
        Some((link, cookie_of(secret)))
    }

    /// The link that this cookie was given for. Takes as long for each.
    pub fn by_cookie(&self, cookie: &str) -> Option<PageLink> {
        self.find(&hash(cookie), |link| &link.cookie_sha256)
    }

    /// Whether there is still a link of that id.
    pub fn has(&self, id: &str) -> bool {
        self.list().iter().any(|link| link.id == id)
    }

    fn find(&self, digest: &str, of: impl Fn(&PageLink) -> &str) -> Option<PageLink> {
        let mut found = None;
        for link in self.list().iter() {
            if is_equal(of(link), digest) {
                found = Some(link.clone());
            }
        }
        found
    }
}

/// The cookie that follows from a link's secret. The secret does not follow from it.
fn cookie_of(secret: &str) -> String {
    hash(&format!("golive cookie {secret}"))
}

/// What a form of a page carries, so that only that page's own forms are taken: it follows from the
/// cookie, which no other site can read.
pub fn form_mark(cookie: &str) -> String {
    hash(&format!("golive form {cookie}")).chars().take(32).collect()
}

/// Whether a form carries the mark of that cookie.
pub fn is_marked(cookie: &str, mark: &str) -> bool {
    is_equal(&form_mark(cookie), mark)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "looks at the file itself")]
mod tests {
    use super::*;

    fn bo() -> PageOf {
        PageOf::Person("bo".to_owned())
    }

    fn at() -> Time {
        "2026-11-28T23:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_link_is_shown_once_kept_as_hashes_and_gone_when_revoked() {
        let folder = tempfile::tempdir().unwrap();
        let links = Links::open(folder.path()).unwrap();
        let (link, path) = links.add("demo-1", bo(), Some("ana"), at()).unwrap();
        let secret = path.strip_prefix(OPENS).unwrap();
        assert_eq!(secret.len(), 22);
        let (found, cookie) = links.by_secret(secret).unwrap();
        assert_eq!((&found, &links.by_cookie(&cookie).unwrap()), (&link, &link));
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!text.contains(secret) && !text.contains(&cookie), "{text}");
        assert!(links.by_cookie(secret).is_none() && links.by_secret(&cookie).is_none());
        assert!(links.by_secret("").is_none() && links.by_cookie("").is_none());
        // Another process revokes it; this one has been running.
        let elsewhere = Links::open(folder.path()).unwrap();
        assert!(elsewhere.revoke(Some("other"), "bo").unwrap().is_empty());
        assert_eq!(elsewhere.revoke(Some("demo-1"), "bo").unwrap(), [link]);
        links.look().unwrap();
        assert!(links.by_cookie(&cookie).is_none() && links.list().is_empty());
    }

    #[test]
    fn two_that_write_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let links = Links::open(folder.path()).unwrap();
                    for _ in 0..8 {
                        links.add("demo-1", PageOf::Stakeholders, None, at()).unwrap();
                    }
                });
            }
        });
        assert_eq!(Links::open(folder.path()).unwrap().list().len(), 32);
    }

    #[test]
    fn the_mark_of_a_form_follows_from_the_cookie_alone() {
        let mark = form_mark("a");
        assert!(is_marked("a", &mark) && !is_marked("b", &mark) && !is_marked("a", ""));
        assert!(!is_marked("a", &mark[1..]));
    }
}
