//! HTTP and Server-Sent Events, as far as a client of a hub needs them.
#![allow(clippy::disallowed_methods, reason = "reads the file with a certificate to trust")]

use super::why::{Why, why};
use crate::sync::protocol::{
    API, Appended, Head, LinkAnswer, LinkRequest, OpenedAnswer, Page, PageOf, Problem, ProblemKind,
    RunsAnswer, TimeAnswer,
};
use crate::sync::session::{Answer, Input, Request, Streamed};
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(6);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(14);
/// How long a run may take to be put on a hub.
const UPLOAD: Duration = Duration::from_secs(600);

/// How long a stream may last.
const ENDLESS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Why a hub could not be used.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The address makes no sense.
    #[error("{0} is no address of a hub; it looks like https://hub.example/runs/RUN")]
    Address(String),
    /// The client cannot be made.
    #[error("the connection cannot be prepared: {0}")]
    Client(String),
    /// The hub cannot be reached.
    #[error("the hub at {hub} cannot be reached: {why}")]
    Unreachable {
        /// Where.
        hub: String,
        /// Why.
        why: String,
    },
    /// Somebody is there who cannot show to be the hub.
    #[error("the hub at {hub} is not trusted: {why}")]
    Distrusted {
        /// Where.
        hub: String,
        /// Why, and what to do.
        why: String,
    },
    /// The hub says no.
    #[error("the hub says: {}: {}", .0.title, .0.detail)]
    Problem(Box<Problem>),
}

/// Where a shared run is: `https://hub.example/runs/RUN`, or only the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAddress {
    /// The hub, without a slash at its end.
    pub hub: String,
    /// The run, where one is named.
    pub run: Option<String>,
}

impl std::str::FromStr for RunAddress {
    type Err = HubError;

    fn from_str(text: &str) -> Result<Self, HubError> {
        let wrong = || HubError::Address(without_secrets(text));
        let url = Url::parse(text).map_err(|_| wrong())?;
        let plain = url.username().is_empty() && url.password().is_none();
        let plain = plain && url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !plain {
            return Err(wrong());
        }
        let text = url.as_str().trim_end_matches('/');
        let (hub, run) = match text.split_once("/runs/") {
            Some((hub, run)) => (hub, Some(run)),
            None => (text, None),
        };
        if run.is_some_and(|run| run.is_empty() || run.contains(['/', '%'])) {
            return Err(wrong());
        }
        Ok(Self { hub: hub.to_owned(), run: run.map(str::to_owned) })
    }
}

/// An address as it may be repeated: whoever puts a token into one should not find it in a log as well.
fn without_secrets(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(s, rest)| (s, rest));
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    if scheme.is_empty() { format!("{host}{path}") } else { format!("{scheme}://{host}{path}") }
}

/// A way to a hub, and to a run there. Never prints its token.
#[derive(Clone)]
pub struct Link {
    client: reqwest::Client,
    hub: String,
    run: String,
    token: Option<String>,
    person: String,
    trusted: Option<PathBuf>,
    /// Under which address others reach the hub, where that is not `hub`.
    public: Option<String>,
}

impl Link {
    /// A way to a run. `person` is who acts, where the hub takes any name; `trusted` a file with a
    /// certificate to trust, PEM, where the system does not know the hub's.
    ///
    /// # Errors
    /// The certificate cannot be read, or the system has none for a hub that uses TLS.
    pub fn new(
        hub: &str,
        run: &str,
        token: Option<String>,
        person: &str,
        trusted: Option<&Path>,
    ) -> Result<Self, HubError> {
        let client = client(hub, trusted)?;
        let (hub, run, person) = (hub.to_owned(), run.to_owned(), person.to_owned());
        let trusted = trusted.map(Path::to_owned);
        Ok(Self { client, hub, run, token, person, trusted, public: None })
    }

    /// The same way; others reach the hub under that address.
    #[must_use]
    pub fn known_as(self, public: &str) -> Self {
        Self { public: Some(public.to_owned()), ..self }
    }

    /// Where others reach the run: what they join, and its page.
    pub fn address(&self) -> String {
        format!("{}/runs/{}", self.public.as_ref().unwrap_or(&self.hub), self.run)
    }

    /// Makes a link that opens a page of the run. Answers its whole address, which has a secret.
    ///
    /// # Errors
    /// The hub cannot be reached, or says no.
    pub async fn page_link(&self, page: &PageOf) -> Result<String, HubError> {
        let path = format!("/runs/{}/links", self.run);
        let request = self.request(Method::POST, &path).json(&LinkRequest { page: page.clone() });
        let made: LinkAnswer = self.get(request).await?;
        let path = made.path.ok_or_else(|| self.not_understood("it made a link without a path"))?;
        Ok(format!("{}{path}", self.public.as_ref().unwrap_or(&self.hub)))
    }

    /// The same way without any connection. One that is kept open belongs to the runtime on which
    /// it was made: on another it would not answer.
    ///
    /// # Errors
    /// Those of [`Link::new`].
    pub fn afresh(self) -> Result<Self, HubError> {
        let client = client(&self.hub, self.trusted.as_deref())?;
        Ok(Self { client, ..self })
    }

    /// The runs at the hub.
    ///
    /// # Errors
    /// It cannot be reached, or says no.
    pub async fn runs(&self) -> Result<RunsAnswer, HubError> {
        self.get(self.request(Method::GET, "/runs")).await
    }

    /// The hub's clock, and whether it is that of a demonstration.
    ///
    /// # Errors
    /// It cannot be reached, or says no.
    pub async fn time(&self) -> Result<TimeAnswer, HubError> {
        self.get(self.request(Method::GET, "/time")).await
    }

    /// Entries after a place, believed to be the hub's.
    ///
    /// # Errors
    /// It cannot be reached, or says no.
    pub async fn entries(&self, after: u64) -> Result<Page, HubError> {
        let path = format!("/runs/{}/entries?after={after}", self.run);
        self.get(self.request(Method::GET, &path)).await
    }

    /// Puts a run on the hub: JSON Lines as an export has them.
    ///
    /// # Errors
    /// It cannot be reached, or says no.
    pub async fn open(&self, lines: Vec<u8>) -> Result<OpenedAnswer, HubError> {
        self.get(self.request(Method::POST, "/runs").timeout(UPLOAD).body(lines)).await
    }

    /// Asks what a session asks.
    pub(super) async fn ask(&self, request: Request) -> Answer {
        let run = &self.run;
        let answer = match request {
            Request::Time => {
                let time = self.time().await;
                time.map(|time| Answer::Time(time.now.timestamp_millis()))
            }
            Request::Page { after: Head { seq, chain }, limit } => {
                let path = format!("/runs/{run}/entries?after={seq}&chain={chain}&limit={limit}");
                let page = self.get::<Page>(self.request(Method::GET, &path)).await;
                page.map(|page| Answer::Page(Box::new(page)))
            }
            Request::Append(append) => {
                let path = format!("/runs/{run}/entries");
                let request = self.request(Method::POST, &path).json(&append);
                let appended = self.get::<Appended>(request).await;
                appended.map(|appended| Answer::Appended(Box::new(appended)))
            }
            Request::Progress(progress) => {
                let path = format!("/runs/{run}/progress");
                let person = Some(self.person.clone());
                let body = crate::sync::protocol::ProgressRequest { person, progress };
                let sent = self.request(Method::POST, &path).json(&body).send().await;
                return Answer::Failed(
                    sent.err().map(|e| e.without_url().to_string()).unwrap_or_default(),
                );
            }
        };
        match answer {
            Ok(answer) => answer,
            Err(HubError::Problem(problem)) => Answer::Problem(problem),
            Err(error @ HubError::Distrusted { .. }) => Answer::Distrusted(error.to_string()),
            Err(error) => Answer::Failed(error.to_string()),
        }
    }

    /// Reads a stream until it ends, one way or another.
    pub(super) async fn stream(&self, number: u64, after: &Head, to: &mpsc::Sender<Input>) {
        let ended = match self.read(number, after, to).await {
            Ok(why) => Streamed::Ended(why),
            Err(HubError::Problem(problem)) => Streamed::Problem(problem),
            Err(error @ HubError::Distrusted { .. }) => Streamed::Distrusted(error.to_string()),
            Err(error) => Streamed::Ended(error.to_string()),
        };
        // The session has ended: nobody waits for it.
        let _ = to.send(Input::Streamed(number, ended)).await;
    }

    async fn read(
        &self,
        number: u64,
        after: &Head,
        to: &mpsc::Sender<Input>,
    ) -> Result<String, HubError> {
        let (run, Head { seq, chain }) = (&self.run, after);
        let path = format!("/runs/{run}/stream?after={seq}&chain={chain}");
        // Streams have no end, so their answer has none either.
        let request = self.request(Method::GET, &path).timeout(ENDLESS);
        let response = self.checked(request.send().await).await?;
        let mut events = response.bytes_stream().eventsource();
        while let Some(event) = events.next().await {
            let event = match event {
                Ok(event) => event,
                Err(error) => return Ok(error.to_string()),
            };
            let Some(streamed) = streamed(&event.event, &event.data) else {
                return Ok(format!("the hub sent what is no {}", event.event));
            };
            if to.send(Input::Streamed(number, streamed)).await.is_err() {
                break;
            }
        }
        Ok("the hub has closed the stream".to_owned())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{API}{path}", self.hub));
        let request = request.timeout(ANSWER);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn get<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, HubError> {
        let response = self.checked(request.send().await).await?;
        let bytes = response.bytes().await.map_err(|e| self.unreachable(&e))?;
        serde_json::from_slice(&bytes).map_err(|e| self.not_understood(&e.to_string()))
    }

    /// An answer that is none of the problems.
    async fn checked(&self, sent: Result<Response, reqwest::Error>) -> Result<Response, HubError> {
        let response = sent.map_err(|e| self.unreachable(&e))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = response.bytes().await.unwrap_or_default();
        if let Ok(problem) = serde_json::from_slice::<Problem>(&bytes) {
            return Err(HubError::Problem(Box::new(problem)));
        }
        // A proxy in between.
        let kind = match status.as_u16() {
            401 => ProblemKind::Unauthorized,
            403 => ProblemKind::Forbidden,
            _ => return Err(self.not_understood(&format!("it answers {status}"))),
        };
        let detail = format!("{} answers {status}", self.hub);
        Err(HubError::Problem(Box::new(Problem::new(kind, detail))))
    }

    fn unreachable(&self, error: &reqwest::Error) -> HubError {
        let hub = self.hub.clone();
        match why(error) {
            Why::Away(_) if error.is_timeout() => {
                HubError::Unreachable { hub, why: "no answer in time".to_owned() }
            }
            Why::Away(why) => HubError::Unreachable { hub, why },
            Why::Distrusted(why) => HubError::Distrusted { hub, why },
        }
    }

    fn not_understood(&self, why: &str) -> HubError {
        let why = format!("something else than a hub seems to be there: {why}");
        HubError::Unreachable { hub: self.hub.clone(), why }
    }
}

/// An event of the stream; none where it is not what it says. Events of a newer hub pass unheard.
fn streamed(event: &str, data: &str) -> Option<Streamed> {
    Some(match event {
        "hello" => Streamed::Hello(serde_json::from_str(data).ok()?),
        "entry" => Streamed::Entry(Box::new(serde_json::from_str(data).ok()?)),
        "progress" => match serde_json::from_str(data) {
            Ok(progress) => Streamed::Progress(progress),
            Err(_) => Streamed::Alive,
        },
        _ => Streamed::Alive,
    })
}

fn client(hub: &str, trusted: Option<&Path>) -> Result<reqwest::Client, HubError> {
    // It is there already when somebody else was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .tcp_nodelay(true)
        // A token goes where it was meant to go.
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("golive/", env!("CARGO_PKG_VERSION")));
    let builder = match trusted {
        Some(path) => builder.tls_certs_only(certificates(path)?),
        // Without TLS a machine needs no certificates to trust.
        None if hub.starts_with("http:") => {
            builder.tls_certs_only(Vec::<reqwest::Certificate>::new())
        }
        None => builder,
    };
    builder.build().map_err(|error| HubError::Client(prepared(&error)))
}

/// What makes a client impossible.
fn prepared(error: &reqwest::Error) -> String {
    let (Why::Away(why) | Why::Distrusted(why)) = why(error);
    why
}

/// The certificates in a file.
fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, HubError> {
    let wrong = |why: String| HubError::Client(format!("{}: {why}", path.display()));
    let pem = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let certs = reqwest::Certificate::from_pem_bundle(&pem).map_err(|e| wrong(prepared(&e)))?;
    if certs.is_empty() {
        return Err(wrong("there is no certificate in it; it has to be a PEM file".to_owned()));
    }
    Ok(certs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_hub_and_perhaps_a_run() {
        let read = |text: &str| text.parse::<RunAddress>().map(|a| (a.hub, a.run)).ok();
        let hub = |hub: &str, run: Option<&str>| Some((hub.to_owned(), run.map(str::to_owned)));
        assert_eq!(read("https://h.example/runs/a-1"), hub("https://h.example", Some("a-1")));
        assert_eq!(read("http://127.0.0.1:7000/"), hub("http://127.0.0.1:7000", None));
        assert_eq!(read("https://h/golive/runs/a/"), hub("https://h/golive", Some("a")));
        let wrong = "https://me:secret@h/?token=secret".parse::<RunAddress>().unwrap_err();
        assert!(wrong.to_string().starts_with("https://h/ is no address"), "{wrong}");
        for bad in [
            "",
            "h.example",
            "ftp://h",
            "https://me:secret@h",
            "https://h/?x=1",
            "https://h/runs/a/b",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
