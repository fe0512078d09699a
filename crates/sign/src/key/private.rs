//! The private key: what the application signs with. Wiped from memory when the last clone goes.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::asn1::{self, Found, Private, RsaPrivate};
use super::sm2::{self, Sm2Private};
use super::{GenerateError, KeyAlgorithm, KeyError, PublicKey, text};
use crate::backend::{self, RsaDigest, SigningKey};
use crate::{Secret, SignError, SignType};

/// An RSA private key, usually the application's, or an SM2 one (feature `sm2`). Cheap to clone.
///
/// `Debug` shows the length and the fingerprint of the public half, and nothing else.
#[derive(Clone)]
pub struct PrivateKey {
    inner: Arc<Inner>,
    public: PublicKey,
}

struct Inner {
    /// PKCS#1, or SEC 1 for SM2.
    traditional: Zeroizing<Vec<u8>>,
    /// Kept beside the other form, so that writing the key cannot fail.
    pkcs8: Zeroizing<Vec<u8>>,
    signing: Signing,
}

enum Signing {
    Rsa(Box<SigningKey>),
    Sm2(backend::sm2::SigningKey),
}

impl PrivateKey {
    /// Reads a private key: PKCS#1 or PKCS#8, unencrypted; with the feature `sm2` also SEC 1.
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
            Found::Private(Private::Rsa(key)) => Self::from_rsa(&key),
            Found::Private(Private::Sm2(key)) => Self::from_sm2(&key),
            Found::Public(_) => Err(KeyError::PublicKeyGiven),
        }
    }

    /// A new RSA key of 2048, 3072 or 4096 bits, for tests and local gateways.
    ///
    /// # Errors
    /// [`GenerateError`] for any other length, or if the machine has no randomness to give.
    pub fn generate(bits: usize) -> Result<Self, GenerateError> {
        let der = backend::generate(bits).ok_or(GenerateError::rsa(bits))?;
        Self::parse(&*der).map_err(|_| GenerateError::rsa(bits))
    }

    /// A new SM2 key, for tests and local gateways. Needs the feature `sm2`.
    ///
    /// # Errors
    /// [`GenerateError`] if the machine has no randomness to give.
    ///
    /// ```
    /// use alipay_sign::{PrivateKey, SignType};
    ///
    /// let key = PrivateKey::generate_sm2()?;
    /// let signature = key.sign(SignType::Sm2, b"message")?;
    /// key.public_key().verify(SignType::Sm2, b"message", &signature)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "sm2")]
    pub fn generate_sm2() -> Result<Self, GenerateError> {
        let scalar = backend::sm2::generate().ok_or(GenerateError::sm2())?;
        let key = Sm2Private { scalar: scalar.as_slice(), point: None };
        Self::from_sm2(&key).map_err(|_| GenerateError::sm2())
    }

    /// What the key is for.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.public.algorithm()
    }

    /// Length in bits: of the modulus; 256 for SM2.
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

    /// The signature (raw bytes; DER for SM2) over `message`, which is hashed here.
    ///
    /// SM2 signs with the user id `1234567812345678`; two signatures over one message differ (protocol-v2 §3).
    ///
    /// # Errors
    /// [`SignError`]: the key is not for this sign type, it is too short for RSA2, or the operation needs the
    /// feature `rustcrypto` (SHA-1, or fewer than 2048 bits).
    pub fn sign(&self, sign_type: SignType, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match (&self.inner.signing, RsaDigest::of(sign_type)) {
            (Signing::Rsa(_), Some(_)) if self.public.is_too_short_for(sign_type) => {
                Err(SignError::short_key(self.bits()))
            }
            (Signing::Rsa(key), Some(digest)) => key.sign(digest, message, self.bits()),
            (Signing::Sm2(key), None) => key.sign(message),
            _ => Err(SignError::other_key(sign_type, self.algorithm())),
        }
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

    /// The key as PKCS#1 in one line of base64, as Alipay's tools write it for other languages; an SM2 key, for
    /// which there is no PKCS#1, as SEC 1.
    #[must_use]
    pub fn to_pkcs1_base64(&self) -> Secret {
        Secret::from(STANDARD.encode(&self.inner.traditional))
    }

    fn from_rsa(key: &RsaPrivate<'_>) -> Result<Self, KeyError> {
        let public = PublicKey::from_rsa(key.public)?;
        let inner = Inner {
            traditional: Zeroizing::new(key.pkcs1.to_vec()),
            pkcs8: asn1::write_pkcs8(key.pkcs1)?,
            signing: Signing::Rsa(Box::new(SigningKey::new(key, public.bits())?)),
        };
        Ok(Self { inner: Arc::new(inner), public })
    }

    fn from_sm2(key: &Sm2Private<'_>) -> Result<Self, KeyError> {
        let signing = backend::sm2::SigningKey::new(key.scalar)?;
        let (scalar, point) = (signing.scalar(), signing.point());
        let public = PublicKey::from_sm2(&point)?;
        if let Some(noted) = key.point
            && PublicKey::from_sm2(noted).as_ref() != Ok(&public)
        {
            return Err(KeyError::Inconsistent);
        }
        let inner = Inner {
            traditional: sm2::write_sec1(&scalar, &point, true)?,
            pkcs8: sm2::write_pkcs8(&scalar, &point)?,
            signing: Signing::Sm2(signing),
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
