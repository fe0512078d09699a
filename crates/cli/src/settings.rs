//! Who calls, with which keys, and where: from flags, the environment and a profile, in this order.

mod layer;
mod profile;

use std::path::PathBuf;
use std::time::Duration;

use alipay_api::Config;
use alipay_api::sign::{Charset, Secret};
use clap::Args;

use self::layer::{Layer, Material, Setting};
use crate::failure::{Complaint, Failure};

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
    /// Charset of v2 requests: UTF-8 or GBK [ALIPAY_CHARSET]
    #[arg(long)]
    pub(crate) charset: Option<String>,
    /// Signatures of v2: RSA2 or RSA [ALIPAY_SIGN_TYPE]
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
        let flags = Layer::of_flags(self, environment)?;
        let variables = Layer::of_environment(environment, &flags)?;
        let layer = flags.or(variables).or(profile::layer(self, environment)?);
        layer.settings(wanted)
    }
}

impl Layer {
    fn settings(self, wanted: Wanted) -> Result<Settings, Failure> {
        self.refuse_half_addresses(wanted)?;
        let missing = |what: &str, flag: &str, variable: &str| {
            Complaint::new(
                what,
                "absent",
                format!("give {flag}, set {variable}, or name a --profile that has it"),
            )
        };
        let app_id = self.app_id.ok_or_else(|| missing("app_id", "--app-id ID", "ALIPAY_APP_ID"))?;
        let private_key = self
            .private_key
            .ok_or_else(|| missing("private_key", "--private-key FILE", "ALIPAY_PRIVATE_KEY_FILE"))?;
        let public_key = self.alipay_public_key.ok_or_else(|| {
            missing("alipay_public_key", "--alipay-public-key FILE", "ALIPAY_PUBLIC_KEY_FILE")
        })?;

        let mut builder = alipay_api::config(app_id.value)
            .private_key(private_key.bytes("private_key")?)
            .alipay_public_key(public_key.bytes("alipay_public_key")?);
        if let Some(gateway) = self.gateway {
            builder = builder.gateway(gateway.value);
        }
        if let Some(endpoint) = self.endpoint {
            builder = builder.endpoint(endpoint.value);
        }
        if let Some(charset) = self.charset {
            let parsed = Charset::parse(&charset.value);
            parsed.map_err(|error| charset.complain("charset", error.to_string(), "write UTF-8 or GBK"))?;
            builder = builder.charset(&charset.value);
        }
        if let Some(sign_type) = self.sign_type {
            let parsed = sign_type.value.parse();
            builder = builder.sign_type(parsed.map_err(|error: alipay_api::sign::UnknownSignType| {
                sign_type.complain(
                    "sign_type",
                    error.to_string(),
                    "write RSA2, or RSA where the console says so",
                )
            })?);
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

impl Setting<Material> {
    fn bytes(self, what: &str) -> Result<Vec<u8>, Complaint> {
        match self.value {
            Material::Inline(secret) => Ok(secret.expose().as_bytes().to_vec()),
            Material::File(path) => crate::secret_file::read(&format!("{what} ({})", self.source), &path),
        }
    }

    fn token(self, what: &str) -> Result<Secret, Complaint> {
        match self.value {
            Material::Inline(secret) => Ok(secret),
            Material::File(path) => {
                crate::secret_file::read_token(&format!("{what} ({})", self.source), &path)
            }
        }
    }
}

fn seconds(timeout: &Setting<String>) -> Result<Duration, Complaint> {
    let parsed = timeout.value.parse::<u64>().ok().filter(|seconds| (1..=3600).contains(seconds));
    parsed.map(Duration::from_secs).ok_or_else(|| {
        timeout.complain("timeout", format!("{:?}", timeout.value), "write whole seconds, from 1 to 3600")
    })
}
