//! What the business answers, before a protocol wraps and signs it.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Members of a request or an answer.
pub(crate) type Fields = Map<String, Value>;

/// The members of an answer, or why there is none.
pub(crate) type Reply = Result<Fields, Refusal>;

/// A refusal that both protocols can say in their own words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// A field breaks a rule. v2: 40002 `isv.invalid-parameter`; v3: 400 `invalid-parameter`.
    Parameter(String),
    /// The business does not allow it. v2: 40004 with the code as `sub_code`; v3: 400 with the code.
    Business { code: Cow<'static, str>, message: String },
    /// One of the codes that both protocols have. v2: 40002 with `isv.` in front; v3: 400 with the code.
    Common { code: &'static str, message: String },
    /// It is not the caller's. v2: 40006 `isv.insufficient-isv-permissions`; v3: 401.
    Permission(String),
}

impl Refusal {
    pub(crate) fn business(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::Business { code: code.into(), message: message.into() }
    }

    /// What is wrong, without the code.
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Parameter(message)
            | Self::Permission(message)
            | Self::Business { message, .. }
            | Self::Common { message, .. } => message,
        }
    }
}
