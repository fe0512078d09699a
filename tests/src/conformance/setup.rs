//! Configurations as cases describe them, on the clock and the nonce of the case.

use std::sync::Arc;

use alipay_api::sign::SignType;
use alipay_api::{Clock, Config, ConfigBuilder, Nonce, Retry, SystemClock};

use super::case::{Case, Stop, refused};
use super::folder::Folder;

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
    pub(super) certificate_mode: bool,
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
const SOME_FORM: &str = "private_pkcs8_b64";

impl<'a> Client<'a> {
    /// The client of a request: everything stands under `/config`.
    pub(super) fn of_request(case: &Case<'a>) -> Self {
        let find = |name: &str| case.find(&format!("/config/{name}"));
        Self {
            app_id: find("app_id"),
            app_key: find("app_key").map(|name| (name, find("private_key_format").unwrap_or("pkcs8_b64"))),
            app_cert: find("app_cert"),
            certificate_mode: find("mode") == Some("certificate"),
            gateway: find("gateway"),
            endpoint: find("endpoint"),
            auth_info: find("additional_auth_info"),
            clock: case.number("/frozen/now_ms").or(case.frozen_clock()),
            nonce: case.find("/frozen/nonce"),
            ..Self::common(find)
        }
    }

    /// The client that an answer or a notification comes to: the application does not matter.
    pub(super) fn of_answer(case: &Case<'a>) -> Self {
        let find = |name: &str| case.find(&format!("/{name}"));
        let certificate_mode = find("mode") == Some("certificate");
        // Certificates have dates, and the verdicts in a file were given on the day that it was made.
        Self { certificate_mode, clock: case.frozen_clock(), ..Self::common(find) }
    }

    fn common(find: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            alipay_key: find("alipay_key"),
            alipay_cert: find("alipay_cert"),
            root_cert: find("root_cert"),
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
        let builder = match self.certificate_mode {
            true => self.with_certificates(builder, folder)?,
            false => self.with_keys(builder, folder)?,
        };
        builder.build().map_err(refused("the configuration"))
    }

    fn with_keys(&self, builder: ConfigBuilder, folder: &Folder) -> Result<ConfigBuilder, Stop> {
        let alipay_key = self.alipay_key.unwrap_or_default();
        let ours = match self.app_key {
            Some((name, form)) => folder.key_text(name, &format!("private_{form}"))?,
            None => folder.key_text(folder.some_app_key(alipay_key)?, SOME_FORM)?,
        };
        Ok(builder.private_key(ours).alipay_public_key(folder.key_text(alipay_key, "public_spki_b64")?))
    }

    fn with_certificates(&self, builder: ConfigBuilder, folder: &Folder) -> Result<ConfigBuilder, Stop> {
        let (certificate, key) = match (self.app_cert, self.app_key) {
            (Some(cert), Some((key, form))) => {
                (folder.certificate(cert)?, folder.key_text(key, &format!("private_{form}"))?)
            }
            _ => {
                let (certificate, key) = folder.some_app_certificate()?;
                (certificate, folder.key_text(key, SOME_FORM)?)
            }
        };
        Ok(builder
            .private_key(key)
            .app_certificate(certificate)
            .alipay_certificate(folder.certificate(self.alipay_cert.unwrap_or_default())?)
            .alipay_root_certificate(folder.certificate(self.root_cert.unwrap_or_default())?))
    }
}
