//! Protocol v3: REST requests with a signed header.

use alipay_sign::{Charset, DecodeSignatureError, EncodeError, decode_signature, percent_encode};

use crate::config::{Content, Settings};
use crate::error::ConfigError;
use crate::http::{HttpRequest, HttpResponse, Verb};
use crate::multipart::{self, Files, Parts};
use crate::nonce;
use crate::options::CallOptions;
use crate::trust::Trust;

/// Name of the part of an upload that holds all fields but files.
const DATA: &str = "data";

const SCHEME: &str = "ALIPAY-SHA256withRSA";

/// The signed parts of one v3 request.
pub(crate) struct RestParts {
    verb: Verb,
    /// Path and encoded query: signed and sent byte for byte.
    target: String,
    body: Option<String>,
    files: Files,
    /// What the boundary of an upload ends with.
    boundary: String,
    auth: String,
    app_auth_token: Option<String>,
    encrypt_type: Option<&'static str>,
    root_serials: Option<String>,
}

impl RestParts {
    pub(crate) fn new(
        settings: &Settings,
        verb: Verb,
        path: &str,
        query: &[(String, String)],
        body: Option<&str>,
        options: &CallOptions,
        content: Option<&Content>,
    ) -> Result<Self, ConfigError> {
        let pairs: Vec<String> = query
            .iter()
            .map(|(name, value)| {
                format!("{}={}", percent_encode(name.as_bytes()), percent_encode(value.as_bytes()))
            })
            .collect();
        let target = if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) };
        let (app_serial, root_serials) = match &settings.trust {
            Trust::Key(_) => (String::new(), None),
            Trust::Certificates(mode) => (format!(",app_cert_sn={}", mode.app), Some(mode.roots.clone())),
        };
        let body = match (body, content) {
            (Some(body), Some(content)) => Some(content.encrypt(body.as_bytes(), &*settings.nonce)?),
            (body, _) => body.map(str::to_owned),
        };
        let further = settings.additional_auth_info.iter().map(|info| format!(",{info}")).collect::<String>();
        let auth = format!(
            "app_id={}{app_serial},nonce={},timestamp={}{further}",
            settings.app_id,
            nonce::text(&*settings.nonce)?,
            settings.clock.now_unix_millis()
        );
        let token = options.app_auth_token.as_ref().map(|token| token.expose().trim().to_owned());
        let app_auth_token = token.filter(|token| !token.is_empty());
        let encrypt_type = content.map(Content::name);
        let (files, boundary) = (Vec::new(), String::new());
        Ok(Self { verb, target, body, files, boundary, auth, app_auth_token, encrypt_type, root_serials })
    }

    /// The same with files. The body becomes the part [`DATA`].
    pub(crate) fn with_files(mut self, settings: &Settings, files: &Files) -> Result<Self, ConfigError> {
        if files.is_empty() {
            return Ok(self);
        }
        if let Some((field, _)) = files.first().filter(|_| !self.verb.has_body()) {
            let seen = format!("a file in a {} request", self.verb.as_str());
            return Err(ConfigError::new(field, seen, "send files with POST, PUT or PATCH"));
        }
        multipart::check(files, &[DATA], &Charset::utf_8())?;
        self.boundary = nonce::text(&*settings.nonce)?;
        self.files = files.clone();
        Ok(self)
    }

    /// What is signed (protocol-v3 §2.2): every line ends, also the last; without a token there is no fifth.
    pub(crate) fn text_to_sign(&self) -> Vec<u8> {
        let body = self.body.as_deref().unwrap_or_default();
        let mut text = format!("{}\n{}\n{}\n{body}\n", self.auth, self.verb.as_str(), self.target);
        if let Some(token) = &self.app_auth_token {
            text.push_str(token);
            text.push('\n');
        }
        text.into_bytes()
    }

    /// The request as it is sent, with its signature.
    pub(crate) fn request(&self, settings: &Settings, signature: &str) -> Result<HttpRequest, EncodeError> {
        let mut request = HttpRequest::new(self.verb, settings.endpoint.with_target(&self.target));
        request.headers = vec![
            ("authorization".into(), format!("{SCHEME} {},sign={signature}", self.auth)),
            ("accept".into(), "application/json".into()),
        ];
        if let Some(token) = &self.app_auth_token {
            request.headers.push(("alipay-app-auth-token".into(), token.clone()));
        }
        if let Some(serials) = &self.root_serials {
            request.headers.push(("alipay-root-cert-sn".into(), serials.clone()));
        }
        if let Some(encrypt_type) = self.encrypt_type {
            request.headers.push(("alipay-encrypt-type".into(), encrypt_type.into()));
        }
        let content_type = if self.encrypt_type.is_some() { "text/plain" } else { "application/json" };
        if !self.files.is_empty() {
            let charset = Charset::utf_8();
            let mut parts = Parts::new(&charset, &self.boundary);
            if let Some(body) = &self.body {
                parts.text(DATA, content_type, body)?;
            }
            parts.files(&self.files)?;
            let upload = request.upload.insert(parts.finish());
            let content_type = format!("multipart/form-data; boundary={}", upload.boundary());
            request.headers.push(("content-type".into(), content_type));
        } else if let Some(body) = &self.body {
            request.headers.push(("content-type".into(), content_type.into()));
            request.body = body.clone().into_bytes();
        }
        Ok(request)
    }
}

/// The signature of a v3 answer, and the bytes that it covers (protocol-v3 §3.1).
pub(crate) struct SignedText {
    pub(crate) text: Vec<u8>,
    pub(crate) signature: Result<Vec<u8>, DecodeSignatureError>,
}

impl SignedText {
    /// `None` where the answer is not signed. (Some gateways write `null` for that.)
    pub(crate) fn of(response: &HttpResponse) -> Option<Self> {
        let signature =
            response.header("alipay-signature").filter(|text| !text.is_empty() && *text != "null")?;
        let [timestamp, nonce] =
            ["alipay-timestamp", "alipay-nonce"].map(|name| response.header(name).unwrap_or_default());
        let mut text = format!("{timestamp}\n{nonce}\n").into_bytes();
        text.extend_from_slice(response.body());
        text.push(b'\n');
        Some(Self { text, signature: decode_signature(signature) })
    }
}
