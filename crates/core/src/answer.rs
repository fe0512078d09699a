//! From the bytes of an answer to something that can be believed: verify first, decode and parse afterwards.

mod object;

use std::borrow::Cow;
use std::fmt;

use alipay_sign::{Charset, PublicKey, SecretBytes, SignType, decode_signature};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

pub(crate) use self::object::{announced_charset, of_gateway, of_rest};
use crate::config::{Content, Settings};
use crate::envelope::Envelope;
use crate::error::{AnswerError, ApiError, Error};
use crate::exchange::DOWNLOAD;
use crate::http::HttpResponse;
use crate::model::Model;
use crate::rest::SignedText;
use crate::shown::Shown;

/// An answer whose signature holds.
#[derive(Clone)]
pub struct Verified {
    fields: Map<String, Value>,
    pending: bool,
    response: HttpResponse,
    request_id: String,
}

/// A typed answer and what came with it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// The same as it came: fields, headers, trace id.
    pub verified: Verified,
}

impl Verified {
    /// The fields of the answer as JSON, without the envelope.
    #[must_use]
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// Whether the business is still under way (v2 code 10003): ask again later.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending
    }

    /// The HTTP answer, exactly as it came.
    #[must_use]
    pub fn response(&self) -> &HttpResponse {
        &self.response
    }

    /// Alipay's number of this exchange.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.response.trace_id()
    }

    /// Our number of this exchange.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Reads the fields as a model. A value that does not fit its field is kept in `extra`; nothing fails.
    #[must_use]
    pub fn into_answer<T: Model>(self) -> Answer<T> {
        let read = T::read_fields(self.fields.clone());
        Answer { value: read, verified: self }
    }
}

/// The names of the fields; their values may be personal data.
impl fmt::Debug for Verified {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Verified")
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .field("pending", &self.pending)
            .field("trace_id", &self.trace_id())
            .field("request_id", &self.request_id)
            .finish()
    }
}

/// Reading a model from JSON fields that are known to be an object.
trait FromFields: Model {
    fn read_fields(fields: Map<String, Value>) -> Self {
        let read = crate::model::read_model::<Self, _>(Value::Object(fields));
        let mut model = match read {
            Ok(crate::model::Read::Value(model)) => model,
            Ok(_) | Err(_) => Self::default(),
        };
        // Part of the envelope, unless the operation has fields of these names.
        for name in ["code", "msg", "sub_code", "sub_msg"] {
            model.extra_mut().remove(name);
        }
        model
    }
}

impl<T: Model> FromFields for T {}

/// With what an answer is read.
pub(crate) struct Reader<'a> {
    pub(crate) settings: &'a Settings,
    /// What a v2 answer is expected to be written in.
    pub(crate) charset: &'a Charset,
    /// The key that the signature is checked with. `None` in certificate mode where the answer names no certificate, or
    /// one that is not to be had: it can then prove nothing.
    pub(crate) key: Option<PublicKey>,
    /// What encrypted contents are decrypted with.
    pub(crate) content: Option<&'a Content>,
    pub(crate) method: &'a str,
    pub(crate) request_id: &'a str,
}

impl Reader<'_> {
    /// What to believe of a v2 answer (protocol-v2 §4).
    pub(crate) fn gateway(&self, response: HttpResponse) -> Result<Verified, Error> {
        finish(read_gateway(self, &response), self, response)
    }

    /// What to believe of a v3 answer (protocol-v3 §3, §4).
    pub(crate) fn rest(&self, response: HttpResponse) -> Result<Verified, Error> {
        finish(read_rest(self, &response), self, response)
    }
}

fn read_gateway(reader: &Reader<'_>, response: &HttpResponse) -> Result<Outcome, AnswerError> {
    let Reader { settings, charset, method, .. } = reader;
    let body = response.body();
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(AnswerError::Empty);
    }
    let envelope = Envelope::scan(body).map_err(|what| malformed(response, &what))?;
    let name = format!("{}_response", method.replace('.', "_"));
    let is_error = envelope.raw(&name).is_none();
    let node = match (envelope.raw(&name), envelope.raw("error_response")) {
        (Some(node), None) | (None, Some(node)) => node,
        (Some(_), Some(_)) => {
            return Err(AnswerError::Malformed(format!("it holds both {name} and error_response")));
        }
        (None, None) => {
            let seen: Vec<_> = envelope.names().take(5).collect();
            let seen = seen.join(", ");
            return Err(AnswerError::Malformed(format!(
                "it holds neither {name} nor error_response, but [{}]",
                Shown(&seen)
            )));
        }
    };
    let signature = envelope.text("sign").filter(|sign| !sign.is_empty());
    let verified = signature.as_ref().zip(reader.key.as_ref());
    let verified = verified.map(|(signature, key)| verify_node(key, settings.sign_type, node, signature));
    let (node, authenticated) = match verified {
        Some(Ok(node)) => (node, true),
        Some(Err(error)) if settings.verify_answers => return Err(error),
        _ => (Cow::Borrowed(node), false),
    };
    let believed = authenticated || !settings.verify_answers;
    let fields = match node.first() {
        Some(b'"') if !believed => return Err(not_signed(reader, &envelope)),
        Some(b'"') => {
            let ciphertext = serde_json::from_slice::<String>(&node)
                .map_err(|_| AnswerError::Malformed(format!("{name} is no JSON string")))?;
            let plain = settings.content.as_ref().ok_or(AnswerError::Encrypted)?.decrypt(&ciphertext)?;
            of_gateway(plain.expose(), charset, None)
        }
        _ => of_gateway(&node, charset, response.header("content-type")),
    };
    let fields = fields.ok_or_else(|| AnswerError::Malformed(format!("{name} is no JSON object")))?;
    let api = ApiError {
        code: scalar(&fields, "code"),
        message: scalar(&fields, "msg"),
        sub_code: scalar(&fields, "sub_code"),
        sub_message: scalar(&fields, "sub_msg"),
        authenticated,
        ..ApiError::default()
    };
    let success = !is_error && api.sub_code.is_empty() && matches!(api.code.as_str(), "" | "10000" | "10003");
    match (success, believed) {
        // A proxy or a gateway in trouble: whether the call happened is not for this answer to say (protocol-v2 §4.7).
        (true, true) if !(200..300).contains(&response.status()) => {
            Err(malformed(response, &format!("it reports success under HTTP status {}", response.status())))
        }
        (true, true) => Ok(Outcome::Success { fields, pending: api.code == "10003" }),
        (true, false) => Err(not_signed(reader, &envelope)),
        (false, _) => Ok(Outcome::Failure(api)),
    }
}

/// Why a v2 success was not even checked.
fn not_signed(reader: &Reader<'_>, envelope: &Envelope<'_>) -> AnswerError {
    let text = |name| envelope.text(name).filter(|text| !text.is_empty());
    match (text("sign"), text("alipay_cert_sn")) {
        (Some(_), Some(serial)) => AnswerError::UnknownCertificate {
            serial: serial.chars().take(40).collect(),
            why: "only a call downloads certificates".to_owned(),
        },
        (Some(_), None) => AnswerError::NamesNoCertificate,
        (None, _) if reader.method == DOWNLOAD => AnswerError::NeverSigned,
        (None, _) => AnswerError::NotSigned,
    }
}

/// Checks the signature over the raw bytes of the node, and hands back the text that it holds for: only that is read.
///
/// Some gateways signed the text before they escaped its slashes. The second try is harmless, because it too needs a
/// signature that holds (protocol-v2 §4.6).
fn verify_node<'a>(
    key: &PublicKey,
    sign_type: SignType,
    node: &'a [u8],
    signature: &str,
) -> Result<Cow<'a, [u8]>, AnswerError> {
    let wrong = |error: &dyn fmt::Display| wrong_signature(key, sign_type, error);
    let signature = decode_signature(signature).map_err(|error| wrong(&error))?;
    let Err(error) = key.verify(sign_type, node, &signature) else { return Ok(Cow::Borrowed(node)) };
    let unescaped = without_escaped_slashes(node);
    match unescaped.len() < node.len() && key.verify(sign_type, &unescaped, &signature).is_ok() {
        true => Ok(Cow::Owned(unescaped)),
        false => Err(wrong(&error)),
    }
}

fn without_escaped_slashes(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    for byte in text {
        if *byte == b'/' && plain.last() == Some(&b'\\') {
            plain.pop();
        }
        plain.push(*byte);
    }
    plain
}

fn read_rest(reader: &Reader<'_>, response: &HttpResponse) -> Result<Outcome, AnswerError> {
    let settings = reader.settings;
    let signed = SignedText::of(response).zip(reader.key.as_ref());
    let verified = signed.map(|(signed, key)| verify_rest(key, &signed));
    if !(200..300).contains(&response.status()) {
        // An error whose signature is missing or wrong is reported, but proves nothing.
        let authenticated = matches!(verified, Some(Ok(())));
        return rest_error(response, authenticated);
    }
    match verified {
        Some(Ok(())) => {}
        _ if !settings.verify_answers => {}
        Some(Err(error)) => return Err(error),
        None => return Err(AnswerError::NotSigned),
    }
    let body = response.body();
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Outcome::Success { fields: Map::new(), pending: response.status() == 202 });
    }
    // An operation that knows no encryption answers in plain JSON; the signature has held either way.
    let decrypted = match reader.content.filter(|_| !body.trim_ascii_start().starts_with(b"{")) {
        Some(content) => Some(content.decrypt(&String::from_utf8_lossy(body))?),
        None => None,
    };
    let plain = decrypted.as_ref().map_or(body, SecretBytes::expose);
    let fields = of_rest(plain);
    let fields = fields.ok_or_else(|| malformed(response, "it is no JSON object"))?;
    Ok(Outcome::Success { fields, pending: response.status() == 202 })
}

fn verify_rest(key: &PublicKey, signed: &SignedText) -> Result<(), AnswerError> {
    let signature = signed.signature.as_ref().map_err(|error| wrong_signature(key, SignType::Rsa2, error))?;
    key.verify(SignType::Rsa2, &signed.text, signature)
        .map_err(|error| wrong_signature(key, SignType::Rsa2, &error))
}

fn wrong_signature(key: &PublicKey, sign_type: SignType, error: &dyn fmt::Display) -> AnswerError {
    AnswerError::WrongSignature(format!(
        "{error}; checked as {sign_type} with Alipay's public key of fingerprint {}: is it the key of this application and environment?",
        key.fingerprint()
    ))
}

fn rest_error(response: &HttpResponse, authenticated: bool) -> Result<Outcome, AnswerError> {
    if response.body().is_empty() {
        return Err(AnswerError::Empty);
    }
    let fields = of_rest(response.body());
    let mut fields = fields.ok_or_else(|| malformed(response, "it is no JSON object"))?;
    let code = scalar(&fields, "code");
    if code.is_empty() {
        return Err(malformed(response, "it has no error code"));
    }
    Ok(Outcome::Failure(ApiError {
        code,
        message: scalar(&fields, "message"),
        links: fields.remove("links"),
        details: fields.remove("details"),
        authenticated,
        ..ApiError::default()
    }))
}

enum Outcome {
    Success { fields: Map<String, Value>, pending: bool },
    Failure(ApiError),
}

fn finish(
    read: Result<Outcome, AnswerError>,
    reader: &Reader<'_>,
    response: HttpResponse,
) -> Result<Verified, Error> {
    let error = match read {
        Ok(Outcome::Success { fields, pending }) => {
            return Ok(Verified { fields, pending, response, request_id: reader.request_id.to_owned() });
        }
        Ok(Outcome::Failure(api)) => Error::api_error(reader.method, api),
        Err(error) => Error::answer(reader.method, error),
    };
    Err(error.with_request_id(reader.request_id).with_response(response))
}

/// The serial number of the certificate that a v2 answer says it is signed with.
pub(crate) fn gateway_serial(response: &HttpResponse) -> Option<String> {
    Envelope::scan(response.body()).ok()?.text("alipay_cert_sn").filter(|serial| !serial.is_empty())
}

/// The certificate in an answer to `alipay.open.app.alipaycert.download`, as PEM; `Err` says what came instead. The
/// answer is not signed: what it holds is believed for its chain, or not at all (protocol-v2 §6.5).
pub(crate) fn downloaded_certificate(response: &HttpResponse) -> Result<Vec<u8>, String> {
    let envelope = Envelope::scan(response.body())?;
    let node =
        envelope.raw("alipay_open_app_alipaycert_download_response").or(envelope.raw("error_response"));
    let content_type = response.header("content-type");
    let fields = node.and_then(|node| of_gateway(node, &Charset::utf_8(), content_type));
    let fields = fields.ok_or("the answer holds no certificate")?;
    let content = scalar(&fields, "alipay_cert_content");
    if content.is_empty() {
        let codes = format!("{} {}", scalar(&fields, "code"), scalar(&fields, "sub_code"));
        return Err(format!("Alipay answered {}", Shown(&codes)));
    }
    STANDARD.decode(content).map_err(|_| "the certificate in the answer is no base64".to_owned())
}

fn malformed(response: &HttpResponse, what: &str) -> AnswerError {
    let html =
        String::from_utf8_lossy(response.body().get(..200).unwrap_or(response.body())).to_ascii_lowercase();
    let looks = if html.contains("<html") || html.contains("<!doctype") {
        " (it is an HTML page: something on the way answered in Alipay's place)"
    } else {
        ""
    };
    AnswerError::Malformed(format!("{what}{looks}"))
}

/// The text of a scalar member, empty where there is none.
fn scalar(fields: &Map<String, Value>, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
