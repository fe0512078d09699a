//! Settings read as what they are: keys, tokens, charsets, ciphers.

use std::time::Duration;

use alipay_api::ConfigBuilder;
use alipay_api::sign::{Charset, ContentCipher, Secret, SignType};

use super::layer::{Material, Setting};
use crate::failure::Complaint;
use crate::unusable::halves;

/// The key for encrypted contents, and how it is used.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) key: Option<Setting<Material>>,
    pub(super) cipher: Option<Setting<String>>,
}

impl Content {
    pub(super) fn add_to(self, mut builder: ConfigBuilder) -> Result<ConfigBuilder, Complaint> {
        if let Some(cipher) = self.cipher {
            builder = builder.content_cipher(cipher.cipher()?);
        }
        match self.key {
            Some(key) => Ok(builder.content_key(key.token("content_key")?.expose())),
            None => Ok(builder),
        }
    }
}

impl Setting<Material> {
    pub(super) fn bytes(self, what: &str) -> Result<Vec<u8>, Complaint> {
        match self.value {
            Material::Inline(secret) => Ok(secret.expose().as_bytes().to_vec()),
            Material::File(path) => {
                crate::secret_file::read_secret(&format!("{what} ({})", self.source), &path)
            }
        }
    }

    pub(super) fn token(self, what: &str) -> Result<Secret, Complaint> {
        match self.value {
            Material::Inline(secret) => Ok(secret),
            Material::File(path) => {
                crate::secret_file::read_token(&format!("{what} ({})", self.source), &path)
            }
        }
    }
}

pub(super) fn seconds(timeout: &Setting<String>) -> Result<Duration, Complaint> {
    let parsed = timeout.value.parse::<u64>().ok().filter(|seconds| (1..=3600).contains(seconds));
    parsed.map(Duration::from_secs).ok_or_else(|| {
        timeout.complain("timeout", format!("{:?}", timeout.value), "write whole seconds, from 1 to 3600")
    })
}

/// Yes or no.
pub(super) fn truth(setting: &Setting<String>) -> Result<bool, Complaint> {
    setting.value.parse().map_err(|_| {
        setting.complain(
            "encrypt",
            format!("{:?}", setting.value),
            "write true or false, without quotation marks",
        )
    })
}

impl Setting<String> {
    pub(super) fn charset(&self) -> Result<Charset, Complaint> {
        let parsed = Charset::parse(&self.value);
        parsed.map_err(|error| self.complain("charset", halves(&error).0, "write UTF-8 or GBK"))
    }

    pub(super) fn sign_type(&self) -> Result<SignType, Complaint> {
        self.value.parse().map_err(|error: alipay_api::sign::UnknownSignType| {
            self.complain(
                "sign_type",
                halves(&error).0,
                "write RSA2, or RSA or SM2 where the console says so",
            )
        })
    }

    pub(super) fn cipher(&self) -> Result<ContentCipher, Complaint> {
        self.value.parse().map_err(|error: alipay_api::sign::UnknownContentCipher| {
            self.complain("content_cipher", halves(&error).0, "write AES, as the console does, or AES_V2")
        })
    }
}
