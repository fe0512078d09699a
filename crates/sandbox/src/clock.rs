//! The clock of the sandbox: a real one with an offset, so that a test can be three months later at once.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alipay_core::{Clock, DateTime};

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_unix_millis(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The clock that vouchers, windows and notifications of a sandbox follow: the injected one plus what
/// [`Control::advance`](crate::Control::advance) added. Give it to clients in the same process, so that they move
/// along.
#[derive(Clone)]
pub struct SandboxClock {
    base: Arc<dyn Clock>,
    /// When the sandbox was built: what stands in for a moment outside the calendar.
    start: DateTime,
    offset: Arc<AtomicI64>,
}

impl SandboxClock {
    /// `None` where the injected clock is outside the calendar.
    pub(crate) fn new(base: Arc<dyn Clock>) -> Option<Self> {
        let start = DateTime::from_unix_millis(base.now_unix_millis())?;
        Some(Self { base, start, offset: Arc::default() })
    }

    /// The injected clock alone: what a client in another process sees.
    pub(crate) fn base_unix_millis(&self) -> i64 {
        self.base.now_unix_millis()
    }

    /// How long ago a moment was, in milliseconds, by whichever of the two clocks is nearer to it.
    pub(crate) fn age(&self, millis: i64) -> i64 {
        let ages = [self.now_unix_millis(), self.base_unix_millis()].map(|now| now.saturating_sub(millis));
        ages.into_iter().min_by_key(|age| age.saturating_abs()).unwrap_or_default()
    }

    /// Moves forward, to the last moment that can be written at the most.
    pub(crate) fn advance(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let latest = LATEST.saturating_sub(self.base_unix_millis());
        let moved = |offset: i64| Some(offset.saturating_add(millis).min(latest));
        // The closure always returns a value, so the update cannot fail.
        let _ = self.offset.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }

    /// Now in Beijing.
    pub(crate) fn now(&self) -> DateTime {
        DateTime::from_unix_millis(self.now_unix_millis()).unwrap_or(self.start)
    }
}

/// A year before the end of what the civil calendar of the API can say.
const LATEST: i64 = 253_370_764_800_000;

impl Clock for SandboxClock {
    fn now_unix_millis(&self) -> i64 {
        self.base_unix_millis().saturating_add(self.offset.load(Ordering::SeqCst))
    }
}

impl fmt::Debug for SandboxClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SandboxClock").field("now", &self.now()).finish_non_exhaustive()
    }
}
