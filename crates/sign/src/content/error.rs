//! What can go wrong with encrypted content, told without a byte of key or plaintext.

use std::error::Error;
use std::fmt;

/// A text that is no content key. No variant holds any part of the key.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ContentKeyError {
    /// Nothing but white space.
    Empty,
    /// Base64 of a length that AES keys do not have.
    Length {
        /// The length that was seen.
        bytes: usize,
    },
    /// Not base64.
    NotBase64,
}

impl fmt::Display for ContentKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the content key is empty: copy it from the console"),
            Self::Length { bytes } => write!(
                f,
                "the content key decodes to {bytes} bytes, and AES wants 16, 24 or 32: copy the base64 text \
                 from the console"
            ),
            Self::NotBase64 => {
                f.write_str("the content key is not base64: copy the text from the console, unchanged")
            }
        }
    }
}

impl Error for ContentKeyError {}

/// A content that could not be encrypted: the arithmetic failed, whatever the content.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EncryptError(pub(super) ());

impl fmt::Display for EncryptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the content could not be encrypted")
    }
}

impl Error for EncryptError {}

/// A content that cannot be decrypted.
///
/// Whether base64, length or padding was wrong is not told: each answer would be a hint at the plaintext.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecryptError(pub(super) ());

impl fmt::Display for DecryptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the content cannot be decrypted: compare the content key with the console's")
    }
}

impl Error for DecryptError {}
