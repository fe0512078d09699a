//! The `sm2` crate: SM3withSM2 in pure Rust, which AWS-LC and `rsa` do not have.

use der::asn1::{AnyRef, UintRef};
use der::{Decode as _, Encode as _};
use sm2::SecretKey;
use sm2::dsa::signature::{RandomizedSigner as _, Verifier as _};
use sm2::dsa::{self, Signature};
use sm2::elliptic_curve::rand_core::{OsRng, RngCore as _};
use sm2::elliptic_curve::sec1::ToEncodedPoint as _;
use zeroize::Zeroizing;

use crate::key::asn1::{children, number, sequence};
use crate::{KeyError, SignError};

/// Who signs, hashed before every message: the one that GM/T 0009 names for want of another, which Alipay
/// uses for everybody and certificates use, too (protocol-v2 §3).
const USER_ID: &str = "1234567812345678";

/// The bytes of a scalar.
const SCALAR: usize = 32;

/// A private key. Wiped from memory, unlike the signing key that is made of it for each signature.
pub(crate) struct SigningKey(SecretKey);

impl SigningKey {
    pub(crate) fn new(scalar: &[u8]) -> Result<Self, KeyError> {
        SecretKey::from_slice(scalar).map(Self).map_err(|_| KeyError::Malformed)
    }

    /// Big-endian, with leading zeros.
    pub(crate) fn scalar(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(Zeroizing::new(self.0.to_bytes()).to_vec())
    }

    /// The uncompressed point of the public key.
    pub(crate) fn point(&self) -> Vec<u8> {
        self.0.public_key().to_encoded_point(false).as_bytes().to_vec()
    }

    /// The signature as DER. Its secret number follows from key, message and randomness: neither a poor
    /// source of randomness nor a fault while signing alone gives the key away.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = dsa::SigningKey::new(USER_ID, &self.0)
            .and_then(|key| key.try_sign_with_rng(&mut OsRng, message))
            .map_err(|_| SignError::arithmetic())?;
        write_signature(&signature).map_err(|_| SignError::arithmetic())
    }
}

/// A public key, with the hash of the user id that is due before every message.
pub(crate) struct VerifyingKey(dsa::VerifyingKey);

impl VerifyingKey {
    /// The point may be compressed, and must be on the curve.
    pub(crate) fn new(point: &[u8]) -> Result<Self, KeyError> {
        dsa::VerifyingKey::from_sec1_bytes(USER_ID, point).map(Self).map_err(|_| KeyError::Malformed)
    }

    /// The uncompressed point.
    pub(crate) fn point(&self) -> Vec<u8> {
        self.0.to_encoded_point(false).as_bytes().to_vec()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        read_signature(signature).is_some_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

/// The scalar of a new private key.
pub(crate) fn generate() -> Option<Zeroizing<[u8; SCALAR]>> {
    let mut scalar = Zeroizing::new([0; SCALAR]);
    // Not every number is below the order of the curve, but nearly all are.
    for _ in 0..8 {
        OsRng.try_fill_bytes(scalar.as_mut_slice()).ok()?;
        if SecretKey::from_slice(scalar.as_slice()).is_ok() {
            return Some(scalar);
        }
    }
    None
}

/// A sequence of two numbers in the shortest DER; any other encoding would be a second signature for the
/// same message.
fn read_signature(der: &[u8]) -> Option<Signature> {
    let [r, s] = children(AnyRef::from_der(der).ok()?).ok()?.try_into().ok()?;
    let scalars = [padded(number(r).ok()?)?, padded(number(s).ok()?)?].concat();
    Signature::from_slice(&scalars).ok()
}

fn write_signature(signature: &Signature) -> Result<Vec<u8>, KeyError> {
    let [r, s] = [signature.r_bytes(), signature.s_bytes()];
    Ok(sequence(&[&UintRef::new(&r)?.to_der()?, &UintRef::new(&s)?.to_der()?])?.to_vec())
}

/// The number with leading zeros, if it is short enough.
fn padded(number: &[u8]) -> Option<[u8; SCALAR]> {
    let mut padded = [0; SCALAR];
    padded.get_mut(SCALAR.checked_sub(number.len())?..)?.copy_from_slice(number);
    Some(padded)
}
