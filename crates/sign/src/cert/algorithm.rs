//! The algorithms with which certificates are signed, because root serial numbers count only some of them.

use std::borrow::Cow;
use std::fmt;

use der::asn1::ObjectIdentifier;

use crate::SignType;

const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
const ECDSA_SHA384: &str = "1.2.840.10045.4.3.3";
const RSA_FAMILY: &str = "1.2.840.113549.1.1.";
const RSA_PSS: &str = "1.2.840.113549.1.1.10";
const RSA_SHA1: &str = "1.2.840.113549.1.1.5";
const RSA_SHA256: &str = "1.2.840.113549.1.1.11";
const RSA_SHA384: &str = "1.2.840.113549.1.1.12";
const RSA_SHA512: &str = "1.2.840.113549.1.1.13";
const SM2_SM3: &str = "1.2.156.10197.1.501";

/// The algorithm of the signature under a certificate.
///
/// ```
/// use alipay_sign::SignatureAlgorithm;
///
/// let algorithm = SignatureAlgorithm::RsaSha256;
/// assert_eq!(algorithm.to_string(), "SHA-256 with RSA");
/// assert_eq!(algorithm.oid(), "1.2.840.113549.1.1.11");
/// assert!(algorithm.is_rsa());
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum SignatureAlgorithm {
    /// ECDSA with SHA-256.
    EcdsaSha256,
    /// ECDSA with SHA-384, as under one of Alipay's roots.
    EcdsaSha384,
    /// RSASSA-PSS, with any digest.
    RsaPss,
    /// PKCS#1 v1.5 with SHA-1, as under one of Alipay's roots.
    RsaSha1,
    /// PKCS#1 v1.5 with SHA-256, the usual one.
    RsaSha256,
    /// PKCS#1 v1.5 with SHA-384.
    RsaSha384,
    /// PKCS#1 v1.5 with SHA-512.
    RsaSha512,
    /// SM2 with SM3, as under one of Alipay's roots.
    Sm2Sm3,
    /// Any other, by its object identifier in dotted decimals.
    Other(String),
}

impl SignatureAlgorithm {
    pub(super) fn from_oid(oid: ObjectIdentifier) -> Self {
        let oid = oid.to_string();
        match oid.as_str() {
            ECDSA_SHA256 => Self::EcdsaSha256,
            ECDSA_SHA384 => Self::EcdsaSha384,
            RSA_PSS => Self::RsaPss,
            RSA_SHA1 => Self::RsaSha1,
            RSA_SHA256 => Self::RsaSha256,
            RSA_SHA384 => Self::RsaSha384,
            RSA_SHA512 => Self::RsaSha512,
            SM2_SM3 => Self::Sm2Sm3,
            _ => Self::Other(oid),
        }
    }

    /// The object identifier in dotted decimals.
    #[must_use]
    pub fn oid(&self) -> &str {
        match self {
            Self::EcdsaSha256 => ECDSA_SHA256,
            Self::EcdsaSha384 => ECDSA_SHA384,
            Self::RsaPss => RSA_PSS,
            Self::RsaSha1 => RSA_SHA1,
            Self::RsaSha256 => RSA_SHA256,
            Self::RsaSha384 => RSA_SHA384,
            Self::RsaSha512 => RSA_SHA512,
            Self::Sm2Sm3 => SM2_SM3,
            Self::Other(oid) => oid,
        }
    }

    /// Whether it is one of the RSA family, which root serial numbers count (protocol-v2 §6.2).
    #[must_use]
    pub fn is_rsa(&self) -> bool {
        self.oid().starts_with(RSA_FAMILY)
    }

    /// The sign type with the same arithmetic; chains are verified with these and no others.
    pub(super) fn sign_type(&self) -> Option<SignType> {
        match self {
            Self::RsaSha1 => Some(SignType::Rsa),
            Self::RsaSha256 => Some(SignType::Rsa2),
            Self::Sm2Sm3 if cfg!(feature = "sm2") => Some(SignType::Sm2),
            Self::EcdsaSha256
            | Self::EcdsaSha384
            | Self::RsaPss
            | Self::RsaSha384
            | Self::RsaSha512
            | Self::Sm2Sm3
            | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::EcdsaSha256 => "SHA-256 with ECDSA".into(),
            Self::EcdsaSha384 => "SHA-384 with ECDSA".into(),
            Self::RsaPss => "RSASSA-PSS".into(),
            Self::RsaSha1 => "SHA-1 with RSA".into(),
            Self::RsaSha256 => "SHA-256 with RSA".into(),
            Self::RsaSha384 => "SHA-384 with RSA".into(),
            Self::RsaSha512 => "SHA-512 with RSA".into(),
            Self::Sm2Sm3 => "SM3 with SM2".into(),
            Self::Other(oid) => Cow::Owned(format!("algorithm {oid}")),
        };
        f.pad(&name)
    }
}
