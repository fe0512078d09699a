//! What can be wrong with a key: what was seen and how to mend it, but nothing of the key itself.

use std::error::Error;
use std::fmt;

use super::{KeyAlgorithm, MAX_BITS, MIN_BITS};

/// A text or file that is not the key that was wanted.
///
/// No variant holds any part of the key.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyError {
    /// A private key was wanted, and a certificate given.
    CertificateGiven,
    /// A certificate signing request, which is no key in either sense.
    CertificateRequestGiven,
    /// Nothing but white space.
    Empty,
    /// A private key that is locked with a passphrase.
    Encrypted,
    /// The public exponent is even, below 3, or of more than 33 bits.
    Exponent,
    /// The numbers of a private key do not belong together: the file is damaged.
    Inconsistent,
    /// The DER is not the structure of any key or certificate.
    Malformed,
    /// An SM2 key, in a build without the feature `sm2`.
    NeedsSm2,
    /// A character that is not base64, or a length that base64 cannot have.
    NotBase64 {
        /// The character, counted from 1 within the base64 text without white space.
        position: usize,
    },
    /// The format of OpenSSH.
    OpenSsh,
    /// A key for another algorithm than RSA and SM2.
    OtherAlgorithm {
        /// Its name, or its object identifier.
        name: String,
    },
    /// A public key was wanted, and a private key given.
    PrivateKeyGiven,
    /// A private key was wanted, and a public key given.
    PublicKeyGiven,
    /// The modulus is too long: using it would cost seconds a signature.
    TooLong {
        /// Length of the modulus.
        bits: usize,
    },
    /// The modulus is too short to be safe for anything.
    TooShort {
        /// Length of the modulus.
        bits: usize,
    },
    /// The end of the key is missing.
    Truncated,
    /// A text file in UTF-16.
    Utf16,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CertificateGiven => f.write_str(
                "this is a certificate, and a private key is wanted: give the private key that belongs to it",
            ),
            Self::CertificateRequestGiven => f.write_str(
                "this is a certificate signing request (CSR): give the key itself, or the certificate issued \
                 for it",
            ),
            Self::Empty => f.write_str("the key is empty: give its text (PEM or base64) or its DER bytes"),
            Self::Encrypted => f.write_str(
                "the private key is encrypted with a passphrase: decrypt it first, e.g. `openssl pkey -in \
                 key.pem -out plain.pem`",
            ),
            Self::Exponent => f.write_str(
                "the public exponent is unusable (even, below 3, or above 33 bits): make a new key with \
                 exponent 65537",
            ),
            Self::Inconsistent => f.write_str(
                "the numbers of the private key do not belong together: the key is damaged, copy it again \
                 from its source",
            ),
            Self::Malformed => f.write_str(
                "this is not a key (PKCS#1, PKCS#8, SPKI) or certificate: copy it again, complete and \
                 unchanged",
            ),
            Self::NeedsSm2 => f.write_str(
                "this is an SM2 key, which needs the cargo feature `sm2` of alipay-sign: enable it, or choose \
                 RSA2 when the key is made",
            ),
            Self::NotBase64 { position } => write!(
                f,
                "the key is not base64 at character {position}: give the text of the key (PEM or base64), \
                 not a file name",
            ),
            Self::OpenSsh => f.write_str(
                "this is a key in OpenSSH format: convert it, e.g. `ssh-keygen -p -m PEM` (private) or \
                 `ssh-keygen -e -m PKCS8` (public)",
            ),
            Self::OtherAlgorithm { name } => {
                write!(
                    f,
                    "this is a key for {name}, and an RSA key is wanted: choose RSA2 when the key is made"
                )
            }
            Self::PrivateKeyGiven => f.write_str(
                "this is a private key, and a public key is wanted: give Alipay's public key from the \
                 console, and keep the private key to yourself",
            ),
            Self::PublicKeyGiven => f.write_str(
                "this is a public key, and a private key is wanted: give the application's private key, \
                 which never leaves your side",
            ),
            Self::TooLong { bits } => write!(f, "the key has {bits} bits, the limit is {MAX_BITS}: use 2048"),
            Self::TooShort { bits } => {
                write!(f, "the key has {bits} bits, the least is {MIN_BITS}: use 2048")
            }
            Self::Truncated => f.write_str("the key is cut short: copy it again, up to its last line"),
            Self::Utf16 => f.write_str("the key is a UTF-16 text: save it as UTF-8 or plain ASCII"),
        }
    }
}

impl Error for KeyError {}

impl From<der::Error> for KeyError {
    fn from(error: der::Error) -> Self {
        match error.kind() {
            der::ErrorKind::Incomplete { .. } => Self::Truncated,
            _ => Self::Malformed,
        }
    }
}

/// A key that could not be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GenerateError {
    algorithm: KeyAlgorithm,
    bits: usize,
}

impl GenerateError {
    pub(crate) const fn rsa(bits: usize) -> Self {
        Self { algorithm: KeyAlgorithm::Rsa, bits }
    }

    #[cfg(feature = "sm2")]
    pub(crate) const fn sm2() -> Self {
        Self { algorithm: KeyAlgorithm::Sm2, bits: super::SM2_BITS }
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.algorithm, self.bits) {
            (KeyAlgorithm::Sm2, _) => f.write_str("an SM2 key could not be generated"),
            (KeyAlgorithm::Rsa, 2048 | 3072 | 4096) => {
                write!(f, "a {}-bit key could not be generated", self.bits)
            }
            (KeyAlgorithm::Rsa, bits) => {
                write!(f, "keys of {bits} bits are not generated: choose 2048, 3072 or 4096")
            }
        }
    }
}

impl Error for GenerateError {}
