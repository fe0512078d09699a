//! How a client is set up: who it is, whom it believes, and where it sends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use alipay_sign::{Charset, PublicKey, SignType, Signer};
use alipay_sign::{ContentCipher, ContentKey};

use crate::address::{Endpoint, GatewayUrl};
use crate::trust::Trust;

mod builder;

pub use self::builder::ConfigBuilder;

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

/// Makes numbers that are used once and that nobody can predict: some become the initialization vector of a ciphertext.
pub trait Nonce: fmt::Debug + Send + Sync {
    /// 32 lower-case hexadecimal digits, unpredictable, that were never returned before. With a vector of anything else
    /// nothing is encrypted, and what would break out of a header is not sent.
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
    pub(crate) trust: Trust,
    pub(crate) content: Option<Content>,
    pub(crate) sign_type: SignType,
    pub(crate) charset: Charset,
    pub(crate) gateway: GatewayUrl,
    pub(crate) endpoint: Endpoint,
    pub(crate) additional_auth_info: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) upload_timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) retry: Retry,
    pub(crate) check_rules: bool,
    pub(crate) verify_answers: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) nonce: Arc<dyn Nonce>,
}

impl Config {
    fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }

    pub(crate) fn now(&self) -> i64 {
        self.0.clock.now_unix_millis()
    }

    /// The application.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.0.app_id
    }

    /// Alipay's key, as configured; in certificate mode that of the certificate that was given last.
    #[must_use]
    pub fn alipay_public_key(&self) -> &PublicKey {
        self.0.trust.configured()
    }

    /// Every key of Alipay that is believed, newest first. In public-key mode it is one; in certificate mode one for
    /// each certificate that is known; one that was downloaded until it ends.
    #[must_use]
    pub fn alipay_public_keys(&self) -> Vec<PublicKey> {
        self.0.trust.keys(self.now())
    }

    /// What looks wrong and does not keep the client from working, in certificate mode: a certificate of another
    /// application, one that is not valid now by the clock of this configuration, and a root file without a root. Each
    /// text names the setting, what was seen and the fix.
    ///
    /// Show them when a program starts, and now and then: certificates end.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        match &self.0.trust {
            Trust::Key(_) => Vec::new(),
            Trust::Certificates(mode) => {
                mode.warnings(&self.0.app_id, self.now()).iter().map(ToString::to_string).collect()
            }
        }
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
            .field("trust", &settings.trust)
            .field("timeout", &settings.timeout)
            .field("retry", &settings.retry)
            .finish_non_exhaustive()
    }
}

/// How contents are encrypted.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) key: ContentKey,
    pub(crate) cipher: ContentCipher,
    /// Whether calls are encrypted that do not say.
    pub(crate) always: bool,
}

/// The longest pause that comes of doubling.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// When a call that failed is sent again without asking the caller.
///
/// A call that may have reached Alipay is sent again only if it reads, or carries its idempotency key
/// (`out_biz_no` and the like); any call is sent again if not one byte of it left the machine for want of a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Retry {
    pub(crate) attempts: u32,
    pub(crate) first_pause: Duration,
}

impl Retry {
    /// Never.
    pub const NONE: Self = Self { attempts: 1, first_pause: Duration::ZERO };

    /// At most so many attempts in all; the pause doubles after each, until it has 30 seconds.
    #[must_use]
    pub const fn new(attempts: u32, first_pause: Duration) -> Self {
        Self { attempts, first_pause }
    }

    /// The pause after attempt number `attempt` (from 1), where there is another.
    pub(crate) fn pause_after(self, attempt: u32) -> Option<Duration> {
        let longest = LONGEST_PAUSE.max(self.first_pause);
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        (attempt < self.attempts).then(|| self.first_pause.saturating_mul(factor).min(longest))
    }
}

/// Three attempts, with pauses of 200 and 400 milliseconds.
impl Default for Retry {
    fn default() -> Self {
        Self::new(3, Duration::from_millis(200))
    }
}
