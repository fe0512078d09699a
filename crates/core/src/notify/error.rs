//! Why a notification is not believed, or not taken.

use std::error::Error as StdError;
use std::fmt;

use alipay_sign::{ContentCipher, FormError, SignType};

use super::StoreError;

/// Why a notification is not believed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NotifyError {
    /// The body is no form, or a name stands there twice.
    Form(FormError),
    /// There is no `sign`.
    NotSigned,
    /// It is signed with another algorithm than was agreed.
    SignType {
        /// What the message says.
        seen: String,
        /// What the configuration says.
        agreed: SignType,
    },
    /// It names a certificate of Alipay that is not known.
    UnknownCertificate {
        /// Its serial number.
        serial: String,
    },
    /// The signature does not hold.
    WrongSignature,
    /// It is signed, but for another application.
    ForeignApp {
        /// The application in the message.
        seen: String,
        /// Ours.
        ours: String,
    },
    /// It is signed, but encrypted, and there is no content key.
    Encrypted,
    /// It is signed, but encrypted with another cipher than was agreed.
    EncryptType {
        /// What the message says.
        seen: String,
        /// What the configuration says.
        agreed: ContentCipher,
    },
    /// It is signed, but cannot be decrypted.
    WrongContentKey,
    /// It is signed, but could be divided into parameters in more than one way.
    Ambiguous {
        /// The parameter whose value holds another one.
        field: String,
        /// The parameter in it.
        name: String,
    },
    /// It is signed, but says something else than expected.
    Mismatch {
        /// The field.
        field: &'static str,
        /// What was expected.
        expected: String,
        /// What it says.
        seen: String,
    },
    /// It is signed, but the store that remembers notifications does not work.
    Store(StoreError),
}

impl fmt::Display for NotifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => write!(formatter, "notification: {error}"),
            Self::NotSigned => formatter.write_str(
                "notification: there is no parameter `sign`; hand over the raw body of the POST, or of a browser that came back the whole URL",
            ),
            Self::SignType { seen, agreed } => write!(
                formatter,
                "notification: sign_type is {seen:?}, but {agreed} was agreed; set the sign type of the client to what the console says"
            ),
            Self::UnknownCertificate { serial } => write!(
                formatter,
                "notification: it names Alipay's certificate {serial:?}, which is not known; give it as alipay_certificate beside the old one (the client downloads it for an answer, never for a notification)"
            ),
            Self::WrongSignature => formatter.write_str(
                "notification: the signature does not hold; hand over the raw body, or the whole URL, unchanged, and check that alipay_public_key is Alipay's key of this application, or alipay_certificate its newest certificate",
            ),
            Self::ForeignApp { seen, ours } => write!(
                formatter,
                "notification: app_id is {seen:?}, ours is {ours:?}; it was meant for another application"
            ),
            Self::Encrypted => formatter.write_str(
                "notification: biz_content is encrypted, and no content key is configured; copy it from the console into content_key",
            ),
            Self::EncryptType { seen, agreed } => write!(
                formatter,
                "notification: encrypt_type is {seen:?}, but {agreed} was agreed; set content_cipher of the client to what the console says"
            ),
            Self::WrongContentKey => formatter.write_str(
                "notification: biz_content cannot be decrypted; compare content_key with the content encryption key in the console",
            ),
            Self::Ambiguous { field, name } => write!(
                formatter,
                "notification: the value of {field} holds `&{name}=`, so that the signature would also fit other values; query the order instead, and percent-encode what you give as {field}"
            ),
            Self::Mismatch { field, expected, seen } => write!(
                formatter,
                "notification: {field} is {seen}, expected was {expected}; do not deliver before this is cleared up"
            ),
            Self::Store(error) => write!(formatter, "notification: {error}"),
        }
    }
}

impl StdError for NotifyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Form(error) => Some(error),
            Self::Store(error) => error.source(),
            Self::NotSigned
            | Self::SignType { .. }
            | Self::UnknownCertificate { .. }
            | Self::WrongSignature
            | Self::ForeignApp { .. }
            | Self::Encrypted
            | Self::EncryptType { .. }
            | Self::WrongContentKey
            | Self::Ambiguous { .. }
            | Self::Mismatch { .. } => None,
        }
    }
}
