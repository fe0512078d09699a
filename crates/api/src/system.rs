//! Time and randomness of the machine, for those who do not bring their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
    /// Where the operating system has no randomness, the time and a counter of the process stand in: the number is
    /// still new, though no longer unpredictable.
    fn next(&self) -> String {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let mut bytes = [0_u8; 16];
        if getrandom::fill(&mut bytes).is_err() {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            bytes = stand_in(now, COUNTER.fetch_add(1, Ordering::Relaxed));
        }
        format!("{:032x}", u128::from_be_bytes(bytes))
    }
}

/// The nanoseconds, as far as 64 bits hold them, and which number of the process it is.
fn stand_in(now: Duration, count: u64) -> [u8; 16] {
    ((now.as_nanos() << 64) | u128::from(count)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_are_32_digits_and_new_also_where_the_clock_stands_still() {
        let [one, other] = [SystemNonce.next(), SystemNonce.next()];
        assert!(
            one.len() == 32 && one.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
            "{one}"
        );
        assert_ne!(one, other);
        let now = Duration::from_nanos(u64::MAX);
        assert_ne!(stand_in(now, 0), stand_in(now, 1));
        assert_ne!(stand_in(now, 0), stand_in(now - Duration::from_nanos(1), 0));
    }
}
