//! Tokens: who may use a hub, and in which role they begin. The hub keeps only hashes; the file is
//! read again whenever it changes, so that `golive hub token` works while the hub runs.
#![allow(clippy::disallowed_methods, reason = "reads and writes the file of the tokens")]

use super::desk::now;
use super::store::StoreError;
use crate::run::Time;
use crate::runbook::Role;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

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
    path: PathBuf,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    tokens: Arc<Vec<Token>>,
    /// What the file was like when it was read.
    stamp: Option<Stamp>,
    /// How often it was read.
    version: u64,
}

type Stamp = (u64, i64, i64, u64);

impl Tokens {
    /// The tokens kept in a hub's folder.
    ///
    /// # Errors
    /// The file is there and cannot be read: a hub must not take everybody for it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let tokens = Self { path: folder.join(FILE), known: RwLock::default() };
        tokens.look()?;
        Ok(tokens)
    }

    /// Whether anybody needs a token here.
    pub fn are_needed(&self) -> bool {
        !self.list().is_empty()
    }

    /// Every token there is.
    pub fn list(&self) -> Arc<Vec<Token>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).tokens.clone()
    }

    /// Looks at the file again. Answers a number that changes whenever the tokens do.
    ///
    /// # Errors
    /// It cannot be read: what was known before holds.
    pub fn look(&self) -> Result<u64, StoreError> {
        let stamp = stamp(&self.path);
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if stamp == known.stamp {
                return Ok(known.version);
            }
        }
        let tokens = Arc::new(read(&self.path)?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Known { tokens, stamp, version: known.version + 1 };
        Ok(known.version)
    }

    /// The token that was presented, if it is one of these. Takes as long for each.
    pub fn find(&self, presented: &str) -> Option<Token> {
        let digest = hash(presented);
        let mut found = None;
        for token in self.list().iter() {
            if is_equal(token.sha256.as_bytes(), digest.as_bytes()) {
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
        let secret = random()?;
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
        self.look()?;
        let mut all = (*self.list()).clone();
        all.push(kept);
        self.write(&all)?;
        Ok(token)
    }

    /// Takes away the token of that id, or all of that person. Answers those that are gone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn revoke(&self, word: &str) -> Result<Vec<Token>, StoreError> {
        self.look()?;
        let is_meant = |token: &Token| token.id == word || token.name == word;
        let (gone, kept): (Vec<_>, Vec<_>) = self.list().iter().cloned().partition(is_meant);
        if !gone.is_empty() {
            self.write(&kept)?;
        }
        Ok(gone)
    }

    fn write(&self, tokens: &[Token]) -> Result<(), StoreError> {
        let failed = |e: std::io::Error| StoreError(format!("{}: {e}", self.path.display()));
        let json = serde_json::to_vec_pretty(tokens).map_err(|e| StoreError(e.to_string()))?;
        let aside = self.path.with_extension("tmp");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&aside).map_err(failed)?;
        std::io::Write::write_all(&mut file, &json).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        std::fs::rename(&aside, &self.path).map_err(failed)?;
        self.look().map(|_| ())
    }
}

fn read(path: &Path) -> Result<Vec<Token>, StoreError> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| {
            StoreError(format!("{}: {e}; mend the file, or make new tokens", path.display()))
        }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(StoreError(format!("{}: {e}", path.display()))),
    }
}

/// What changes whenever the file does.
fn stamp(path: &Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.ino(), meta.mtime(), meta.mtime_nsec(), meta.len()))
}

fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Equal or not, in a time that does not tell where they differ.
fn is_equal(a: &[u8], b: &[u8]) -> bool {
    let differences = a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differences) == 0 && a.len() == b.len()
}

/// From the system.
fn random() -> Result<[u8; 32], StoreError> {
    let mut bytes = [0; 32];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|e| StoreError(format!("the system has no randomness for a token: {e}")))?;
    Ok(bytes)
}

#[cfg(test)]
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
}
