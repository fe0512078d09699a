//! Content encryption: `biz_content` and the answers to it, hidden from whoever carries them.
//!
//! Encryption proves nothing about who wrote a text: the signature does, over the encrypted text. So verify
//! first and decrypt then, also because whoever answers "cannot be decrypted" to anybody's bytes can be asked
//! for the plaintext byte by byte (protocol-v2 §5, protocol-v3 §5).

mod cipher;
mod error;
mod key;

pub use cipher::{ContentCipher, UnknownContentCipher};
pub use error::{ContentKeyError, DecryptError, EncryptError};
pub use key::ContentKey;
