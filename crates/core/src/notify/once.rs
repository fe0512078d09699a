//! Taking a notification once, although Alipay may send it several times.

use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::{Notification, NotifyError};
use crate::config::Config;

/// Remembers which notifications were taken. A shop implements it on its database, in the transaction in which it acts,
/// with a unique key; [`MemoryOfNotifications`] is for one process.
pub trait NotificationStore {
    /// Notes `key` at the time `now` (milliseconds since 1970). `true` if it was not there.
    ///
    /// # Errors
    /// The store does not work; the notification is then not taken, and Alipay sends it again.
    fn note(&self, key: &str, now: i64) -> Result<bool, StoreError>;
}

/// A notification, and whether it is new.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// Act on it, then reply `success`.
    First(Notification),
    /// It was taken before. Reply `success`, and do nothing.
    Again(Notification),
}

/// A store that does not work.
#[derive(Debug)]
pub struct StoreError(Box<dyn Error + Send + Sync>);

impl StoreError {
    /// What the store reports.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the store of notifications does not work; reply with anything but success")
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl Notification {
    /// What stays the same when it is sent again: `notify_id`, or where there is none the signature.
    #[must_use]
    pub fn key(&self) -> &str {
        self.notify_id().unwrap_or(&self.signature)
    }
}

impl Config {
    /// Verifies a notification and notes it, so that it is acted upon once. A forged one is never noted.
    ///
    /// # Errors
    /// Why it is not believed, or that the store does not work.
    pub fn take_notification(
        &self,
        body: &[u8],
        content_type: Option<&str>,
        store: &dyn NotificationStore,
    ) -> Result<Taken, NotifyError> {
        let notification = self.verify_notification(body, content_type)?;
        let now = self.settings().clock.now_unix_millis();
        match store.note(notification.key(), now) {
            Ok(true) => Ok(Taken::First(notification)),
            Ok(false) => Ok(Taken::Again(notification)),
            Err(error) => Err(NotifyError::Store(error.to_string())),
        }
    }
}

/// Remembers notifications in this process: for two days, which is longer than Alipay repeats them, and so many at the
/// most. Another process, or this one after a restart, knows nothing of them.
#[derive(Debug)]
pub struct MemoryOfNotifications {
    most: usize,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    until: HashMap<String, i64>,
    order: VecDeque<String>,
}

const TWO_DAYS: i64 = 48 * 60 * 60 * 1000;

impl MemoryOfNotifications {
    /// Remembers `most` notifications; the oldest are forgotten first.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), seen: Mutex::default() }
    }
}

impl Default for MemoryOfNotifications {
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl NotificationStore for MemoryOfNotifications {
    fn note(&self, key: &str, now: i64) -> Result<bool, StoreError> {
        // Nothing that holds the lock can panic half-way; what is there is whole.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(oldest) = seen.order.front().cloned() {
            let over = seen.until.get(&oldest).is_none_or(|until| *until <= now);
            if !over && seen.order.len() < self.most {
                break;
            }
            seen.order.pop_front();
            seen.until.remove(&oldest);
        }
        if seen.until.contains_key(key) {
            return Ok(false);
        }
        seen.until.insert(key.to_owned(), now.saturating_add(TWO_DAYS));
        seen.order.push_back(key.to_owned());
        Ok(true)
    }
}
