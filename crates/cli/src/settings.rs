//! Who calls, with which keys, and where: from flags, the environment and a profile, in this order.

mod certificates;
mod content;
mod layer;
mod profile;
mod signing;
mod value;
mod verifier;

use std::path::PathBuf;

use alipay_api::Config;
use alipay_api::sign::{PublicKey, Secret};
use clap::Args;

pub(crate) use self::content::ContentFlags;
use self::layer::{Layer, Setting};
pub(crate) use self::signing::{SigningFlags, private_key_of};
use self::value::{Content, seconds, truth};
pub(crate) use self::verifier::{Chosen, Verifier, VerifierFlags};
use crate::failure::{Complaint, Failure};
use crate::unusable;

/// Reads a variable of the environment.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Flags of every command that calls Alipay.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Flags {
    /// Address of the v2 gateway [ALIPAY_GATEWAY]
    #[arg(long, value_name = "URL")]
    pub(crate) gateway: Option<String>,
    /// Scheme, host and port of v3 [ALIPAY_ENDPOINT]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// The application [ALIPAY_APP_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) app_id: Option<String>,
    /// File with the private key of the application [ALIPAY_PRIVATE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) private_key: Option<PathBuf>,
    /// File with Alipay's public key [ALIPAY_PUBLIC_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) alipay_public_key: Option<PathBuf>,
    /// Certificate mode: file with the certificate of the application [ALIPAY_APP_CERTIFICATE_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) app_certificate: Option<PathBuf>,
    /// Certificate mode: file with Alipay's certificate; again for an older one [ALIPAY_CERTIFICATE_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) alipay_certificate: Vec<PathBuf>,
    /// Certificate mode: file with Alipay's root certificates [ALIPAY_ROOT_CERTIFICATE_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) alipay_root_certificate: Option<PathBuf>,
    /// File with the key for encrypted contents [ALIPAY_CONTENT_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) content_key_file: Option<PathBuf>,
    /// How contents are encrypted: AES or AES_V2 [ALIPAY_CONTENT_CIPHER]
    #[arg(long, value_name = "CIPHER")]
    pub(crate) content_cipher: Option<String>,
    /// Encrypt the content of this call, and decrypt its answer
    #[arg(long)]
    pub(crate) encrypt: bool,
    /// Charset of v2 requests: UTF-8 or GBK [ALIPAY_CHARSET]
    #[arg(long)]
    pub(crate) charset: Option<String>,
    /// Signatures of v2: RSA2, RSA or SM2 [ALIPAY_SIGN_TYPE]
    #[arg(long)]
    pub(crate) sign_type: Option<String>,
    /// Seconds for one attempt [default: 15]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<String>,
    /// File with the token of the merchant on whose behalf to call
    #[arg(long, value_name = "FILE")]
    pub(crate) app_auth_token_file: Option<PathBuf>,
    /// Variable that holds that token [default: ALIPAY_APP_AUTH_TOKEN]
    #[arg(long, value_name = "NAME", conflicts_with = "app_auth_token_file")]
    pub(crate) app_auth_token_env: Option<String>,
    /// File with the token of the user on whose behalf to call, v2 only [ALIPAY_AUTH_TOKEN holds one]
    #[arg(long, value_name = "FILE")]
    pub(crate) auth_token_file: Option<PathBuf>,
    /// Profile to use [ALIPAY_PROFILE]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// File with profiles [ALIPAY_PROFILE_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) profile_file: Option<PathBuf>,
}

/// Which of the two addresses a call needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wanted {
    /// v2.
    Gateway,
    /// v3.
    Endpoint,
}

/// Checked settings of one call.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) app_auth_token: Option<Secret>,
    pub(crate) auth_token: Option<Secret>,
}

impl Flags {
    /// Puts the three sources together and checks the result.
    pub(crate) fn settle(&self, environment: Environment<'_>, wanted: Wanted) -> Result<Settings, Failure> {
        self.layer(environment)?.settings(wanted)
    }

    /// The three sources in one.
    fn layer(&self, environment: Environment<'_>) -> Result<Layer, Complaint> {
        let flags = Layer::of_flags(self, environment)?;
        let variables = Layer::of_environment(environment, &flags)?;
        Ok(flags.or(variables).or(profile::layer(self, environment)?))
    }
}

/// What somebody who looks for a setting in vain is told.
fn missing(what: &str, flag: &str, variable: &str) -> Complaint {
    let fix = format!("give {flag}, set {variable}, or name a --profile that has it");
    Complaint::new(what, "absent", fix)
}

fn missing_public_key() -> Complaint {
    missing("alipay_public_key", "--alipay-public-key FILE", "ALIPAY_PUBLIC_KEY_FILE")
}

impl Layer {
    fn settings(self, wanted: Wanted) -> Result<Settings, Failure> {
        self.refuse_half_addresses(wanted)?;
        let app_id = self.app_id.ok_or_else(|| missing("app_id", "--app-id ID", "ALIPAY_APP_ID"))?;
        let private_key = self
            .private_key
            .ok_or_else(|| missing("private_key", "--private-key FILE", "ALIPAY_PRIVATE_KEY_FILE"))?;
        if self.alipay_public_key.is_none() && self.certificates.is_empty() {
            return Err(missing_public_key().into());
        }

        let private_key = private_key.bytes("private_key")?;
        private_key_of(&private_key, "private_key")?;
        let mut builder = alipay_api::config(app_id.value).private_key(private_key);
        if let Some(public_key) = self.alipay_public_key {
            let public_key = public_key.bytes("alipay_public_key")?;
            PublicKey::parse(&public_key).map_err(|error| unusable::key("alipay_public_key", &error))?;
            builder = builder.alipay_public_key(public_key);
        }
        if !self.certificates.is_empty() {
            builder = self.certificates.add_to(builder)?;
        }
        let encrypt = self.encrypt.as_ref().map(truth).transpose()?.unwrap_or_default();
        if encrypt && self.content_key.is_none() {
            return Err(missing("content_key", "--content-key-file FILE", "ALIPAY_CONTENT_KEY_FILE").into());
        }
        builder = builder.encrypt_always(encrypt);
        builder = Content { key: self.content_key, cipher: self.content_cipher }.add_to(builder)?;
        if let Some(gateway) = self.gateway {
            builder = builder.gateway(gateway.value);
        }
        if let Some(endpoint) = self.endpoint {
            builder = builder.endpoint(endpoint.value);
        }
        if let Some(charset) = self.charset {
            builder = builder.charset(charset.charset()?.label());
        }
        if let Some(sign_type) = self.sign_type {
            builder = builder.sign_type(sign_type.sign_type()?);
        }
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(seconds(&timeout)?);
        }
        Ok(Settings {
            config: builder.build()?,
            app_auth_token: self.app_auth_token.map(|token| token.token("app_auth_token")).transpose()?,
            auth_token: self.auth_token.map(|token| token.token("auth_token")).transpose()?,
        })
    }

    /// With one address for a test gateway and the other at its default, a call could reach production unmeant.
    fn refuse_half_addresses(&self, wanted: Wanted) -> Result<(), Complaint> {
        let complain = |what: &str, given: &Setting<String>, fix: &str| {
            let seen = format!("absent, while {} is {:?}", given.source, given.value);
            Err(Complaint::new(what, seen, fix))
        };
        match (wanted, &self.gateway, &self.endpoint) {
            (Wanted::Endpoint, Some(gateway), None) => complain(
                "endpoint",
                gateway,
                "this call goes to v3: give --endpoint as well, such as http://127.0.0.1:8080",
            ),
            (Wanted::Gateway, None, Some(endpoint)) => complain(
                "gateway",
                endpoint,
                "this call goes to v2: give --gateway as well, such as http://127.0.0.1:8080/gateway.do",
            ),
            _ => Ok(()),
        }
    }
}
