//! Certificates of a test's own, and who vouches for them.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::disallowed_methods, reason = "writes files")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use golive::hub::http::Tls;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use std::path::{Path, PathBuf};

/// Somebody who vouches for certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// The certificate to trust.
    pub pem: PathBuf,
}

impl Authority {
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = folder.join(format!("{name}.pem"));
        std::fs::write(&pem, params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate and its key, in files.
    pub fn vouch(&self, folder: &Path, params: CertificateParams) -> Pair {
        let key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&key, &self.issuer).unwrap();
        Pair::write(folder, &cert.pem(), &key)
    }
}

/// A certificate and its key.
pub struct Pair {
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Pair {
    fn write(folder: &Path, cert: &str, key: &KeyPair) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let pair = Self { cert: folder.join("hub.pem"), key: folder.join("hub.key") };
        std::fs::write(&pair.cert, cert).unwrap();
        std::fs::write(&pair.key, key.serialize_pem()).unwrap();
        pair
    }

    /// A certificate that vouches for itself.
    pub fn of_its_own(folder: &Path, params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        Self::write(folder, &params.self_signed(&key).unwrap().pem(), &key)
    }

    pub fn tls(&self) -> Tls {
        Tls::from_files(&self.cert, &self.key).unwrap()
    }
}

/// For these names, valid for long.
pub fn names(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

/// For this machine, valid between the beginnings of these years.
pub fn valid(from: i32, to: i32) -> CertificateParams {
    let mut params = names(&["localhost", "127.0.0.1"]);
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
    params
}

/// As `openssl req -x509` makes one unless told otherwise: one that vouches for others.
pub fn of_a_ca(mut params: CertificateParams) -> CertificateParams {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}
