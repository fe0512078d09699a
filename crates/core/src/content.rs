//! Encrypted contents (protocol-v2 §5, protocol-v3 §5): encrypt before signing, verify before decrypting.

use alipay_sign::SecretBytes;

use crate::config::{Content, Nonce, Settings};
use crate::error::{AnswerError, ConfigError, Error};
use crate::options::CallOptions;

/// The key for this call; `None` where it is not encrypted.
pub(crate) fn of_call<'a>(
    settings: &'a Settings,
    method: &str,
    options: &CallOptions,
) -> Result<Option<&'a Content>, Error> {
    let wanted =
        options.encrypt.unwrap_or_else(|| settings.content.as_ref().is_some_and(|content| content.always));
    match (&settings.content, wanted) {
        (_, false) => Ok(None),
        (Some(content), true) => Ok(Some(content)),
        (None, true) => {
            let fix = "copy the content encryption key from the console";
            Err(Error::config(
                method,
                ConfigError::new("content_key", "absent, but the call is to be encrypted", fix),
            ))
        }
    }
}

impl Content {
    /// What `encrypt_type` and `alipay-encrypt-type` say.
    pub(crate) fn name(&self) -> &'static str {
        self.cipher.as_str()
    }

    /// The ciphertext, in base64. `nonce` makes 32 hexadecimal digits that were not used before.
    pub(crate) fn encrypt(&self, plain: &[u8], nonce: &dyn Nonce) -> Result<String, ConfigError> {
        let block = || {
            let mut block = [0_u8; 16];
            for (byte, digits) in block.iter_mut().zip(nonce.next().as_bytes().chunks_exact(2)) {
                let digits = std::str::from_utf8(digits).unwrap_or_default();
                *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
            }
            block
        };
        let encrypted = self.key.encrypt(self.cipher, plain, block);
        encrypted.map_err(|error| ConfigError::new("content_key", error.to_string(), "check the key"))
    }

    /// The plain bytes of base64 ciphertext.
    pub(crate) fn decrypt(&self, ciphertext: &str) -> Result<SecretBytes, AnswerError> {
        self.key.decrypt(self.cipher, ciphertext).map_err(|_| AnswerError::WrongContentKey)
    }
}
