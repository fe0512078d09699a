//! Encrypted contents (protocol-v2 §5, protocol-v3 §5): encrypt before signing, verify before decrypting.

use alipay_sign::{ContentCipher, SecretBytes};

use crate::config::{Content, Nonce, Settings};
use crate::error::{AnswerError, ConfigError, Error};
use crate::nonce;
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

    /// The ciphertext, in base64.
    pub(crate) fn encrypt(&self, plain: &[u8], nonce: &dyn Nonce) -> Result<String, ConfigError> {
        let vector = match self.cipher {
            ContentCipher::Aes => [0; 16],
            _ => nonce::block(nonce)?,
        };
        let encrypted = self.key.encrypt(self.cipher, plain, || vector);
        encrypted.map_err(|error| ConfigError::new("content_key", error.to_string(), "check the key"))
    }

    /// The plain bytes of base64 ciphertext.
    pub(crate) fn decrypt(&self, ciphertext: &str) -> Result<SecretBytes, AnswerError> {
        self.key.decrypt(self.cipher, ciphertext).map_err(|_| AnswerError::WrongContentKey)
    }
}
