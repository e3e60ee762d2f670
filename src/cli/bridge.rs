//! `golive run --share`: a hub inside the cockpit's own process, so that a laptop can host a bridge.

use super::context::Context;
use super::error::CommandError;
use super::{hub, output, share};
use crate::hub::http::{Hub, Serving, Tls};
use crate::hub::tokens::Token;
use crate::ledger::Ledger;
use crate::runbook::Role;
use crate::sync::client::{Link, RunAddress};
use clap::Args;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// Whether and where others may join.
#[derive(Debug, Args)]
pub struct BridgeArgs {
    /// Let others join, at this address and port [without one: 127.0.0.1:7600, this machine only]
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:7600")]
    share: Option<SocketAddr>,
    /// With --share: the certificate for TLS, PEM
    #[arg(long, value_name = "FILE", requires_all = ["share", "tls_key"])]
    tls_cert: Option<PathBuf>,
    /// With --share: the certificate's key, PEM
    #[arg(long, value_name = "FILE", requires_all = ["share", "tls_cert"])]
    tls_key: Option<PathBuf>,
    /// With --share: under which address others reach it, such as https://laptop.example:7600
    #[arg(long, value_name = "URL", requires = "share")]
    base: Option<RunAddress>,
    /// With --share: let tokens go over the wire in the clear
    #[arg(long, requires = "share")]
    insecure: bool,
}

/// A hub that runs beside the cockpit.
pub struct Bridge {
    runtime: Runtime,
    serving: Vec<Serving>,
    own: String,
    public: String,
    run: String,
    token: Option<String>,
    token_id: Option<String>,
    person: String,
    hub: Hub,
}

impl BridgeArgs {
    /// Whether others may be let in like this. Asked before a run is opened or a token made: what is
    /// refused leaves nothing behind.
    pub fn may_begin(&self) -> Result<(), CommandError> {
        let Some(address) = self.share else { return Ok(()) };
        if !address.ip().is_loopback() && self.tls_cert.is_none() && !self.insecure {
            return Err(CommandError::usage(format!(
                "{address} can be reached from other machines, and tokens would go over the wire \
                 in the clear"
            ))
            .hint("give --tls-cert and --tls-key, or say --insecure"));
        }
        if self.base.is_none() {
            named(address)?;
        }
        Ok(())
    }

    /// Begins to serve and puts the run there, where that was asked for. Says how to join.
    pub fn begin(
        &self,
        context: &Context,
        ledger: &mut Ledger,
        person: &str,
    ) -> Result<Option<Bridge>, CommandError> {
        let Some(address) = self.share else { return Ok(None) };
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(cert), Some(key)) => {
                Some(Tls::from_files(cert, key).map_err(CommandError::failed)?)
            }
            _ => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(CommandError::failed)?;
        let hub = Hub::open(&hub::folder(context)?).map_err(CommandError::failed)?;
        let run = ledger.state().run.clone();
        let needed = !address.ip().is_loopback() || hub.tokens.are_needed();
        let before = hub.tokens.list();
        let good = |token: &Token| token.run.as_ref().is_none_or(|of| *of == run);
        let have: HashSet<String> =
            before.iter().filter(|token| good(token)).map(|token| token.name.clone()).collect();
        let token = if needed { Some(token(&hub, person, Role::Lead, None)?) } else { None };
        let serving = runtime
            .block_on(Serving::begin(hub.clone(), address, tls, self.insecure))
            .map_err(CommandError::failed)?;
        let base = self.base.as_ref().map(|base| base.hub.clone());
        let base = match base {
            Some(base) => base,
            None => format!("{scheme}://{}", named(serving.address)?),
        };
        let public = format!("{base}/runs/{run}");
        let mut bridge = Bridge {
            own: String::new(),
            public: base,
            token_id: token.as_ref().and_then(|token| hub.tokens.find(token)).map(|t| t.id),
            serving: vec![serving],
            person: person.to_owned(),
            runtime,
            run,
            token,
            hub,
        };
        bridge.listen_to_itself()?;
        let link = bridge.link()?;
        share::put(ledger, &share::runtime()?, &link, &bridge.own)?;
        bridge.tell(ledger, &public, needed.then_some(&have))?;
        Ok(Some(bridge))
    }
}

fn token(hub: &Hub, name: &str, role: Role, run: Option<&str>) -> Result<String, CommandError> {
    hub.tokens.add(name, role, run).map_err(CommandError::failed)
}

/// The address as others can reach it: where it is every address of this machine, the one from
/// which its packets leave. Nothing is sent to find that out.
fn named(address: SocketAddr) -> Result<SocketAddr, CommandError> {
    if !address.ip().is_unspecified() {
        return Ok(address);
    }
    // TEST-NET-1 and the documentation prefix (RFC 5737, RFC 3849): far away from every machine.
    let (any, far): (IpAddr, IpAddr) = match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
        SocketAddr::V6(_) => {
            (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into())
        }
    };
    let own = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((far, 9))?;
        socket.local_addr()
    });
    match own {
        Ok(own) if !own.ip().is_unspecified() => Ok(SocketAddr::new(own.ip(), address.port())),
        _ => Err(CommandError::usage(format!("no address of this machine is known for {address}"))
            .hint("say under which address others reach it: --base http://HOST:PORT")),
    }
}

impl Bridge {
    /// The cockpit comes in by a door of its own, which no certificate has to name.
    fn listen_to_itself(&mut self) -> Result<(), CommandError> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let serving = Serving::begin(self.hub.clone(), any, None, false);
        let serving = self.runtime.block_on(serving).map_err(CommandError::failed)?;
        self.own = format!("http://{}", serving.address);
        self.serving.push(serving);
        Ok(())
    }

    /// The way of the cockpit to its own hub.
    pub fn link(&self) -> Result<Link, CommandError> {
        Link::new(&self.own, &self.run, self.token.clone(), &self.person, None)
            .map(|link| link.known_as(&self.public))
            .map_err(CommandError::failed)
    }

    /// Says how to join: everybody of the runbook who has no token good for this run, each with one
    /// of their own. `have` has a token; none: nobody needs one.
    fn tell(
        &self,
        ledger: &Ledger,
        url: &str,
        have: Option<&HashSet<String>>,
    ) -> Result<(), CommandError> {
        output::aside(&format!("to join: golive join {url}\n"));
        let Some(have) = have else { return Ok(()) };
        let people = ledger.state().plan.people.iter().map(|(id, _)| id);
        let others = people.filter(|id| **id != self.person);
        let (with, without): (Vec<_>, Vec<_>) = others.partition(|id| have.contains(*id));
        if !without.is_empty() {
            output::aside("each with a token of their own, shown now and never again:\n");
        }
        for id in without {
            let role = ledger.state().role_of(id);
            let token = token(&self.hub, id, role, Some(&self.run))?;
            output::aside(&format!("  {id:<16} GOLIVE_TOKEN={token} golive join {url}\n"));
        }
        for id in with {
            output::aside(&format!("  {id:<16} with the token they have\n"));
        }
        Ok(())
    }

    /// Ends in good order. The cockpit's own token ends with it.
    pub fn end(self) {
        let Self { runtime, serving, hub, token_id, .. } = self;
        if let Some(id) = token_id
            && let Err(error) = hub.tokens.revoke(&id)
        {
            tracing::warn!(%error, "the cockpit's own token could not be revoked");
        }
        for serving in serving {
            runtime.block_on(serving.end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_is_named_is_one_that_others_can_reach() {
        let of = |text: &str| named(text.parse().unwrap());
        assert_eq!(of("192.168.1.7:7600").unwrap().to_string(), "192.168.1.7:7600");
        if let Ok(address) = of("0.0.0.0:7711") {
            assert!(!address.ip().is_unspecified() && address.port() == 7711, "{address}");
        }
    }
}
