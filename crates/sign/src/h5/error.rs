//! Why a link is not believed, or cannot be made.

use std::error::Error;
use std::fmt;

use crate::{DecodeError, EncodeError, FormError, SignError, VerifyError};

/// A link that is not believed, or that cannot be made.
#[non_exhaustive]
#[derive(Debug)]
pub enum H5Error {
    /// The address of the page has a sign key in its own query, `=` or `&` before its `?`, a character that belongs in
    /// no address, or no scheme and host.
    Address,
    /// A signed value that could be split into other parameters under the same signature.
    AmbiguousValue {
        /// The sign key.
        name: String,
    },
    /// A signed value is not text in the configured charset.
    Decode {
        /// The sign key.
        name: String,
        /// Where the text breaks.
        source: DecodeError,
    },
    /// A value has a character that the configured charset does not have.
    Encode(EncodeError),
    /// The query is too long, or has too many or repeated parameters.
    Form(FormError),
    /// The configuration has a sign type, and the link no `sign`.
    MissingSignature,
    /// None of the sign keys has a value, so that a signature would prove nothing.
    NothingSigned,
    /// The signer failed.
    Sign(SignError),
    /// Unusable `signKeys`.
    SignKeys {
        /// The name, or the whole list.
        seen: String,
    },
    /// The `sign` of the link is not base64.
    SignatureText,
    /// The link has a `sign`, and the configuration no sign type to check it with.
    UnexpectedSignature,
    /// The signature holds under none of the readings that were tried.
    Verify {
        /// How many readings were tried.
        tried: usize,
        /// What was said of the last of them.
        source: VerifyError,
    },
}

impl fmt::Display for H5Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str(
                "the address of the page holds a signed parameter of its own, `=` or `&` before its `?`, or a \
                 character that belongs in no address, or it has no scheme and host: give a plain one, such as \
                 https://m.example.com/use",
            ),
            Self::AmbiguousValue { name } => write!(
                f,
                "the value of {name} holds the start of another signed parameter, so the signature proves \
                 neither"
            ),
            Self::Decode { name, .. } => {
                write!(
                    f,
                    "the value of {name} is not text in the configured charset: compare `charset` with the \
                     template"
                )
            }
            Self::Encode(_) => f.write_str("a value cannot be written in the configured charset"),
            Self::Form(_) => f.write_str("the query of the link is refused"),
            Self::MissingSignature => f.write_str(
                "the link has no `sign`: do not believe it; if the template has no `signType`, configure \
                 none",
            ),
            Self::NothingSigned => {
                f.write_str("none of the signKeys has a value: there is nothing to sign or to believe")
            }
            Self::Sign(_) => f.write_str("the link could not be signed"),
            Self::SignKeys { seen } => write!(
                f,
                "unusable signKeys {seen:?}: give distinct names of ASCII letters, digits and `_`, \
                 `voucherId` among them, without `sign`"
            ),
            Self::SignatureText => f.write_str("the `sign` of the link is not base64"),
            Self::UnexpectedSignature => f.write_str(
                "the link has a `sign` and no sign type is configured: set the `signType` of the template",
            ),
            Self::Verify { tried, .. } => write!(
                f,
                "the signature of the link does not hold ({tried} {} tried): compare key, signType and \
                 signKeys with the template",
                if *tried == 1 { "reading" } else { "readings" }
            ),
        }
    }
}

impl Error for H5Error {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Decode { source, .. } => Some(source),
            Self::Encode(source) => Some(source),
            Self::Form(source) => Some(source),
            Self::Sign(source) => Some(source),
            Self::Verify { source, .. } => Some(source),
            Self::Address
            | Self::AmbiguousValue { .. }
            | Self::MissingSignature
            | Self::NothingSigned
            | Self::SignKeys { .. }
            | Self::SignatureText
            | Self::UnexpectedSignature => None,
        }
    }
}
