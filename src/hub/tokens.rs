//! Tokens: who may use a hub, and in which role they begin. The hub keeps only hashes; the file is
//! read again whenever it changes, so that `golive hub token` works while the hub runs.

use super::desk::now;
use super::secret::{Shelf, hash, is_equal, random};
use super::store::StoreError;
use crate::run::Time;
use crate::runbook::Role;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Name of the file in the hub's folder.
const FILE: &str = "tokens.json";
/// How every token begins, so that it is known for one wherever it turns up.
pub(super) const PREFIX: &str = "glv_";

/// One token, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Names the token, not secret.
    pub id: String,
    /// Whose it is: a person's id.
    pub name: String,
    /// The role it gives at the start.
    pub role: Role,
    /// The only run it is for; none: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// SHA-256 of the token, lower-case hex.
    pub sha256: String,
    /// When it was made.
    pub added_at: Time,
}

/// The tokens of a hub.
pub struct Tokens {
    shelf: Shelf<Token>,
    /// Whether anybody needs a token. Once it is true it stays true: to take the last token away
    /// must not open the hub to everybody.
    needed: AtomicBool,
}

impl Tokens {
    /// The tokens kept in a hub's folder.
    ///
    /// # Errors
    /// The file is there and cannot be read: a hub must not take everybody for it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let shelf = Shelf::open(folder.join(FILE), "mend the file, or make new tokens")?;
        let needed = AtomicBool::new(!shelf.list().is_empty());
        Ok(Self { shelf, needed })
    }

    /// Whether anybody needs a token here: since there was one, or since [`Tokens::require`].
    pub fn are_needed(&self) -> bool {
        if self.needed.load(Relaxed) {
            return true;
        }
        if self.list().is_empty() {
            return false;
        }
        self.require();
        true
    }

    /// Lets nobody in without a token from here on, whether there is one or not.
    pub fn require(&self) {
        self.needed.store(true, Relaxed);
    }

    /// Every token there is.
    pub fn list(&self) -> Arc<Vec<Token>> {
        self.shelf.list()
    }

    /// Looks at the file again. Answers a number that changes whenever the tokens do.
    ///
    /// # Errors
    /// It cannot be read: no token is good until it can, for one that was revoked may be among
    /// those that were known.
    pub fn look(&self) -> Result<u64, StoreError> {
        let looked = self.shelf.look();
        if looked.is_err() {
            self.require();
            self.shelf.clear();
        }
        self.are_needed();
        looked
    }

    /// Another number whenever the tokens have changed.
    pub fn version(&self) -> u64 {
        self.shelf.version()
    }

    /// The token that was presented, if it is one of these. Takes as long for each.
    pub fn find(&self, presented: &str) -> Option<Token> {
        let digest = hash(presented);
        let mut found = None;
        for token in self.list().iter() {
            if is_equal(&token.sha256, &digest) {
                found = Some(token.clone());
            }
        }
        found
    }

    /// Makes a token. Answers it: it is not kept, and cannot be shown again.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&self, name: &str, role: Role, run: Option<&str>) -> Result<String, StoreError> {
        let secret: [u8; 32] = random()?;
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
        let sha256 = hash(&token);
        let id = sha256.chars().take(8).collect();
        let kept = Token {
            id,
            name: name.to_owned(),
            role,
            run: run.map(str::to_owned),
            sha256,
            added_at: now(),
        };
        self.shelf.change(|all| all.push(kept))?;
        Ok(token)
    }

    /// Takes away the token of that id, or all of that person. Answers those that are gone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn revoke(&self, word: &str) -> Result<Vec<Token>, StoreError> {
        let is_meant = |token: &mut Token| token.id == word || token.name == word;
        self.shelf.change(|all| all.extract_if(.., is_meant).collect())
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "looks at the file itself")]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_once_kept_as_a_hash_and_gone_when_revoked() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path()).unwrap();
        assert!(!tokens.are_needed());
        let ana = tokens.add("ana", Role::Lead, None).unwrap();
        let bo = tokens.add("bo", Role::Observer, Some("demo-1")).unwrap();
        assert!(ana.len() > 40 && ana != bo);
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!text.contains(&ana) && !text.contains(&bo));
        let mode = std::os::unix::fs::MetadataExt::mode(
            &std::fs::metadata(folder.path().join(FILE)).unwrap(),
        );
        assert_eq!(mode & 0o777, 0o600);
        // Another process made them; this one has been running.
        let hub = Tokens::open(folder.path()).unwrap();
        assert_eq!(hub.find(&bo).unwrap().run.as_deref(), Some("demo-1"));
        assert!(hub.find("glv_no").is_none() && hub.find("").is_none());
        assert_eq!(tokens.revoke("bo").unwrap().len(), 1);
        let version = hub.look().unwrap();
        assert_eq!((version, hub.look().unwrap()), (2, 2));
        assert!(hub.find(&bo).is_none() && hub.find(&ana).is_some());
    }

    #[test]
    fn a_file_that_cannot_be_read_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(Tokens::open(folder.path()).is_err());
    }

    #[test]
    fn one_that_breaks_or_goes_lets_nobody_in_until_it_is_mended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let tokens = Tokens::open(folder.path()).unwrap();
        let ana = tokens.add("ana", Role::Lead, None).unwrap();
        let good = std::fs::read(&path).unwrap();
        let before = tokens.version();
        std::fs::write(&path, "{").unwrap();
        assert!(tokens.look().is_err());
        assert!(tokens.find(&ana).is_none() && tokens.are_needed());
        assert_ne!(tokens.version(), before, "streams hear of it");
        std::fs::write(&path, &good).unwrap();
        tokens.look().unwrap();
        assert!(tokens.find(&ana).is_some());
        std::fs::remove_file(&path).unwrap();
        tokens.look().unwrap();
        assert!(tokens.find(&ana).is_none() && tokens.are_needed());
        std::fs::write(&path, &good).unwrap();
        tokens.look().unwrap();
        tokens.revoke("ana").unwrap();
        assert!(tokens.list().is_empty() && tokens.are_needed());
    }

    #[test]
    fn the_first_token_makes_them_needed_though_it_goes_again() {
        let folder = tempfile::tempdir().unwrap();
        let hub = Tokens::open(folder.path()).unwrap();
        let beside = Tokens::open(folder.path()).unwrap();
        assert!(!hub.are_needed());
        beside.add("ana", Role::Lead, None).unwrap();
        hub.look().unwrap();
        beside.revoke("ana").unwrap();
        hub.look().unwrap();
        assert!(hub.list().is_empty() && hub.are_needed());
    }
}
