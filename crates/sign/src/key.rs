//! RSA keys in every form in which they are handed out. The form is read from the key, never configured.

pub(crate) mod asn1;
mod error;
mod private;
mod public;
pub(crate) mod text;

pub(crate) use asn1::RsaPrivate;
pub use error::{GenerateError, KeyError};
pub use private::PrivateKey;
pub use public::PublicKey;

/// The shortest key that is read at all; only old applications with sign type `RSA` have such.
const MIN_BITS: usize = 1024;

/// The longest key: beyond it, one signature costs seconds (protocol-v2 §3.1).
pub(crate) const MAX_BITS: usize = 8192;

/// The shortest key for RSA2, unless the owner of the key says otherwise.
const MIN_RSA2_BITS: usize = 2048;
