//! The v3 interface: checks a request as `/v3/...` does, and signs the answer (protocol-v3 §1-4).

mod answer;
mod check;

use alipay_core::http::{HttpRequest, Verb};
use alipay_sign::{Charset, SecretBytes};
use serde_json::Value;

use self::answer::{Answer, Problem};
use crate::business::{self, Call};
use crate::catalog::Protocol;
use crate::content::{Encryption, UNDECRYPTABLE};
use crate::fault::Fault;
use crate::front::{Answered, Target};
use crate::multipart::{File, Parts};
use crate::reply::Fields;
use crate::state::Context;
use crate::upload;

/// Answers one request to `/v3/...`.
pub(crate) fn handle(
    context: &mut Context<'_>,
    request: &HttpRequest,
    target: Target<'_>,
    fault: Option<Fault>,
) -> Answered {
    let (trace_id, nonce) = (context.nonce(), context.nonce());
    let by_certificate = context.settings.trust_mode.is_by_certificate(check::names_certificate(request));
    let opened = match fault {
        Some(Fault::SystemError) => Err(Problem::system()),
        _ => open(context, request, target),
    };
    let (encryption, outcome) = match opened {
        Ok(opened) => (opened.encryption, run(context, request.verb, target, opened, by_certificate)),
        Err(problem) => (None, Err(problem)),
    };
    let answer = Answer::new(outcome, encryption, &trace_id);
    let (outcome, succeeded) = (answer.outcome(), answer.succeeded());
    let seal = context.state.seal(context.settings, Protocol::V3, by_certificate);
    let response = answer.seal(context, &seal, trace_id, nonce, fault);
    Answered { response, method: None, outcome, succeeded }
}

/// What a request that was checked holds.
struct Opened<'a> {
    encryption: Option<Encryption<'a>>,
    fields: Result<Fields, Problem>,
    files: Vec<File>,
    body_len: usize,
}

/// Checks a request, then decrypts and reads its content: the body, or of an upload the part `data`.
fn open<'a>(context: &Context<'a>, request: &HttpRequest, target: Target<'_>) -> Result<Opened<'a>, Problem> {
    let parts = match Parts::read(request) {
        Some(Ok(parts)) => Some(parts),
        Some(Err(what)) => return Err(Problem::bad("upload-fail", what).unsigned()),
        None => None,
    };
    let content = parts.as_ref().map_or(request.body.as_slice(), |parts| parts.text("data"));
    check::check(context, request, target.whole, content)?;
    let name = request.header("alipay-encrypt-type").filter(|name| !name.is_empty());
    let encryption = Encryption::wanted(context.settings, name)?;
    let is_json = parts.is_some() || encryption.is_some() || content.is_empty();
    let fields = match is_json {
        true => fields(content, encryption),
        false => announced(request).and_then(|()| fields(content, None)),
    };
    let files = parts.map(|parts| parts.files).unwrap_or_default();
    Ok(Opened { encryption, fields, files, body_len: request.body.len() })
}

fn run(
    context: &mut Context<'_>,
    verb: Verb,
    target: Target<'_>,
    opened: Opened<'_>,
    by_certificate: bool,
) -> Result<Fields, Problem> {
    let Some((operation, placeholders)) = context.catalog.route(verb, target.path) else {
        let what = format!("不存在的方法名: {} {}", verb.as_str(), target.path);
        return Err(Problem::bad("invalid-method", what));
    };
    let mut fields = opened.fields?;
    let query = alipay_sign::parse_form(target.query.as_bytes())
        .map_err(|error| Problem::bad("invalid-parameter", error.to_string()))?;
    for (name, value) in query {
        let text = |bytes| {
            String::from_utf8(bytes)
                .map_err(|_| Problem::bad("invalid-encoding", "the query is not UTF-8".to_owned()))
        };
        fields.insert(text(name)?, text(value)?.into());
    }
    fields.extend(placeholders.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))));
    upload::take(operation, &opened.files, &mut fields)?;
    context.check(operation, &fields)?;
    context.state.script.note(operation, &fields, opened.body_len);
    let files = opened.files;
    let call = Call { operation, fields, charset: Charset::utf_8(), by_certificate, files };
    Ok(business::run(context, &call)?)
}

fn fields(content: &[u8], encryption: Option<Encryption<'_>>) -> Result<Fields, Problem> {
    if content.is_empty() {
        return Ok(Fields::new());
    }
    let decrypted = match encryption {
        Some(encryption) => {
            let ciphertext = std::str::from_utf8(content).map_err(|_| UNDECRYPTABLE)?;
            Some(encryption.decrypt(ciphertext)?)
        }
        None => None,
    };
    serde_json::from_slice(decrypted.as_ref().map_or(content, SecretBytes::expose))
        .map_err(|error| Problem::bad("illegal-json", format!("the body is no JSON object: {error}")))
}

/// A plain body must say what it is.
fn announced(request: &HttpRequest) -> Result<(), Problem> {
    let content_type = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if content_type.starts_with("application/json") {
        return Ok(());
    }
    let what = format!("content-type is {content_type:?}, it must be application/json");
    Err(Problem::bad("invalid-format", what))
}
