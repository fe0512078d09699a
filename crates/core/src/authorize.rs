//! Addresses to which a merchant or a user is sent to authorize an application (protocol-v2 §11).

use alipay_sign::percent_encode;

/// Address of an authorization page.
///
/// ```
/// use alipay_core::AuthorizationUrl;
///
/// let merchant = AuthorizationUrl::merchant("2021000000000000", "https://isv.example.com/callback")
///     .state("shop-12")
///     .to_string();
/// assert_eq!(
///     merchant,
///     "https://openauth.alipay.com/oauth2/appToAppAuth.htm?app_id=2021000000000000\
///      &redirect_uri=https%3A%2F%2Fisv.example.com%2Fcallback&state=shop-12",
/// );
/// let user = AuthorizationUrl::user("2021000000000000", &["auth_user"], "https://isv.example.com/callback");
/// assert!(user.to_string().contains("/publicAppAuthorize.htm?app_id=2021000000000000&scope=auth_user&"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct AuthorizationUrl {
    host: &'static str,
    page: &'static str,
    params: Vec<(&'static str, String)>,
}

impl AuthorizationUrl {
    /// A merchant lets the application act for them. Comes back to `redirect_uri` with `app_auth_code`, for
    /// `alipay.open.auth.token.app`. The address must be the one that is configured in the console.
    pub fn merchant(app_id: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        let params = vec![("app_id", app_id.into()), ("redirect_uri", redirect_uri.into())];
        Self { host: PRODUCTION, page: "appToAppAuth.htm", params }
    }

    /// A merchant picks which of their applications they authorize. `kinds` are `TINYAPP`, `WEBAPP`, `MOBILEAPP`,
    /// `PUBLICAPP`, `ARAPP`.
    pub fn merchant_applications(
        app_id: impl Into<String>,
        kinds: &[&str],
        redirect_uri: impl Into<String>,
    ) -> Self {
        let params = vec![
            ("app_id", app_id.into()),
            ("application_type", kinds.join(",")),
            ("redirect_uri", redirect_uri.into()),
        ];
        Self { host: PRODUCTION, page: "appToAppBatchAuth.htm", params }
    }

    /// A user lets the application know them. `scopes` are `auth_base` (silent, the id only), `auth_user` (profile)
    /// and others. Comes back with `auth_code`, for `alipay.system.oauth.token`.
    pub fn user(app_id: impl Into<String>, scopes: &[&str], redirect_uri: impl Into<String>) -> Self {
        let params = vec![
            ("app_id", app_id.into()),
            ("scope", scopes.join(",")),
            ("redirect_uri", redirect_uri.into()),
        ];
        Self { host: PRODUCTION, page: "publicAppAuthorize.htm", params }
    }

    /// Text that comes back unchanged. Make it unguessable and compare it, so that nobody can inject a code.
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.params.push(("state", state.into()));
        self
    }

    /// Alipay's sandbox instead of production. (The host is the one that current projects use; the official SDKs
    /// name none.)
    pub fn alipay_sandbox(mut self) -> Self {
        self.host = SANDBOX;
        self
    }
}

const PRODUCTION: &str = "https://openauth.alipay.com";
const SANDBOX: &str = "https://openauth-sandbox.dl.alipaydev.com";

impl std::fmt::Display for AuthorizationUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/oauth2/{}", self.host, self.page)?;
        for (index, (name, value)) in self.params.iter().enumerate() {
            let joint = if index == 0 { '?' } else { '&' };
            write!(formatter, "{joint}{name}={}", percent_encode(value.as_bytes()))?;
        }
        Ok(())
    }
}
