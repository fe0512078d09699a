//! AWS-LC: all RSA verification, RSA2 signing from 2048 bits, and AES. It has no SHA-1 signing, on purpose.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use zeroize::Zeroizing;

use super::{AES_BLOCK, RsaDigest};
use crate::key::RsaPrivate;
use crate::{KeyError, SignError};

/// AWS-LC signs with no shorter key.
pub(super) const MIN_SIGNING_BITS: usize = 2048;

pub(super) struct SigningKey(KeyPair);

impl SigningKey {
    pub(super) fn new(key: &RsaPrivate<'_>) -> Result<Self, KeyError> {
        KeyPair::from_der(key.pkcs1).map(Self).map_err(|_| KeyError::Inconsistent)
    }

    pub(super) fn sign_rsa2(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SignError::arithmetic())?;
        Ok(signature)
    }
}

/// Whether an RSA signature holds under the key with this SubjectPublicKeyInfo.
pub(crate) fn verify(spki: &[u8], digest: RsaDigest, message: &[u8], signature: &[u8]) -> bool {
    // "Legacy" is about the lengths from 1024 bits; which length RSA2 demands was settled before.
    let algorithm = match digest {
        RsaDigest::Sha1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        RsaDigest::Sha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    };
    UnparsedPublicKey::new(algorithm, spki).verify(message, signature).is_ok()
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// A new RSA private key as DER.
pub(crate) fn generate(bits: usize) -> Option<Zeroizing<Vec<u8>>> {
    let size = match bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        _ => return None,
    };
    let der = KeyPair::generate(size).ok()?.as_der().ok()?;
    Some(Zeroizing::new(der.as_ref().to_vec()))
}

/// AES in CBC mode with PKCS#7 padding; the key has 16, 24 or 32 bytes.
pub(crate) fn encrypt_cbc(key: &[u8], vector: [u8; AES_BLOCK], content: &[u8]) -> Option<Vec<u8>> {
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(cipher_key(key)?).ok()?;
    // With room for the padding, so that no plaintext stays behind in a smaller allocation.
    let mut bytes = Vec::with_capacity(content.len() + AES_BLOCK);
    bytes.extend_from_slice(content);
    key.less_safe_encrypt(&mut bytes, EncryptionContext::Iv128((&vector).into())).ok()?;
    Some(bytes)
}

pub(crate) fn decrypt_cbc(key: &[u8], vector: [u8; AES_BLOCK], encrypted: &[u8]) -> Option<Vec<u8>> {
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(cipher_key(key)?).ok()?;
    let mut bytes = Zeroizing::new(encrypted.to_vec());
    let content = key.decrypt(&mut bytes, DecryptionContext::Iv128((&vector).into())).ok()?;
    Some(content.to_vec())
}

fn cipher_key(key: &[u8]) -> Option<UnboundCipherKey> {
    let algorithm = match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        32 => &AES_256,
        _ => return None,
    };
    UnboundCipherKey::new(algorithm, key).ok()
}
