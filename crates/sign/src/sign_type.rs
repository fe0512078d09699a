//! The names of the signature algorithms, because the wire, the configuration and the keys all speak of them.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::KeyAlgorithm;

/// A signature algorithm of the gateway, by its name on the wire.
///
/// The algorithm comes from configuration, never from a message (protocol-v2 §3.3).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SignType {
    /// `RSA`: RSASSA-PKCS1-v1_5 with SHA-1. Legacy; signing needs the feature `rustcrypto`.
    Rsa,
    /// `RSA2`: RSASSA-PKCS1-v1_5 with SHA-256, with keys of 2048 bits and more.
    Rsa2,
    /// `SM2`: SM3withSM2. Signing and verifying need the feature `sm2`.
    Sm2,
}

impl SignType {
    /// The name on the wire: `RSA`, `RSA2` or `SM2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::Rsa2 => "RSA2",
            Self::Sm2 => "SM2",
        }
    }

    /// The algorithm of the keys that sign and verify so.
    #[must_use]
    pub const fn key_algorithm(self) -> KeyAlgorithm {
        match self {
            Self::Rsa | Self::Rsa2 => KeyAlgorithm::Rsa,
            Self::Sm2 => KeyAlgorithm::Sm2,
        }
    }
}

impl fmt::Display for SignType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SignType {
    type Err = UnknownSignType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "RSA" => Ok(Self::Rsa),
            "RSA2" => Ok(Self::Rsa2),
            "SM2" => Ok(Self::Sm2),
            _ => Err(UnknownSignType { seen: text.chars().take(40).collect() }),
        }
    }
}

/// A text that names no supported signature algorithm.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownSignType {
    seen: String,
}

impl fmt::Display for UnknownSignType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown sign type {:?}: use \"RSA2\" (SHA-256), \"RSA\" (SHA-1, legacy) or \"SM2\" (SM3)",
            self.seen
        )
    }
}

impl Error for UnknownSignType {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_read_back() {
        for sign_type in [SignType::Rsa, SignType::Rsa2, SignType::Sm2] {
            assert_eq!(sign_type.to_string().parse(), Ok(sign_type));
        }
    }

    #[test]
    fn an_unknown_name_is_repeated_with_the_choices() {
        let error = "rsa-256".parse::<SignType>().unwrap_err().to_string();
        assert_eq!(
            error,
            r#"unknown sign type "rsa-256": use "RSA2" (SHA-256), "RSA" (SHA-1, legacy) or "SM2" (SM3)"#
        );
    }
}
