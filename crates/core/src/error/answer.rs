//! Answers that cannot be believed or read.

use std::error::Error as StdError;
use std::fmt;

use crate::shown::Shown;

/// An answer that cannot be believed or read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AnswerError {
    /// No body at all.
    Empty,
    /// The body is not what the protocol says: what was seen.
    Malformed(String),
    /// A download was answered with another status than 200.
    NoFile,
    /// A success without a signature.
    NotSigned,
    /// A certificate of Alipay, downloaded by a call of one's own: Alipay does not sign that answer.
    NeverSigned,
    /// In certificate mode, a signed success that names no certificate to check it with.
    NamesNoCertificate,
    /// The signature does not fit the bytes: what to look at.
    WrongSignature(String),
    /// The answer is encrypted, and there is no key for it.
    Encrypted,
    /// The answer is signed, but cannot be decrypted.
    WrongContentKey,
    /// The answer is signed with a certificate of Alipay that is not known and could not be had.
    UnknownCertificate {
        /// Its serial number.
        serial: String,
        /// Why it could not be had.
        why: String,
    },
}

impl AnswerError {
    pub(super) fn is_signature(&self) -> bool {
        matches!(
            self,
            Self::NotSigned
                | Self::NeverSigned
                | Self::NamesNoCertificate
                | Self::WrongSignature(_)
                | Self::UnknownCertificate { .. }
        )
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("the answer is empty; look at the gateway address and at proxies on the way"),
            Self::Malformed(seen) => write!(formatter, "the answer is not of the Alipay protocol: {seen}"),
            Self::NoFile => formatter
                .write_str("no file came; addresses of files are short-lived: ask for a new one and download it at once"),
            Self::NotSigned => formatter
                .write_str("the answer reports success but is not signed, so it is not believed; was it changed on the way?"),
            Self::NeverSigned => formatter.write_str(
                "Alipay does not sign this answer, so it is not believed; leave the call to the client, which downloads \
                 what it needs and checks the chain (download_certificates), or check the certificate in raw_body with \
                 verify_chain",
            ),
            Self::NamesNoCertificate => formatter.write_str(
                "the answer reports success and is signed, but names no certificate of Alipay, so it is not believed; if \
                 the console has the application in public-key mode, give alipay_public_key in place of the certificates",
            ),
            Self::WrongSignature(hint) => write!(formatter, "the signature of the answer is wrong: {hint}"),
            Self::Encrypted => formatter.write_str("the answer is encrypted, and no content key is configured"),
            Self::WrongContentKey => formatter.write_str(
                "the answer cannot be decrypted; compare the content key with the one in the console",
            ),
            Self::UnknownCertificate { serial, why } => write!(
                formatter,
                "the answer is signed with Alipay's certificate {}, which is not known: {why}; give it as alipay_certificate",
                Shown(serial)
            ),
        }
    }
}

impl StdError for AnswerError {}
