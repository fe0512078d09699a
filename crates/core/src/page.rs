//! Requests that the merchant's server only signs: for a browser, a URL or a form; for the Alipay app, an order
//! string (protocol-v2 §7).

mod app_result;

use std::fmt;

pub use self::app_result::{AppResult, AppStatus};
use crate::address;
use crate::config::Config;
use crate::error::{ConfigError, Error};
use crate::gateway::GatewayParams;
use crate::meta::{App, Operation, Page};
use crate::operation::{RawOperation, Route};
use crate::options::CallOptions;

impl Config {
    /// The URL to send the browser to. Long orders are better posted: see [`Config::page_form`].
    ///
    /// # Errors
    /// Broken rules of the request, a character outside the charset, a key that cannot sign.
    pub fn page_url<T: Page>(&self, request: &T, options: &CallOptions) -> Result<String, Error> {
        self.page_url_raw(&self.spelled_out(request, options)?, options)
    }

    /// As [`Config::page_url`], for a page that has no types here.
    ///
    /// ```
    /// # use alipay_core::{CallOptions, Config, Error, RawOperation};
    /// # fn example(config: &Config) -> Result<String, Error> {
    /// let page = RawOperation::gateway("alipay.fund.coupon.order.page.pay")
    ///     .param("biz_content", r#"{"out_order_no":"coupon-1","amount":"8.80"}"#);
    /// config.page_url_raw(&page, &CallOptions::new().return_url("https://shop.example.com/back"))
    /// # }
    /// ```
    ///
    /// # Errors
    /// As there; and the operation is one of v3, which has no pages, or has files.
    pub fn page_url_raw(&self, operation: &RawOperation, options: &CallOptions) -> Result<String, Error> {
        let query = self.signed_everything(operation, options)?;
        Ok(self.settings().gateway.with_query(&query))
    }

    /// The form that the browser posts.
    ///
    /// # Errors
    /// As [`Config::page_url`]; and a value with a line break, which no form can carry.
    pub fn page_form<T: Page>(&self, request: &T, options: &CallOptions) -> Result<PageForm, Error> {
        self.page_form_raw(&self.spelled_out(request, options)?, options)
    }

    /// As [`Config::page_form`], for a page that has no types here.
    ///
    /// # Errors
    /// As [`Config::page_url_raw`]; and a value with a line break, which no form can carry (protocol-v2 §7.2).
    pub fn page_form_raw(&self, operation: &RawOperation, options: &CallOptions) -> Result<PageForm, Error> {
        let (params, signature) = self.sign_page(operation, options)?;
        if let Some((name, _)) = params.application().iter().find(|(_, value)| value.contains(['\r', '\n'])) {
            let seen = "it holds a line break, which browsers rewrite, so that the signature would not fit";
            let fix = "write JSON on one line, with \\n inside its strings, or use page_url";
            return Err(Error::config(operation.method(), ConfigError::new(name, seen, fix)));
        }
        let query = params.signed_query(&signature);
        let query = query.map_err(|error| Error::encode(operation.method(), error))?;
        Ok(PageForm {
            action: self.settings().gateway.with_query(&query),
            fields: params.application().to_vec(),
            charset: self.charset().label().to_owned(),
        })
    }

    /// The order string for the mobile SDK, which passes it to the Alipay app unchanged.
    ///
    /// # Errors
    /// As [`Config::page_url`].
    pub fn order_string<T: App>(&self, request: &T, options: &CallOptions) -> Result<String, Error> {
        self.order_string_raw(&self.spelled_out(request, options)?, options)
    }

    /// As [`Config::order_string`], for an operation that has no types here.
    ///
    /// # Errors
    /// As [`Config::page_url_raw`].
    pub fn order_string_raw(&self, operation: &RawOperation, options: &CallOptions) -> Result<String, Error> {
        self.signed_everything(operation, options)
    }

    fn spelled_out<T: Operation>(&self, request: &T, options: &CallOptions) -> Result<RawOperation, Error> {
        RawOperation::from_request(request, self.settings().check_rules && !options.skip_rules)
    }

    fn signed_everything(&self, operation: &RawOperation, options: &CallOptions) -> Result<String, Error> {
        let (params, signature) = self.sign_page(operation, options)?;
        params.signed_everything(&signature).map_err(|error| Error::encode(operation.method(), error))
    }

    fn sign_page(
        &self,
        operation: &RawOperation,
        options: &CallOptions,
    ) -> Result<(GatewayParams, String), Error> {
        let (settings, method) = (self.settings(), operation.method());
        let refused =
            |seen: &str, fix: &str| Err(Error::config(method, ConfigError::new("operation", seen, fix)));
        let params = match &operation.route {
            _ if !operation.files.is_empty() => {
                return refused("it has files", "a browser or an app takes no files along: call it instead");
            }
            Route::Gateway { params } => params,
            Route::Rest { .. } => {
                return refused(
                    "a path of v3",
                    "pages and orders are of v2: begin with RawOperation::gateway",
                );
            }
        };
        operation.check(options).map_err(|error| Error::config(method, error))?;
        let params = GatewayParams::new(settings, method, params, options)?;
        let signature = params.sign(settings, method)?;
        Ok((params, signature))
    }
}

/// A signed form for the browser.
#[derive(Clone, PartialEq)]
pub struct PageForm {
    action: String,
    fields: Vec<(String, String)>,
    charset: String,
}

impl PageForm {
    /// The address that the form is posted to, percent-encoded.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Names and raw values of the hidden inputs.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The form as HTML, with a button. It needs no script, so it works under any content security policy.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut html = format!(
            "<form name=\"alipay\" method=\"post\" action=\"{}\" accept-charset=\"{}\">\n",
            escape(&self.action),
            escape(&self.charset)
        );
        for (name, value) in &self.fields {
            html.push_str(&format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
                escape(name),
                escape(value)
            ));
        }
        html.push_str("<button type=\"submit\">Alipay</button>\n</form>\n");
        html
    }

    /// The form and a script that submits it at once. `script_nonce` is the nonce of the page's content security
    /// policy, where there is one.
    #[must_use]
    pub fn to_auto_submit_html(&self, script_nonce: Option<&str>) -> String {
        let nonce = script_nonce.map(|nonce| format!(" nonce=\"{}\"", escape(nonce))).unwrap_or_default();
        format!("{}<script{nonce}>document.forms[\"alipay\"].submit()</script>\n", self.to_html())
    }
}

/// Where it goes and which fields it has; the values may be personal data.
impl fmt::Debug for PageForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = address::shown(&self.action);
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("PageForm")
            .field("action", &action)
            .field("fields", &names)
            .finish_non_exhaustive()
    }
}

/// All five characters that mean something in an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
