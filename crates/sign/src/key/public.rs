//! The public key: what a signature is checked against, and what a person compares.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::asn1::AnyRef;

use super::asn1::{self, Found, RsaPublic};
use super::{KeyError, MAX_BITS, MIN_BITS, MIN_RSA2_BITS, text};
use crate::{SignType, VerifyError, backend};

/// An RSA public key, usually Alipay's. Cheap to clone; equal when modulus and exponent are.
#[derive(Clone)]
pub struct PublicKey {
    numbers: Arc<Numbers>,
    short_rsa2: bool,
}

struct Numbers {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    bits: usize,
    spki: Vec<u8>,
}

impl PublicKey {
    /// Reads a public key: SPKI, PKCS#1, or the key in an X.509 certificate.
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

    /// Length of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.numbers.bits
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the SPKI DER, for people to compare.
    ///
    /// `openssl pkey -pubin -in key.pem -outform DER | sha256sum` begins with the same digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = backend::sha256(&self.numbers.spki);
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Accepts RSA2 with this key although it has fewer than 2048 bits. For old applications only.
    #[must_use]
    pub fn legacy_allow_short_rsa2(mut self) -> Self {
        self.short_rsa2 = true;
        self
    }

    /// Checks that `signature` (raw bytes) was made over `message` by the owner of this key.
    ///
    /// # Errors
    /// [`VerifyError`]: the signature does not hold, or the key is too short for RSA2.
    pub fn verify(&self, sign_type: SignType, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        if self.is_too_short_for(sign_type) {
            return Err(VerifyError::short_key(self.bits()));
        }
        let holds = backend::verify(self, sign_type, message, signature);
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
        STANDARD.encode(&self.numbers.spki)
    }

    pub(crate) fn from_spki(spki: AnyRef<'_>) -> Result<Self, KeyError> {
        Self::from_numbers(asn1::read_spki(spki)?)
    }

    pub(super) fn from_numbers(key: RsaPublic<'_>) -> Result<Self, KeyError> {
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
        let spki = asn1::write_spki(key)?;
        let numbers = Numbers { modulus: key.modulus.to_vec(), exponent: key.exponent.to_vec(), bits, spki };
        Ok(Self { numbers: Arc::new(numbers), short_rsa2: false })
    }

    pub(super) fn is_too_short_for(&self, sign_type: SignType) -> bool {
        sign_type == SignType::Rsa2 && self.bits() < MIN_RSA2_BITS && !self.short_rsa2
    }

    #[cfg(feature = "aws-lc")]
    pub(crate) fn spki(&self) -> &[u8] {
        &self.numbers.spki
    }

    #[cfg(all(feature = "rustcrypto", not(feature = "aws-lc")))]
    pub(crate) fn numbers(&self) -> RsaPublic<'_> {
        RsaPublic { modulus: &self.numbers.modulus, exponent: &self.numbers.exponent }
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
        self.numbers.modulus.hash(state);
        self.numbers.exponent.hash(state);
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.numbers.modulus == other.numbers.modulus && self.numbers.exponent == other.numbers.exponent
    }
}

fn bit_length(number: &[u8]) -> usize {
    let leading_zeros = number.first().map_or(0, |byte| byte.leading_zeros() as usize);
    number.len() * 8 - leading_zeros
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte % 2 == 1)
}
