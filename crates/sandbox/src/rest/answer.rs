//! A v3 answer: a status, a JSON body, and the signature in the headers (protocol-v3 §3, §4).

use std::borrow::Cow;

use alipay_core::http::HttpResponse;
use alipay_sign::{SignType, encode_signature};
use serde_json::{Value, json};

use crate::certificates::{Seal, Unfit};
use crate::content::{Encryption, Unreadable};
use crate::fault::Fault;
use crate::reply::{Fields, Refusal};
use crate::state::Context;

/// An error in the words of v3.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    code: Cow<'static, str>,
    message: String,
    signed: bool,
}

impl Problem {
    pub(super) fn bad(code: impl Into<Cow<'static, str>>, message: String) -> Self {
        Self { status: 400, code: code.into(), message, signed: true }
    }

    pub(super) fn system() -> Self {
        Self { status: 500, code: "SYSTEM_ERROR".into(), message: "系统繁忙".to_owned(), signed: true }
    }

    /// Status 401.
    pub(super) fn unauthorized(mut self) -> Self {
        self.status = 401;
        self
    }

    /// Alipay cannot sign for an application that it does not know.
    pub(super) fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Parameter(what) => Self::bad("invalid-parameter", what),
            Refusal::Business { code, message } => Self::bad(code, message),
            Refusal::Common { code, message } => Self::bad(code, message),
            Refusal::Permission(what) => Self::bad("insufficient-isv-permissions", what).unauthorized(),
        }
    }
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        Self::bad(unfit.code, unfit.message).unsigned()
    }
}

impl From<Unreadable> for Problem {
    fn from(unreadable: Unreadable) -> Self {
        Self::bad(unreadable.code, unreadable.message.to_owned())
    }
}

/// An answer before it is sealed.
pub(super) struct Answer {
    status: u16,
    code: Option<Cow<'static, str>>,
    body: String,
    signed: bool,
}

impl Answer {
    /// Success is encrypted where that was asked for, errors never are (protocol-v3 §5.2).
    pub(super) fn new(
        outcome: Result<Fields, Problem>,
        encryption: Option<Encryption<'_>>,
        trace_id: &str,
    ) -> Self {
        match outcome {
            Ok(fields) => {
                let plain = Value::Object(fields).to_string();
                let body = match encryption {
                    Some(encryption) => encryption.encrypt(plain.as_bytes()),
                    None => plain,
                };
                Self { status: 200, code: None, body, signed: true }
            }
            Err(problem) => {
                let link = format!("https://open.alipay.com/api/errCheck?traceId={trace_id}&source=openapi");
                let body = json!({
                    "code": problem.code,
                    "message": problem.message,
                    "links": [{ "link": link, "desc": "解决方案" }],
                });
                Self {
                    status: problem.status,
                    code: Some(problem.code),
                    body: body.to_string(),
                    signed: problem.signed,
                }
            }
        }
    }

    /// Status and code, for the log.
    pub(super) fn outcome(&self) -> String {
        match &self.code {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    pub(super) fn succeeded(&self) -> bool {
        self.code.is_none()
    }

    /// Signs and adds the headers.
    pub(super) fn seal(
        self,
        context: &Context<'_>,
        seal: &Seal<'_>,
        trace_id: String,
        nonce: String,
        fault: Option<Fault>,
    ) -> HttpResponse {
        let mut headers: Vec<(String, String)> = vec![
            ("content-type".into(), "application/json;charset=UTF-8".into()),
            ("alipay-trace-id".into(), trace_id),
        ];
        let is_error = !self.succeeded();
        if self.signed && fault != Some(Fault::Unsigned) && (!is_error || context.settings.sign_errors) {
            let timestamp = context.now_millis.to_string();
            let sign = |text: &str| {
                let signature = seal.key.sign(SignType::Rsa2, text.as_bytes());
                ("alipay-signature".to_owned(), encode_signature(&signature.unwrap_or_default()))
            };
            let text = format!("{timestamp}\n{nonce}\n{}\n", self.body);
            if matches!(fault, Some(Fault::WrongSignature | Fault::DuplicateNode)) {
                headers.push(sign("another text"));
            }
            if fault != Some(Fault::WrongSignature) {
                headers.push(sign(&text));
            }
            headers.push(("alipay-timestamp".into(), timestamp));
            headers.push(("alipay-nonce".into(), nonce));
            headers.extend(seal.serial.map(|serial| ("alipay-sn".into(), serial.to_owned())));
        }
        HttpResponse::new(self.status, headers, self.body.into_bytes())
    }
}
