//! Notifications: forms that Alipay posts to the merchant (protocol-v2 §9, protocol-v3 §8).

mod check;
mod content;
mod error;
mod once;
mod verify;

use std::fmt;

use serde_json::{Map, Value};

pub use self::check::Expected;
pub use self::error::NotifyError;
pub use self::once::{MemoryOfNotifications, NotificationStore, StoreError, Taken};
use crate::model::{Model, Read, read_model};

/// The exact reply that tells Alipay a notification was taken: this text, nothing around it, with HTTP status 200.
/// Anything else, and Alipay sends it again.
pub const NOTIFY_REPLY: &str = "success";

/// A notification whose signature holds. Only what the signature covers is in it; an encrypted `biz_content` is there
/// in plain text, whatever `encrypt_type` says of how it came, unless it is another application's
/// ([`NotifyOptions::any_app`]).
#[derive(Clone, PartialEq)]
pub struct Notification {
    fields: Vec<(String, String)>,
    rule: NotifyRule,
    signature: String,
}

/// Which parameters the signature of a notification covers. Products differ; the message does not say.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum NotifyRule {
    /// Everything but `sign` and `sign_type`: payments, vouchers, messages.
    WithoutSignType,
    /// Everything but `sign`: service market, life account.
    WithSignType,
}

/// How strictly a notification is looked at. The default is right for most.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct NotifyOptions {
    rule: Option<NotifyRule>,
    any_app: bool,
    ambiguous_values: bool,
}

impl NotifyOptions {
    /// Both rules are tried, and `app_id` must be ours.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only this rule.
    pub fn rule(mut self, rule: NotifyRule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Takes a notification although one of its values holds `&name=` of another parameter, so that its signature fits
    /// other values as well. Whoever could choose that value can have changed the others.
    pub fn danger_accept_ambiguous_values(mut self) -> Self {
        self.ambiguous_values = true;
        self
    }

    /// Takes notifications for any application: for a server that receives for several, and looks at
    /// [`Notification::app_id`] itself.
    ///
    /// Where a message for another application is encrypted, its `biz_content` stays as it came, because the content
    /// key is that application's: verify the same body again with that application's configuration.
    pub fn any_app(mut self) -> Self {
        self.any_app = true;
        self
    }
}

impl Notification {
    /// The value called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All names and values, in the order of arrival.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// Which rule the signature followed.
    #[must_use]
    pub fn rule(&self) -> NotifyRule {
        self.rule
    }

    /// The application that it is for, where it says so.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.get("app_id")
    }

    /// The number that stays the same when it is sent again: take each once.
    #[must_use]
    pub fn notify_id(&self) -> Option<&str> {
        self.get("notify_id")
    }

    /// Topic of a message, such as `alipay.marketing.activity.message.created`; absent in other notifications.
    #[must_use]
    pub fn topic(&self) -> Option<&str> {
        self.get("msg_method")
    }

    /// Reads it as a model: the fields of the form, or for a message those of its `biz_content`. A value that does
    /// not fit is kept in `extra`; nothing fails.
    #[must_use]
    pub fn read<T: Model>(&self) -> T {
        let message = self.topic().and_then(|_| serde_json::from_str(self.get("biz_content")?).ok());
        let fields = message.unwrap_or_else(|| {
            self.fields
                .iter()
                .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
                .collect::<Map<_, _>>()
        });
        match read_model(Value::Object(fields)) {
            Ok(Read::Value(model)) => model,
            Ok(_) | Err(_) => T::default(),
        }
    }
}

/// The names only; the values may be personal data.
impl fmt::Debug for Notification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Notification")
            .field("topic", &self.topic())
            .field("notify_id", &self.notify_id())
            .field("fields", &names)
            .field("rule", &self.rule)
            .finish()
    }
}
