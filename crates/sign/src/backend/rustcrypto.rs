//! The `rsa` and `aes` crates, pure Rust: what AWS-LC does not do, and everything where it is not built.
//!
//! RUSTSEC-2023-0071 is open for `rsa`; signing is blinded, and nothing is ever decrypted with it.

use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::rand_core::OsRng;
use rsa::{BigUint, RsaPrivateKey};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::RsaDigest;
use crate::key::RsaPrivate;
use crate::{KeyError, SignError};

pub(super) struct SigningKey(RsaPrivateKey);

impl SigningKey {
    pub(super) fn new(key: &RsaPrivate<'_>) -> Result<Self, KeyError> {
        RsaPrivateKey::from_components(
            BigUint::from_bytes_be(key.public.modulus),
            BigUint::from_bytes_be(key.public.exponent),
            BigUint::from_bytes_be(key.private_exponent),
            key.primes.iter().map(|prime| BigUint::from_bytes_be(prime)).collect(),
        )
        .map(Self)
        .map_err(|_| KeyError::Inconsistent)
    }

    pub(super) fn sign(&self, digest: RsaDigest, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let (scheme, digest) = prepare(digest, message);
        self.0.sign_with_rng(&mut OsRng, scheme, &digest).map_err(|_| SignError::arithmetic())
    }
}

fn prepare(digest: RsaDigest, message: &[u8]) -> (Pkcs1v15Sign, Vec<u8>) {
    match digest {
        RsaDigest::Sha1 => (Pkcs1v15Sign::new::<Sha1>(), Sha1::digest(message).to_vec()),
        RsaDigest::Sha256 => (Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(message).to_vec()),
    }
}

/// The work of AWS-LC where it is not built.
#[cfg(not(feature = "aws-lc"))]
pub(crate) use alone::{decrypt_cbc, encrypt_cbc, generate, sha256, verify};

#[cfg(not(feature = "aws-lc"))]
mod alone {
    use aes::{Aes128, Aes192, Aes256};
    use cbc::cipher::block_padding::Pkcs7;
    use cbc::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
    use cbc::{Decryptor, Encryptor};
    use rsa::RsaPublicKey;
    use rsa::pkcs1::EncodeRsaPrivateKey as _;
    use sha2::Digest as _;
    use zeroize::Zeroizing;

    use super::super::AES_BLOCK;
    use super::{BigUint, OsRng, RsaDigest, RsaPrivateKey, Sha256, prepare};
    use crate::key::MAX_BITS;
    use crate::key::asn1::rsa_numbers;

    /// Whether an RSA signature holds under the key with this SubjectPublicKeyInfo.
    pub(crate) fn verify(spki: &[u8], digest: RsaDigest, message: &[u8], signature: &[u8]) -> bool {
        let Some(numbers) = rsa_numbers(spki) else { return false };
        let (modulus, exponent) =
            (BigUint::from_bytes_be(numbers.modulus), BigUint::from_bytes_be(numbers.exponent));
        let (scheme, digest) = prepare(digest, message);
        RsaPublicKey::new_with_max_size(modulus, exponent, MAX_BITS)
            .and_then(|key| key.verify(scheme, &digest, signature))
            .is_ok()
    }

    pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
        Sha256::digest(bytes).to_vec()
    }

    /// A new RSA private key as DER.
    pub(crate) fn generate(bits: usize) -> Option<Zeroizing<Vec<u8>>> {
        if !matches!(bits, 2048 | 3072 | 4096) {
            return None;
        }
        let der = RsaPrivateKey::new(&mut OsRng, bits).ok()?.to_pkcs1_der().ok()?;
        Some(Zeroizing::new(der.as_bytes().to_vec()))
    }

    /// AES in CBC mode with PKCS#7 padding; the key has 16, 24 or 32 bytes.
    pub(crate) fn encrypt_cbc(key: &[u8], vector: [u8; AES_BLOCK], content: &[u8]) -> Option<Vec<u8>> {
        match key.len() {
            16 => encrypt::<Encryptor<Aes128>>(key, vector, content),
            24 => encrypt::<Encryptor<Aes192>>(key, vector, content),
            32 => encrypt::<Encryptor<Aes256>>(key, vector, content),
            _ => None,
        }
    }

    pub(crate) fn decrypt_cbc(key: &[u8], vector: [u8; AES_BLOCK], encrypted: &[u8]) -> Option<Vec<u8>> {
        match key.len() {
            16 => decrypt::<Decryptor<Aes128>>(key, vector, encrypted),
            24 => decrypt::<Decryptor<Aes192>>(key, vector, encrypted),
            32 => decrypt::<Decryptor<Aes256>>(key, vector, encrypted),
            _ => None,
        }
    }

    fn encrypt<C: BlockEncryptMut + KeyIvInit>(
        key: &[u8],
        vector: [u8; AES_BLOCK],
        content: &[u8],
    ) -> Option<Vec<u8>> {
        let cipher = C::new_from_slices(key, &vector).ok()?;
        Some(cipher.encrypt_padded_vec_mut::<Pkcs7>(content))
    }

    fn decrypt<C: BlockDecryptMut + KeyIvInit>(
        key: &[u8],
        vector: [u8; AES_BLOCK],
        encrypted: &[u8],
    ) -> Option<Vec<u8>> {
        let cipher = C::new_from_slices(key, &vector).ok()?;
        let mut bytes = Zeroizing::new(encrypted.to_vec());
        Some(cipher.decrypt_padded_mut::<Pkcs7>(&mut bytes).ok()?.to_vec())
    }
}
