//! Encrypted contents (protocol-v2 §5, protocol-v3 §5): what is asked for, decrypting, encrypting.

use alipay_sign::{ContentCipher, ContentKey, DecryptError, SecretBytes};

use crate::builder::Settings;

/// How one call is encrypted, both ways, or one message.
#[derive(Clone, Copy)]
pub(crate) struct Encryption<'a> {
    key: &'a ContentKey,
    cipher: ContentCipher,
}

/// Why a call cannot be encrypted: a code without the prefix that v2 puts in front, and a message.
pub(crate) struct Unreadable {
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

impl<'a> Encryption<'a> {
    /// Reads `encrypt_type` or `alipay-encrypt-type`, where there is one.
    pub(crate) fn wanted(settings: &'a Settings, name: Option<&str>) -> Result<Option<Self>, Unreadable> {
        let Some(name) = name else { return Ok(None) };
        let Ok(cipher) = name.parse() else {
            let message = "无效的加密类型, 沙箱支持 AES 和 AES_V2";
            return Err(Unreadable { code: "invalid-encrypt-type", message });
        };
        match &settings.content_key {
            Some(key) => Ok(Some(Self { key, cipher })),
            None => Err(Unreadable {
                code: "missing-encrypt-key", message: "应用没有配置接口内容加密密钥"
            }),
        }
    }

    /// What messages of v3 are encrypted with, where they are.
    pub(crate) fn of_messages(settings: &'a Settings) -> Option<Self> {
        let cipher = settings.message_cipher?;
        settings.content_key.as_ref().map(|key| Self { key, cipher })
    }

    /// `encrypt_type`.
    pub(crate) fn name(&self) -> &'static str {
        self.cipher.as_str()
    }

    /// The plain bytes of a content. Verify its signature first.
    pub(crate) fn decrypt(&self, content: &str) -> Result<SecretBytes, Unreadable> {
        self.key.decrypt(self.cipher, content).map_err(|_: DecryptError| UNDECRYPTABLE)
    }

    /// A content in base64.
    pub(crate) fn encrypt(&self, plain: &[u8]) -> String {
        let mut block = [0; 16];
        // A machine without randomness could not have made keys either; an empty content is then all there is.
        match getrandom::fill(&mut block) {
            Ok(()) => self.key.encrypt(self.cipher, plain, || block).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

/// Told of base64, length, padding and charset alike: each difference would be a hint at the plaintext.
pub(crate) const UNDECRYPTABLE: Unreadable = Unreadable {
    code: "decryption-error-unknown",
    message: "解密出错, 请检查接口内容加密密钥是否与应用的设置一致",
};
