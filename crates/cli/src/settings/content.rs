//! The content key for commands that only encrypt or decrypt.

use std::path::PathBuf;

use alipay_api::sign::{ContentCipher, ContentKey};
use clap::Args;

use super::layer::Setting;
use super::{Environment, Flags, missing};
use crate::failure::Complaint;
use crate::unusable::halves;

/// Flags of commands that encrypt or decrypt.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub(crate) struct ContentFlags {
    /// File with the key, base64 as the console shows it [ALIPAY_CONTENT_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    content_key_file: Option<PathBuf>,
    /// AES, or AES_V2 with a random start [ALIPAY_CONTENT_CIPHER]
    #[arg(long = "cipher", value_name = "CIPHER", alias = "content-cipher")]
    content_cipher: Option<String>,
    /// Profile to use [ALIPAY_PROFILE]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// File with profiles [ALIPAY_PROFILE_FILE]
    #[arg(long, value_name = "FILE")]
    profile_file: Option<PathBuf>,
}

impl ContentFlags {
    /// Puts flags, environment and profile together, and reads the key.
    pub(crate) fn settle(
        &self,
        environment: Environment<'_>,
    ) -> Result<(ContentKey, ContentCipher), Complaint> {
        let Self { content_key_file, content_cipher, profile, profile_file } = self.clone();
        let flags = Flags { content_key_file, content_cipher, profile, profile_file, ..Flags::default() };
        let layer = flags.layer(environment)?;
        let cipher = layer.content_cipher.as_ref().map_or(Ok(ContentCipher::Aes), Setting::cipher)?;
        let key = layer
            .content_key
            .ok_or_else(|| missing("content_key", "--content-key-file FILE", "ALIPAY_CONTENT_KEY_FILE"))?;
        let key = ContentKey::parse(key.token("content_key")?.expose()).map_err(|error| {
            Complaint::new(
                "content_key",
                halves(&error).0,
                "copy the content encryption key from the console",
            )
        })?;
        Ok((key, cipher))
    }
}
