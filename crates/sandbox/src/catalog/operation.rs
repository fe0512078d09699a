//! Operations and notifications as the specification describes them.

use std::sync::OnceLock;

use alipay_core::http::Verb;

use super::{Field, Protocol, read};

/// One operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The protocol that it belongs to.
    pub protocol: Protocol,
    /// Group of the API, such as `marketing`.
    pub group: String,
    /// Dotted method name.
    pub method: String,
    /// What it is called in Rust, without `Request` and `Response`: `VoucherSend`.
    pub name: String,
    /// Whether `alipay-models` holds it; if not, a build script generates it.
    pub is_model: bool,
    /// Official title, Chinese; may be empty.
    pub title: String,
    /// What it does; may be empty.
    pub doc: String,
    /// Verb and path; v3 only.
    pub route: Option<(Verb, String)>,
    /// v2: the fields are form fields of their own, not members of `biz_content`.
    pub form: bool,
    /// Who carries the request to Alipay.
    pub dispatch: Dispatch,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// The field under which a repetition is the same business action.
    pub idempotency_key: Option<String>,
    /// Topic of the message that tells the result later.
    pub event: Option<String>,
    /// Business error codes.
    pub codes: Vec<Listed>,
    pub(super) rows: Rows,
}

/// Who carries a request to Alipay.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dispatch {
    /// We call, and get an answer.
    Call,
    /// A browser opens a page.
    Page,
    /// The Alipay app gets an order string.
    App,
}

/// Fields of request and answer, read when somebody looks at them.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) json: String,
    pub(super) read: OnceLock<(Vec<Field>, Vec<Field>)>,
}

/// A notification of v2 or a message of v3.
#[derive(Debug)]
#[non_exhaustive]
pub struct Notice {
    /// The protocol that it belongs to.
    pub protocol: Protocol,
    /// Its name in the specification.
    pub name: String,
    /// What `msg_method` says; v3 only.
    pub topic: Option<String>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A value and what it means.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Listed {
    /// The value on the wire.
    pub value: String,
    /// What it means; may be empty.
    pub doc: String,
}

impl Operation {
    /// The fields of the request.
    #[must_use]
    pub fn request(&self) -> &[Field] {
        &self.rows().0
    }

    /// The fields of the answer.
    #[must_use]
    pub fn response(&self) -> &[Field] {
        &self.rows().1
    }

    fn rows(&self) -> &(Vec<Field>, Vec<Field>) {
        self.rows.read.get_or_init(|| read::rows(&self.rows.json))
    }
}

impl Dispatch {
    /// As the specification writes it: `call`, `page` or `app`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Page => "page",
            Self::App => "app",
        }
    }
}
