//! Notifications: forms that Alipay posts to the merchant (protocol-v2 §9, protocol-v3 §8).

use std::error::Error as StdError;
use std::fmt;

use alipay_sign::{Charset, Empties, FormError, SignType, canonical_bytes, decode_signature, parse_form};
use serde_json::{Map, Value};

use crate::config::Config;
use crate::model::{Model, Read, read_model};

/// The exact reply that tells Alipay a notification was taken: this text, nothing around it, with HTTP status 200.
/// Anything else, and Alipay sends it again.
pub const NOTIFY_REPLY: &str = "success";

/// A notification whose signature holds. Only what the signature covers is in it.
#[derive(Clone, PartialEq)]
pub struct Notification {
    fields: Vec<(String, String)>,
    rule: NotifyRule,
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

    /// Takes notifications for any application: for a server that receives for several, and looks at
    /// [`Notification::app_id`] itself.
    pub fn any_app(mut self) -> Self {
        self.any_app = true;
        self
    }
}

impl Config {
    /// Verifies a notification. `body` is the raw body of the POST, exactly as it came: not the query of the URL, not
    /// what a framework made of it. `content_type` is the header of that name; it matters only where the message
    /// does not name its charset.
    ///
    /// After that it is still for the caller to compare order number and amount with their own, to take a
    /// `notify_id` once, and to reply [`NOTIFY_REPLY`].
    ///
    /// # Errors
    /// Why it is not believed. Reply with anything but [`NOTIFY_REPLY`].
    pub fn verify_notification(
        &self,
        body: &[u8],
        content_type: Option<&str>,
    ) -> Result<Notification, NotifyError> {
        self.verify_notification_with(body, content_type, &NotifyOptions::default())
    }

    /// As [`Config::verify_notification`], with options.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify_notification_with(
        &self,
        body: &[u8],
        content_type: Option<&str>,
        options: &NotifyOptions,
    ) -> Result<Notification, NotifyError> {
        let pairs = parse_form(body).map_err(NotifyError::Form)?;
        let find =
            |name: &[u8]| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice());
        let ascii = |name: &str| find(name.as_bytes()).and_then(|value| std::str::from_utf8(value).ok());

        let agreed = self.sign_type();
        match ascii("sign_type") {
            None | Some("") => {}
            Some(seen) if seen == agreed.as_str() => {}
            // Messages of the v3 products are RSA2 whatever v2 has agreed on.
            Some("RSA2") if find(b"msg_method").is_some() => {}
            Some(seen) => return Err(NotifyError::SignType { seen: shorten(seen), agreed }),
        }
        let sign_type = if find(b"msg_method").is_some() { SignType::Rsa2 } else { agreed };
        // Some servers in between decode twice, and a plus becomes a space.
        let signature = ascii("sign").unwrap_or_default().replace(' ', "+");
        if signature.is_empty() {
            return Err(NotifyError::NotSigned);
        }
        let signature = decode_signature(&signature).map_err(|_| NotifyError::WrongSignature)?;

        // A certificate that is not known is not downloaded here: anybody can send a notification.
        let keys =
            self.settings().trust.keys_for(ascii("alipay_cert_sn").filter(|serial| !serial.is_empty()));

        let rules = [NotifyRule::WithoutSignType, NotifyRule::WithSignType];
        let wanted = rules.into_iter().filter(|rule| options.rule.is_none_or(|pinned| pinned == *rule));
        let candidates = wanted.flat_map(|rule| [(rule, Empties::Drop), (rule, Empties::Keep)]);
        for (rule, empties) in candidates {
            let covered: Vec<_> = pairs.iter().filter(|(name, _)| rule.covers(name)).cloned().collect();
            let text = canonical_bytes(&covered, empties);
            if !keys.iter().any(|key| key.verify(sign_type, &text, &signature).is_ok()) {
                continue;
            }
            let believed =
                covered.into_iter().filter(|(_, value)| empties == Empties::Keep || !is_blank(value));
            let notification =
                Notification { fields: decode_all(believed.collect(), ascii("charset"), content_type), rule };
            let foreign = notification.app_id().filter(|app_id| *app_id != self.app_id()).map(shorten);
            return match foreign {
                Some(seen) if !options.any_app => {
                    Err(NotifyError::ForeignApp { seen, ours: self.app_id().to_owned() })
                }
                _ => Ok(notification),
            };
        }
        Err(NotifyError::WrongSignature)
    }
}

impl NotifyRule {
    fn covers(self, name: &[u8]) -> bool {
        name != b"sign" && (self == Self::WithSignType || name != b"sign_type")
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

fn is_blank(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_whitespace)
}

/// Text of all pairs in one charset: what the message names, else what the header names, else UTF-8 or GBK,
/// whichever reads everything.
fn decode_all(
    pairs: Vec<(Vec<u8>, Vec<u8>)>,
    named: Option<&str>,
    content_type: Option<&str>,
) -> Vec<(String, String)> {
    let announced = content_type.and_then(crate::answer::announced_charset);
    let candidates = [
        named.and_then(|label| Charset::parse(label).ok()),
        announced,
        Some(Charset::utf_8()),
        Some(Charset::gbk()),
    ];
    let decoded = candidates.into_iter().flatten().find_map(|charset| {
        let text = |bytes: &[u8]| charset.decode(bytes).ok();
        pairs.iter().map(|(name, value)| Some((text(name)?, text(value)?))).collect::<Option<Vec<_>>>()
    });
    decoded.unwrap_or_else(|| {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        pairs.iter().map(|(name, value)| (lossy(name), lossy(value))).collect()
    })
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Why a notification is not believed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NotifyError {
    /// The body is no form, or a name stands there twice.
    Form(FormError),
    /// There is no `sign`.
    NotSigned,
    /// It is signed with another algorithm than was agreed.
    SignType {
        /// What the message says.
        seen: String,
        /// What the configuration says.
        agreed: SignType,
    },
    /// The signature does not hold.
    WrongSignature,
    /// It is signed, but for another application.
    ForeignApp {
        /// The application in the message.
        seen: String,
        /// Ours.
        ours: String,
    },
}

impl fmt::Display for NotifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => write!(formatter, "notification body: {error}"),
            Self::NotSigned => formatter.write_str(
                "notification: there is no parameter `sign`; hand over the raw body of the POST, not the query of the URL",
            ),
            Self::SignType { seen, agreed } => write!(
                formatter,
                "notification: sign_type is {seen:?}, but {agreed} was agreed; set the sign type of the client to what the console says"
            ),
            Self::WrongSignature => formatter.write_str(
                "notification: the signature does not hold; hand over the raw body, unchanged, and check that alipay_public_key is Alipay's key of this application",
            ),
            Self::ForeignApp { seen, ours } => write!(
                formatter,
                "notification: app_id is {seen:?}, ours is {ours:?}; it was meant for another application"
            ),
        }
    }
}

impl StdError for NotifyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Form(error) => Some(error),
            Self::NotSigned | Self::SignType { .. } | Self::WrongSignature | Self::ForeignApp { .. } => None,
        }
    }
}
