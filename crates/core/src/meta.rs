//! What is known of an operation beside its fields: how it travels, whether it may be repeated, who answers.

use serde::Serialize;

use crate::model::Model;

/// An operation of the Alipay OpenAPI. The request is the operation: its fields are what is sent.
pub trait Operation: Model + Serialize {
    /// How this operation travels and behaves.
    const META: &'static Meta;
}

/// An operation that is called and answered.
pub trait Call: Operation {
    /// The answer.
    type Response: Model;
}

/// An operation for a browser: it becomes a URL or a form, never a call.
pub trait Page: Operation {
    /// What comes back with the browser or is queried later.
    type Response: Model;
}

/// An operation for the Alipay app: it becomes an order string for the mobile SDK, never a call.
pub trait App: Operation {
    /// The result that the mobile SDK hands to the app.
    type Response: Model;
}

/// Everything about an operation that is not a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Meta {
    /// Dotted method name: `alipay.marketing.voucher.send`.
    pub method: &'static str,
    /// Official Chinese title.
    pub title: &'static str,
    /// API group: cargo feature and module.
    pub group: &'static str,
    /// Which of the two protocols it speaks.
    pub protocol: Protocol,
    /// Who sends it.
    pub dispatch: Dispatch,
    /// Request field under which a repetition is the same business action.
    pub idempotency_key: Option<&'static str>,
    /// Whether it only reads, so that it may be sent again at any time.
    pub read_only: bool,
    /// Topic of the message that tells the result later.
    pub event: Option<&'static str>,
    /// Request fields that are files.
    pub files: &'static [&'static str],
    /// Business error codes that are documented. More may come.
    pub codes: &'static [&'static str],
}

/// The two protocols of the Alipay OpenAPI.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protocol {
    /// v2: a form to `gateway.do`, the answer in an envelope (protocol-v2).
    Gateway {
        /// Where the fields travel.
        params: Params,
    },
    /// v3: REST with a signed header (protocol-v3).
    Rest {
        /// HTTP verb.
        verb: Verb,
        /// Path below the host, with `{name}` where a path parameter goes.
        path: &'static str,
        /// Names of the fields that travel in the query, in order.
        query: &'static [&'static str],
        /// Names of the fields that fill the placeholders.
        path_params: &'static [&'static str],
    },
}

/// Where the fields of a v2 operation travel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Params {
    /// As one JSON object in `biz_content`.
    BizContent,
    /// Each as a form field of its own.
    Form,
}

/// HTTP verbs that the API uses.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Verb {
    /// `DELETE`
    Delete,
    /// `GET`
    Get,
    /// `PATCH`
    Patch,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Verb {
    /// The verb in upper case, as on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    /// Whether a request with this verb has a body.
    #[must_use]
    pub fn has_body(self) -> bool {
        !matches!(self, Self::Get | Self::Delete)
    }
}

impl std::str::FromStr for Verb {
    type Err = UnknownVerb;

    fn from_str(text: &str) -> Result<Self, UnknownVerb> {
        [Self::Delete, Self::Get, Self::Patch, Self::Post, Self::Put]
            .into_iter()
            .find(|verb| verb.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownVerb(text.to_owned()))
    }
}

/// A word that is no HTTP verb of the API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownVerb(String);

impl std::fmt::Display for UnknownVerb {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "unknown HTTP verb {:?}: use GET, POST, PUT, PATCH or DELETE", self.0)
    }
}

impl std::error::Error for UnknownVerb {}

/// Who sends an operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dispatch {
    /// The merchant's server calls, Alipay answers.
    Call,
    /// The buyer's browser goes there.
    Page,
    /// The merchant's app hands an order string to the Alipay app.
    App,
}
