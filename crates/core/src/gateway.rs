//! Protocol v2: the form that goes to `gateway.do`, and the envelope that comes back.

use alipay_sign::{Charset, EncodeError, canonical, encode_signature, is_blank, percent_encode};

use crate::config::{Content, Settings};
use crate::content;
use crate::error::{ConfigError, Error};
use crate::http::{HttpRequest, Verb};
use crate::multipart::{self, Files, Parts};
use crate::nonce;
use crate::options::CallOptions;
use crate::time::DateTime;
use crate::trust::Trust;

/// The parameters of one v2 request, apart from its signature.
pub(crate) struct GatewayParams {
    /// They travel in the URL.
    system: Vec<(String, String)>,
    /// They travel in the body.
    application: Vec<(String, String)>,
    /// They travel in the body too, and are not signed.
    files: Files,
    /// What the boundary of an upload ends with.
    boundary: String,
    charset: Charset,
}

impl GatewayParams {
    /// Collects system and application parameters (protocol-v2 §1); blank ones are dropped from text to sign and
    /// wire alike, and a name may stand there once.
    pub(crate) fn new(
        settings: &Settings,
        method: &str,
        params: &[(String, String)],
        options: &CallOptions,
    ) -> Result<Self, Error> {
        let content = content::of_call(settings, method, options)?;
        let now = settings.clock.now_unix_millis();
        let timestamp = DateTime::from_unix_millis(now).ok_or_else(|| {
            Error::config(
                method,
                ConfigError::new("clock", now.to_string(), "it must tell milliseconds since 1970"),
            )
        })?;
        let mut system: Vec<(String, String)> = vec![
            ("app_id".into(), settings.app_id.clone()),
            ("method".into(), method.to_owned()),
            ("format".into(), "json".into()),
            ("charset".into(), settings.charset.label().to_owned()),
            ("sign_type".into(), settings.sign_type.as_str().to_owned()),
            ("timestamp".into(), timestamp.to_string()),
            ("version".into(), "1.0".into()),
        ];
        let mut optional = |name: &str, value: Option<&str>| {
            system.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        };
        optional("notify_url", options.notify_url.as_deref());
        optional("return_url", options.return_url.as_deref());
        optional("auth_token", options.auth_token.as_ref().map(|token| token.expose()));
        optional("encrypt_type", content.map(Content::name));
        if let Trust::Certificates(mode) = &settings.trust {
            optional("app_cert_sn", Some(&mode.app));
            optional("alipay_root_cert_sn", Some(&mode.roots));
        }
        system.extend(options.params.iter().cloned());

        let mut application = params.to_vec();
        if let Some(content) = content {
            encrypt(settings, method, content, &mut application)?;
        }
        let token = options.app_auth_token.as_ref().map(|token| token.expose().to_owned());
        application.extend(token.map(|token| ("app_auth_token".to_owned(), token)));

        for pairs in [&mut system, &mut application] {
            pairs.retain(|(name, value)| !is_blank(name) && !is_blank(value));
        }
        let mut names: Vec<&str> = system.iter().chain(&application).map(|(name, _)| name.as_str()).collect();
        names.push("sign");
        names.sort_unstable();
        if let Some([name, _]) = names.array_windows().find(|[first, second]| first == second) {
            let fix = "give it once: as a field, as an option, or not at all where this crate sets it";
            return Err(Error::config(method, ConfigError::new(*name, "given twice", fix)));
        }
        let (files, boundary, charset) = (Vec::new(), String::new(), settings.charset.clone());
        Ok(Self { system, application, files, boundary, charset })
    }

    /// The same with files.
    pub(crate) fn with_files(mut self, settings: &Settings, files: &Files) -> Result<Self, ConfigError> {
        if files.is_empty() {
            return Ok(self);
        }
        let names = self.system.iter().chain(&self.application).map(|(name, _)| name.as_str());
        let taken: Vec<&str> = names.chain(["sign"]).collect();
        multipart::check(files, &taken, &self.charset)?;
        self.boundary = nonce::text(&*settings.nonce)?;
        self.files = files.clone();
        Ok(self)
    }

    /// What is signed.
    pub(crate) fn text_to_sign(&self) -> Result<Vec<u8>, EncodeError> {
        let all: Vec<(&str, &str)> = self
            .system
            .iter()
            .chain(&self.application)
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        canonical(&all, &self.charset)
    }

    /// The signature of the configured signer, in base64. `method` is what errors call the request.
    pub(crate) fn sign(&self, settings: &Settings, method: &str) -> Result<String, Error> {
        let text = self.text_to_sign().map_err(|error| Error::encode(method, error))?;
        let signature = settings.signer.sign(settings.sign_type, &text);
        signature.map(|signature| encode_signature(&signature)).map_err(|error| Error::sign(method, error))
    }

    /// The request as it is posted, with its signature.
    pub(crate) fn request(&self, settings: &Settings, signature: &str) -> Result<HttpRequest, EncodeError> {
        let url = settings.gateway.with_query(&self.signed_query(signature)?);
        let mut request = HttpRequest::new(Verb::Post, url);
        let label = self.charset.label();
        let content_type = if self.files.is_empty() {
            request.body = encode_pairs(&self.application, &self.charset)?.into_bytes();
            format!("application/x-www-form-urlencoded;charset={label}")
        } else {
            let mut parts = Parts::new(&self.charset, &self.boundary);
            for (name, value) in &self.application {
                parts.text(name, "text/plain", value)?;
            }
            parts.files(&self.files)?;
            let upload = request.upload.insert(parts.finish());
            format!("multipart/form-data;charset={label};boundary={}", upload.boundary())
        };
        request.headers =
            vec![("content-type".into(), content_type), ("accept".into(), "application/json".into())];
        Ok(request)
    }

    /// The system parameters and the signature, percent-encoded.
    pub(crate) fn signed_query(&self, signature: &str) -> Result<String, EncodeError> {
        let query = encode_pairs(&self.system, &self.charset)?;
        Ok(format!("{query}&sign={}", percent_encode(signature.as_bytes())))
    }

    /// All parameters and the signature, sorted and percent-encoded: a page URL or an order string.
    pub(crate) fn signed_everything(&self, signature: &str) -> Result<String, EncodeError> {
        let mut all: Vec<(String, String)> = [self.system.clone(), self.application.clone()].concat();
        all.push(("sign".to_owned(), signature.to_owned()));
        all.sort();
        encode_pairs(&all, &self.charset)
    }

    pub(crate) fn application(&self) -> &[(String, String)] {
        &self.application
    }
}

/// Puts ciphertext in the place of `biz_content`.
fn encrypt(
    settings: &Settings,
    method: &str,
    content: &Content,
    application: &mut [(String, String)],
) -> Result<(), Error> {
    let biz_content = application.iter_mut().find(|(name, value)| name == "biz_content" && !is_blank(value));
    let (_, value) = biz_content.ok_or_else(|| {
        let fix = "only biz_content is encrypted; switch encryption off for this call";
        Error::config(method, ConfigError::new("encrypt", "the call has no biz_content", fix))
    })?;
    let plain = settings.charset.encode(value).map_err(|error| Error::encode(method, error))?;
    let encrypted =
        content.encrypt(&plain, &*settings.nonce).map_err(|error| Error::config(method, error))?;
    *value = encrypted;
    Ok(())
}

fn encode_pairs(pairs: &[(String, String)], charset: &Charset) -> Result<String, EncodeError> {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&percent_encode(&charset.encode(name)?));
        text.push('=');
        text.push_str(&percent_encode(&charset.encode(value)?));
    }
    Ok(text)
}
