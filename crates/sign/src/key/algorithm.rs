//! What a key is for, because sign type and key must agree before anything is signed or verified.

use std::fmt;

/// The algorithm that a key is for.
///
/// ```
/// use alipay_sign::{KeyAlgorithm, SignType};
///
/// assert_eq!(SignType::Rsa2.key_algorithm(), KeyAlgorithm::Rsa);
/// assert_eq!(KeyAlgorithm::Sm2.to_string(), "SM2");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyAlgorithm {
    /// RSA, for the sign types `RSA` and `RSA2`.
    Rsa,
    /// SM2 on the curve 1.2.156.10197.1.301, for the sign type `SM2`.
    Sm2,
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Rsa => "RSA",
            Self::Sm2 => "SM2",
        })
    }
}
