//! Certificate mode (protocol-v2 §6): the sandbox is its own certification authority, certifies the application and
//! Alipay, and answers with the certificate that its signature names.

mod authority;
mod draft;
mod request;
mod store;

pub(crate) use self::authority::Authority;
pub(crate) use self::request::{Named, Unfit, check};
pub(crate) use self::store::{Certificates, DOWNLOAD, Seal};

/// Whom clients of the sandbox believe: Alipay's public key, or Alipay's certificates.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum TrustMode {
    /// Public-key mode. A request that names a certificate is refused.
    #[default]
    Keys,
    /// Certificate mode. A request that names no certificate is refused.
    Certificates,
    /// Each request chooses: certificate mode where it names a certificate, else public-key mode. Notifications
    /// follow the request that asked for them.
    Either,
}

impl TrustMode {
    /// Its name over HTTP.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Certificates => "certificates",
            Self::Either => "either",
        }
    }

    /// Whether a request is answered by certificate.
    pub(crate) fn is_by_certificate(self, names_one: bool) -> bool {
        match self {
            Self::Keys => false,
            Self::Certificates => true,
            Self::Either => names_one,
        }
    }
}

/// The certificates of a sandbox, as the files that Alipay's console offers. All are PEM.
///
/// A client is set up with `app`, `alipay` and `roots`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CertificateFiles {
    /// The application's certificate, alone: its issuer is not part of the file.
    pub app: String,
    /// Who issued the application's certificate, where the sandbox did.
    pub app_issuer: Option<String>,
    /// The certificate that Alipay signs with now, and its issuer.
    pub alipay: String,
    /// Serial number of the first certificate in `alipay`: what answers name in `alipay_cert_sn`.
    pub alipay_serial: String,
    /// The roots: another one first, then the one above the certificates.
    pub roots: String,
}
