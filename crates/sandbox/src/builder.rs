//! How a sandbox is set up.

use std::fmt;
use std::sync::Arc;

use alipay_core::Clock;
use alipay_sign::{Certificate, ContentCipher, ContentKey, KeyAlgorithm, PrivateKey, PublicKey, SignType};

use crate::catalog::{Catalog, Protocol};
use crate::certificates::{Certificates, TrustMode};
use crate::clock::{SandboxClock, SystemClock};
use crate::error::BuildError;
use crate::keys::Keys;
use crate::log::{Log, RequestLog};
use crate::outbox::is_address;
use crate::sandbox::Sandbox;
use crate::state::State;

/// Application id of a sandbox that was given none.
pub const DEFAULT_APP_ID: &str = "2021000000000000";

/// The merchant's own partner id (PID) in every sandbox.
pub const PID: &str = "2088202967380463";

/// Another partner id of the same merchant.
pub const COGNATE_PID: &str = "2088512417841101";

/// Settings on their way to a [`Sandbox`]. Without any, keys are generated, the clock of the machine is used, and
/// everything is RSA2.
#[must_use]
pub struct SandboxBuilder {
    app_id: String,
    app_public_key: Option<Result<PublicKey, BuildError>>,
    app_certificate: Option<Result<Certificate, BuildError>>,
    alipay_key: Option<Result<PrivateKey, BuildError>>,
    content_key: Option<Result<ContentKey, BuildError>>,
    message_cipher: Option<ContentCipher>,
    trust_mode: TrustMode,
    sign_type: SignType,
    base_url: Option<String>,
    sign_errors: bool,
    message_url: Option<String>,
    clock: Arc<dyn Clock>,
    log: Option<Log>,
}

/// What does not change after building.
pub(crate) struct Settings {
    pub(crate) app_id: String,
    /// Of v2.
    pub(crate) keys: Keys,
    /// Of v3, which knows RSA2 only; the same as those of v2 unless the sign type is SM2.
    pub(crate) rest_keys: Keys,
    pub(crate) content_key: Option<ContentKey>,
    /// Where messages of v3 are encrypted; then there is a content key.
    pub(crate) message_cipher: Option<ContentCipher>,
    pub(crate) trust_mode: TrustMode,
    pub(crate) sign_type: SignType,
    pub(crate) sign_errors: bool,
    pub(crate) clock: SandboxClock,
    pub(crate) log: Option<Log>,
}

impl Settings {
    pub(crate) fn keys(&self, protocol: Protocol) -> &Keys {
        match protocol {
            Protocol::V2 => &self.keys,
            Protocol::V3 => &self.rest_keys,
        }
    }
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            app_id: DEFAULT_APP_ID.to_owned(),
            app_public_key: None,
            app_certificate: None,
            alipay_key: None,
            content_key: None,
            message_cipher: None,
            trust_mode: TrustMode::Keys,
            sign_type: SignType::Rsa2,
            base_url: None,
            sign_errors: true,
            message_url: None,
            clock: Arc::new(SystemClock),
            log: None,
        }
    }

    /// The application. Requests of any other are refused.
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = app_id.into();
        self
    }

    /// The public key of the application, in any form (see [`PublicKey::parse`]). When absent, a pair of keys is
    /// generated; see [`Sandbox::app_private_key`].
    pub fn app_public_key(mut self, key: impl AsRef<[u8]>) -> Self {
        let parsed = PublicKey::parse(key);
        self.app_public_key =
            Some(parsed.map_err(|source| BuildError::Key { field: "app_public_key", source }));
        self
    }

    /// The private key with which answers and notifications are signed, in any form (see [`PrivateKey::parse`]).
    /// When absent, one is generated.
    pub fn alipay_private_key(mut self, key: impl AsRef<[u8]>) -> Self {
        let parsed = PrivateKey::parse(key);
        self.alipay_key =
            Some(parsed.map_err(|source| BuildError::Key { field: "alipay_private_key", source }));
        self
    }

    /// Whether the sandbox works with public keys (the default), with certificates, or with both. In certificate mode
    /// it makes its own chain of certificates while it is built; see [`Sandbox::certificates`].
    pub fn trust_mode(mut self, mode: TrustMode) -> Self {
        self.trust_mode = mode;
        self
    }

    /// The certificate of the application, PEM or DER, in place of one that the sandbox makes; its key is the
    /// application's public key. Whoever issued it is not looked at, nor are its dates.
    pub fn app_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        let parsed = Certificate::parse(pem);
        self.app_certificate =
            Some(parsed.map_err(|source| BuildError::Certificate { field: "app_certificate", source }));
        self
    }

    /// The key that contents are encrypted with, in base64 (see [`ContentKey::parse`]). Without it, encrypted calls
    /// are refused; with it, each call may still be plain.
    pub fn content_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.content_key = Some(ContentKey::parse(key).map_err(BuildError::ContentKey));
        self
    }

    /// Encrypts the `biz_content` of v3 messages with the content key, and names the cipher in `encrypt_type`
    /// (protocol-v3 §8.1, where it is always `AES`). Without this, messages are plain, whatever the content key.
    ///
    /// ```
    /// use alipay_core::sign::ContentCipher;
    /// use alipay_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder()
    ///     .content_key("AAECAwQFBgcICQoLDA0ODw==")
    ///     .encrypt_messages(ContentCipher::Aes)
    ///     .build()?;
    /// # let _ = sandbox;
    /// # Ok::<(), alipay_sandbox::BuildError>(())
    /// ```
    pub fn encrypt_messages(mut self, cipher: ContentCipher) -> Self {
        self.message_cipher = Some(cipher);
        self
    }

    /// What the application has agreed on for v2 requests, answers and notifications. v3 is always RSA2.
    ///
    /// `SM2` needs the feature `sm2`. Then v3 and its messages have keys (and certificates) of their own: see
    /// [`Sandbox::rest_app_private_key`].
    pub fn sign_type(mut self, sign_type: SignType) -> Self {
        self.sign_type = sign_type;
        self
    }

    /// Scheme, host and port under which browsers and phones reach this sandbox, for `confirm_uri` and the like.
    /// `http://127.0.0.1` when absent, and set by the server.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Whether errors of v3 are signed. They are by default; production does not sign them.
    pub fn sign_errors(mut self, sign: bool) -> Self {
        self.sign_errors = sign;
        self
    }

    /// Where the messages of the v3 products go: the gateway address of the application. Can be changed later with
    /// [`Control::set_message_url`](crate::Control::set_message_url).
    pub fn message_url(mut self, url: impl Into<String>) -> Self {
        self.message_url = Some(url.into());
        self
    }

    /// The clock. It can be moved forward with [`Control::advance`](crate::Control::advance).
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Is told of every request after it was answered. It gets no secrets: no bodies, no queries, no headers.
    pub fn log(mut self, log: impl Fn(&RequestLog) + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(log));
        self
    }

    /// Builds the sandbox.
    ///
    /// # Errors
    /// A key that cannot be read, or a setting that cannot work.
    pub fn build(self) -> Result<Sandbox, BuildError> {
        let setting = |field, what: String| Err(BuildError::Setting { field, what });
        if self.app_id.is_empty()
            || !self.app_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return setting("app_id", format!("{:?} is no application id; use digits", self.app_id));
        }
        if let Some(url) = self.base_url.as_deref().filter(|url| !is_base_url(url)) {
            return setting(
                "base_url",
                format!("{url:?}; give scheme, host and port, such as http://127.0.0.1:8080"),
            );
        }
        if let Some(url) = self.message_url.as_deref().filter(|url| !is_address(url)) {
            return setting("message_url", format!("{url:?}; give one such as http://127.0.0.1:9000/"));
        }
        let Some(clock) = SandboxClock::new(self.clock) else {
            return setting(
                "clock",
                "it is outside the calendar; it must tell milliseconds since 1970".to_owned(),
            );
        };
        if self.sign_type == SignType::Sm2 && !cfg!(feature = "sm2") {
            let what = "SM2 needs the cargo feature `sm2` of alipay-sandbox; enable it, or choose RSA2";
            return setting("sign_type", what.to_owned());
        }
        if self.message_cipher.is_some() && self.content_key.is_none() {
            let what = "there is no key to encrypt with; give content_key as well";
            return setting("encrypt_messages", what.to_owned());
        }
        let app_certificate = self.app_certificate.transpose()?;
        if app_certificate.is_some() && self.trust_mode == TrustMode::Keys {
            let what = "it is given, but public keys are used; choose TrustMode::Certificates or Either";
            return setting("app_certificate", what.to_owned());
        }
        let certified = app_certificate.as_ref().map(Certificate::public_key).transpose();
        let certified = certified.map_err(|source| BuildError::Key { field: "app_certificate", source })?;
        let app = match (self.app_public_key.transpose()?, certified) {
            (Some(key), Some(certified)) if key != certified => {
                let (key, certified) = (key.fingerprint(), certified.fingerprint());
                let what = format!("it certifies the key {certified}, but app_public_key is {key}; give one");
                return setting("app_certificate", what);
            }
            (given, certified) => given.or(certified),
        };
        let keys = Keys::new(self.sign_type, app, self.alipay_key.transpose()?)?;
        let certify = |keys: &Keys, app: Option<Certificate>| match self.trust_mode {
            TrustMode::Keys => Ok(None),
            TrustMode::Certificates | TrustMode::Either => {
                Certificates::new(&self.app_id, keys, app, clock.now()).map(Some)
            }
        };
        let certificates = certify(&keys, app_certificate)?;
        let (rest_keys, rest_certificates) = match self.sign_type.key_algorithm() {
            KeyAlgorithm::Rsa => (keys.clone(), None),
            _ => {
                let keys = Keys::new(SignType::Rsa2, None, None)?;
                let certificates = certify(&keys, None)?;
                (keys, certificates)
            }
        };
        let settings = Settings {
            app_id: self.app_id,
            keys,
            rest_keys,
            content_key: self.content_key.transpose()?,
            message_cipher: self.message_cipher,
            trust_mode: self.trust_mode,
            sign_type: self.sign_type,
            sign_errors: self.sign_errors,
            clock,
            log: self.log,
        };
        let catalog = Catalog::built_in().map_err(BuildError::Catalog)?;
        Ok(Sandbox::new(
            settings,
            catalog,
            State::new(self.base_url, self.message_url, (certificates, rest_certificates)),
        ))
    }
}

/// Scheme and host, nothing behind them.
fn is_base_url(url: &str) -> bool {
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ', '@']))
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SandboxBuilder")
            .field("app_id", &self.app_id)
            .field("trust_mode", &self.trust_mode)
            .field("sign_type", &self.sign_type)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
