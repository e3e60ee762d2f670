//! Whether an address can be opened on another machine than the one on which it was made.

use std::net::IpAddr;

/// Why nobody on another machine can open a web address; none: they may.
pub fn only_here(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => authority.split(':').next()?,
    };
    let address: Option<IpAddr> = host.parse().ok();
    if address.is_some_and(|address| address.is_unspecified()) {
        return Some(format!("{host} is no address that anybody can open"));
    }
    let here = host.eq_ignore_ascii_case("localhost")
        || address.is_some_and(|address| address.is_loopback());
    here.then(|| format!("{host} is to every machine that machine itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_cannot_open_is_known() {
        for url in ["http://0.0.0.0:7600/l/x", "https://[::]:7600", "http://0.0.0.0"] {
            assert!(only_here(url).is_some_and(|why| why.contains("no address")), "{url}");
        }
        for url in ["http://127.0.0.1:7600/l/x", "https://LOCALHOST/", "http://[::1]:7600/l/x"] {
            assert!(only_here(url).is_some_and(|why| why.contains("itself")), "{url}");
        }
        for url in ["https://hub.example/l/x", "http://10.0.0.7:7600", "hub", "http://", ""] {
            assert_eq!(only_here(url), None, "{url}");
        }
    }
}
