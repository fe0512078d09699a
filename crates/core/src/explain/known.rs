//! What goes into an explanation: what is configured, and what is left of a request.

use std::fmt;

use alipay_sign::{Charset, Empties, PublicKey, SignType, query_of_bytes};

use crate::config::Config;
use crate::notify::NotifyRule;

/// What is configured. Everything may be absent; the more is known, the surer the explanation.
///
/// No private key is ever asked for: what a signature says is read with public keys.
#[derive(Clone, Debug)]
#[must_use]
pub struct Known {
    pub(super) alipay_keys: Vec<PublicKey>,
    pub(super) app_key: Option<PublicKey>,
    pub(super) other_keys: Vec<(String, PublicKey)>,
    pub(super) app_id: Option<String>,
    pub(super) sign_type: SignType,
    pub(super) charset: Charset,
    pub(super) rule: Option<NotifyRule>,
    pub(super) empties: Option<Empties>,
}

impl Known {
    /// RSA2 and UTF-8; no key.
    pub fn new() -> Self {
        Self {
            alipay_keys: Vec::new(),
            app_key: None,
            other_keys: Vec::new(),
            app_id: None,
            sign_type: SignType::Rsa2,
            charset: Charset::utf_8(),
            rule: None,
            empties: None,
        }
    }

    /// What a client is configured with.
    pub fn of(config: &Config) -> Self {
        Self {
            alipay_keys: config.alipay_public_keys(),
            app_key: config.settings().signer.public_key(),
            app_id: Some(config.app_id().to_owned()),
            sign_type: config.sign_type(),
            charset: config.charset().clone(),
            ..Self::new()
        }
    }

    /// Every key, whoever it belongs to.
    pub(super) fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.alipay_keys.iter().chain(&self.app_key).chain(self.other_keys.iter().map(|(_, key)| key))
    }

    /// The key that is configured as Alipay's. Call it again for each further one.
    pub fn alipay_key(mut self, key: PublicKey) -> Self {
        self.alipay_keys.push(key);
        self
    }

    /// The public half of our own key.
    pub fn app_key(mut self, key: PublicKey) -> Self {
        self.app_key = Some(key);
        self
    }

    /// Another key that may have been used, such as Alipay's key in its sandbox; `name` says so in the explanation.
    pub fn other_key(mut self, name: impl Into<String>, key: PublicKey) -> Self {
        self.other_keys.push((name.into(), key));
        self
    }

    /// The application.
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = Some(app_id.into());
        self
    }

    /// The agreed algorithm of v2.
    pub fn sign_type(mut self, sign_type: SignType) -> Self {
        self.sign_type = sign_type;
        self
    }

    /// The charset of v2 requests.
    pub fn charset(mut self, charset: Charset) -> Self {
        self.charset = charset;
        self
    }

    /// The only rule that the verifier in question knows for `sign_type` in notifications; without it, both are
    /// right, as they are for this crate.
    pub fn pin_rule(mut self, rule: NotifyRule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// The only thing that the verifier in question does with empty values in notifications; without it, both are
    /// right, as they are for this crate.
    pub fn pin_empties(mut self, empties: Empties) -> Self {
        self.empties = Some(empties);
        self
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::new()
    }
}

/// A request of ours, as far as it is still at hand. Every part may be absent.
#[derive(Clone, Default)]
#[must_use]
pub struct SentRequest {
    pub(super) text: Option<Vec<u8>>,
    pub(super) form: Option<Vec<u8>>,
    pub(super) signature: Option<String>,
}

impl SentRequest {
    /// Nothing is at hand yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text that we signed, v2 or v3.
    pub fn text(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The v2 request as it was sent: its URL, or the query of it, and its body.
    pub fn form(mut self, query: impl Into<Vec<u8>>, body: impl Into<Vec<u8>>) -> Self {
        let mut form = query_of_bytes(&query.into()).to_vec();
        let body = body.into();
        if !form.is_empty() && !body.is_empty() {
            form.push(b'&');
        }
        form.extend(body);
        self.form = Some(form);
        self
    }

    /// The signature, in base64. A form brings its own.
    pub fn signature(mut self, base64: impl Into<String>) -> Self {
        self.signature = Some(base64.into());
        self
    }
}

/// Sizes only: a request may hold tokens.
impl fmt::Debug for SentRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SentRequest")
            .field("text_bytes", &self.text.as_ref().map(Vec::len))
            .field("form_bytes", &self.form.as_ref().map(Vec::len))
            .field("has_signature", &self.signature.is_some())
            .finish()
    }
}
