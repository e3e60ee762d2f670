//! Who asks, whether they may, and whether they mean this hub.

use super::Hub;
use super::answer::{Answer, Failed, problem, unhurried};
use super::holder::{Holder, Wanted};
use super::server::Peer;
use crate::hub::Who;
use crate::runbook::Role;
use crate::sync::protocol::{ProblemKind, You};
use axum::extract::{RawPathParams, Request, State};
use axum::http::{Extensions, HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Name of the cookie that a page link is exchanged for.
pub const COOKIE: &str = "golive-page";

/// What a route asks of whoever uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// A token that is good for the run, where tokens are used.
    Token,
    /// As `Token`; or the cookie of a page link that is for this page.
    Page,
    /// The cookie of a page link that is for this person's page.
    Owner,
    /// A token that gives the role of a lead for all runs.
    Lead,
    /// A token of somebody who is a lead of the run, by the token or as granted in the run.
    LeadOfRun,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// For the core.
    pub who: Who,
    /// Id of the token.
    pub token: Option<String>,
    /// The only run that the token is for.
    pub run: Option<String>,
}

impl Caller {
    /// As the caller is told.
    pub fn you(&self) -> You {
        match &self.who {
            Who::Claimed => You::default(),
            Who::Proved { person, role } => You { person: Some(person.clone()), role: Some(*role) },
        }
    }

    /// Whether the caller may see that run at all.
    pub fn may_see(&self, run: &str) -> bool {
        self.run.as_deref().is_none_or(|only| only == run)
    }
}

impl Hub {
    /// Who asks, by the token in the headers.
    ///
    /// # Errors
    /// A token is needed, and there is none, or it is not known. The answer waits a little.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Failed> {
        if !self.tokens.are_needed() {
            return Ok(Caller { who: Who::Claimed, token: None, run: None });
        }
        let Some(presented) = bearer(headers) else {
            return Err(problem(
                ProblemKind::Unauthorized,
                "send a token: Authorization: Bearer TOKEN; golive hub token add makes one",
            ));
        };
        let Some(token) = self.known(|hub| hub.tokens.find(presented)).await else {
            let detail = "this token is not known here, or was revoked";
            return Err(problem(ProblemKind::Unauthorized, detail));
        };
        let who = Who::Proved { person: token.name, role: token.role };
        Ok(Caller { who, token: Some(token.id), run: token.run })
    }

    /// Whether a caller's token or link is still good.
    pub fn is_good(&self, caller: &Caller) -> bool {
        if let Some(is_there) = self.has_link(caller) {
            return is_there;
        }
        match &caller.token {
            Some(id) => self.tokens.list().iter().any(|token| token.id == *id),
            None => !self.tokens.are_needed(),
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Lets a request through to its route, with its [`Caller`], or answers why not.
pub async fn guard(
    State((hub, need)): State<(Hub, Need)>,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    if need == Need::Nothing {
        return next.run(request).await;
    }
    let run = params.iter().find(|(name, _)| *name == "run").map(|(_, run)| run);
    let (caller, holder) = match who(&hub, need, request.headers(), run.unwrap_or_default()).await {
        Ok(who) => who,
        Err(failed) => return failed.into_response(),
    };
    if run.is_some_and(|run| !caller.may_see(run)) {
        return problem(ProblemKind::Forbidden, "the token is for another run").into_response();
    }
    let is_lead = match &caller.who {
        Who::Claimed => true,
        Who::Proved { role, .. } => *role == Role::Lead && caller.run.is_none(),
    };
    if need == Need::Lead && !is_lead {
        let detail = "this takes a lead's token that is good for all runs";
        return problem(ProblemKind::Forbidden, detail).into_response();
    }
    if need == Need::LeadOfRun
        && let Err(failed) = leads(&hub, &caller, run.unwrap_or_default()).await
    {
        return failed.into_response();
    }
    request.extensions_mut().insert(caller.clone());
    if let Some(holder) = holder {
        request.extensions_mut().insert(holder);
    }
    let mut response = next.run(request).await;
    // For the log.
    response.extensions_mut().insert(caller);
    response
}

/// Who asks, by what the route needs: the cookie of a page link, a token, or either.
async fn who(
    hub: &Hub,
    need: Need,
    headers: &HeaderMap,
    run: &str,
) -> Answer<(Caller, Option<Holder>)> {
    let some = |(caller, holder)| (caller, Some(holder));
    match need {
        Need::Owner => {
            let holder = hub.holder(headers, run, Wanted::Person).await?.map(some);
            holder.ok_or_else(|| problem(ProblemKind::Unauthorized, "this page opens with a link"))
        }
        Need::Page => match hub.holder(headers, run, Wanted::Stakeholders).await {
            Ok(Some(held)) => Ok(some(held)),
            // A cookie of a link that has gone takes nothing from whoever has a token.
            Ok(None) | Err(_) => Ok((hub.caller(headers).await?, None)),
        },
        _ => Ok((hub.caller(headers).await?, None)),
    }
}

/// Whether the caller is a lead of that run.
async fn leads(hub: &Hub, caller: &Caller, run: &str) -> Answer<()> {
    let Who::Proved { person, role } = &caller.who else { return Ok(()) };
    let (hub, run) = (hub.clone(), run.to_owned());
    let view = unhurried(move || hub.views.of(&run)).await?;
    // What the run has granted replaces what the token gave at the start.
    let granted = view.state.people.get(person).and_then(|known| known.role);
    if granted.unwrap_or(*role) == Role::Lead {
        return Ok(());
    }
    let detail = format!("{person} is no lead of this run; ask the lead");
    Err(problem(ProblemKind::Forbidden, detail))
}

/// Turns away what does not mean this hub: a name of another host, which a browser was led to
/// believe is this machine, and another site's page that sends something.
pub async fn comes_from_here(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let needed = hub.tokens.are_needed();
    if !needed && !is_near(request.extensions()) {
        let detail = "this hub has no tokens and answers to this machine only";
        return problem(ProblemKind::Origin, detail).into_response();
    }
    if !needed && !is_loopback(name_of(host)) {
        let detail =
            format!("this hub has no tokens and answers to this machine only, not “{host}”");
        return problem(ProblemKind::Origin, detail).into_response();
    }
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
    let same = |origin: &str| {
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        rest.is_some_and(|rest| !host.is_empty() && rest.eq_ignore_ascii_case(host))
    };
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let open = needed && safe;
    // A browser says so also where a page hides where it is from.
    let crosses = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    if (crosses && !safe) || origin.is_some_and(|origin| !open && !same(origin)) {
        return problem(ProblemKind::Origin, "the request comes from another site").into_response();
    }
    next.run(request).await
}

/// Whether a request comes from this machine, whatever it says.
fn is_near(known: &Extensions) -> bool {
    known.get::<Peer>().is_some_and(|Peer(address)| address.is_loopback())
}

/// The name in a Host header, without the port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_on_this_machine_is_near() {
        let from = |address: &str| {
            let mut known = Extensions::new();
            known.insert(Peer(address.parse().unwrap()));
            is_near(&known)
        };
        assert!(from("127.0.0.1") && from("127.8.0.1") && from("::1"));
        assert!(!from("10.0.0.1") && !from("192.168.1.7") && !from("fe80::1") && !from("0.0.0.0"));
        assert!(!is_near(&Extensions::new()), "who is not known is not near");
    }

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for own in ["localhost", "localhost:80", "127.0.0.1:7000", "[::1]:7000", "LOCALHOST"] {
            assert!(is_loopback(name_of(own)), "{own}");
        }
        for other in ["", "evil.example", "localhost.evil.example", "10.0.0.1", "[::2]:1"] {
            assert!(!is_loopback(name_of(other)), "{other}");
        }
    }
}
