//! `golive run --share`: a hub inside the cockpit's own process, so that a laptop can host a bridge.

use super::context::Context;
use super::error::CommandError;
use super::{hub, output, share};
use crate::hub::http::{Hub, Serving, Tls};
use crate::ledger::Ledger;
use crate::runbook::Role;
use crate::sync::client::{Link, RunAddress};
use clap::Args;
use std::net::SocketAddr;
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
        let token = if needed { Some(token(&hub, person, Role::Lead, None)?) } else { None };
        let first_time = needed && before.is_empty();
        let serving = runtime
            .block_on(Serving::begin(hub.clone(), address, tls, self.insecure))
            .map_err(CommandError::failed)?;
        let base = self.base.as_ref().map(|base| base.hub.clone());
        let base = base.unwrap_or_else(|| format!("{scheme}://{}", serving.address));
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
        bridge.tell(ledger, &public, first_time)?;
        Ok(Some(bridge))
    }
}

fn token(hub: &Hub, name: &str, role: Role, run: Option<&str>) -> Result<String, CommandError> {
    hub.tokens.add(name, role, run).map_err(CommandError::failed)
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

    /// Says how to join: everybody of the runbook, each with a token of their own, the first time.
    fn tell(&self, ledger: &Ledger, url: &str, first_time: bool) -> Result<(), CommandError> {
        output::aside(&format!("to join: golive join {url}\n"));
        if !first_time {
            return Ok(());
        }
        let plan = &ledger.state().plan;
        output::aside("each with a token of their own, shown now and never again:\n");
        for (id, _) in plan.people.iter().filter(|(id, _)| **id != self.person) {
            let role = ledger.state().role_of(id);
            let token = token(&self.hub, id, role, Some(&self.run))?;
            output::aside(&format!("  {id:<16} GOLIVE_TOKEN={token} golive join {url}\n"));
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
