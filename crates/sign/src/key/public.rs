//! The public key: what a signature is checked against, and what a person compares.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::asn1::AnyRef;

use super::asn1::{self, Found, Public, RsaPublic};
use super::{KeyAlgorithm, KeyError, MAX_BITS, MIN_BITS, MIN_RSA2_BITS, SM2_BITS, sm2, text};
use crate::backend::sm2::VerifyingKey;
use crate::backend::{self, RsaDigest};
use crate::{SignType, VerifyError};

/// An RSA public key, usually Alipay's, or an SM2 one (feature `sm2`). Cheap to clone; equal when the numbers
/// in it are.
#[derive(Clone)]
pub struct PublicKey {
    inner: Arc<Inner>,
    short_rsa2: bool,
}

struct Inner {
    /// Written by us: the same numbers always give the same bytes.
    spki: Vec<u8>,
    kind: Kind,
}

enum Kind {
    Rsa { bits: usize },
    Sm2(VerifyingKey),
}

impl PublicKey {
    /// Reads a public key: SPKI, PKCS#1, or the key in an X.509 certificate. SM2 needs the feature `sm2`.
    ///
    /// As PEM (any label, among other text; the first block counts), bare base64 (wrapped or not) or DER.
    /// What it is is seen from the bytes (protocol-v2 §3.1). A certificate is only read for its key: nothing
    /// of it is checked.
    ///
    /// # Errors
    /// [`KeyError`] says what was given instead, and never shows any of it.
    ///
    /// ```
    /// use alipay_sign::{KeyError, PublicKey};
    ///
    /// assert_eq!(PublicKey::parse(" \n").unwrap_err(), KeyError::Empty);
    /// ```
    pub fn parse(key: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let der = text::to_der(key.as_ref())?;
        match asn1::read(&der)? {
            Found::Certificate(spki) => Self::from_spki(spki),
            Found::Public(numbers) => Self::from_numbers(numbers),
            Found::Private(_) => Err(KeyError::PrivateKeyGiven),
        }
    }

    /// What the key is for.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self.inner.kind {
            Kind::Rsa { .. } => KeyAlgorithm::Rsa,
            Kind::Sm2(_) => KeyAlgorithm::Sm2,
        }
    }

    /// Length in bits: of the modulus; 256 for SM2.
    #[must_use]
    pub fn bits(&self) -> usize {
        match self.inner.kind {
            Kind::Rsa { bits } => bits,
            Kind::Sm2(_) => SM2_BITS,
        }
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the SPKI DER, for people to compare.
    ///
    /// `openssl pkey -pubin -in key.pem -outform DER | sha256sum` begins with the same digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = backend::sha256(&self.inner.spki);
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Accepts RSA2 with this key although it has fewer than 2048 bits. For old applications only.
    #[must_use]
    pub fn legacy_allow_short_rsa2(mut self) -> Self {
        self.short_rsa2 = true;
        self
    }

    /// Checks that `signature` (raw bytes; DER for SM2) was made over `message` by the owner of this key.
    ///
    /// # Errors
    /// [`VerifyError`]: the signature does not hold, the key is too short for RSA2, or it is not for this sign
    /// type.
    pub fn verify(&self, sign_type: SignType, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let holds = match (&self.inner.kind, RsaDigest::of(sign_type)) {
            (Kind::Rsa { bits }, Some(_)) if self.is_too_short_for(sign_type) => {
                return Err(VerifyError::short_key(*bits));
            }
            (Kind::Rsa { .. }, Some(digest)) => backend::verify(&self.inner.spki, digest, message, signature),
            (Kind::Sm2(key), None) => key.verify(message, signature),
            _ => return Err(VerifyError::other_key(sign_type, self.algorithm())),
        };
        if holds { Ok(()) } else { Err(VerifyError::mismatch(sign_type, self)) }
    }

    /// The key as SPKI in PEM (`BEGIN PUBLIC KEY`).
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        text::to_pem("PUBLIC KEY", &self.to_spki_base64())
    }

    /// The key as SPKI in one line of base64, as Alipay's console shows and takes it.
    #[must_use]
    pub fn to_spki_base64(&self) -> String {
        STANDARD.encode(&self.inner.spki)
    }

    pub(super) fn spki(&self) -> &[u8] {
        &self.inner.spki
    }

    pub(crate) fn from_spki(spki: AnyRef<'_>) -> Result<Self, KeyError> {
        Self::from_numbers(asn1::read_spki(spki)?)
    }

    fn from_numbers(key: Public<'_>) -> Result<Self, KeyError> {
        match key {
            Public::Rsa(key) => Self::from_rsa(key),
            Public::Sm2(point) => Self::from_sm2(point),
        }
    }

    pub(super) fn from_sm2(point: &[u8]) -> Result<Self, KeyError> {
        let key = VerifyingKey::new(point)?;
        Ok(Self::new(sm2::write_spki(&key.point())?, Kind::Sm2(key)))
    }

    pub(super) fn from_rsa(key: RsaPublic<'_>) -> Result<Self, KeyError> {
        let bits = bit_length(key.modulus);
        if bits < MIN_BITS {
            return Err(KeyError::TooShort { bits });
        }
        if bits > MAX_BITS {
            return Err(KeyError::TooLong { bits });
        }
        if !is_odd(key.modulus) {
            return Err(KeyError::Malformed);
        }
        if !is_odd(key.exponent) || !(2..=33).contains(&bit_length(key.exponent)) {
            return Err(KeyError::Exponent);
        }
        Ok(Self::new(asn1::write_spki(key)?, Kind::Rsa { bits }))
    }

    fn new(spki: Vec<u8>, kind: Kind) -> Self {
        Self { inner: Arc::new(Inner { spki, kind }), short_rsa2: false }
    }

    pub(super) fn is_too_short_for(&self, sign_type: SignType) -> bool {
        sign_type == SignType::Rsa2 && self.bits() < MIN_RSA2_BITS && !self.short_rsa2
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("bits", &self.bits())
            .field("fingerprint", &self.fingerprint())
            .finish_non_exhaustive()
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.spki.hash(state);
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.inner.spki == other.inner.spki
    }
}

fn bit_length(number: &[u8]) -> usize {
    let leading_zeros = number.first().map_or(0, |byte| byte.leading_zeros() as usize);
    number.len() * 8 - leading_zeros
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte % 2 == 1)
}
