//! The key of the application for commands that only sign.

use std::path::PathBuf;

use alipay_api::sign::{Charset, PrivateKey, SignType};
use clap::Args;

use super::layer::Setting;
use super::{Environment, Flags, missing};
use crate::failure::Complaint;
use crate::unusable;

/// Flags of commands that sign a text.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SigningFlags {
    /// File with the private key of the application [ALIPAY_PRIVATE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    private_key: Option<PathBuf>,
    /// Charset: UTF-8 or GBK [ALIPAY_CHARSET]
    #[arg(long)]
    charset: Option<String>,
    /// Algorithm: RSA2, RSA or SM2 [ALIPAY_SIGN_TYPE]
    #[arg(long)]
    sign_type: Option<String>,
    /// Profile to use [ALIPAY_PROFILE]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// File with profiles [ALIPAY_PROFILE_FILE]
    #[arg(long, value_name = "FILE")]
    profile_file: Option<PathBuf>,
}

/// A key to sign with, and the algorithm that was asked for.
#[derive(Debug)]
pub(crate) struct Signing {
    pub(crate) key: PrivateKey,
    pub(crate) sign_type: Option<SignType>,
}

impl SigningFlags {
    /// Puts flags, environment and profile together, and reads the key.
    pub(crate) fn settle(&self, environment: Environment<'_>) -> Result<Signing, Complaint> {
        let layer = self.as_flags().layer(environment)?;
        let key = layer
            .private_key
            .ok_or_else(|| missing("private_key", "--private-key FILE", "ALIPAY_PRIVATE_KEY_FILE"))?;
        Ok(Signing {
            key: private_key_of(&key.bytes("private_key")?, "private_key")?,
            sign_type: layer.sign_type.as_ref().map(Setting::sign_type).transpose()?,
        })
    }

    /// The charset alone, which takes no key.
    pub(crate) fn charset(&self, environment: Environment<'_>) -> Result<Option<Charset>, Complaint> {
        self.as_flags().layer(environment)?.charset.as_ref().map(Setting::charset).transpose()
    }

    fn as_flags(&self) -> Flags {
        let Self { private_key, charset, sign_type, profile, profile_file } = self.clone();
        Flags { private_key, charset, sign_type, profile, profile_file, ..Flags::default() }
    }
}

/// A private key from its text; `what` names where it came from.
pub(crate) fn private_key_of(text: &[u8], what: &str) -> Result<PrivateKey, Complaint> {
    PrivateKey::parse(text).map_err(|error| unusable::key(what, &error))
}
