//! What can be wrong with the text or bytes of a certificate.

use std::error::Error;
use std::fmt;

use super::bundle::MAX_BYTES;
use crate::KeyError;

/// A text or file that does not hold the certificates that were wanted.
///
/// `number` counts the PEM blocks of the text from 1.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CertError {
    /// Nothing but white space.
    Empty,
    /// A key, and no certificate.
    KeyGiven {
        /// Which block it is.
        number: usize,
    },
    /// The DER is not the structure of a certificate.
    Malformed {
        /// Which block it is.
        number: usize,
    },
    /// Not one root is signed with RSA: it has no root serial number.
    NoRsaRoot {
        /// How many certificates there are.
        found: usize,
    },
    /// Not one root is signed with SM2: it has no root serial number for the sign type `SM2`.
    NoSm2Root {
        /// How many certificates there are.
        found: usize,
    },
    /// A character that is not base64, or a length that base64 cannot have.
    NotBase64 {
        /// Which block it is.
        number: usize,
        /// The character, counted from 1 within the base64 text without white space.
        position: usize,
    },
    /// A certificate signing request, which nobody has signed yet.
    RequestGiven {
        /// Which block it is.
        number: usize,
    },
    /// More than any bundle of certificates has.
    TooLong {
        /// Length of the text.
        bytes: usize,
    },
    /// The end of the certificate is missing.
    Truncated {
        /// Which block it is.
        number: usize,
    },
    /// A text file in UTF-16.
    Utf16,
}

impl CertError {
    /// What was wrong with the text of block `number`, or with a structure that is no certificate.
    pub(super) fn from_key_error(error: KeyError, number: usize) -> Self {
        match error {
            KeyError::CertificateRequestGiven => Self::RequestGiven { number },
            KeyError::Encrypted
            | KeyError::NeedsSm2
            | KeyError::OpenSsh
            | KeyError::OtherAlgorithm { .. }
            | KeyError::PrivateKeyGiven
            | KeyError::PublicKeyGiven => Self::KeyGiven { number },
            KeyError::NotBase64 { position } => Self::NotBase64 { number, position },
            KeyError::Truncated => Self::Truncated { number },
            KeyError::Empty if number == 1 => Self::Empty,
            KeyError::Utf16 => Self::Utf16,
            KeyError::CertificateGiven
            | KeyError::Empty
            | KeyError::Exponent
            | KeyError::Inconsistent
            | KeyError::Malformed
            | KeyError::TooLong { .. }
            | KeyError::TooShort { .. } => Self::Malformed { number },
        }
    }
}

impl fmt::Display for CertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("the certificate is empty: give its text (PEM or base64) or DER bytes")
            }
            Self::KeyGiven { number } => write!(
                f,
                "block {number} is a key, and a certificate is wanted: give the .crt file from the console"
            ),
            Self::Malformed { number } => write!(
                f,
                "block {number} is not an X.509 certificate: copy the file again, complete and unchanged"
            ),
            Self::NoRsaRoot { found } => write!(
                f,
                "none of the {found} certificates is signed with RSA: give alipayRootCert.crt from the console"
            ),
            Self::NoSm2Root { found } => write!(
                f,
                "none of the {found} certificates is signed with SM2: give the root file that came with the \
                 SM2 certificate"
            ),
            Self::NotBase64 { number, position } => write!(
                f,
                "block {number} is not base64 at character {position}: give the text of the certificate (PEM \
                 or base64), not a file name"
            ),
            Self::RequestGiven { number } => write!(
                f,
                "block {number} is a certificate signing request (CSR): give the certificate issued for it"
            ),
            Self::TooLong { bytes } => {
                write!(f, "{bytes} bytes of certificates, the limit is {MAX_BYTES}: give only Alipay's")
            }
            Self::Truncated { number } => {
                write!(f, "block {number} is cut short: copy the certificate again, up to its last line")
            }
            Self::Utf16 => f.write_str("the certificate is a UTF-16 text: save it as UTF-8 or plain ASCII"),
        }
    }
}

impl Error for CertError {}
