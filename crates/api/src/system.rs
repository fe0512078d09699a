//! Time and randomness of the machine, for those who do not bring their own.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use alipay_core::{Clock, ConfigBuilder, Nonce};

/// Begins a configuration for one application, on the clock and the randomness of the machine.
///
/// ```
/// use alipay_api::sign::PrivateKey;
///
/// let (ours, alipays) = (PrivateKey::generate(2048)?, PrivateKey::generate(2048)?);
/// let config = alipay_api::config("2021000000000000")
///     .private_key(ours.to_pkcs8_pem().expose())
///     .alipay_public_key(alipays.public_key().to_spki_pem())
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn config(app_id: impl Into<String>) -> ConfigBuilder {
    ConfigBuilder::new(app_id, Arc::new(SystemClock), Arc::new(SystemNonce))
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_unix_millis(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The randomness of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNonce;

impl Nonce for SystemNonce {
    /// Where the operating system has no randomness, the time and a counter of the process stand in: the number must
    /// be new, not secret.
    fn next(&self) -> String {
        let mut bytes = [0_u8; 16];
        if getrandom::fill(&mut bytes).is_err() {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            bytes = now.as_nanos().to_be_bytes();
        }
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
