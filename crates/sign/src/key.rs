//! RSA and SM2 keys in every form in which they are handed out. The form is read from the key, never configured.

mod algorithm;
pub(crate) mod asn1;
mod error;
mod private;
mod public;
mod signed_with;
mod sm2;
pub(crate) mod text;

pub use algorithm::KeyAlgorithm;
pub(crate) use asn1::RsaPrivate;
pub use error::{GenerateError, KeyError};
pub use private::PrivateKey;
pub use public::PublicKey;
pub use signed_with::SignedWith;

/// The shortest key that is read at all; only old applications with sign type `RSA` have such.
const MIN_BITS: usize = 1024;

/// The longest key: beyond it, one signature costs seconds (protocol-v2 §3.1).
pub(crate) const MAX_BITS: usize = 8192;

/// The length of every SM2 key.
const SM2_BITS: usize = 256;

/// The shortest key for RSA2, unless the owner of the key says otherwise.
const MIN_RSA2_BITS: usize = 2048;
