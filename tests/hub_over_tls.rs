//! A hub with a certificate: whoever trusts it works over TLS as over anything else; whoever cannot
//! is told in plain words why not, and what to do.
#![allow(clippy::disallowed_methods, reason = "starts processes, opens sockets, writes files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod certs;
    pub mod hub;
    pub mod ledger;
    pub mod station;
}

use golive::hub::http::{Hub, Serving};
use golive::runbook::Role;
use golive::sync::client::{HubError, Link};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use support::certs::{Authority, Pair, names, of_a_ca, valid};
use support::hub::TestHub;
use support::ledger::{note_by, start};
use support::station::Station;

/// A hub on this machine with that certificate, and its address.
fn hub_with(pair: &Pair) -> (TestHub, String) {
    let hub = TestHub::with(|_| Some(pair.tls()));
    let address = format!("https://localhost:{}", hub.address.port());
    (hub, address)
}

fn good(authority: &Authority, folder: &Path) -> Pair {
    authority.vouch(folder, valid(2020, 2120))
}

/// What a client hears from that hub, which trusts that file.
fn hears(hub: &TestHub, address: &str, trusted: &Path) -> Result<usize, HubError> {
    let link = Link::new(address, "", None, "ana", Some(trusted))?;
    hub.block_on(link.runs()).map(|answer| answer.runs.len())
}

#[test]
fn a_run_is_opened_and_followed_by_whoever_trusts_the_hubs_authority() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "Our CA");
    let (hub, address) = hub_with(&good(&authority, folder.path()));
    let token = hub.token("ana", Role::Lead, None);
    let other = hub.token("bo", Role::Operator, None);
    let link = |person: &str, token: &str, run: &str| {
        let token = Some(token.to_owned());
        Link::new(&address, run, token, person, Some(&authority.pem)).unwrap()
    };
    let lines = support::hub::opening_lines("demo-1").into_bytes();
    hub.block_on(link("ana", &token, "").open(lines)).unwrap();
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut ana = Station::join_by(a.path(), &address, "ana", &|run| link("ana", &token, run));
    let mut bo = Station::join_by(b.path(), &address, "bo", &|run| link("bo", &other, run));
    ana.until_shared();
    ana.act(start("ana", "s1"));
    bo.until_state("ana's act, over the stream", |bo| bo.state.last_seq() == 2);
    bo.until_shared();
    bo.act(note_by("bo", "seen"));
    ana.until_state("bo's note", |ana| ana.notes() == ["seen"]);
    assert!(!ana.state.log[2].entry.act.actor.claimed, "the token proves who it was");
}

/// What a link is exchanged for must never go over a wire in the clear.
#[test]
fn a_page_link_opened_over_the_hubs_own_tls_gives_a_cookie_for_tls_alone() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "ours");
    let (hub, address) = hub_with(&good(&authority, folder.path()));
    let link = |run: &str| Link::new(&address, run, None, "ana", Some(&authority.pem)).unwrap();
    hub.block_on(link("").open(support::hub::opening_lines("demo-1").into_bytes())).unwrap();
    let page = golive::sync::protocol::PageOf::Stakeholders;
    let (_, path) = hub.hub.links.add("demo-1", page, None, hub.hub.now()).unwrap();
    let pem = std::fs::read(&authority.pem).unwrap();
    let browser = reqwest::Client::builder()
        .tls_certs_only(reqwest::Certificate::from_pem_bundle(&pem).unwrap())
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = browser.get(format!("{address}{path}"));
    let answer = hub.block_on(async { answer.send().await.unwrap() });
    assert_eq!(answer.status(), 303);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
}

#[test]
fn who_cannot_show_to_be_the_hub_is_not_trusted_for_a_reason_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) =
        (Authority::new(folder.path(), "ours"), Authority::new(folder.path(), "theirs"));
    let local = || names(&["localhost", "127.0.0.1"]);
    let cases = [
        (ours.vouch(&folder.path().join("1"), valid(2001, 2002)), "has expired at 2002-01-01"),
        (ours.vouch(&folder.path().join("2"), valid(2150, 2160)), "not valid before 2150-01-01"),
        (
            ours.vouch(&folder.path().join("3"), names(&["hub.example", "other.example"])),
            "is for hub.example, other.example, not for localhost",
        ),
        (theirs.vouch(&folder.path().join("4"), local()), "--tls-ca FILE"),
        (Pair::of_its_own(&folder.path().join("5"), local()), "--tls-ca FILE"),
    ];
    for (pair, words) in cases {
        let (hub, address) = hub_with(&pair);
        let error = hears(&hub, &address, &ours.pem).unwrap_err();
        assert!(matches!(error, HubError::Distrusted { .. }), "{error}");
        let said = error.to_string();
        assert!(said.contains(words), "{said} says {words}");
        assert!(said.contains(&address), "{said} says where");
    }
}

#[test]
fn a_certificate_that_vouches_for_itself_is_trusted_where_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let own = Pair::of_its_own(&folder.path().join("own"), names(&["localhost"]));
    let (hub, address) = hub_with(&own);
    assert_eq!(hears(&hub, &address, &own.cert).unwrap(), 0);
    // What most instructions on the web make is none of a hub's, and that is said.
    let ca = Pair::of_its_own(&folder.path().join("ca"), of_a_ca(names(&["localhost"])));
    let (hub, address) = hub_with(&ca);
    let said = hears(&hub, &address, &ca.cert).unwrap_err().to_string();
    assert!(said.contains("CA:FALSE"), "{said}");
}

#[test]
fn a_file_of_certificates_to_trust_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate\n").unwrap();
    for (path, why) in [(&empty, "no certificate in it"), (&folder.path().join("none"), "No such")]
    {
        let error = Link::new("https://localhost:1", "", None, "ana", Some(path)).err().unwrap();
        let said = error.to_string();
        assert!(said.contains(why) && said.contains(path.to_str().unwrap()), "{said}");
    }
}

#[test]
fn a_cockpit_says_why_a_hub_is_not_trusted_any_more_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "ours");
    let (mut hub, address) = hub_with(&good(&authority, folder.path()));
    let link = |run: &str| Link::new(&address, run, None, "ana", Some(&authority.pem)).unwrap();
    hub.block_on(link("").open(support::hub::opening_lines("demo-1").into_bytes())).unwrap();
    let a = tempfile::tempdir().unwrap();
    let mut ana = Station::join_by(a.path(), &address, "ana", &link);
    ana.until_shared();
    hub.end();
    let expired = authority.vouch(&folder.path().join("old"), valid(2001, 2002));
    let again = Hub::open(hub.folder.path()).unwrap();
    let serving = Serving::begin(again, hub.address, Some(expired.tls()), false);
    let serving = hub.block_on(serving).unwrap();
    ana.until_state("why", |ana| ana.condition.trouble.is_some());
    let trouble = ana.condition.trouble.clone().unwrap();
    assert!(trouble.contains("has expired at 2002-01-01"), "{trouble}");
    ana.act(note_by("ana", "work goes on"));
    ana.until_state("not shared", |ana| ana.condition.unshared == 1);
    drop(ana);
    hub.block_on(serving.end());
}

#[test]
fn a_client_that_means_tls_says_so_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "ours");
    let hub = TestHub::new();
    let address = format!("https://localhost:{}", hub.address.port());
    let said = hears(&hub, &address, &authority.pem).unwrap_err().to_string();
    assert!(said.contains("does not speak TLS") && said.contains("http://"), "{said}");
}

#[test]
fn plain_http_to_a_hub_with_tls_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "ours");
    let (hub, _) = hub_with(&good(&authority, folder.path()));
    let (status, body) = hub.get("/healthz", None);
    assert_eq!(status, 400, "{body}");
    assert!(support::hub::problem(&body).detail.contains("https://"), "{body}");
    let plain = format!("http://{}", hub.address);
    let said = hears(&hub, &plain, &authority.pem).unwrap_err().to_string();
    assert!(said.contains("this hub speaks TLS"), "{said}");
}

#[test]
fn half_a_handshake_holds_up_nobody_and_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "ours");
    let (hub, address) = hub_with(&good(&authority, folder.path()));
    let half = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(hub.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(bytes).unwrap();
        stream
    };
    // Nothing at all; the beginning of a greeting; a greeting that is none.
    let mut slow: Vec<_> = (0..50).map(|_| half(b"")).collect();
    slow.extend((0..50).map(|_| half(b"\x16\x03\x01\x02\x00\x01")));
    slow.push(half(&[b"\x16\x03\x01\x40\x00".as_slice(), &[b'x'; 4_000]].concat()));
    assert_eq!(hears(&hub, &address, &authority.pem).unwrap(), 0, "others are served");
    for mut stream in slow {
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        let by_the_hub = ended.as_ref().err().map(std::io::Error::kind);
        assert_ne!(by_the_hub, Some(std::io::ErrorKind::WouldBlock), "it was let go");
    }
    assert_eq!(hears(&hub, &address, &authority.pem).unwrap(), 0);
}

fn golive(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.arg("--data").arg(data).args(["--as", "ana"]).args(args);
    for name in ["GOLIVE_TOKEN", "GOLIVE_DATA", "GOLIVE_LOG", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn said(output: &Output) -> String {
    let bytes = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_authority_is_named_by_an_argument_or_known_to_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "ours");
    let (hub, address) = hub_with(&good(&authority, folder.path()));
    let data = folder.path().join("data");
    let runbook = folder.path().join("demo.toml");
    std::fs::write(&runbook, support::ledger::runbook(1)).unwrap();
    let opened = golive(&data, &["open", runbook.to_str().unwrap(), "--rehearsal"]).output();
    let opened = said(&opened.unwrap());
    let run = opened.split_whitespace().next().unwrap();
    let share = |set: &dyn Fn(&mut Command)| {
        let mut command = golive(&data, &["share", run, &address]);
        set(&mut command);
        let output = command.output().unwrap();
        (output.status.code(), said(&output))
    };
    let pem = authority.pem.to_str().unwrap();
    let none = folder.path().join("none.pem");
    std::fs::copy(Authority::new(folder.path(), "another").pem, &none).unwrap();
    let (code, words) = share(&|command| {
        command.env("SSL_CERT_FILE", &none);
    });
    assert_eq!(code, Some(2), "{words}");
    assert!(
        words.contains("nobody whom this machine trusts") && words.contains("--tls-ca"),
        "{words}"
    );
    let (code, words) = share(&|command| {
        command.args(["--tls-ca", pem]);
    });
    assert_eq!(code, Some(0), "{words}");
    let (code, words) = share(&|command| {
        command.env("SSL_CERT_FILE", pem);
    });
    assert_eq!(code, Some(0), "{words}");
    assert!(words.starts_with("shared "), "{words}");
    assert_eq!(hears(&hub, &address, &authority.pem).unwrap(), 1);
}

#[test]
fn a_hub_does_not_begin_with_files_that_are_no_certificate_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path(), "ours");
    let one = good(&authority, &folder.path().join("one"));
    let two = good(&authority, &folder.path().join("two"));
    let none = folder.path().join("none");
    let odd = folder.path().join("odd");
    std::fs::write(&odd, "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    let cases = [
        (&none, &one.key, "No such file", &none),
        (&one.cert, &none, "No such file", &none),
        (&empty, &one.key, "no certificate in it", &empty),
        (&one.cert, &empty, "no key in it", &empty),
        (&one.key, &one.key, "no certificate in it", &one.key),
        (&one.cert, &one.cert, "no key in it", &one.cert),
        (&odd, &one.key, "no sound PEM file", &odd),
        (&one.cert, &two.key, "do not belong together", &two.key),
    ];
    for (cert, key, words, file) in cases {
        let args = ["hub", "--listen", "127.0.0.1:0", "--tls-cert"];
        let mut command = golive(&folder.path().join("data"), &args);
        let output = command.arg(cert).arg("--tls-key").arg(key).output().unwrap();
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(words) && text.contains(file.to_str().unwrap()), "{words}: {text}");
    }
    let alone = golive(folder.path(), &["hub", "--tls-cert", "x.pem"]).output().unwrap();
    assert_eq!(alone.status.code(), Some(2), "{}", said(&alone));
}
