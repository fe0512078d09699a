//! One source of settings, and how sources cover one another.

use std::path::PathBuf;

use alipay_api::sign::Secret;

use super::certificates::Certificates;
use super::{Environment, Flags};
use crate::failure::Complaint;

/// A value, and where it came from: a flag, a variable or a profile.
#[derive(Clone, Debug)]
pub(super) struct Setting<T> {
    pub(super) value: T,
    pub(super) source: String,
}

/// A key or a token: in a file, or at hand.
#[derive(Clone, Debug)]
pub(super) enum Material {
    File(PathBuf),
    Inline(Secret),
}

/// What one source says. Nothing is checked yet.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) gateway: Option<Setting<String>>,
    pub(super) endpoint: Option<Setting<String>>,
    pub(super) app_id: Option<Setting<String>>,
    pub(super) private_key: Option<Setting<Material>>,
    pub(super) alipay_public_key: Option<Setting<Material>>,
    pub(super) certificates: Certificates,
    pub(super) content_key: Option<Setting<Material>>,
    pub(super) content_cipher: Option<Setting<String>>,
    pub(super) encrypt: Option<Setting<String>>,
    pub(super) charset: Option<Setting<String>>,
    pub(super) sign_type: Option<Setting<String>>,
    pub(super) timeout: Option<Setting<String>>,
    pub(super) app_auth_token: Option<Setting<Material>>,
    pub(super) auth_token: Option<Setting<Material>>,
}

impl<T> Setting<T> {
    pub(super) fn new(value: T, source: impl Into<String>) -> Self {
        Self { value, source: source.into() }
    }

    pub(super) fn complain(&self, what: &str, seen: String, fix: &str) -> Complaint {
        Complaint::new(format!("{what} ({})", self.source), seen, fix)
    }
}

impl Layer {
    pub(super) fn of_flags(flags: &Flags, environment: Environment<'_>) -> Result<Self, Complaint> {
        let text = |value: &Option<String>, flag: &str| value.clone().map(|value| Setting::new(value, flag));
        let file = |value: &Option<PathBuf>, flag: &str| {
            value.clone().map(|path| Setting::new(Material::File(path), flag))
        };
        Ok(Self {
            gateway: text(&flags.gateway, "--gateway"),
            endpoint: text(&flags.endpoint, "--endpoint"),
            app_id: text(&flags.app_id, "--app-id"),
            private_key: file(&flags.private_key, "--private-key"),
            alipay_public_key: file(&flags.alipay_public_key, "--alipay-public-key"),
            certificates: Certificates::of_flags(flags),
            content_key: file(&flags.content_key_file, "--content-key-file"),
            content_cipher: text(&flags.content_cipher, "--content-cipher"),
            encrypt: flags.encrypt.then(|| Setting::new("true".to_owned(), "--encrypt")),
            charset: text(&flags.charset, "--charset"),
            sign_type: text(&flags.sign_type, "--sign-type"),
            timeout: text(&flags.timeout, "--timeout"),
            app_auth_token: match &flags.app_auth_token_env {
                Some(name) => Some(named_token(name, environment)?),
                None => file(&flags.app_auth_token_file, "--app-auth-token-file"),
            },
            auth_token: file(&flags.auth_token_file, "--auth-token-file"),
        })
    }

    /// What the environment says. Two keys are only a mistake where `above` does not cover both.
    pub(super) fn of_environment(environment: Environment<'_>, above: &Self) -> Result<Self, Complaint> {
        let text = |name: &str| Some(Setting::new(set(environment, name)?, name));
        let inline =
            |name: &str| Some(Setting::new(Material::Inline(Secret::from(set(environment, name)?)), name));
        let key = |what: &str, file: &str, itself: &str, covered: bool| {
            let path = set(environment, file).map(|path| Setting::new(Material::File(path.into()), file));
            match (path, inline(itself)) {
                (Some(_), Some(_)) if !covered => Err(Complaint::new(
                    what,
                    format!("both {file} and {itself} are set"),
                    "unset one of them, so that it is clear which key is meant",
                )),
                (path, inline) => Ok(path.or(inline)),
            }
        };
        Ok(Self {
            gateway: text("ALIPAY_GATEWAY"),
            endpoint: text("ALIPAY_ENDPOINT"),
            app_id: text("ALIPAY_APP_ID"),
            private_key: key(
                "private_key",
                "ALIPAY_PRIVATE_KEY_FILE",
                "ALIPAY_PRIVATE_KEY",
                above.private_key.is_some(),
            )?,
            alipay_public_key: key(
                "alipay_public_key",
                "ALIPAY_PUBLIC_KEY_FILE",
                "ALIPAY_PUBLIC_KEY",
                above.alipay_public_key.is_some() || !above.certificates.is_empty(),
            )?,
            certificates: Certificates::of_environment(environment),
            content_key: key(
                "content_key",
                "ALIPAY_CONTENT_KEY_FILE",
                "ALIPAY_CONTENT_KEY",
                above.content_key.is_some(),
            )?,
            content_cipher: text("ALIPAY_CONTENT_CIPHER"),
            encrypt: None,
            charset: text("ALIPAY_CHARSET"),
            sign_type: text("ALIPAY_SIGN_TYPE"),
            timeout: None,
            app_auth_token: inline("ALIPAY_APP_AUTH_TOKEN"),
            auth_token: inline("ALIPAY_AUTH_TOKEN"),
        })
    }

    /// What this layer says, and for the rest what `other` says.
    ///
    /// Whom to believe is one choice: a public key covers certificates below it, and any certificate a public key.
    pub(super) fn or(self, mut other: Self) -> Self {
        if self.alipay_public_key.is_some() {
            other.certificates = Certificates::default();
        } else if !self.certificates.is_empty() {
            other.alipay_public_key = None;
        }
        Self {
            gateway: self.gateway.or(other.gateway),
            endpoint: self.endpoint.or(other.endpoint),
            app_id: self.app_id.or(other.app_id),
            private_key: self.private_key.or(other.private_key),
            alipay_public_key: self.alipay_public_key.or(other.alipay_public_key),
            certificates: self.certificates.or(other.certificates),
            content_key: self.content_key.or(other.content_key),
            content_cipher: self.content_cipher.or(other.content_cipher),
            encrypt: self.encrypt.or(other.encrypt),
            charset: self.charset.or(other.charset),
            sign_type: self.sign_type.or(other.sign_type),
            timeout: self.timeout.or(other.timeout),
            app_auth_token: self.app_auth_token.or(other.app_auth_token),
            auth_token: self.auth_token.or(other.auth_token),
        }
    }
}

/// A variable that is set to something.
pub(super) fn set(environment: Environment<'_>, name: &str) -> Option<String> {
    environment(name).filter(|value| !value.is_empty())
}

fn named_token(name: &str, environment: Environment<'_>) -> Result<Setting<Material>, Complaint> {
    let token = set(environment, name).ok_or_else(|| {
        // The name is not shown: it may be the token.
        let fix = "give the name of a variable that holds the token, not the token";
        Complaint::new("app_auth_token (--app-auth-token-env)", "no variable of the given name is set", fix)
    })?;
    Ok(Setting::new(Material::Inline(Secret::from(token)), "--app-auth-token-env"))
}
