//! Connections: taken in up to a limit, with TLS or without, and let go in good order.

use super::door::{Door, say, speaks_tls};
use super::holder::OverTls;
use super::patience::Patience;
use super::{Hub, routes};
use crate::hub::store::StoreError;
use crate::sync::protocol::{Problem, ProblemKind};
use axum::Extension;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower_service::Service;

/// Connections that may wait to be taken in: all who come back at once to a hub that was away.
const BACKLOG: u32 = 4_096;
/// How long the head of a request may take, and how long a connection may be idle between two.
const HEADER: Duration = Duration::from_secs(20);
/// How long somebody may take to read the next bytes of an answer or a stream.
const READER: Duration = Duration::from_secs(60);
/// How long the TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long those that are under way have when the hub goes down.
const LAST_WAIT: Duration = Duration::from_secs(5);
/// Bytes of a request's head, at most.
const HEAD_BYTES: usize = 16 << 10;
/// How often tokens and page links are looked at.
const SECRETS: Duration = Duration::from_millis(400);
/// Before the next try, where a connection could not be taken.
const PAUSE: Duration = Duration::from_millis(50);

/// Certificate and key for TLS.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// From a file with the certificate and those that vouch for it, and a file with the key, PEM.
    ///
    /// # Errors
    /// They cannot be read, or do not belong together.
    pub fn from_files(cert: &Path, key: &Path) -> Result<Self, StoreError> {
        let certs = CertificateDer::pem_file_iter(cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|e| unusable("certificate", cert, &e))?;
        if certs.is_empty() {
            return Err(unusable("certificate", cert, &pem::Error::NoItemsFound));
        }
        let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| unusable("key", key, &e))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(certs, secret))
            .map_err(|e| {
                let (cert, key) = (cert.display(), key.display());
                let why = match e {
                    rustls::Error::InconsistentKeys(_) => "they do not belong together".to_owned(),
                    other => other.to_string(),
                };
                StoreError(format!("the certificate {cert} and the key {key}: {why}"))
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }
}

/// Why a file with a certificate or a key cannot be used.
fn unusable(what: &str, path: &Path, error: &pem::Error) -> StoreError {
    let why = match error {
        pem::Error::NoItemsFound => format!("there is no {what} in it; it has to be a PEM file"),
        pem::Error::Io(error) => error.to_string(),
        other => format!("it is no sound PEM file: {other}"),
    };
    StoreError(format!("the {what} {}: {why}", path.display()))
}

/// A hub that is listening.
pub struct Serving {
    /// Where.
    pub address: SocketAddr,
    hub: Hub,
    work: tokio::task::JoinHandle<()>,
}

impl Serving {
    /// Begins to listen. Without tokens only this machine is answered; where others can reach the
    /// address, nobody without one, also once the last token is gone.
    ///
    /// # Errors
    /// The address cannot be had; or it is open to others and there are no tokens, or no TLS and
    /// nobody said that there need not be.
    pub async fn begin(
        hub: Hub,
        address: SocketAddr,
        tls: Option<Tls>,
        insecure: bool,
    ) -> Result<Self, StoreError> {
        let beyond = !address.ip().is_loopback();
        if beyond && hub.tokens.list().is_empty() {
            return Err(StoreError(format!(
                "{address} can be reached from other machines, and there are no tokens; make one \
                 first (golive hub token add NAME --role lead), or listen on 127.0.0.1"
            )));
        }
        if beyond && tls.is_none() && !insecure {
            return Err(StoreError(format!(
                "{address} can be reached from other machines, and tokens would go over the wire in \
                 the clear; give --tls-cert and --tls-key, listen on 127.0.0.1 behind a proxy, or \
                 say --insecure"
            )));
        }
        if beyond {
            hub.tokens.require();
        }
        let listener =
            listen(address).map_err(|e| StoreError(format!("cannot listen on {address}: {e}")))?;
        let address = listener
            .local_addr()
            .map_err(|e| StoreError(format!("cannot listen on {address}: {e}")))?;
        let work = tokio::spawn(serve(hub.clone(), listener, tls));
        Ok(Self { address, hub, work })
    }

    /// Ends in good order: takes nothing new, ends streams, lets requests come to their end.
    pub async fn end(self) {
        self.hub.end();
        let _ = self.work.await;
        let hub = self.hub.clone();
        let _ = tokio::task::spawn_blocking(move || hub.close()).await;
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn serve(hub: Hub, listener: TcpListener, tls: Option<Tls>) {
    let door = Door::new();
    let (alive, mut all_gone) = watch::channel(());
    let alive = Arc::new(alive);
    let router = match tls {
        Some(_) => routes::router(&hub).layer(Extension(OverTls)),
        None => routes::router(&hub),
    };
    let mut ends = hub.ends();
    let mut secrets = tokio::time::interval(SECRETS);
    loop {
        let taken = tokio::select! {
            _ = ends.wait_for(|ends| *ends) => break,
            _ = secrets.tick() => {
                let hub = hub.clone();
                tokio::task::spawn_blocking(move || hub.look_at_secrets());
                continue;
            }
            taken = listener.accept() => taken,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Some(place) = door.place() else {
            hub.metrics.turned_away.fetch_add(1, Relaxed);
            door.turn_away(stream, tls.is_some());
            continue;
        };
        let (hub, tls, router, alive) = (hub.clone(), tls.clone(), router.clone(), alive.clone());
        tokio::spawn(async move {
            hub.metrics.connections.fetch_add(1, Relaxed);
            let routes = Routes { peer: Peer(peer.ip().to_canonical()), router };
            if let Err(error) = connection(stream, tls, routes, hub.ends()).await {
                tracing::debug!(%peer, %error, "a connection ended");
            }
            hub.metrics.connections.fetch_sub(1, Relaxed);
            drop((place, alive));
        });
    }
    drop(alive);
    // An error says that the last of them has gone.
    let _ =
        tokio::time::timeout(LAST_WAIT, async { while all_gone.changed().await.is_ok() {} }).await;
}

/// From which address a request comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub IpAddr);

/// The routes, as one connection reaches them.
#[derive(Clone)]
struct Routes {
    peer: Peer,
    router: axum::Router,
}

impl<B> Service<Request<B>> for Routes
where
    axum::Router: Service<Request<B>>,
{
    type Response = <axum::Router as Service<Request<B>>>::Response;
    type Error = <axum::Router as Service<Request<B>>>::Error;
    type Future = <axum::Router as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::<Request<B>>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.router.call(request)
    }
}

type Broken = Box<dyn std::error::Error + Send + Sync>;

async fn connection(
    stream: TcpStream,
    tls: Option<Tls>,
    routes: Routes,
    ends: watch::Receiver<bool>,
) -> Result<(), Broken> {
    stream.set_nodelay(true)?;
    match tls {
        None => talk(stream, routes, ends).await,
        Some(tls) => match tokio::time::timeout(HANDSHAKE, greet(stream, tls)).await?? {
            Some(stream) => talk(stream, routes, ends).await,
            None => Ok(()),
        },
    }
}

/// The TLS handshake; none with whoever speaks plain HTTP, who is told so.
async fn greet(
    stream: TcpStream,
    Tls(acceptor): Tls,
) -> std::io::Result<Option<TlsStream<TcpStream>>> {
    if speaks_tls(&stream).await? {
        return acceptor.accept(stream).await.map(Some);
    }
    let detail = "this hub speaks TLS: its address begins with https://";
    say(stream, &Problem::new(ProblemKind::Malformed, detail)).await;
    Ok(None)
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    routes: Routes,
    mut ends: watch::Receiver<bool>,
) -> Result<(), Broken> {
    let mut server = auto::Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEADER).max_buf_size(HEAD_BYTES);
    let talk = server.serve_connection(
        TokioIo::new(Patience::new(stream, READER)),
        TowerToHyperService::new(routes),
    );
    tokio::pin!(talk);
    tokio::select! {
        done = talk.as_mut() => return done,
        _ = ends.wait_for(|ends| *ends) => talk.as_mut().graceful_shutdown(),
    }
    talk.await
}
