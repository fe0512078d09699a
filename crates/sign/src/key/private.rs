//! The private key: what the application signs with. Wiped from memory when the last clone goes.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::asn1::{self, Found, RsaPrivate};
use super::{GenerateError, KeyError, PublicKey, text};
use crate::backend::{self, SigningKey};
use crate::{Secret, SignError, SignType};

/// An RSA private key, usually the application's. Cheap to clone.
///
/// `Debug` shows the length and the fingerprint of the public half, and nothing else.
#[derive(Clone)]
pub struct PrivateKey {
    inner: Arc<Inner>,
    public: PublicKey,
}

struct Inner {
    pkcs1: Zeroizing<Vec<u8>>,
    /// Kept beside PKCS#1, so that writing the key cannot fail.
    pkcs8: Zeroizing<Vec<u8>>,
    signing: SigningKey,
}

impl PrivateKey {
    /// Reads a private key: PKCS#1 or PKCS#8, unencrypted.
    ///
    /// As PEM (any label, among other text; the first block counts), bare base64 (wrapped or not) or DER.
    /// What it is is seen from the bytes (protocol-v2 §3.1).
    ///
    /// # Errors
    /// [`KeyError`] says what was given instead, and never shows any of it.
    ///
    /// ```
    /// use alipay_sign::{KeyError, PrivateKey};
    ///
    /// let error = PrivateKey::parse("app_private_key.pem").unwrap_err();
    /// assert_eq!(error, KeyError::NotBase64 { position: 4 });
    /// ```
    pub fn parse(key: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let der = text::to_der(key.as_ref())?;
        match asn1::read(&der)? {
            Found::Certificate(_) => Err(KeyError::CertificateGiven),
            Found::Private(key) => Self::from_numbers(&key),
            Found::Public(_) => Err(KeyError::PublicKeyGiven),
        }
    }

    /// A new key of 2048, 3072 or 4096 bits, for tests and local gateways.
    ///
    /// # Errors
    /// [`GenerateError`] for any other length, or if the machine has no randomness to give.
    pub fn generate(bits: usize) -> Result<Self, GenerateError> {
        let der = backend::generate(bits).ok_or(GenerateError::new(bits))?;
        Self::parse(&*der).map_err(|_| GenerateError::new(bits))
    }

    /// Length of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.public.bits()
    }

    /// The public half, to be uploaded to Alipay's console.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    /// Allows RSA2 with this key although it has fewer than 2048 bits. For old applications only.
    ///
    /// Signing then needs the feature `rustcrypto`.
    #[must_use]
    pub fn legacy_allow_short_rsa2(mut self) -> Self {
        self.public = self.public.legacy_allow_short_rsa2();
        self
    }

    /// The signature (raw bytes) over `message`, which is hashed here.
    ///
    /// # Errors
    /// [`SignError`]: the key is too short for RSA2, or the operation needs the feature `rustcrypto` (SHA-1,
    /// or fewer than 2048 bits).
    pub fn sign(&self, sign_type: SignType, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if self.public.is_too_short_for(sign_type) {
            return Err(SignError::short_key(self.bits()));
        }
        self.inner.signing.sign(sign_type, message, self.bits())
    }

    /// The key as PKCS#8 in PEM (`BEGIN PRIVATE KEY`).
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> Secret {
        Secret::from(text::to_pem("PRIVATE KEY", self.to_pkcs8_base64().expose()))
    }

    /// The key as PKCS#8 in one line of base64, as Alipay's tools write it for Java.
    #[must_use]
    pub fn to_pkcs8_base64(&self) -> Secret {
        Secret::from(STANDARD.encode(&self.inner.pkcs8))
    }

    /// The key as PKCS#1 in one line of base64, as Alipay's tools write it for other languages.
    #[must_use]
    pub fn to_pkcs1_base64(&self) -> Secret {
        Secret::from(STANDARD.encode(&self.inner.pkcs1))
    }

    fn from_numbers(key: &RsaPrivate<'_>) -> Result<Self, KeyError> {
        let public = PublicKey::from_numbers(key.public)?;
        let signing = SigningKey::new(key, public.bits())?;
        let inner = Inner {
            pkcs1: Zeroizing::new(key.pkcs1.to_vec()),
            pkcs8: asn1::write_pkcs8(key.pkcs1)?,
            signing,
        };
        Ok(Self { inner: Arc::new(inner), public })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("bits", &self.bits())
            .field("public_fingerprint", &self.public.fingerprint())
            .finish_non_exhaustive()
    }
}
