//! Why a hub cannot be reached or is not trusted, in plain words and with what to do about it.

use rustls::{CertificateError, Error as TlsError};
use std::error::Error;

/// Why a request got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// Nobody answers; it may be different in a moment.
    Away(String),
    /// Somebody answers who cannot show to be the hub: nothing changes until a person does something.
    Distrusted(String),
}

/// Looks for what says most in an error and all that led to it.
pub(super) fn why(error: &(dyn Error + 'static)) -> Why {
    let mut cause = error;
    loop {
        if let Some(tls) = tls(cause) {
            return of_tls(tls);
        }
        match cause.source() {
            Some(inner) => cause = inner,
            // The innermost cause says most, and no address.
            None => return Why::Away(plain(cause)),
        }
    }
}

/// An error of TLS, also where it travels inside one of input and output, whose own cause is
/// already that of the error inside.
fn tls<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a TlsError> {
    if let Some(tls) = cause.downcast_ref() {
        return Some(tls);
    }
    let io: &std::io::Error = cause.downcast_ref()?;
    let inner = io.get_ref()?;
    inner.downcast_ref::<TlsError>().or_else(|| tls(inner))
}

fn of_tls(error: &TlsError) -> Why {
    match error {
        TlsError::InvalidCertificate(certificate) => Why::Distrusted(of_certificate(certificate)),
        TlsError::InvalidMessage(_) => Why::Distrusted(
            "it does not speak TLS there; if it is a hub without certificate, its address begins \
             with http://"
                .to_owned(),
        ),
        TlsError::AlertReceived(alert) => {
            Why::Distrusted(format!("it broke off the TLS handshake: {alert:?}"))
        }
        other => Why::Away(format!("TLS: {other}")),
    }
}

fn of_certificate(error: &CertificateError) -> String {
    use CertificateError as E;
    match error {
        E::Expired => "its certificate has expired; it needs a new one, unless this machine's \
                       clock is wrong"
            .to_owned(),
        E::ExpiredContext { not_after, .. } => format!(
            "its certificate has expired at {}; it needs a new one, unless this machine's clock \
             is wrong",
            moment(not_after.as_secs())
        ),
        E::NotValidYet => {
            "its certificate is not valid yet; this machine's clock may be wrong".to_owned()
        }
        E::NotValidYetContext { not_before, .. } => format!(
            "its certificate is not valid before {}; this machine's clock may be wrong",
            moment(not_before.as_secs())
        ),
        E::UnknownIssuer => "nobody whom this machine trusts vouches for its certificate; if it \
                             has one of its own or of your company, name the file with \
                             --tls-ca FILE"
            .to_owned(),
        E::NotValidForName => {
            "its certificate is for another name; use the name that it is for".to_owned()
        }
        E::NotValidForNameContext { expected, presented } => {
            let shown: Vec<_> = presented.iter().map(|name| name_in(name)).collect();
            let names = if shown.is_empty() { "no name".to_owned() } else { shown.join(", ") };
            format!(
                "its certificate is for {names}, not for {}; use the name that it is for",
                expected.to_str()
            )
        }
        E::Revoked => "its certificate was revoked; it needs a new one".to_owned(),
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "its certificate is one that vouches for others (a CA's) and cannot be a hub's own; \
             make one with basicConstraints CA:FALSE"
                .to_owned()
        }
        other => format!("its certificate is not accepted: {other}"),
    }
}

/// The name within a certificate's, as it is shown: `DnsName("hub.example")`.
fn name_in(shown: &str) -> &str {
    shown
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .unwrap_or(shown)
        .trim_matches('"')
}

fn moment(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|s| chrono::DateTime::from_timestamp(s, 0));
    at.map_or_else(|| "an unknown moment".to_owned(), |at| at.format("%Y-%m-%d %H:%MZ").to_string())
}

/// What the system says, in words where its own are none of a person's.
fn plain(cause: &(dyn Error + 'static)) -> String {
    let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    match kind {
        Some(std::io::ErrorKind::ConnectionRefused) => "nobody listens there".to_owned(),
        Some(std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset) => {
            "it broke off the connection; it may be full, or going down".to_owned()
        }
        Some(std::io::ErrorKind::TimedOut) => "no answer in time".to_owned(),
        _ => cause.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn an_error_of_tls_is_found_wherever_it_is() {
        let expired = TlsError::InvalidCertificate(CertificateError::Expired);
        for error in
            [io::Error::other(expired.clone()), io::Error::other(io::Error::other(expired.clone()))]
        {
            let Why::Distrusted(words) = why(&error) else { panic!("{error}") };
            assert!(words.contains("has expired"), "{words}");
        }
    }

    #[test]
    fn what_the_system_says_is_put_into_words() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(why(&refused), Why::Away("nobody listens there".to_owned()));
        assert_eq!(why(&io::Error::other("odd")), Why::Away("odd".to_owned()));
        assert_eq!(name_in("DnsName(\"hub.example\")"), "hub.example");
        assert_eq!(moment(1_795_900_000), "2026-11-28 21:06Z");
    }
}
