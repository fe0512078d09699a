//! Configurations as cases describe them, on the clock and the nonce of the case.

use std::sync::Arc;

use alipay_api::sign::{PrivateKey, PublicKey, SignType};
use alipay_api::{Clock, Config, ConfigBuilder, Nonce, Retry, SystemClock};

use super::builtin::APPLICATION;
use super::case::{Case, Stop, failed, refused, skipped};
use super::folder::{Folder, KEYS};

/// A clock that stands still, and a nonce that is always the same: a case states both.
#[derive(Clone, Debug)]
struct Frozen {
    millis: i64,
    nonce: String,
}

impl Clock for Frozen {
    fn now_unix_millis(&self) -> i64 {
        self.millis
    }
}

impl Nonce for Frozen {
    fn next(&self) -> String {
        self.nonce.clone()
    }
}

/// What a case says of its client, wherever in the case it says so.
#[derive(Debug, Default)]
pub(super) struct Client<'a> {
    pub(super) app_id: Option<&'a str>,
    /// Name of the application's key, and the form in which it is handed over.
    pub(super) app_key: Option<(&'a str, &'a str)>,
    pub(super) app_cert: Option<&'a str>,
    pub(super) alipay_key: Option<&'a str>,
    pub(super) alipay_cert: Option<&'a str>,
    pub(super) root_cert: Option<&'a str>,
    /// `certificate` or `public_key`.
    pub(super) mode: Option<&'a str>,
    pub(super) aes_key: Option<&'a str>,
    pub(super) sign_type: Option<&'a str>,
    pub(super) charset: Option<&'a str>,
    pub(super) gateway: Option<&'a str>,
    pub(super) endpoint: Option<&'a str>,
    /// Further pairs of the `authorization` header.
    pub(super) auth_info: Option<&'a str>,
    pub(super) clock: Option<i64>,
    pub(super) nonce: Option<&'a str>,
}

/// Any application, where a case is about what Alipay says and names none.
const SOME_APP: &str = "2021000000000000";
const SOME_NONCE: &str = "0123456789abcdef0123456789abcdef";

impl<'a> Client<'a> {
    /// The client of a request: everything stands under `/config`.
    pub(super) fn of_request(case: &Case<'a>) -> Self {
        let stated = |name: &str| {
            let mut pairs = case.find("/expected/authorization")?.split([' ', ',']);
            pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        };
        let clock = || stated("timestamp").and_then(|millis| millis.parse().ok());
        let find = |name: &str| case.find(&format!("/config/{name}"));
        Self {
            app_id: find("app_id"),
            app_key: find("app_key").map(|name| (name, find("private_key_format").unwrap_or("pkcs8_b64"))),
            app_cert: find("app_cert"),
            gateway: find("gateway"),
            endpoint: find("endpoint"),
            auth_info: find("additional_auth_info"),
            clock: case.number("/frozen/now_ms").or_else(clock).or_else(|| case.clock_of_request()),
            nonce: case.find("/frozen/nonce").or_else(|| stated("nonce")),
            ..Self::common(find)
        }
    }

    /// The client that an answer or a notification comes to: the application does not matter.
    pub(super) fn of_answer(case: &Case<'a>) -> Self {
        let find = |name: &str| case.find(&format!("/{name}"));
        // Certificates have dates, and the verdicts in a file were given on the day that it was made.
        Self { clock: case.frozen_clock(), ..Self::common(find) }
    }

    fn common(find: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            alipay_key: find("alipay_key"),
            alipay_cert: find("alipay_cert"),
            root_cert: find("root_cert"),
            mode: find("mode"),
            aes_key: find("aes_key"),
            sign_type: find("sign_type"),
            charset: find("charset"),
            ..Self::default()
        }
    }

    pub(super) fn sign_type(&self) -> Result<SignType, Stop> {
        self.sign_type.map_or(Ok(SignType::Rsa2), str::parse).map_err(refused("reading the sign type"))
    }

    /// The configuration.
    pub(super) fn config(&self, folder: &Folder) -> Result<Config, Stop> {
        let millis = self.clock.unwrap_or_else(|| SystemClock.now_unix_millis());
        let frozen = Arc::new(Frozen { millis, nonce: self.nonce.unwrap_or(SOME_NONCE).to_owned() });
        let app_id = self.app_id.unwrap_or(SOME_APP);
        let builder = ConfigBuilder::new(app_id, frozen.clone(), frozen)
            .sign_type(self.sign_type()?)
            .retry(Retry::NONE)
            .charset(self.charset.unwrap_or("UTF-8"));
        let builder = self.gateway.into_iter().fold(builder, ConfigBuilder::gateway);
        let builder = self.endpoint.into_iter().fold(builder, ConfigBuilder::endpoint);
        let builder = self.auth_info.into_iter().fold(builder, ConfigBuilder::additional_auth_info);
        let builder = match self.aes_key {
            Some(name) => builder.content_key(folder.content_key_text(name)?),
            None => builder,
        };
        let builder = match self.mode {
            Some("certificate") => self.with_certificates(builder, folder)?,
            Some("public_key") | None => self.with_keys(builder, folder)?,
            Some(other) => return Err(failed("mode certificate or public_key", other)),
        };
        builder.build().map_err(refused("the configuration"))
    }

    /// Whether another application's key is used: the case names one, and the folder has no keys.
    fn is_stood_in_for(&self, folder: &Folder) -> bool {
        self.app_key.is_some() && folder.file(KEYS).is_none()
    }

    /// The key that signs our requests.
    fn private_key<'f>(&self, folder: &'f Folder) -> Result<&'f str, Stop> {
        match self.app_key {
            Some((name, form)) if !self.is_stood_in_for(folder) => {
                folder.key_text(name, &format!("private_{form}"))
            }
            _ => Ok(&APPLICATION.private_key),
        }
    }

    /// The key that our requests are checked with.
    pub(super) fn public_key(&self, folder: &Folder) -> Result<PublicKey, Stop> {
        let key = PrivateKey::parse(self.private_key(folder)?).map_err(refused("reading a private key"))?;
        Ok(key.public_key())
    }

    fn with_keys(&self, builder: ConfigBuilder, folder: &Folder) -> Result<ConfigBuilder, Stop> {
        let alipay_key = match self.alipay_key {
            // A request does not depend on it.
            _ if self.is_stood_in_for(folder) => APPLICATION.alipay_key.clone(),
            name => folder.public_key(name.unwrap_or_default())?.to_spki_base64(),
        };
        Ok(builder.private_key(self.private_key(folder)?).alipay_public_key(alipay_key))
    }

    fn with_certificates(&self, builder: ConfigBuilder, folder: &Folder) -> Result<ConfigBuilder, Stop> {
        let certificate = match self.app_cert {
            Some(_) if self.is_stood_in_for(folder) => {
                return Err(skipped(format!(
                    "its certificate needs a key of {KEYS}, which is not in the folder"
                )));
            }
            Some(name) => folder.certificate(name)?,
            None => &APPLICATION.certificate,
        };
        Ok(builder
            .private_key(self.private_key(folder)?)
            .app_certificate(certificate)
            .alipay_certificate(folder.certificate(self.alipay_cert.unwrap_or_default())?)
            .alipay_root_certificate(folder.certificate(self.root_cert.unwrap_or_default())?))
    }
}
