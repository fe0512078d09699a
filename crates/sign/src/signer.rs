//! The seam between "sign this" and whoever holds the key, because production keys may live in an HSM or a
//! KMS.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::backend::RsaDigest;
use crate::{KeyAlgorithm, PrivateKey, PublicKey, SignType};

/// Whoever can sign for the application: a [`PrivateKey`] in memory, or your own HSM or KMS.
///
/// ```
/// use alipay_sign::{PublicKey, SignError, SignType, Signer};
///
/// #[derive(Debug)]
/// struct Hsm;
///
/// impl Signer for Hsm {
///     fn sign(&self, _sign_type: SignType, _message: &[u8]) -> Result<Vec<u8>, SignError> {
///         Err(SignError::other(std::io::Error::other("slot 3 is locked")))
///     }
///     fn public_key(&self) -> Option<PublicKey> {
///         None
///     }
/// }
///
/// let error = Hsm.sign(SignType::Rsa2, b"message").unwrap_err();
/// assert_eq!(error.to_string(), "the signer failed");
/// ```
pub trait Signer: fmt::Debug + Send + Sync {
    /// The raw signature (not base64) over `message`, which is hashed by the signer.
    ///
    /// # Errors
    /// [`SignError`] when the key cannot make such a signature, or with [`SignError::other`] when the device
    /// failed.
    fn sign(&self, sign_type: SignType, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// The public half, if known: it lets a client notice at build time that it was given its own key as
    /// Alipay's.
    fn public_key(&self) -> Option<PublicKey>;
}

impl Signer for PrivateKey {
    fn sign(&self, sign_type: SignType, message: &[u8]) -> Result<Vec<u8>, SignError> {
        PrivateKey::sign(self, sign_type, message)
    }

    fn public_key(&self) -> Option<PublicKey> {
        Some(PrivateKey::public_key(self))
    }
}

impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn sign(&self, sign_type: SignType, message: &[u8]) -> Result<Vec<u8>, SignError> {
        (**self).sign(sign_type, message)
    }

    fn public_key(&self) -> Option<PublicKey> {
        (**self).public_key()
    }
}

/// A signature that could not be made. The message was not signed.
#[derive(Debug)]
pub struct SignError(SignErrorKind);

#[derive(Debug)]
enum SignErrorKind {
    Arithmetic,
    NeedsRustCrypto { digest: RsaDigest, bits: usize },
    Other(Box<dyn Error + Send + Sync>),
    OtherKey(OtherKey),
    ShortKey { bits: usize },
}

impl SignError {
    /// A failure of a [`Signer`] of your own; `source` is kept and shown by [`Error::source`].
    pub fn other(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(SignErrorKind::Other(source.into()))
    }

    pub(crate) const fn arithmetic() -> Self {
        Self(SignErrorKind::Arithmetic)
    }

    #[cfg_attr(feature = "rustcrypto", expect(dead_code, reason = "with the feature nothing is missing"))]
    pub(crate) const fn needs_rustcrypto(digest: RsaDigest, bits: usize) -> Self {
        Self(SignErrorKind::NeedsRustCrypto { digest, bits })
    }

    pub(crate) const fn other_key(sign_type: SignType, key: KeyAlgorithm) -> Self {
        Self(SignErrorKind::OtherKey(OtherKey { sign_type, key }))
    }

    pub(crate) const fn short_key(bits: usize) -> Self {
        Self(SignErrorKind::ShortKey { bits })
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            SignErrorKind::Arithmetic => f.write_str("the private key operation failed: check the key"),
            SignErrorKind::NeedsRustCrypto { digest, bits } => write!(
                f,
                "signing {} with a {bits}-bit key needs the cargo feature `rustcrypto` of \
                 alipay-sign; better: RSA2 with a 2048-bit key",
                digest.sign_type()
            ),
            SignErrorKind::Other(_) => f.write_str("the signer failed"),
            SignErrorKind::OtherKey(other) => other.fmt(f),
            SignErrorKind::ShortKey { bits } => write!(
                f,
                "RSA2 needs a key of at least 2048 bits, this one has {bits}: make a new key, or call \
                 `legacy_allow_short_rsa2` on it"
            ),
        }
    }
}

impl Error for SignError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            SignErrorKind::Other(source) => Some(source.as_ref()),
            SignErrorKind::Arithmetic
            | SignErrorKind::NeedsRustCrypto { .. }
            | SignErrorKind::OtherKey(_)
            | SignErrorKind::ShortKey { .. } => None,
        }
    }
}

/// A signature that does not hold. Believe nothing of the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifyError(VerifyErrorKind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum VerifyErrorKind {
    Mismatch { sign_type: SignType, fingerprint: String },
    OtherKey(OtherKey),
    ShortKey { bits: usize },
}

impl VerifyError {
    pub(crate) fn mismatch(sign_type: SignType, key: &PublicKey) -> Self {
        Self(VerifyErrorKind::Mismatch { sign_type, fingerprint: key.fingerprint() })
    }

    pub(crate) const fn other_key(sign_type: SignType, key: KeyAlgorithm) -> Self {
        Self(VerifyErrorKind::OtherKey(OtherKey { sign_type, key }))
    }

    pub(crate) const fn short_key(bits: usize) -> Self {
        Self(VerifyErrorKind::ShortKey { bits })
    }

    /// Whether the key was refused as too short before anything was compared. What to do: use a key of 2048 bits or more,
    /// or [`PublicKey::legacy_allow_short_rsa2`].
    #[must_use]
    pub const fn is_short_key(&self) -> bool {
        matches!(self.0, VerifyErrorKind::ShortKey { .. })
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            VerifyErrorKind::Mismatch { sign_type, fingerprint } => {
                write!(
                    f,
                    "the {sign_type} signature does not match the message under public key {fingerprint}"
                )
            }
            VerifyErrorKind::OtherKey(other) => other.fmt(f),
            VerifyErrorKind::ShortKey { bits } => write!(
                f,
                "RSA2 needs a key of at least 2048 bits, this one has {bits}: ask for a new key, or call \
                 `legacy_allow_short_rsa2` on it"
            ),
        }
    }
}

impl Error for VerifyError {}

/// A key of the wrong algorithm for the sign type.
#[derive(Clone, Debug, Eq, PartialEq)]
struct OtherKey {
    sign_type: SignType,
    key: KeyAlgorithm,
}

impl fmt::Display for OtherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sign_type, key } = self;
        let wanted = sign_type.key_algorithm();
        write!(f, "sign type {sign_type} needs an {wanted} key, and this is an {key} key: ")?;
        if wanted == KeyAlgorithm::Sm2 && !cfg!(feature = "sm2") {
            f.write_str(
                "give one and enable the cargo feature `sm2` of alipay-sign, or choose another sign type",
            )
        } else {
            f.write_str("give another key, or choose another sign type")
        }
    }
}
