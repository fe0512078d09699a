//! Settings on their way to a configuration, checked all together.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use alipay_sign::{Charset, PrivateKey, PublicKey, SignType, Signer};
use alipay_sign::{ContentCipher, ContentKey};

use super::{
    Clock, Config, Content, Nonce, PRODUCTION_ENDPOINT, PRODUCTION_GATEWAY, Retry, SANDBOX_ENDPOINT,
    SANDBOX_GATEWAY, Settings,
};
use crate::address::{self, Endpoint, GatewayUrl};
use crate::error::ConfigError;
use crate::trust::{CertificateMode, Trust};

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
    app_certificate: Option<Vec<u8>>,
    alipay_certificates: Vec<Vec<u8>>,
    root_certificates: Option<Vec<u8>>,
    download_certificates: bool,
    content_key: Option<Result<ContentKey, ConfigError>>,
    content_cipher: ContentCipher,
    encrypt_always: bool,
    sign_type: SignType,
    charset: Result<Charset, ConfigError>,
    gateway: String,
    endpoint: String,
    additional_auth_info: Option<String>,
    timeout: Duration,
    upload_timeout: Duration,
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
            app_certificate: None,
            alipay_certificates: Vec::new(),
            root_certificates: None,
            download_certificates: true,
            content_key: None,
            content_cipher: ContentCipher::Aes,
            encrypt_always: false,
            sign_type: SignType::Rsa2,
            charset: Ok(Charset::utf_8()),
            gateway: PRODUCTION_GATEWAY.to_owned(),
            endpoint: PRODUCTION_ENDPOINT.to_owned(),
            additional_auth_info: None,
            timeout: Duration::from_secs(15),
            upload_timeout: Duration::from_secs(100),
            max_body: 10 * 1024 * 1024,
            retry: Retry::default(),
            check_rules: true,
            verify_answers: true,
            clock,
            nonce,
        }
    }

    /// Puts another application in the place of the first: one draft serves several that share keys and addresses.
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = app_id.into();
        self
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

    /// Certificate mode: the application's certificate, from the console. The other two are needed as well.
    pub fn app_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.app_certificate = Some(pem.as_ref().to_vec());
        self
    }

    /// Certificate mode: Alipay's certificate, from the console. May be called again, with the old and the new one.
    pub fn alipay_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.alipay_certificates.push(pem.as_ref().to_vec());
        self
    }

    /// Certificate mode: Alipay's root certificates, from the console.
    pub fn alipay_root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.root_certificates = Some(pem.as_ref().to_vec());
        self
    }

    /// Certificate mode: whether a certificate of Alipay that an answer names and that is not known is downloaded, its
    /// chain checked, and kept. On by default.
    pub fn download_certificates(mut self, download: bool) -> Self {
        self.download_certificates = download;
        self
    }

    /// The key for encrypted contents, of calls, answers and messages alike, from the console: base64 of 16 bytes.
    pub fn content_key(mut self, key: &str) -> Self {
        self.content_key = Some(ContentKey::parse(key).map_err(|error| {
            ConfigError::new(
                "content_key",
                error.to_string(),
                "copy the content encryption key from the console",
            )
        }));
        self
    }

    /// How contents are encrypted. `AES` by default.
    pub fn content_cipher(mut self, cipher: ContentCipher) -> Self {
        self.content_cipher = cipher;
        self
    }

    /// Whether every call is encrypted that does not say otherwise. Off by default.
    pub fn encrypt_always(mut self, encrypt: bool) -> Self {
        self.encrypt_always = encrypt;
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

    /// Further pairs for the `authorization` header of v3, such as `expired_seconds=120`, comma-separated. They stand
    /// behind `timestamp` and are signed (protocol-v3 §2.1). Most applications need none.
    pub fn additional_auth_info(mut self, pairs: impl Into<String>) -> Self {
        self.additional_auth_info = Some(pairs.into());
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

    /// Time for one attempt of a call with files, where that is longer than the time of any attempt. 100 seconds by
    /// default.
    pub fn upload_timeout(mut self, timeout: Duration) -> Self {
        self.upload_timeout = timeout;
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

    /// Believes answers whose signature is missing or wrong. Whoever is on the way can then invent answers about money.
    /// Only for looking at recorded answers whose key is lost. An error is still not called authenticated
    /// ([`Error::is_authenticated`](crate::Error::is_authenticated)) unless its signature holds.
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
        let ours = signer.public_key();
        let other = [
            ("alipay_certificate", !self.alipay_certificates.is_empty()),
            ("alipay_root_certificate", self.root_certificates.is_some()),
        ];
        if let (None, Some((other, _))) = (&self.app_certificate, other.iter().find(|(_, given)| *given)) {
            let seen = format!("absent, but {other} is given");
            let fix = "certificate mode needs app_certificate, and no alipay_public_key; without certificates, \
                       alipay_public_key is enough";
            return Err(ConfigError::new("app_certificate", seen, fix));
        }
        let trust = match (self.alipay_key, self.app_certificate) {
            (Some(key), None) => Trust::Key(foreign(key?, ours.as_ref())?),
            (None, Some(app)) => {
                let fix =
                    "certificate mode needs app_certificate, alipay_certificate and alipay_root_certificate";
                let roots = self.root_certificates.ok_or_else(|| missing("alipay_root_certificate", fix))?;
                let (alipay, download) = (&self.alipay_certificates, self.download_certificates);
                Trust::Certificates(Arc::new(CertificateMode::new(
                    &app,
                    alipay,
                    &roots,
                    ours.as_ref(),
                    self.sign_type,
                    download,
                )?))
            }
            (Some(_), Some(_)) => {
                let fix = "choose: alipay_public_key, or the three certificates";
                return Err(ConfigError::new(
                    "alipay_public_key",
                    "given together with app_certificate",
                    fix,
                ));
            }
            (None, None) => {
                let fix =
                    "without it no answer can be believed; copy it from the console (or give certificates)";
                return Err(missing("alipay_public_key", fix));
            }
        };
        let needed = self.sign_type.key_algorithm();
        for (field, key) in [("private_key", ours.as_ref()), ("alipay_public_key", Some(trust.configured()))]
        {
            if let Some(key) = key.filter(|key| key.algorithm() != needed) {
                let seen = format!("a key for {}, but the sign type is {}", key.algorithm(), self.sign_type);
                return Err(ConfigError::new(field, seen, "give the key that belongs to the sign type"));
            }
        }
        let content = self.content_key.transpose()?.map(|key| Content {
            key,
            cipher: self.content_cipher,
            always: self.encrypt_always,
        });
        if self.encrypt_always && content.is_none() {
            return Err(missing("content_key", "encrypt_always needs it; copy it from the console"));
        }
        Ok(Config::new(Settings {
            gateway: GatewayUrl::parse(&self.gateway)?,
            endpoint: Endpoint::parse(&self.endpoint)?,
            additional_auth_info: self.additional_auth_info.map(auth_pairs).transpose()?,
            charset: self.charset?,
            app_id: self.app_id,
            signer,
            trust,
            content,
            sign_type: self.sign_type,
            timeout: self.timeout,
            upload_timeout: self.upload_timeout,
            max_body: self.max_body,
            retry: self.retry,
            check_rules: self.check_rules,
            verify_answers: self.verify_answers,
            clock: self.clock,
            nonce: self.nonce,
        }))
    }
}

/// Refuses what would break out of the header or say something twice.
fn auth_pairs(text: String) -> Result<String, ConfigError> {
    const OURS: [&str; 5] = ["app_cert_sn", "app_id", "nonce", "sign", "timestamp"];
    // In lower case: who reads the header may not tell `Sign` from `sign`.
    let mut taken: BTreeSet<String> = OURS.map(str::to_owned).into();
    let mut is_pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or_default();
        let is_visible = pair.bytes().all(|byte| byte.is_ascii_graphic());
        is_visible && !name.is_empty() && !value.is_empty() && taken.insert(name.to_ascii_lowercase())
    };
    let Some(wrong) = text.split(',').find(|pair| !is_pair(pair)) else { return Ok(text) };
    let seen = format!("{:?}", wrong.split('=').next().unwrap_or_default());
    let fix = "write name=value pairs, comma-separated, without spaces, each name once; the names that are always there \
               are set";
    Err(ConfigError::new("additional_auth_info", seen, fix))
}

/// Refuses the application's own key in the place of Alipay's.
fn foreign(alipay_key: PublicKey, ours: Option<&PublicKey>) -> Result<PublicKey, ConfigError> {
    if ours != Some(&alipay_key) {
        return Ok(alipay_key);
    }
    let seen = format!("the application's own key (fingerprint {})", alipay_key.fingerprint());
    let fix = "copy the key that the console calls Alipay public key, not the application public key";
    Err(ConfigError::new("alipay_public_key", seen, fix))
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigBuilder")
            .field("app_id", &self.app_id)
            .field("gateway", &address::shown(&self.gateway))
            .field("endpoint", &address::shown(&self.endpoint))
            .finish_non_exhaustive()
    }
}
