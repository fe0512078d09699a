//! The content key: shared with Alipay, set in the console, and what content is encrypted with.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{ContentCipher, ContentKeyError, DecryptError, EncryptError};
use crate::SecretBytes;
use crate::backend::{self, AES_BLOCK};
use crate::key::text::LENIENT;

/// The AES key that application and Alipay share.
///
/// Wiped from memory when dropped; `Debug` shows its length and nothing else.
#[derive(Clone)]
pub struct ContentKey {
    bytes: Zeroizing<Vec<u8>>,
}

impl ContentKey {
    /// Reads a key of 128, 192 or 256 bits from base64, as the console shows it.
    ///
    /// White space and missing padding are not minded.
    ///
    /// # Errors
    /// [`ContentKeyError`] says what was given instead, and never shows any of it.
    ///
    /// ```
    /// use alipay_sign::{ContentKey, ContentKeyError};
    ///
    /// assert_eq!(ContentKey::parse("AAECAwQFBgcICQoLDA0ODw==")?.bits(), 128);
    /// assert_eq!(ContentKey::parse("c2hvcnQ=").unwrap_err(), ContentKeyError::Length { bytes: 5 });
    /// # Ok::<(), ContentKeyError>(())
    /// ```
    pub fn parse(base64: impl AsRef<[u8]>) -> Result<Self, ContentKeyError> {
        let compact = compact(base64.as_ref());
        if compact.is_empty() {
            return Err(ContentKeyError::Empty);
        }
        let bytes = LENIENT.decode(&*compact).map(Zeroizing::new).map_err(|_| ContentKeyError::NotBase64)?;
        match bytes.len() {
            16 | 24 | 32 => Ok(Self { bytes }),
            bytes => Err(ContentKeyError::Length { bytes }),
        }
    }

    /// Length of the key in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.bytes.len() * 8
    }

    /// Encrypts a content (bytes in the charset of the request) to one line of base64.
    ///
    /// `random_block` is called for [`ContentCipher::AesV2`] only, and must give unpredictable bytes, others
    /// each time: nothing in this crate draws them.
    ///
    /// # Errors
    /// [`EncryptError`] if the arithmetic fails, which no content makes it do.
    ///
    /// ```
    /// use alipay_sign::{ContentCipher, ContentKey};
    ///
    /// let key = ContentKey::parse("AAECAwQFBgcICQoLDA0ODw==")?;
    /// let content = key.encrypt(ContentCipher::Aes, br#"{"a":1}"#, || [0; 16])?;
    /// assert_eq!(content, "OPu5otG1drB6dWFGfVTzTA==");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn encrypt(
        &self,
        cipher: ContentCipher,
        content: &[u8],
        random_block: impl FnOnce() -> [u8; 16],
    ) -> Result<String, EncryptError> {
        let (vector, mut encrypted) = match cipher {
            ContentCipher::Aes => ([0; AES_BLOCK], Vec::new()),
            ContentCipher::AesV2 => {
                let vector = random_block();
                (vector, vector.to_vec())
            }
        };
        encrypted.extend(backend::encrypt_cbc(&self.bytes, vector, content).ok_or(EncryptError(()))?);
        Ok(STANDARD.encode(encrypted))
    }

    /// Decrypts a content from base64; white space in it is ignored, all else is strict.
    ///
    /// Verify the signature over the encrypted text first.
    ///
    /// # Errors
    /// [`DecryptError`] for anything that this key and cipher did not encrypt, as far as the padding tells.
    ///
    /// ```
    /// use alipay_sign::{ContentCipher, ContentKey};
    ///
    /// let key = ContentKey::parse("AAECAwQFBgcICQoLDA0ODw==")?;
    /// let content = key.decrypt(ContentCipher::Aes, "OPu5otG1drB6dWFGfVTzTA==")?;
    /// assert_eq!(content.expose(), br#"{"a":1}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decrypt(&self, cipher: ContentCipher, base64: &str) -> Result<SecretBytes, DecryptError> {
        let bytes = STANDARD.decode(&*compact(base64.as_bytes())).map_err(|_| DecryptError(()))?;
        let (vector, encrypted) = match cipher {
            ContentCipher::Aes => ([0; AES_BLOCK], bytes.as_slice()),
            ContentCipher::AesV2 => {
                let (vector, encrypted) = bytes.split_first_chunk().ok_or(DecryptError(()))?;
                (*vector, encrypted)
            }
        };
        backend::decrypt_cbc(&self.bytes, vector, encrypted).map(SecretBytes::from).ok_or(DecryptError(()))
    }
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentKey").field("bits", &self.bits()).finish_non_exhaustive()
    }
}

fn compact(base64: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut compact = Zeroizing::new(Vec::with_capacity(base64.len()));
    compact.extend(base64.iter().filter(|byte| !byte.is_ascii_whitespace()));
    compact
}
