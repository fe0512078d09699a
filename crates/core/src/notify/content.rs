//! Messages with an encrypted `biz_content` (protocol-v3 §8.1). The signature covers the ciphertext, so that it is
//! decrypted after the signature has held, and not before.

use alipay_sign::{Charset, is_blank};

use super::verify::shorten;
use super::{Notification, NotifyError};
use crate::answer::announced_charset;
use crate::config::Content;

const CONTENT: &str = "biz_content";

impl Notification {
    /// The same in plain text. `content` is what was agreed; `encrypt_type` has no choice but to agree with it.
    pub(super) fn decrypted(
        mut self,
        content: Option<&Content>,
        content_type: Option<&str>,
    ) -> Result<Self, NotifyError> {
        let present = |name: &str| self.get(name).filter(|value| !is_blank(value));
        let (Some(seen), Some(ciphertext)) = (present("encrypt_type"), present(CONTENT)) else {
            return Ok(self);
        };
        let content = content.ok_or(NotifyError::Encrypted)?;
        if seen != content.name() {
            return Err(NotifyError::EncryptType { seen: shorten(seen), agreed: content.cipher });
        }
        let plain = content.decrypt(ciphertext).map_err(|_| NotifyError::WrongContentKey)?;
        // A wrong key can leave a padding that fits, but hardly ever text. So no charset is guessed here.
        let named = self.get("charset").and_then(|label| Charset::parse(label).ok());
        let declared = named.or_else(|| content_type.and_then(announced_charset));
        let text = [declared, Some(Charset::utf_8())]
            .into_iter()
            .flatten()
            .find_map(|charset| charset.decode(plain.expose()).ok())
            .ok_or(NotifyError::WrongContentKey)?;
        for (_, value) in self.fields.iter_mut().filter(|(name, _)| name == CONTENT) {
            value.clone_from(&text);
        }
        Ok(self)
    }
}
