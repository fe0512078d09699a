//! How a client is set up: who it is, whom it believes, and where it sends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use alipay_sign::{Charset, PrivateKey, PublicKey, SignType, Signer};

use crate::address::{Endpoint, GatewayUrl};
use crate::error::ConfigError;

/// Production gateway of v2.
pub const PRODUCTION_GATEWAY: &str = "https://openapi.alipay.com/gateway.do";
/// Production host of v3.
pub const PRODUCTION_ENDPOINT: &str = "https://openapi.alipay.com";
/// Alipay's sandbox gateway of v2.
pub const SANDBOX_GATEWAY: &str = "https://openapi-sandbox.dl.alipaydev.com/gateway.do";
/// Alipay's sandbox host of v3.
pub const SANDBOX_ENDPOINT: &str = "https://openapi-sandbox.dl.alipaydev.com";

/// Tells the time. It comes in from outside, so that whole requests can be compared in tests.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Milliseconds since 1970-01-01 00:00:00 UTC.
    fn now_unix_millis(&self) -> i64;
}

/// Makes numbers that are used once.
pub trait Nonce: fmt::Debug + Send + Sync {
    /// 32 lower-case hexadecimal digits that were never returned before.
    fn next(&self) -> String;
}

/// A checked set-up, shared by any number of clients. Cheap to clone.
///
/// Start from `alipay_api::config`, which brings the system's clock and randomness, or from
/// [`ConfigBuilder::new`] with your own.
#[derive(Clone)]
pub struct Config(Arc<Settings>);

pub(crate) struct Settings {
    pub(crate) app_id: String,
    pub(crate) signer: Arc<dyn Signer>,
    pub(crate) alipay_key: PublicKey,
    pub(crate) sign_type: SignType,
    pub(crate) charset: Charset,
    pub(crate) gateway: GatewayUrl,
    pub(crate) endpoint: Endpoint,
    pub(crate) timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) retry: Retry,
    pub(crate) check_rules: bool,
    pub(crate) verify_answers: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) nonce: Arc<dyn Nonce>,
}

impl Config {
    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }

    /// The application.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.0.app_id
    }

    /// Alipay's key, with which answers and notifications are verified.
    #[must_use]
    pub fn alipay_public_key(&self) -> &PublicKey {
        &self.0.alipay_key
    }

    /// The agreed algorithm of v2. v3 is always RSA2.
    #[must_use]
    pub fn sign_type(&self) -> SignType {
        self.0.sign_type
    }

    /// The charset of v2 requests. v3 is always UTF-8.
    #[must_use]
    pub fn charset(&self) -> &Charset {
        &self.0.charset
    }
}

/// Who, where and how; no key.
impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &*self.0;
        formatter
            .debug_struct("Config")
            .field("app_id", &settings.app_id)
            .field("gateway", &settings.gateway)
            .field("endpoint", &settings.endpoint)
            .field("sign_type", &settings.sign_type)
            .field("charset", &settings.charset.label())
            .field("alipay_public_key", &settings.alipay_key.fingerprint())
            .field("timeout", &settings.timeout)
            .field("retry", &settings.retry)
            .finish_non_exhaustive()
    }
}

/// When a call that failed is sent again without asking the caller.
///
/// A call that may have reached Alipay is sent again only if it reads, or carries its idempotency key
/// (`out_biz_no` and the like); any call is sent again if not one byte of it left the machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retry {
    pub(crate) attempts: u32,
    pub(crate) first_pause: Duration,
}

impl Retry {
    /// Never.
    pub const NONE: Self = Self { attempts: 1, first_pause: Duration::ZERO };

    /// At most so many attempts in all; the pause doubles after each.
    #[must_use]
    pub const fn new(attempts: u32, first_pause: Duration) -> Self {
        Self { attempts, first_pause }
    }

    /// The pause after attempt number `attempt` (from 1), where there is another.
    pub(crate) fn pause_after(self, attempt: u32) -> Option<Duration> {
        (attempt < self.attempts).then(|| self.first_pause.saturating_mul(2_u32.saturating_pow(attempt - 1)))
    }
}

/// Three attempts, with pauses of 200 and 400 milliseconds.
impl Default for Retry {
    fn default() -> Self {
        Self::new(3, Duration::from_millis(200))
    }
}

/// Settings on their way to a [`Config`]. Nothing is checked before [`ConfigBuilder::build`].
///
/// ```
/// use std::sync::Arc;
/// use alipay_core::{Clock, ConfigBuilder, Nonce};
/// use alipay_sign::PrivateKey;
///
/// #[derive(Debug)]
/// struct Fixed;
/// impl Clock for Fixed {
///     fn now_unix_millis(&self) -> i64 { 1_700_000_000_000 }
/// }
/// impl Nonce for Fixed {
///     fn next(&self) -> String { "0123456789abcdef0123456789abcdef".into() }
/// }
///
/// let (ours, alipays) = (PrivateKey::generate(2048)?, PrivateKey::generate(2048)?);
/// let config = ConfigBuilder::new("2021000000000000", Arc::new(Fixed), Arc::new(Fixed))
///     .private_key(ours.to_pkcs8_pem().expose())
///     .alipay_public_key(alipays.public_key().to_spki_pem())
///     .build()?;
/// assert_eq!(config.app_id(), "2021000000000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct ConfigBuilder {
    app_id: String,
    signer: Option<Result<Arc<dyn Signer>, ConfigError>>,
    alipay_key: Option<Result<PublicKey, ConfigError>>,
    sign_type: SignType,
    charset: Result<Charset, ConfigError>,
    gateway: String,
    endpoint: String,
    timeout: Duration,
    max_body: usize,
    retry: Retry,
    check_rules: bool,
    verify_answers: bool,
    clock: Arc<dyn Clock>,
    nonce: Arc<dyn Nonce>,
}

impl ConfigBuilder {
    /// Production addresses, RSA2, UTF-8, 15 seconds, and the given sources of time and randomness.
    pub fn new(app_id: impl Into<String>, clock: Arc<dyn Clock>, nonce: Arc<dyn Nonce>) -> Self {
        Self {
            app_id: app_id.into(),
            signer: None,
            alipay_key: None,
            sign_type: SignType::Rsa2,
            charset: Ok(Charset::utf_8()),
            gateway: PRODUCTION_GATEWAY.to_owned(),
            endpoint: PRODUCTION_ENDPOINT.to_owned(),
            timeout: Duration::from_secs(15),
            max_body: 10 * 1024 * 1024,
            retry: Retry::default(),
            check_rules: true,
            verify_answers: true,
            clock,
            nonce,
        }
    }

    /// The private key of the application, in any form in which it is handed out (see [`PrivateKey::parse`]).
    pub fn private_key(mut self, key: impl AsRef<[u8]>) -> Self {
        let parsed = PrivateKey::parse(key).map(|key| Arc::new(key) as Arc<dyn Signer>);
        self.signer = Some(parsed.map_err(|error| {
            ConfigError::new("private_key", error.to_string(), "give the private key of the application")
        }));
        self
    }

    /// Signs with a device or a service instead of a key in memory.
    pub fn signer(mut self, signer: Arc<dyn Signer>) -> Self {
        self.signer = Some(Ok(signer));
        self
    }

    /// Alipay's public key, from the console of the application; not the application's own (see
    /// [`PublicKey::parse`]).
    pub fn alipay_public_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.alipay_key = Some(PublicKey::parse(key).map_err(|error| {
            ConfigError::new(
                "alipay_public_key",
                error.to_string(),
                "copy Alipay's public key from the console",
            )
        }));
        self
    }

    /// Algorithm of v2 requests and answers.
    pub fn sign_type(mut self, sign_type: SignType) -> Self {
        self.sign_type = sign_type;
        self
    }

    /// Charset of v2 requests: `UTF-8` or `GBK`. The spelling goes on the wire as given.
    pub fn charset(mut self, label: &str) -> Self {
        self.charset = Charset::parse(label).map_err(|error| {
            ConfigError::new("charset", error.to_string(), "UTF-8 is right unless you know better")
        });
        self
    }

    /// Gateway of v2. `https`, or `http` to this machine.
    pub fn gateway(mut self, url: impl Into<String>) -> Self {
        self.gateway = url.into();
        self
    }

    /// Host of v3, without path. `https`, or `http` to this machine.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = url.into();
        self
    }

    /// Alipay's own sandbox instead of production, for both protocols.
    pub fn alipay_sandbox(self) -> Self {
        self.gateway(SANDBOX_GATEWAY).endpoint(SANDBOX_ENDPOINT)
    }

    /// Time for one attempt, from connecting to the last byte.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Bytes of an answer that are read at the most.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// When a failed call is sent again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Whether requests are checked against the rules of their fields before anything is sent. On by default.
    pub fn check_rules(mut self, check: bool) -> Self {
        self.check_rules = check;
        self
    }

    /// Believes answers without looking at their signature. Whoever is on the way can then invent answers about
    /// money. Only for looking at recorded answers whose key is lost.
    pub fn danger_accept_unverified_answers(mut self) -> Self {
        self.verify_answers = false;
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    /// The first setting that cannot work, with what was seen and how to mend it; never the key itself.
    pub fn build(self) -> Result<Config, ConfigError> {
        let missing = |field: &str, fix: &str| ConfigError::new(field, "absent", fix);
        if self.app_id.is_empty()
            || !self.app_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            let seen = format!("{:?}", self.app_id);
            return Err(ConfigError::new("app_id", seen, "copy the digits of APPID from the console"));
        }
        let signer = self
            .signer
            .ok_or_else(|| missing("private_key", "give the private key of the application"))??;
        let alipay_key = self.alipay_key.ok_or_else(|| {
            missing("alipay_public_key", "without it no answer can be believed; copy it from the console")
        })??;
        if signer.public_key().is_some_and(|ours| ours == alipay_key) {
            let seen = format!("the application's own key (fingerprint {})", alipay_key.fingerprint());
            let fix = "copy the key that the console calls Alipay public key, not the application public key";
            return Err(ConfigError::new("alipay_public_key", seen, fix));
        }
        Ok(Config(Arc::new(Settings {
            gateway: GatewayUrl::parse(&self.gateway)?,
            endpoint: Endpoint::parse(&self.endpoint)?,
            charset: self.charset?,
            app_id: self.app_id,
            signer,
            alipay_key,
            sign_type: self.sign_type,
            timeout: self.timeout,
            max_body: self.max_body,
            retry: self.retry,
            check_rules: self.check_rules,
            verify_answers: self.verify_answers,
            clock: self.clock,
            nonce: self.nonce,
        })))
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigBuilder")
            .field("app_id", &self.app_id)
            .field("gateway", &self.gateway)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
