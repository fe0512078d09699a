//! What can go wrong with the sandbox itself, as against what the gateway in it answers.

use std::error::Error;
use std::fmt;

use alipay_sign::{CertError, ContentKeyError, GenerateError, KeyError};

use crate::catalog::CatalogError;

/// A sandbox that cannot be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// A key that was given cannot be read.
    Key {
        /// Which: `app_public_key` or `alipay_private_key`.
        field: &'static str,
        /// Why.
        source: KeyError,
    },
    /// A certificate that was given cannot be read.
    Certificate {
        /// Which: `app_certificate`.
        field: &'static str,
        /// Why.
        source: CertError,
    },
    /// A certificate could not be made.
    Certify(String),
    /// The content key cannot be read.
    ContentKey(ContentKeyError),
    /// A key could not be generated.
    Generate(GenerateError),
    /// The application has Alipay's key.
    SameKey,
    /// Another setting cannot work.
    Setting {
        /// Name of the setting.
        field: &'static str,
        /// What was seen, and how to mend it.
        what: String,
    },
    /// The catalog inside this crate is damaged; it was not written by the generator.
    Catalog(CatalogError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { field, source } => write!(formatter, "{field}: {source}"),
            Self::Certificate { field, source } => write!(formatter, "{field}: {source}"),
            Self::Certify(what) => write!(formatter, "certificate: it could not be made: {what}"),
            Self::ContentKey(error) => write!(formatter, "content_key: {error}"),
            Self::Generate(error) => write!(formatter, "key: {error}"),
            Self::SameKey => formatter.write_str(
                "app_public_key: it belongs to alipay_private_key; the application needs a key of its own",
            ),
            Self::Setting { field, what } => write!(formatter, "{field}: {what}"),
            Self::Catalog(error) => error.fmt(formatter),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Key { source, .. } => Some(source),
            Self::Certificate { source, .. } => Some(source),
            Self::ContentKey(error) => Some(error),
            Self::Generate(error) => Some(error),
            Self::SameKey | Self::Certify(_) | Self::Setting { .. } | Self::Catalog(_) => None,
        }
    }
}

/// Something that a phone or a user cannot do now, with the reason.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ControlError(String);

impl ControlError {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for ControlError {}
