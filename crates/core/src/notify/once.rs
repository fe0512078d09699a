//! Taking a notification once, although Alipay may send it several times.

use std::collections::{HashSet, VecDeque};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alipay_sign::is_blank;

use super::{Notification, NotifyError, NotifyOptions};
use crate::config::Config;

/// Remembers which notifications were taken, apart from what is done about them. [`MemoryOfNotifications`] does it in
/// one process.
///
/// Where acting means writing to a database, no store is needed, and none is as safe: note the notification in the
/// transaction in which you act. Then either both happened or neither, even if the process dies in between.
///
/// ```
/// # use std::error::Error;
/// # struct Transaction;
/// # impl Transaction {
/// #     fn execute(&mut self, _: &str, _: &[&str]) -> Result<u64, Box<dyn Error>> { Ok(1) }
/// #     fn commit(self) -> Result<(), Box<dyn Error>> { Ok(()) }
/// # }
/// use alipay_core::{Config, NOTIFY_REPLY};
///
/// fn take(config: &Config, mut sql: Transaction, body: &[u8]) -> Result<&'static str, Box<dyn Error>> {
///     let notification = config.verify_notification(body, None)?;
///     let note = "insert into notifications (id) values ($1) on conflict do nothing";
///     if sql.execute(note, &[notification.key()])? == 1 {
///         let order = notification.get("out_trade_no").ok_or("it is about no order")?;
///         sql.execute("update orders set paid = true where id = $1", &[order])?;
///     }
///     sql.commit()?;
///     Ok(NOTIFY_REPLY)
/// }
/// ```
pub trait NotificationStore: fmt::Debug + Send + Sync {
    /// Notes `key` at the time `now` (milliseconds since 1970). `true` if it was not there.
    ///
    /// # Errors
    /// The store does not work; the notification is then not taken, and Alipay sends it again.
    fn note(&self, key: &str, now: i64) -> Result<bool, StoreError>;

    /// Takes the note back, because acting failed: the repetition is then [`Taken::First`] again. One that came in
    /// between was [`Taken::Again`]; after a reply of `success` to it, no other follows.
    ///
    /// # Errors
    /// The store does not work; the repetition will then be taken for one that was acted upon.
    fn forget(&self, key: &str) -> Result<(), StoreError>;
}

/// A notification, and whether it is new.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// Act on it, then reply `success`. It is noted already: if acting fails, have it forgotten and reply anything
    /// else, or the repetition is passed over.
    ///
    /// ```
    /// use alipay_core::{Config, NOTIFY_REPLY, Notification, NotificationStore, Taken};
    /// # use std::error::Error;
    /// # fn ship(_: &Notification) -> Result<(), Box<dyn Error>> { Ok(()) }
    ///
    /// fn take(
    ///     config: &Config,
    ///     store: &dyn NotificationStore,
    ///     body: &[u8],
    /// ) -> Result<&'static str, Box<dyn Error>> {
    ///     if let Taken::First(notification) = config.take_notification(body, None, store)?
    ///         && let Err(error) = ship(&notification)
    ///     {
    ///         store.forget(notification.key())?;
    ///         return Err(error);
    ///     }
    ///     Ok(NOTIFY_REPLY)
    /// }
    /// ```
    First(Notification),
    /// It was taken before. Do nothing, and reply `success` if the first is certain to have been acted on. It may still
    /// be under way and fail: then reply anything else, so that Alipay sends it again, or note it in the transaction in
    /// which you act, as [`NotificationStore`] shows.
    Again(Notification),
}

/// A store that does not work. Clones are equal, and nothing else is.
#[derive(Clone, Debug)]
pub struct StoreError(Arc<dyn Error + Send + Sync>);

impl StoreError {
    /// What the store reports.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into().into())
    }
}

impl PartialEq for StoreError {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for StoreError {}

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

impl From<StoreError> for NotifyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Notification {
    /// What stays the same when it is sent again: `notify_id`, or where there is none the signature.
    #[must_use]
    pub fn key(&self) -> &str {
        self.notify_id().filter(|id| !is_blank(id)).unwrap_or(&self.signature)
    }
}

impl Config {
    /// Verifies a notification and notes it, so that it is acted upon once. A forged one is never noted. What to do
    /// when acting fails: [`Taken::First`].
    ///
    /// # Errors
    /// Why it is not believed, or that the store does not work.
    pub fn take_notification(
        &self,
        body: &[u8],
        content_type: Option<&str>,
        store: &dyn NotificationStore,
    ) -> Result<Taken, NotifyError> {
        self.take_notification_with(body, content_type, &NotifyOptions::default(), store)
    }

    /// As [`Config::take_notification`], with options.
    ///
    /// # Errors
    /// As there.
    pub fn take_notification_with(
        &self,
        body: &[u8],
        content_type: Option<&str>,
        options: &NotifyOptions,
        store: &dyn NotificationStore,
    ) -> Result<Taken, NotifyError> {
        let notification = self.verify_notification_with(body, content_type, options)?;
        let now = self.now();
        let is_new = store.note(notification.key(), now)?;
        Ok(if is_new { Taken::First(notification) } else { Taken::Again(notification) })
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
    keys: HashSet<String>,
    /// When each was noted, the oldest first.
    order: VecDeque<(i64, String)>,
}

impl Seen {
    fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_front() {
            self.keys.remove(&key);
        }
    }
}

const TWO_DAYS: i64 = 48 * 60 * 60 * 1000;

impl MemoryOfNotifications {
    /// Remembers `most` notifications; the oldest are forgotten first.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), seen: Mutex::default() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Nothing that holds the lock can panic half-way; what is there is whole.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryOfNotifications {
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl NotificationStore for MemoryOfNotifications {
    fn note(&self, key: &str, now: i64) -> Result<bool, StoreError> {
        let mut seen = self.seen();
        while seen.order.front().is_some_and(|(noted, _)| noted.saturating_add(TWO_DAYS) <= now) {
            seen.forget_oldest();
        }
        if seen.keys.contains(key) {
            return Ok(false);
        }
        if seen.order.len() >= self.most {
            seen.forget_oldest();
        }
        seen.keys.insert(key.to_owned());
        seen.order.push_back((now, key.to_owned()));
        Ok(true)
    }

    fn forget(&self, key: &str) -> Result<(), StoreError> {
        let mut seen = self.seen();
        if seen.keys.remove(key) {
            seen.order.retain(|(_, known)| known != key);
        }
        Ok(())
    }
}
