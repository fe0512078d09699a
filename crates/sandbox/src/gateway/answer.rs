//! The envelope of a v2 answer: the node, and a signature over its exact bytes (protocol-v2 §4.1).

use alipay_core::http::HttpResponse;
use alipay_sign::{Charset, SignType, encode_signature};
use serde_json::Value;

use crate::business::Call;
use crate::certificates::{Seal, Unfit};
use crate::content::{Encryption, Unreadable};
use crate::control::page;
use crate::fault::Fault;
use crate::fields::Read as _;
use crate::reply::{Fields, Refusal};

/// The code of every success.
const SUCCESS: &str = "10000";

/// An error in the words of v2.
#[derive(Debug)]
pub(super) struct Problem {
    code: &'static str,
    msg: &'static str,
    sub_code: String,
    sub_msg: String,
    signed: bool,
}

impl Problem {
    pub(super) fn missing(sub_code: &str, sub_msg: String) -> Self {
        Self::new("40001", "Missing Required Arguments", sub_code, sub_msg)
    }

    pub(super) fn invalid(sub_code: &str, sub_msg: String) -> Self {
        Self::new("40002", "Invalid Arguments", sub_code, sub_msg)
    }

    pub(super) fn system() -> Self {
        Self::new("20000", "Service Currently Unavailable", "isp.unknow-error", "系统繁忙".to_owned())
    }

    /// Alipay cannot sign for an application that it does not know.
    pub(super) fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    fn new(code: &'static str, msg: &'static str, sub_code: &str, sub_msg: String) -> Self {
        Self { code, msg, sub_code: sub_code.to_owned(), sub_msg, signed: true }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Parameter(what) => Self::invalid("isv.invalid-parameter", what),
            Refusal::Business { code, message } => Self::new("40004", "Business Failed", &code, message),
            Refusal::Common { code, message } => Self::invalid(&format!("isv.{code}"), message),
            Refusal::Permission(what) => {
                Self::new("40006", "Insufficient Permissions", "isv.insufficient-isv-permissions", what)
            }
        }
    }
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        let sub_code = format!("isv.{}", unfit.code);
        let problem = match unfit.code.starts_with("missing-") {
            true => Self::missing(&sub_code, unfit.message),
            false => Self::invalid(&sub_code, unfit.message),
        };
        problem.unsigned()
    }
}

impl From<Unreadable> for Problem {
    fn from(unreadable: Unreadable) -> Self {
        let (sub_code, message) = (format!("isv.{}", unreadable.code), unreadable.message.to_owned());
        match unreadable.code.starts_with("decryption-error") {
            true => Self::new("40003", "Insufficient Conditions", &sub_code, message),
            false => Self::invalid(&sub_code, message),
        }
    }
}

/// An answer before it is sealed.
pub(super) struct Answer {
    node_name: String,
    node: Fields,
    signed: bool,
}

impl Answer {
    pub(super) fn success(node_name: String, node: Fields) -> Self {
        Self { node_name, node, signed: true }
    }

    pub(super) fn failure(node_name: String, problem: Problem) -> Self {
        let members = [
            ("code", problem.code.to_owned()),
            ("msg", problem.msg.to_owned()),
            ("sub_code", problem.sub_code),
            ("sub_msg", problem.sub_msg),
        ];
        let node = members.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        Self { node_name, node, signed: problem.signed }
    }

    /// For the one operation whose answers bear no signature.
    pub(super) fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    /// The codes, for the log.
    pub(super) fn outcome(&self) -> String {
        let code = self.code();
        match self.node.text("sub_code") {
            Some(sub_code) => format!("{code} {sub_code}"),
            None => code,
        }
    }

    pub(super) fn succeeded(&self) -> bool {
        self.code() == SUCCESS
    }

    /// An answer without a code is a success.
    fn code(&self) -> String {
        self.node.text("code").unwrap_or_else(|| SUCCESS.to_owned())
    }

    /// Encodes, encrypts, signs and wraps.
    pub(super) fn seal(
        self,
        (seal, sign_type): (&Seal<'_>, SignType),
        charset: &Charset,
        encryption: Option<Encryption<'_>>,
        trace_id: String,
        fault: Option<Fault>,
    ) -> HttpResponse {
        let plain = encode(&Value::Object(self.node).to_string(), charset);
        // The signature covers the quotes, too (protocol-v2 §5).
        let node = match encryption {
            Some(encryption) => format!("\"{}\"", encryption.encrypt(&plain)).into_bytes(),
            None => plain,
        };
        let member = |body: &mut Vec<u8>| {
            body.extend_from_slice(format!("\"{}\":", self.node_name).as_bytes());
            body.extend_from_slice(&node);
        };
        let mut body = b"{".to_vec();
        member(&mut body);
        if fault == Some(Fault::DuplicateNode) {
            body.push(b',');
            member(&mut body);
        }
        if self.signed && fault != Some(Fault::Unsigned) {
            let text = if fault == Some(Fault::WrongSignature) { b"another text".as_slice() } else { &node };
            let signature = seal.key.sign(sign_type, text).unwrap_or_default();
            if let Some(serial) = seal.serial {
                body.extend_from_slice(format!(",\"alipay_cert_sn\":\"{serial}\"").as_bytes());
            }
            body.extend_from_slice(format!(",\"sign\":\"{}\"", encode_signature(&signature)).as_bytes());
        }
        body.push(b'}');
        let headers = vec![
            ("content-type".into(), format!("text/html;charset={}", charset.label())),
            ("trace_id".into(), trace_id),
        ];
        HttpResponse::new(200, headers, body)
    }
}

/// JSON text in a charset. A character that the charset does not have becomes a JSON escape.
fn encode(json: &str, charset: &Charset) -> Vec<u8> {
    if let Ok(bytes) = charset.encode(json) {
        return bytes.into_owned();
    }
    let mut bytes = Vec::with_capacity(json.len());
    for character in json.chars() {
        let mut buffer = [0; 4];
        match charset.encode(character.encode_utf8(&mut buffer)) {
            Ok(encoded) => bytes.extend_from_slice(&encoded),
            Err(_) => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    bytes.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
        }
    }
    bytes
}

/// What a buyer's browser sees of a page operation.
pub(super) fn cashier(call: &Call<'_>) -> String {
    let shown = ["subject", "out_trade_no", "total_amount"];
    let rows: Vec<(&str, String)> =
        shown.into_iter().filter_map(|name| Some((name, call.fields.text(name)?))).collect();
    page::html(&call.operation.method, "The signature and the parameters hold. Nothing is paid here.", &rows)
}
