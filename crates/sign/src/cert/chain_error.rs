//! Why a chain of certificates is not believed.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use der::DateTime;

use super::SignatureAlgorithm;
use crate::{KeyError, VerifyError};

/// A chain of certificates that is not believed. Do not use the keys in it.
///
/// Times are Unix seconds, names RFC 2253 text.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChainError {
    /// A signature that is not SHA-256 or SHA-1 with RSA, nor SM3 with SM2 (with the feature `sm2`).
    Algorithm {
        /// Whose certificate has it.
        subject: String,
        /// The algorithm.
        algorithm: SignatureAlgorithm,
    },
    /// The certificate of an application stands where Alipay's is wanted.
    ApplicationCertificate {
        /// Its subject.
        subject: String,
    },
    /// Not valid at that time.
    Dates {
        /// Whose certificate it is.
        subject: String,
        /// Its first second.
        not_before: i64,
        /// Its last second.
        not_after: i64,
        /// The time at which it was looked at.
        now: i64,
    },
    /// No certificate at all.
    Empty,
    /// The key of an issuer is no usable key.
    IssuerKey {
        /// Who that is.
        issuer: String,
        /// What is wrong with the key.
        source: KeyError,
    },
    /// Somebody signed a certificate and is no authority.
    NotAuthority {
        /// Who that is.
        subject: String,
    },
    /// By issuers and subjects, the certificates are not one path.
    NotOnePath,
    /// More than one self-signed certificate.
    SelfSigned {
        /// How many.
        count: usize,
    },
    /// The signature of the issuer does not hold.
    Signature {
        /// Whose certificate it is.
        subject: String,
        /// What was said of the signature.
        source: VerifyError,
    },
    /// Not the name that was expected.
    Subject {
        /// The subject of the certificate.
        subject: String,
        /// The start of the common name; empty if there only had to be one.
        expected: String,
    },
    /// More certificates than any chain of Alipay's has.
    TooLong {
        /// How many were given.
        count: usize,
        /// How many may be given.
        limit: usize,
    },
    /// No root has the name of the topmost issuer.
    UnknownRoot {
        /// That name.
        issuer: String,
    },
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm { subject, algorithm } => write!(
                f,
                "the certificate of {subject:?} is signed with {algorithm}, and only SHA-256 or SHA-1 with \
                 RSA is verified{}",
                if cfg!(feature = "sm2") {
                    ", and SM3 with SM2"
                } else {
                    " (SM3 with SM2 needs the cargo feature `sm2` of alipay-sign)"
                }
            ),
            Self::ApplicationCertificate { subject } => write!(
                f,
                "{subject:?} is the certificate of an application, and Alipay's own is wanted \
                 (alipayCertPublicKey_RSA2.crt)"
            ),
            Self::Dates { subject, not_before, not_after, now } => write!(
                f,
                "the certificate of {subject:?} is valid from {} to {}, and it is {}: check the clock, or get \
                 a new certificate from the console",
                time(*not_before),
                time(*not_after),
                time(*now)
            ),
            Self::Empty => f.write_str("there is no certificate to verify"),
            Self::IssuerKey { issuer, .. } => {
                write!(f, "the key of the issuer {issuer:?} cannot verify anything")
            }
            Self::NotAuthority { subject } => {
                write!(f, "{subject:?} signed a certificate of the chain and is no certification authority")
            }
            Self::NotOnePath => f.write_str(
                "the certificates are not one chain by issuer and subject: give the certificate and its \
                 intermediates, and no other",
            ),
            Self::SelfSigned { count } => {
                write!(f, "{count} of the certificates are self-signed, and a chain has at most one root")
            }
            Self::Signature { subject, .. } => {
                write!(f, "the certificate of {subject:?} was not signed by its issuer")
            }
            Self::Subject { subject, expected } if expected.is_empty() => {
                write!(f, "the subject {subject:?} has no readable common name")
            }
            Self::Subject { subject, expected } => {
                write!(f, "the common name in {subject:?} does not start with {expected:?}")
            }
            Self::TooLong { count, limit } => {
                write!(f, "{count} certificates in a chain, the limit is {limit}")
            }
            Self::UnknownRoot { issuer } => write!(
                f,
                "no root certificate is named {issuer:?}: give the intermediates too, and alipayRootCert.crt \
                 as roots"
            ),
        }
    }
}

impl Error for ChainError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::IssuerKey { source, .. } => Some(source),
            Self::Signature { source, .. } => Some(source),
            Self::Algorithm { .. }
            | Self::ApplicationCertificate { .. }
            | Self::Dates { .. }
            | Self::Empty
            | Self::NotAuthority { .. }
            | Self::NotOnePath
            | Self::SelfSigned { .. }
            | Self::Subject { .. }
            | Self::TooLong { .. }
            | Self::UnknownRoot { .. } => None,
        }
    }
}

/// The time in UTC for people, or the number where there is no such date.
fn time(unix_seconds: i64) -> String {
    let since_1970 = u64::try_from(unix_seconds).ok().map(Duration::from_secs);
    let time = since_1970.and_then(|since_1970| DateTime::from_unix_duration(since_1970).ok());
    time.map_or_else(|| unix_seconds.to_string(), |time| time.to_string())
}
