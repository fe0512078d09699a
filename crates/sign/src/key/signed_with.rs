//! What a signature says by itself, for explanations; never for a verdict.

use crypto_bigint::modular::runtime_mod::{DynResidue, DynResidueParams};
use crypto_bigint::{Encoding, U64, U8192};

use super::PublicKey;
use super::asn1::{self, Found, Public};

/// With which algorithm a signature was made, seen from the signature and the public key alone.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SignedWith {
    /// `RSA`: SHA-1.
    Rsa,
    /// `RSA2`: SHA-256.
    Rsa2,
    /// A hash that the gateway does not use.
    OtherHash,
}

/// `DigestInfo` up to the hash itself (RFC 8017 §9.2).
const SHA_1: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
const SHA_256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

impl PublicKey {
    /// Whether `signature` was made with the private half of this key, and with which algorithm, whatever was signed.
    ///
    /// RSA gives back what was signed to whoever has the public key: with the right key a fixed padding and the name of
    /// the hash stand there, with any other key noise. This tells why a signature does not hold. Whether it holds is
    /// for [`PublicKey::verify`] to say. `None` for another key, and always for SM2.
    ///
    /// ```
    /// # #[cfg(feature = "aws-lc")] {
    /// use alipay_sign::{PrivateKey, SignType, SignedWith};
    ///
    /// let key = PrivateKey::generate(2048)?;
    /// let signature = key.sign(SignType::Rsa2, b"whatever it was")?;
    /// assert_eq!(key.public_key().signed_with(&signature), Some(SignedWith::Rsa2));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn signed_with(&self, signature: &[u8]) -> Option<SignedWith> {
        let Ok(Found::Public(Public::Rsa(key))) = asn1::read(self.spki()) else { return None };
        if signature.len() != self.bits().div_ceil(8) {
            return None;
        }
        let modulus = widened(key.modulus)?;
        let signature_number = widened(signature).filter(|number| *number < modulus)?;
        let exponent = U64::from_be_slice(&padded::<8>(key.exponent)?);
        let base = DynResidue::new(&signature_number, DynResidueParams::new(&modulus));
        let opened = base.pow_bounded_exp(&exponent, exponent.bits()).retrieve().to_be_bytes();
        let block = opened.get(opened.len().checked_sub(signature.len())?..)?;

        let rest = block.strip_prefix(b"\x00\x01")?;
        let padding = rest.iter().take_while(|byte| **byte == 0xFF).count();
        let info = rest.get(padding..)?.strip_prefix(b"\x00")?;
        let is = |prefix: &[u8], hash: usize| info.starts_with(prefix) && info.len() == prefix.len() + hash;
        match padding {
            0..8 => None,
            _ if is(SHA_256, 32) => Some(SignedWith::Rsa2),
            _ if is(SHA_1, 20) => Some(SignedWith::Rsa),
            _ => Some(SignedWith::OtherHash),
        }
    }
}

/// Big-endian bytes as the widest number that a key may have.
fn widened(bytes: &[u8]) -> Option<U8192> {
    padded::<1024>(bytes).map(|bytes| U8192::from_be_slice(&bytes))
}

fn padded<const LENGTH: usize>(bytes: &[u8]) -> Option<[u8; LENGTH]> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let bytes = bytes.get(start..)?;
    let mut padded = [0; LENGTH];
    padded.get_mut(LENGTH.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
    Some(padded)
}
