//! What goes over the wire: routes, bodies, events of the stream, problems. Frozen by golden files:
//! a field may be added, none may change its meaning.

use crate::run::{EntryId, Mode, RunStatus, Time};
use crate::runbook::Role;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Where the API begins.
pub const API: &str = "/api/v1";

/// Entries in one append, at most.
pub const APPEND_ENTRIES: usize = 256;
/// Bytes of the body of one append, at most: 256 notes are far below it, and one entry with the
/// longest text there can be fits in.
pub const APPEND_BYTES: usize = 4 << 20;
/// Entries in one page, at most.
pub const PAGE_ENTRIES: usize = 1_000;
/// Bytes of entries in one page, about.
pub const PAGE_BYTES: usize = 1 << 20;
/// Bytes of one piece of progress, at most.
pub const PROGRESS_BYTES: usize = 64 << 10;

/// A place in the agreed order, with the chain value of the entry there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The place; 0 before the first entry.
    pub seq: u64,
    /// Chain value, lower-case hex; at 0, SHA-256 of the run's id.
    pub chain: String,
}

/// The stored bytes of an entry: JSON as it is, or base64 where it is not to be had so.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Sent {
    /// The stored JSON, byte for byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub body: Option<Box<RawValue>>,
    /// The stored bytes in base64, where they are no JSON in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body64: Option<String>,
}

/// An entry at its place.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Ordered {
    /// Place, from 1.
    pub seq: u64,
    /// Chain value, lower-case hex.
    pub chain: String,
    /// The stored JSON, byte for byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub body: Option<Box<RawValue>>,
    /// The stored bytes in base64, where they are no JSON in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body64: Option<String>,
}

impl Sent {
    /// Packs stored bytes.
    pub fn pack(bytes: &[u8]) -> Self {
        let one_line = !bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        let text = std::str::from_utf8(bytes).ok().filter(|_| one_line);
        let raw: Option<Box<RawValue>> = text.and_then(|text| serde_json::from_str(text).ok());
        // A raw value is trimmed by the reader: only what is unchanged by that goes as it is.
        let body = raw.filter(|raw| raw.get().as_bytes() == bytes);
        let body64 = if body.is_some() { None } else { Some(STANDARD.encode(bytes)) };
        Self { body, body64 }
    }

    /// The stored bytes; none where both forms or neither are given, or the base64 is none.
    pub fn unpack(&self) -> Option<Vec<u8>> {
        unpack(self.body.as_deref(), self.body64.as_deref())
    }
}

impl Ordered {
    /// Packs stored bytes at their place.
    pub fn pack(seq: u64, chain: String, bytes: &[u8]) -> Self {
        let Sent { body, body64 } = Sent::pack(bytes);
        Self { seq, chain, body, body64 }
    }

    /// The stored bytes; none where both forms or neither are given, or the base64 is none.
    pub fn unpack(&self) -> Option<Vec<u8>> {
        unpack(self.body.as_deref(), self.body64.as_deref())
    }
}

fn unpack(body: Option<&RawValue>, body64: Option<&str>) -> Option<Vec<u8>> {
    match (body, body64) {
        (Some(raw), None) => Some(raw.get().as_bytes().to_vec()),
        (None, Some(text)) => STANDARD.decode(text).ok(),
        _ => None,
    }
}

impl PartialEq for Sent {
    fn eq(&self, other: &Self) -> bool {
        self.unpack() == other.unpack()
    }
}

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        (self.seq, &self.chain, self.unpack()) == (other.seq, &other.chain, other.unpack())
    }
}

/// Who a hub takes a client for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct You {
    /// The person that the token proves; none where the hub takes any name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The role that the token gives at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub role: Option<Role>,
}

/// `GET /api/v1/time`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimeAnswer {
    /// The hub's clock.
    #[schemars(with = "String")]
    pub now: Time,
    /// Whether that is the clock of a demonstration, which runs at a pace of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
}

/// A run in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunSummary {
    /// The run's id.
    pub run: String,
    /// Title of its runbook.
    pub title: String,
    /// Live or rehearsal.
    #[schemars(with = "String")]
    pub mode: Mode,
    /// State of the run.
    #[schemars(with = "String")]
    pub state: RunStatus,
    /// Whether it is held.
    pub held: bool,
    /// Place of the last entry.
    pub seq: u64,
    /// When it was opened.
    #[schemars(with = "String")]
    pub opened_at: Time,
}

/// `GET /api/v1/runs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunsAnswer {
    /// The run opened last comes first.
    pub runs: Vec<RunSummary>,
}

/// Answer to `POST /api/v1/runs`, whose body is the run as `golive export` writes it: JSON Lines,
/// one [`Ordered`] a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenedAnswer {
    /// The run's id.
    pub run: String,
    /// The hub's epoch of this run.
    pub epoch: u64,
    /// Its last entry.
    pub head: Head,
}

/// `GET /api/v1/runs/{run}/entries?after=SEQ&chain=C&limit=N`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// The hub's epoch of this run.
    pub epoch: u64,
    /// What comes after the place asked for.
    pub entries: Vec<Ordered>,
    /// The last entry of the run.
    pub head: Head,
    /// Who asks.
    #[serde(default)]
    pub you: You,
}

/// `POST /api/v1/runs/{run}/entries`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Append {
    /// The epoch that the client knows.
    pub epoch: u64,
    /// The last agreed entry that the client knows.
    pub after: Head,
    /// Own entries, in their order.
    pub entries: Vec<Sent>,
}

/// Where an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placed {
    /// Replica of its name.
    pub replica: String,
    /// Index of its name.
    pub index: u64,
    /// Place.
    pub seq: u64,
    /// Chain value.
    pub chain: String,
}

/// Answer to an append: all of it is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Appended {
    /// The hub's epoch of this run.
    pub epoch: u64,
    /// Where each entry is, in the order in which they were sent.
    pub entries: Vec<Placed>,
}

/// First event of a stream, `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hello {
    /// The hub's epoch of this run.
    pub epoch: u64,
    /// The last entry of the run when the stream was opened.
    pub head: Head,
    /// Who listens.
    #[serde(default)]
    pub you: You,
}

/// What is passed on and never stored: `POST /api/v1/runs/{run}/progress`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Somebody is here. Said again every so often; whoever is silent has gone.
    Presence {
        /// The step under their cursor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// The view in front.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<String>,
        /// Which of their cockpits says so: somebody is here as long as one of them is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cockpit: Option<String>,
    },
    /// Somebody leaves.
    Left {
        /// Which of their cockpits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cockpit: Option<String>,
    },
    /// Output of a step's command, as it comes.
    Output {
        /// The step.
        step: String,
        /// More of the output.
        text: String,
    },
}

/// Progress as it reaches the others: event `progress` of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PassedOn {
    /// Whose it is.
    pub person: String,
    /// In which role.
    #[schemars(with = "String")]
    pub role: Role,
    /// When the hub passed it on.
    #[schemars(with = "String")]
    pub at: Time,
    /// What it is.
    pub progress: Progress,
}

/// Where the body of a progress request names its sender, for hubs without tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProgressRequest {
    /// Who sends it; a token says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What it is.
    pub progress: Progress,
}

/// Whose page a link opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageOf {
    /// What one person has to do: an id of `[people]`, or any name.
    Person(String),
    /// The run as stakeholders see it.
    Stakeholders,
}

impl PageOf {
    /// The person; `stakeholders` where it is theirs.
    pub fn name(&self) -> &str {
        match self {
            Self::Person(person) => person,
            Self::Stakeholders => "stakeholders",
        }
    }
}

/// `POST /api/v1/runs/{run}/links`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkRequest {
    /// Whose page.
    pub page: PageOf,
}

/// A page link, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkAnswer {
    /// Names the link; not secret.
    pub id: String,
    /// Whose page it opens.
    pub page: PageOf,
    /// The path that opens it, at the hub. Only in the answer to the request that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Who made it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_by: Option<String>,
    /// When it was made.
    #[schemars(with = "String")]
    pub added_at: Time,
}

/// `GET /api/v1/runs/{run}/links`, and the links that were revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinksAnswer {
    /// The links of the run, oldest first.
    pub links: Vec<LinkAnswer>,
}

/// `POST /api/v1/runs/{run}/links/revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevokeRequest {
    /// The link's id, a person, or `stakeholders`.
    pub word: String,
}

/// Why a hub says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The client's order is not the hub's: `samples` help to find the last common entry.
    Diverged,
    /// The hub's epoch is another than the client's: `epoch` and `samples` say which.
    Epoch,
    /// An index is not the next of its replica: `expected` is.
    Gap,
    /// The name has been used for another entry.
    Reused,
    /// The entry will never be taken: `entry` says which.
    Refused,
    /// No token, or one that is not known.
    Unauthorized,
    /// The token does not allow it.
    Forbidden,
    /// There is no such run or page.
    NotFound,
    /// There is such a run already, and it is another.
    Exists,
    /// Too much at once.
    TooLarge,
    /// It cannot be understood.
    Malformed,
    /// The method does not fit the address.
    Method,
    /// Another site's page asks, or another host is meant.
    Origin,
    /// Too many at once, or the hub is going down: try again later.
    Busy,
    /// The hub cannot read or write its disk.
    Storage,
}

impl ProblemKind {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Diverged | Self::Epoch | Self::Gap | Self::Reused | Self::Exists => 409,
            Self::Refused => 422,
            Self::Unauthorized => 401,
            Self::Forbidden | Self::Origin => 403,
            Self::NotFound => 404,
            Self::TooLarge => 413,
            Self::Malformed => 400,
            Self::Method => 405,
            Self::Busy => 503,
            Self::Storage => 507,
        }
    }

    /// The same in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Diverged => "the orders differ",
            Self::Epoch => "the epochs differ",
            Self::Gap => "an entry is missing before this one",
            Self::Reused => "the entry's name is taken",
            Self::Refused => "the entry is refused",
            Self::Unauthorized => "a valid token is needed",
            Self::Forbidden => "the token does not allow that",
            Self::NotFound => "there is no such thing here",
            Self::Exists => "there is another run of that id",
            Self::TooLarge => "that is too much at once",
            Self::Malformed => "that cannot be understood",
            Self::Method => "that cannot be done here",
            Self::Origin => "the request comes from elsewhere",
            Self::Busy => "the hub is busy",
            Self::Storage => "the hub cannot store anything",
        }
    }
}

/// A problem as of RFC 9457, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Its kind: `/problems/` and the name of the kind.
    #[serde(rename = "type", with = "kind")]
    #[schemars(with = "String")]
    pub kind: ProblemKind,
    /// The kind in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened here, and what to do.
    #[serde(default)]
    pub detail: String,
    /// The hub's epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    /// Places of the hub's order, the last first, denser towards the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Head>,
    /// The index that should have come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    /// The entry that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Value>")]
    pub entry: Option<Box<EntryId>>,
}

impl Problem {
    /// A problem with what there is to say about it.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            epoch: None,
            samples: Vec::new(),
            expected: None,
            entry: None,
        }
    }
}

/// The kind as a relative URI.
mod kind {
    use super::ProblemKind;
    use serde::de::{Error, IntoDeserializer};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(kind: &ProblemKind, to: S) -> Result<S::Ok, S::Error> {
        let name = serde_json::to_value(kind).map_err(serde::ser::Error::custom)?;
        format!("/problems/{}", name.as_str().unwrap_or_default()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ProblemKind, D::Error> {
        let uri = String::deserialize(from)?;
        let name = uri.strip_prefix("/problems/").ok_or_else(|| D::Error::custom("no problem"))?;
        ProblemKind::deserialize(name.into_deserializer())
    }
}
