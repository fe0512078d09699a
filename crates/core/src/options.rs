//! What can differ from call to call.

use std::time::Duration;

use alipay_sign::Secret;

/// Options of one call, for the methods of the client that end in `_with` or `_raw`, for pages and for events. The
/// default changes nothing.
///
/// ```
/// use std::time::Duration;
/// use alipay_core::CallOptions;
///
/// let options = CallOptions::new()
///     .app_auth_token("201509BBeff9351ad1874306903e96b91d248A36")
///     .timeout(Duration::from_secs(5));
/// assert!(!format!("{options:?}").contains("201509BB"));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) app_auth_token: Option<Secret>,
    pub(crate) auth_token: Option<Secret>,
    pub(crate) notify_url: Option<String>,
    pub(crate) return_url: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) skip_rules: bool,
    pub(crate) encrypt: Option<bool>,
    pub(crate) params: Vec<(String, String)>,
}

impl CallOptions {
    /// Nothing special.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls on behalf of a merchant who authorized the application.
    pub fn app_auth_token(mut self, token: impl Into<Secret>) -> Self {
        self.app_auth_token = Some(token.into());
        self
    }

    /// Calls on behalf of a user who authorized the application. v2 only: with v3 it is an error before anything is sent.
    pub fn auth_token(mut self, token: impl Into<Secret>) -> Self {
        self.auth_token = Some(token.into());
        self
    }

    /// Where Alipay sends the notification. v2 and pages only: with v3 it is an error before anything is sent.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = Some(url.into());
        self
    }

    /// Where the browser goes afterwards. Pages only: with v3 it is an error before anything is sent.
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.return_url = Some(url.into());
        self
    }

    /// Time for one attempt of this call; of a call for events, the time until they begin. There the blocking transport
    /// counts it anew for each step: resolving the name, sending head and body, waiting.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long the answer to a call for events may be silent once it has begun, before the first event or after it; 60
    /// seconds unless said otherwise. Until it begins, [`CallOptions::timeout`] counts.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = Some(timeout);
        self
    }

    /// Sends the request even if it breaks the rules of its fields: when Alipay has become more generous than the
    /// specification.
    ///
    /// Rules are checked where a typed request is taken. A call for events takes a [`RawOperation`](crate::RawOperation),
    /// which has none: say it there, as the second argument of
    /// [`RawOperation::from_request`](crate::RawOperation::from_request).
    pub fn skip_rules(mut self) -> Self {
        self.skip_rules = true;
        self
    }

    /// Whether the contents are encrypted, both ways, whatever the configuration says. Needs a content key.
    pub fn encrypt(mut self, encrypt: bool) -> Self {
        self.encrypt = Some(encrypt);
        self
    }

    /// One more system parameter of v2, signed like the rest, such as `prod_code` or `ws_service_url`. With v3 it is an
    /// error before anything is sent.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// The name of an option that v3 has no place for.
    pub(crate) fn of_v2_only(&self) -> Option<&str> {
        let named = [
            ("auth_token", self.auth_token.is_some()),
            ("notify_url", self.notify_url.is_some()),
            ("return_url", self.return_url.is_some()),
        ];
        let named = named.into_iter().find_map(|(name, is_given)| is_given.then_some(name));
        named.or_else(|| self.params.first().map(|(name, _)| name.as_str()))
    }
}
