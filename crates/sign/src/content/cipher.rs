//! The names of the content ciphers, because the wire and the configuration speak of them.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A way to encrypt content, by its name on the wire (`encrypt_type`).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ContentCipher {
    /// `AES`: CBC with PKCS#7 padding, and an initialization vector of zeros. What the console offers.
    ///
    /// Equal texts give equal ciphertexts, and so do equal beginnings.
    #[default]
    Aes,
    /// `AES_V2`: the same with a random initialization vector, which stands before the ciphertext.
    AesV2,
}

impl ContentCipher {
    /// The name on the wire: `AES` or `AES_V2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aes => "AES",
            Self::AesV2 => "AES_V2",
        }
    }
}

impl fmt::Display for ContentCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ContentCipher {
    type Err = UnknownContentCipher;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "AES" => Ok(Self::Aes),
            "AES_V2" => Ok(Self::AesV2),
            _ => Err(UnknownContentCipher { seen: text.chars().take(40).collect() }),
        }
    }
}

/// A text that names no supported content cipher.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownContentCipher {
    seen: String,
}

impl fmt::Display for UnknownContentCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown content cipher {:?}: use \"AES\" or \"AES_V2\"", self.seen)
    }
}

impl Error for UnknownContentCipher {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_read_back() {
        for cipher in [ContentCipher::Aes, ContentCipher::AesV2] {
            assert_eq!(cipher.to_string().parse(), Ok(cipher));
        }
    }

    #[test]
    fn an_unknown_name_is_repeated_with_the_choices() {
        let error = "aes".parse::<ContentCipher>().unwrap_err().to_string();
        assert_eq!(error, r#"unknown content cipher "aes": use "AES" or "AES_V2""#);
    }
}
