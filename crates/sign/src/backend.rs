//! Who does the arithmetic. AWS-LC does what it can, the `rsa` crate the rest; nothing else in the crate
//! knows either.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(feature = "rustcrypto")]
mod rustcrypto;

use crate::key::RsaPrivate;
use crate::{KeyError, SignError, SignType};

/// The bytes in a block of AES, which every length of key has.
pub(crate) const AES_BLOCK: usize = 16;

/// A private key, ready for each that can use it.
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
    pub(crate) fn sign(
        &self,
        sign_type: SignType,
        message: &[u8],
        bits: usize,
    ) -> Result<Vec<u8>, SignError> {
        #[cfg(feature = "aws-lc")]
        if let (SignType::Rsa2, Some(key)) = (sign_type, &self.aws_lc) {
            return key.sign_rsa2(message);
        }
        #[cfg(feature = "rustcrypto")]
        return self.rustcrypto.sign(sign_type, message);
        #[cfg(not(feature = "rustcrypto"))]
        Err(SignError::needs_rustcrypto(sign_type, bits))
    }
}

#[cfg(feature = "aws-lc")]
pub(crate) use aws_lc::{decrypt_cbc, encrypt_cbc, generate, sha256, verify};
#[cfg(not(feature = "aws-lc"))]
pub(crate) use rustcrypto::{decrypt_cbc, encrypt_cbc, generate, sha256, verify};
