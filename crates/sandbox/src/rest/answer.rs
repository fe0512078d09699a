//! A v3 answer: a status, a JSON body, and the signature in the headers (protocol-v3 §3, §4).

use alipay_core::http::HttpResponse;
use alipay_sign::{SignType, encode_signature};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::reply::{Fields, Refusal};
use crate::state::Context;

/// An error in the words of v3.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    code: &'static str,
    message: String,
    signed: bool,
}

impl Problem {
    pub(super) fn bad(code: &'static str, message: String) -> Self {
        Self { status: 400, code, message, signed: true }
    }

    pub(super) fn system() -> Self {
        Self { status: 500, code: "SYSTEM_ERROR", message: "系统繁忙".to_owned(), signed: true }
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
            Refusal::Permission(what) => Self::bad("insufficient-isv-permissions", what).unauthorized(),
        }
    }
}

/// An answer before it is sealed.
pub(super) struct Answer {
    status: u16,
    code: Option<&'static str>,
    body: String,
    signed: bool,
}

impl Answer {
    pub(super) fn new(outcome: Result<Fields, Problem>, trace_id: &str) -> Self {
        match outcome {
            Ok(fields) => {
                Self { status: 200, code: None, body: Value::Object(fields).to_string(), signed: true }
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
        match self.code {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    /// Signs and adds the headers.
    pub(super) fn seal(
        self,
        context: &Context<'_>,
        trace_id: String,
        nonce: String,
        fault: Option<Fault>,
    ) -> HttpResponse {
        let mut headers: Vec<(String, String)> = vec![
            ("content-type".into(), "application/json;charset=UTF-8".into()),
            ("alipay-trace-id".into(), trace_id),
        ];
        let is_error = self.code.is_some();
        if self.signed && fault != Some(Fault::Unsigned) && (!is_error || context.settings.sign_errors) {
            let timestamp = context.now_millis.to_string();
            let sign = |text: &str| {
                let signature = context.settings.alipay_key.sign(SignType::Rsa2, text.as_bytes());
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
        }
        HttpResponse::new(self.status, headers, self.body.into_bytes())
    }
}
