//! Who does the arithmetic. AWS-LC does what it can, the `rsa` crate the rest of RSA, and the `sm2` crate
//! SM2; nothing else in the crate knows any of them.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(feature = "rustcrypto")]
mod rustcrypto;
#[cfg(feature = "sm2")]
pub(crate) mod sm2;
#[cfg(not(feature = "sm2"))]
#[path = "backend/without_sm2.rs"]
pub(crate) mod sm2;

use crate::key::RsaPrivate;
use crate::{KeyError, SignError, SignType};

/// The bytes in a block of AES, which every length of key has.
pub(crate) const AES_BLOCK: usize = 16;

/// With what a message is hashed before RSA signs it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RsaDigest {
    Sha1,
    Sha256,
}

impl RsaDigest {
    /// `None` where the sign type is not for RSA keys.
    pub(crate) const fn of(sign_type: SignType) -> Option<Self> {
        match sign_type {
            SignType::Rsa => Some(Self::Sha1),
            SignType::Rsa2 => Some(Self::Sha256),
            SignType::Sm2 => None,
        }
    }

    /// The sign type by which people know it.
    pub(crate) const fn sign_type(self) -> SignType {
        match self {
            Self::Sha1 => SignType::Rsa,
            Self::Sha256 => SignType::Rsa2,
        }
    }
}

/// An RSA private key, ready for each that can use it.
pub(crate) struct SigningKey {
    #[cfg(feature = "aws-lc")]
    aws_lc: Option<aws_lc::SigningKey>,
    #[cfg(feature = "rustcrypto")]
    rustcrypto: rustcrypto::SigningKey,
}

impl SigningKey {
    /// Checks that the numbers belong together, as far as somebody is there who can.
    #[cfg_attr(not(feature = "aws-lc"), expect(unused_variables, reason = "only AWS-LC has a least length"))]
    pub(crate) fn new(key: &RsaPrivate<'_>, bits: usize) -> Result<Self, KeyError> {
        Ok(Self {
            #[cfg(feature = "aws-lc")]
            aws_lc: if bits < aws_lc::MIN_SIGNING_BITS { None } else { Some(aws_lc::SigningKey::new(key)?) },
            #[cfg(feature = "rustcrypto")]
            rustcrypto: rustcrypto::SigningKey::new(key)?,
        })
    }

    #[cfg_attr(
        feature = "rustcrypto",
        expect(unused_variables, reason = "the length is only for the message")
    )]
    pub(crate) fn sign(&self, digest: RsaDigest, message: &[u8], bits: usize) -> Result<Vec<u8>, SignError> {
        #[cfg(feature = "aws-lc")]
        if let (RsaDigest::Sha256, Some(key)) = (digest, &self.aws_lc) {
            return key.sign_rsa2(message);
        }
        #[cfg(feature = "rustcrypto")]
        return self.rustcrypto.sign(digest, message);
        #[cfg(not(feature = "rustcrypto"))]
        Err(SignError::needs_rustcrypto(digest, bits))
    }
}

#[cfg(feature = "aws-lc")]
pub(crate) use aws_lc::{decrypt_cbc, encrypt_cbc, generate, sha256, verify};
#[cfg(not(feature = "aws-lc"))]
pub(crate) use rustcrypto::{decrypt_cbc, encrypt_cbc, generate, sha256, verify};
