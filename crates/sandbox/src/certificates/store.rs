//! Which certificates there are: the application's one, and all that Alipay ever signed with.

use alipay_core::DateTime;
use alipay_sign::{Certificate, KeyAlgorithm, PrivateKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Authority, CertificateFiles};
use crate::builder::Settings;
use crate::catalog::Protocol;
use crate::error::BuildError;
use crate::keys::Keys;
use crate::reply::Fields;
use crate::state::State;

/// The operation that hands out Alipay's certificates. Its answers bear no signature (protocol-v2 §6.5).
pub(crate) const DOWNLOAD: &str = "alipay.open.app.alipaycert.download";

/// The certificates of a sandbox in certificate mode.
pub(crate) struct Certificates {
    authority: Authority,
    app: Certificate,
    /// Whether `app` was made here.
    own_app: bool,
    current: Issued,
    earlier: Vec<Issued>,
}

/// A certificate of Alipay, and the key that belongs to it.
struct Issued {
    serial: String,
    /// With its issuer.
    pem: String,
    key: PrivateKey,
}

impl Issued {
    fn new(authority: &Authority, key: PrivateKey, now: DateTime) -> Result<Self, BuildError> {
        let leaf = authority.certify_alipay(&key.public_key(), now)?;
        let pem = format!("{}{}", leaf.to_pem(), authority.alipay_issuer());
        Ok(Self { serial: leaf.serial_number().to_owned(), pem, key })
    }
}

impl Certificates {
    /// Certifies Alipay's key, and the application's where it brings no certificate along.
    pub(crate) fn new(
        app_id: &str,
        keys: &Keys,
        app: Option<Certificate>,
        now: DateTime,
    ) -> Result<Self, BuildError> {
        let authority = Authority::new(keys.alipay.algorithm(), now)?;
        let (app, own_app) = match app {
            Some(app) => (app, false),
            None => (authority.certify_app(app_id, &keys.app, now)?, true),
        };
        let current = Issued::new(&authority, keys.alipay.clone(), now)?;
        Ok(Self { authority, app, own_app, current, earlier: Vec::new() })
    }

    /// From now on Alipay signs with `key`. The earlier certificates can still be downloaded.
    pub(crate) fn rotate(&mut self, key: PrivateKey, now: DateTime) -> Result<String, BuildError> {
        let next = Issued::new(&self.authority, key, now)?;
        let serial = next.serial.clone();
        self.earlier.push(std::mem::replace(&mut self.current, next));
        Ok(serial)
    }

    /// What the next key must be for.
    pub(crate) fn algorithm(&self) -> KeyAlgorithm {
        self.current.key.algorithm()
    }

    pub(super) fn app_serial(&self) -> &str {
        self.app.serial_number()
    }

    pub(super) fn root_serial(&self) -> &str {
        self.authority.root_serial()
    }

    pub(crate) fn files(&self) -> CertificateFiles {
        CertificateFiles {
            app: self.app.to_pem(),
            app_issuer: self.own_app.then(|| self.authority.app_issuer().to_owned()),
            alipay: self.current.pem.clone(),
            alipay_serial: self.current.serial.clone(),
            roots: self.authority.roots().to_owned(),
        }
    }

    /// The answer of [`DOWNLOAD`]; `None` where Alipay never had such a certificate.
    pub(crate) fn download(&self, serial: &str) -> Option<Fields> {
        let mut issued = std::iter::once(&self.current).chain(&self.earlier);
        let found = issued.find(|issued| issued.serial == serial)?;
        let content = STANDARD.encode(&found.pem);
        Some(Fields::from_iter([("alipay_cert_content".to_owned(), Value::from(content))]))
    }
}

/// With what Alipay signs.
pub(crate) struct Seal<'a> {
    pub(crate) key: &'a PrivateKey,
    /// The certificate that the signature names, in certificate mode.
    pub(crate) serial: Option<&'a str>,
}

impl State {
    /// The newest certificate, or the one key of public-key mode.
    pub(crate) fn seal<'a>(
        &'a self,
        settings: &'a Settings,
        protocol: Protocol,
        by_certificate: bool,
    ) -> Seal<'a> {
        match self.certificates(protocol).filter(|_| by_certificate) {
            Some(Certificates { current, .. }) => Seal { key: &current.key, serial: Some(&current.serial) },
            None => Seal { key: &settings.keys(protocol).alipay, serial: None },
        }
    }

    /// The certificates of a protocol, where certificate mode is possible.
    pub(crate) fn certificates(&self, protocol: Protocol) -> Option<&Certificates> {
        let own = self.rest_certificates.as_ref().filter(|_| protocol == Protocol::V3);
        own.or(self.certificates.as_ref())
    }
}
